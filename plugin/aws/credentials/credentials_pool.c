#include "aws/credentials/credentials_pool.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/buffer.h"
#include "util/environment.h"

/* ATTEMPTS_MAX attempts take up to half an hour, and all that a quota has. */
#define ATTEMPTS_MAX 100

#define NAME_LIMIT_BYTES ((size_t)64 * 1024)

/* asked_services are those that credentials come from: a pool keeps an account's endpoints of these alone. */
static const aws_service_t *const asked_services[CREDENTIALS_POOL_SERVICES] = {&aws_service_sts, &aws_service_sso,
                                                                               &aws_service_oidc};

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
  aws_error_credentials(error, "profile \"%s\" (from %s) is neither in %s%s nor in %s%s", profile,
                        settings->profile != NULL ? "option Profile" : "AWS_PROFILE", config,
                        absence(files, PROFILE_CONFIG_FILE), credentials, absence(files, PROFILE_CREDENTIALS_FILE));
  return false;
}

/* asks_sts says whether the account's region matters for its keys: STS is asked there. */
static bool asks_sts(const aws_settings_t *settings, const profile_files_t *files, const char *profile) {
  return settings->role_arn != NULL || profile_value(files, profile, "role_arn") != NULL ||
         environment_value("AWS_WEB_IDENTITY_TOKEN_FILE") != NULL;
}

static const char *configured_url(const aws_settings_t *settings, size_t index) {
  return endpoint_configured(settings->endpoints, settings->endpoints_count, asked_services[index]);
}

/* make_name writes each value with its length ahead of it, so that no two lists of values look alike. The caller frees
 * the name, which has secrets in it; NULL: no memory. */
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
      settings->role_session_name,
      configured_url(settings, 0),
      configured_url(settings, 1),
      configured_url(settings, 2),
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

static void pool_free(credentials_pool_t *pool) {
  if (pool->provider != NULL)
    pool->provider->destroy(pool->provider);
  region_finder_free(pool->context.region);
  profile_files_free(pool->files);
  if (pool->name != NULL)
    explicit_bzero(pool->name, strlen(pool->name));
  free(pool->name);
  for (size_t i = 0; i < pool->strings_count; i++) {
    explicit_bzero(pool->strings[i], strlen(pool->strings[i]));
    free(pool->strings[i]);
  }
  free(pool);
}

/* keep replaces *text by a copy of the pool's own: accounts come and go. false: no memory, or CREDENTIALS_POOL_STRINGS
 * is less than what keep_settings keeps. */
static bool keep(credentials_pool_t *pool, const char **text) {
  if (*text == NULL)
    return true;
  char *copy = pool->strings_count < CREDENTIALS_POOL_STRINGS ? strdup(*text) : NULL;
  if (copy == NULL)
    return false;
  pool->strings[pool->strings_count++] = copy;
  *text = copy;
  return true;
}

static bool keep_settings(credentials_pool_t *pool, const aws_settings_t *settings, const char *profile) {
  pool->settings = *settings;
  pool->profile = profile;
  bool kept = keep(pool, &pool->profile) && keep(pool, &pool->settings.role_arn) &&
              keep(pool, &pool->settings.external_id) && keep(pool, &pool->settings.region) &&
              keep(pool, &pool->settings.ca_file) && keep(pool, &pool->settings.config_file) &&
              keep(pool, &pool->settings.credentials_file) && keep(pool, &pool->settings.role_session_name);
  for (size_t i = 0; kept && i < CREDENTIALS_POOL_SERVICES; i++) {
    const char *url = configured_url(settings, i);
    kept = keep(pool, &url);
    pool->endpoints[i] =
        (aws_endpoint_t){asked_services[i], kept && url != NULL ? pool->strings[pool->strings_count - 1] : NULL};
  }
  pool->settings.endpoints = pool->endpoints;
  pool->settings.endpoints_count = CREDENTIALS_POOL_SERVICES;
  return kept;
}

const char *credentials_pool_ca_file(const profile_files_t *files, const char *profile, const char *configured) {
  if (configured != NULL)
    return configured;
  const char *file = environment_value("AWS_CA_BUNDLE");
  return file != NULL ? file : profile_value(files, profile, "ca_bundle");
}

/* read_attempts reads AWS_MAX_ATTEMPTS, or max_attempts of the profile, into *attempts; 0: not set. false: error says
 * what stands there in place of a number. */
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

/* make_provider puts the role of option RoleArn on what the AWS command line would have found, and a cache on that. */
static credentials_provider_t *make_provider(const credentials_pool_t *pool) {
  credentials_provider_t *found = credentials_default_new(&pool->context);
  const credentials_role_t role = {
      .arn = pool->settings.role_arn, .external_id = pool->settings.external_id, .place = "option RoleArn"};
  if (role.arn != NULL)
    found = credentials_role_new(&pool->context, found, &role);
  return credentials_cache_new(found, pool->context.loop->clock);
}

/* pool_new owns files and name, also where it returns NULL: no memory. */
static credentials_pool_t *pool_new(loop_t *loop, const aws_settings_t *settings, const char *profile,
                                    profile_files_t *files, char *name, int attempts) {
  credentials_pool_t *pool = calloc(1, sizeof(*pool));
  if (pool == NULL) {
    profile_files_free(files);
    free(name);
    return NULL;
  }
  pool->users = 1;
  pool->name = name;
  pool->files = files;
  pool->quota = RETRY_QUOTA_INIT;
  if (name != NULL && keep_settings(pool, settings, profile)) {
    pool->context = (credentials_context_t){
        .loop = loop,
        .files = files,
        .paths = {pool->settings.config_file, pool->settings.credentials_file},
        .profile = pool->profile,
        .profile_is_option = settings->profile != NULL,
        .session_name = pool->settings.role_session_name,
        .endpoints = pool->endpoints,
        .endpoints_count = CREDENTIALS_POOL_SERVICES,
        .ca_file = credentials_pool_ca_file(files, pool->profile, pool->settings.ca_file),
        .timeout_ms = settings->timeout_ms,
        .attempts = attempts > 0 ? attempts : RETRY_ATTEMPTS,
        .attempts_paged = attempts > 0 ? attempts : RETRY_ATTEMPTS_PAGED,
        .region = region_finder_new(loop, files, pool->profile, pool->settings.region),
        .quota = &pool->quota,
    };
    pool->provider = pool->context.region != NULL ? make_provider(pool) : NULL;
  }
  if (pool->provider != NULL)
    return pool;
  pool_free(pool);
  return NULL;
}

static credentials_pool_t *find(credentials_pool_t *pools, const char *name) {
  while (pools != NULL && strcmp(pools->name, name) != 0)
    pools = pools->next;
  return pools;
}

credentials_pool_t *credentials_pool_take(credentials_pool_t **pools, loop_t *loop, const aws_settings_t *settings,
                                          const char *stamp, aws_error_t *error) {
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
  credentials_pool_t *pool = name != NULL ? find(*pools, name) : NULL;
  if (pool != NULL) {
    pool->users++;
    profile_files_free(files);
    explicit_bzero(name, strlen(name));
    free(name);
    return pool;
  }
  pool = files != NULL ? pool_new(loop, &that_matter, profile, files, name, attempts) : NULL;
  if (pool == NULL) {
    aws_error_credentials(error, "no memory for the sources of credentials");
    return NULL;
  }
  pool->next = *pools;
  *pools = pool;
  return pool;
}

void credentials_pool_release(credentials_pool_t **pools, credentials_pool_t *pool) {
  if (pool == NULL || --pool->users > 0)
    return;
  while (*pools != pool)
    pools = &(*pools)->next;
  *pools = pool->next;
  pool_free(pool);
}
