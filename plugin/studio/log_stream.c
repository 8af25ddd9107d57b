#include "studio/log_stream.h"

#include <string.h>

#include "studio/studio.h"
#include "util/json.h"

void awaited_init(awaited_t *awaited, studio_t *studio,
                  bool (*is_awaited)(const studio_t *studio, const studio_app_t *app)) {
  *awaited = (awaited_t){.studio = studio, .is_awaited = is_awaited};
  for (size_t i = 0; i < studio->apps_count; i++)
    awaited->left += awaited_contains(awaited, studio->apps[i]) ? 1 : 0;
}

bool awaited_contains(const awaited_t *awaited, const studio_app_t *app) {
  return !app_is_looked_at(awaited->studio, app) && awaited->is_awaited(awaited->studio, app);
}

void awaited_mark_looked_at(awaited_t *awaited, studio_app_t *app) {
  app->log.looked_at_in_scan = awaited->studio->scan.number;
  awaited->left--;
}

bool log_stream_read(json_object *item, log_stream_t *stream) {
  stream->last_event_ms = 0;
  stream->first_event_ms = 0;
  if (json_member_text(item, "logStreamName", &stream->name) != JSON_PRESENT)
    return false;
  json_member_t member = json_member_integer(item, "lastEventTimestamp", &stream->last_event_ms);
  stream->is_emptied = member == JSON_ABSENT;
  if (stream->is_emptied)
    member = json_member_integer(item, "lastIngestionTime", &stream->last_event_ms);
  stream->state = member == JSON_PRESENT ? STREAM_WITH_EVENTS : STREAM_WITHOUT_EVENTS;
  if (json_member_integer(item, "firstEventTimestamp", &stream->first_event_ms) != JSON_PRESENT)
    stream->first_event_ms = 0;
  return member != JSON_WRONG && stream->last_event_ms >= 0 && stream->last_event_ms <= LOG_STREAM_TIME_MAX_MS;
}

/* believable_ms corrects the time of an event that AWS would have refused, because it is farther ahead of its clock
 * than it takes. The first time the event may have been written just now; shown again, it is no news. */
static int64_t believable_ms(const studio_t *studio, const studio_app_t *app, int64_t event_ms) {
  int64_t now_ms = aws_session_now_ms(studio->session);
  if (event_ms <= now_ms + LOG_STREAM_AHEAD_MAX_MS)
    return event_ms;
  return app->log.newest_event_ms > 0 ? app->log.newest_event_ms : now_ms;
}

void log_stream_note_event(const studio_t *studio, studio_app_t *app, int64_t event_ms) {
  int64_t at_ms = believable_ms(studio, app, event_ms);
  if (app->log.newest_event_ms < at_ms)
    app->log.newest_event_ms = at_ms;
  app_note_start(app);
}

/* Where the log of an app that was never searched begins: no search need look before that. */
static void note_beginning(studio_app_t *app, const log_stream_t *stream) {
  if (!log_search_progress_was_searched(app) && stream->first_event_ms > 0 &&
      stream->first_event_ms <= stream->last_event_ms)
    app->search.goal_ms = stream->first_event_ms;
}

/* note_newest keeps an event's own time where it is known: when all are removed, the last one's arrival tells no more.
 */
static void note_newest(const studio_t *studio, studio_app_t *app, const log_stream_t *stream) {
  int64_t known_ms = app->log.newest_event_ms;
  bool is_its_arrival =
      stream->is_emptied && known_ms > 0 && stream->last_event_ms - known_ms <= studio->settings.log_lag_ms;
  log_stream_note_event(studio, app, is_its_arrival ? known_ms : stream->last_event_ms);
}

void log_stream_assign_app(awaited_t *awaited, studio_app_t *app, const log_stream_t *stream) {
  if (!awaited_contains(awaited, app))
    return;
  bool exists = stream->state != STREAM_NONE;
  /* A stream of just the app's name exists: the other was never its own. */
  if (exists && app->log.logged_as != NULL)
    app->log.newest_event_ms = 0;
  if (exists)
    (void)app_log_as(app, NULL);
  else
    app->search.to_ms = aws_session_now_ms(awaited->studio->session);
  note_beginning(app, stream);
  note_newest(awaited->studio, app, stream);
  app->log.state = (exists && app->log.newest_event_ms > 0 ? STREAM_WITH_EVENTS : stream->state) & 3U;
  awaited_mark_looked_at(awaited, app);
}

void log_stream_note_variant(awaited_t *awaited, studio_app_t *app, const log_stream_t *stream) {
  bool has_its_own = app->log.looked_at_in_scan > 0 && app->log.logged_as == NULL && app->log.state != STREAM_NONE;
  bool is_older = app->log.logged_as != NULL && app->log.newest_event_ms > stream->last_event_ms;
  if (stream->state != STREAM_WITH_EVENTS || has_its_own || is_older || !awaited_contains(awaited, app))
    return;
  bool is_known = app->log.logged_as != NULL && strcmp(app->log.logged_as, stream->name) == 0;
  if (!is_known && !app_log_as(app, stream->name))
    return;
  app->log.variant_in_scan = awaited->studio->scan.number & LOG_STREAM_SCAN_MASK;
  note_beginning(app, stream);
  note_newest(awaited->studio, app, stream);
}

bool log_stream_take_variant(awaited_t *awaited, studio_app_t *app) {
  if (!app_has_variant(awaited->studio, app) || !awaited_contains(awaited, app))
    return false;
  app->log.state = STREAM_WITH_EVENTS;
  awaited_mark_looked_at(awaited, app);
  return true;
}

fact_t log_stream_newest_event(const studio_t *studio, const studio_app_t *app) {
  (void)studio;
  return (fact_t){.is_known = true, .last_ms = app->log.newest_event_ms};
}

static bool has_exact(const studio_app_t *first, const char *name) {
  for (const studio_app_t *app = first; app != NULL; app = app->same_stream) {
    if (strcmp(app->stream, name) == 0)
      return true;
  }
  return false;
}

bool log_stream_is_exact(const studio_t *studio, const char *name) {
  return has_exact(app_find_by_stream(studio, name), name);
}

/* log_stream_assign passes a variant over where another app has just its name. */
void log_stream_assign(awaited_t *awaited, const log_stream_t *stream) {
  studio_app_t *first = app_find_by_stream(awaited->studio, stream->name);
  bool exact = has_exact(first, stream->name);
  for (studio_app_t *app = first; app != NULL; app = app->same_stream) {
    if (strcmp(app->stream, stream->name) == 0)
      log_stream_assign_app(awaited, app, stream);
    else if (!exact)
      log_stream_note_variant(awaited, app, stream);
  }
}
