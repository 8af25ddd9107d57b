/* links: studio unit/log_search_fixture unit/log_model unit/studio_fixture unit/fake_aws */
/* How far back a search goes at a time, by what the searches before have taken. */
#include <stdio.h>

#include "test.h"

#include "log_model.h"
#include "log_search_fixture.h"

#define MINUTE MATCHING_MINUTE
#define HOUR MATCHING_HOUR
#define NOW MATCHING_NOW
#define FIRST (8 * HOUR)

static char words[][16] = {"JupyterLab", LOG_MODEL_MATCH};
static const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1], NULL, false}};

static int begin(void **state) { return matching_begin(state, rules, COUNT(rules)); }

static void add_chattering(size_t page_size) {
  matching_add_chattering();
  log_model_set_page_size(page_size);
}

/* Where each search of the scan has begun, in hours before NOW. */
static void assert_searched(const int *hours, size_t count) {
  assert_int_equal(log_model_calls(), count);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(log_model_call(i)->from_ms, NOW - hours[i] * HOUR);
}

static void slice_of_twelve_pages_stays(void **state) {
  static const int hours[] = {8, 16, 24, 32, 40, 48};
  (void)state;
  add_chattering(42);
  scan_at(NOW);
  assert_searched(hours, COUNT(hours));
}

static void slice_of_six_pages_is_doubled(void **state) {
  static const int hours[] = {8, 24, 40, 48};
  (void)state;
  add_chattering(81);
  scan_at(NOW);
  assert_searched(hours, COUNT(hours));
}

static void slice_of_one_page_grows_to_the_lookback(void **state) {
  static const int hours[] = {8, 48};
  (void)state;
  add_chattering(500);
  scan_at(NOW);
  assert_searched(hours, COUNT(hours));
}

static void slice_of_twenty_pages_is_halved(void **state) {
  (void)state;
  add_chattering(25);
  scan_at(NOW);
  assert_int_equal(log_model_call(0)->from_ms, NOW - FIRST);
  assert_int_equal(log_model_call(1)->from_ms, NOW - FIRST - FIRST / 2);
}

static void slice_of_nineteen_pages_stays(void **state) {
  (void)state;
  add_chattering(26);
  scan_at(NOW);
  assert_int_equal(log_model_call(1)->from_ms, NOW - 2 * FIRST);
}

/* From scan to scan only minutes are searched. */
static void slice_does_not_shrink_with_what_there_is_to_search(void **state) {
  (void)state;
  add_chattering(81);
  scan_at(NOW);
  assert_int_equal(studio->slice_ms, 2 * FIRST);
  log_model_add(studio->apps[0]->stream, NOW + 4 * MINUTE, 0);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(studio->slice_ms, 2 * FIRST);
}

/* A page that has a hit for everybody says nothing about what lies before those. */
static void slice_does_not_grow_by_what_was_not_read(void **state) {
  (void)state;
  for (int i = 0; i < 10; i++) {
    char name[16];
    snprintf(name, sizeof(name), "app-%d", i);
    log_model_add(matching_add("JupyterLab", name)->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  }
  scan_at(NOW);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(studio->slice_ms, FIRST);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(slice_of_twelve_pages_stays),
      TEST(slice_of_six_pages_is_doubled),
      TEST(slice_of_one_page_grows_to_the_lookback),
      TEST(slice_of_twenty_pages_is_halved),
      TEST(slice_of_nineteen_pages_stays),
      TEST(slice_does_not_shrink_with_what_there_is_to_search),
      TEST(slice_does_not_grow_by_what_was_not_read),
  };
  return cmocka_run_group_tests_name("log_search_slices", tests, NULL, NULL);
}
