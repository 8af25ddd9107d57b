/* links: aws unit/client_fixture unit/fake_http */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "client_fixture.h"

#include "aws/client_private.h"

static void expect_call(const char *sent, const char *body) {
  fake_http_expect(&(fake_exchange_t){.request = "POST " CLIENT_URL "/", .sent = sent, .body = body});
}

static void assert_done(const asked_t *asked, const char *code, const char *seen) {
  assert_int_equal(asked->done, 1);
  assert_string_equal(asked->error.code, code);
  assert_string_equal(asked->seen, seen);
}

static void client_posts_signed_json(void **state) {
  (void)state;
  asked_t asked = {0};
  setenv("AWS_SESSION_TOKEN", "token", 1);
  fake_http_expect(&(fake_exchange_t){.request = "POST " CLIENT_URL "/",
                                      .headers = {"host: aws.test", "content-type: application/x-amz-json-1.1",
                                                  "x-amz-target: SageMaker.ListApps", "x-amz-date: 20261123T200000Z",
                                                  "x-amz-security-token: token", "authorization: "},
                                      .sent = "{\"MaxResults\":100,\"Name\":\"a/b\"}",
                                      .body = "{\"N\":\"1\"}"});
  client_submit(&asked, &client_list_apps, "{\"MaxResults\":100,\"Name\":\"a/b\"}");
  client_drive();
  assert_done(&asked, "", " 1");
  static const char signature[] =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/sagemaker/aws4_request, "
      "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=";
  assert_memory_equal(fake_http_header("authorization"), signature, sizeof(signature) - 1);
  assert_int_equal(client_count(&client.requests, "ListApps"), 1);
  assert_int_equal(counters_used(&client.errors), 0);
}

static void client_speaks_as_the_services_row_says(void **state) {
  (void)state;
  static const aws_service_t monitoring = {.name = "monitoring",
                                           .setting = "cloudwatch",
                                           .host = "monitoring",
                                           .signing_name = "monitoring",
                                           .target_prefix = "GraniteServiceVersion20100801",
                                           .json_version = "1.0"};
  static const aws_service_t cloudtrail = {.name = "cloudtrail",
                                           .setting = "cloudtrail",
                                           .host = "cloudtrail",
                                           .signing_name = "cloudtrail",
                                           .target_prefix = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
                                           .json_version = "1.1"};
  static const aws_operation_t get = {&monitoring, "GetMetricData", "NextToken", "NextToken", 5.0, 5.0};
  static const aws_operation_t lookup = {&cloudtrail, "LookupEvents", "NextToken", "NextToken", 5.0, 5.0};
  asked_t asked[2] = {{0}};
  fake_http_expect(
      &(fake_exchange_t){.request = "POST " CLIENT_URL "/",
                         .headers = {"content-type: application/x-amz-json-1.0",
                                     "x-amz-target: GraniteServiceVersion20100801.GetMetricData", "authorization: "},
                         .body = "{}"});
  client_submit(&asked[0], &get, "{}");
  client_drive();
  assert_non_null(strstr(fake_http_header("authorization"), "/us-east-1/monitoring/aws4_request"));
  fake_http_expect(&(fake_exchange_t){
      .request = "POST " CLIENT_URL "/",
      .headers = {"content-type: application/x-amz-json-1.1",
                  "x-amz-target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"},
      .body = "{}"});
  client_submit(&asked[1], &lookup, "{}");
  client_drive();
  assert_done(&asked[0], "", " -");
  assert_done(&asked[1], "", " -");
}

static void client_calls_back_from_drive_only(void **state) {
  (void)state;
  asked_t asked = {0};
  expect_call("{}", "{}");
  client_submit(&asked, &client_list_apps, "{}");
  assert_int_equal(fake_http_sent(), 0);
  assert_int_equal(asked.done, 0);
  client_drive();
  assert_done(&asked, "", " -");
}

static void client_follows_tokens_over_short_and_empty_pages_to_the_end(void **state) {
  (void)state;
  asked_t asked = {0};
  expect_call("{\"MaxResults\":100}", "{\"N\":\"1\",\"NextToken\":\"a\"}");
  expect_call("{\"MaxResults\":100,\"NextToken\":\"a\"}", "{\"NextToken\":\"b\"}");
  expect_call("{\"MaxResults\":100,\"NextToken\":\"b\"}", "{\"N\":\"3\",\"NextToken\":\"a\"}");
  expect_call("{\"MaxResults\":100,\"NextToken\":\"a\"}", "{\"N\":\"4\"}");
  client_submit(&asked, &client_list_apps, "{\"MaxResults\":100}");
  client_drive();
  assert_done(&asked, "", " 1 - 3 4");
  assert_int_equal(client_count(&client.requests, "ListApps"), 4);
}

static void client_ends_at_an_empty_or_null_token(void **state) {
  (void)state;
  static const char *const ends[] = {"{\"NextToken\":\"\"}", "{\"NextToken\":null}"};
  for (size_t i = 0; i < COUNT(ends); i++) {
    asked_t asked = {0};
    expect_call("{}", ends[i]);
    client_submit(&asked, &client_list_apps, "{}");
    client_drive();
    assert_done(&asked, "", " -");
  }
}

static void client_stops_when_the_caller_has_enough(void **state) {
  (void)state;
  asked_t asked = {.enough_after = 2};
  expect_call("{}", "{\"NextToken\":\"a\"}");
  expect_call("{\"NextToken\":\"a\"}", "{\"NextToken\":\"a\"}");
  client_submit(&asked, &client_list_apps, "{}");
  client_drive();
  assert_done(&asked, "", " - -");
}

static void client_ends_a_call_whose_token_makes_no_sense(void **state) {
  (void)state;
  static char endless[9000];
  snprintf(endless, sizeof(endless), "{\"NextToken\":\"%08900d\"}", 1);
  static const char *const pages[] = {"{\"NextToken\":7}", "{\"NextToken\":{}}", "{\"NextToken\":\"a\\u0000\"}",
                                      endless};
  for (size_t i = 0; i < COUNT(pages); i++) {
    asked_t asked = {0};
    expect_call("{}", pages[i]);
    client_submit(&asked, &client_list_apps, "{}");
    client_drive();
    assert_done(&asked, "parse", " -");
    assert_string_equal(asked.error.operation, "ListApps");
  }
  assert_int_equal(client_count(&client.errors, "parse"), COUNT(pages));
}

static void client_ends_a_call_whose_token_repeats(void **state) {
  (void)state;
  asked_t asked = {0};
  expect_call("{}", "{\"NextToken\":\"a\"}");
  expect_call("{\"NextToken\":\"a\"}", "{\"NextToken\":\"a\"}");
  client_submit(&asked, &client_list_apps, "{}");
  client_drive();
  assert_done(&asked, "parse", " - -");
  assert_non_null(strstr(asked.error.message, "repeats its page token"));
}

static void client_ends_a_call_whose_page_the_caller_cannot_read(void **state) {
  (void)state;
  asked_t asked = {.verdict = AWS_MALFORMED};
  expect_call("{}", "{\"NextToken\":\"a\"}");
  client_submit(&asked, &client_list_apps, "{}");
  client_drive();
  assert_done(&asked, "parse", " -");
  assert_int_equal(asked.error.status, 200);
}

static void client_shows_no_page_of_what_is_not_json(void **state) {
  (void)state;
  static const char *const bodies[] = {"<html></html>", "{\"Apps\":[", "[]", "", "{} trailing"};
  for (size_t i = 0; i < COUNT(bodies); i++) {
    asked_t asked = {0};
    fake_http_expect(&(fake_exchange_t){.sent = "{}", .body = bodies[i], .times = RETRY_ATTEMPTS});
    client_submit(&asked, &client_list_apps, "{}");
    client_drive();
    assert_done(&asked, "parse", "");
    assert_int_equal(asked.error.status, 200);
  }
}

static asked_t second, third;

static aws_verdict_t submit_from_page(void *user_data, json_object *out) {
  (void)user_data;
  (void)out;
  client_submit(&second, &client_list_apps, "{\"second\":true}");
  return AWS_MORE;
}

static void submit_from_done(void *user_data, const aws_error_t *error) {
  (void)user_data;
  assert_null(error);
  client_submit(&third, &client_unlimited, "{\"third\":true}");
  assert_int_equal(third.done, 0);
}

static void client_takes_calls_from_within_callbacks(void **state) {
  (void)state;
  memset(&second, 0, sizeof(second));
  memset(&third, 0, sizeof(third));
  aws_call_t call = {.session = client.session,
                     .operation = &client_list_apps,
                     .input = json_object_new_object(),
                     .page = submit_from_page,
                     .done = submit_from_done};
  expect_call("{}", "{}");
  expect_call("{\"second\":true}", "{\"N\":\"2\"}");
  expect_call("{\"third\":true}", "{\"N\":\"3\"}");
  assert_true(aws_submit(&call));
  client_drive();
  assert_done(&second, "", " 2");
  assert_done(&third, "", " 3");
}

static void client_refuses_a_call_without_input(void **state) {
  (void)state;
  aws_call_t call = {.session = client.session, .operation = &client_list_apps};
  assert_false(aws_submit(&call));
  client_drive();
}

static void client_refuses_more_operations_than_it_has_lanes(void **state) {
  (void)state;
  aws_operation_t operations[SESSION_LANES_MAX + 1];
  for (size_t i = 0; i < COUNT(operations); i++) {
    operations[i] = client_list_apps;
    aws_call_t call = {.session = client.session, .operation = &operations[i], .input = json_object_new_object()};
    assert_int_equal(aws_submit(&call), i < SESSION_LANES_MAX);
  }
  aws_session_free(client.session);
  client.session = NULL;
}

static void submit_many(asked_t *asked, size_t count, const aws_operation_t *operation) {
  memset(asked, 0, count * sizeof(*asked));
  for (size_t i = 0; i < count; i++)
    client_submit(&asked[i], operation, "{}");
}

static void assert_all_done(const asked_t *asked, size_t count, const char *code) {
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(asked[i].done, 1);
    assert_string_equal(asked[i].error.code, code);
  }
}

static void client_sends_a_burst_and_then_at_the_operations_rate(void **state) {
  (void)state;
  static asked_t asked[60];
  fake_http_expect(&(fake_exchange_t){.body = "{}", .times = 60, .takes_ms = 20});
  submit_many(asked, COUNT(asked), &client_list_apps);
  client_drive();
  assert_all_done(asked, COUNT(asked), "");
  for (size_t i = 0; i < 60; i++) {
    int64_t since_ms = fake_http_sent_ms(i) - 1000;
    int64_t earliest_ms = i < 20 ? 0 : ((int64_t)i - 19) * 200;
    assert_in_range(since_ms, earliest_ms, earliest_ms + 80);
  }
}

/* The burst stays; other operations have their own rate. */
static void client_sends_at_the_rate_that_the_account_sets(void **state) {
  (void)state;
  static char list_apps[] = "ListApps";
  static char other[] = "ListSpaces";
  static const aws_rate_t rates[] = {{other, 100.0}, {list_apps, 0.5}};
  static asked_t asked[22];
  client.account->settings.rates = rates;
  client.account->settings.rates_count = COUNT(rates);
  fake_http_expect(&(fake_exchange_t){.body = "{}", .times = 22});
  submit_many(asked, COUNT(asked), &client_list_apps);
  client_drive();
  assert_int_equal(fake_http_sent_ms(19), 1000);
  assert_in_range(fake_http_sent_ms(20), 3000, 3001);
  assert_in_range(fake_http_sent_ms(21), 5000, 5002);
}

static void client_limits_each_operation_on_its_own(void **state) {
  (void)state;
  static asked_t asked[20];
  asked_t other = {0};
  fake_http_expect(&(fake_exchange_t){.body = "{}", .times = 21});
  submit_many(asked, COUNT(asked), &client_list_apps);
  client_submit(&other, &client_unlimited, "{}");
  client_drive();
  assert_int_equal(fake_http_sent_ms(20), 1000);
}

static void client_has_a_limited_number_of_requests_in_flight(void **state) {
  (void)state;
  static asked_t asked[50];
  fake_http_expect(&(fake_exchange_t){.body = "{}", .times = 50, .takes_ms = 500});
  submit_many(asked, COUNT(asked), &client_unlimited);
  client_drive();
  assert_all_done(asked, COUNT(asked), "");
  assert_int_equal(fake_http_peak(), SESSION_IN_FLIGHT_MAX);
  assert_int_equal(asked[49].done_ms, 1000 + 4 * 500);
}

static void client_goes_on_after_a_request_that_could_not_be_made(void **state) {
  (void)state;
  static asked_t asked[3];
  fake_http_refuse(1);
  fake_http_expect(&(fake_exchange_t){.body = "{}", .times = 2});
  submit_many(asked, COUNT(asked), &client_list_apps);
  client_drive();
  assert_done(&asked[0], "internal", "");
  assert_done(&asked[1], "", " -");
  assert_done(&asked[2], "", " -");
  assert_int_equal(client_count(&client.requests, "ListApps"), 2);
}

static void client_sends_nothing_with_a_credential_that_no_header_may_have(void **state) {
  (void)state;
  asked_t asked = {0};
  setenv("AWS_SESSION_TOKEN", "a\r\nx-evil: b", 1);
  client_submit(&asked, &client_list_apps, "{}");
  client_drive();
  assert_done(&asked, "credentials", "");
  assert_non_null(strstr(asked.error.message, "the session token in the environment has a blank"));
}

static void client_names_an_endpoint_that_cannot_be_used(void **state) {
  (void)state;
  asked_t asked = {0};
  setenv("AWS_ENDPOINT_URL", "ftp://aws.test", 1);
  client_submit(&asked, &client_list_apps, "{}");
  client_drive();
  assert_done(&asked, "configuration", "");
  assert_non_null(strstr(asked.error.message, "AWS_ENDPOINT_URL"));
}

static void client_ends_every_call_without_credentials(void **state) {
  (void)state;
  static asked_t asked[40];
  unsetenv("AWS_SECRET_ACCESS_KEY");
  submit_many(asked, COUNT(asked), &client_unlimited);
  assert_int_equal(asked[0].done, 0);
  client_drive();
  assert_all_done(asked, COUNT(asked), "credentials");
  assert_non_null(strstr(asked[0].error.message, "AWS_SECRET_ACCESS_KEY"));
  assert_int_equal(client_count(&client.errors, "credentials"), COUNT(asked));
}

static void client_corrects_its_time_by_the_date_of_answers_beyond_5_seconds(void **state) {
  (void)state;
  static const struct {
    const char *date;
    int64_t skew_ms;
  } cases[] = {
      {"Mon, 23 Nov 2026 20:00:04 GMT", 0},
      {"Mon, 23 Nov 2026 20:00:05 GMT", 5500},
      {"Mon, 23 Nov 2026 19:59:55 GMT", 0},
      {"Mon, 23 Nov 2026 19:59:54 GMT", -5500},
      {"Tue, 24 Nov 2026 19:59:00 GMT", 86340500},
      {"yesterday", 86340500},
      {"", 86340500},
      {FAKE_NOW_DATE, 0},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    asked_t asked = {0};
    fake_http_expect(&(fake_exchange_t){.body = "{}", .date = cases[i].date});
    client_submit(&asked, &client_list_apps, "{}");
    client_drive();
    assert_int_equal(aws_session_skew_ms(client.session), cases[i].skew_ms);
    assert_int_equal(aws_session_now_ms(client.session), FAKE_NOW_MS + cases[i].skew_ms);
  }
}

static void client_learns_the_time_from_aws_only(void **state) {
  (void)state;
  static const char date[] = "Mon, 23 Nov 2026 21:00:00 GMT";
  static const struct {
    fake_exchange_t exchange;
    bool learns;
  } cases[] = {
      {{.status = 403, .body = "<html>502 Bad Gateway</html>"}, false},
      {{.status = 403, .body = "{\"message\": \"forbidden by the proxy\"}"}, false},
      {{.body = "<html>welcome to our hotel</html>", .times = 3}, false},
      {{.status = 400, .error_type = "AccessDeniedException"}, true},
      {{.status = 400, .body = "{\"__type\": \"ValidationException\"}"}, true},
      {{.body = "{}"}, true},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    asked_t asked = {0};
    fake_exchange_t exchange = cases[i].exchange;
    exchange.date = date;
    client.session->clock = (server_clock_t){0};
    fake_http_expect(&exchange);
    client_submit(&asked, &client_list_apps, "{}");
    client_drive();
    if (client.session->clock.known != cases[i].learns)
      fail_msg("case %zu", i);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(client_posts_signed_json, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_speaks_as_the_services_row_says, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_learns_the_time_from_aws_only, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_calls_back_from_drive_only, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_follows_tokens_over_short_and_empty_pages_to_the_end, client_begin,
                                      client_end),
      cmocka_unit_test_setup_teardown(client_ends_at_an_empty_or_null_token, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_stops_when_the_caller_has_enough, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_ends_a_call_whose_token_makes_no_sense, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_ends_a_call_whose_token_repeats, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_ends_a_call_whose_page_the_caller_cannot_read, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_shows_no_page_of_what_is_not_json, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_takes_calls_from_within_callbacks, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_refuses_a_call_without_input, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_refuses_more_operations_than_it_has_lanes, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_sends_a_burst_and_then_at_the_operations_rate, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_sends_at_the_rate_that_the_account_sets, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_limits_each_operation_on_its_own, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_has_a_limited_number_of_requests_in_flight, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_goes_on_after_a_request_that_could_not_be_made, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_sends_nothing_with_a_credential_that_no_header_may_have, client_begin,
                                      client_end),
      cmocka_unit_test_setup_teardown(client_names_an_endpoint_that_cannot_be_used, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_ends_every_call_without_credentials, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_corrects_its_time_by_the_date_of_answers_beyond_5_seconds, client_begin,
                                      client_end),
  };
  return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
