/* Where AWS credentials come from: one interface of two functions for every kind of source, and its decorators.
 *
 * The order of the sources and what each of them reads is that of the AWS command line
 * (https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-authentication.html#cli-chap-authentication-precedence).
 * A source that is not configured lets the chain go on to the next one; a source that is configured and broken ends it
 * with its reason: whoever configured it would not want other keys to be used silently. */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/error.h"

/* One set of keys. Strings are owned; session_token may be NULL; source says which provider gave them, for people. */
typedef struct {
  char *access_key_id;
  char *secret_access_key;
  char *session_token;
  char *source;
  int64_t expires_ms; /* milliseconds since the epoch; 0: never */
} credentials_t;

#define CREDENTIALS_INIT                                                                                               \
  { NULL, NULL, NULL, NULL, 0 }

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

typedef enum {
  CREDENTIALS_FOUND,  /* credentials is valid during the callback */
  CREDENTIALS_ABSENT, /* this source is not configured: the next one's turn */
  CREDENTIALS_BROKEN, /* configured, but no keys: error says why */
} credentials_end_t;

/* Called exactly once for each get, perhaps before get returns. credentials and error live during the call only;
 * error's message is one line that names the source, what is wrong and the remedy, and never a secret. */
typedef void credentials_done_t(void *owner, credentials_end_t end, const credentials_t *credentials,
                                const aws_error_t *error);

/* A source of credentials. Implementations embed this struct as their first member. get never blocks: what must be
 * waited for goes through loop.h and http.h. destroy ends what is under way without calling anybody. */
typedef struct credentials_provider credentials_provider_t;
struct credentials_provider {
  void (*get)(credentials_provider_t *self, credentials_done_t *done, void *owner);
  void (*destroy)(credentials_provider_t *self);
};

#endif
