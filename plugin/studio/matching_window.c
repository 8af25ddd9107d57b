#include "studio/matching_window.h"

#include "studio/confirm.h"
#include "studio/searched.h"
#include "studio/times.h"

static int64_t confirm_start_of(const studio_t *studio, const studio_app_t *app) {
  int64_t from_ms = confirm_from_ms(studio, app);
  return searched_pattern(studio, app) != NULL ? max_ms(from_ms, searched_from_ms(app)) : from_ms;
}

void matching_open_window(const matching_t *matching, const studio_app_t *app, search_t *search) {
  int64_t slice_ms = matching->studio->slice_ms;
  search->pattern = searched_pattern(matching->studio, app);
  switch (matching->phase) {
  case MATCHING_CONFIRM:
    search->from_ms = confirm_start_of(matching->studio, app);
    search->to_ms = max_ms(search->from_ms, matching->now_ms);
    break;
  case MATCHING_FORWARDS:
    search->from_ms = searched_from_ms(app);
    /* A clock that was set back must not make a window that ends before it begins. */
    search->to_ms = max_ms(app->searched_ms, min_ms(matching->now_ms, app->searched_ms + slice_ms));
    break;
  case MATCHING_BACKWARDS:
    search->to_ms = app->proven_ms;
    search->from_ms = max_ms(app->goal_ms, app->proven_ms - slice_ms);
    break;
  }
}

bool matching_fits(const matching_t *matching, const search_t *search, const studio_app_t *app) {
  if (!searched_has_pattern(matching->studio, app, search->pattern))
    return false;
  switch (matching->phase) {
  case MATCHING_CONFIRM:
    return true;
  case MATCHING_FORWARDS:
    return app->searched_ms <= search->to_ms;
  default:
    return app->proven_ms > search->from_ms;
  }
}

void matching_widen_window(const matching_t *matching, const studio_app_t *app, search_t *search) {
  if (matching->phase == MATCHING_CONFIRM)
    search->from_ms = min_ms(search->from_ms, confirm_start_of(matching->studio, app));
  else if (matching->phase == MATCHING_FORWARDS)
    search->from_ms = min_ms(search->from_ms, searched_from_ms(app));
}
