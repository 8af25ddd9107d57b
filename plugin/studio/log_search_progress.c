#include "studio/log_search_progress.h"

#include <string.h>

#include "studio/studio.h"
#include "util/times.h"

/* Events arrive some time after they happened: what is searched overlaps with what was. */
#define OVERLAP_MS ((int64_t)5 * 60 * 1000)

const char *log_search_progress_pattern(const studio_t *studio, const studio_app_t *app) {
  return app_rule(studio, app)->pattern;
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
         log_search_progress_pattern(studio, app) != NULL;
}

/* An app that was never searched, or has been started since: what it did before does not count. Where the newest event
 * is too old to count there is nothing to search; what DescribeLogStreams does not show yet is searched once it does.
 */
void log_search_progress_begin(const studio_t *studio, studio_app_t *app, int64_t now_ms) {
  int64_t born_ms = max_ms(app->listing.created_ms, app->listing.started_ms);
  int64_t lookback_ms = now_ms - studio->settings.lookback_ms;
  if (app->search.to_ms > 0 && app->search.to_ms >= born_ms)
    return;
  app->search.goal_ms = max_ms(lookback_ms, born_ms);
  app->search.last_match_ms = app->log.newest_event_ms < lookback_ms ? app->log.newest_event_ms : 0;
  bool is_old = app->log.newest_event_ms < app->search.goal_ms;
  app->search.to_ms = is_old ? app->search.goal_ms : now_ms;
  app->search.from_ms = app->search.to_ms;
  app->search.newest_event_ms = app->log.newest_event_ms;
}

bool log_search_progress_wants_forwards(const studio_app_t *app) {
  return app->log.newest_event_ms > app->search.newest_event_ms;
}

bool log_search_progress_wants_backwards(const studio_app_t *app) {
  return app->search.last_match_ms == 0 && app->search.from_ms > app->search.goal_ms;
}

/* From a stream's own last look on, or from the event that has surfaced behind it. */
int64_t log_search_progress_from_ms(const studio_app_t *app) {
  int64_t from_ms = app->search.to_ms - OVERLAP_MS;
  return log_search_progress_wants_forwards(app) ? min_ms(from_ms, app->log.newest_event_ms) : from_ms;
}
