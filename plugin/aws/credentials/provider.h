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
  CREDENTIALS_FOUND,  /* credentials is valid during the callback */
  CREDENTIALS_ABSENT, /* this source is not configured: the next one's turn */
  CREDENTIALS_BROKEN, /* configured, but no keys: error says why */
} credentials_result_t;

/* credentials_done_t is called exactly once for each get, perhaps before get returns. credentials and error live during
 * the call only; error's message is one line that names the source, what is wrong and the remedy, and never a secret.
 */
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
