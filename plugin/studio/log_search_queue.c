#include "studio/log_search_queue.h"

#include <stdlib.h>
#include <string.h>

#include "studio/confirm.h"
#include "studio/log_search_progress.h"

/* FOREIGN_MANY is so many hits in a scan as fill a page: a call more, where joined types save one each. */
#define FOREIGN_MANY 5000

static bool is_wanted(const log_search_t *search, const studio_app_t *app) {
  switch (search->phase) {
  case LOG_SEARCH_CONFIRM:
    return !search->confirm_is_empty && log_search_progress_has_log(search->studio, app) &&
           app->search.to_ms < search->now_ms && confirm_is_due(search->studio, app);
  case LOG_SEARCH_FORWARDS:
    return log_search_progress_wants_forwards(app) && log_search_progress_is_candidate(search->studio, app);
  default:
    return log_search_progress_wants_backwards(search->studio, app) &&
           log_search_progress_is_candidate(search->studio, app);
  }
}

/* descending orders the greater of two first. */
static int descending(int64_t one, int64_t other) { return (one < other) - (one > other); }

/* compare puts streams of one pattern together, forwards those whose events arrive late behind the others, because
 * their windows are long. Else those that are farthest behind stand first, so that every stream has its turn when the
 * pages do not suffice for all. Of equals those that moved last: where much is to be read stands together, and quiet
 * streams share a page. */
static int compare(const void *one, const void *other, void *user_data) {
  const log_search_t *search = user_data;
  const studio_app_t *first = *(studio_app_t *const *)one;
  const studio_app_t *second = *(studio_app_t *const *)other;
  const char *first_pattern = log_search_progress_pattern(search->studio, first);
  const char *second_pattern = log_search_progress_pattern(search->studio, second);
  if (!log_search_progress_has_pattern(search->studio, first, second_pattern))
    return strcmp(first_pattern != NULL ? first_pattern : "", second_pattern != NULL ? second_pattern : "");
  bool is_late = log_search_progress_is_late(first);
  if (search->phase == LOG_SEARCH_FORWARDS && is_late != log_search_progress_is_late(second))
    return is_late ? 1 : -1;
  int behind = search->phase == LOG_SEARCH_BACKWARDS ? descending(first->search.from_ms, second->search.from_ms)
                                                     : descending(second->search.to_ms, first->search.to_ms);
  return behind != 0 ? behind : descending(first->log.newest_event_ms, second->log.newest_event_ms);
}

void log_search_fill_queue(log_search_t *search, log_search_phase_t phase) {
  studio_t *studio = search->studio;
  search->queue_count = 0;
  search->next = 0;
  search->phase = phase;
  for (size_t i = 0; i < studio->apps_count; i++) {
    if (is_wanted(search, studio->apps[i]))
      search->queue[search->queue_count++] = studio->apps[i];
  }
  if (search->queue_count > 0)
    qsort_r(search->queue, search->queue_count, sizeof(search->queue[0]), compare, search);
}

/* review_foreign_hits is called between searches: while one is under way its apps keep their pattern. */
static void review_foreign_hits(studio_t *studio) {
  studio->searches_apart = studio->searches_apart || studio->foreign_hits >= FOREIGN_MANY;
  studio->foreign_hits = 0;
}

void log_search_queue_prepare(const log_search_t *search) {
  studio_t *studio = search->studio;
  review_foreign_hits(studio);
  int64_t begin_ms = log_reach_begin_ms(studio, search->now_ms);
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (!log_search_progress_is_candidate(studio, app))
      continue;
    log_search_progress_begin(studio, app, search->now_ms);
    if (log_reach_is_known(studio, search->now_ms))
      log_search_progress_bound(studio, app, begin_ms);
  }
}

bool log_search_queue_awaits_reach(const log_search_t *search) {
  const studio_t *studio = search->studio;
  bool awaits = false;
  for (size_t i = 0; !awaits && i < studio->apps_count; i++) {
    const studio_app_t *app = studio->apps[i];
    awaits = log_search_progress_is_candidate(studio, app) && log_search_progress_awaits_reach(studio, app);
  }
  return awaits;
}
