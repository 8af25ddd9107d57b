/* The sources of credentials, one file each, and their decorators. See credentials.h for the contract.
 *
 * Constructors return NULL without memory. A provider owns the providers that it was given, in every case. Its files
 * and strings must outlive it. Where a source is not configured, its error's message says where it was looked for. */
#ifndef AWS_PROVIDERS_H
#define AWS_PROVIDERS_H

#include <stddef.h>

#include "aws/credentials.h"
#include "aws/loop.h"
#include "aws/profile.h"

/* AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. */
credentials_provider_t *credentials_environment_new(void);

/* aws_access_key_id, aws_secret_access_key and aws_session_token of a profile in one of the shared files. */
credentials_provider_t *credentials_static_new(const profile_files_t *files, profile_file_t file, const char *profile);

/* The first of the links that is configured. */
credentials_provider_t *credentials_chain_new(credentials_provider_t *const *links, size_t count);

/* Keeps what the inner provider found. Keys that expire are renewed 15 minutes ahead, at the latest 5; while a renewal
 * fails the old ones are used as long as they last; nothing failed is kept. Whoever asks while the inner provider is
 * being asked waits for the same answer. */
credentials_provider_t *credentials_cache_new(credentials_provider_t *inner, const loop_clock_t *clock);

/* credentials_cache_expire makes the next get ask the inner provider: AWS called the keys expired. */
void credentials_cache_expire(credentials_provider_t *cache);

#endif
