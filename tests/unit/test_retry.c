/* links: aws */
#include <stdio.h>

#include "test.h"

#include "aws/protocol/retry.h"

static void retry_classifies_by_code_then_by_status(void **state) {
  (void)state;
  static const struct {
    const char *code;
    int status;
    retry_class_t expected;
  } cases[] = {
      {"Throttling", 400, RETRY_THROTTLED},
      {"ThrottlingException", 400, RETRY_THROTTLED},
      {"ThrottledException", 400, RETRY_THROTTLED},
      {"RequestThrottledException", 400, RETRY_THROTTLED},
      {"TooManyRequestsException", 400, RETRY_THROTTLED},
      {"ProvisionedThroughputExceededException", 400, RETRY_THROTTLED},
      {"TransactionInProgressException", 400, RETRY_THROTTLED},
      {"RequestLimitExceeded", 503, RETRY_THROTTLED},
      {"BandwidthLimitExceeded", 400, RETRY_THROTTLED},
      {"LimitExceededException", 400, RETRY_THROTTLED},
      {"RequestThrottled", 400, RETRY_THROTTLED},
      {"SlowDown", 503, RETRY_THROTTLED},
      {"PriorRequestNotComplete", 400, RETRY_THROTTLED},
      {"EC2ThrottledException", 400, RETRY_THROTTLED},
      {"", 429, RETRY_THROTTLED},
      {"IDPCommunicationError", 400, RETRY_TRANSIENT},
      {"RequestTimeout", 400, RETRY_TRANSIENT},
      {"RequestTimeoutException", 400, RETRY_TRANSIENT},
      {"ServiceUnavailableException", 400, RETRY_TRANSIENT},
      {"InternalFailure", 500, RETRY_TRANSIENT},
      {"", 500, RETRY_TRANSIENT},
      {"", 502, RETRY_TRANSIENT},
      {"", 503, RETRY_TRANSIENT},
      {"", 504, RETRY_TRANSIENT},
      {"connect", 0, RETRY_TRANSIENT},
      {"dns", 0, RETRY_TRANSIENT},
      {"tls", 0, RETRY_TRANSIENT},
      {"parse", 200, RETRY_TRANSIENT},
      {"timeout", 0, RETRY_TIMEOUT},
      {"ExpiredToken", 400, RETRY_CREDENTIALS},
      {"ExpiredTokenException", 400, RETRY_CREDENTIALS},
      {"UnrecognizedClientException", 400, RETRY_CREDENTIALS},
      {"RequestTimeTooSkewed", 403, RETRY_CLOCK},
      {"RequestExpired", 400, RETRY_CLOCK},
      {"InvalidSignatureException", 400, RETRY_CLOCK},
      {"SignatureDoesNotMatch", 403, RETRY_CLOCK},
      {"AuthFailure", 401, RETRY_CLOCK},
      {"AccessDenied", 403, RETRY_NEVER},
      {"AccessDeniedException", 400, RETRY_NEVER},
      {"AccessDeniedException", 503, RETRY_NEVER},
      {"ValidationException", 400, RETRY_NEVER},
      {"ResourceNotFoundException", 400, RETRY_NEVER},
      {"throttling", 400, RETRY_NEVER},
      {"ThrottlingExceptions", 400, RETRY_NEVER},
      {"credentials", 0, RETRY_NEVER},
      {"configuration", 0, RETRY_NEVER},
      {"region", 0, RETRY_NEVER},
      {"internal", 0, RETRY_NEVER},
      {"", 501, RETRY_NEVER},
      {"", 505, RETRY_NEVER},
      {"", 404, RETRY_NEVER},
      {"", 200, RETRY_NEVER},
      {"", 0, RETRY_NEVER},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    if (retry_classify(cases[i].code, cases[i].status) != cases[i].expected)
      fail_msg("%s, status %d", cases[i].code, cases[i].status);
  }
}

static void retry_delay_doubles_up_to_20_seconds(void **state) {
  (void)state;
  static const struct {
    int retry;
    double fraction;
    int64_t retry_after_s;
    int64_t expected_ms;
  } cases[] = {
      {0, 1, 0, 1000},
      {1, 1, 0, 2000},
      {2, 1, 0, 4000},
      {3, 1, 0, 8000},
      {4, 1, 0, 16000},
      {5, 1, 0, 20000},
      {6, 1, 0, 20000},
      {INT32_MAX, 1, 0, 20000},
      {-1, 1, 0, 1000},
      {1, 0, 0, 0},
      {1, 0.25, 0, 500},
      {9, 0.5, 0, 10000},
      {1, -0.5, 0, 0},
      {1, 7, 0, 2000},
      {1, __builtin_nan(""), 0, 0},
      {1, 0.5, 3, 3000},
      {2, 1, 3, 4000},
      {1, 0.5, 20, 20000},
      {1, 0.5, 21, 20000},
      {1, 0.5, INT64_MAX, 20000},
      {1, 0.5, -5, 1000},
      {1, 0.5, INT64_MIN, 1000},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    assert_int_equal(retry_delay_ms(cases[i].retry, cases[i].fraction, cases[i].retry_after_s), cases[i].expected_ms);
}

static void retry_quota_charges_5_and_10_for_a_timeout(void **state) {
  (void)state;
  static const struct {
    retry_class_t why;
    int cost;
  } cases[] = {
      {RETRY_TRANSIENT, 5}, {RETRY_TIMEOUT, 10}, {RETRY_THROTTLED, 5}, {RETRY_CREDENTIALS, 5}, {RETRY_CLOCK, 5},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    retry_quota_t quota = RETRY_QUOTA_INIT;
    int taken = -1;
    assert_true(retry_quota_take(&quota, cases[i].why, &taken));
    assert_int_equal(taken, cases[i].cost);
    assert_int_equal(quota.tokens, 500 - cases[i].cost);
  }
}

static void retry_quota_never_pays_for_what_is_not_retried(void **state) {
  (void)state;
  retry_quota_t quota = RETRY_QUOTA_INIT;
  int taken = -1;
  assert_false(retry_quota_take(&quota, RETRY_NEVER, &taken));
  assert_int_equal(taken, 0);
  assert_int_equal(quota.tokens, 500);
}

static void retry_quota_is_emptied_by_an_outage(void **state) {
  (void)state;
  retry_quota_t quota = RETRY_QUOTA_INIT;
  int taken = 0;
  for (int i = 0; i < 99; i++)
    assert_true(retry_quota_take(&quota, RETRY_TRANSIENT, &taken));
  assert_int_equal(quota.tokens, 5);
  assert_false(retry_quota_take(&quota, RETRY_TIMEOUT, &taken));
  assert_int_equal(taken, 0);
  assert_int_equal(quota.tokens, 5);
  assert_true(retry_quota_take(&quota, RETRY_TRANSIENT, &taken));
  assert_false(retry_quota_take(&quota, RETRY_TRANSIENT, &taken));
  assert_int_equal(quota.tokens, 0);
}

static void retry_quota_is_refilled_by_successes_up_to_500(void **state) {
  (void)state;
  retry_quota_t quota = {0};
  retry_quota_return(&quota, 0);
  assert_int_equal(quota.tokens, 1);
  retry_quota_return(&quota, 10);
  assert_int_equal(quota.tokens, 11);
  quota.tokens = 498;
  retry_quota_return(&quota, 5);
  assert_int_equal(quota.tokens, 500);
  retry_quota_return(&quota, 0);
  assert_int_equal(quota.tokens, 500);
}

static double half(void) { return 0.5; }

static void retry_again_counts_what_may_pass_up_to_the_attempts(void **state) {
  (void)state;
  retry_quota_t quota = RETRY_QUOTA_INIT;
  retry_state_t request = {0};
  const retry_limits_t limits = {.attempts = 3, .quota = &quota, .retry_after_s = 0, .fraction = half};
  int64_t delay_ms = -1;
  assert_true(retry_again(&request, RETRY_TRANSIENT, &limits, &delay_ms));
  assert_int_equal(delay_ms, 500);
  assert_true(retry_again(&request, RETRY_TIMEOUT, &limits, &delay_ms));
  assert_int_equal(delay_ms, 1000);
  assert_int_equal(request.attempt, 2);
  assert_int_equal(request.quota_taken, 10);
  assert_int_equal(quota.tokens, 485);
  assert_false(retry_again(&request, RETRY_THROTTLED, &limits, &delay_ms));
  assert_int_equal(quota.tokens, 485);
}

static void retry_again_corrects_a_wrong_clock_once_and_for_nothing(void **state) {
  (void)state;
  retry_quota_t quota = {0};
  retry_state_t request = {0};
  retry_limits_t limits = {.attempts = 1, .quota = &quota, .fraction = half};
  int64_t delay_ms = -1;
  assert_false(retry_again(&request, RETRY_CLOCK, &limits, &delay_ms));
  limits.clock_was_wrong = true;
  assert_true(retry_again(&request, RETRY_CLOCK, &limits, &delay_ms));
  assert_int_equal(delay_ms, 0);
  assert_int_equal(request.attempt, 0);
  assert_false(retry_again(&request, RETRY_CLOCK, &limits, &delay_ms));
}

static void retry_again_ends_with_the_quota_and_with_what_will_not_change(void **state) {
  (void)state;
  retry_quota_t quota = {4};
  retry_state_t request = {0};
  retry_limits_t limits = {.attempts = 9, .quota = &quota, .retry_after_s = 7, .fraction = half};
  int64_t delay_ms = -1;
  assert_false(retry_again(&request, RETRY_TRANSIENT, &limits, &delay_ms));
  assert_int_equal(request.attempt, 0);
  limits.quota = NULL;
  assert_true(retry_again(&request, RETRY_TRANSIENT, &limits, &delay_ms));
  assert_int_equal(delay_ms, 7000);
  assert_false(retry_again(&request, RETRY_NEVER, &limits, &delay_ms));
  assert_false(retry_again(&request, RETRY_CREDENTIALS, &limits, &delay_ms));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(retry_classifies_by_code_then_by_status),
      cmocka_unit_test(retry_delay_doubles_up_to_20_seconds),
      cmocka_unit_test(retry_quota_charges_5_and_10_for_a_timeout),
      cmocka_unit_test(retry_quota_never_pays_for_what_is_not_retried),
      cmocka_unit_test(retry_quota_is_emptied_by_an_outage),
      cmocka_unit_test(retry_quota_is_refilled_by_successes_up_to_500),
      cmocka_unit_test(retry_again_counts_what_may_pass_up_to_the_attempts),
      cmocka_unit_test(retry_again_corrects_a_wrong_clock_once_and_for_nothing),
      cmocka_unit_test(retry_again_ends_with_the_quota_and_with_what_will_not_change),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
