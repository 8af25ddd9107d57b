/* links: util */
#include "test.h"

#include "util/token_bucket.h"

/* Takes what there is now, and says how much that was. */
static int drain(token_bucket_t *bucket, int64_t now_ms) {
  int taken = 0;
  int64_t wait_ms = 0;
  while (token_bucket_take(bucket, now_ms, &wait_ms))
    taken++;
  return taken;
}

static void bucket_starts_full_and_gives_its_burst_at_once(void **state) {
  (void)state;
  token_bucket_t bucket;
  token_bucket_init(&bucket, 5.0, 20.0, 1000);
  assert_int_equal(drain(&bucket, 1000), 20);
}

static void bucket_fills_by_its_rate_up_to_its_burst(void **state) {
  (void)state;
  static const struct {
    int64_t after_ms;
    int expected;
  } cases[] = {{0, 0}, {199, 0}, {200, 1}, {399, 1}, {1000, 5}, {3900, 19}, {4000, 20}, {86400000, 20}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    token_bucket_t bucket;
    token_bucket_init(&bucket, 5.0, 20.0, 1000);
    drain(&bucket, 1000);
    assert_int_equal(drain(&bucket, 1000 + cases[i].after_ms), cases[i].expected);
  }
}

static void bucket_says_when_the_next_token_comes(void **state) {
  (void)state;
  static const double rates[] = {0.1, 0.3, 1.0, 3.0, 7.0, 10.0, 25.0, 999.0, 5000.0};
  for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
    token_bucket_t bucket;
    int64_t now_ms = 0;
    token_bucket_init(&bucket, rates[i], 1.0, now_ms);
    drain(&bucket, now_ms);
    for (int token = 0; token < 100; token++) {
      int64_t wait_ms = 0;
      int64_t again_ms = 0;
      assert_false(token_bucket_take(&bucket, now_ms, &wait_ms));
      assert_true(wait_ms >= 1);
      assert_true((double)wait_ms <= 1000.0 / rates[i] + 1.0);
      now_ms += wait_ms;
      assert_true(token_bucket_take(&bucket, now_ms, &again_ms));
    }
  }
}

static void bucket_never_gives_more_than_burst_and_rate(void **state) {
  (void)state;
  token_bucket_t bucket;
  token_bucket_init(&bucket, 10.0, 10.0, 0);
  int taken = 0;
  for (int64_t now_ms = 0; now_ms <= 60000; now_ms += 7)
    taken += drain(&bucket, now_ms);
  assert_in_range(taken, 609, 610);
}

static void bucket_is_not_drained_by_a_clock_that_goes_back(void **state) {
  (void)state;
  token_bucket_t bucket;
  token_bucket_init(&bucket, 1.0, 5.0, 10000);
  assert_int_equal(drain(&bucket, 5000), 5);
  assert_int_equal(drain(&bucket, 6000), 1);
}

static void bucket_throttled_is_emptied_and_halved_down_to_a_tenth(void **state) {
  (void)state;
  static const double rates[] = {5.0, 2.5, 1.25, 1.0, 1.0};
  token_bucket_t bucket;
  token_bucket_init(&bucket, 10.0, 10.0, 0);
  for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
    token_bucket_throttled(&bucket, 0);
    assert_int_equal(drain(&bucket, 0), 0);
    assert_true(bucket.current == rates[i]);
  }
  assert_int_equal(drain(&bucket, 3000), 3);
}

static void bucket_throttled_forfeits_what_it_had_saved(void **state) {
  (void)state;
  token_bucket_t bucket;
  token_bucket_init(&bucket, 10.0, 10.0, 0);
  token_bucket_throttled(&bucket, 60000);
  assert_int_equal(drain(&bucket, 60000), 0);
}

static void bucket_answered_recovers_in_fiftieths_up_to_its_rate(void **state) {
  (void)state;
  token_bucket_t bucket;
  token_bucket_init(&bucket, 10.0, 1000.0, 0);
  token_bucket_throttled(&bucket, 0);
  token_bucket_succeeded(&bucket, 0);
  assert_float_equal(bucket.current, 5.2, 1e-9);
  for (int i = 0; i < 23; i++)
    token_bucket_succeeded(&bucket, 0);
  assert_float_equal(bucket.current, 9.8, 1e-9);
  for (int i = 0; i < 10; i++)
    token_bucket_succeeded(&bucket, 0);
  assert_float_equal(bucket.current, 10.0, 1e-9);
}

static void bucket_counts_the_time_before_an_answer_by_the_old_rate(void **state) {
  (void)state;
  token_bucket_t bucket;
  token_bucket_init(&bucket, 10.0, 1000.0, 0);
  token_bucket_throttled(&bucket, 0);
  for (int i = 0; i < 25; i++)
    token_bucket_succeeded(&bucket, 10000);
  assert_int_equal(drain(&bucket, 10000), 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bucket_starts_full_and_gives_its_burst_at_once),
      cmocka_unit_test(bucket_fills_by_its_rate_up_to_its_burst),
      cmocka_unit_test(bucket_says_when_the_next_token_comes),
      cmocka_unit_test(bucket_never_gives_more_than_burst_and_rate),
      cmocka_unit_test(bucket_is_not_drained_by_a_clock_that_goes_back),
      cmocka_unit_test(bucket_throttled_is_emptied_and_halved_down_to_a_tenth),
      cmocka_unit_test(bucket_throttled_forfeits_what_it_had_saved),
      cmocka_unit_test(bucket_answered_recovers_in_fiftieths_up_to_its_rate),
      cmocka_unit_test(bucket_counts_the_time_before_an_answer_by_the_old_rate),
  };
  return cmocka_run_group_tests_name("bucket", tests, NULL, NULL);
}
