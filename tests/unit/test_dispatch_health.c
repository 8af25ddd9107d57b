/* links: rim unit/dispatch_fixture unit/target_fixture unit/fake_aws unit/fake_collectd */
#include <time.h>

#include "test.h"

#include "dispatch_fixture.h"

static void report_without_a_scan_dispatches_nothing(void **state) {
  (void)state;
  target_add(&one, "user01", "a", 60);
  aws_error_set(&one.target.failure, "credentials", "credentials", 0, "none");
  scan();
  assert_int_equal(fake_values(), 0);
  tell_health();
  assert_gauge(SCAN "response_time-scan", 0);
  assert_absent(SCAN "count-apps");
}

static void report_health_has_the_heartbeat_in_every_read(void **state) {
  (void)state;
  one.target.finished = TIME_T_TO_CDTIME_T(5100);
  target_set_clock(TIME_T_TO_CDTIME_T(5130));
  tell_health();
  assert_int_equal(fake_values(), 1);
  assert_gauge(SCAN "duration-since_complete", 130);
  scan();
  tell_health();
  assert_gauge(SCAN "duration-since_complete", 30);
  target_next_scan(&one);
  one.target.studio->scan.listing_complete = false;
  one.target.finished = TIME_T_TO_CDTIME_T(5120);
  scan();
  tell_health();
  assert_gauge(SCAN "duration-since_complete", 30);
}

/* A later read takes it, and requests the next one before it tells how the plugin fares. */
static void report_health_has_the_duration_of_the_scan_that_was_reported(void **state) {
  (void)state;
  one.target.requested = TIME_T_TO_CDTIME_T(5000);
  one.target.finished = TIME_T_TO_CDTIME_T(5015);
  scan();
  one.target.requested = TIME_T_TO_CDTIME_T(5300);
  tell_health();
  assert_gauge(SCAN "response_time-scan", 15);
}

static void report_health_counts_apps_in_spaces_to_which_an_ide_may_connect(void **state) {
  (void)state;
  target_space(&one, "open", "user01")->remote = true;
  target_enter(&one, target_space(&one, "open", "user01"), "JupyterLab", 60);
  target_enter(&one, target_space(&one, "closed", "user01"), "JupyterLab", 60);
  target_add(&one, "user01", "a", 60);
  scan();
  tell_health();
  assert_gauge(SCAN "count-remote", 1);
}

static void report_health_counts_apps_whose_phrases_are_deaf(void **state) {
  (void)state;
  studio_app_t *app = target_add(&one, "user01", "a", 60);
  app->search.confirmed_in_scan = one.target.studio->scan.number;
  app->chatter.watches_log = true;
  app->chatter.hours = 7;
  scan();
  tell_health();
  assert_gauge(SCAN "count-deaf", 1);
}

static void report_health_counts_what_idle_shutdown_does_not_stop_once_it_is_known(void **state) {
  (void)state;
  target_enter(&one, target_space(&one, "open", "user01"), "JupyterLab", 7201);
  target_space(&one, "open", "user01")->sharing = SPACE_PRIVATE;
  target_enter(&one, target_space(&one, "edit", "user01"), "CodeEditor", 60);
  target_space(&one, "edit", "user01")->sharing = SPACE_PRIVATE;
  scan();
  tell_health();
  assert_gauge(SCAN "count-apps", 2);
  assert_absent(SCAN "count-unprotected");
  assert_absent(SCAN "count-overdue");
  one.target.studio->domains[0]->facts.lab = (idle_shutdown_t){IDLE_SHUTDOWN_ON, 120};
  one.target.studio->domains[0]->facts.editor.state = IDLE_SHUTDOWN_OFF;
  scan();
  tell_health();
  assert_gauge(SCAN "count-unprotected", 1);
  assert_gauge(SCAN "count-overdue", 1);
}

static void report_health_counts_after_a_listing_and_once(void **state) {
  (void)state;
  target_add(&one, "user01", "a", 60);
  target_add(&one, "user01", "b", 60)->log.looked_at_in_scan = 0;
  target_add(&one, "user02", "b", 60)->log.state = STREAM_WITH_EVENTS;
  target_add(&one, "user02", "c", 60)->chatter.is_chatty = true;
  one.target.studio->scan.failed = 4;
  one.target.requested = TIME_T_TO_CDTIME_T(5000);
  one.target.finished = DOUBLE_TO_CDTIME_T(5002.5);
  scan();
  tell_health();
  assert_gauge(SCAN "count-apps", 4);
  assert_gauge(SCAN "count-users", 2);
  assert_gauge(SCAN "count-unknown", 1);
  assert_gauge(SCAN "count-unlogged", 2);
  assert_gauge(SCAN "count-chatty", 1);
  assert_gauge(SCAN "count-deaf", 0);
  assert_gauge(SCAN "count-fallback", 0);
  assert_gauge(SCAN "count-remote", 0);
  assert_gauge(SCAN "count-unpriced", 2);
  assert_gauge(SCAN "count-blind", 0);
  assert_gauge(SCAN "count-unprotected", 0);
  assert_gauge(SCAN "count-overdue", 0);
  assert_gauge(SCAN "count-pending", 0);
  assert_gauge(SCAN "count-deleting", 0);
  assert_gauge(SCAN "count-failed", 4);
  assert_gauge(SCAN "response_time-scan", 2.5);
  tell_health();
  assert_int_equal(fake_values(), 1);
  target_next_scan(&one);
  one.target.studio->scan.listing_complete = false;
  scan();
  tell_health();
  assert_absent(SCAN "count-apps");
}

static derive_t derive_of(const char *name) {
  const fake_value_t *value = fake_value_named(name);
  assert_non_null(value);
  return value->value.derive;
}

static void report_health_sends_a_counter_as_0_before_its_first_count(void **state) {
  (void)state;
  counters_add(&one.target.requests, "ListApps", 3);
  tell_health();
  assert_int_equal(derive_of(SCAN "total_requests-ListApps"), 0);
  counters_add(&one.target.errors, "AccessDeniedException", 1);
  tell_health();
  assert_int_equal(derive_of(SCAN "total_requests-ListApps"), 3);
  assert_int_equal(derive_of(SCAN "errors-AccessDeniedException"), 0);
  tell_health();
  assert_int_equal(derive_of(SCAN "total_requests-ListApps"), 3);
  assert_int_equal(derive_of(SCAN "errors-AccessDeniedException"), 1);
}

static void report_health_names_an_unknown_region_and_cleans_names(void **state) {
  (void)state;
  static char name[] = "my_account";
  one.config.name = name;
  one.target.region = NULL;
  counters_add(&one.target.errors, "Odd/Code_1", 1);
  tell_health();
  assert_non_null(fake_value_named("localhost/sagemaker_scan-my-account_unknown/duration-since_complete"));
  assert_non_null(fake_value_named("localhost/sagemaker_scan-my-account_unknown/errors-Odd-Code-1"));
}

/* In place of libc's: waiting takes no time here. */
static int pauses, reached_after;

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's names are reserved ones */
int nanosleep(const struct timespec *pause, struct timespec *rest) {
  (void)pause;
  (void)rest;
  if (++pauses == reached_after)
    fake_cache_set_reached(true);
  return 0;
}

static int count_pauses(int until) {
  pauses = 0;
  reached_after = until;
  fake_cache_set_reached(false);
  dispatch_flush(&report);
  return pauses;
}

static void report_flush_waits_for_the_last_value_but_not_for_ever(void **state) {
  (void)state;
  assert_int_equal(count_pauses(1), 0);
  target_add(&one, "user01", "a", 60);
  scan();
  dispatch_health(&report, &one.target, &health, INTERVAL);
  assert_int_equal(count_pauses(1), 1);
  assert_int_equal(count_pauses(7), 7);
  assert_int_equal(count_pauses(1000), 200);
}

static void report_flush_is_not_deceived_by_the_value_of_an_earlier_read(void **state) {
  (void)state;
  tell_health();
  const fake_value_t *last = fake_value(fake_values() - 1);
  report.last_value = last->value.gauge + 1;
  reached_after = 0;
  pauses = 0;
  dispatch_flush(&report);
  assert_int_equal(pauses, 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, reporting_begin, reporting_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(report_without_a_scan_dispatches_nothing),
      TEST(report_health_has_the_heartbeat_in_every_read),
      TEST(report_health_has_the_duration_of_the_scan_that_was_reported),
      TEST(report_health_counts_apps_in_spaces_to_which_an_ide_may_connect),
      TEST(report_health_counts_apps_whose_phrases_are_deaf),
      TEST(report_health_counts_what_idle_shutdown_does_not_stop_once_it_is_known),
      TEST(report_health_counts_after_a_listing_and_once),
      TEST(report_health_sends_a_counter_as_0_before_its_first_count),
      TEST(report_health_names_an_unknown_region_and_cleans_names),
      TEST(report_flush_waits_for_the_last_value_but_not_for_ever),
      TEST(report_flush_is_not_deceived_by_the_value_of_an_earlier_read),
  };
  return cmocka_run_group_tests_name("report_health", tests, NULL, NULL);
}
