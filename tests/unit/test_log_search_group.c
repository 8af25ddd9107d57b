/* links: studio unit/log_search_fixture unit/log_model unit/studio_fixture unit/fake_aws */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "log_model.h"
#include "log_search_fixture.h"

#include "studio/values.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define NOW INT64_C(1795466160000)
#define OPERATION "FilterLogEvents"

/* JupyterLabs are measured by Match, CodeEditors by Ignore, KernelGateways by their newest event. */
static char words[][16] = {"JupyterLab", LOG_MODEL_MATCH, "CodeEditor", LOG_MODEL_IGNORE};
static const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1], NULL, false},
                                      {words[2], SIGNAL_IGNORE, words[3], NULL, false}};
static const int64_t confirm_after[] = {6 * HOUR, 24 * HOUR};

static int begin(void **state) { return matching_begin(state, rules, COUNT(rules)); }

/* The same where exact looks are wanted beyond six hours and beyond a day. */
static int begin_confirming(void **state) {
  int status = begin(state);
  studio->settings.confirm_after_ms = confirm_after;
  studio->settings.confirm_after_count = COUNT(confirm_after);
  return status;
}

static studio_app_t *add(const char *type, int number) {
  char name[16];
  snprintf(name, sizeof(name), "app-%d", number);
  studio_app_t *app = app_get(studio, domain_get(studio, "d-1"), "u", NULL, type, name);
  assert_non_null(app);
  app->listing.created_ms = NOW - 120 * HOUR;
  return app;
}

/* So many apps that somebody used a minute ago, all of it known. */
static void add_used(const char *type, int count) {
  for (int i = 0; i < count; i++)
    log_model_add(add(type, i)->stream, NOW - MINUTE, LOG_MODEL_COUNTS | LOG_MODEL_PLAIN);
  scan_at(NOW);
}

/* Their servers write something. */
static void move_all(int64_t at_ms) {
  for (size_t i = 0; i < studio->apps_count; i++)
    log_model_add(studio->apps[i]->stream, at_ms, 0);
}

static size_t count_known(void) {
  size_t count = 0;
  for (size_t i = 0; i < studio->apps_count; i++)
    count += studio->apps[i]->search.confirmed_in_scan == studio->scan.number ? 1 : 0;
  return count;
}

static void group_is_searched_in_one_call_when_more_than_a_hundred_streams_have_moved(void **state) {
  (void)state;
  add_used("JupyterLab", 250);
  move_all(NOW + 4 * MINUTE);
  log_model_add(studio->apps[7]->stream, NOW + 3 * MINUTE, LOG_MODEL_COUNTS);
  int before = fake_aws_asked(OPERATION);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(fake_aws_asked(OPERATION) - before, 1);
  assert_int_equal(log_model_call(0)->streams, 0);
  assert_int_equal(log_model_call(0)->from_ms, NOW - 5 * MINUTE);
  assert_int_equal(log_model_call(0)->to_ms, NOW + 5 * MINUTE);
  assert_int_equal(count_known(), 250);
  assert_int_equal(studio->apps[7]->search.last_match_ms, NOW + 3 * MINUTE);
  assert_int_equal(studio->apps[8]->search.last_match_ms, NOW - MINUTE);
}

static void group_of_a_hundred_is_searched_by_name(void **state) {
  (void)state;
  add_used("JupyterLab", 100);
  move_all(NOW + 4 * MINUTE);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(log_model_call(0)->streams, 100);
}

/* All but a few phrases: that would be everybody's chatter. */
static void group_is_never_searched_under_ignore(void **state) {
  (void)state;
  add_used("CodeEditor", 150);
  move_all(NOW + 4 * MINUTE);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_calls(), 2);
  assert_int_equal(log_model_call(0)->streams + log_model_call(1)->streams, 150);
}

static void group_search_passes_over_hits_of_strangers_and_of_apps_of_another_signal(void **state) {
  (void)state;
  const studio_app_t *editor = add("CodeEditor", 0);
  log_model_add(editor->stream, NOW - 2 * MINUTE, LOG_MODEL_PLAIN);
  add_used("JupyterLab", 150);
  move_all(NOW + 4 * MINUTE);
  log_model_add("d-9/x/JupyterLab/y", NOW + 4 * MINUTE, LOG_MODEL_COUNTS);
  log_model_add(editor->stream, NOW + 4 * MINUTE, LOG_MODEL_COUNTS);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_call(0)->streams, 0);
  assert_int_equal(editor->search.last_match_ms, NOW - 2 * MINUTE);
  assert_int_equal(count_known(), 151);
  assert_int_equal(studio->apps_count, 151);
}

static void group_search_counts_for_those_that_have_not_moved(void **state) {
  (void)state;
  add_used("JupyterLab", 151);
  for (size_t i = 1; i < studio->apps_count; i++)
    log_model_add(studio->apps[i]->stream, NOW + 4 * MINUTE, 0);
  log_model_add_late(studio->apps[0]->stream, NOW + 3 * MINUTE, LOG_MODEL_COUNTS, HOUR);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(studio->apps[0]->search.to_ms, NOW + 5 * MINUTE);
  assert_int_equal(studio->apps[0]->search.last_match_ms, NOW + 3 * MINUTE);
}

/* It would make the window long for all. */
static void group_search_leaves_to_a_search_by_name_what_is_far_behind(void **state) {
  (void)state;
  add_used("JupyterLab", 150);
  move_all(NOW + 4 * MINUTE);
  studio_app_t *behind = studio->apps[3];
  behind->search.to_ms = behind->search.newest_event_ms = NOW - 30 * MINUTE;
  studio->slice_ms = 20 * MINUTE;
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_call(0)->streams, 0);
  assert_int_equal(log_model_call(0)->from_ms, NOW - 5 * MINUTE);
  for (size_t i = 1; i < log_model_calls(); i++) {
    assert_int_equal(log_model_call(i)->streams, 1);
    assert_string_equal(log_model_call(i)->first, behind->stream);
  }
  assert_int_equal(log_model_call(1)->from_ms, NOW - 35 * MINUTE);
  assert_int_equal(count_known(), 150);
}

static void group_search_begins_where_the_one_that_is_farthest_behind_was_searched(void **state) {
  (void)state;
  add_used("JupyterLab", 150);
  move_all(NOW + 4 * MINUTE);
  studio_app_t *behind = studio->apps[3];
  behind->search.to_ms = behind->search.newest_event_ms = NOW - 8 * MINUTE;
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(log_model_call(0)->from_ms, NOW - 13 * MINUTE);
}

/* Searched as lately as the others, it has an event that has surfaced only now. */
static void group_search_begins_with_the_oldest_event_that_has_surfaced(void **state) {
  (void)state;
  const studio_app_t *late = add("JupyterLab", 999);
  log_model_add(late->stream, NOW - 40 * MINUTE, LOG_MODEL_COUNTS);
  add_used("JupyterLab", 150);
  for (size_t i = 1; i < studio->apps_count; i++)
    log_model_add(studio->apps[i]->stream, NOW + 4 * MINUTE, 0);
  log_model_add_late(late->stream, NOW - 30 * MINUTE, LOG_MODEL_COUNTS, 33 * MINUTE);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_call(0)->streams, 0);
  assert_int_equal(log_model_call(0)->from_ms, NOW - 30 * MINUTE);
  assert_int_equal(late->search.last_match_ms, NOW - 30 * MINUTE);
}

/* A hundred and fifty saves, forty to a page: two pages are what two calls by name would take at the least. */
static bool tries_group(int scan) {
  int64_t now_ms = NOW + MINUTE * 10 * (1 + scan);
  for (size_t i = 0; i < studio->apps_count; i++)
    log_model_add(studio->apps[i]->stream, now_ms - MINUTE, LOG_MODEL_COUNTS);
  int before = fake_aws_asked(OPERATION);
  scan_at(now_ms);
  bool tried = log_model_call(0)->streams == 0;
  assert_int_equal(count_known(), studio->apps_count);
  for (size_t i = 0; i < studio->apps_count; i++)
    assert_int_equal(studio->apps[i]->search.last_match_ms, now_ms - MINUTE);
  for (size_t i = 1; i < log_model_calls(); i++)
    assert_true(log_model_call(i)->streams > 0);
  if (tried && studio->group_losses > 0)
    assert_true(fake_aws_asked(OPERATION) - before > 2);
  return tried;
}

static void group_search_that_is_too_dear_goes_on_by_name_and_is_tried_less_often(void **state) {
  (void)state;
  add_used("JupyterLab", 150);
  log_model_set_page_size(40);
  static const bool tried[] = {true, false, true, false, false, false, true};
  for (int scan = 0; scan < (int)COUNT(tried); scan++)
    assert_int_equal(tries_group(scan), tried[scan]);
  assert_int_equal(studio->group_losses, 3);
  log_model_set_page_size(10000);
  int scan = (int)COUNT(tried);
  while (!tries_group(scan))
    scan++;
  assert_int_equal(scan, COUNT(tried) + 7);
  assert_int_equal(studio->group_losses, 0);
  assert_true(tries_group(scan + 1));
}

/* A group that takes just as many pages as calls by name would is a win. */
static void group_search_may_take_as_many_pages_as_calls_by_name(void **state) {
  (void)state;
  add_used("JupyterLab", 150);
  log_model_set_page_size(160);
  int before = fake_aws_asked(OPERATION);
  assert_true(tries_group(0));
  assert_int_equal(fake_aws_asked(OPERATION) - before, 2);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(studio->group_losses, 0);
  log_model_set_page_size(120);
  assert_true(tries_group(1));
  assert_int_equal(studio->group_losses, 1);
}

static size_t told;
static double told_value;

static void on_value(void *user_data, const values_item_t *value) {
  (void)user_data;
  if (value->kind != VALUES_APP)
    return;
  told++;
  told_value = value->value;
}

static values_counts_t report(int64_t now_ms) {
  told = 0;
  return studio_report(now_ms, on_value, NULL);
}

static void confirm_looks_at_a_hundred_apps_in_a_call_for_every_event_and_once(void **state) {
  (void)state;
  for (int i = 0; i < 150; i++)
    log_model_add(add("KernelGateway", i)->stream, NOW - 6 * HOUR - MINUTE, 0);
  scan_at(NOW);
  assert_int_equal(log_model_calls(), 2);
  for (size_t i = 0; i < 2; i++) {
    const log_model_call_t *call = log_model_call(i);
    assert_int_equal(call->streams, i == 0 ? 100 : 50);
    assert_true(call->every_event);
    /* A minute passes at the most until it is told. */
    assert_int_equal(call->from_ms, NOW + MINUTE - 6 * HOUR);
    assert_int_equal(call->to_ms, NOW);
  }
  assert_int_equal(report(NOW).unknown, 0);
  assert_int_equal(told, 150);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_calls(), 0);
  report(NOW + 5 * MINUTE);
  assert_int_equal(told, 150);
}

static void confirm_finds_the_event_that_the_index_hides(void **state) {
  (void)state;
  const studio_app_t *app = add("KernelGateway", 0);
  log_model_add(app->stream, NOW - 7 * HOUR, 0);
  log_model_add_late(app->stream, NOW - 90 * MINUTE, 0, 2 * HOUR);
  scan_at(NOW);
  assert_int_equal(app->log.newest_event_ms, NOW - 90 * MINUTE);
  report(NOW);
  assert_true(fabs(told_value - 5400.0) < 0.001);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_calls(), 0);
}

static void confirm_looks_once_for_each_threshold(void **state) {
  static const int64_t hours[] = {5, 7, 8, 23, 25, 26, 48};
  static const size_t looks[] = {0, 1, 0, 0, 1, 0, 0};
  (void)state;
  const studio_app_t *app = add("KernelGateway", 0);
  log_model_add(app->stream, NOW, 0);
  for (size_t i = 0; i < COUNT(hours); i++) {
    scan_at(NOW + hours[i] * HOUR);
    assert_int_equal(log_model_calls(), looks[i]);
    report(NOW + hours[i] * HOUR);
    assert_int_equal(told, 1);
  }
}

static void confirm_of_a_type_with_phrases_looks_for_those(void **state) {
  (void)state;
  const studio_app_t *app = add("JupyterLab", 0);
  log_model_add(app->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  scan_at(NOW);
  log_model_add_late(app->stream, NOW + 5 * HOUR, LOG_MODEL_COUNTS, 2 * HOUR);
  log_model_add_late(app->stream, NOW + 6 * HOUR - MINUTE, 0, 2 * HOUR);
  scan_at(NOW + 6 * HOUR);
  assert_int_equal(log_model_calls(), 1);
  assert_false(log_model_call(0)->every_event);
  assert_int_equal(app->search.last_match_ms, NOW + 5 * HOUR);
}

/* Where its phrases were searched for is not searched again. */
static void confirm_of_a_type_with_phrases_begins_where_those_were_searched(void **state) {
  (void)state;
  const studio_app_t *app = add("JupyterLab", 0);
  log_model_add(app->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  scan_at(NOW);
  log_model_add(app->stream, NOW + 3 * HOUR - MINUTE, 0);
  scan_at(NOW + 3 * HOUR);
  scan_at(NOW + 6 * HOUR);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(log_model_call(0)->from_ms, NOW + 3 * HOUR - 5 * MINUTE);
}

/* It will have passed the threshold when it is told: one look, up to now, serves. */
static void confirm_looks_once_in_a_scan(void **state) {
  (void)state;
  log_model_add(add("KernelGateway", 0)->stream, NOW - 6 * HOUR + MINUTE / 2, 0);
  scan_at(NOW);
  assert_int_equal(log_model_calls(), 1);
}

static void confirm_without_permission_tells_the_value_and_counts_it(void **state) {
  (void)state;
  log_model_add(add("KernelGateway", 0)->stream, NOW - 7 * HOUR, 0);
  log_model_add(add("KernelGateway", 1)->stream, NOW - 5 * HOUR, 0);
  fake_aws_fail(OPERATION, NULL, "AccessDeniedException", 400);
  scan_at(NOW);
  values_counts_t counts = report(NOW);
  assert_int_equal(told, 2);
  assert_int_equal(counts.fallback, 1);
  assert_int_equal(counts.unknown, 0);
}

static void confirm_that_is_throttled_keeps_the_value_back_until_the_next_scan(void **state) {
  (void)state;
  log_model_add(add("KernelGateway", 0)->stream, NOW - 7 * HOUR, 0);
  log_model_add(add("KernelGateway", 1)->stream, NOW - 5 * HOUR, 0);
  fake_aws_fail(OPERATION, NULL, "ThrottlingException", 400);
  scan_at(NOW);
  values_counts_t counts = report(NOW);
  assert_int_equal(told, 1);
  assert_int_equal(counts.fallback, 0);
  assert_int_equal(counts.unknown, 1);
  scan_at(NOW + 5 * MINUTE);
  counts = report(NOW + 5 * MINUTE);
  assert_int_equal(told, 2);
  assert_int_equal(counts.unknown, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)
#define CONFIRM(name) cmocka_unit_test_setup_teardown(name, begin_confirming, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(group_is_searched_in_one_call_when_more_than_a_hundred_streams_have_moved),
      TEST(group_of_a_hundred_is_searched_by_name),
      TEST(group_is_never_searched_under_ignore),
      TEST(group_search_passes_over_hits_of_strangers_and_of_apps_of_another_signal),
      TEST(group_search_counts_for_those_that_have_not_moved),
      TEST(group_search_leaves_to_a_search_by_name_what_is_far_behind),
      TEST(group_search_begins_where_the_one_that_is_farthest_behind_was_searched),
      TEST(group_search_begins_with_the_oldest_event_that_has_surfaced),
      TEST(group_search_that_is_too_dear_goes_on_by_name_and_is_tried_less_often),
      TEST(group_search_may_take_as_many_pages_as_calls_by_name),
      CONFIRM(confirm_looks_at_a_hundred_apps_in_a_call_for_every_event_and_once),
      CONFIRM(confirm_finds_the_event_that_the_index_hides),
      CONFIRM(confirm_looks_once_for_each_threshold),
      CONFIRM(confirm_of_a_type_with_phrases_looks_for_those),
      CONFIRM(confirm_of_a_type_with_phrases_begins_where_those_were_searched),
      CONFIRM(confirm_looks_once_in_a_scan),
      CONFIRM(confirm_without_permission_tells_the_value_and_counts_it),
      CONFIRM(confirm_that_is_throttled_keeps_the_value_back_until_the_next_scan),
  };
  return cmocka_run_group_tests_name("matching_group", tests, NULL, NULL);
}
