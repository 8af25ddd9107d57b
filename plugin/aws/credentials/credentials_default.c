#include "aws/credentials/credentials_profile.h"
#include "aws/credentials/providers.h"

/* The chain begins with what costs nothing and what an administrator has set up, and ends with the metadata services,
 * which every process of a machine can ask. */
credentials_provider_t *credentials_default_new(const credentials_context_t *context) {
  credentials_provider_t *links[CREDENTIALS_PROFILE_LINKS_MAX + 4];
  size_t count = 0;
  if (!context->profile_is_option)
    links[count++] = credentials_environment_new();
  links[count++] = credentials_profile_role_new(context, context->profile);
  count += credentials_profile_links(context, context->profile, !context->profile_is_option, links + count);
  links[count++] = credentials_container_new(context);
  links[count++] = credentials_instance_new(context);
  return credentials_chain_new(links, count);
}
