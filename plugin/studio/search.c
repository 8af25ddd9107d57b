#include "studio/search.h"

#include <string.h>

#include "aws/answer.h"
#include "studio/log_stream.h"
#include "studio/refusal.h"
#include "studio/request.h"

const char *search_stream(const studio_app_t *app) { return app->logged_as != NULL ? app->logged_as : app->stream; }

/* The first event of a stream is its newest: what comes after it is not looked at. */
static void take_named(search_t *search, const char *stream, int64_t at_ms) {
  for (size_t i = 0; i < search->count; i++) {
    if (search->found[i] || strcmp(search_stream(search->apps[i]), stream) != 0)
      continue;
    search->found[i] = true;
    search->missing--;
    search->hit(search->owner, search->apps[i], at_ms);
  }
}

static void take_of_group(search_t *search, const char *stream, int64_t at_ms) {
  for (studio_app_t *app = studio_stream(search->studio, stream); app != NULL; app = app->same_stream) {
    if (strcmp(search_stream(app), stream) == 0)
      search->hit(search->owner, app, at_ms);
  }
}

static bool take_event(search_t *search, json_object *event) {
  const char *stream = NULL;
  int64_t at_ms = 0;
  if (answer_text(event, "logStreamName", &stream) != ANSWER_PRESENT ||
      answer_integer(event, "timestamp", &at_ms) != ANSWER_PRESENT || at_ms < 0 || at_ms > LOG_STREAM_TIME_MAX_MS)
    return false;
  /* What was not asked for proves nothing of what was. */
  if (at_ms < search->from_ms || at_ms > search->to_ms)
    return true;
  if (search->count > 0)
    take_named(search, stream, at_ms);
  else
    take_of_group(search, stream, at_ms);
  if (at_ms < search->asked_to_ms)
    search->asked_to_ms = at_ms;
  return true;
}

/* Of a whole group, few of whose events match, the pages are counted out by the caller. */
static bool is_barren(const search_t *search) { return search->count > 0 && search->barren >= search->barren_max; }

static aws_verdict_t on_page(void *owner, json_object *out) {
  search_t *search = owner;
  json_object *events = NULL;
  const char *token = "";
  if (answer_array(out, "events", &events) != ANSWER_PRESENT ||
      json_object_array_length(events) > REQUEST_EVENTS_PAGE_SIZE)
    return AWS_MALFORMED;
  size_t missing = search->missing;
  size_t odd = 0;
  for (size_t i = 0; i < json_object_array_length(events); i++) {
    json_object *event = json_object_array_get_idx(events, i);
    if (take_event(search, event))
      continue;
    studio_note_odd(search->studio, OPERATION_FILTER_LOG_EVENTS, answer_name(event, "logStreamName"));
    odd++;
  }
  if (odd > 0 && odd == json_object_array_length(events))
    return AWS_MALFORMED;
  search->pages++;
  search->barren = json_object_array_length(events) == 0 ? search->barren + 1 : 0;
  bool more = answer_text(out, "nextToken", &token) == ANSWER_PRESENT && token[0] != '\0';
  bool all_found = search->count > 0 && search->missing == 0;
  /* With those that are answered left out, what follows is less. */
  search->stopped =
      more && !all_found && (missing != search->missing || search->pages >= search->pages_max || is_barren(search));
  return search->stopped || all_found ? AWS_ENOUGH : AWS_MORE;
}

static void on_done(void *owner, const aws_error_t *error);

static void ask(search_t *search) {
  const char *streams[SEARCH_APPS_MAX];
  size_t count = 0;
  for (size_t i = 0; i < search->count; i++) {
    bool asked = search->found[i];
    for (size_t j = 0; !asked && j < count; j++)
      asked = strcmp(streams[j], search_stream(search->apps[i])) == 0;
    if (!asked)
      streams[count++] = search_stream(search->apps[i]);
  }
  request_events(search->studio, streams, count, search->pattern, search->from_ms, search->asked_to_ms, on_page,
                 on_done, search);
}

static void on_done(void *owner, const aws_error_t *error) {
  search_t *search = owner;
  studio_scan_t *scan = &search->studio->scan;
  bool is_absent = error != NULL && strcmp(error->code, "ResourceNotFoundException") == 0;
  studio_note(search->studio, OPERATION_FILTER_LOG_EVENTS, is_absent ? NULL : error);
  if (is_absent) {
    search->done(search->owner, SEARCH_ABSENT);
  } else if (error != NULL) {
    scan->fallback = refusal_is_lasting(error, OPERATION_FILTER_LOG_EVENTS);
    search->done(search->owner, SEARCH_FAILED);
  } else if (!search->stopped) {
    search->done(search->owner, SEARCH_COVERED);
  } else if (is_barren(search)) {
    search->done(search->owner, SEARCH_BARREN);
  } else if (search->pages >= search->pages_max) {
    search->done(search->owner, SEARCH_OUT_OF_PAGES);
  } else {
    ask(search);
  }
}

void search_start(search_t *search) {
  search->pages = 0;
  search->barren = 0;
  search->missing = search->count;
  search->asked_to_ms = search->to_ms;
  search->stopped = false;
  memset(search->found, 0, sizeof(search->found));
  ask(search);
}
