/* links: studio unit/log_search_fixture unit/log_model unit/studio_fixture unit/fake_aws */
/* What is searched while the first scan still looks at streams. */
#include "test.h"

#include "log_model.h"
#include "log_search_fixture.h"

#include "studio/log_search.h"
#include "studio/scan.h"

#define MINUTE MATCHING_MINUTE
#define HOUR MATCHING_HOUR
#define NOW MATCHING_NOW
#define FIRST (8 * HOUR)

static char words[][16] = {"JupyterLab", LOG_MODEL_MATCH};
static const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1], NULL, false}};

static log_search_t matching;
static int finished;

static void on_done(void *user_data, const log_search_result_t *result) {
  scan_note_search(&studio->scan, result);
  (*(int *)user_data)++;
}

static int begin(void **state) {
  finished = 0;
  return matching_begin(state, rules, COUNT(rules));
}

static void search_early(bool finishing_soon) {
  log_search_begin_early(&matching, studio, on_done, &finished);
  if (finishing_soon)
    log_search_finish_soon(&matching);
  fake_aws_run();
  assert_int_equal(finished, 1);
}

static void search_the_rest(void) {
  if (studio->scan.fallback)
    log_search_skip(&matching, studio, on_done, &finished);
  else
    log_search_start(&matching, studio, on_done, &finished);
  fake_aws_run();
  assert_int_equal(finished, 2);
}

static void early_searches_what_was_looked_at_and_leaves_the_rest(void **state) {
  (void)state;
  studio_app_t *seen = matching_add("JupyterLab", "seen");
  studio_app_t *later = matching_add("JupyterLab", "later");
  log_model_add(seen->stream, NOW - 3 * HOUR, LOG_MODEL_COUNTS);
  log_model_add(later->stream, NOW - 2 * HOUR, LOG_MODEL_COUNTS);
  look_at(NOW);
  later->log.looked_at_in_scan = 0;
  search_early(false);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(seen->search.confirmed_in_scan, studio->scan.number);
  assert_int_equal(log_model_idle_since(seen), NOW - 3 * HOUR);
  assert_int_equal(later->search.confirmed_in_scan, 0);
  later->log.looked_at_in_scan = studio->scan.number;
  search_the_rest();
  assert_int_equal(log_model_calls(), 2);
  assert_string_equal(log_model_call(1)->first, later->stream);
  assert_int_equal(log_model_idle_since(later), NOW - 2 * HOUR);
}

static void early_searches_back_to_the_lookback_when_there_is_time(void **state) {
  (void)state;
  const studio_app_t *app = matching_add_chattering();
  look_at(NOW);
  search_early(false);
  assert_int_equal(app->search.confirmed_in_scan, studio->scan.number);
  size_t calls = log_model_calls();
  search_the_rest();
  assert_int_equal(log_model_calls(), calls);
}

static void early_after_hurry_ends_with_the_search_under_way(void **state) {
  (void)state;
  const studio_app_t *app = matching_add_chattering();
  look_at(NOW);
  search_early(true);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(log_model_call(0)->from_ms, NOW - FIRST);
  assert_int_equal(app->search.confirmed_in_scan, 0);
  search_the_rest();
  assert_int_equal(log_model_call(1)->to_ms, NOW - FIRST);
  assert_int_equal(app->search.confirmed_in_scan, studio->scan.number);
}

/* Slices of eight and four hours take more than twenty pages, those of two hours twelve. */
static void early_halves_slices_that_take_too_many_pages(void **state) {
  static const int64_t hours[] = {8, 4, 2};
  (void)state;
  const studio_app_t *app = matching_add_chattering();
  log_model_set_page_size(10);
  look_at(NOW);
  search_early(false);
  for (size_t i = 0; i < COUNT(hours); i++)
    assert_int_equal(log_model_call(i)->from_ms, NOW - hours[i] * HOUR);
  assert_in_range(fake_aws_asked("FilterLogEvents"), 20 + 20 + 24 * 12 + 1, 20 + 20 + 24 * 13 + 1);
  assert_int_equal(app->search.confirmed_in_scan, studio->scan.number);
}

/* Whoever waits for it does not wait for a scan's pages. */
static void early_after_hurry_ends_after_twenty_pages(void **state) {
  (void)state;
  const studio_app_t *app = matching_add_chattering();
  log_model_set_page_size(1);
  look_at(NOW);
  search_early(true);
  assert_int_equal(fake_aws_asked("FilterLogEvents"), 20);
  assert_int_equal(app->search.confirmed_in_scan, 0);
}

static void early_spends_no_more_than_a_scans_pages(void **state) {
  (void)state;
  matching_add_chattering();
  log_model_set_page_size(1);
  look_at(NOW);
  search_early(false);
  assert_int_equal(fake_aws_asked("FilterLogEvents"), 500);
}

static void early_leaves_a_deleted_stream_for_later(void **state) {
  (void)state;
  const studio_app_t *deleted = matching_add_chattering();
  studio_app_t *other = matching_add("JupyterLab", "other");
  log_model_add(other->stream, NOW - HOUR, LOG_MODEL_COUNTS);
  look_at(NOW);
  log_model_delete(deleted->stream);
  search_early(false);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(deleted->log.looked_at_in_scan, studio->scan.number);
  search_the_rest();
  assert_int_equal(deleted->log.looked_at_in_scan, 0);
  assert_int_equal(other->search.confirmed_in_scan, studio->scan.number);
}

static void early_leaves_exact_looks_for_later(void **state) {
  (void)state;
  static const int64_t day = 24 * HOUR;
  studio_app_t *app = matching_add("KernelGateway", "idle");
  studio->settings.confirm_after_ms = &day;
  studio->settings.confirm_after_count = 1;
  log_model_add(app->stream, NOW - 30 * HOUR, 0);
  look_at(NOW);
  search_early(false);
  assert_int_equal(log_model_calls(), 0);
  search_the_rest();
  assert_int_equal(log_model_calls(), 1);
  assert_true(log_model_call(0)->every_event);
}

static void early_that_may_not_search_is_not_tried_again(void **state) {
  (void)state;
  const studio_app_t *app = matching_add_chattering();
  look_at(NOW);
  fake_aws_fail("FilterLogEvents", NULL, "AccessDeniedException", 400);
  search_early(false);
  search_the_rest();
  assert_int_equal(fake_aws_asked("FilterLogEvents"), 1);
  assert_true(studio->scan.fallback);
  assert_int_equal(app->search.confirmed_in_scan, 0);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(app->search.confirmed_in_scan, studio->scan.number);
}

/* By then it may be over. */
static void early_that_has_failed_is_tried_again_when_it_is_due(void **state) {
  (void)state;
  const studio_app_t *app = matching_add_chattering();
  look_at(NOW);
  fake_aws_fail("FilterLogEvents", NULL, "ThrottlingException", 400);
  search_early(false);
  assert_int_equal(fake_aws_asked("FilterLogEvents"), 1);
  search_the_rest();
  assert_int_equal(app->search.confirmed_in_scan, studio->scan.number);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(early_searches_what_was_looked_at_and_leaves_the_rest),
      TEST(early_searches_back_to_the_lookback_when_there_is_time),
      TEST(early_after_hurry_ends_with_the_search_under_way),
      TEST(early_halves_slices_that_take_too_many_pages),
      TEST(early_after_hurry_ends_after_twenty_pages),
      TEST(early_spends_no_more_than_a_scans_pages),
      TEST(early_leaves_a_deleted_stream_for_later),
      TEST(early_leaves_exact_looks_for_later),
      TEST(early_that_may_not_search_is_not_tried_again),
      TEST(early_that_has_failed_is_tried_again_when_it_is_due),
  };
  return cmocka_run_group_tests_name("matching, early", tests, NULL, NULL);
}
