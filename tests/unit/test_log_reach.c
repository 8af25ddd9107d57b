/* links: studio unit/log_search_fixture unit/log_model unit/studio_fixture unit/fake_aws */
#include <stdio.h>

#include "test.h"

#include "log_model.h"
#include "log_search_fixture.h"

/* A lookback of two days, and a log that is kept for shorter: what it does not show may have happened. */
#define MINUTE MATCHING_MINUTE
#define HOUR MATCHING_HOUR
#define NOW MATCHING_NOW
#define DAY (24 * HOUR)
#define OPERATION "FilterLogEvents"
#define OLDEST "{\"logGroupName\":\"group\",\"startFromHead\":true,\"limit\":1}"
#define OLDEST_NEXT "{\"logGroupName\":\"group\",\"startFromHead\":true,\"limit\":1,\"nextToken\":\"t\"}"

static const signal_rule_t rules[] = {{.app_type = "JupyterLab", .signal = SIGNAL_MATCH, .pattern = LOG_MODEL_MATCH}};

static int begin(void **state) { return matching_begin(state, rules, COUNT(rules)); }

/* A server that says every minute that it is up; somebody saved that long ago. */
static studio_app_t *add_saved(const char *name, int64_t ago_ms) {
  studio_app_t *app = matching_add("JupyterLab", name);
  for (int64_t at_ms = NOW - 3 * DAY; at_ms < NOW + 3 * DAY; at_ms += MINUTE)
    log_model_add(app->stream, at_ms, 0);
  log_model_add(app->stream, NOW - ago_ms, LOG_MODEL_COUNTS);
  return app;
}

static bool is_known(const studio_app_t *app) { return app->search.confirmed_in_scan == studio->scan.number; }

static void reach_bounds_what_a_log_that_is_kept_for_a_day_proves(void **state) {
  (void)state;
  const studio_app_t *app = add_saved("lab", 40 * HOUR);
  log_model_set_retention(DAY);
  scan_at(NOW);
  assert_true(is_known(app));
  assert_int_equal(log_model_idle_since(app), NOW - DAY);
  assert_int_equal(log_model_oldest_asked(), 1);
  /* What was proven stays so: a lower bound that grows. */
  scan_at(NOW + 30 * HOUR);
  assert_int_equal(log_model_idle_since(app), NOW - DAY);
  assert_int_equal(log_model_oldest_asked(), 1);
}

static void reach_leaves_the_lookback_to_a_log_that_is_kept_for_longer(void **state) {
  (void)state;
  const studio_app_t *app = add_saved("lab", 60 * HOUR);
  log_model_set_retention(70 * HOUR);
  scan_at(NOW);
  assert_int_equal(log_model_idle_since(app), NOW - MATCHING_LOOKBACK);
  assert_int_equal(log_model_oldest_asked(), 1);
}

static void reach_is_not_asked_for_where_nothing_is_claimed(void **state) {
  (void)state;
  const studio_app_t *used = add_saved("used", 9 * MINUTE);
  const studio_app_t *found = add_saved("found", 40 * HOUR);
  studio_app_t *young = add_saved("young", 60 * HOUR);
  const studio_app_t *quiet = matching_add("JupyterLab", "quiet");
  log_model_add(quiet->stream, NOW - 50 * HOUR, 0);
  young->listing.created_ms = NOW - 20 * HOUR;
  scan_at(NOW);
  assert_true(is_known(used) && is_known(found) && is_known(young) && is_known(quiet));
  assert_int_equal(log_model_idle_since(young), NOW - 20 * HOUR);
  assert_int_equal(log_model_idle_since(quiet), NOW - 50 * HOUR);
  assert_int_equal(log_model_oldest_asked(), 0);
}

static void reach_is_asked_for_once_a_day_at_the_most(void **state) {
  (void)state;
  (void)add_saved("first", 40 * HOUR);
  log_model_set_retention(DAY);
  scan_at(NOW);
  const studio_app_t *second = add_saved("second", 40 * HOUR);
  scan_at(NOW + 10 * HOUR);
  assert_int_equal(log_model_idle_since(second), NOW - 14 * HOUR);
  assert_int_equal(log_model_oldest_asked(), 1);
  log_model_set_retention(30 * HOUR);
  const studio_app_t *third = add_saved("third", 40 * HOUR);
  scan_at(NOW + 24 * HOUR);
  assert_int_equal(log_model_idle_since(third), NOW - 6 * HOUR);
  assert_int_equal(log_model_oldest_asked(), 2);
}

/* The index still tells of its newest event, which the log does not have any more. */
static void reach_takes_the_newest_event_for_the_last_where_the_log_begins_after_it(void **state) {
  (void)state;
  const studio_app_t *quiet = matching_add("JupyterLab", "quiet");
  log_model_add(quiet->stream, NOW - 30 * HOUR, 0);
  const studio_app_t *chattering = add_saved("lab", 40 * HOUR);
  log_model_set_retention(DAY);
  scan_at(NOW);
  assert_true(is_known(quiet) && is_known(chattering));
  assert_int_equal(log_model_idle_since(quiet), NOW - 30 * HOUR);
}

/* Nothing is claimed in the scan that could not ask; the next one asks again. */
static void reach_that_is_not_answered_leaves_apps_unknown(void **state) {
  (void)state;
  const studio_app_t *app = add_saved("lab", 40 * HOUR);
  log_model_set_retention(DAY);
  fake_aws_fail(OPERATION, OLDEST, "ThrottlingException", 400);
  scan_at(NOW);
  assert_false(is_known(app));
  assert_false(studio->scan.fallback);
  scan_at(NOW + 5 * MINUTE);
  assert_true(is_known(app));
  assert_int_equal(log_model_idle_since(app), NOW + 5 * MINUTE - DAY);
}

static void reach_that_is_refused_is_as_a_search_that_is(void **state) {
  (void)state;
  const studio_app_t *app = add_saved("lab", 60 * HOUR);
  fake_aws_fail(OPERATION, OLDEST, "AccessDeniedException", 400);
  scan_at(NOW);
  assert_false(is_known(app));
  assert_true(studio->scan.fallback);
}

static void reach_of_a_page_that_is_not_understood_is_not_known(void **state) {
  (void)state;
  static const char *const pages[] = {"{}", "{\"events\":[{}]}", "{\"events\":[{\"timestamp\":-1}]}",
                                      "{\"events\":[{\"timestamp\":5},{\"timestamp\":6}]}"};
  const studio_app_t *app = add_saved("lab", 60 * HOUR);
  for (size_t i = 0; i < COUNT(pages); i++) {
    fake_aws_page(OPERATION, OLDEST, pages[i]);
    scan_at(NOW);
    assert_false(is_known(app));
    assert_string_equal(studio->scan.errors[OPERATION_FILTER_LOG_EVENTS].code, "parse");
  }
  scan_at(NOW);
  assert_true(is_known(app));
}

/* Nothing shows that the log is cut. */
static void reach_gives_up_after_twenty_empty_pages(void **state) {
  (void)state;
  const studio_app_t *app = add_saved("lab", 60 * HOUR);
  for (int i = 0; i < 20; i++)
    fake_aws_page(OPERATION, i == 0 ? OLDEST : OLDEST_NEXT, "{\"events\":[],\"nextToken\":\"t\"}");
  scan_at(NOW);
  assert_true(is_known(app));
  assert_int_equal(log_model_idle_since(app), NOW - MATCHING_LOOKBACK);
  assert_int_equal(log_model_oldest_asked(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(reach_bounds_what_a_log_that_is_kept_for_a_day_proves),
      TEST(reach_leaves_the_lookback_to_a_log_that_is_kept_for_longer),
      TEST(reach_is_not_asked_for_where_nothing_is_claimed),
      TEST(reach_is_asked_for_once_a_day_at_the_most),
      TEST(reach_takes_the_newest_event_for_the_last_where_the_log_begins_after_it),
      TEST(reach_that_is_not_answered_leaves_apps_unknown),
      TEST(reach_that_is_refused_is_as_a_search_that_is),
      TEST(reach_of_a_page_that_is_not_understood_is_not_known),
      TEST(reach_gives_up_after_twenty_empty_pages),
  };
  return cmocka_run_group_tests_name("log_reach", tests, NULL, NULL);
}
