#include "aws/credentials/providers.h"

/* botocore's ProfileProviderBuilder: web identity, SSO, keys of the credentials file, login, credential_process, keys
 * of the config file. */
#define PROFILE_LINKS 6

static void profile_links(const credentials_context_t *context, const char *profile, bool uses_environment,
                          credentials_provider_t *links[PROFILE_LINKS]) {
  links[0] = credentials_web_identity_new(context, profile, uses_environment);
  links[1] = credentials_sso_new(context, profile);
  links[2] = credentials_static_new(context, PROFILE_CREDENTIALS_FILE, profile);
  links[3] = credentials_login_new(context, profile);
  links[4] = credentials_process_new(context, profile);
  links[5] = credentials_static_new(context, PROFILE_CONFIG_FILE, profile);
}

credentials_provider_t *credentials_profile_new(const credentials_context_t *context, const char *profile,
                                                bool uses_environment) {
  credentials_provider_t *links[PROFILE_LINKS];
  profile_links(context, profile, uses_environment, links);
  return credentials_chain_new(links, PROFILE_LINKS);
}

/* What costs nothing and what somebody has set up comes first; the metadata services, which every process of a machine
 * can ask, come last. */
credentials_provider_t *credentials_default_new(const credentials_context_t *context) {
  credentials_provider_t *links[PROFILE_LINKS + 4];
  size_t count = 0;
  if (!context->profile_is_option)
    links[count++] = credentials_environment_new();
  links[count++] = credentials_profile_role_new(context, context->profile);
  profile_links(context, context->profile, !context->profile_is_option, links + count);
  count += PROFILE_LINKS;
  links[count++] = credentials_container_new(context);
  links[count++] = credentials_instance_new(context);
  return credentials_chain_new(links, count);
}
