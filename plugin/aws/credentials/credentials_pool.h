/* The credentials of accounts. Accounts with the same settings share one pool: one set of keys with one renewal,
 * however many accounts and regions use it. The client alone (client_private.h) includes this. */
#ifndef AWS_CREDENTIALS_CREDENTIALS_POOL_H
#define AWS_CREDENTIALS_CREDENTIALS_POOL_H

#include "aws/credentials/providers.h"
#include "aws/protocol/settings.h"

/* STS, SSO and OIDC. */
#define CREDENTIALS_POOL_SERVICES 3

/* The texts that keep_settings copies: the profile, seven settings, and the services' URLs. */
#define CREDENTIALS_POOL_STRINGS (8 + CREDENTIALS_POOL_SERVICES)

/* credentials_pool_t is one set of keys, the files and settings that they come from, and the region that goes with
 * them. */
typedef struct credentials_pool {
  struct credentials_pool *next;
  size_t users;
  char *name; /* all settings that decide which keys are found, and the state of the files */
  profile_files_t *files;
  const char *profile; /* the effective one */
  aws_settings_t settings;
  aws_endpoint_t endpoints[CREDENTIALS_POOL_SERVICES];
  char *strings[CREDENTIALS_POOL_STRINGS]; /* copies of those that settings and profile point to */
  size_t strings_count;
  credentials_context_t context;
  retry_quota_t quota;
  credentials_provider_t *provider; /* a cache */
} credentials_pool_t;

/* credentials_pool_take finds the pool of these settings among *pools, or makes it and puts it there. It reads the
 * shared files, whose state stamp identifies. The caller gives the pool back by credentials_pool_release. NULL: error
 * says which file or setting is unusable. */
credentials_pool_t *credentials_pool_take(credentials_pool_t **pools, loop_t *loop, const aws_settings_t *settings,
                                          const char *stamp, aws_error_t *error);

/* credentials_pool_release gives a pool back, which may be NULL. The last user's release ends what is under way without
 * calling back, and wipes the keys. */
void credentials_pool_release(credentials_pool_t **pools, credentials_pool_t *pool);

/* credentials_pool_ca_file is the file of trusted certificates: the option, AWS_CA_BUNDLE, the profile's; NULL:
 * libcurl's own.
 */
const char *credentials_pool_ca_file(const profile_files_t *files, const char *profile, const char *configured);

#endif
