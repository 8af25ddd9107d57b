/* links: aws unit/client_fixture unit/fake_http */
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "client_fixture.h"

#include "aws/client_private.h"

/* Asks once, with the transcript that was expected, and to the end. */
static asked_t ask(void) {
  asked_t asked = {0};
  client_submit(&asked, &client_list_apps, "{}");
  client_drive();
  assert_int_equal(asked.done, 1);
  return asked;
}

static void client_retries_by_the_class_of_the_error(void **state) {
  (void)state;
  static const struct {
    fake_exchange_t response;
    const char *code;
    int attempts;
  } cases[] = {
      {{.status = 400, .error_type = "ThrottlingException"}, "ThrottlingException", 3},
      {{.status = 500, .error_type = "InternalFailure"}, "InternalFailure", 3},
      {{.status = 503, .body = "<html></html>"}, "503", 3},
      {{.result = HTTP_TIMEOUT}, "timeout", 3},
      {{.result = HTTP_CONNECT}, "connect", 3},
      {{.result = HTTP_BROKEN}, "connect", 3},
      {{.result = HTTP_RESOLVE}, "dns", 3},
      {{.hangs = true}, "timeout", 3},
      {{.status = 400, .error_type = "AccessDeniedException"}, "AccessDeniedException", 1},
      {{.status = 400, .error_type = "ValidationException"}, "ValidationException", 1},
      {{.status = 404}, "404", 1},
      {{.status = 302}, "302", 1},
      {{.result = HTTP_UNUSABLE}, "internal", 1},
      {{.result = HTTP_TOO_LARGE}, "parse", 1},
      {{.body = "{\"N\":\"1\",\"cut"}, "parse", 3},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    fake_exchange_t exchange = cases[i].response;
    exchange.times = cases[i].attempts;
    fake_http_expect(&exchange);
    uint64_t before = client_count(&client.errors, cases[i].code);
    asked_t asked = ask();
    assert_string_equal(asked.error.code, cases[i].code);
    assert_int_equal(client_count(&client.errors, cases[i].code) - before, cases[i].attempts);
    fake_http_assert_spent();
  }
}

static void client_backs_off_exponentially_with_jitter(void **state) {
  (void)state;
  static const struct {
    double fraction;
    const char *retry_after;
    int64_t first_ms, second_ms;
  } cases[] = {
      {0.0, NULL, 0, 0},      {0.5, NULL, 500, 1000},      {0.75, NULL, 750, 1500},  {0.5, "1", 1000, 1000},
      {0.5, "7", 7000, 7000}, {0.5, "3600", 20000, 20000}, {0.5, "soon", 500, 1000}, {0.5, "-3", 500, 1000},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    size_t sent = fake_http_sent();
    fake_clock_set_fraction(cases[i].fraction);
    fake_http_expect(&(fake_exchange_t){.status = 503, .retry_after = cases[i].retry_after, .times = 3});
    ask();
    assert_int_equal(fake_http_sent_ms(sent + 1) - fake_http_sent_ms(sent), cases[i].first_ms);
    assert_int_equal(fake_http_sent_ms(sent + 2) - fake_http_sent_ms(sent + 1), cases[i].second_ms);
  }
}

static void client_retries_each_page_anew(void **state) {
  (void)state;
  fake_http_expect(&(fake_exchange_t){.status = 503, .times = 2});
  fake_http_expect(&(fake_exchange_t){.sent = "{}", .body = "{\"N\":\"1\",\"NextToken\":\"a\"}"});
  fake_http_expect(&(fake_exchange_t){.sent = "{\"NextToken\":\"a\"}", .status = 503, .times = 2});
  fake_http_expect(&(fake_exchange_t){.sent = "{\"NextToken\":\"a\"}", .body = "{\"N\":\"2\"}"});
  asked_t asked = ask();
  assert_string_equal(asked.error.code, "");
  assert_string_equal(asked.seen, " 1 2");
  assert_int_equal(client_count(&client.requests, "ListApps"), 6);
}

/* A listing goes on where it was throttled; to give it up would waste what it has cost. */
static void client_has_more_patience_with_a_throttled_page_behind_the_first(void **state) {
  (void)state;
  fake_http_expect(&(fake_exchange_t){.sent = "{}", .body = "{\"N\":\"1\",\"NextToken\":\"a\"}"});
  fake_http_expect(&(fake_exchange_t){
      .sent = "{\"NextToken\":\"a\"}", .status = 400, .error_type = "ThrottlingException", .times = 7});
  fake_http_expect(&(fake_exchange_t){.sent = "{\"NextToken\":\"a\"}", .body = "{\"N\":\"2\",\"NextToken\":\"b\"}"});
  fake_http_expect(&(fake_exchange_t){
      .sent = "{\"NextToken\":\"b\"}", .status = 400, .error_type = "ThrottlingException", .times = 8});
  asked_t asked = ask();
  assert_string_equal(asked.error.code, "ThrottlingException");
  assert_string_equal(asked.seen, " 1 2");
  fake_http_expect(&(fake_exchange_t){.sent = "{}", .body = "{\"N\":\"1\",\"NextToken\":\"a\"}"});
  fake_http_expect(&(fake_exchange_t){.sent = "{\"NextToken\":\"a\"}", .status = 503, .times = 3});
  asked = ask();
  assert_string_equal(asked.error.code, "503");
}

/* It begins with the token at which another call has stopped. */
static void client_has_more_patience_with_a_call_that_goes_on_with_anothers_token(void **state) {
  (void)state;
  static asked_t asked;
  fake_http_expect(&(fake_exchange_t){
      .sent = "{\"NextToken\":\"a\"}", .status = 400, .error_type = "ThrottlingException", .times = 7});
  fake_http_expect(&(fake_exchange_t){.sent = "{\"NextToken\":\"a\"}", .body = "{\"N\":\"2\"}"});
  client_submit(&asked, &client_unlimited, "{\"NextToken\":\"a\"}");
  client_drive();
  assert_string_equal(asked.error.code, "");
  assert_string_equal(asked.seen, " 2");
}

/* 500 tokens, 5 for a retry: 100 retries for all calls of a session together. */
static void client_stops_retrying_in_an_outage(void **state) {
  (void)state;
  static asked_t asked[60];
  fake_http_expect(&(fake_exchange_t){.status = 503, .times = 160});
  for (size_t i = 0; i < COUNT(asked); i++)
    client_submit(&asked[i], &client_unlimited, "{}");
  client_drive();
  for (size_t i = 0; i < COUNT(asked); i++)
    assert_string_equal(asked[i].error.code, "503");
}

static void client_is_given_its_quota_back_by_a_success(void **state) {
  (void)state;
  fake_http_expect(&(fake_exchange_t){.result = HTTP_TIMEOUT});
  fake_http_expect(&(fake_exchange_t){.body = "{}"});
  ask();
  assert_int_equal(client.session->quota.tokens, 500);
  fake_http_expect(&(fake_exchange_t){.result = HTTP_TIMEOUT, .times = 3});
  ask();
  assert_int_equal(client.session->quota.tokens, 480);
  fake_http_expect(&(fake_exchange_t){.body = "{}"});
  ask();
  assert_int_equal(client.session->quota.tokens, 481);
}

static void client_slows_down_when_it_is_throttled(void **state) {
  (void)state;
  static asked_t asked[4];
  fake_clock_set_fraction(0.0);
  fake_http_expect(&(fake_exchange_t){.status = 400, .error_type = "ThrottlingException"});
  fake_http_expect(&(fake_exchange_t){.body = "{}"});
  ask();
  assert_in_range(fake_http_sent_ms(1) - fake_http_sent_ms(0), 400, 401);
  fake_http_expect(&(fake_exchange_t){.body = "{}", .times = 4});
  for (size_t i = 0; i < COUNT(asked); i++)
    client_submit(&asked[i], &client_list_apps, "{}");
  client_drive();
  /* 2.5 a second, and 0.1 more after each answer. */
  assert_in_range(fake_http_sent_ms(3) - fake_http_sent_ms(2), 370, 390);
  assert_in_range(fake_http_sent_ms(5) - fake_http_sent_ms(4), 345, 375);
}

static void client_renews_an_expired_token_once(void **state) {
  (void)state;
  setenv("AWS_SESSION_TOKEN", "old", 1);
  fake_http_expect(&(fake_exchange_t){.headers = {"x-amz-security-token: old"}, .body = "{}"});
  ask();
  setenv("AWS_SESSION_TOKEN", "new", 1);
  fake_http_expect(&(fake_exchange_t){
      .headers = {"x-amz-security-token: old"}, .status = 400, .error_type = "ExpiredTokenException"});
  fake_http_expect(&(fake_exchange_t){.headers = {"x-amz-security-token: new"}, .body = "{}"});
  asked_t asked = ask();
  assert_string_equal(asked.error.code, "");
  setenv("AWS_SESSION_TOKEN", "newest", 1);
  fake_http_expect(&(fake_exchange_t){
      .headers = {"x-amz-security-token: new"}, .status = 400, .error_type = "ExpiredTokenException"});
  fake_http_expect(&(fake_exchange_t){
      .headers = {"x-amz-security-token: newest"}, .status = 400, .error_type = "ExpiredTokenException"});
  asked = ask();
  assert_string_equal(asked.error.code, "ExpiredTokenException");
  assert_int_equal(client.session->quota.tokens, 500);
}

/* Keys of the environment or of a file: what AWS has refused it refuses again. */
static void client_repeats_no_request_with_keys_that_do_not_change(void **state) {
  (void)state;
  static const char *const codes[] = {"UnrecognizedClientException", "ExpiredTokenException"};
  for (size_t i = 0; i < COUNT(codes); i++) {
    uint64_t errors = client_count(&client.errors, codes[i]);
    fake_http_expect(&(fake_exchange_t){.status = 400, .error_type = codes[i]});
    asked_t asked = ask();
    assert_string_equal(asked.error.code, codes[i]);
    assert_int_equal(asked.error.status, 400);
    assert_int_equal(client_count(&client.errors, codes[i]) - errors, 1);
    fake_http_assert_spent();
  }
  fake_http_expect(&(fake_exchange_t){.body = "{}"});
  asked_t asked = ask();
  assert_string_equal(asked.error.code, "");
}

static void client_tries_as_often_as_it_is_told(void **state) {
  static const struct {
    const char *set;
    int attempts;
  } cases[] = {{"1", 1}, {"5", 5}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    client_end(state);
    client_begin_with(state, "AWS_MAX_ATTEMPTS", cases[i].set);
    fake_http_expect(&(fake_exchange_t){.status = 503, .times = cases[i].attempts});
    asked_t asked = ask();
    assert_string_equal(asked.error.code, "503");
    fake_http_assert_spent();
    fake_http_expect(&(fake_exchange_t){.sent = "{}", .body = "{\"N\":\"1\",\"NextToken\":\"a\"}"});
    fake_http_expect(
        &(fake_exchange_t){.status = 400, .error_type = "ThrottlingException", .times = cases[i].attempts});
    asked = ask();
    assert_string_equal(asked.error.code, "ThrottlingException");
  }
}

static void client_corrects_a_wrong_clock_once(void **state) {
  (void)state;
  static const char date[] = "Mon, 23 Nov 2026 20:10:00 GMT";
  static const fake_exchange_t skewed = {
      .headers = {"x-amz-date: 20261123T200000Z"}, .status = 403, .error_type = "RequestTimeTooSkewed", .date = date};
  fake_http_expect(&skewed);
  fake_http_expect(&(fake_exchange_t){.headers = {"x-amz-date: 20261123T201000Z"}, .body = "{}", .date = date});
  asked_t asked = ask();
  assert_string_equal(asked.error.code, "");
  fake_http_expect(&(fake_exchange_t){
      .headers = {"x-amz-date: 20261123T201000Z"}, .status = 403, .error_type = "RequestTimeTooSkewed", .date = date});
  asked = ask();
  assert_string_equal(asked.error.code, "RequestTimeTooSkewed");
}

/* The request is signed with a correction that no longer holds, and the answer says so. */
static void client_notices_that_the_clock_was_set_right(void **state) {
  (void)state;
  fake_http_expect(&(fake_exchange_t){.body = "{}", .date = "Mon, 23 Nov 2026 20:20:00 GMT"});
  (void)ask();
  fake_http_expect(&(fake_exchange_t){.headers = {"x-amz-date: 20261123T202000Z"},
                                      .status = 400,
                                      .error_type = "InvalidSignatureException",
                                      .date = "Mon, 23 Nov 2026 20:00:00 GMT"});
  fake_http_expect(&(fake_exchange_t){
      .headers = {"x-amz-date: 20261123T200000Z"}, .body = "{}", .date = "Mon, 23 Nov 2026 20:00:00 GMT"});
  asked_t asked = ask();
  assert_string_equal(asked.error.code, "");
}

static void client_does_not_repeat_a_wrong_signature_when_the_clock_is_right(void **state) {
  (void)state;
  fake_http_expect(&(fake_exchange_t){
      .status = 403, .error_type = "SignatureDoesNotMatch", .date = "Mon, 23 Nov 2026 20:03:00 GMT"});
  asked_t asked = ask();
  assert_string_equal(asked.error.code, "SignatureDoesNotMatch");
  assert_int_equal(asked.error.status, 403);
}

static void client_lets_other_calls_pass_while_one_waits_for_its_retry(void **state) {
  (void)state;
  asked_t failing = {0};
  asked_t other = {0};
  fake_http_expect(&(fake_exchange_t){.sent = "{\"a\":1}", .status = 503});
  fake_http_expect(&(fake_exchange_t){.sent = "{\"b\":1}", .body = "{}"});
  fake_http_expect(&(fake_exchange_t){.sent = "{\"a\":1}", .body = "{}"});
  client_submit(&failing, &client_list_apps, "{\"a\":1}");
  client_submit(&other, &client_list_apps, "{\"b\":1}");
  client_drive();
  assert_int_equal(other.done_ms, 1000);
  assert_int_equal(failing.done_ms, 1500);
}

static void client_gives_a_call_that_has_begun_its_turn_before_the_others(void **state) {
  (void)state;
  static asked_t asked[20];
  asked_t paged = {0};
  fake_http_expect(&(fake_exchange_t){.sent = "{\"paged\":1}", .body = "{\"NextToken\":\"a\"}", .takes_ms = 100});
  fake_http_expect(&(fake_exchange_t){.sent = "{}", .body = "{}", .times = 19});
  fake_http_expect(&(fake_exchange_t){.sent = "{\"paged\":1,\"NextToken\":\"a\"}", .body = "{}"});
  fake_http_expect(&(fake_exchange_t){.sent = "{}", .body = "{}"});
  client_submit(&paged, &client_list_apps, "{\"paged\":1}");
  for (size_t i = 0; i < COUNT(asked); i++)
    client_submit(&asked[i], &client_list_apps, "{}");
  client_drive();
  assert_int_equal(paged.done, 1);
  assert_int_equal(asked[19].done, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(client_retries_by_the_class_of_the_error, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_backs_off_exponentially_with_jitter, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_retries_each_page_anew, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_has_more_patience_with_a_throttled_page_behind_the_first, client_begin,
                                      client_end),
      cmocka_unit_test_setup_teardown(client_has_more_patience_with_a_call_that_goes_on_with_anothers_token,
                                      client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_stops_retrying_in_an_outage, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_is_given_its_quota_back_by_a_success, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_slows_down_when_it_is_throttled, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_renews_an_expired_token_once, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_repeats_no_request_with_keys_that_do_not_change, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_tries_as_often_as_it_is_told, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_corrects_a_wrong_clock_once, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_notices_that_the_clock_was_set_right, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_does_not_repeat_a_wrong_signature_when_the_clock_is_right, client_begin,
                                      client_end),
      cmocka_unit_test_setup_teardown(client_lets_other_calls_pass_while_one_waits_for_its_retry, client_begin,
                                      client_end),
      cmocka_unit_test_setup_teardown(client_gives_a_call_that_has_begun_its_turn_before_the_others, client_begin,
                                      client_end),
  };
  return cmocka_run_group_tests_name("client_retries", tests, NULL, NULL);
}
