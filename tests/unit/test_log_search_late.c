/* links: studio unit/log_search_fixture unit/log_model unit/studio_fixture unit/fake_aws */
#include <stdio.h>

#include "test.h"

#include "log_model.h"
#include "log_search_fixture.h"
#include "util/times.h"

/* Events that arrive late: what counts is found in the first scan after it has, however much of the same stream has
 * surfaced since, and what arrives at once is not read twice for it. */
#define MINUTE MATCHING_MINUTE
#define HOUR MATCHING_HOUR
#define NOW MATCHING_NOW
#define INTERVAL (5 * MINUTE)
#define OVERLAP (5 * MINUTE)
#define OPERATION "FilterLogEvents"

static const signal_rule_t rules[] = {{"JupyterLab", SIGNAL_MATCH, LOG_MODEL_MATCH, NULL, false}};

static int begin(void **state) {
  int status = matching_begin(state, rules, COUNT(rules));
  if (status == 0)
    studio->settings.log_lag_ms = 2 * HOUR;
  return status;
}

/* A server that says every minute that it is up, and somebody who saves seldom; each line arrives late_ms after it was
 * written. */
static studio_app_t *add_working(const char *name, int64_t late_ms) {
  studio_app_t *app = matching_add("JupyterLab", name);
  for (int64_t at_ms = NOW - 3 * HOUR; at_ms < NOW + 12 * HOUR; at_ms += MINUTE)
    log_model_add_delayed(app->stream, at_ms, 0, at_ms + late_ms, 0);
  for (int64_t at_ms = NOW - 2 * HOUR; at_ms < NOW + 12 * HOUR; at_ms += 23 * MINUTE + MINUTE / 2)
    log_model_add_delayed(app->stream, at_ms, LOG_MODEL_COUNTS, at_ms + late_ms, 0);
  return app;
}

static void assert_newest(const studio_app_t *app, int64_t now_ms) {
  int64_t arrived_ms = log_model_newest(app->stream, now_ms, LOG_MODEL_COUNTS);
  if (log_model_idle_since(app) != arrived_ms)
    fail_msg("%s, after %lld minutes: idle for %lld minutes, not %lld", app->stream,
             (long long)((now_ms - NOW) / MINUTE), (long long)((now_ms - log_model_idle_since(app)) / MINUTE),
             (long long)((now_ms - arrived_ms) / MINUTE));
}

static void matching_finds_what_arrives_late_as_soon_as_it_has(void **state) {
  (void)state;
  static const int64_t lags[] = {0, 1, 3, 8, 17, 40, 90};
  const studio_app_t *apps[COUNT(lags)];
  for (size_t i = 0; i < COUNT(lags); i++) {
    char name[24];
    snprintf(name, sizeof(name), "late-%lld", (long long)lags[i]);
    apps[i] = add_working(name, lags[i] * MINUTE);
  }
  for (int64_t now_ms = NOW; now_ms < NOW + 10 * HOUR; now_ms += INTERVAL) {
    scan_at(now_ms);
    for (size_t i = 0; i < COUNT(lags); i++)
      assert_newest(apps[i], now_ms);
  }
}

/* The exact look before a ConfirmAfter, and the search of a group, are up to now where nothing was seen to move. */
static void matching_finds_what_arrives_late_after_a_pause(void **state) {
  (void)state;
  studio_app_t *app = matching_add("JupyterLab", "pause");
  const int64_t late_ms = 12 * MINUTE;
  for (int64_t at_ms = NOW - 30 * MINUTE; at_ms < NOW + 20 * MINUTE; at_ms += MINUTE)
    log_model_add_delayed(app->stream, at_ms, 0, at_ms + late_ms, 0);
  log_model_add_delayed(app->stream, NOW + 10 * HOUR, LOG_MODEL_COUNTS, NOW + 10 * HOUR + late_ms, 0);
  for (int64_t at_ms = NOW + 10 * HOUR + MINUTE; at_ms < NOW + 11 * HOUR; at_ms += MINUTE)
    log_model_add_delayed(app->stream, at_ms, 0, at_ms + late_ms, 0);
  for (int64_t now_ms = NOW; now_ms <= NOW + 11 * HOUR; now_ms += INTERVAL) {
    scan_at(now_ms);
    if (app->search.newest_event_ms == app->log.newest_event_ms)
      app->search.to_ms = now_ms;
  }
  assert_int_equal(log_model_idle_since(app), NOW + 10 * HOUR);
}

/* The index of streams has looked for the stream and found none: to_ms says when. */
static void matching_finds_what_arrives_late_in_a_stream_that_did_not_exist(void **state) {
  (void)state;
  studio_app_t *app = matching_add("JupyterLab", "new");
  const int64_t late_ms = 50 * MINUTE;
  scan_at(NOW);
  app->search.to_ms = NOW;
  log_model_add_delayed(app->stream, NOW - 40 * MINUTE, LOG_MODEL_COUNTS, NOW - 40 * MINUTE + late_ms, 0);
  log_model_add_delayed(app->stream, NOW - 30 * MINUTE, 0, NOW - 30 * MINUTE + late_ms, 0);
  scan_at(NOW + 30 * MINUTE);
  assert_int_equal(log_model_idle_since(app), NOW - 40 * MINUTE);
}

/* A hundred chattering servers, ten lines to a page: what was read is read again for five minutes, and no more. */
static void matching_reads_no_more_where_nothing_is_late(void **state) {
  (void)state;
  for (int i = 0; i < 100; i++) {
    char name[16];
    snprintf(name, sizeof(name), "app-%d", i);
    const studio_app_t *app = matching_add("JupyterLab", name);
    for (int64_t at_ms = NOW - HOUR + (int64_t)i * 100; at_ms < NOW + HOUR; at_ms += MINUTE)
      log_model_add(app->stream, at_ms, 0);
  }
  scan_at(NOW);
  for (int64_t now_ms = NOW + INTERVAL; now_ms < NOW + HOUR; now_ms += INTERVAL) {
    int before = fake_aws_asked(OPERATION);
    scan_at(now_ms);
    assert_int_equal(log_model_calls(), 1);
    assert_int_equal(log_model_call(0)->from_ms, now_ms - INTERVAL - OVERLAP);
    assert_int_equal(fake_aws_asked(OPERATION) - before, 1);
  }
}

/* A hundred and sixty servers, of which ten are late: the group is searched for what is new, and those ten by name. */
static void matching_reads_no_more_of_others_for_a_few_that_are_late(void **state) {
  (void)state;
  for (int i = 0; i < 160; i++) {
    char name[16];
    snprintf(name, sizeof(name), "app-%d", i);
    const studio_app_t *app = matching_add("JupyterLab", name);
    for (int64_t at_ms = NOW - HOUR + (int64_t)i * 100; at_ms < NOW + HOUR; at_ms += MINUTE)
      log_model_add_delayed(app->stream, at_ms, at_ms == NOW + 20 * MINUTE + (int64_t)i * 100 ? LOG_MODEL_COUNTS : 0,
                            at_ms + (i % 16 == 0 ? 25 * MINUTE : 0), 0);
  }
  scan_at(NOW);
  for (int64_t now_ms = NOW + INTERVAL; now_ms < NOW + HOUR; now_ms += INTERVAL) {
    scan_at(now_ms);
    assert_int_equal(log_model_calls(), 2);
    assert_int_equal(log_model_call(0)->from_ms, now_ms - INTERVAL - OVERLAP);
    assert_int_equal(log_model_call(0)->streams, 0);
    assert_int_equal(log_model_call(1)->streams, 10);
    for (size_t i = 0; i < studio->apps_count && now_ms > NOW + 45 * MINUTE; i++)
      assert_newest(studio->apps[i], now_ms);
  }
}

/* A hundred by name: the late one is asked for on its own. */
static void matching_searches_late_streams_apart(void **state) {
  (void)state;
  (void)add_working("late", 30 * MINUTE);
  for (int i = 0; i < 40; i++) {
    char name[16];
    snprintf(name, sizeof(name), "app-%d", i);
    const studio_app_t *app = matching_add("JupyterLab", name);
    for (int64_t at_ms = NOW - HOUR; at_ms < NOW + HOUR; at_ms += MINUTE)
      log_model_add(app->stream, at_ms, 0);
  }
  scan_at(NOW);
  scan_at(NOW + INTERVAL);
  assert_int_equal(log_model_calls(), 2);
  assert_int_equal(log_model_call(0)->streams, 40);
  assert_int_equal(log_model_call(0)->from_ms, NOW - OVERLAP);
  assert_int_equal(log_model_call(1)->streams, 1);
  assert_int_equal(log_model_call(1)->from_ms, NOW - 30 * MINUTE);
}

/* A stream that wakes may have been late all the time: it is searched apart, and the group's window stays as it is. */
static void matching_searches_what_was_quiet_apart_from_the_group(void **state) {
  (void)state;
  const studio_app_t *app = NULL;
  for (int i = 0; i < 120; i++) {
    char name[16];
    snprintf(name, sizeof(name), "app-%d", i);
    app = matching_add("JupyterLab", name);
    for (int64_t at_ms = NOW - HOUR; at_ms < NOW + (i < 119 ? 4 * HOUR : MINUTE); at_ms += MINUTE)
      log_model_add(app->stream, at_ms, 0);
  }
  log_model_add(app->stream, NOW + 198 * MINUTE, LOG_MODEL_COUNTS);
  for (int64_t now_ms = NOW; now_ms <= NOW + 200 * MINUTE; now_ms += INTERVAL)
    scan_at(now_ms);
  assert_int_equal(log_model_calls(), 2);
  int64_t latest_ms = max_ms(log_model_call(0)->from_ms, log_model_call(1)->from_ms);
  assert_int_equal(latest_ms, NOW + 200 * MINUTE - INTERVAL - OVERLAP);
  assert_int_equal(log_model_idle_since(app), NOW + 198 * MINUTE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(matching_finds_what_arrives_late_as_soon_as_it_has),
      TEST(matching_finds_what_arrives_late_after_a_pause),
      TEST(matching_finds_what_arrives_late_in_a_stream_that_did_not_exist),
      TEST(matching_reads_no_more_where_nothing_is_late),
      TEST(matching_reads_no_more_of_others_for_a_few_that_are_late),
      TEST(matching_searches_late_streams_apart),
      TEST(matching_searches_what_was_quiet_apart_from_the_group),
  };
  return cmocka_run_group_tests_name("matching_late", tests, NULL, NULL);
}
