#include "studio/matching.h"

#include <stdlib.h>
#include <string.h>

#include "studio/confirm.h"
#include "studio/matching_window.h"
#include "studio/searched.h"
#include "studio/times.h"

#define MINUTE_MS ((int64_t)60 * 1000)

/* 250 seconds of calls at the default rate: after activity a scan ends within the default interval, and the next one
 * goes on. */
#define PAGES_MAX 500

/* So many searches that end in empty pages a scan makes: half a minute of calls at the default rate, so that what needs
 * no search is not held up by what is not found. Where that was not enough the next scan has twice the patience, and
 * the one after it, as empty pages may be many and have an end. */
#define BARREN_SEARCHES 3
#define PATIENCE_MAX 2

/* A slice grows to what so many pages would show, by what the last search took, and is halved where that took too many.
 * The first is a working day: where servers do not chatter the second is all that a cold start looks back on, and where
 * they do little is read again. */
#define PAGES_AIM 12
#define PAGES_MANY 20
#define SLICE_FIRST_MS (MINUTE_MS * 60 * 8)
#define SLICE_LEAST_MS (10 * MINUTE_MS)

/* After each search of the group that was too dear, the pause until the next one doubles, up to so many scans. */
#define GROUP_PAUSE_MAX 64

static bool is_wanted(const matching_t *matching, const studio_app_t *app) {
  switch (matching->phase) {
  case MATCHING_CONFIRM:
    return !matching->confirm_is_barren && searched_has_log(matching->studio, app) &&
           app->searched_ms < matching->now_ms && confirm_is_due(matching->studio, app);
  case MATCHING_FORWARDS:
    return searched_wants_forwards(app) && searched_is_candidate(matching->studio, app);
  default:
    return searched_wants_backwards(app) && searched_is_candidate(matching->studio, app);
  }
}

/* The greater of two comes first. */
static int descending(int64_t one, int64_t other) { return (one < other) - (one > other); }

/* Streams of one pattern stand together, those that are farthest behind first: nobody starves when the pages do not
 * suffice for all. Of equals those that moved last: where much is to be read stands together, and quiet streams share
 * a page. */
static int compare(const void *one, const void *other, void *owner) {
  const matching_t *matching = owner;
  const studio_app_t *first = *(studio_app_t *const *)one;
  const studio_app_t *second = *(studio_app_t *const *)other;
  const char *first_pattern = searched_pattern(matching->studio, first);
  const char *second_pattern = searched_pattern(matching->studio, second);
  if (!searched_has_pattern(matching->studio, first, second_pattern))
    return strcmp(first_pattern != NULL ? first_pattern : "", second_pattern != NULL ? second_pattern : "");
  int behind = matching->phase == MATCHING_BACKWARDS ? descending(first->proven_ms, second->proven_ms)
                                                     : descending(second->searched_ms, first->searched_ms);
  return behind != 0 ? behind : descending(first->last_event_ms, second->last_event_ms);
}

static void fill_queue(matching_t *matching, matching_phase_t phase) {
  studio_t *studio = matching->studio;
  matching->queue_count = 0;
  matching->next = 0;
  matching->phase = phase;
  for (size_t i = 0; i < studio->apps_count; i++) {
    if (is_wanted(matching, studio->apps[i]))
      matching->queue[matching->queue_count++] = studio->apps[i];
  }
  if (matching->queue_count > 0)
    qsort_r(matching->queue, matching->queue_count, sizeof(matching->queue[0]), compare, matching);
}

static void on_hit(void *owner, studio_app_t *app, int64_t at_ms) {
  const matching_t *matching = owner;
  if (!searched_has_pattern(matching->studio, app, matching->search.pattern))
    return;
  if (matching->search.pattern == NULL)
    app->last_event_ms = max_ms(app->last_event_ms, at_ms);
  else
    app->counted_ms = max_ms(app->counted_ms, at_ms);
}

static void start_search(matching_t *matching, size_t pages_max, void (*done)(void *owner, search_end_t end)) {
  search_t *search = &matching->search;
  search->studio = matching->studio;
  /* An early search holds up nobody. */
  search->barren_max = matching->early ? SIZE_MAX : (size_t)SEARCH_BARREN_PAGES << matching->studio->patience;
  search->pages_max = pages_max < matching->pages_left ? pages_max : matching->pages_left;
  search->hit = on_hit;
  search->done = done;
  search->owner = matching;
  search_start(search);
}

/* The answer of those of which nothing is left to be searched is certain. */
static void settle(studio_t *studio) {
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (searched_is_candidate(studio, app) && !searched_wants_forwards(app) && !searched_wants_backwards(app))
      app->matched = studio->scan.number;
  }
}

static void finish(matching_t *matching) {
  studio_t *studio = matching->studio;
  if (studio->scan.endless == NULL)
    studio->patience = 0;
  else if (studio->patience < PATIENCE_MAX)
    studio->patience++;
  settle(studio);
  matching->done(matching->owner);
}

/* The window has been searched to its end: what was not hit in it is proven quiet there. */
static void close_window(const matching_t *matching) {
  const search_t *search = &matching->search;
  for (size_t i = 0; i < search->count; i++) {
    studio_app_t *app = search->apps[i];
    if (matching->phase == MATCHING_BACKWARDS) {
      app->proven_ms = min_ms(app->proven_ms, search->from_ms);
      continue;
    }
    app->searched_ms = max_ms(app->searched_ms, search->to_ms);
    if (matching->phase == MATCHING_FORWARDS && search->to_ms >= matching->now_ms)
      app->searched_event_ms = app->last_event_ms;
  }
}

/* What was read tells how much a page shows: where every stream was hit before the window's end, as far as that. */
static void adapt_slice(const matching_t *matching) {
  const search_t *search = &matching->search;
  studio_t *studio = matching->studio;
  int64_t longest_ms = max_ms(studio->settings.lookback_ms, SLICE_LEAST_MS);
  int64_t read_ms = search->to_ms - (search->missing > 0 ? search->from_ms : search->asked_to_ms);
  if (search->pages >= PAGES_MANY)
    studio->slice_ms = max_ms(studio->slice_ms / 2, SLICE_LEAST_MS);
  else if (search->pages > 0)
    studio->slice_ms = max_ms(studio->slice_ms, min_ms(longest_ms, read_ms * PAGES_AIM / (int64_t)search->pages));
}

/* AWS may refuse a whole call for one stream that has been deleted since: halves, down to the one, which is then
 * unknown. A refused call costs like a page. */
static void split_batch(matching_t *matching) {
  matching->pages_left--;
  if (matching->search.count == 1) {
    matching->search.apps[0]->looked = 0;
    matching->batch_limit = SEARCH_APPS_MAX;
  } else {
    matching->batch_limit = matching->search.count / 2;
    matching->next -= matching->search.count;
  }
}

static void next_search(matching_t *matching);

/* Empty pages without end: a shorter window may have one. Whose window cannot be shortened is left for the next scan.
 */
static void give_up_on(matching_t *matching) {
  const search_t *search = &matching->search;
  studio_t *studio = matching->studio;
  bool is_shortest = matching->phase == MATCHING_CONFIRM || studio->slice_ms == SLICE_LEAST_MS;
  matching->barren_searches++;
  matching->confirm_is_barren = matching->confirm_is_barren || matching->phase == MATCHING_CONFIRM;
  if (!is_shortest)
    studio->slice_ms = max_ms(studio->slice_ms / 4, SLICE_LEAST_MS);
  bool is_over = matching->barren_searches >= BARREN_SEARCHES;
  if (is_shortest || is_over) {
    studio->scan.endless = search->apps[0];
    studio->scan.endless_count += search->count;
  }
  if (is_over) {
    finish(matching);
    return;
  }
  if (matching->phase == MATCHING_CONFIRM)
    matching->next = matching->queue_count;
  else if (!is_shortest)
    matching->next -= search->count;
  next_search(matching);
}

static void on_named(void *owner, search_end_t end) {
  matching_t *matching = owner;
  matching->pages_left -= matching->search.pages;
  switch (end) {
  case SEARCH_COVERED:
    close_window(matching);
    if (matching->phase != MATCHING_CONFIRM)
      adapt_slice(matching);
    next_search(matching);
    break;
  case SEARCH_ABSENT:
    /* Activity counts those that it has looked at. */
    if (matching->early) {
      finish(matching);
      break;
    }
    split_batch(matching);
    next_search(matching);
    break;
  case SEARCH_OUT_OF_PAGES:
    matching->studio->slice_ms = max_ms(matching->studio->slice_ms / 2, SLICE_LEAST_MS);
    if (matching->early) {
      matching->next = matching->queue_count;
      next_search(matching);
    } else {
      finish(matching);
    }
    break;
  case SEARCH_BARREN:
    give_up_on(matching);
    break;
  case SEARCH_FAILED:
    finish(matching);
    break;
  }
}

static void search_by_name(matching_t *matching) {
  search_t *search = &matching->search;
  search->apps = &matching->queue[matching->next];
  search->count = 0;
  matching_open_window(matching, search->apps[0], search);
  while (matching->next < matching->queue_count && search->count < matching->batch_limit &&
         matching_fits(matching, search, matching->queue[matching->next])) {
    matching_widen_window(matching, matching->queue[matching->next++], search);
    search->count++;
  }
  start_search(matching, matching->early ? PAGES_MANY : matching->pages_left, on_named);
}

/* Whoever was searched up to its window is searched up to now, whether it has moved or not. */
static void close_group(const matching_t *matching) {
  const search_t *search = &matching->search;
  studio_t *studio = matching->studio;
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (!searched_is_candidate(studio, app) || !searched_has_pattern(studio, app, search->pattern) ||
        searched_from_ms(app) < search->from_ms)
      continue;
    app->searched_ms = max_ms(app->searched_ms, search->to_ms);
    app->searched_event_ms = app->last_event_ms;
  }
}

static void on_group(void *owner, search_end_t end) {
  matching_t *matching = owner;
  studio_t *studio = matching->studio;
  matching->pages_left -= matching->search.pages;
  if (end == SEARCH_COVERED) {
    studio->group_losses = 0;
    close_group(matching);
    next_search(matching);
  } else if (end == SEARCH_OUT_OF_PAGES) {
    studio->group_losses++;
    next_search(matching);
  } else {
    finish(matching);
  }
}

/* The streams of one pattern in the queue, from group_next on: searched as a group if that may pay. false: it may not.
 */
static bool search_group(matching_t *matching) {
  search_t *search = &matching->search;
  const studio_t *studio = matching->studio;
  const studio_app_t *first = matching->queue[matching->group_next];
  size_t count = 0;
  search->pattern = searched_pattern(studio, first);
  search->from_ms = matching->now_ms;
  search->to_ms = matching->now_ms;
  for (; matching->group_next < matching->queue_count; matching->group_next++) {
    const studio_app_t *app = matching->queue[matching->group_next];
    if (!searched_has_pattern(studio, app, search->pattern))
      break;
    /* What is far behind is searched by name: it would make the window long for all. */
    if (searched_from_ms(app) < matching->now_ms - studio->slice_ms)
      continue;
    search->from_ms = min_ms(search->from_ms, searched_from_ms(app));
    count++;
  }
  const char *pattern = NULL;
  if (count <= SEARCH_APPS_MAX || studio_signal(studio, first, &pattern) != SIGNAL_MATCH)
    return false;
  search->apps = NULL;
  search->count = 0;
  start_search(matching, (count + SEARCH_APPS_MAX - 1) / SEARCH_APPS_MAX, on_group);
  return true;
}

/* Each pattern's group is searched at the most once in a scan, before anything is searched by name. false: none is. */
static bool search_groups(matching_t *matching) {
  while (!matching->groups_done && matching->group_next < matching->queue_count) {
    if (search_group(matching))
      return true;
  }
  if (!matching->groups_done)
    fill_queue(matching, MATCHING_FORWARDS);
  matching->groups_done = true;
  return false;
}

static void next_early(matching_t *matching) {
  if (matching->next == matching->queue_count)
    fill_queue(matching, MATCHING_BACKWARDS);
  if (matching->hurried || matching->pages_left == 0 || matching->queue_count == 0)
    finish(matching);
  else
    search_by_name(matching);
}

/* First what is to be told exactly, then everything up to now, then back in time, and what is found there to be idle
 * for so long that it wants an exact look, for as long as there are pages. */
static void next_search(matching_t *matching) {
  if (matching->early) {
    next_early(matching);
    return;
  }
  if (matching->next == matching->queue_count)
    fill_queue(matching, MATCHING_FORWARDS);
  if (matching->pages_left > 0 && matching->phase == MATCHING_FORWARDS && search_groups(matching))
    return;
  if (matching->next == matching->queue_count)
    fill_queue(matching, MATCHING_BACKWARDS);
  if (matching->queue_count == 0) {
    settle(matching->studio);
    fill_queue(matching, MATCHING_CONFIRM);
  }
  if (matching->pages_left == 0 || matching->queue_count == 0)
    finish(matching);
  else
    search_by_name(matching);
}

/* A search of the group is due when the pause after the last one that was too dear is over. */
static bool pauses_group(studio_t *studio) {
  if (studio->group_losses == 0)
    return false;
  uint32_t pause = studio->group_losses < 6 ? 1U << studio->group_losses : GROUP_PAUSE_MAX;
  studio->group_pause = (studio->group_pause + 1) % pause;
  return studio->group_pause != 0;
}

static void set_up(matching_t *matching, studio_t *studio, matching_done_t *done, void *owner) {
  *matching = (matching_t){.studio = studio,
                           .done = done,
                           .owner = owner,
                           .now_ms = aws_session_now_ms(studio->session),
                           .pages_left = PAGES_MAX,
                           .queue = studio->queue,
                           .batch_limit = SEARCH_APPS_MAX};
  if (studio->slice_ms == 0)
    studio->slice_ms = SLICE_FIRST_MS;
  for (size_t i = 0; i < studio->apps_count; i++) {
    if (searched_is_candidate(studio, studio->apps[i]))
      searched_begin(studio, studio->apps[i], matching->now_ms);
  }
}

void matching_begin_early(matching_t *matching, studio_t *studio, matching_done_t *done, void *owner) {
  set_up(matching, studio, done, owner);
  matching->early = true;
  next_search(matching);
}

void matching_hurry(matching_t *matching) { matching->hurried = true; }

void matching_start(matching_t *matching, studio_t *studio, matching_done_t *done, void *owner) {
  set_up(matching, studio, done, owner);
  matching->groups_done = pauses_group(studio);
  studio->scan.looked_ms = matching->now_ms;
  settle(studio);
  fill_queue(matching, MATCHING_CONFIRM);
  /* What was begun early may have been told that it may not. */
  if (studio->scan.fallback)
    finish(matching);
  else
    next_search(matching);
}
