#include "studio/searched.h"

#include <string.h>

#include "studio/times.h"

/* Events arrive some time after they happened: what is searched overlaps with what was. */
#define OVERLAP_MS ((int64_t)5 * 60 * 1000)

const char *searched_pattern(const studio_t *studio, const studio_app_t *app) {
  const char *pattern = NULL;
  return studio_signal(studio, app, &pattern) != SIGNAL_LAST_EVENT ? pattern : NULL;
}

bool searched_has_pattern(const studio_t *studio, const studio_app_t *app, const char *pattern) {
  const char *own = searched_pattern(studio, app);
  return own == pattern || (own != NULL && pattern != NULL && strcmp(own, pattern) == 0);
}

bool searched_has_log(const studio_t *studio, const studio_app_t *app) {
  return studio_is_watched(studio, app) && app->looked == studio->scan.number && app->stream_state != STREAM_NONE;
}

bool searched_is_candidate(const studio_t *studio, const studio_app_t *app) {
  return searched_has_log(studio, app) && app->stream_state == STREAM_WITH_EVENTS &&
         searched_pattern(studio, app) != NULL;
}

/* An app that was never searched, or has been started since: what it did before does not count. Where the newest event
 * is too old to count there is nothing to search; what DescribeLogStreams does not show yet is searched once it does.
 */
void searched_begin(const studio_t *studio, studio_app_t *app, int64_t now_ms) {
  int64_t born_ms = max_ms(app->created_ms, app->started_ms);
  int64_t lookback_ms = now_ms - studio->settings.lookback_ms;
  if (app->searched_ms > 0 && app->searched_ms >= born_ms)
    return;
  app->goal_ms = max_ms(lookback_ms, born_ms);
  app->counted_ms = app->last_event_ms < lookback_ms ? app->last_event_ms : 0;
  bool is_old = app->last_event_ms < app->goal_ms;
  app->searched_ms = is_old ? app->goal_ms : now_ms;
  app->proven_ms = app->searched_ms;
  app->searched_event_ms = app->last_event_ms;
}

bool searched_wants_forwards(const studio_app_t *app) { return app->last_event_ms > app->searched_event_ms; }

bool searched_wants_backwards(const studio_app_t *app) { return app->counted_ms == 0 && app->proven_ms > app->goal_ms; }

/* From a stream's own last look on, or from the event that has surfaced behind it. */
int64_t searched_from_ms(const studio_app_t *app) {
  int64_t from_ms = app->searched_ms - OVERLAP_MS;
  return searched_wants_forwards(app) ? min_ms(from_ms, app->last_event_ms) : from_ms;
}
