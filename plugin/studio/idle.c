#include "studio/idle.h"

#include "studio/log_stream.h"
#include "studio/signals.h"
#include "util/times.h"

static bool is_confirmed(const studio_t *studio, const studio_app_t *app) {
  const char *user = NULL;
  return app_is_looked_at(studio, app) && app_owner(app, &user) &&
         (!studio->settings.label_by_name || app->domain->name != NULL);
}

fact_t idle_fact(const studio_t *studio, const studio_app_t *app) {
  return signals_row(app_rule(studio, app)->signal)->fact(studio, app);
}

idle_since_t idle_since(const studio_t *studio, const studio_app_t *app) {
  idle_since_t idle = {.state = IDLE_UNKNOWN, .rule = app_rule(studio, app)};
  if (!is_confirmed(studio, app))
    return idle;
  if (app->log.state == STREAM_NONE && app->log.newest_event_ms == 0 && !signals_has_documented_stream(app->type)) {
    idle.state = IDLE_UNCOUNTED;
    return idle;
  }
  idle.since_ms = max_ms(app->listing.created_ms, app->listing.started_ms);
  fact_t fact = idle_fact(studio, app);
  if (!fact.is_known) {
    if (!studio->scan.fallback)
      return idle;
    idle.fallback = true;
    idle.rule = &app_rule_by_newest_event;
    fact = log_stream_newest_event(studio, app);
  }
  idle.since_ms = max_ms(idle.since_ms, fact.last_ms > 0 ? fact.last_ms : fact.absent_to_ms);
  idle.state = idle.since_ms > 0 ? IDLE_KNOWN : IDLE_UNKNOWN;
  return idle;
}
