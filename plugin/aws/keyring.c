#include "aws/keyring.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "aws/buffer.h"
#include "aws/environment.h"

/* More would be tried for hours; the quota ends it before. */
#define ATTEMPTS_MAX 100

#define NAME_LIMIT_BYTES ((size_t)64 * 1024)

static const char *effective_profile(const aws_settings_t *settings) {
  if (settings->profile != NULL)
    return settings->profile;
  const char *profile = environment_value("AWS_PROFILE");
  if (profile == NULL)
    profile = environment_value("AWS_DEFAULT_PROFILE");
  return profile != NULL ? profile : "default";
}

static const char *absence(const profile_files_t *files, profile_file_t file) {
  return profile_file_is_there(files, file) ? "" : " (no such file)";
}

static bool check_profile(const aws_settings_t *settings, const profile_files_t *files, const char *profile,
                          aws_error_t *error) {
  if (strcmp(profile, "default") == 0 || profile_exists(files, profile))
    return true;
  char config[PATH_MAX] = "";
  char credentials[PATH_MAX] = "";
  (void)profile_files_path(PROFILE_CONFIG_FILE, settings->config_file, config, sizeof(config));
  (void)profile_files_path(PROFILE_CREDENTIALS_FILE, settings->credentials_file, credentials, sizeof(credentials));
  aws_error_set(error, "credentials", "credentials", 0, "profile \"%s\" (from %s) is neither in %s%s nor in %s%s",
                profile, settings->profile != NULL ? "option Profile" : "AWS_PROFILE", config,
                absence(files, PROFILE_CONFIG_FILE), credentials, absence(files, PROFILE_CREDENTIALS_FILE));
  return false;
}

/* Whether the region matters for the keys: it is where STS is asked. */
static bool asks_sts(const aws_settings_t *settings, const profile_files_t *files, const char *profile) {
  return settings->role_arn != NULL || profile_value(files, profile, "role_arn") != NULL ||
         environment_value("AWS_WEB_IDENTITY_TOKEN_FILE") != NULL;
}

/* Each value with its length ahead of it, so that no two lists of values look alike. */
static char *make_name(const aws_settings_t *settings, const char *stamp, const char *profile) {
  const char *values[] = {
      profile,
      settings->profile != NULL ? "explicit" : NULL,
      settings->config_file,
      settings->credentials_file,
      settings->role_arn,
      settings->external_id,
      settings->region,
      settings->ca_file,
      settings->endpoints[ENDPOINT_STS],
      settings->endpoints[ENDPOINT_SSO],
      settings->endpoints[ENDPOINT_OIDC],
      stamp,
  };
  buffer_t name = BUFFER_INIT(NAME_LIMIT_BYTES);
  bool made = buffer_add_format(&name, "%lld ", (long long)settings->timeout_ms);
  for (size_t i = 0; made && i < sizeof(values) / sizeof(values[0]); i++)
    made = values[i] == NULL ? buffer_add_text(&name, "- ")
                             : buffer_add_format(&name, "%zu %s ", strlen(values[i]), values[i]);
  char *copy = made ? strdup(name.data) : NULL;
  buffer_clear(&name);
  return copy;
}

static void ring_free(keyring_t *ring) {
  if (ring->provider != NULL)
    ring->provider->destroy(ring->provider);
  region_finder_free(ring->context.region);
  profile_files_free(ring->files);
  if (ring->name != NULL)
    explicit_bzero(ring->name, strlen(ring->name));
  free(ring->name);
  for (size_t i = 0; i < ring->strings_count; i++) {
    explicit_bzero(ring->strings[i], strlen(ring->strings[i]));
    free(ring->strings[i]);
  }
  free(ring);
}

/* Replaces *text by a copy of the ring's: accounts come and go. */
static bool keep(keyring_t *ring, const char **text) {
  if (*text == NULL)
    return true;
  char *copy = strdup(*text);
  if (copy == NULL)
    return false;
  ring->strings[ring->strings_count++] = copy;
  *text = copy;
  return true;
}

static bool keep_settings(keyring_t *ring, const aws_settings_t *settings, const char *profile) {
  ring->settings = *settings;
  ring->profile = profile;
  bool kept = keep(ring, &ring->profile) && keep(ring, &ring->settings.role_arn) &&
              keep(ring, &ring->settings.external_id) && keep(ring, &ring->settings.region) &&
              keep(ring, &ring->settings.ca_file) && keep(ring, &ring->settings.config_file) &&
              keep(ring, &ring->settings.credentials_file);
  for (size_t i = 0; kept && i < AWS_SERVICES; i++)
    kept = keep(ring, &ring->settings.endpoints[i]);
  return kept;
}

const char *keyring_ca_file(const profile_files_t *files, const char *profile, const char *configured) {
  if (configured != NULL)
    return configured;
  const char *file = environment_value("AWS_CA_BUNDLE");
  return file != NULL ? file : profile_value(files, profile, "ca_bundle");
}

/* 0: not set. false: error says what is set in place of a number. */
static bool read_attempts(const profile_files_t *files, const char *profile, int *attempts, aws_error_t *error) {
  const char *variable = environment_value("AWS_MAX_ATTEMPTS");
  const char *text = variable != NULL ? variable : profile_value(files, profile, "max_attempts");
  char *end = NULL;
  long number = text != NULL ? strtol(text, &end, 10) : 0;
  *attempts = (int)(number < ATTEMPTS_MAX ? number : ATTEMPTS_MAX);
  if (text == NULL || (end != text && *end == '\0' && number >= 1))
    return true;
  aws_error_set(error, "configuration", "profile", 0, "%s is \"%.60s\": it takes a whole number of 1 or more",
                variable != NULL ? "AWS_MAX_ATTEMPTS" : "max_attempts of the profile", text);
  return false;
}

/* The plugin's own role stands on whatever the AWS command line would have found. */
static credentials_provider_t *make_provider(const keyring_t *ring) {
  credentials_provider_t *found = credentials_default_new(&ring->context);
  const credentials_role_t role = {
      .arn = ring->settings.role_arn, .external_id = ring->settings.external_id, .place = "option RoleArn"};
  if (role.arn != NULL)
    found = credentials_role_new(&ring->context, found, &role);
  return credentials_cache_new(found, ring->context.loop->clock);
}

/* Takes files and name in every case. */
static keyring_t *ring_new(loop_t *loop, const aws_settings_t *settings, const char *profile, profile_files_t *files,
                           char *name, int attempts) {
  keyring_t *ring = calloc(1, sizeof(*ring));
  if (ring == NULL) {
    profile_files_free(files);
    free(name);
    return NULL;
  }
  ring->users = 1;
  ring->name = name;
  ring->files = files;
  ring->quota = (retry_quota_t)RETRY_QUOTA_INIT;
  if (name != NULL && keep_settings(ring, settings, profile)) {
    ring->context = (credentials_context_t){
        .loop = loop,
        .files = files,
        .paths = {ring->settings.config_file, ring->settings.credentials_file},
        .profile = ring->profile,
        .profile_is_option = settings->profile != NULL,
        .endpoints = ring->settings.endpoints,
        .ca_file = keyring_ca_file(files, ring->profile, ring->settings.ca_file),
        .timeout_ms = settings->timeout_ms,
        .attempts = attempts > 0 ? attempts : RETRY_ATTEMPTS,
        .attempts_paged = attempts > 0 ? attempts : RETRY_ATTEMPTS_PAGED,
        .region = region_finder_new(loop, files, ring->profile, ring->settings.region),
        .quota = &ring->quota,
    };
    ring->provider = ring->context.region != NULL ? make_provider(ring) : NULL;
  }
  if (ring->provider != NULL)
    return ring;
  ring_free(ring);
  return NULL;
}

static keyring_t *find(keyring_t *rings, const char *name) {
  while (rings != NULL && strcmp(rings->name, name) != 0)
    rings = rings->next;
  return rings;
}

keyring_t *keyring_take(keyring_t **rings, loop_t *loop, const aws_settings_t *settings, const char *stamp,
                        aws_error_t *error) {
  const char *profile = effective_profile(settings);
  profile_files_t *files = profile_files_new();
  int attempts = 0;
  if (files != NULL &&
      (!profile_files_load(files, settings->config_file, settings->credentials_file, error) ||
       !check_profile(settings, files, profile, error) || !read_attempts(files, profile, &attempts, error))) {
    profile_files_free(files);
    return NULL;
  }
  aws_settings_t that_matter = *settings;
  if (files != NULL && !asks_sts(settings, files, profile))
    that_matter.region = NULL;
  char *name = files != NULL ? make_name(&that_matter, stamp, profile) : NULL;
  keyring_t *ring = name != NULL ? find(*rings, name) : NULL;
  if (ring != NULL) {
    ring->users++;
    profile_files_free(files);
    explicit_bzero(name, strlen(name));
    free(name);
    return ring;
  }
  ring = files != NULL ? ring_new(loop, &that_matter, profile, files, name, attempts) : NULL;
  if (ring == NULL) {
    aws_error_set(error, "credentials", "credentials", 0, "no memory for the sources of credentials");
    return NULL;
  }
  ring->next = *rings;
  *rings = ring;
  return ring;
}

void keyring_release(keyring_t **rings, keyring_t *ring) {
  if (ring == NULL || --ring->users > 0)
    return;
  while (*rings != ring)
    rings = &(*rings)->next;
  *rings = ring->next;
  ring_free(ring);
}
