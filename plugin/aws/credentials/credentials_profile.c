#include "aws/credentials/credentials_profile.h"

/* botocore's ProfileProviderBuilder: web identity, SSO, keys of the credentials file, login, credential_process, keys
 * of the config file. */
void credentials_profile_links(const credentials_context_t *context, const char *profile, bool uses_environment,
                               credentials_provider_t *links[CREDENTIALS_PROFILE_LINKS]) {
  links[0] = credentials_web_identity_new(context, profile, uses_environment);
  links[1] = credentials_sso_new(context, profile);
  links[2] = credentials_static_new(context, PROFILE_CREDENTIALS_FILE, profile);
  links[3] = credentials_login_new(context, profile);
  links[4] = credentials_process_new(context, profile);
  links[5] = credentials_static_new(context, PROFILE_CONFIG_FILE, profile);
}

credentials_provider_t *credentials_profile_new(const credentials_context_t *context, const char *profile,
                                                bool uses_environment) {
  credentials_provider_t *links[CREDENTIALS_PROFILE_LINKS];
  credentials_profile_links(context, profile, uses_environment, links);
  return credentials_chain_new(links, CREDENTIALS_PROFILE_LINKS);
}
