/* Where AWS credentials come from: one interface of two functions for every kind of source, and its decorators.
 *
 * The order of the sources and what each of them reads is that of the AWS command line
 * (https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-authentication.html#cli-chap-authentication-precedence).
 * A source that is not configured lets the chain go on to the next one; a source that is configured and broken ends it
 * with its reason: other keys must never be used silently in its place. Providers live in the loop's thread. */
#ifndef AWS_CREDENTIALS_PROVIDER_H
#define AWS_CREDENTIALS_PROVIDER_H

#include "aws/protocol/credentials.h"
#include "aws/protocol/error.h"

typedef enum {
  CREDENTIALS_FOUND,  /* credentials has the keys; error says nothing, and may be NULL */
  CREDENTIALS_ABSENT, /* this source is not configured, and the next one's turn comes: error says where it looked */
  CREDENTIALS_BROKEN, /* configured, but no keys: error says why */
} credentials_result_t;

/* credentials_done_t is called exactly once for each get, perhaps before get returns. credentials is NULL unless the
 * result is CREDENTIALS_FOUND; error is not NULL where the result is another. Both live during the call only. The
 * message of an absent source's error is a phrase, which the chain puts into the list of the places where it has looked
 * ("keys in /root/.aws/config"). A broken source's is one line that names the source, what is wrong and the remedy.
 * Neither has a secret in it. */
typedef void credentials_done_t(void *user_data, credentials_result_t result, const credentials_t *credentials,
                                const aws_error_t *error);

/* credentials_provider_t is a source of credentials. Implementations embed this struct as their first member. get never
 * blocks: what must be waited for goes through loop.h and http.h. destroy ends what is under way without calling back,
 * and frees the provider. */
typedef struct credentials_provider credentials_provider_t;
struct credentials_provider {
  void (*get)(credentials_provider_t *self, credentials_done_t *done, void *user_data);
  void (*destroy)(credentials_provider_t *self);
};

#endif
