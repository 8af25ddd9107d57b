/* links: studio unit/studio_fixture unit/fake_aws */
#include "test.h"

#include "studio_fixture.h"

#include "studio/confirm.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define NOW INT64_C(1795466160000)

/* A report is expected a minute late, and as much behind its looks as the last one was. */
#define SLACK MINUTE
#define DELAY (2 * MINUTE)

static const int64_t confirm_after[] = {24 * HOUR, 6 * HOUR};

static studio_app_t *app;

static int begin(void **state) {
  if (studio_begin(state) != 0)
    return -1;
  studio->settings.confirm_after_ms = confirm_after;
  studio->settings.confirm_after_count = 2;
  studio->report_delay_ms = DELAY;
  studio->scan.began_ms = NOW - MINUTE;
  fake_aws_set_now_ms(NOW);
  app = studio_add("u", "a");
  app->log.looked_at_in_scan = studio->scan.number;
  app->log.state = STREAM_WITH_EVENTS;
  return 0;
}

static void idle_for(int64_t idle_ms) { app->log.newest_event_ms = NOW - idle_ms; }

static void confirm_is_due_once_a_report_would_tell_more_than_a_threshold(void **state) {
  (void)state;
  idle_for(6 * HOUR - SLACK - DELAY);
  assert_false(confirm_is_due(studio, app));
  idle_for(6 * HOUR - SLACK - DELAY + 1);
  assert_true(confirm_is_due(studio, app));
}

static void confirm_goes_by_the_largest_threshold_that_is_passed(void **state) {
  (void)state;
  idle_for(7 * HOUR);
  assert_int_equal(confirm_from_ms(studio, app), NOW + SLACK + DELAY - 6 * HOUR);
  idle_for(25 * HOUR);
  assert_int_equal(confirm_from_ms(studio, app), NOW + SLACK + DELAY - 24 * HOUR);
}

static void confirm_is_not_due_again_once_the_threshold_was_looked_beyond(void **state) {
  (void)state;
  idle_for(25 * HOUR);
  app->search.to_ms = app->log.newest_event_ms + 24 * HOUR - 1;
  assert_true(confirm_is_due(studio, app));
  app->search.to_ms++;
  assert_false(confirm_is_due(studio, app));
}

static void confirm_is_not_due_of_what_is_unknown(void **state) {
  (void)state;
  idle_for(25 * HOUR);
  app->log.looked_at_in_scan--;
  assert_false(confirm_is_due(studio, app));
}

static void confirm_permits_what_is_below_every_threshold(void **state) {
  (void)state;
  assert_true(confirm_permits(studio, app, NOW - 6 * HOUR, NOW));
  assert_false(confirm_permits(studio, app, NOW - 6 * HOUR - 1, NOW));
}

static void confirm_permits_what_was_looked_at_beyond_the_threshold_or_in_this_scan(void **state) {
  (void)state;
  const int64_t since_ms = NOW - 25 * HOUR;
  app->search.to_ms = since_ms + 24 * HOUR - 1;
  studio->scan.began_ms = app->search.to_ms + 1;
  assert_false(confirm_permits(studio, app, since_ms, NOW));
  studio->scan.began_ms--;
  assert_true(confirm_permits(studio, app, since_ms, NOW));
  studio->scan.began_ms = NOW;
  app->search.to_ms++;
  assert_true(confirm_permits(studio, app, since_ms, NOW));
}

/* Once a start counts no more, the app is idle beyond a threshold at once: what was looked at before tells nothing of
 * the hours since. */
static void confirm_looks_again_where_a_start_counts_no_more(void **state) {
  (void)state;
  static char words[][16] = {"KernelGateway", "?\"a\""};
  static const signal_rule_t rule = {words[0], SIGNAL_MATCH, words[1], NULL, false};
  const int64_t since_ms = NOW - 72 * HOUR;
  app->rule = &rule;
  app->listing.created_ms = NOW - MINUTE - 4 * HOUR;
  app->log.newest_event_ms = NOW - HOUR;
  app->search.last_match_ms = since_ms;
  app->search.confirmed_in_scan = studio->scan.number;
  app->search.to_ms = NOW - MINUTE - 1;
  assert_true(confirm_is_due(studio, app));
  assert_false(confirm_permits(studio, app, since_ms, NOW));
  app->search.to_ms++;
  assert_false(confirm_is_due(studio, app));
  assert_true(confirm_permits(studio, app, since_ms, NOW));
  studio->scan.began_ms--;
  app->search.to_ms--;
  assert_false(confirm_is_due(studio, app));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(confirm_is_due_once_a_report_would_tell_more_than_a_threshold),
      TEST(confirm_goes_by_the_largest_threshold_that_is_passed),
      TEST(confirm_is_not_due_again_once_the_threshold_was_looked_beyond),
      TEST(confirm_is_not_due_of_what_is_unknown),
      TEST(confirm_permits_what_is_below_every_threshold),
      TEST(confirm_permits_what_was_looked_at_beyond_the_threshold_or_in_this_scan),
      TEST(confirm_looks_again_where_a_start_counts_no_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
