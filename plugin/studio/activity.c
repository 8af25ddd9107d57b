#include "studio/activity.h"

#include "studio/confirm.h"

/* What a page's journey may have taken: so much earlier than its arrival the sweep may have begun. */
#define BEGAN_MARGIN_MS ((int64_t)60 * 1000)

/* Credit is kept in parts of a call, so that a scan by name earns one for each so many apps. */
#define CREDIT_PARTS 64

/* What a cold start has cost says little about what a warm sweep will: credit for the first one, one page for each so
 * many apps. */
#define CREDIT_FIRST_DIVISOR 8

/* A look at the top costs a page, at least: a fiftieth of what the sweep has since the one before. */
#define TOP_AFTER_PAGES 50

/* An app whose owner is not known cannot be reported: it is not worth a call. */
static bool is_reportable(const studio_app_t *app) {
  const char *user = NULL;
  return !app->excluded && studio_owner(app, &user);
}

static bool is_wanted(const studio_t *studio, const studio_app_t *app) {
  return studio_is_in_service(studio, app) && is_reportable(app);
}

/* What its stream showed when the last complete sweep began is known. */
static bool is_known(const studio_t *studio, const studio_app_t *app) {
  return is_reportable(app) && app->listed >= studio->last_listing && studio->swept > 0 && app->looked >= studio->swept;
}

/* What moves from then on is shown above this line. */
static int64_t line_of(const studio_t *studio, int64_t began_ms) {
  return began_ms - BEGAN_MARGIN_MS - studio->settings.log_lag_ms;
}

static bool may_cost(const studio_t *studio, size_t pages, size_t seen) {
  return (int64_t)pages * CREDIT_PARTS <= (int64_t)seen * CREDIT_PARTS + studio->credit;
}

static sweep_choice_t choose_warm(const sweep_t *sweep) {
  size_t seen = sweep->began_with - sweep->awaited.left;
  bool is_worth = sweep->pages < sweep->awaited.left && may_cost(sweep->awaited.studio, sweep->pages + 1, seen);
  return is_worth ? SWEEP_GO_ON : SWEEP_STOP;
}

static sweep_choice_t choose_cold(const sweep_t *sweep) {
  if (sweep->pages >= sweep->awaited.left)
    return SWEEP_STOP;
  return sweep->barren >= TOP_AFTER_PAGES ? SWEEP_PUT_ASIDE : SWEEP_GO_ON;
}

/* As long as half of its pages have shown somebody, and it has saved what it has cost. */
static sweep_choice_t choose_top(const sweep_t *sweep) {
  bool is_fruitful = sweep->barren * 2 <= sweep->pages;
  bool has_saved = sweep->pages <= sweep->began_with - sweep->awaited.left;
  return is_fruitful && has_saved && sweep->awaited.left > 1 ? SWEEP_GO_ON : SWEEP_STOP;
}

/* What the sweep has not shown above its line is as it was. That an app had no stream is looked at once more before its
 * idleness is told beyond a confirm_after_ms. */
static void settle_the_rest(awaited_t *awaited) {
  studio_t *studio = awaited->studio;
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (!awaited_contains(awaited, app) || log_stream_take_variant(awaited, app))
      continue;
    awaited_settle(awaited, app);
    if (app->stream_state == STREAM_NONE && confirm_is_due(studio, app))
      app->looked = 0;
  }
}

static void answer_all_without_streams(awaited_t *awaited) {
  const log_stream_t none = {"", STREAM_NONE, 0};
  for (size_t i = 0; i < awaited->studio->apps_count; i++)
    log_stream_answer_app(awaited, awaited->studio->apps[i], &none);
}

static void on_warm_sweep(void *owner, sweep_end_t end) {
  activity_t *activity = owner;
  activity->studio->scan.sweep_failed = end == SWEEP_FAILED;
  activity->studio->scan.sweep_was_dear = end == SWEEP_DEAR;
  if (end == SWEEP_THROUGH || end == SWEEP_ENOUGH)
    settle_the_rest(&activity->sweep.awaited);
  activity->done(activity->owner);
}

void activity_sweep(activity_t *activity, studio_t *studio, activity_done_t *done, void *owner) {
  *activity = (activity_t){.studio = studio, .done = done, .owner = owner};
  studio_mark_beginning(studio);
  activity->sweep = (sweep_t){
      .line_ms = line_of(studio, studio->swept_ms), .choose = choose_warm, .done = on_warm_sweep, .owner = activity};
  awaited_init(&activity->sweep.awaited, studio, is_known);
  studio->scan.sweep_was_dear = activity->sweep.awaited.left > 0 && !may_cost(studio, 1, 0);
  if (activity->sweep.awaited.left == 0 || studio->scan.sweep_was_dear)
    done(owner);
  else
    sweep_start(&activity->sweep);
}

/* Credit grows by what this scan has cost less than asking for all by name would have. */
static void settle_credit(const activity_t *activity, size_t wanted, bool complete) {
  studio_t *studio = activity->studio;
  int64_t most = (int64_t)wanted * CREDIT_PARTS;
  int64_t spent = (int64_t)(studio->scan.swept_pages + activity->by_name.calls) * CREDIT_PARTS;
  if (studio->scan.swept_pages == 0)
    studio->credit += (int64_t)wanted;
  else if (complete || spent > most)
    studio->credit += most - spent;
  if (studio->swept == 0 && studio->credit < most / CREDIT_FIRST_DIVISOR)
    studio->credit = most / CREDIT_FIRST_DIVISOR;
  if (studio->credit > most)
    studio->credit = most;
}

/* From here on the next sweep need not look further back, unless some app is known from an earlier one only. */
static void finish(activity_t *activity) {
  studio_t *studio = activity->studio;
  size_t wanted = 0;
  size_t unknown = 0;
  bool left_behind = false;
  for (size_t i = 0; i < studio->apps_count; i++) {
    const studio_app_t *app = studio->apps[i];
    if (!is_wanted(studio, app))
      continue;
    wanted++;
    unknown += app->looked != studio->scan.number ? 1 : 0;
    left_behind = left_behind || (is_known(studio, app) && app->looked != studio->scan.number);
  }
  settle_credit(activity, wanted, unknown == 0);
  if (!left_behind) {
    studio->swept = studio->scan.number;
    studio->swept_ms = studio->scan.began_ms;
  }
  activity->done(activity->owner);
}

static void on_by_name(void *owner) { finish(owner); }

static void ask_the_rest(activity_t *activity) {
  sweep_drop(&activity->sweep);
  activity->awaited = activity->sweep.awaited;
  by_name_start(&activity->by_name, &activity->awaited, on_by_name, activity);
}

/* However it ended: it was to save calls, and the rest does not depend on it. */
static void on_top(void *owner, sweep_end_t end) {
  activity_t *activity = owner;
  sweep_t *sweep = &activity->sweep;
  (void)end;
  sweep->awaited = activity->top.awaited;
  if (activity->studio->scan.group_missing)
    answer_all_without_streams(&sweep->awaited);
  if (sweep->token != NULL && sweep->awaited.left > 0 && choose_cold(sweep) != SWEEP_STOP)
    sweep_resume(sweep);
  else
    ask_the_rest(activity);
}

/* Down to where the sweep began: what has moved since is above. */
static void look_at_top(activity_t *activity) {
  const studio_t *studio = activity->studio;
  activity->top_pages = activity->sweep.pages;
  activity->top = (sweep_t){.awaited = activity->sweep.awaited,
                            .line_ms = line_of(studio, studio->scan.began_ms),
                            .choose = choose_top,
                            .done = on_top,
                            .owner = activity};
  sweep_start(&activity->top);
}

/* Before the rest is asked for by name: where a page is little beside what the sweep has cost since the last look or
 * the rest will cost, or where that look has saved more than it cost. */
static bool is_top_due(const activity_t *activity) {
  const sweep_t *top = &activity->top;
  bool is_little = activity->sweep.pages - activity->top_pages >= TOP_AFTER_PAGES ||
                   (activity->sweep.pages >= TOP_AFTER_PAGES && activity->sweep.awaited.left >= TOP_AFTER_PAGES);
  bool has_saved = activity->top_pages > 0 && top->pages < top->began_with - top->awaited.left;
  return activity->sweep.awaited.left > 1 && (is_little || has_saved);
}

static void on_cold_sweep(void *owner, sweep_end_t end) {
  activity_t *activity = owner;
  /* It may have failed because there is no group. */
  if (activity->studio->scan.group_missing)
    answer_all_without_streams(&activity->sweep.awaited);
  if (end == SWEEP_FAILED)
    finish(activity);
  else if (end == SWEEP_ASIDE || is_top_due(activity))
    look_at_top(activity);
  else
    ask_the_rest(activity);
}

static void on_recent(void *owner) {
  const activity_t *activity = owner;
  activity->recent(activity->owner);
}

static void sweep_cold(activity_t *activity) {
  const studio_t *studio = activity->studio;
  bool is_first = studio->scan.swept_pages == 0 && activity->recent != NULL;
  activity->sweep = (sweep_t){.awaited = activity->awaited,
                              .recent_ms = studio->scan.began_ms - studio->settings.lookback_ms,
                              .recent_shown = is_first ? on_recent : NULL,
                              .choose = choose_cold,
                              .done = on_cold_sweep,
                              .owner = activity};
  sweep_start(&activity->sweep);
}

void activity_start(activity_t *activity, studio_t *studio, activity_done_t *recent, activity_done_t *done,
                    void *owner) {
  const studio_scan_t *scan = &studio->scan;
  *activity = (activity_t){.studio = studio, .recent = recent, .done = done, .owner = owner};
  studio_mark_beginning(studio);
  awaited_init(&activity->awaited, studio, is_wanted);
  if (scan->group_missing)
    answer_all_without_streams(&activity->awaited);
  if (activity->awaited.left == 0 || scan->sweep_failed) {
    finish(activity);
  } else if (scan->sweep_was_dear || activity->awaited.left <= scan->swept_pages) {
    by_name_start(&activity->by_name, &activity->awaited, on_by_name, activity);
  } else {
    sweep_cold(activity);
  }
}
