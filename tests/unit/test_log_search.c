/* links: studio unit/studio_fixture unit/fake_aws */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/log_search.h"
#include "studio/scan.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define START_MS INT64_C(1795466160000)
#define LOOKBACK_MS (48 * HOUR_MS)
#define STREAMS_MAX 260
#define EVENTS_MAX 64
#define PATTERN "?\"Saving\""

/* A world of streams: when each logged what, and which of that matches. */
typedef struct {
  studio_app_t *app;
  int64_t at_ms[EVENTS_MAX]; /* ascending */
  bool matches[EVENTS_MAX];
  size_t count;
  bool deleted;
} history_t;

static history_t histories[STREAMS_MAX];
static size_t histories_count;
static size_t page_size;
static bool empty_pages;
static int64_t now_ms;
static size_t longest_call;
static int finished;

static uint32_t random_state;

static uint32_t draw(uint32_t below) {
  random_state = random_state * 1664525U + 1013904223U;
  return (random_state >> 8) % below;
}

static history_t *history_of(const char *stream) {
  for (size_t i = 0; i < histories_count; i++) {
    if (strcmp(histories[i].app->stream, stream) == 0)
      return &histories[i];
  }
  return NULL;
}

static int64_t integer(json_object *input, const char *name) {
  return json_object_get_int64(json_object_object_get(input, name));
}

typedef struct {
  const char *stream;
  int64_t at_ms;
} notice_t;

static int newest_first(const void *one, const void *other) {
  int64_t first = ((const notice_t *)one)->at_ms;
  int64_t second = ((const notice_t *)other)->at_ms;
  return (second > first) - (second < first);
}

static size_t find_events(json_object *input, notice_t *found) {
  json_object *names = json_object_object_get(input, "logStreamNames");
  size_t count = 0;
  for (size_t i = 0; i < json_object_array_length(names); i++) {
    const history_t *history = history_of(json_object_get_string(json_object_array_get_idx(names, i)));
    assert_non_null(history);
    for (size_t j = 0; j < history->count; j++) {
      if (history->matches[j] && history->at_ms[j] <= now_ms && history->at_ms[j] >= integer(input, "startTime") &&
          history->at_ms[j] <= integer(input, "endTime"))
        found[count++] = (notice_t){history->app->stream, history->at_ms[j]};
    }
  }
  qsort(found, count, sizeof(found[0]), newest_first);
  return count;
}

static bool names_a_deleted_stream(json_object *input) {
  json_object *names = json_object_object_get(input, "logStreamNames");
  for (size_t i = 0; i < json_object_array_length(names); i++) {
    if (history_of(json_object_get_string(json_object_array_get_idx(names, i)))->deleted)
      return true;
  }
  return false;
}

/* FilterLogEvents as AWS describes it: windows inclusive, the newest first, pages that may be empty while a token goes
 * on. */
static bool serve(const char *operation, json_object *input, json_object **output, aws_error_t *error) {
  static notice_t found[STREAMS_MAX * EVENTS_MAX];
  assert_string_equal(operation, "FilterLogEvents");
  if (json_object_get_boolean(json_object_object_get(input, "startFromHead"))) {
    *output = json_tokener_parse("{\"events\":[{\"logStreamName\":\"old\",\"timestamp\":1}]}");
    return true;
  }
  assert_string_equal(json_object_get_string(json_object_object_get(input, "filterPattern")), PATTERN);
  assert_false(json_object_get_boolean(json_object_object_get(input, "startFromHead")));
  size_t names = json_object_array_length(json_object_object_get(input, "logStreamNames"));
  assert_in_range(names, 1, 100);
  longest_call = names > longest_call ? names : longest_call;
  if (names_a_deleted_stream(input)) {
    aws_error_set(error, "ResourceNotFoundException", operation, 400, "no such stream");
    return false;
  }
  size_t count = find_events(input, found);
  const char *token = json_object_get_string(json_object_object_get(input, "nextToken"));
  size_t step = token != NULL ? strtoul(token, NULL, 10) : 0;
  size_t from = empty_pages ? step / 2 * page_size : step * page_size;
  json_object *events = json_object_new_array();
  if (!empty_pages || step % 2 == 1) {
    for (size_t i = from; i < count && i < from + page_size; i++) {
      json_object *event = json_object_new_object();
      json_object_object_add(event, "logStreamName", json_object_new_string(found[i].stream));
      json_object_object_add(event, "timestamp", json_object_new_int64(found[i].at_ms));
      json_object_array_add(events, event);
    }
    from += page_size;
  }
  *output = json_object_new_object();
  json_object_object_add(*output, "events", events);
  char next[24];
  snprintf(next, sizeof(next), "%zu", step + 1);
  if (from < count)
    json_object_object_add(*output, "nextToken", json_object_new_string(next));
  return true;
}

static signal_rule_t rule = {"JupyterLab", SIGNAL_MATCH, PATTERN, NULL, false};

static int begin(void **state) {
  if (studio_begin(state) != 0)
    return -1;
  studio->settings.rules = &rule;
  studio->settings.rules_count = 1;
  studio->settings.lookback_ms = LOOKBACK_MS;
  memset(histories, 0, sizeof(histories));
  histories_count = 0;
  page_size = 1000;
  empty_pages = false;
  longest_call = 0;
  now_ms = START_MS;
  fake_aws_serve(serve);
  return 0;
}

static history_t *add(const char *user, int64_t created_ms) {
  history_t *history = &histories[histories_count++];
  history->app = app_get(studio, domain_get(studio, "d-1"), user, NULL, "JupyterLab", "default");
  assert_non_null(history->app);
  history->app->listing.created_ms = created_ms;
  return history;
}

static void log_event(history_t *history, int64_t at_ms, bool matches) {
  assert_true(history->count < EVENTS_MAX);
  history->at_ms[history->count] = at_ms;
  history->matches[history->count++] = matches;
}

/* A scan in which DescribeLogStreams has shown of each stream what happened at least lag_ms ago. */
static void scan(int64_t lag_ms) {
  studio_next_scan();
  fake_aws_set_now_ms(now_ms);
  for (size_t i = 0; i < histories_count; i++) {
    studio_app_t *app = histories[i].app;
    app->listing.in_scan = app->log.looked_at_in_scan = studio->scan.number;
    app->log.state = STREAM_WITHOUT_EVENTS;
    for (size_t j = 0; j < histories[i].count; j++) {
      if (histories[i].at_ms[j] <= now_ms - lag_ms) {
        app->log.state = STREAM_WITH_EVENTS;
        app->log.newest_event_ms = histories[i].at_ms[j];
      }
    }
  }
}

static void on_done(void *user_data, const log_search_result_t *result) {
  scan_note_search(&studio->scan, result);
  (void)user_data;
  finished++;
}

static void match(void) {
  log_search_t matching;
  finished = 0;
  log_search_start(&matching, studio, on_done, NULL);
  fake_aws_run();
  assert_int_equal(finished, 1);
}

static bool is_known(const history_t *history) { return history->app->search.confirmed_in_scan == studio->scan.number; }

static void matching_finds_the_newest_event_that_counts(void **state) {
  (void)state;
  history_t *history = add("u", START_MS - 100 * HOUR_MS);
  log_event(history, START_MS - 30 * HOUR_MS, true);
  log_event(history, START_MS - 20 * HOUR_MS, true);
  log_event(history, START_MS - MINUTE_MS, false);
  scan(0);
  match();
  assert_true(is_known(history));
  assert_int_equal(history->app->search.last_match_ms, START_MS - 20 * HOUR_MS);
}

static void matching_asks_nothing_of_a_stream_that_is_old_or_has_not_moved(void **state) {
  (void)state;
  history_t *old = add("old", START_MS - 400 * HOUR_MS);
  history_t *resting = add("resting", START_MS - 400 * HOUR_MS);
  log_event(old, START_MS - 300 * HOUR_MS, false);
  log_event(resting, START_MS - HOUR_MS, true);
  scan(0);
  match();
  assert_int_equal(old->app->search.last_match_ms, START_MS - 300 * HOUR_MS);
  int asked = fake_aws_asked("FilterLogEvents");
  assert_int_equal(asked, 1);
  now_ms += 10 * MINUTE_MS;
  scan(0);
  match();
  assert_int_equal(fake_aws_asked("FilterLogEvents"), asked);
  assert_true(is_known(old));
  assert_true(is_known(resting));
  assert_int_equal(resting->app->search.last_match_ms, START_MS - HOUR_MS);
}

static void matching_without_any_match_proves_the_lookback_quiet_once(void **state) {
  (void)state;
  history_t *history = add("u", START_MS - 400 * HOUR_MS);
  for (int i = 30; i >= 0; i--)
    log_event(history, START_MS - i * HOUR_MS, false);
  scan(0);
  match();
  assert_true(is_known(history));
  assert_int_equal(history->app->search.last_match_ms, 0);
  assert_int_equal(history->app->search.goal_ms, START_MS - LOOKBACK_MS);
  int asked = fake_aws_asked("FilterLogEvents");
  now_ms += 5 * MINUTE_MS;
  log_event(history, now_ms, false);
  scan(0);
  match();
  assert_int_equal(fake_aws_asked("FilterLogEvents"), asked + 1);
  assert_int_equal(history->app->search.goal_ms, START_MS - LOOKBACK_MS);
}

static void matching_puts_at_most_a_hundred_streams_into_a_call(void **state) {
  (void)state;
  for (int i = 0; i < 250; i++) {
    char user[32];
    snprintf(user, sizeof(user), "u%d", i);
    log_event(add(user, START_MS - 100 * HOUR_MS), START_MS - MINUTE_MS - i, true);
  }
  scan(0);
  match();
  assert_int_equal(longest_call, 100);
  assert_int_equal(fake_aws_asked("FilterLogEvents"), 3);
  for (size_t i = 0; i < histories_count; i++)
    assert_int_equal(histories[i].app->search.last_match_ms, histories[i].at_ms[0]);
}

static void matching_goes_on_in_the_next_scans_with_what_the_pages_did_not_suffice_for(void **state) {
  (void)state;
  page_size = 1;
  empty_pages = true;
  for (int i = 0; i < 260; i++) {
    char user[32];
    snprintf(user, sizeof(user), "u%d", i);
    history_t *history = add(user, START_MS - 100 * HOUR_MS);
    log_event(history, START_MS - 20 * HOUR_MS - i * MINUTE_MS, true);
    log_event(history, START_MS - i, false);
  }
  size_t known = 0;
  for (int scans = 0; scans < 20 && known < histories_count; scans++) {
    int asked = fake_aws_asked("FilterLogEvents");
    scan(0);
    match();
    assert_true(fake_aws_asked("FilterLogEvents") - asked <= 500);
    known = 0;
    for (size_t i = 0; i < histories_count; i++) {
      known += is_known(&histories[i]) ? 1 : 0;
      if (is_known(&histories[i]))
        assert_int_equal(histories[i].app->search.last_match_ms, histories[i].at_ms[0]);
    }
    assert_true(scans > 0 || known < histories_count);
    now_ms += 5 * MINUTE_MS;
  }
  assert_int_equal(known, histories_count);
}

static void matching_leaves_a_deleted_stream_unknown_and_answers_the_others(void **state) {
  (void)state;
  for (int i = 0; i < 40; i++) {
    char user[32];
    snprintf(user, sizeof(user), "u%d", i);
    log_event(add(user, START_MS - 100 * HOUR_MS), START_MS - HOUR_MS, true);
  }
  histories[17].deleted = true;
  scan(0);
  match();
  for (size_t i = 0; i < histories_count; i++)
    assert_int_equal(is_known(&histories[i]), i != 17);
  assert_string_equal(studio->scan.errors[OPERATION_FILTER_LOG_EVENTS].code, "");
}

static void matching_without_permission_falls_back_and_says_so(void **state) {
  (void)state;
  history_t *history = add("u", START_MS - 100 * HOUR_MS);
  log_event(history, START_MS - HOUR_MS, true);
  scan(0);
  fake_aws_fail("FilterLogEvents", NULL, "AccessDeniedException", 400);
  match();
  assert_true(studio->scan.fallback);
  assert_false(is_known(history));
  scan(0);
  match();
  assert_false(studio->scan.fallback);
  assert_true(is_known(history));
}

static void matching_of_another_error_leaves_apps_unknown(void **state) {
  (void)state;
  history_t *history = add("u", START_MS - 100 * HOUR_MS);
  log_event(history, START_MS - HOUR_MS, true);
  scan(0);
  fake_aws_fail("FilterLogEvents", NULL, "ThrottlingException", 400);
  match();
  assert_false(studio->scan.fallback);
  assert_false(is_known(history));
}

/* The newest match that could be seen; 0: none since search_goal_ms. */
static int64_t newest_match(const history_t *history, int64_t until_ms) {
  int64_t newest_ms = 0;
  for (size_t i = 0; i < history->count; i++) {
    if (history->matches[i] && history->at_ms[i] <= until_ms && history->at_ms[i] >= history->app->search.goal_ms)
      newest_ms = history->at_ms[i];
  }
  return newest_ms;
}

/* A match that is as old as the index lags may be unseen; a newer one than there is never is. */
static void check(int64_t lag_ms) {
  for (size_t i = 0; i < histories_count; i++) {
    const history_t *history = &histories[i];
    const studio_app_t *app = history->app;
    if (!is_known(history) || app->log.state != STREAM_WITH_EVENTS ||
        app->search.last_match_ms == app->log.newest_event_ms)
      continue;
    int64_t seen_ms = newest_match(history, now_ms - lag_ms);
    int64_t newest_ms = newest_match(history, now_ms);
    if (app->search.last_match_ms < seen_ms ||
        (app->search.last_match_ms >= app->search.goal_ms && app->search.last_match_ms > newest_ms))
      fail_msg("stream %zu: %lld is not from %lld to %lld", i, (long long)app->search.last_match_ms, (long long)seen_ms,
               (long long)newest_ms);
  }
}

/* Random histories, one event after another, scanned every five minutes while they grow. */
static void play(uint32_t seed, void **state) {
  random_state = seed;
  studio_end(state);
  begin(state);
  int64_t lag_ms = draw(2) == 0 ? 0 : (int64_t)draw(90) * MINUTE_MS;
  page_size = 1 + draw(5);
  empty_pages = draw(2) == 0;
  size_t count = 1 + draw(6);
  for (size_t i = 0; i < count; i++) {
    char user[32];
    snprintf(user, sizeof(user), "u%zu", i);
    history_t *history = add(user, START_MS - (int64_t)draw(120) * HOUR_MS);
    int64_t at_ms = START_MS - (int64_t)draw(100) * HOUR_MS;
    for (size_t j = 0; j < EVENTS_MAX; j++) {
      at_ms += draw(4) == 0 ? (int64_t)draw(600) * MINUTE_MS : (int64_t)draw(10) * MINUTE_MS + 1;
      log_event(history, at_ms, draw(5) == 0);
    }
  }
  for (int scans = 0; scans < 12; scans++) {
    scan(lag_ms);
    match();
    check(lag_ms);
    now_ms += 5 * MINUTE_MS + (int64_t)draw(3) * HOUR_MS;
  }
}

static void matching_agrees_with_random_histories(void **state) {
  for (uint32_t seed = 1; seed <= 400; seed++)
    play(seed, state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(matching_finds_the_newest_event_that_counts),
      TEST(matching_asks_nothing_of_a_stream_that_is_old_or_has_not_moved),
      TEST(matching_without_any_match_proves_the_lookback_quiet_once),
      TEST(matching_puts_at_most_a_hundred_streams_into_a_call),
      TEST(matching_goes_on_in_the_next_scans_with_what_the_pages_did_not_suffice_for),
      TEST(matching_leaves_a_deleted_stream_unknown_and_answers_the_others),
      TEST(matching_without_permission_falls_back_and_says_so),
      TEST(matching_of_another_error_leaves_apps_unknown),
      TEST(matching_agrees_with_random_histories),
  };
  return cmocka_run_group_tests_name("matching", tests, NULL, NULL);
}
