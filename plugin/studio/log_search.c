#include "studio/log_search.h"

#include "studio/log_search_progress.h"
#include "studio/log_search_queue.h"
#include "studio/log_search_window.h"
#include "util/times.h"

#define MINUTE_MS ((int64_t)60 * 1000)

/* PAGES_MAX is 250 seconds of calls at the default rate: after activity a scan ends within the default interval, and
 * the next one goes on. */
#define PAGES_MAX 500

/* EMPTY_SEARCHES is how many searches that end in empty pages a scan makes: half a minute of calls at the default rate,
 * so that what needs no search is not held up by what is not found. Where that was not enough the next scan has twice
 * the patience, and the one after it, as empty pages may be many and have an end. */
#define EMPTY_SEARCHES 3
#define PATIENCE_MAX 2

/* PAGES_AIM is how many pages a slice should show, by what the last search took; a slice that took PAGES_MANY is
 * halved. SLICE_FIRST_MS is a working day: where servers do not chatter the second slice is all that a cold start looks
 * back on, and where they do little is read again. */
#define PAGES_AIM 12
#define PAGES_MANY 20
#define SLICE_FIRST_MS (MINUTE_MS * 60 * 8)
#define SLICE_LEAST_MS (10 * MINUTE_MS)

/* GROUP_PAUSE_MAX bounds the pause, in scans, until the next search of the group: it doubles after each search that was
 * too expensive. */
#define GROUP_PAUSE_MAX 64

static bool on_hit(void *user_data, studio_app_t *app, int64_t at_ms, const char *message, bool found) {
  const log_search_t *search = user_data;
  if (!log_search_progress_has_pattern(search->studio, app, search->query.pattern))
    return found;
  if (search->query.pattern != NULL)
    return log_search_progress_take(search->studio, app, at_ms, message, found);
  app->log.newest_event_ms = max_ms(app->log.newest_event_ms, at_ms);
  return true;
}

static void start_query(log_search_t *search, size_t pages_max,
                        void (*done)(void *user_data, log_search_query_result_t result)) {
  log_search_query_t *query = &search->query;
  query->studio = search->studio;
  /* An early search runs beside the sweep: it may take its time. */
  query->empty_pages_max = search->early ? SIZE_MAX : (size_t)QUERY_EMPTY_PAGES << search->studio->patience;
  query->pages_max = pages_max < search->pages_left ? pages_max : search->pages_left;
  query->hit = on_hit;
  query->done = done;
  query->user_data = search;
  log_search_query_start(query);
}

/* mark_looked_at confirms the apps of which nothing is left to be searched. */
static void mark_looked_at(studio_t *studio) {
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (log_search_progress_is_candidate(studio, app) && !log_search_progress_wants_forwards(app) &&
        !log_search_progress_wants_backwards(studio, app) && !log_search_progress_awaits_reach(studio, app))
      app->search.confirmed_in_scan = studio->scan.number;
  }
}

void log_search_drop(log_search_t *search) {
  free(search->queue);
  search->queue = NULL;
}

static void finish(log_search_t *search) {
  studio_t *studio = search->studio;
  if (search->result.endless == NULL)
    studio->patience = 0;
  else if (studio->patience < PATIENCE_MAX)
    studio->patience++;
  mark_looked_at(studio);
  log_search_drop(search);
  search->done(search->user_data, &search->result);
}

/* close_window notes that the window has been searched to its end: an app that was not hit in it is quiet there. */
static void close_window(const log_search_t *search) {
  const log_search_query_t *query = &search->query;
  for (size_t i = 0; i < query->count; i++) {
    studio_app_t *app = query->apps[i];
    if (search->phase == LOG_SEARCH_BACKWARDS) {
      app->search.from_ms = min_ms(app->search.from_ms, query->from_ms);
      continue;
    }
    app->search.to_ms = max_ms(app->search.to_ms, query->to_ms);
    if (search->phase == LOG_SEARCH_CONFIRM)
      log_search_progress_lag(search->studio, app, query->to_ms);
    else if (query->to_ms >= search->now_ms)
      log_search_progress_reach(search->studio, app, query->to_ms);
  }
}

/* adapt_slice learns from what was read how much a page shows: where every stream was hit before the window's end, as
 * far as that. */
static void adapt_slice(const log_search_t *search) {
  const log_search_query_t *query = &search->query;
  studio_t *studio = search->studio;
  int64_t longest_ms = max_ms(studio->settings.lookback_ms, SLICE_LEAST_MS);
  int64_t read_ms = query->to_ms - (query->missing > 0 ? query->from_ms : query->asked_to_ms);
  if (query->pages >= PAGES_MANY)
    studio->slice_ms = max_ms(studio->slice_ms / 2, SLICE_LEAST_MS);
  else if (query->pages > 0)
    studio->slice_ms = max_ms(studio->slice_ms, min_ms(longest_ms, read_ms * PAGES_AIM / (int64_t)query->pages));
}

/* split_batch halves a batch that AWS has refused, as it does for one stream that has been deleted since, down to the
 * one, which is then unknown. A refused call costs like a page. */
static void split_batch(log_search_t *search) {
  search->pages_left--;
  if (search->query.count == 1) {
    search->query.apps[0]->log.looked_at_in_scan = 0;
    search->batch_limit = QUERY_APPS_MAX;
  } else {
    search->batch_limit = search->query.count / 2;
    search->next -= search->query.count;
  }
}

static void next_search(log_search_t *search);

/* give_up_on ends a search of empty pages without end: a shorter window may have an end. Streams whose window cannot be
 * shortened are left for the next scan. */
static void give_up_on(log_search_t *search) {
  const log_search_query_t *query = &search->query;
  studio_t *studio = search->studio;
  bool is_shortest = search->phase == LOG_SEARCH_CONFIRM || studio->slice_ms == SLICE_LEAST_MS;
  search->empty_searches++;
  search->confirm_is_empty = search->confirm_is_empty || search->phase == LOG_SEARCH_CONFIRM;
  if (!is_shortest)
    studio->slice_ms = max_ms(studio->slice_ms / 4, SLICE_LEAST_MS);
  bool is_over = search->empty_searches >= EMPTY_SEARCHES;
  if (is_shortest || is_over) {
    search->result.endless = query->apps[0];
    search->result.endless_count += query->count;
  }
  if (is_over) {
    finish(search);
    return;
  }
  if (search->phase == LOG_SEARCH_CONFIRM)
    search->next = search->queue_count;
  else if (!is_shortest)
    search->next -= query->count;
  next_search(search);
}

static void on_named(void *user_data, log_search_query_result_t result) {
  log_search_t *search = user_data;
  search->pages_left -= search->query.pages;
  switch (result) {
  case QUERY_COVERED:
    close_window(search);
    if (search->phase != LOG_SEARCH_CONFIRM)
      adapt_slice(search);
    next_search(search);
    break;
  case QUERY_ABSENT:
    /* An early search leaves a deleted stream to the stream index, which counts what it has looked at. */
    if (search->early) {
      finish(search);
      break;
    }
    split_batch(search);
    next_search(search);
    break;
  case QUERY_OUT_OF_PAGES:
    search->studio->slice_ms = max_ms(search->studio->slice_ms / 2, SLICE_LEAST_MS);
    if (search->early) {
      search->next = search->queue_count;
      next_search(search);
    } else {
      finish(search);
    }
    break;
  case QUERY_ONLY_EMPTY:
    give_up_on(search);
    break;
  case QUERY_REFUSED:
    search->result.fallback = true;
    finish(search);
    break;
  case QUERY_FAILED:
    finish(search);
    break;
  }
}

static void search_by_name(log_search_t *search) {
  log_search_query_t *query = &search->query;
  query->apps = &search->queue[search->next];
  query->count = 0;
  log_search_open_window(search, query->apps[0], query);
  while (search->next < search->queue_count && query->count < search->batch_limit &&
         log_search_fits(search, query, search->queue[search->next])) {
    log_search_widen_window(search, search->queue[search->next++], query);
    query->count++;
  }
  start_query(search, search->early ? PAGES_MANY : search->pages_left, on_named);
}

/* close_group: every app whose searched interval reaches this window is now searched up to its end, even if its stream
 * did not move. */
static void close_group(studio_t *studio, const log_search_query_t *query) {
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (!log_search_progress_is_candidate(studio, app) ||
        !log_search_progress_has_pattern(studio, app, query->pattern) ||
        !log_search_progress_reaches(app, query->from_ms))
      continue;
    app->search.to_ms = max_ms(app->search.to_ms, query->to_ms);
    log_search_progress_lag(studio, app, query->to_ms);
    log_search_progress_reach(studio, app, query->to_ms);
  }
}

static void on_group(void *user_data, log_search_query_result_t result) {
  log_search_t *search = user_data;
  studio_t *studio = search->studio;
  search->pages_left -= search->query.pages;
  if (result == QUERY_COVERED) {
    studio->group_losses = 0;
    close_group(studio, &search->query);
    next_search(search);
  } else if (result == QUERY_OUT_OF_PAGES) {
    studio->group_losses++;
    next_search(search);
  } else {
    search->result.fallback = result == QUERY_REFUSED;
    finish(search);
  }
}

/* search_group searches the streams of one pattern in the queue, from group_next on, as a group if that may pay. false:
 * it may not. */
static bool search_group(log_search_t *search) {
  log_search_query_t *query = &search->query;
  const studio_t *studio = search->studio;
  const studio_app_t *first = search->queue[search->group_next];
  size_t count = 0;
  query->pattern = log_search_progress_pattern(studio, first);
  query->from_ms = search->now_ms;
  query->to_ms = search->now_ms;
  for (; search->group_next < search->queue_count; search->group_next++) {
    const studio_app_t *app = search->queue[search->group_next];
    if (!log_search_progress_has_pattern(studio, app, query->pattern))
      break;
    /* A stream that is far behind or late is searched by name: it would make the window long for all. */
    if (log_search_progress_is_late(app) || log_search_progress_from_ms(app) < search->now_ms - studio->slice_ms)
      continue;
    query->from_ms = min_ms(query->from_ms, log_search_progress_from_ms(app));
    count++;
  }
  if (count <= QUERY_APPS_MAX || !signals_row(app_rule(first)->signal)->is_rare)
    return false;
  query->apps = NULL;
  query->count = 0;
  start_query(search, (count + QUERY_APPS_MAX - 1) / QUERY_APPS_MAX, on_group);
  return true;
}

/* search_groups searches each pattern's group, at the most once in a scan, before anything is searched by name. false:
 * no group is left to search. */
static bool search_groups(log_search_t *search) {
  while (!search->groups_done && search->group_next < search->queue_count) {
    if (search_group(search))
      return true;
  }
  if (!search->groups_done)
    log_search_fill_queue(search, LOG_SEARCH_FORWARDS);
  search->groups_done = true;
  return false;
}

/* on_reach goes on: what was bound may be at its end. */
static void on_reach(void *user_data, log_reach_result_t result) {
  log_search_t *search = user_data;
  search->pages_left -= search->reach.pages < search->pages_left ? search->reach.pages : search->pages_left;
  search->result.fallback = result == LOG_REACH_REFUSED;
  if (result != LOG_REACH_FOUND) {
    finish(search);
    return;
  }
  log_search_queue_prepare(search);
  next_search(search);
}

/* ask_reach asks how far back the log goes, where an app awaits that. false: no app does, or pages are used up. */
static bool ask_reach(log_search_t *search) {
  if (search->queue_count > 0 || search->pages_left == 0 || search->finishing_soon ||
      !log_search_queue_awaits_reach(search))
    return false;
  log_reach_ask(&search->reach);
  return true;
}

static void next_early(log_search_t *search) {
  if (search->next == search->queue_count)
    log_search_fill_queue(search, LOG_SEARCH_BACKWARDS);
  if (ask_reach(search))
    return;
  if (search->finishing_soon || search->pages_left == 0 || search->queue_count == 0)
    finish(search);
  else
    search_by_name(search);
}

/* next_search looks first at what is to be told exactly, then at everything up to now, then back in time, and at what
 * is found there to be idle for so long that it wants an exact look, for as long as there are pages. */
static void next_search(log_search_t *search) {
  if (search->early) {
    next_early(search);
    return;
  }
  if (search->next == search->queue_count)
    log_search_fill_queue(search, LOG_SEARCH_FORWARDS);
  if (search->pages_left > 0 && search->phase == LOG_SEARCH_FORWARDS && search_groups(search))
    return;
  if (search->next == search->queue_count)
    log_search_fill_queue(search, LOG_SEARCH_BACKWARDS);
  if (search->phase == LOG_SEARCH_BACKWARDS && ask_reach(search))
    return;
  if (search->queue_count == 0) {
    mark_looked_at(search->studio);
    log_search_fill_queue(search, LOG_SEARCH_CONFIRM);
  }
  if (search->pages_left == 0 || search->queue_count == 0)
    finish(search);
  else
    search_by_name(search);
}

/* pauses_group counts the pause after the last search of the group that was too expensive; false: it is over, and a
 * search is due. */
static bool pauses_group(studio_t *studio) {
  if (studio->group_losses == 0)
    return false;
  uint32_t pause = studio->group_losses < 6 ? 1U << studio->group_losses : GROUP_PAUSE_MAX;
  studio->group_pause = (studio->group_pause + 1) % pause;
  return studio->group_pause != 0;
}

static void set_up(log_search_t *search, studio_t *studio, log_search_done_t *done, void *user_data) {
  *search = (log_search_t){.studio = studio,
                           .done = done,
                           .user_data = user_data,
                           .now_ms = aws_session_now_ms(studio->session),
                           .pages_left = PAGES_MAX,
                           .queue = malloc((studio->apps_count + 1) * sizeof(studio_app_t *)),
                           .batch_limit = QUERY_APPS_MAX};
  search->reach =
      (log_reach_query_t){.studio = studio, .now_ms = search->now_ms, .done = on_reach, .user_data = search};
  if (studio->slice_ms == 0)
    studio->slice_ms = SLICE_FIRST_MS;
  log_search_queue_prepare(search);
}

/* begin starts the search. Without memory for the queue nothing is searched: what wants a search stays unknown. */
static void begin(log_search_t *search) {
  if (search->queue == NULL) {
    finish(search);
    return;
  }
  if (!search->early)
    log_search_fill_queue(search, LOG_SEARCH_CONFIRM);
  next_search(search);
}

void log_search_begin_early(log_search_t *search, studio_t *studio, log_search_done_t *done, void *user_data) {
  set_up(search, studio, done, user_data);
  search->early = true;
  begin(search);
}

void log_search_finish_soon(log_search_t *search) { search->finishing_soon = true; }

static void set_up_whole(log_search_t *search, studio_t *studio, log_search_done_t *done, void *user_data) {
  set_up(search, studio, done, user_data);
  search->groups_done = pauses_group(studio);
  search->result.began_ms = search->now_ms;
  mark_looked_at(studio);
}

void log_search_skip(log_search_t *search, studio_t *studio, log_search_done_t *done, void *user_data) {
  set_up_whole(search, studio, done, user_data);
  search->result.fallback = true;
  finish(search);
}

void log_search_start(log_search_t *search, studio_t *studio, log_search_done_t *done, void *user_data) {
  set_up_whole(search, studio, done, user_data);
  begin(search);
}
