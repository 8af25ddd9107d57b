/* One set of AWS keys: the struct, and what every key must be like. */
#ifndef AWS_PROTOCOL_CREDENTIALS_H
#define AWS_PROTOCOL_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* credentials_t is one set of keys. Its strings are its own, until credentials_clear; session_token may be NULL; source
 * says which provider gave them, for people. */
typedef struct {
  char *access_key_id;
  char *secret_access_key;
  char *session_token;
  char *source;
  int64_t expires_ms; /* milliseconds since the epoch; 0: never */
} credentials_t;

#define CREDENTIALS_INIT ((credentials_t){.expires_ms = 0})

/* credentials_set replaces target by copies of the given values (session_token may be NULL or empty: none); false: no
 * memory, target is clear. */
bool credentials_set(credentials_t *target, const char *access_key_id, const char *secret_access_key,
                     const char *session_token, int64_t expires_ms, const char *source);

/* credentials_find_unsendable names the first of the three that has a blank, a control character or a byte beyond
 * ASCII, which no key of AWS has: "access key id", "secret access key" or "session token"; NULL: none has. A value may
 * be NULL.
 */
const char *credentials_find_unsendable(const char *access_key_id, const char *secret_access_key,
                                        const char *session_token);

/* credentials_clear wipes the secrets, frees everything and returns to pristine; safe twice. */
void credentials_clear(credentials_t *credentials);

#endif
