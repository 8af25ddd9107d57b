#include "aws/protocol/retry.h"

#include <stddef.h>
#include <string.h>

#define RETRY_DELAY_LIMIT_MS ((int64_t)20 * 1000)
#define RETRY_QUOTA_TOKENS 500
#define RETRY_COST 5
#define RETRY_TIMEOUT_COST 10
/* A success at the first attempt gives back RETRY_REFUND: 500 good calls pay off an outage's debt. */
#define RETRY_REFUND 1

typedef struct {
  const char *code;
  retry_class_t why;
} retry_code_t;

/* retry_codes are AWS's codes as botocore's retries/standard.py and the SDK reference list them, and ours of error.h.
 * "parse" is transient because a response that was cut short cannot be told from one that is wrong. */
static const retry_code_t retry_codes[] = {
    {"Throttling", RETRY_THROTTLED},
    {"ThrottlingException", RETRY_THROTTLED},
    {"ThrottledException", RETRY_THROTTLED},
    {"RequestThrottled", RETRY_THROTTLED},
    {"RequestThrottledException", RETRY_THROTTLED},
    {"TooManyRequestsException", RETRY_THROTTLED},
    {"ProvisionedThroughputExceededException", RETRY_THROTTLED},
    {"TransactionInProgressException", RETRY_THROTTLED},
    {"RequestLimitExceeded", RETRY_THROTTLED},
    {"BandwidthLimitExceeded", RETRY_THROTTLED},
    {"LimitExceededException", RETRY_THROTTLED},
    {"SlowDown", RETRY_THROTTLED},
    {"PriorRequestNotComplete", RETRY_THROTTLED},
    {"EC2ThrottledException", RETRY_THROTTLED},
    {"RequestTimeout", RETRY_TRANSIENT},
    {"RequestTimeoutException", RETRY_TRANSIENT},
    {"ServiceUnavailableException", RETRY_TRANSIENT},
    {"IDPCommunicationError", RETRY_TRANSIENT},
    {"connect", RETRY_TRANSIENT},
    {"dns", RETRY_TRANSIENT},
    {"tls", RETRY_TRANSIENT},
    {"parse", RETRY_TRANSIENT},
    {"timeout", RETRY_TIMEOUT},
    {"ExpiredToken", RETRY_CREDENTIALS},
    {"ExpiredTokenException", RETRY_CREDENTIALS},
    {"UnrecognizedClientException", RETRY_CREDENTIALS},
    {"RequestTimeTooSkewed", RETRY_CLOCK},
    {"RequestExpired", RETRY_CLOCK},
    {"InvalidSignatureException", RETRY_CLOCK},
    {"SignatureDoesNotMatch", RETRY_CLOCK},
    {"AuthFailure", RETRY_CLOCK},
    {"AccessDenied", RETRY_NEVER},
    {"AccessDeniedException", RETRY_NEVER},
    {"ValidationException", RETRY_NEVER},
};

retry_class_t retry_classify(const char *code, int status) {
  for (size_t i = 0; i < sizeof(retry_codes) / sizeof(retry_codes[0]); i++)
    if (strcmp(retry_codes[i].code, code) == 0)
      return retry_codes[i].why;

  switch (status) {
  case 429:
    return RETRY_THROTTLED;
  case 500:
  case 502:
  case 503:
  case 504:
    return RETRY_TRANSIENT;
  default:
    return RETRY_NEVER;
  }
}

int64_t retry_delay_ms(int retry, double fraction, int64_t retry_after_s) {
  /* 2^5 s is above the limit already. */
  int64_t ceiling_ms = retry < 0 ? 1000 : retry < 5 ? ((int64_t)1000 << retry) : RETRY_DELAY_LIMIT_MS;
  /* The comparisons make 0 of NaN, too. */
  double share = fraction > 0 ? (fraction < 1 ? fraction : 1) : 0;
  int64_t delay_ms = (int64_t)(share * (double)ceiling_ms);

  if (retry_after_s <= 0)
    return delay_ms;
  int64_t asked_ms = retry_after_s < RETRY_DELAY_LIMIT_MS / 1000 ? retry_after_s * 1000 : RETRY_DELAY_LIMIT_MS;
  return asked_ms > delay_ms ? asked_ms : delay_ms;
}

bool retry_quota_take(retry_quota_t *quota, retry_class_t why, int *taken) {
  int cost = why == RETRY_TIMEOUT ? RETRY_TIMEOUT_COST : RETRY_COST;
  *taken = 0;
  if (why == RETRY_NEVER || quota->tokens < cost)
    return false;
  quota->tokens -= cost;
  *taken = cost;
  return true;
}

void retry_quota_return(retry_quota_t *quota, int taken) {
  quota->tokens += taken > 0 ? taken : RETRY_REFUND;
  if (quota->tokens > RETRY_QUOTA_TOKENS)
    quota->tokens = RETRY_QUOTA_TOKENS;
}

bool retry_again(retry_state_t *state, retry_class_t why, const retry_limits_t *limits, int64_t *delay_ms) {
  *delay_ms = 0;
  if (why == RETRY_CLOCK) {
    bool corrects = limits->clock_was_wrong && !state->corrected;
    state->corrected = state->corrected || corrects;
    return corrects;
  }
  bool may_pass = why == RETRY_TRANSIENT || why == RETRY_TIMEOUT || why == RETRY_THROTTLED;
  if (!may_pass || state->attempt + 1 >= limits->attempts ||
      (limits->quota != NULL && !retry_quota_take(limits->quota, why, &state->quota_taken)))
    return false;
  *delay_ms = retry_delay_ms(state->attempt++, limits->fraction(), limits->retry_after_s);
  return true;
}
