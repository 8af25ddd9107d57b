/* The sources of a profile's own keys, without its role, as links of a chain. */
#ifndef AWS_CREDENTIALS_CREDENTIALS_PROFILE_H
#define AWS_CREDENTIALS_CREDENTIALS_PROFILE_H

#include "aws/credentials/providers.h"

/* CREDENTIALS_PROFILE_LINKS_MAX: a profile has fewer links. */
#define CREDENTIALS_PROFILE_LINKS_MAX 16

/* credentials_profile_links makes the links that credentials_profile_new chains, for a longer chain, which owns them,
 * and returns how many it has made. A link is NULL where there was no memory for it. */
size_t credentials_profile_links(const credentials_context_t *context, const char *profile, bool uses_environment,
                                 credentials_provider_t *links[CREDENTIALS_PROFILE_LINKS_MAX]);

#endif
