#include "studio/silence.h"

#include "studio/confirm.h"
#include "studio/idle.h"

silence_t silence_of(const studio_t *studio, const studio_app_t *app, int64_t now_ms) {
  if (!app_owner_is_known(app))
    return SILENCE_SPACE;
  if (studio->settings.label_by_name && app->domain->name == NULL)
    return SILENCE_DOMAIN;
  if (app->idle.by_metric)
    return SILENCE_NONE;
  if (canvas_state(studio, app) == CANVAS_STALE)
    return SILENCE_METRIC;
  if (!app_is_looked_at(studio, app))
    return SILENCE_STREAM;
  idle_since_t idle = idle_settled(app);
  if (idle.state == IDLE_BLIND)
    return SILENCE_BLIND;
  if (idle.state == IDLE_VOID)
    return SILENCE_CHATTY;
  if (idle.state == IDLE_UNKNOWN)
    return idle_fact(studio, app).is_known ? SILENCE_UNDATED : SILENCE_SEARCH;
  bool is_told = studio->scan.fallback || confirm_permits(studio, app, idle.since_ms, now_ms);
  return is_told ? SILENCE_NONE : SILENCE_CONFIRM;
}

operation_t silence_operation(silence_t silence) {
  static const operation_t operations[SILENCES] = {
      [SILENCE_NONE] = OPERATIONS,
      [SILENCE_SPACE] = OPERATION_LIST_SPACES,
      [SILENCE_DOMAIN] = OPERATION_LIST_DOMAINS,
      [SILENCE_STREAM] = OPERATION_DESCRIBE_LOG_STREAMS,
      [SILENCE_BLIND] = OPERATIONS,
      [SILENCE_CHATTY] = OPERATIONS,
      [SILENCE_SEARCH] = OPERATION_FILTER_LOG_EVENTS,
      [SILENCE_UNDATED] = OPERATIONS,
      [SILENCE_METRIC] = OPERATION_GET_METRIC_DATA,
      [SILENCE_CONFIRM] = OPERATION_FILTER_LOG_EVENTS,
      [SILENCE_IDENTIFIER] = OPERATIONS,
  };
  return operations[silence];
}
