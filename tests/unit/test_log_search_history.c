/* links: studio unit/log_model unit/studio_fixture unit/fake_aws */
#include <stdio.h>

#include "test.h"

#include "log_model.h"
#include "studio_fixture.h"

#include "studio/log_search.h"
#include "studio/scan.h"

/* Random histories of logs, matched scan after scan, against what a look at all events says. */
#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define NOW INT64_C(1795466160000)
#define LOOKBACK (48 * HOUR)
#define APPS_MAX 260
#define PAGES_MAX 500

/* KernelGateways and JupyterLabs are searched in one call, each by a phrase of its own. */
static char words[][16] = {"KernelGateway",  LOG_MODEL_MATCH, "TensorBoard",
                           LOG_MODEL_IGNORE, "JupyterLab",    LOG_MODEL_OTHER_MATCH};
static const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1], NULL, true},
                                      {words[2], SIGNAL_IGNORE, words[3], NULL, false},
                                      {words[4], SIGNAL_MATCH, words[5], NULL, true}};

typedef struct {
  studio_app_t *app;
  int64_t looked_ms; /* when it was first looked at with events in its log, since it began; 0: not yet */
  int64_t last_event_ms;
} player_t;

static player_t players[APPS_MAX];
static size_t players_count;

static bool arrives_at_once;

/* The same numbers in every run: a failure can be looked at again. */
static uint64_t chance;

static size_t below(size_t limit) {
  chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (size_t)(chance >> 33) % limit;
}

static int64_t max_ms(int64_t one, int64_t other) { return one > other ? one : other; }

static int64_t minutes_below(size_t limit) { return (int64_t)below(limit) * MINUTE; }

static int begin(void **state) {
  int status = studio_begin(state);
  if (status != 0)
    return status;
  studio->settings.rules = rules;
  studio->settings.rules_count = COUNT(rules);
  studio->settings.joined_pattern = LOG_MODEL_JOINED;
  studio->settings.log_lag_ms = 2 * HOUR;
  log_model_begin();
  players_count = 0;
  arrives_at_once = false;
  return 0;
}

static void on_done(void *user_data, const log_search_result_t *result) {
  scan_note_search(&studio->scan, result);
  (*(int *)user_data)++;
}

static int64_t born_ms(const studio_app_t *app) {
  return app->listing.started_ms > app->listing.created_ms ? app->listing.started_ms : app->listing.created_ms;
}

static unsigned kind_of(const studio_app_t *app) {
  if (app->type[0] == 'J')
    return LOG_MODEL_OTHER;
  return app->type[0] == 'K' ? LOG_MODEL_COUNTS : LOG_MODEL_PLAIN;
}

static unsigned random_kind(void) { return (unsigned)below(4) | (below(2) == 0 ? LOG_MODEL_OTHER : 0); }

/* What people do in bursts and a server all the time, before and after NOW, some after a pause of days; one of so many
 * events is somebody's. Of what is late, the index hears late: now and then, or always. Some streams' events arrive
 * late, in the order in which they happened. */
static void add_history(const char *stream, size_t events, size_t rarity, bool late) {
  bool pauses = below(3) == 0;
  int64_t always_ms = late && below(3) == 0 ? minutes_below(61) : 0;
  int64_t delay_ms = late && !arrives_at_once && below(2) == 0 ? minutes_below(61) : 0;
  int64_t at_ms = NOW - (pauses ? 72 * HOUR : minutes_below(5760));
  int64_t arrived_ms = 0;
  for (size_t i = 0; i < events; i++) {
    unsigned kind = below(rarity) == 0 ? random_kind() : 0;
    arrived_ms = max_ms(arrived_ms, at_ms + (below(2) == 0 ? delay_ms : delay_ms / 2));
    log_model_add_delayed(stream, at_ms, kind, arrived_ms, late && below(3) == 0 ? minutes_below(61) : always_ms);
    if (pauses && i == 0)
      at_ms = NOW - minutes_below(90);
    at_ms += below(6) == 0 ? minutes_below(900) : minutes_below(12) + (int64_t)below(60000);
  }
}

static void add_player(size_t number, size_t events, size_t rarity, bool late) {
  char name[16];
  snprintf(name, sizeof(name), "app-%zu", number);
  const char *type = words[2 * below(COUNT(rules))];
  studio_app_t *app = app_get(studio, domain_get(studio, "d-1"), "u", NULL, type, name);
  assert_non_null(app);
  app->listing.created_ms = NOW - HOUR - minutes_below((size_t)6 * 24 * 60);
  players[players_count++] = (player_t){.app = app};
  add_history(app->stream, events, rarity, late);
}

/* One scan; returns its pages. */
static int scan_at(int64_t now_ms) {
  log_search_t matching;
  int finished = 0;
  int before = fake_aws_asked("FilterLogEvents");
  studio_next_scan();
  fake_aws_set_now_ms(now_ms);
  log_model_start_counting(now_ms);
  for (size_t i = 0; i < players_count; i++) {
    studio_app_t *app = players[i].app;
    app->listing.in_scan = app->log.looked_at_in_scan = studio->scan.number;
    app->log.newest_event_ms = log_model_indexed(app->stream, now_ms);
    app->log.state = app->log.newest_event_ms > 0 ? STREAM_WITH_EVENTS : STREAM_WITHOUT_EVENTS;
    if (players[i].looked_ms == 0 && app->log.newest_event_ms > 0) {
      players[i].looked_ms = now_ms;
      players[i].last_event_ms = app->log.newest_event_ms;
    }
  }
  log_search_start(&matching, studio, on_done, &finished);
  fake_aws_run();
  assert_int_equal(finished, 1);
  return fake_aws_asked("FilterLogEvents") - before;
}

/* Since when an app is idle, by a look at all its events: exactly, where the newest that counts is within the lookback
 * of its first look; else not before that event and not after the lookback began. An event that the index does not show
 * yet may be unknown; what has not happened is never said. */
static void check(const player_t *player, int64_t now_ms, uint64_t round) {
  const studio_app_t *app = player->app;
  int64_t since_ms = log_model_idle_since(app);
  int64_t truth_ms = log_model_newest(app->stream, now_ms, kind_of(app));
  int64_t search_goal_ms = max_ms(player->looked_ms - LOOKBACK, born_ms(app));
  int64_t latest_ms = max_ms(truth_ms, search_goal_ms);
  int64_t earliest_ms = max_ms(truth_ms, born_ms(app));
  bool is_shown = log_model_newest(app->stream, now_ms, 0) == app->log.newest_event_ms;
  if (since_ms > latest_ms || (is_shown && since_ms < earliest_ms))
    fail_msg("round %llu, %s: idle for %lld s, not for %lld to %lld s", (unsigned long long)round, app->stream,
             (long long)(now_ms - since_ms) / 1000, (long long)(now_ms - latest_ms) / 1000,
             (long long)(now_ms - earliest_ms) / 1000);
}

static size_t check_all(int64_t now_ms, uint64_t round) {
  size_t unknown = 0;
  for (size_t i = 0; i < players_count; i++) {
    const studio_app_t *app = players[i].app;
    if (app->log.state != STREAM_WITH_EVENTS)
      continue;
    if (app->search.confirmed_in_scan == studio->scan.number)
      check(&players[i], now_ms, round);
    else
      unknown++;
  }
  return unknown;
}

/* An app is started again: with its old creation time, or a new one. */
static void restart(player_t *player, int64_t now_ms) {
  if (below(2) == 0)
    player->app->listing.started_ms = now_ms;
  else
    player->app->listing.created_ms = now_ms - (int64_t)below(300000);
  player->looked_ms = 0;
}

static void begin_round(void **state, uint64_t round) {
  studio_end(state);
  begin(state);
  chance = round;
}

/* Warm scans follow a cold one: five minutes later, now and then hours, now and then after a restart. */
static void play(uint64_t round, size_t scans) {
  int64_t now_ms = NOW;
  for (size_t scan = 0; scan < scans; scan++) {
    int pages = scan_at(now_ms);
    size_t unknown = check_all(now_ms, round);
    assert_in_range(pages, 0, PAGES_MAX);
    if (unknown > 0 && pages < PAGES_MAX && studio->scan.endless == NULL)
      fail_msg("round %llu: %zu are unknown after %d pages", (unsigned long long)round, unknown, pages);
    now_ms += 5 * MINUTE + (below(6) == 0 ? minutes_below(600) : 0);
    if (below(10) == 0)
      restart(&players[below(players_count)], now_ms);
  }
}

static void matching_agrees_with_a_look_at_all_events_of_random_histories(void **state) {
  for (uint64_t round = 0; round < 3000; round++) {
    begin_round(state, round);
    size_t apps = 1 + below(5);
    bool late = below(2) == 0;
    for (size_t i = 0; i < apps; i++)
      add_player(i, below(60), 1 + below(8), late);
    log_model_set_page_size(1 + below(40));
    play(round, 12);
  }
}

static void matching_agrees_where_streams_fill_several_calls(void **state) {
  for (uint64_t round = 0; round < 12; round++) {
    begin_round(state, round);
    for (size_t i = 0; i < APPS_MAX; i++)
      add_player(i, below(40), 4, round % 2 == 0);
    log_model_set_page_size(10000);
    play(round, 6);
  }
}

/* More to read than a scan's pages suffice for: what is known is right, and in the end all is. */
static void matching_agrees_and_ends_where_pages_do_not_suffice(void **state) {
  size_t longest = 0;
  for (uint64_t round = 0; round < 12; round++) {
    begin_round(state, round);
    arrives_at_once = true;
    for (size_t i = 0; i < 40; i++)
      add_player(i, 60, 300, round % 4 == 0);
    for (size_t i = 0; i < players_count; i++) {
      for (int64_t at_ms = NOW - LOOKBACK; at_ms < NOW + 6 * HOUR; at_ms += 15 * MINUTE)
        log_model_add(players[i].app->stream, at_ms + (int64_t)i, 0);
    }
    log_model_set_page_size(1 + round % 2);
    int64_t now_ms = NOW;
    size_t scans = 0;
    size_t unknown = 1;
    for (; unknown > 0 && scans < 120; scans++) {
      assert_in_range(scan_at(now_ms), 0, PAGES_MAX);
      unknown = check_all(now_ms, round);
      now_ms += 5 * MINUTE;
    }
    assert_int_equal(unknown, 0);
    longest = scans > longest ? scans : longest;
  }
  assert_in_range(longest, 3, 119);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(matching_agrees_with_a_look_at_all_events_of_random_histories),
      TEST(matching_agrees_where_streams_fill_several_calls),
      TEST(matching_agrees_and_ends_where_pages_do_not_suffice),
  };
  return cmocka_run_group_tests_name("matching_history", tests, NULL, NULL);
}
