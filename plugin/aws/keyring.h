/* The credentials of accounts: what has the same settings is one set of keys with one renewal, however many accounts
 * and regions use it. Nobody but account.c and client.c includes this. */
#ifndef AWS_KEYRING_H
#define AWS_KEYRING_H

#include "aws/client.h"
#include "aws/providers.h"

/* One set of keys, the files and settings that they come from, and the region that goes with them. */
typedef struct keyring {
  struct keyring *next;
  size_t users;
  char *name; /* all settings that matter, and the state of the files */
  profile_files_t *files;
  const char *profile; /* the effective one */
  aws_settings_t settings;
  char *strings[16]; /* copies of those that settings and profile point to */
  size_t strings_count;
  credentials_context_t context;
  retry_quota_t quota;
  credentials_provider_t *provider; /* a cache */
} keyring_t;

/* keyring_take finds the keyring of these settings among *rings, or makes it; stamp is what tells the files' state. The
 * caller gives it back by keyring_release. NULL: error says which file or setting is unusable. */
keyring_t *keyring_take(keyring_t **rings, loop_t *loop, const aws_settings_t *settings, const char *stamp,
                        aws_error_t *error);

/* keyring_release: without users it ends what is under way and wipes the keys. ring may be NULL. */
void keyring_release(keyring_t **rings, keyring_t *ring);

/* keyring_ca_file is the file of trusted certificates: the option, AWS_CA_BUNDLE, the profile's; NULL: libcurl's own.
 */
const char *keyring_ca_file(const profile_files_t *files, const char *profile, const char *configured);

#endif
