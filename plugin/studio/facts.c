#include "studio/facts.h"

static fact_found_t newest_event(const studio_t *studio, const studio_app_t *app) {
  (void)studio;
  return (fact_found_t){.is_known = true, .last_ms = app->log.newest_event_ms};
}

/* A stream without events has nothing to search; that of an app which was searched down to its goal without a hit may
 * have had one before. */
static fact_found_t last_match(const studio_t *studio, const studio_app_t *app) {
  bool has_events = app->log.state == STREAM_WITH_EVENTS;
  return (fact_found_t){.is_known = !has_events || app_is_searched(studio, app),
                        .last_ms = app->search.last_match_ms,
                        .absent_to_ms = has_events ? app->search.goal_ms : 0};
}

fact_found_t facts_find(const studio_t *studio, const studio_app_t *app, fact_t fact) {
  static fact_found_t (*const finders[FACTS])(const studio_t *studio, const studio_app_t *app) = {
      [FACT_NEWEST_EVENT] = newest_event,
      [FACT_LAST_MATCH] = last_match,
  };
  return finders[fact](studio, app);
}

fact_found_t facts_of_rule(const studio_t *studio, const studio_app_t *app) {
  return facts_find(studio, app, signals_row(app_rule(studio, app)->signal)->fact);
}
