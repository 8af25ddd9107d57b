#include "aws/credentials/credentials_profile.h"

/* The order is that of botocore's ProfileProviderBuilder: web identity, SSO, keys of the credentials file, login,
 * credential_process, keys of the config file. */
size_t credentials_profile_links(const credentials_context_t *context, const char *profile, bool uses_environment,
                                 credentials_provider_t *links[CREDENTIALS_PROFILE_LINKS_MAX]) {
  size_t count = 0;
  links[count++] = credentials_web_identity_new(context, profile, uses_environment);
  links[count++] = credentials_sso_new(context, profile);
  links[count++] = credentials_static_new(context, PROFILE_CREDENTIALS_FILE, profile);
  links[count++] = credentials_login_new(context, profile);
  links[count++] = credentials_process_new(context, profile);
  links[count++] = credentials_static_new(context, PROFILE_CONFIG_FILE, profile);
  return count;
}

credentials_provider_t *credentials_profile_new(const credentials_context_t *context, const char *profile,
                                                bool uses_environment) {
  credentials_provider_t *links[CREDENTIALS_PROFILE_LINKS_MAX];
  size_t count = credentials_profile_links(context, profile, uses_environment, links);
  return credentials_chain_new(links, count);
}
