#include "studio/log_search_progress.h"

#include <string.h>

#include "studio/phrases.h"
#include "studio/studio.h"
#include "util/times.h"

/* RETENTION_LEAST_MS is the shortest time that CloudWatch Logs keeps events.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
#define RETENTION_LEAST_MS ((int64_t)24 * 3600 * 1000)

/* OVERLAP_MS is how much of what was searched is searched again: events arrive some time after they happened. Streams
 * whose events are known to arrive later overlap by more. */
#define OVERLAP_MS ((int64_t)5 * 60 * 1000)

/* START_MS is how long a start counts: somebody who starts an app may read for hours. A beacon tells all else within
 * minutes, and START_WITH_BEACON_MS is for who starts an app and has a meeting first. */
#define START_MS ((int64_t)4 * 3600 * 1000)
#define START_WITH_BEACON_MS ((int64_t)3600 * 1000)

/* LATE_MS is how much longer a window may be and show hardly more pages. */
#define LATE_MS (2 * OVERLAP_MS)

#define LAG_MASK ((UINT32_C(1) << 31) - 1)

const char *log_search_progress_pattern(const studio_t *studio, const studio_app_t *app) {
  const signal_rule_t *rule = app_rule(app);
  return rule->is_joined && !studio->searches_apart ? studio->settings.joined_pattern : rule->pattern;
}

bool log_search_progress_has_pattern(const studio_t *studio, const studio_app_t *app, const char *pattern) {
  const char *own = log_search_progress_pattern(studio, app);
  return own == pattern || (own != NULL && pattern != NULL && strcmp(own, pattern) == 0);
}

bool log_search_progress_has_log(const studio_t *studio, const studio_app_t *app) {
  return app_is_watched(studio, app) && app_is_looked_at(studio, app) && app->log.state != STREAM_NONE;
}

bool log_search_progress_is_candidate(const studio_t *studio, const studio_app_t *app) {
  return log_search_progress_has_log(studio, app) && app->log.state == STREAM_WITH_EVENTS &&
         app_rule(app)->pattern != NULL;
}

/* A look that has found no event proves nothing of one that is older and arrives later. */
bool log_search_progress_was_searched(const studio_app_t *app) {
  return app->search.to_ms > 0 && app->search.newest_event_ms > 0;
}

/* log_search_progress_begin leaves an app alone that is started again: its search goes on, as its log does. A log that
 * is not known to have begun before the start is as old as that. Where the newest event is too old to count there is
 * nothing to search; what DescribeLogStreams does not show yet is searched once it does. */
void log_search_progress_begin(const studio_t *studio, studio_app_t *app, int64_t now_ms) {
  int64_t lookback_ms = now_ms - studio->settings.lookback_ms;
  if (log_search_progress_was_searched(app))
    return;
  int64_t start_ms = app_start_ms(app);
  int64_t began_ms = app->search.goal_ms > 0 ? min_ms(app->search.goal_ms, start_ms) : start_ms;
  log_search_progress_forget(app);
  app->search.goal_ms = max_ms(lookback_ms, began_ms);
  app->search.awaits_reach = app->search.goal_ms < now_ms - RETENTION_LEAST_MS ? 1 : 0;
  app->search.last_match_ms = app->log.newest_event_ms < lookback_ms ? app->log.newest_event_ms : 0;
  int64_t wanted_ms = log_search_progress_goal_ms(studio, app);
  app->search.to_ms = app->log.newest_event_ms < wanted_ms ? wanted_ms : now_ms;
  app->search.from_ms = app->search.to_ms;
  app->search.newest_event_ms = app->log.newest_event_ms;
  log_search_progress_lag(studio, app, now_ms);
}

/* set_lag keeps log_lag_ms at most: an event that surfaces later is searched from its own place, once it has. */
static void set_lag(const studio_t *studio, studio_app_t *app, int64_t newest_ms, int64_t now_ms) {
  int64_t lag_ms = min_ms(max_ms(now_ms - newest_ms, 0), studio->settings.log_lag_ms);
  app->search.lag_s = (uint32_t)((lag_ms + 999) / 1000) & LAG_MASK;
}

void log_search_progress_lag(const studio_t *studio, studio_app_t *app, int64_t now_ms) {
  set_lag(studio, app, app->log.newest_event_ms, now_ms);
}

void log_search_progress_recall(const studio_t *studio, studio_app_t *app, bool awaits_reach) {
  app->search.awaits_reach = awaits_reach ? 1 : 0;
  set_lag(studio, app, app->search.newest_event_ms, app->search.to_ms);
}

/* log_search_progress_reach learns the lag only of a stream that has moved: the time since a quiet stream's newest
 * event says nothing of how late its events arrive. */
void log_search_progress_reach(const studio_t *studio, studio_app_t *app, int64_t to_ms) {
  if (log_search_progress_wants_forwards(app))
    log_search_progress_lag(studio, app, to_ms);
  app->search.newest_event_ms = app->log.newest_event_ms;
}

bool log_search_progress_wants_forwards(const studio_app_t *app) {
  return app->log.newest_event_ms > app->search.newest_event_ms;
}

int64_t log_search_progress_start_ends_ms(const studio_t *studio, const studio_app_t *app) {
  bool has_beacon = log_search_progress_has_beacon(studio, app);
  return app_start_ms(app) + (has_beacon ? START_WITH_BEACON_MS : START_MS);
}

bool log_search_progress_outlasts_start(const studio_t *studio, const studio_app_t *app) {
  return studio->scan.began_ms >= log_search_progress_start_ends_ms(studio, app) &&
         app->log.newest_event_ms > app_start_ms(app);
}

int64_t log_search_progress_goal_ms(const studio_t *studio, const studio_app_t *app) {
  bool is_over = log_search_progress_outlasts_start(studio, app);
  return is_over ? app->search.goal_ms : max_ms(app->search.goal_ms, app_start_ms(app));
}

/* A beacon of the time before the app's start ended with that. */
bool log_search_progress_has_beacon(const studio_t *studio, const studio_app_t *app) {
  return beacon_is_alive(&app->beacon, studio->scan.began_ms) &&
         (int64_t)app->beacon.last_line_s >= app_start_ms(app) / 1000;
}

static int64_t last_counted_ms(const studio_t *studio, const studio_app_t *app) {
  return log_search_progress_has_beacon(studio, app) ? (int64_t)app->beacon.last_active_s * 1000
                                                     : app->search.last_match_ms;
}

bool log_search_progress_wants_backwards(const studio_t *studio, const studio_app_t *app) {
  return last_counted_ms(studio, app) == 0 && app->search.from_ms > log_search_progress_goal_ms(studio, app);
}

bool log_search_progress_awaits_reach(const studio_t *studio, const studio_app_t *app) {
  return app->search.awaits_reach == 1 && last_counted_ms(studio, app) == 0 &&
         app->search.from_ms <= app->search.goal_ms;
}

void log_search_progress_bound(const studio_t *studio, studio_app_t *app, int64_t begin_ms) {
  if (app->search.awaits_reach == 0 || last_counted_ms(studio, app) > 0)
    return;
  app->search.awaits_reach = 0;
  if (app->log.newest_event_ms < begin_ms)
    app->search.last_match_ms = app->log.newest_event_ms;
  app->search.goal_ms = max_ms(app->search.goal_ms, begin_ms);
}

/* is_foreign: a phrase of another type alone explains why the joined pattern has found the event. What none explains
 * is AWS's to judge. */
static bool is_foreign(const studio_t *studio, const studio_app_t *app, const char *message) {
  const char *own = app_rule(app)->pattern;
  const char *asked = log_search_progress_pattern(studio, app);
  return asked != own && !phrases_match(own, message) && phrases_match(asked, message);
}

/* Where a beacon shows up, the newest match had answered until then: what lies behind that was not read for its lines.
 */
bool log_search_progress_take(studio_t *studio, studio_app_t *app, int64_t at_ms, const char *message, bool found) {
  if (is_foreign(studio, app, message)) {
    studio->foreign_hits++;
    return found;
  }
  bool had_beacon = log_search_progress_has_beacon(studio, app);
  beacon_line_t line = beacon_line(message);
  beacon_note(&app->beacon, line, at_ms);
  if (line != BEACON_WATCHING)
    app->search.last_match_ms = max_ms(app->search.last_match_ms, at_ms);
  if (!log_search_progress_has_beacon(studio, app))
    return found || line != BEACON_WATCHING;
  if (!had_beacon && line == BEACON_WATCHING && app->search.last_match_ms > 0 &&
      !beacon_worked_at(&app->beacon, app->search.last_match_ms)) {
    app->beacon.last_active_s = 0;
    app->search.from_ms = max_ms(app->search.from_ms, app->search.last_match_ms);
  }
  return line == BEACON_ACTIVE || (found && beacon_worked_at(&app->beacon, at_ms));
}

void log_search_progress_forget(studio_app_t *app) {
  app->search.last_match_ms = app->search.to_ms = app->search.newest_event_ms = app->search.from_ms =
      app->search.goal_ms = 0;
  app->search.confirmed_in_scan = 0;
  app->search.awaits_reach = 0;
  app->beacon = (beacon_facts_t){0};
}

int64_t log_search_progress_from_ms(const studio_app_t *app) {
  int64_t from_ms = app->search.to_ms - max_ms(OVERLAP_MS, (int64_t)app->search.lag_s * 1000);
  return log_search_progress_wants_forwards(app) ? min_ms(from_ms, app->log.newest_event_ms) : from_ms;
}

bool log_search_progress_is_late(const studio_app_t *app) { return (int64_t)app->search.lag_s * 1000 > LATE_MS; }

/* log_search_progress_reaches trusts a stream that has not moved: it would have, had an event arrived late. */
bool log_search_progress_reaches(const studio_app_t *app, int64_t from_ms) {
  bool has_moved = log_search_progress_wants_forwards(app);
  return (has_moved ? log_search_progress_from_ms(app) : app->search.to_ms - OVERLAP_MS) >= from_ms;
}

/* log_search_progress_last_match: a stream without events has nothing to search; that of an app which was searched down
 * to its goal without a hit may have had one before. */
fact_t log_search_progress_last_match(const studio_t *studio, const studio_app_t *app) {
  bool has_events = app->log.state == STREAM_WITH_EVENTS;
  return (fact_t){.is_known = !has_events || app_is_searched(studio, app),
                  .last_ms = last_counted_ms(studio, app),
                  .absent_to_ms = has_events ? app->search.goal_ms : 0,
                  .outlasts_start = has_events && log_search_progress_outlasts_start(studio, app)};
}
