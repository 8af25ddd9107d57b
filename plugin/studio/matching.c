#include "studio/matching.h"

#include <stdlib.h>
#include <string.h>

#include "aws/answer.h"
#include "studio/request.h"

#define MINUTE_MS ((int64_t)60 * 1000)

/* Events arrive some time after they happened: what is searched overlaps with what was. */
#define OVERLAP_MS (5 * MINUTE_MS)

/* 250 seconds of calls at the default rate: a scan ends within the default interval, and the next one goes on. */
#define PAGES_MAX 500

/* A slice that took at most so many pages is doubled, one that took at least so many is halved. */
#define PAGES_FEW 4
#define PAGES_MANY 20
#define SLICE_FIRST_MS (60 * MINUTE_MS)
#define SLICE_LEAST_MS (10 * MINUTE_MS)

static int64_t max_ms(int64_t one, int64_t other) { return one > other ? one : other; }

static int64_t min_ms(int64_t one, int64_t other) { return one < other ? one : other; }

static const char *pattern_of(const studio_t *studio, const studio_app_t *app) {
  const char *pattern = NULL;
  return studio_signal(studio, app, &pattern) != SIGNAL_LAST_EVENT ? pattern : NULL;
}

static bool is_candidate(const studio_t *studio, const studio_app_t *app) {
  return studio_is_watched(studio, app) && app->looked == studio->scan.number &&
         app->stream_state == STREAM_WITH_EVENTS && pattern_of(studio, app) != NULL;
}

/* An app that was never searched, or has been started since: what it did before does not count. Where the newest event
 * is too old to count there is nothing to search; what DescribeLogStreams does not show yet is searched once it does.
 */
static void begin_search(const matching_t *matching, studio_app_t *app) {
  int64_t born_ms = max_ms(app->created_ms, app->started_ms);
  int64_t lookback_ms = matching->now_ms - matching->studio->settings.lookback_ms;
  if (app->searched_ms > 0 && app->searched_ms >= born_ms)
    return;
  app->goal_ms = max_ms(lookback_ms, born_ms);
  app->counted_ms = app->last_event_ms < lookback_ms ? app->last_event_ms : 0;
  bool is_old = app->last_event_ms < app->goal_ms;
  app->searched_ms = is_old ? app->goal_ms : matching->now_ms;
  app->proven_ms = app->searched_ms;
  app->searched_event_ms = app->last_event_ms;
}

static bool wants_forwards(const studio_app_t *app) { return app->last_event_ms > app->searched_event_ms; }

static bool wants_backwards(const studio_app_t *app) { return app->counted_ms == 0 && app->proven_ms > app->goal_ms; }

/* Streams of one pattern stand together, those that are farthest behind first: nobody starves when the pages do not
 * suffice for all. */
static int compare(const void *one, const void *other, void *owner) {
  const matching_t *matching = owner;
  const studio_app_t *first = *(studio_app_t *const *)one;
  const studio_app_t *second = *(studio_app_t *const *)other;
  int patterns = strcmp(pattern_of(matching->studio, first), pattern_of(matching->studio, second));
  if (patterns != 0)
    return patterns;
  int64_t behind =
      matching->backwards ? second->proven_ms - first->proven_ms : first->searched_ms - second->searched_ms;
  return (behind > 0) - (behind < 0);
}

static void fill_queue(matching_t *matching, bool backwards) {
  studio_t *studio = matching->studio;
  matching->queue_count = 0;
  matching->next = 0;
  matching->backwards = backwards;
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (is_candidate(studio, app) && (backwards ? wants_backwards(app) : wants_forwards(app)))
      matching->queue[matching->queue_count++] = app;
  }
  if (matching->queue_count > 0)
    qsort_r(matching->queue, matching->queue_count, sizeof(matching->queue[0]), compare, matching);
}

static const char *stream_of(const studio_app_t *app) { return app->logged_as != NULL ? app->logged_as : app->stream; }

/* From a stream's own last look on, or from the event that has surfaced behind it. */
static int64_t start_of(const studio_app_t *app) { return min_ms(app->searched_ms - OVERLAP_MS, app->last_event_ms); }

/* A batch has one pattern and one window, those of its first app. */
static void open_window(matching_t *matching, const studio_app_t *app) {
  int64_t slice_ms = matching->studio->slice_ms;
  matching->pattern = pattern_of(matching->studio, app);
  if (matching->backwards) {
    matching->to_ms = app->proven_ms;
    matching->from_ms = max_ms(app->goal_ms, app->proven_ms - slice_ms);
  } else {
    matching->from_ms = start_of(app);
    /* A clock that was set back must not make a window that ends before it begins. */
    matching->to_ms = max_ms(app->searched_ms, min_ms(matching->now_ms, app->searched_ms + slice_ms));
  }
}

static bool fits(const matching_t *matching, const studio_app_t *app) {
  if (strcmp(pattern_of(matching->studio, app), matching->pattern) != 0)
    return false;
  return matching->backwards ? app->proven_ms > matching->from_ms : app->searched_ms <= matching->to_ms;
}

static void take_batch(matching_t *matching) {
  matching->batch_count = 0;
  matching->batch_pages = 0;
  open_window(matching, matching->queue[matching->next]);
  while (matching->next < matching->queue_count && matching->batch_count < matching->batch_limit &&
         fits(matching, matching->queue[matching->next])) {
    studio_app_t *app = matching->queue[matching->next++];
    if (!matching->backwards)
      matching->from_ms = min_ms(matching->from_ms, start_of(app));
    matching->hit[matching->batch_count] = false;
    matching->batch[matching->batch_count++] = app;
  }
  matching->missing = matching->batch_count;
  matching->asked_to_ms = matching->to_ms;
}

/* The first event of a stream is its newest: what comes after it is not looked at. */
static void note_event(matching_t *matching, const char *stream, int64_t at_ms) {
  for (size_t i = 0; i < matching->batch_count; i++) {
    studio_app_t *app = matching->batch[i];
    if (matching->hit[i] || strcmp(stream_of(app), stream) != 0)
      continue;
    matching->hit[i] = true;
    matching->missing--;
    app->counted_ms = max_ms(app->counted_ms, at_ms);
  }
}

static aws_verdict_t on_events(void *owner, json_object *out) {
  matching_t *matching = owner;
  json_object *events = NULL;
  const char *token = "";
  if (answer_array(out, "events", &events) != ANSWER_PRESENT)
    return AWS_MALFORMED;
  size_t missing = matching->missing;
  for (size_t i = 0; i < json_object_array_length(events); i++) {
    json_object *event = json_object_array_get_idx(events, i);
    const char *stream = NULL;
    int64_t at_ms = 0;
    if (answer_text(event, "logStreamName", &stream) != ANSWER_PRESENT ||
        answer_integer(event, "timestamp", &at_ms) != ANSWER_PRESENT)
      return AWS_MALFORMED;
    note_event(matching, stream, at_ms);
    matching->asked_to_ms = min_ms(matching->asked_to_ms, at_ms);
  }
  matching->batch_pages++;
  matching->pages_left--;
  bool more = answer_text(out, "nextToken", &token) == ANSWER_PRESENT && token[0] != '\0';
  /* With those that are answered left out, what follows is less. */
  matching->stopped = more && (missing != matching->missing || matching->pages_left == 0);
  return matching->stopped || matching->missing == 0 ? AWS_ENOUGH : AWS_MORE;
}

static void on_events_done(void *owner, const aws_error_t *error);

static void ask_batch(matching_t *matching) {
  const char *streams[MATCHING_BATCH_MAX];
  size_t count = 0;
  for (size_t i = 0; i < matching->batch_count; i++) {
    bool asked = matching->hit[i];
    for (size_t j = 0; !asked && j < count; j++)
      asked = strcmp(streams[j], stream_of(matching->batch[i])) == 0;
    if (!asked)
      streams[count++] = stream_of(matching->batch[i]);
  }
  request_events(matching->studio, streams, count, matching->pattern, matching->from_ms, matching->asked_to_ms,
                 on_events, on_events_done, matching);
}

/* The window of the batch has been searched to its end: what was not hit in it is proven quiet there. */
static void close_window(matching_t *matching) {
  studio_t *studio = matching->studio;
  for (size_t i = 0; i < matching->batch_count; i++) {
    studio_app_t *app = matching->batch[i];
    if (matching->backwards) {
      app->proven_ms = min_ms(app->proven_ms, matching->from_ms);
      continue;
    }
    app->searched_ms = max_ms(app->searched_ms, matching->to_ms);
    if (matching->to_ms >= matching->now_ms)
      app->searched_event_ms = app->last_event_ms;
  }
  if (matching->batch_pages <= PAGES_FEW)
    studio->slice_ms = min_ms(2 * studio->slice_ms, max_ms(studio->settings.lookback_ms, SLICE_LEAST_MS));
  else if (matching->batch_pages >= PAGES_MANY)
    studio->slice_ms = max_ms(studio->slice_ms / 2, SLICE_LEAST_MS);
}

static void finish(matching_t *matching) {
  studio_t *studio = matching->studio;
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (is_candidate(studio, app) && !wants_forwards(app) && !wants_backwards(app))
      app->matched = studio->scan.number;
  }
  free(matching->queue);
  matching->queue = NULL;
  matching->done(matching->owner);
}

/* First everything up to now, then back in time, for as long as there are pages. */
static void next_batch(matching_t *matching) {
  while (matching->next == matching->queue_count) {
    fill_queue(matching, false);
    if (matching->queue_count == 0)
      fill_queue(matching, true);
    if (matching->queue_count == 0) {
      finish(matching);
      return;
    }
  }
  take_batch(matching);
  ask_batch(matching);
}

/* AWS may refuse a whole call for one stream that has been deleted since: halves, down to the one, which is then
 * unknown. A refused call costs like a page. */
static void split_batch(matching_t *matching) {
  matching->pages_left--;
  if (matching->batch_count == 1) {
    matching->batch[0]->looked = 0;
    matching->batch_limit = MATCHING_BATCH_MAX;
  } else {
    matching->batch_limit = matching->batch_count / 2;
    matching->next -= matching->batch_count;
  }
  if (matching->pages_left > 0)
    next_batch(matching);
  else
    finish(matching);
}

static void on_events_done(void *owner, const aws_error_t *error) {
  matching_t *matching = owner;
  bool absent = error != NULL && strcmp(error->code, "ResourceNotFoundException") == 0;
  studio_note(matching->studio, OPERATION_FILTER_LOG_EVENTS, absent ? NULL : error);
  if (absent) {
    split_batch(matching);
  } else if (error != NULL) {
    matching->studio->scan.fallback =
        strcmp(error->code, "AccessDeniedException") == 0 || strcmp(error->code, "AccessDenied") == 0;
    finish(matching);
  } else if (matching->stopped && matching->pages_left == 0) {
    matching->studio->slice_ms = max_ms(matching->studio->slice_ms / 2, SLICE_LEAST_MS);
    finish(matching);
  } else if (matching->stopped && matching->missing > 0) {
    ask_batch(matching);
  } else {
    close_window(matching);
    if (matching->pages_left > 0)
      next_batch(matching);
    else
      finish(matching);
  }
}

void matching_start(matching_t *matching, studio_t *studio, matching_done_t *done, void *owner) {
  *matching = (matching_t){.studio = studio,
                           .done = done,
                           .owner = owner,
                           .now_ms = aws_session_now_ms(studio->session),
                           .pages_left = PAGES_MAX,
                           .batch_limit = MATCHING_BATCH_MAX};
  if (studio->slice_ms == 0)
    studio->slice_ms = SLICE_FIRST_MS;
  size_t candidates = 0;
  for (size_t i = 0; i < studio->apps_count; i++) {
    if (!is_candidate(studio, studio->apps[i]))
      continue;
    begin_search(matching, studio->apps[i]);
    candidates++;
  }
  matching->queue = candidates > 0 ? malloc(candidates * sizeof(matching->queue[0])) : NULL;
  if (matching->queue != NULL)
    next_batch(matching);
  else
    done(owner);
}
