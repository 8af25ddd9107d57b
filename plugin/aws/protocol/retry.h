/* Which failed requests are worth another attempt, and when: the SDKs' "standard" mode.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 * Pure: one function classifies, one draws the delay, and a quota that an outage empties. */
#ifndef AWS_PROTOCOL_RETRY_H
#define AWS_PROTOCOL_RETRY_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
  RETRY_NEVER,       /* the response will not change: AccessDenied, ValidationException */
  RETRY_TRANSIENT,   /* connection errors, a body cut short, 500, 502, 503, 504 */
  RETRY_TIMEOUT,     /* as transient, but costs more of the quota */
  RETRY_THROTTLED,   /* asked too often */
  RETRY_CREDENTIALS, /* once, after renewing: ExpiredToken */
  RETRY_CLOCK,       /* once, after correcting the clock by the response's Date, when the skew is above RETRY_SKEW_MS */
} retry_class_t;

#define RETRY_ATTEMPTS 3

/* A page behind the first is given more patience while AWS throttles: to give up a long listing would waste what its
 * pages have cost, and the next one would have to begin anew. */
#define RETRY_ATTEMPTS_PAGED 8
#define RETRY_SKEW_MS ((int64_t)4 * 60 * 1000)

/* retry_classify says what an error is worth. code is AWS's error code or one of error.h, status the HTTP status or 0.
 */
retry_class_t retry_classify(const char *code, int status);

/* retry_delay_ms is fraction x min(20 s, 2^retry s) for retry 0, 1, ...; fraction is a random number in [0, 1). A
 * retry_after_s above that (from a Retry-After header; 0: none) is obeyed up to 20 s. */
int64_t retry_delay_ms(int retry, double fraction, int64_t retry_after_s);

/* A quota of tokens: a retry takes 5 of 500 (10 after a timeout), a success gives back what its retry took, or 1. */
typedef struct {
  int tokens;
} retry_quota_t;

#define RETRY_QUOTA_INIT ((retry_quota_t){500})

/* retry_quota_take takes what a retry costs; *taken is how much. false: the quota has less, and nothing was taken. */
bool retry_quota_take(retry_quota_t *quota, retry_class_t why, int *taken);

/* retry_quota_return gives back, after a success, what the request's last retry took; taken is 0 when it had no retry.
 */
void retry_quota_return(retry_quota_t *quota, int taken);

/* retry_state_t is what one request has used up of its patience. Zeroed is a request that has not failed yet. */
typedef struct {
  int attempt;     /* failed attempts that counted: one with the wrong time does not */
  int quota_taken; /* by the last of them, for retry_quota_return */
  bool corrected;  /* the clock has been */
} retry_state_t;

typedef struct {
  int attempts;             /* of one request, in all */
  retry_quota_t *quota;     /* NULL: unlimited */
  bool clock_was_wrong;     /* by more than RETRY_SKEW_MS, and is right now */
  int64_t retry_after_s;    /* of the response's Retry-After; 0: it had no such header */
  double (*fraction)(void); /* random, in [0, 1), as loop_clock_t's */
} retry_limits_t;

/* retry_again decides whether a request that has failed so is sent again, after *delay_ms, and counts the attempt. A
 * wrong clock is worth one attempt, at once; renewing refused credentials is the caller's. */
bool retry_again(retry_state_t *state, retry_class_t why, const retry_limits_t *limits, int64_t *delay_ms);

#endif
