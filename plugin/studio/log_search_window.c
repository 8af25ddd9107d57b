#include "studio/log_search_window.h"

#include "studio/confirm.h"
#include "studio/log_search_progress.h"
#include "util/times.h"

static int64_t confirm_start_of(const studio_t *studio, const studio_app_t *app) {
  int64_t from_ms = confirm_from_ms(studio, app);
  return app_rule(app)->pattern != NULL ? max_ms(from_ms, log_search_progress_from_ms(app)) : from_ms;
}

void log_search_open_window(const log_search_t *search, const studio_app_t *app, log_search_query_t *query) {
  int64_t slice_ms = search->studio->slice_ms;
  query->pattern = log_search_progress_pattern(search->studio, app);
  switch (search->phase) {
  case LOG_SEARCH_CONFIRM:
    query->from_ms = confirm_start_of(search->studio, app);
    query->to_ms = max_ms(query->from_ms, search->now_ms);
    break;
  case LOG_SEARCH_FORWARDS:
    query->from_ms = log_search_progress_from_ms(app);
    /* A clock that was set back must not make a window that ends before it begins. */
    query->to_ms = max_ms(app->search.to_ms, min_ms(search->now_ms, app->search.to_ms + slice_ms));
    break;
  case LOG_SEARCH_BACKWARDS:
    query->to_ms = app->search.from_ms;
    query->from_ms = max_ms(log_search_progress_goal_ms(search->studio, app), app->search.from_ms - slice_ms);
    break;
  }
}

bool log_search_fits(const log_search_t *search, const log_search_query_t *query, const studio_app_t *app) {
  if (!log_search_progress_has_pattern(search->studio, app, query->pattern))
    return false;
  switch (search->phase) {
  case LOG_SEARCH_CONFIRM:
    return true;
  case LOG_SEARCH_FORWARDS:
    return app->search.to_ms <= query->to_ms &&
           log_search_progress_is_late(app) == log_search_progress_is_late(query->apps[0]);
  default:
    return app->search.from_ms > query->from_ms;
  }
}

void log_search_widen_window(const log_search_t *search, const studio_app_t *app, log_search_query_t *query) {
  if (search->phase == LOG_SEARCH_CONFIRM)
    query->from_ms = min_ms(query->from_ms, confirm_start_of(search->studio, app));
  else if (search->phase == LOG_SEARCH_FORWARDS)
    query->from_ms = min_ms(query->from_ms, log_search_progress_from_ms(app));
}
