#include "studio/stream_index.h"

#include "studio/confirm.h"
#include "util/times.h"

/* BEGAN_MARGIN_MS is what a page's journey may have taken: so much earlier than its arrival the sweep may have begun.
 */
#define BEGAN_MARGIN_MS ((int64_t)60 * 1000)

/* CREDIT_PARTS: credit is kept in parts of a call, so that a scan by name earns one part for each app. */
#define CREDIT_PARTS 64

/* CREDIT_FIRST_DIVISOR: the first warm sweep has credit for one page for each so many apps, because what a cold start
 * has cost says little about what a warm sweep will. */
#define CREDIT_FIRST_DIVISOR 8

/* TOP_AFTER_PAGES: a look at the top costs a page, at least, a fiftieth of what the sweep has cost since the one
 * before. */
#define TOP_AFTER_PAGES 50

/* is_reportable: an app whose owner is not known cannot be reported, and is not worth a call. */
static bool is_reportable(const studio_app_t *app) { return !app->excluded && app_owner_is_known(app); }

static bool is_wanted(const studio_t *studio, const studio_app_t *app) {
  return app_is_in_service(studio, app) && is_reportable(app);
}

/* is_known: what the app's stream showed when the last complete sweep began is known. */
static bool is_known(const studio_t *studio, const studio_app_t *app) {
  return is_reportable(app) && app->listing.in_scan >= studio->last_listing && studio->swept_in_scan > 0 &&
         app->log.looked_at_in_scan >= studio->swept_in_scan;
}

/* line_of is the line above which the sweep shows what has moved since began_ms. */
static int64_t line_of(const studio_t *studio, int64_t began_ms) {
  return began_ms - BEGAN_MARGIN_MS - studio->settings.log_lag_ms;
}

static bool may_cost(const studio_t *studio, size_t pages, size_t seen) {
  return (int64_t)pages * CREDIT_PARTS <= (int64_t)seen * CREDIT_PARTS + studio->credit;
}

static stream_index_sweep_choice_t choose_warm(const stream_index_sweep_t *sweep) {
  size_t seen = sweep->began_with - sweep->awaited.left;
  bool is_worth = sweep->pages < sweep->awaited.left && may_cost(sweep->awaited.studio, sweep->pages + 1, seen);
  return is_worth ? SWEEP_GO_ON : SWEEP_STOP;
}

static stream_index_sweep_choice_t choose_cold(const stream_index_sweep_t *sweep) {
  if (sweep->pages >= sweep->awaited.left)
    return SWEEP_STOP;
  return sweep->empty_pages >= TOP_AFTER_PAGES ? SWEEP_SUSPEND : SWEEP_GO_ON;
}

/* choose_top goes on while half of its pages have shown an awaited app and it has saved what it has cost. */
static stream_index_sweep_choice_t choose_top(const stream_index_sweep_t *sweep) {
  bool is_fruitful = sweep->empty_pages * 2 <= sweep->pages;
  bool has_saved = sweep->pages <= sweep->began_with - sweep->awaited.left;
  return is_fruitful && has_saved && sweep->awaited.left > 1 ? SWEEP_GO_ON : SWEEP_STOP;
}

/* mark_the_rest_looked_at: a stream that the sweep has not shown above its line is as it was. That an app had no stream
 * is looked at once more before its idleness is told beyond a confirm_after_ms. */
static void mark_the_rest_looked_at(awaited_t *awaited) {
  studio_t *studio = awaited->studio;
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (!awaited_contains(awaited, app) || log_stream_take_variant(awaited, app))
      continue;
    awaited_mark_looked_at(awaited, app);
    if (app->log.state == STREAM_NONE && confirm_is_due(studio, app))
      app->log.looked_at_in_scan = 0;
  }
}

static void mark_all_without_streams(awaited_t *awaited) {
  const log_stream_t none = {.name = "", .state = STREAM_NONE};
  for (size_t i = 0; i < awaited->studio->apps_count; i++)
    log_stream_assign_app(awaited, awaited->studio->apps[i], &none);
}

/* take_result takes over what a sweep that has ended, for good or for now, says of the group and of the clock. */
static void take_result(stream_index_t *stream_index, const stream_index_sweep_t *sweep) {
  stream_index->result.group_missing = sweep->group_missing;
  stream_index->result.began_ms = min_ms(stream_index->result.began_ms, sweep->began_ms);
}

static void on_warm_sweep(void *user_data, stream_index_sweep_result_t result) {
  stream_index_t *stream_index = user_data;
  take_result(stream_index, &stream_index->sweep);
  stream_index->swept_pages += stream_index->sweep.pages;
  stream_index->sweep_failed = result == SWEEP_FAILED;
  stream_index->sweep_was_too_expensive = result == SWEEP_TOO_EXPENSIVE;
  if (result == SWEEP_COMPLETE || result == SWEEP_SATISFIED)
    mark_the_rest_looked_at(&stream_index->sweep.awaited);
  stream_index->done(stream_index->user_data, &stream_index->result);
}

void stream_index_init(stream_index_t *stream_index, studio_t *studio) {
  *stream_index = (stream_index_t){.studio = studio, .result = {.began_ms = aws_session_now_ms(studio->session)}};
}

void stream_index_refresh(stream_index_t *stream_index, stream_index_done_t *done, void *user_data) {
  studio_t *studio = stream_index->studio;
  stream_index->done = done;
  stream_index->user_data = user_data;
  stream_index->sweep = (stream_index_sweep_t){.line_ms = line_of(studio, studio->swept_ms),
                                               .choose = choose_warm,
                                               .done = on_warm_sweep,
                                               .user_data = stream_index};
  awaited_init(&stream_index->sweep.awaited, studio, is_known);
  bool any_known = stream_index->sweep.awaited.left > 0;
  stream_index->sweep_was_too_expensive = any_known && !may_cost(studio, 1, 0);
  if (!any_known || stream_index->sweep_was_too_expensive)
    done(user_data, &stream_index->result);
  else
    stream_index_sweep_start(&stream_index->sweep);
}

/* update_credit adds what this scan has cost less than asking for all by name would have. */
static void update_credit(const stream_index_t *stream_index, size_t wanted, bool complete) {
  studio_t *studio = stream_index->studio;
  int64_t most = (int64_t)wanted * CREDIT_PARTS;
  int64_t spent = (int64_t)(stream_index->swept_pages + stream_index->lookup.calls) * CREDIT_PARTS;
  if (stream_index->swept_pages == 0)
    studio->credit += (int64_t)wanted;
  else if (complete || spent > most)
    studio->credit += most - spent;
  if (studio->swept_in_scan == 0 && studio->credit < most / CREDIT_FIRST_DIVISOR)
    studio->credit = most / CREDIT_FIRST_DIVISOR;
  if (studio->credit > most)
    studio->credit = most;
}

/* finish ends the look at streams. The next sweep need not look further back than this one, unless an app is known from
 * an earlier one only. */
static void finish(stream_index_t *stream_index) {
  studio_t *studio = stream_index->studio;
  size_t wanted = 0;
  size_t unknown = 0;
  bool left_behind = false;
  for (size_t i = 0; i < studio->apps_count; i++) {
    const studio_app_t *app = studio->apps[i];
    if (!is_wanted(studio, app))
      continue;
    wanted++;
    unknown += !app_is_looked_at(studio, app) ? 1 : 0;
    left_behind = left_behind || (is_known(studio, app) && !app_is_looked_at(studio, app));
  }
  update_credit(stream_index, wanted, unknown == 0);
  if (!left_behind) {
    studio->swept_in_scan = studio->scan.number;
    studio->swept_ms = stream_index->result.began_ms;
  }
  stream_index->done(stream_index->user_data, &stream_index->result);
}

static void on_by_name(void *user_data) {
  stream_index_t *stream_index = user_data;
  stream_index->result.group_missing = stream_index->result.group_missing || stream_index->lookup.group_missing;
  finish(stream_index);
}

static void ask_the_rest(stream_index_t *stream_index) {
  stream_index->swept_pages += stream_index->sweep.pages;
  stream_index_sweep_drop(&stream_index->sweep);
  stream_index->awaited = stream_index->sweep.awaited;
  stream_index_lookup_start(&stream_index->lookup, &stream_index->awaited, on_by_name, stream_index);
}

/* on_top goes on however the look at the top ended: it was to save calls, and the rest does not depend on it. */
static void on_top(void *user_data, stream_index_sweep_result_t result) {
  stream_index_t *stream_index = user_data;
  stream_index_sweep_t *sweep = &stream_index->sweep;
  (void)result;
  take_result(stream_index, &stream_index->top);
  stream_index->swept_pages += stream_index->top.pages;
  sweep->awaited = stream_index->top.awaited;
  if (stream_index->result.group_missing)
    mark_all_without_streams(&sweep->awaited);
  if (sweep->token != NULL && sweep->awaited.left > 0 && choose_cold(sweep) != SWEEP_STOP)
    stream_index_sweep_resume(sweep);
  else
    ask_the_rest(stream_index);
}

/* look_at_top sweeps down to where the first sweep began: what has moved since is above. */
static void look_at_top(stream_index_t *stream_index) {
  stream_index->top_pages = stream_index->sweep.pages;
  stream_index->top = (stream_index_sweep_t){.awaited = stream_index->sweep.awaited,
                                             .line_ms = line_of(stream_index->studio, stream_index->result.began_ms),
                                             .choose = choose_top,
                                             .done = on_top,
                                             .user_data = stream_index};
  stream_index_sweep_start(&stream_index->top);
}

/* is_top_due, before the rest is asked for by name: a page is little beside what the sweep has cost since the last look
 * or the rest will cost, or that look has saved more than it cost. */
static bool is_top_due(const stream_index_t *stream_index) {
  const stream_index_sweep_t *top = &stream_index->top;
  bool is_little =
      stream_index->sweep.pages - stream_index->top_pages >= TOP_AFTER_PAGES ||
      (stream_index->sweep.pages >= TOP_AFTER_PAGES && stream_index->sweep.awaited.left >= TOP_AFTER_PAGES);
  bool has_saved = stream_index->top_pages > 0 && top->pages < top->began_with - top->awaited.left;
  return stream_index->sweep.awaited.left > 1 && (is_little || has_saved);
}

static void on_cold_sweep(void *user_data, stream_index_sweep_result_t result) {
  stream_index_t *stream_index = user_data;
  take_result(stream_index, &stream_index->sweep);
  /* A sweep fails where there is no group. */
  if (stream_index->result.group_missing)
    mark_all_without_streams(&stream_index->sweep.awaited);
  if (result == SWEEP_FAILED) {
    stream_index->swept_pages += stream_index->sweep.pages;
    finish(stream_index);
  } else if (result == SWEEP_SUSPENDED || is_top_due(stream_index)) {
    look_at_top(stream_index);
  } else {
    ask_the_rest(stream_index);
  }
}

static void on_recent(void *user_data) {
  const stream_index_t *stream_index = user_data;
  stream_index->recent(stream_index->user_data);
}

static void sweep_cold(stream_index_t *stream_index) {
  const studio_t *studio = stream_index->studio;
  bool is_first = stream_index->swept_pages == 0 && stream_index->recent != NULL;
  stream_index->sweep =
      (stream_index_sweep_t){.awaited = stream_index->awaited,
                             .recent_ms = stream_index->result.began_ms - studio->settings.lookback_ms,
                             .recent_shown = is_first ? on_recent : NULL,
                             .choose = choose_cold,
                             .done = on_cold_sweep,
                             .user_data = stream_index};
  stream_index_sweep_start(&stream_index->sweep);
}

void stream_index_start(stream_index_t *stream_index, stream_index_recent_t *recent, stream_index_done_t *done,
                        void *user_data) {
  studio_t *studio = stream_index->studio;
  stream_index->recent = recent;
  stream_index->done = done;
  stream_index->user_data = user_data;
  stream_index->result.began_ms = min_ms(stream_index->result.began_ms, aws_session_now_ms(studio->session));
  awaited_init(&stream_index->awaited, studio, is_wanted);
  if (stream_index->result.group_missing)
    mark_all_without_streams(&stream_index->awaited);
  if (stream_index->awaited.left == 0 || stream_index->sweep_failed) {
    finish(stream_index);
  } else if (stream_index->sweep_was_too_expensive || stream_index->awaited.left <= stream_index->swept_pages) {
    stream_index_lookup_start(&stream_index->lookup, &stream_index->awaited, on_by_name, stream_index);
  } else {
    sweep_cold(stream_index);
  }
}

void stream_index_drop(stream_index_t *stream_index) {
  stream_index_sweep_drop(&stream_index->sweep);
  stream_index_lookup_drop(&stream_index->lookup);
}
