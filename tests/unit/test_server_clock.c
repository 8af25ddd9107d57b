/* links: aws */
#include "test.h"

#include "aws/server_clock.h"

#define DAY_MS INT64_C(86400000)
/* Mon, 23 Nov 2026 20:00:00 GMT */
#define NOW_MS INT64_C(1795464000000)
#define NOW "Mon, 23 Nov 2026 20:00:00 GMT"
#define AN_HOUR_LATER "Mon, 23 Nov 2026 21:00:00 GMT"
#define FAR "Fri, 31 Dec 9999 23:59:59 GMT"
#define LONG_AGO "Thu, 01 Jan 1970 00:01:40 GMT"

static int64_t monotonic_ms, wall_ms;
static server_clock_t server;

static int64_t get_monotonic_ms(void) { return monotonic_ms; }

static int64_t get_wall_ms(void) { return wall_ms; }

static const loop_clock_t machine = {.monotonic_ms = get_monotonic_ms, .wall_ms = get_wall_ms};

static int set_up(void **state) {
  (void)state;
  server = (server_clock_t){0};
  monotonic_ms = 5000;
  wall_ms = NOW_MS;
  return 0;
}

static int64_t now_ms(void) { return server_clock_now_ms(&server, &machine); }

static void clock_is_the_machines_before_anything_is_learnt(void **state) {
  (void)state;
  assert_int_equal(now_ms(), NOW_MS);
  wall_ms += DAY_MS;
  assert_int_equal(now_ms(), NOW_MS + DAY_MS);
  assert_int_equal(server_clock_skew_ms(&server, &machine), 0);
}

static void clock_goes_on_when_the_machines_is_set(void **state) {
  (void)state;
  server_clock_learn(&server, &machine, NOW, 0);
  monotonic_ms += 1000;
  wall_ms += 2 * DAY_MS;
  assert_int_equal(now_ms(), NOW_MS + 1000);
  assert_int_equal(server_clock_skew_ms(&server, &machine), 1000 - 2 * DAY_MS);
  wall_ms = NOW_MS + 1000;
  assert_int_equal(server_clock_skew_ms(&server, &machine), 0);
}

static void clock_takes_a_date_for_the_moment_at_which_it_came(void **state) {
  (void)state;
  wall_ms = NOW_MS + 8000;
  server_clock_learn(&server, &machine, NOW, 8000);
  assert_int_equal(now_ms(), NOW_MS + 8000);
  server_clock_learn(&server, &machine, AN_HOUR_LATER, 8000);
  assert_int_equal(now_ms(), NOW_MS + 3600000 + 8000 + 500);
}

static void clock_does_not_believe_one_date_of_another_age(void **state) {
  (void)state;
  static const char *const dates[] = {FAR, LONG_AGO};
  for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
    server = (server_clock_t){0};
    server_clock_learn(&server, &machine, dates[i], 0);
    assert_int_equal(now_ms(), NOW_MS);
    server_clock_learn(&server, &machine, NOW, 0);
    server_clock_learn(&server, &machine, dates[i], 0);
    assert_int_equal(now_ms(), NOW_MS);
  }
}

static void clock_comes_back_from_dates_of_another_age(void **state) {
  (void)state;
  server_clock_learn(&server, &machine, FAR, 0);
  server_clock_learn(&server, &machine, FAR, 0);
  assert_true(now_ms() > NOW_MS + 1000 * DAY_MS);
  server_clock_learn(&server, &machine, NOW, 0);
  assert_int_equal(now_ms(), NOW_MS);
}

static void clock_of_a_machine_that_lost_its_own_is_set_by_two_dates_that_agree(void **state) {
  (void)state;
  wall_ms = 100000;
  server_clock_learn(&server, &machine, NOW, 0);
  assert_int_equal(now_ms(), 100000);
  server_clock_learn(&server, &machine, AN_HOUR_LATER, 0);
  assert_int_equal(now_ms(), NOW_MS + 3600000 + 500);
  server_clock_learn(&server, &machine, NOW, 0);
  assert_int_equal(now_ms(), NOW_MS + 500);
}

static void clock_passes_over_what_is_no_date(void **state) {
  (void)state;
  server_clock_learn(&server, &machine, "", 0);
  server_clock_learn(&server, &machine, "tomorrow", 0);
  assert_false(server.known);
  assert_false(server.has_doubtful);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(clock_is_the_machines_before_anything_is_learnt, set_up),
      cmocka_unit_test_setup(clock_goes_on_when_the_machines_is_set, set_up),
      cmocka_unit_test_setup(clock_takes_a_date_for_the_moment_at_which_it_came, set_up),
      cmocka_unit_test_setup(clock_does_not_believe_one_date_of_another_age, set_up),
      cmocka_unit_test_setup(clock_comes_back_from_dates_of_another_age, set_up),
      cmocka_unit_test_setup(clock_of_a_machine_that_lost_its_own_is_set_by_two_dates_that_agree, set_up),
      cmocka_unit_test_setup(clock_passes_over_what_is_no_date, set_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
