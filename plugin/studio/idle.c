#include "studio/idle.h"

#include "util/times.h"

static bool is_confirmed(const studio_t *studio, const studio_app_t *app) {
  const char *user = NULL;
  return app_is_looked_at(studio, app) && app_owner(app, &user) &&
         (!studio->settings.label_by_name || app->domain->name != NULL);
}

idle_since_t idle_since(const studio_t *studio, const studio_app_t *app) {
  const char *pattern = NULL;
  idle_since_t idle = {.state = IDLE_UNKNOWN, .signal = app_signal(studio, app, &pattern)};
  if (!is_confirmed(studio, app))
    return idle;
  if (app->stream_state == STREAM_NONE && app->last_event_ms == 0 && !app_has_documented_stream(app->type)) {
    idle.state = IDLE_UNCOUNTED;
    return idle;
  }
  bool by_event = idle.signal == SIGNAL_LAST_EVENT;
  bool matched = app_is_searched(studio, app);
  idle.since_ms = max_ms(app->created_ms, app->started_ms);
  if (app->stream_state == STREAM_WITH_EVENTS && !by_event && !matched) {
    if (!studio->scan.fallback)
      return idle;
    idle.fallback = true;
    idle.signal = SIGNAL_LAST_EVENT;
  }
  if (by_event || idle.fallback)
    idle.since_ms = max_ms(idle.since_ms, app->last_event_ms);
  else if (app->last_match_ms > 0 || app->stream_state == STREAM_WITH_EVENTS)
    idle.since_ms = max_ms(idle.since_ms, app->last_match_ms > 0 ? app->last_match_ms : app->search_goal_ms);
  idle.state = idle.since_ms > 0 ? IDLE_KNOWN : IDLE_UNKNOWN;
  return idle;
}
