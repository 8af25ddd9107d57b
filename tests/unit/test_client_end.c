/* links: aws unit/client_fixture unit/fake_http */
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "client_fixture.h"

#include "aws/client_private.h"

/* A source that answers later, as one that asks over HTTP does. */
typedef struct {
  credentials_provider_t base;
  aws_t *aws;
  loop_timer_t timer;
  credentials_done_t *done;
  void *user_data;
  bool broken;
} slow_provider_t;

static void slow_due(void *user_data) {
  slow_provider_t *self = user_data;
  credentials_t found = {"AKIDSLOW", "secret", NULL, "slow", 0};
  aws_error_t error;
  aws_error_set(&error, "credentials", "credentials", 0, "the slow source is broken");
  if (self->broken)
    self->done(self->user_data, CREDENTIALS_BROKEN, NULL, &error);
  else
    self->done(self->user_data, CREDENTIALS_FOUND, &found, NULL);
}

static void slow_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  slow_provider_t *self = (slow_provider_t *)base;
  self->done = done;
  self->user_data = user_data;
  loop_timer_set(&self->aws->loop, &self->timer, aws_monotonic_ms(self->aws) + 300);
}

static void slow_destroy(credentials_provider_t *base) {
  slow_provider_t *self = (slow_provider_t *)base;
  loop_timer_cancel(&self->aws->loop, &self->timer);
  free(self);
}

static void use_slow_provider(bool broken) {
  slow_provider_t *slow = calloc(1, sizeof(*slow));
  assert_non_null(slow);
  *slow = (slow_provider_t){.base = {slow_get, slow_destroy}, .aws = client.aws, .broken = broken};
  slow->timer = (loop_timer_t){.due = slow_due, .user_data = slow};
  client.account->provider->destroy(client.account->provider);
  client.account->provider = credentials_cache_new(&slow->base, &fake_clock);
  client.account->pool->provider = client.account->provider;
  assert_non_null(client.account->provider);
}

static asked_t asked[40];

static void submit_all(const aws_operation_t *operation) {
  memset(asked, 0, sizeof(asked));
  for (size_t i = 0; i < COUNT(asked); i++)
    client_submit(&asked[i], operation, "{}");
}

static size_t count_done(const char *code) {
  size_t count = 0;
  for (size_t i = 0; i < COUNT(asked); i++) {
    count += (size_t)asked[i].done;
    if (asked[i].done > 0)
      assert_string_equal(asked[i].error.code, code);
  }
  return count;
}

static void client_waits_for_credentials_once_for_all_calls(void **state) {
  (void)state;
  use_slow_provider(false);
  fake_http_expect(&(fake_exchange_t){.body = "{}", .times = COUNT(asked)});
  submit_all(&client_unlimited);
  client_drive();
  assert_int_equal(count_done(""), COUNT(asked));
  assert_int_equal(fake_http_sent_ms(0), 1300);
  assert_int_equal(fake_http_sent_ms(COUNT(asked) - 1), 1300);
}

static void client_ends_every_call_when_credentials_fail_after_a_wait(void **state) {
  (void)state;
  use_slow_provider(true);
  submit_all(&client_unlimited);
  client_drive();
  assert_int_equal(count_done("credentials"), COUNT(asked));
}

static void free_session(void) {
  aws_session_free(client.session);
  client.session = NULL;
}

static void client_calls_nobody_back_when_a_session_is_freed(void **state) {
  (void)state;
  fake_http_expect(&(fake_exchange_t){.status = 503, .times = 4});
  fake_http_expect(&(fake_exchange_t){.hangs = true, .times = SESSION_IN_FLIGHT_MAX - 4});
  fake_http_expect(&(fake_exchange_t){.hangs = true, .times = 4});
  submit_all(&client_list_apps);
  assert_int_equal(aws_drive(client.aws, 1100), AWS_DEADLINE);
  assert_int_equal(client.session->in_flight, SESSION_IN_FLIGHT_MAX);
  free_session();
  client_drive();
  assert_int_equal(count_done(""), 0);
  assert_int_equal(fake_http_cancelled(), SESSION_IN_FLIGHT_MAX);
}

static void client_calls_nobody_back_when_all_is_freed_while_it_waits_for_credentials(void **state) {
  (void)state;
  use_slow_provider(false);
  submit_all(&client_unlimited);
  assert_int_equal(aws_drive(client.aws, 1100), AWS_DEADLINE);
  free_session();
  aws_account_free(client.account);
  client.account = NULL;
  client_drive();
  assert_int_equal(count_done(""), 0);
}

static void client_lets_other_sessions_go_on_when_one_is_freed(void **state) {
  (void)state;
  asked_t doomed = {0};
  asked_t other = {0};
  fake_http_expect(&(fake_exchange_t){.hangs = true});
  fake_http_expect(&(fake_exchange_t){.body = "{}", .takes_ms = 500});
  client_submit(&doomed, &client_list_apps, "{}");
  aws_session_t *freed = client.session;
  client.session = aws_session_new(client.account, "eu-west-1", &client.requests, &client.errors);
  client_submit(&other, &client_list_apps, "{}");
  assert_int_equal(aws_drive(client.aws, 1100), AWS_DEADLINE);
  aws_session_free(freed);
  client_drive();
  assert_int_equal(doomed.done, 0);
  assert_int_equal(other.done, 1);
}

static void client_refuses_a_region_that_is_none(void **state) {
  (void)state;
  static const char *const regions[] = {"", "us east", "us-east-1/", "a.b", "a\r\nb"};
  for (size_t i = 0; i < COUNT(regions); i++)
    assert_null(aws_session_new(client.account, regions[i], &client.requests, &client.errors));
}

static void client_drives_until_deadline_or_woken(void **state) {
  (void)state;
  asked_t one = {0};
  fake_http_expect(&(fake_exchange_t){.body = "{}", .takes_ms = 5000});
  client_submit(&one, &client_list_apps, "{}");
  assert_int_equal(aws_drive(client.aws, 2000), AWS_DEADLINE);
  assert_int_equal(aws_monotonic_ms(client.aws), 2000);
  aws_wake(client.aws);
  assert_int_equal(aws_drive(client.aws, 9000), AWS_WOKEN);
  assert_int_equal(aws_monotonic_ms(client.aws), 2000);
  assert_int_equal(one.done, 0);
  assert_int_equal(aws_drive(client.aws, 9000), AWS_IDLE);
  assert_int_equal(one.done, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(client_waits_for_credentials_once_for_all_calls, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_ends_every_call_when_credentials_fail_after_a_wait, client_begin,
                                      client_end),
      cmocka_unit_test_setup_teardown(client_calls_nobody_back_when_a_session_is_freed, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_calls_nobody_back_when_all_is_freed_while_it_waits_for_credentials,
                                      client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_lets_other_sessions_go_on_when_one_is_freed, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_refuses_a_region_that_is_none, client_begin, client_end),
      cmocka_unit_test_setup_teardown(client_drives_until_deadline_or_woken, client_begin, client_end),
  };
  return cmocka_run_group_tests_name("client_end", tests, NULL, NULL);
}
