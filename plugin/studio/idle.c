#include "studio/idle.h"

#include "studio/billing.h"
#include "studio/log_stream.h"
#include "studio/studio.h"
#include "util/times.h"

/* SINCE_MASK has the 60 bits that idle_facts_t keeps of a time. */
#define SINCE_MASK ((UINT64_C(1) << 60) - 1)

static bool has_identifier(const studio_t *studio, const studio_app_t *app) {
  return app_owner_is_known(app) && (!studio->settings.label_by_name || app->domain->name != NULL);
}

static idle_since_t by_metric(const studio_t *studio, const studio_app_t *app) {
  int64_t last_ms = canvas_last_active(studio, app).last_ms;
  return (idle_since_t){
      .state = IDLE_KNOWN, .since_ms = max_ms(app_start_ms(app), last_ms), .rule = &app_rule_by_metric};
}

fact_t idle_fact(const studio_t *studio, const studio_app_t *app) {
  return signals_row(app_rule(app)->signal)->fact(studio, app);
}

idle_since_t idle_since(const studio_t *studio, const studio_app_t *app) {
  idle_since_t idle = {.state = IDLE_UNKNOWN, .rule = app_rule(app)};
  canvas_state_t canvas = canvas_state(studio, app);
  if (!has_identifier(studio, app) || canvas == CANVAS_STALE)
    return idle;
  if (canvas == CANVAS_TOLD)
    return by_metric(studio, app);
  if (!app_is_looked_at(studio, app))
    return idle;
  if (app->log.state == STREAM_NONE && app->log.newest_event_ms == 0 && !signals_has_documented_stream(app->type)) {
    idle.state = IDLE_BLIND;
    return idle;
  }
  if (chatter_is_void(app)) {
    idle.state = IDLE_VOID;
    return idle;
  }
  fact_t fact = idle_fact(studio, app);
  idle.since_ms = app_start_ms(app);
  if (!fact.is_known) {
    if (!studio->scan.fallback)
      return idle;
    idle.fallback = true;
    idle.rule = &app_rule_by_newest_event;
    fact = log_stream_newest_event(studio, app);
  }
  int64_t last_ms = fact.last_ms > 0 ? fact.last_ms : fact.absent_to_ms;
  idle.since_ms = fact.outlasts_start && last_ms > 0 ? last_ms : max_ms(idle.since_ms, last_ms);
  idle.state = idle.since_ms > 0 ? IDLE_KNOWN : IDLE_UNKNOWN;
  return idle;
}

idle_since_t idle_settle(const studio_t *studio, studio_app_t *app) {
  idle_since_t idle = idle_since(studio, app);
  app->idle.since_ms = (uint64_t)idle.since_ms & SINCE_MASK;
  app->idle.state = idle.state & 3U;
  app->idle.fallback = idle.fallback;
  app->idle.by_metric = idle.rule == &app_rule_by_metric;
  return idle;
}

idle_since_t idle_settled(const studio_app_t *app) {
  const signal_rule_t *rule = app->idle.by_metric ? &app_rule_by_metric : app_rule(app);
  return (idle_since_t){.state = (idle_state_t)app->idle.state,
                        .since_ms = (int64_t)app->idle.since_ms,
                        .rule = app->idle.fallback ? &app_rule_by_newest_event : rule,
                        .fallback = app->idle.fallback};
}

bool idle_is_blind(const studio_app_t *app) {
  return idle_settled(app).state == IDLE_BLIND && billing_unit(app->type, app->instance_type).instance != NULL;
}
