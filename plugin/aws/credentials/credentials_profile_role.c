#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials/providers.h"
#include "util/ascii.h"

/* A chain of more than two roles is rare; one of more than ROLES_MAX is a mistake. */
#define ROLES_MAX 16

/* STS's limits: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
#define DURATION_MIN_S 900
#define DURATION_MAX_S 43200
#define SESSION_NAME_MIN 2
#define SESSION_NAME_MAX 64

/* role_chain_t has the profiles from the selected one to the one whose role is assumed first. */
typedef struct {
  const credentials_context_t *context;
  const char *profiles[ROLES_MAX];
  size_t count;
  aws_error_t error;
} role_chain_t;

#define REFUSE(role_chain, ...)                                                                                        \
  (aws_error_credentials(&(role_chain)->error, __VA_ARGS__), (credentials_provider_t *)NULL)

static const char *value(const role_chain_t *role_chain, const char *profile, const char *key) {
  return profile_value(role_chain->context->files, profile, key);
}

/* has_role is botocore's _has_assume_role_config_vars: a profile with a token file is a web identity's, not a role's.
 */
static bool has_role(const role_chain_t *role_chain, const char *profile) {
  return value(role_chain, profile, "role_arn") != NULL &&
         value(role_chain, profile, "web_identity_token_file") == NULL;
}

static bool has_keys(const role_chain_t *role_chain, const char *profile) {
  return value(role_chain, profile, "aws_access_key_id") != NULL ||
         value(role_chain, profile, "aws_secret_access_key") != NULL;
}

static credentials_provider_t *credential_source(role_chain_t *role_chain, const char *profile, const char *name) {
  if (strcmp(name, "Environment") == 0)
    return credentials_environment_new();
  if (strcmp(name, "EcsContainer") == 0)
    return credentials_container_new(role_chain->context);
  if (strcmp(name, "Ec2InstanceMetadata") == 0)
    return credentials_instance_new(role_chain->context);
  return REFUSE(role_chain,
                "credential_source of profile \"%s\" is \"%.60s\": it takes Environment, EcsContainer or "
                "Ec2InstanceMetadata",
                profile, name);
}

/* find_source makes what the role of profile is assumed with. NULL: error says what is wrong, or, where that is empty,
 * *next is the profile whose role comes first. */
static credentials_provider_t *find_source(role_chain_t *role_chain, const char *profile, const char **next) {
  const char *named = value(role_chain, profile, "credential_source");
  const char *source = value(role_chain, profile, "source_profile");
  if (named != NULL && source != NULL)
    return REFUSE(role_chain, "profile \"%s\" has both source_profile and credential_source: remove one", profile);
  if (named != NULL)
    return credential_source(role_chain, profile, named);
  if (source == NULL)
    return REFUSE(role_chain, "profile \"%s\" has role_arn, but neither source_profile nor credential_source: add one",
                  profile);
  if (!profile_exists(role_chain->context->files, source))
    return REFUSE(role_chain, "source_profile \"%.100s\" of profile \"%s\" does not exist: add it, or name another",
                  source, profile);
  for (size_t i = 0; i < role_chain->count; i++) {
    bool is_itself = strcmp(source, profile) == 0 && has_keys(role_chain, source);
    if (strcmp(role_chain->profiles[i], source) == 0 && !is_itself)
      return REFUSE(role_chain, "source_profile \"%.100s\" of profile \"%s\" leads back to itself: name one with keys",
                    source, profile);
  }
  if (has_keys(role_chain, source) || !has_role(role_chain, source))
    return credentials_profile_new(role_chain->context, source, false);
  *next = source;
  return NULL;
}

static bool is_session_name(const char *text) {
  size_t length = 0;
  while (ascii_is_alphanumeric(text[length]) || (text[length] != '\0' && strchr("_+=,.@-", text[length]) != NULL))
    length++;
  return text[length] == '\0' && length >= SESSION_NAME_MIN && length <= SESSION_NAME_MAX;
}

/* read_duration reads duration_seconds. 0: it is not set, or is no number, which the AWS command line takes for not
 * set; -1: STS does not take it. */
static int read_duration(const char *text) {
  char *end = NULL;
  long seconds = text != NULL ? strtol(text, &end, 10) : 0;
  if (text == NULL || end == text || *end != '\0')
    return 0;
  return seconds >= DURATION_MIN_S && seconds <= DURATION_MAX_S ? (int)seconds : -1;
}

/* make_role makes the role of profile, assumed with source, which it owns in every case. */
static credentials_provider_t *make_role(role_chain_t *role_chain, const char *profile,
                                         credentials_provider_t *source) {
  char place[128];
  const char *session_name = value(role_chain, profile, "role_session_name");
  int duration_s = read_duration(value(role_chain, profile, "duration_seconds"));
  (void)snprintf(place, sizeof(place), "profile \"%.100s\"", profile);
  if (value(role_chain, profile, "mfa_serial") != NULL)
    (void)REFUSE(role_chain, "%s has mfa_serial: a daemon cannot enter codes; use a role that does without", place);
  else if (duration_s < 0)
    (void)REFUSE(role_chain, "duration_seconds of %s is not within %d and %d", place, DURATION_MIN_S, DURATION_MAX_S);
  else if (session_name != NULL && session_name[0] != '\0' && !is_session_name(session_name))
    (void)REFUSE(role_chain, "role_session_name of %s takes %d to %d letters, digits and _+=,.@-", place,
                 SESSION_NAME_MIN, SESSION_NAME_MAX);
  if (role_chain->error.code[0] != '\0') {
    source->destroy(source);
    return NULL;
  }
  credentials_role_t role = {
      .arn = value(role_chain, profile, "role_arn"),
      .external_id = value(role_chain, profile, "external_id"),
      .session_name = session_name != NULL && session_name[0] != '\0' ? session_name : NULL,
      .duration_s = duration_s,
      .place = place,
  };
  return credentials_role_new(role_chain->context, source, &role);
}

/* make_roles follows source_profile to the end of the chain, and makes the roles from there back. */
static credentials_provider_t *make_roles(role_chain_t *role_chain, const char *profile) {
  credentials_provider_t *provider = NULL;
  while (profile != NULL) {
    if (role_chain->count == ROLES_MAX)
      return REFUSE(role_chain, "more than %d profiles lead to one another by source_profile: shorten the chain",
                    ROLES_MAX);
    const char *next = NULL;
    role_chain->profiles[role_chain->count++] = profile;
    provider = find_source(role_chain, profile, &next);
    profile = next;
  }
  for (size_t i = role_chain->count; i > 0 && provider != NULL; i--)
    provider = make_role(role_chain, role_chain->profiles[i - 1], provider);
  return provider;
}

credentials_provider_t *credentials_profile_role_new(const credentials_context_t *context, const char *profile) {
  role_chain_t role_chain = {.context = context};
  if (!has_role(&role_chain, profile)) {
    aws_error_credentials(&role_chain.error, "role_arn of profile \"%s\"", profile);
    return credentials_refusal_new(CREDENTIALS_ABSENT, &role_chain.error);
  }
  credentials_provider_t *provider = make_roles(&role_chain, profile);
  return role_chain.error.code[0] == '\0' ? provider : credentials_refusal_new(CREDENTIALS_BROKEN, &role_chain.error);
}
