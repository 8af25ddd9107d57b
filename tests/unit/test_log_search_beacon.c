/* links: studio unit/log_search_fixture unit/log_model unit/studio_fixture unit/fake_aws */
#include "test.h"

#include "log_model.h"
#include "log_search_fixture.h"

#include "studio/chatter.h"
#include "studio/log_search_progress.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define NOW INT64_C(1795466160000)
#define HISTORIES 60
#define SCANS 60

static char words[][16] = {"JupyterLab", LOG_MODEL_MATCH, "CodeEditor", LOG_MODEL_IGNORE};
static const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1], NULL, false},
                                      {words[2], SIGNAL_IGNORE, words[3], NULL, false}};

static int begin(void **state) { return matching_begin(state, rules, COUNT(rules)); }

static studio_app_t *add(const char *name) { return matching_add("JupyterLab", name); }

static bool is_known(const studio_app_t *app) { return app->search.confirmed_in_scan == studio->scan.number; }

static void its_active_lines_count_and_nothing_else(void **state) {
  (void)state;
  static const char *const types[] = {"JupyterLab", "CodeEditor"};
  for (size_t i = 0; i < COUNT(types); i++) {
    const studio_app_t *app = matching_add(types[i], "a");
    log_model_add(app->stream, NOW - 20 * HOUR, LOG_MODEL_ACTIVE);
    log_model_add(app->stream, NOW - 5 * HOUR, LOG_MODEL_WATCHING);
    log_model_add(app->stream, NOW - MINUTE, LOG_MODEL_COUNTS | LOG_MODEL_PLAIN);
    scan_at(NOW);
    assert_true(is_known(app));
    assert_true(log_search_progress_has_beacon(studio, app));
    assert_int_equal(log_model_idle_since(app), NOW - 20 * HOUR);
  }
}

static void without_an_active_line_an_app_is_idle_since_its_creation_or_the_lookback(void **state) {
  (void)state;
  studio_app_t *old = add("old");
  studio_app_t *young = add("young");
  young->listing.created_ms = NOW - 7 * HOUR;
  log_model_add(old->stream, NOW - 3 * HOUR, LOG_MODEL_WATCHING);
  log_model_add(old->stream, NOW - 4 * HOUR, LOG_MODEL_COUNTS);
  log_model_add(young->stream, NOW - 7 * HOUR, LOG_MODEL_WATCHING);
  log_model_add(young->stream, NOW - 2 * HOUR, LOG_MODEL_COUNTS);
  scan_at(NOW);
  assert_int_equal(log_model_idle_since(old), NOW - MATCHING_LOOKBACK);
  assert_int_equal(log_model_idle_since(young), NOW - 7 * HOUR);
}

static void after_eight_hours_of_silence_the_phrases_count_again(void **state) {
  (void)state;
  const studio_app_t *app = add("a");
  log_model_add(app->stream, NOW - 9 * HOUR, LOG_MODEL_ACTIVE);
  log_model_add(app->stream, NOW - 2 * HOUR, LOG_MODEL_WATCHING);
  log_model_add(app->stream, NOW - HOUR, LOG_MODEL_COUNTS);
  scan_at(NOW);
  assert_int_equal(log_model_idle_since(app), NOW - 9 * HOUR);
  scan_at(NOW + 5 * HOUR);
  assert_int_equal(log_model_idle_since(app), NOW - 9 * HOUR);
  scan_at(NOW + 6 * HOUR + MINUTE);
  assert_true(is_known(app));
  assert_int_equal(log_model_idle_since(app), NOW - HOUR);
}

static void a_beacon_of_long_ago_is_none_but_its_work_was(void **state) {
  (void)state;
  const studio_app_t *worked = add("worked");
  const studio_app_t *watched = add("watched");
  log_model_add(worked->stream, NOW - 10 * HOUR, LOG_MODEL_ACTIVE);
  log_model_add(worked->stream, NOW - 11 * HOUR, LOG_MODEL_COUNTS);
  log_model_add(watched->stream, NOW - 10 * HOUR, LOG_MODEL_WATCHING);
  log_model_add(watched->stream, NOW - 11 * HOUR, LOG_MODEL_COUNTS);
  scan_at(NOW);
  assert_int_equal(log_model_idle_since(worked), NOW - 10 * HOUR);
  assert_int_equal(log_model_idle_since(watched), NOW - 11 * HOUR);
}

/* Pages end where they would if each of their events had to be asked for. */
static void however_short_the_pages_are_the_search_goes_on_until_something_counts(void **state) {
  (void)state;
  for (size_t size = 1; size <= 3; size++) {
    assert_int_equal(studio_end(state), 0);
    assert_int_equal(begin(state), 0);
    log_model_set_page_size(size);
    const studio_app_t *dead = add("dead");
    const studio_app_t *watching = add("watching");
    const studio_app_t *matched = add("matched");
    log_model_add(dead->stream, NOW - 10 * HOUR, LOG_MODEL_WATCHING);
    log_model_add(dead->stream, NOW - 11 * HOUR, LOG_MODEL_COUNTS);
    log_model_add(watching->stream, NOW - HOUR, LOG_MODEL_WATCHING);
    log_model_add(watching->stream, NOW - 2 * HOUR, LOG_MODEL_COUNTS);
    log_model_add(watching->stream, NOW - 3 * HOUR, LOG_MODEL_ACTIVE);
    scan_at(NOW);
    assert_int_equal(log_model_idle_since(dead), NOW - 11 * HOUR);
    assert_int_equal(log_model_idle_since(watching), NOW - 3 * HOUR);
    log_model_add(matched->stream, NOW + MINUTE, LOG_MODEL_COUNTS);
    log_model_add(matched->stream, NOW, LOG_MODEL_WATCHING);
    log_model_add(matched->stream, NOW - HOUR, LOG_MODEL_ACTIVE);
    scan_at(NOW + 2 * MINUTE);
    assert_int_equal(log_model_idle_since(matched), size == 1 ? NOW + MINUTE : NOW - HOUR);
  }
}

/* The match that had answered was none; what lies behind it was not read for lines of a beacon. */
static void a_beacon_that_shows_up_later_is_searched_for_its_work(void **state) {
  (void)state;
  const studio_app_t *app = add("a");
  log_model_add(app->stream, NOW - 3 * HOUR, LOG_MODEL_ACTIVE);
  log_model_add(app->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  log_model_set_page_size(1);
  scan_at(NOW);
  assert_int_equal(log_model_idle_since(app), NOW - MINUTE);
  log_model_add(app->stream, NOW + 2 * MINUTE, LOG_MODEL_WATCHING);
  log_model_add(app->stream, NOW + 3 * MINUTE, LOG_MODEL_COUNTS);
  scan_at(NOW + 5 * MINUTE);
  scan_at(NOW + 10 * MINUTE);
  log_model_add(app->stream, NOW + 11 * MINUTE, LOG_MODEL_WATCHING);
  scan_at(NOW + 15 * MINUTE);
  assert_true(is_known(app));
  assert_int_equal(log_model_idle_since(app), NOW - 3 * HOUR);
}

static void an_app_that_is_started_anew_has_a_beacon_of_its_own(void **state) {
  (void)state;
  studio_app_t *app = add("a");
  log_model_add(app->stream, NOW - MINUTE, LOG_MODEL_ACTIVE);
  scan_at(NOW);
  app->listing.started_ms = NOW + 2 * MINUTE;
  log_model_add(app->stream, NOW + 4 * MINUTE, LOG_MODEL_COUNTS);
  scan_at(NOW + 5 * MINUTE);
  assert_false(log_search_progress_has_beacon(studio, app));
  assert_int_equal(log_model_idle_since(app), NOW + 4 * MINUTE);
}

/* Without a beacon it would count for four hours. */
static void a_start_counts_for_an_hour_where_a_beacon_has_written_since(void **state) {
  (void)state;
  studio_app_t *app = add("a");
  log_model_add(app->stream, NOW - 30 * HOUR, LOG_MODEL_ACTIVE);
  log_model_add(app->stream, NOW - 26 * HOUR, LOG_MODEL_WATCHING);
  scan_at(NOW - 25 * HOUR);
  app->listing.started_ms = NOW;
  log_model_add(app->stream, NOW + MINUTE, LOG_MODEL_WATCHING);
  scan_at(NOW + 59 * MINUTE);
  assert_int_equal(log_model_idle_since(app), NOW);
  scan_at(NOW + 61 * MINUTE);
  assert_int_equal(log_model_idle_since(app), NOW - 30 * HOUR);
}

/* As many calls as for a stream that has moved and in which nothing counts. */
static void its_lines_cost_no_call_more_when_the_plugin_is_warm(void **state) {
  (void)state;
  static const unsigned kinds[] = {0, LOG_MODEL_WATCHING, LOG_MODEL_ACTIVE};
  const studio_app_t *app = add("a");
  log_model_add(app->stream, NOW - 2 * HOUR, LOG_MODEL_ACTIVE);
  log_model_add(app->stream, NOW - HOUR, LOG_MODEL_WATCHING);
  scan_at(NOW);
  for (size_t i = 0; i < COUNT(kinds); i++) {
    int64_t at_ms = NOW + (int64_t)(i + 1) * 5 * MINUTE;
    log_model_add(app->stream, at_ms - MINUTE, kinds[i]);
    scan_at(at_ms);
    assert_int_equal(log_model_calls(), 1);
    assert_int_equal(log_model_idle_since(app), kinds[i] == LOG_MODEL_ACTIVE ? at_ms - MINUTE : NOW - 2 * HOUR);
  }
}

static void a_job_of_a_day_and_a_night_is_no_chatter(void **state) {
  (void)state;
  const studio_app_t *working = add("working");
  const studio_app_t *chattering = add("chattering");
  for (int64_t hour = 0; hour < 30; hour++) {
    log_model_add(working->stream, NOW + hour * HOUR, LOG_MODEL_ACTIVE);
    log_model_add(chattering->stream, NOW + hour * HOUR, LOG_MODEL_COUNTS);
  }
  for (int64_t hour = 0; hour < 30; hour++) {
    scan_at(NOW + hour * HOUR);
    chatter_review(studio, log_search_progress_last_match);
  }
  assert_true(chattering->chatter.is_chatty);
  assert_false(working->chatter.is_chatty);
}

static uint32_t random_state;

static uint32_t draw(uint32_t below) {
  random_state = random_state * 1664525U + 1013904223U;
  return (random_state >> 8) % below;
}

#define PHRASE (16U | LOG_MODEL_COUNTS | LOG_MODEL_PLAIN)
#define ONLY_WATCHING (LOG_MODEL_WATCHING & ~PHRASE)
#define ONLY_ACTIVE (LOG_MODEL_ACTIVE & ~PHRASE)
#define ONLY_PHRASE (PHRASE & ~(LOG_MODEL_COUNTS | LOG_MODEL_PLAIN))

/* What the whole log says of an app at that time. */
static int64_t truth_of(const studio_app_t *app, int64_t now_ms) {
  int64_t line_ms = log_model_newest(app->stream, now_ms, ONLY_WATCHING | ONLY_ACTIVE);
  int64_t active_ms = log_model_newest(app->stream, now_ms, ONLY_ACTIVE);
  int64_t counted_ms = log_model_newest(app->stream, now_ms, ONLY_ACTIVE | ONLY_PHRASE);
  bool is_alive = line_ms > 0 && now_ms - line_ms <= 8 * HOUR;
  int64_t since_ms = is_alive ? active_ms : counted_ms;
  return since_ms > 0 ? since_ms : NOW - MATCHING_LOOKBACK;
}

static const unsigned drawn[] = {0, 0, PHRASE, LOG_MODEL_WATCHING, LOG_MODEL_ACTIVE};

/* check_apps compares what a scan told of two apps with the whole log, and is how many of them have a beacon. Where
 * pages are short a match may hide a beacon until its next line. */
static size_t check_apps(studio_app_t *const apps[2], int64_t now_ms, uint32_t seed, size_t scan) {
  size_t by_beacon = 0;
  for (size_t i = 0; i < 2; i++) {
    bool has_beacon = log_search_progress_has_beacon(studio, apps[i]);
    bool is_seen = has_beacon || seed % 3 != 0;
    if (is_seen && log_model_idle_since(apps[i]) != truth_of(apps[i], now_ms))
      fail_msg("history %u, scan %zu, app %zu", seed, scan, i);
    by_beacon += has_beacon ? 1 : 0;
  }
  return by_beacon;
}

/* play_history plays two apps from one scan to the next, and is how often they had a beacon: in some stretches no
 * beacon writes. */
static size_t play_history(uint32_t seed) {
  size_t by_beacon = 0;
  log_model_set_page_size(seed % 3 == 0 ? 2 : 10000);
  studio_app_t *const apps[] = {add("one"), add("other")};
  int64_t now_ms = NOW;
  log_model_add(apps[0]->stream, NOW - MINUTE, 0);
  log_model_add(apps[1]->stream, NOW - MINUTE, 0);
  scan_at(NOW);
  for (size_t scan = 0; scan < SCANS; scan++) {
    int64_t until_ms = now_ms + (draw(8) == 0 ? 10 * HOUR : (int64_t)(1 + draw(90)) * MINUTE);
    for (; now_ms < until_ms; now_ms += (int64_t)(1 + draw(200)) * MINUTE)
      log_model_add(apps[draw(2)]->stream, now_ms, drawn[draw(scan % 20 < 12 ? COUNT(drawn) : 3)]);
    scan_at(now_ms);
    by_beacon += check_apps(apps, now_ms, seed, scan);
  }
  return by_beacon;
}

static void whatever_the_log_gets_the_answer_is_that_of_the_whole(void **state) {
  size_t by_beacon = 0;
  for (uint32_t seed = 1; seed <= HISTORIES; seed++) {
    random_state = seed;
    assert_int_equal(studio_end(state), 0);
    assert_int_equal(begin(state), 0);
    by_beacon += play_history(seed);
  }
  assert_in_range(by_beacon, HISTORIES * SCANS / 4, HISTORIES * SCANS * 2 - HISTORIES * SCANS / 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(its_active_lines_count_and_nothing_else),
      TEST(without_an_active_line_an_app_is_idle_since_its_creation_or_the_lookback),
      TEST(after_eight_hours_of_silence_the_phrases_count_again),
      TEST(a_beacon_of_long_ago_is_none_but_its_work_was),
      TEST(however_short_the_pages_are_the_search_goes_on_until_something_counts),
      TEST(a_beacon_that_shows_up_later_is_searched_for_its_work),
      TEST(an_app_that_is_started_anew_has_a_beacon_of_its_own),
      TEST(a_start_counts_for_an_hour_where_a_beacon_has_written_since),
      TEST(its_lines_cost_no_call_more_when_the_plugin_is_warm),
      TEST(a_job_of_a_day_and_a_night_is_no_chatter),
      TEST(whatever_the_log_gets_the_answer_is_that_of_the_whole),
  };
  return cmocka_run_group_tests_name("log search of a beacon", tests, NULL, NULL);
}
