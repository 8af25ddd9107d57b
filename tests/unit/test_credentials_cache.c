/* links: aws unit/fake_http */
#include <stdio.h>
#include <stdlib.h>

#include "test.h"

#include "aws/credentials/providers.h"
#include "fake_http.h"

#define MINUTE_MS (INT64_C(60) * 1000)

/* A source that answers when it is told to. */
typedef struct {
  credentials_provider_t base;
  int gets, destroyed;
  credentials_done_t *done;
  void *user_data;
} slow_t;

static void slow_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  slow_t *slow = (slow_t *)base;
  slow->gets++;
  slow->done = done;
  slow->user_data = user_data;
}

static void slow_destroy(credentials_provider_t *base) { ((slow_t *)base)->destroyed++; }

static void slow_find(slow_t *slow, const char *id, int64_t lifetime_ms) {
  char key[16];
  snprintf(key, sizeof(key), "%s", id);
  credentials_t found = {key, (char[]){"secret"}, NULL, (char[]){"slow"}, fake_clock.wall_ms() + lifetime_ms};
  credentials_done_t *done = slow->done;
  slow->done = NULL;
  done(slow->user_data, CREDENTIALS_FOUND, &found, NULL);
}

static void slow_end(slow_t *slow, credentials_result_t result, const char *words) {
  aws_error_t error;
  aws_error_set(&error, "credentials", "credentials", 0, "%s", words);
  credentials_done_t *done = slow->done;
  slow->done = NULL;
  done(slow->user_data, result, NULL, &error);
}

static void slow_fail(slow_t *slow) { slow_end(slow, CREDENTIALS_BROKEN, "broken"); }

/* Answers from within get, as a file or the environment does. */
static void quick_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  slow_get(base, done, user_data);
  slow_find((slow_t *)base, ((slow_t *)base)->gets > 1 ? "two" : "one", 60 * MINUTE_MS);
}

/* Who asked, and what came of it: an id, "broken", or "" so far. */
typedef struct {
  char heard[32];
  int times;
  credentials_result_t result;
} asker_t;

static void on_response(void *user_data, credentials_result_t result, const credentials_t *credentials,
                        const aws_error_t *error) {
  asker_t *asker = user_data;
  asker->times++;
  asker->result = result;
  snprintf(asker->heard, sizeof(asker->heard), "%.20s",
           result == CREDENTIALS_FOUND ? credentials->access_key_id : error->message);
}

typedef struct {
  slow_t slow;
  credentials_provider_t *cache;
  asker_t asker;
} cache_case_t;

static void start(cache_case_t *test) {
  fake_http_begin(NULL);
  *test = (cache_case_t){.slow = {.base = {slow_get, slow_destroy}}};
  test->cache = credentials_cache_new(&test->slow.base, &fake_clock);
  assert_non_null(test->cache);
}

static void ask(cache_case_t *test) {
  test->asker = (asker_t){.times = 0};
  test->cache->get(test->cache, on_response, &test->asker);
}

/* Filled with keys "one" that last so long. */
static void start_filled(cache_case_t *test, int64_t lifetime_ms) {
  start(test);
  ask(test);
  slow_find(&test->slow, "one", lifetime_ms);
  assert_string_equal(test->asker.heard, "one");
}

static void keys_are_kept_until_15_minutes_ahead_of_their_end(void **state) {
  (void)state;
  cache_case_t test;
  start_filled(&test, 60 * MINUTE_MS);
  fake_clock_advance(45 * MINUTE_MS - 1);
  ask(&test);
  assert_string_equal(test.asker.heard, "one");
  assert_int_equal(test.slow.gets, 1);
  fake_clock_advance(1);
  ask(&test);
  assert_string_equal(test.asker.heard, "one");
  assert_int_equal(test.slow.gets, 2);
  slow_find(&test.slow, "two", 60 * MINUTE_MS);
  ask(&test);
  assert_string_equal(test.asker.heard, "two");
  assert_int_equal(test.asker.times, 1);
  test.cache->destroy(test.cache);
}

static void nobody_gets_keys_of_less_than_5_minutes_while_new_ones_can_be_had(void **state) {
  (void)state;
  cache_case_t test;
  start_filled(&test, 60 * MINUTE_MS);
  fake_clock_advance(55 * MINUTE_MS);
  ask(&test);
  assert_string_equal(test.asker.heard, "");
  slow_find(&test.slow, "two", 60 * MINUTE_MS);
  assert_string_equal(test.asker.heard, "two");
  test.cache->destroy(test.cache);
}

static void a_renewal_that_fails_leaves_the_old_keys_and_is_tried_every_30_seconds(void **state) {
  (void)state;
  cache_case_t test;
  start_filled(&test, 60 * MINUTE_MS);
  fake_clock_advance(56 * MINUTE_MS);
  ask(&test);
  slow_fail(&test.slow);
  assert_string_equal(test.asker.heard, "one");
  for (int i = 0; i < 29; i++) {
    fake_clock_advance(1000);
    ask(&test);
    assert_string_equal(test.asker.heard, "one");
  }
  assert_int_equal(test.slow.gets, 2);
  fake_clock_advance(1000);
  ask(&test);
  assert_int_equal(test.slow.gets, 3);
  slow_fail(&test.slow);
  assert_string_equal(test.asker.heard, "one");
  fake_clock_advance(4 * MINUTE_MS);
  ask(&test);
  slow_fail(&test.slow);
  assert_string_equal(test.asker.heard, "broken");
  test.cache->destroy(test.cache);
}

static void an_advance_renewal_that_fails_is_tried_every_30_seconds(void **state) {
  (void)state;
  cache_case_t test;
  start_filled(&test, 60 * MINUTE_MS);
  fake_clock_advance(46 * MINUTE_MS);
  ask(&test);
  slow_fail(&test.slow);
  ask(&test);
  assert_string_equal(test.asker.heard, "one");
  assert_int_equal(test.slow.gets, 2);
  fake_clock_advance(30000);
  ask(&test);
  assert_int_equal(test.slow.gets, 3);
  test.cache->destroy(test.cache);
}

static void nothing_that_failed_is_kept(void **state) {
  (void)state;
  cache_case_t test;
  start(&test);
  ask(&test);
  slow_fail(&test.slow);
  assert_string_equal(test.asker.heard, "broken");
  ask(&test);
  assert_int_equal(test.slow.gets, 2);
  slow_find(&test.slow, "one", 60 * MINUTE_MS);
  assert_string_equal(test.asker.heard, "one");
  test.cache->destroy(test.cache);
}

static void whoever_asks_meanwhile_waits_for_the_same_answer(void **state) {
  (void)state;
  cache_case_t test;
  asker_t others[20] = {{.times = 0}};
  start(&test);
  ask(&test);
  for (size_t i = 0; i < 20; i++)
    test.cache->get(test.cache, on_response, &others[i]);
  credentials_cache_forget(test.cache, &others[7]);
  assert_int_equal(test.slow.gets, 1);
  slow_find(&test.slow, "one", 60 * MINUTE_MS);
  for (size_t i = 0; i < 20; i++)
    assert_int_equal(others[i].times, i == 7 ? 0 : 1);
  assert_string_equal(others[19].heard, "one");
  test.cache->destroy(test.cache);
}

static void a_failure_is_told_to_everybody_who_waits(void **state) {
  (void)state;
  cache_case_t test;
  asker_t other = {.times = 0};
  start(&test);
  ask(&test);
  test.cache->get(test.cache, on_response, &other);
  slow_fail(&test.slow);
  assert_string_equal(test.asker.heard, "broken");
  assert_string_equal(other.heard, "broken");
  test.cache->destroy(test.cache);
}

static void a_source_that_is_not_configured_stays_so(void **state) {
  (void)state;
  cache_case_t test;
  start(&test);
  ask(&test);
  slow_end(&test.slow, CREDENTIALS_ABSENT, "nowhere");
  assert_int_equal(test.asker.result, CREDENTIALS_ABSENT);
  assert_string_equal(test.asker.heard, "nowhere");
  test.cache->destroy(test.cache);
}

static void old_keys_are_used_to_their_last_moment_while_no_others_can_be_had(void **state) {
  (void)state;
  cache_case_t test;
  start_filled(&test, 60 * MINUTE_MS);
  fake_clock_advance(60 * MINUTE_MS - 1);
  ask(&test);
  slow_fail(&test.slow);
  assert_string_equal(test.asker.heard, "one");
  fake_clock_advance(1);
  ask(&test);
  slow_fail(&test.slow);
  assert_string_equal(test.asker.heard, "broken");
  test.cache->destroy(test.cache);
}

static void keys_that_are_renewed_at_once_are_given_at_once(void **state) {
  (void)state;
  cache_case_t test;
  start(&test);
  test.slow.base.get = quick_get;
  ask(&test);
  assert_string_equal(test.asker.heard, "one");
  fake_clock_advance(45 * MINUTE_MS);
  ask(&test);
  assert_string_equal(test.asker.heard, "two");
  assert_int_equal(test.asker.times, 1);
  test.cache->destroy(test.cache);
}

static void a_cache_that_is_destroyed_calls_nobody(void **state) {
  (void)state;
  cache_case_t test;
  start(&test);
  ask(&test);
  test.cache->get(test.cache, on_response, &test.asker);
  test.cache->destroy(test.cache);
  assert_int_equal(test.asker.times, 0);
  assert_int_equal(test.slow.destroyed, 1);
}

static void a_cache_of_nothing_is_none(void **state) {
  (void)state;
  assert_null(credentials_cache_new(NULL, &fake_clock));
}

static void expire(cache_case_t *test) {
  credentials_cache_expire(test->cache, credentials_cache_generation(test->cache));
}

static void keys_that_aws_calls_expired_are_renewed_once(void **state) {
  (void)state;
  cache_case_t test;
  start_filled(&test, 60 * MINUTE_MS);
  uint64_t first = credentials_cache_generation(test.cache);
  expire(&test);
  ask(&test);
  expire(&test);
  assert_int_equal(test.slow.gets, 2);
  slow_find(&test.slow, "two", 60 * MINUTE_MS);
  /* An answer to a request that was signed before the renewal. */
  credentials_cache_expire(test.cache, first);
  ask(&test);
  assert_string_equal(test.asker.heard, "two");
  assert_int_equal(test.slow.gets, 2);
  assert_int_not_equal(credentials_cache_generation(test.cache), first);
  test.cache->destroy(test.cache);
}

/* Every call that AWS refuses would start a credential_process anew. */
static void keys_that_do_not_change_are_asked_for_every_30_seconds(void **state) {
  (void)state;
  cache_case_t test;
  start_filled(&test, 60 * MINUTE_MS);
  uint64_t first = credentials_cache_generation(test.cache);
  expire(&test);
  ask(&test);
  slow_find(&test.slow, "one", 60 * MINUTE_MS);
  assert_int_equal(credentials_cache_generation(test.cache), first);
  for (int i = 0; i < 3; i++) {
    expire(&test);
    ask(&test);
    assert_string_equal(test.asker.heard, "one");
  }
  assert_int_equal(test.slow.gets, 2);
  fake_clock_advance(30000);
  expire(&test);
  ask(&test);
  assert_int_equal(test.slow.gets, 3);
  slow_find(&test.slow, "two", 60 * MINUTE_MS);
  assert_int_not_equal(credentials_cache_generation(test.cache), first);
  test.cache->destroy(test.cache);
}

static void keys_that_aws_calls_expired_are_not_used_when_their_renewal_fails(void **state) {
  (void)state;
  cache_case_t test;
  start_filled(&test, 60 * MINUTE_MS);
  expire(&test);
  ask(&test);
  slow_fail(&test.slow);
  assert_string_equal(test.asker.heard, "broken");
  test.cache->destroy(test.cache);
}

/* The source's clock, or ours, is wrong: AWS decides, and the source is not asked for every request. */
static void keys_that_come_expired_are_used_for_30_seconds(void **state) {
  (void)state;
  cache_case_t test;
  start_filled(&test, -60 * MINUTE_MS);
  fake_clock_advance(29999);
  ask(&test);
  assert_string_equal(test.asker.heard, "one");
  assert_int_equal(test.slow.gets, 1);
  fake_clock_advance(1);
  ask(&test);
  assert_int_equal(test.slow.gets, 2);
  test.cache->destroy(test.cache);
}

static void keys_without_an_end_are_never_renewed(void **state) {
  (void)state;
  cache_case_t test;
  start(&test);
  ask(&test);
  slow_find(&test.slow, "one", -fake_clock.wall_ms());
  fake_clock_advance(INT64_C(365) * 24 * 60 * MINUTE_MS);
  ask(&test);
  assert_string_equal(test.asker.heard, "one");
  assert_int_equal(test.slow.gets, 1);
  test.cache->destroy(test.cache);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_are_kept_until_15_minutes_ahead_of_their_end),
      cmocka_unit_test(nobody_gets_keys_of_less_than_5_minutes_while_new_ones_can_be_had),
      cmocka_unit_test(a_renewal_that_fails_leaves_the_old_keys_and_is_tried_every_30_seconds),
      cmocka_unit_test(an_advance_renewal_that_fails_is_tried_every_30_seconds),
      cmocka_unit_test(nothing_that_failed_is_kept),
      cmocka_unit_test(whoever_asks_meanwhile_waits_for_the_same_answer),
      cmocka_unit_test(a_failure_is_told_to_everybody_who_waits),
      cmocka_unit_test(a_source_that_is_not_configured_stays_so),
      cmocka_unit_test(old_keys_are_used_to_their_last_moment_while_no_others_can_be_had),
      cmocka_unit_test(keys_that_are_renewed_at_once_are_given_at_once),
      cmocka_unit_test(a_cache_that_is_destroyed_calls_nobody),
      cmocka_unit_test(a_cache_of_nothing_is_none),
      cmocka_unit_test(keys_that_aws_calls_expired_are_renewed_once),
      cmocka_unit_test(keys_that_do_not_change_are_asked_for_every_30_seconds),
      cmocka_unit_test(keys_that_aws_calls_expired_are_not_used_when_their_renewal_fails),
      cmocka_unit_test(keys_that_come_expired_are_used_for_30_seconds),
      cmocka_unit_test(keys_without_an_end_are_never_renewed),
  };
  return cmocka_run_group_tests_name("credentials_cache", tests, NULL, NULL);
}
