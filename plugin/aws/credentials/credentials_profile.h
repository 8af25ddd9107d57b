/* What a profile has without its role, link by link. */
#ifndef AWS_CREDENTIALS_CREDENTIALS_PROFILE_H
#define AWS_CREDENTIALS_CREDENTIALS_PROFILE_H

#include "aws/credentials/providers.h"

/* CREDENTIALS_PROFILE_LINKS_MAX is more than a profile has. */
#define CREDENTIALS_PROFILE_LINKS_MAX 16

/* credentials_profile_links makes the links that credentials_profile_new chains, for a longer chain, which owns them;
 * one is NULL where there was no memory. It returns how many there are. */
size_t credentials_profile_links(const credentials_context_t *context, const char *profile, bool uses_environment,
                                 credentials_provider_t *links[CREDENTIALS_PROFILE_LINKS_MAX]);

#endif
