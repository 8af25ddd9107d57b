/* links: studio unit/log_search_fixture unit/log_model unit/studio_fixture unit/fake_aws */
/* How far times that AWS tells are believed. */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "log_search_fixture.h"

#include "studio/log_search_query.h"
#include "studio/log_stream.h"

#define NOW MATCHING_NOW
#define HOUR MATCHING_HOUR
#define YEARS (INT64_C(24) * 365 * 10 * HOUR)

static char type[] = "JupyterLab", pattern[] = "?\"Saving file\"";
static const signal_rule_t rules[] = {{type, SIGNAL_MATCH, pattern, NULL, false}};

static int begin(void **state) { return matching_begin(state, rules, 1); }

static int64_t shown(studio_app_t *app, int64_t now_ms, int64_t event_ms) {
  fake_aws_set_now_ms(now_ms);
  log_stream_note_event(studio, app, event_ms);
  return app->log.newest_event_ms;
}

static void trust_takes_an_event_up_to_two_hours_ahead_as_it_is(void **state) {
  (void)state;
  studio_app_t *app = matching_add("KernelGateway", "a");
  assert_int_equal(shown(app, NOW, NOW + INT64_C(2) * HOUR), NOW + INT64_C(2) * HOUR);
}

static void trust_takes_an_impossible_event_as_now_and_once(void **state) {
  (void)state;
  studio_app_t *app = matching_add("KernelGateway", "a");
  assert_int_equal(shown(app, NOW, NOW + YEARS), NOW);
  assert_int_equal(shown(app, NOW + HOUR, NOW + YEARS), NOW);
  assert_int_equal(shown(app, NOW + INT64_C(2) * HOUR, NOW + HOUR), NOW + HOUR);
  assert_int_equal(shown(app, NOW + INT64_C(3) * HOUR, NOW + YEARS), NOW + HOUR);
}

#define EVENT "{\"logStreamName\":\"%s\",\"timestamp\":%lld}"

static size_t hits, ends;

static bool on_hit(void *user_data, studio_app_t *app, int64_t at_ms, const char *message, bool found) {
  (void)user_data;
  (void)app;
  (void)at_ms;
  (void)message;
  hits += found ? 0 : 1;
  return true;
}

static void on_end(void *user_data, log_search_query_result_t result) {
  (void)user_data;
  (void)result;
  ends++;
}

/* How many events of a page count in a search of the last day. */
static size_t hits_of(const char *other, int64_t at_ms) {
  static log_search_query_t search;
  studio_app_t *app = matching_add(type, "default");
  studio_app_t *const apps[] = {app};
  char page[512];
  snprintf(page, sizeof(page), "{\"events\":[%s%s" EVENT "]}", other, other[0] != '\0' ? "," : "", app->stream,
           (long long)at_ms);
  fake_aws_page("FilterLogEvents", NULL, page);
  hits = ends = 0;
  search = (log_search_query_t){.studio = studio,
                                .pattern = pattern,
                                .from_ms = NOW - INT64_C(24) * HOUR,
                                .to_ms = NOW,
                                .apps = apps,
                                .count = 1,
                                .pages_max = 1,
                                .hit = on_hit,
                                .done = on_end};
  log_search_query_start(&search);
  fake_aws_run();
  assert_int_equal(ends, 1);
  return hits;
}

static void trust_counts_no_event_outside_the_window_that_was_asked_for(void **state) {
  (void)state;
  assert_int_equal(hits_of("", NOW + 1), 0);
  assert_int_equal(hits_of("", NOW + YEARS), 0);
  assert_int_equal(hits_of("", NOW - INT64_C(30) * 24 * HOUR), 0);
  assert_int_equal(hits_of("", NOW), 1);
  assert_int_equal(hits_of("", NOW - INT64_C(24) * HOUR), 1);
}

static void trust_counts_the_events_beside_an_odd_one(void **state) {
  (void)state;
  assert_int_equal(hits_of("{\"logStreamName\":7}", NOW - HOUR), 1);
  assert_int_equal(studio->scan.odd[OPERATION_FILTER_LOG_EVENTS], 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(trust_takes_an_event_up_to_two_hours_ahead_as_it_is),
      TEST(trust_takes_an_impossible_event_as_now_and_once),
      TEST(trust_counts_no_event_outside_the_window_that_was_asked_for),
      TEST(trust_counts_the_events_beside_an_odd_one),
  };
  return cmocka_run_group_tests_name("log_stream", tests, NULL, NULL);
}
