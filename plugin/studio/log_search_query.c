#include "studio/log_search_query.h"

#include <string.h>

#include "studio/log_stream.h"
#include "studio/refusal.h"
#include "studio/request.h"
#include "util/json.h"

/* PAGE_SIZE is the most that AWS sends in a page: to read more might take minutes. */
#define PAGE_SIZE 10000

const char *log_search_query_stream(const studio_app_t *app) {
  return app->log.logged_as != NULL ? app->log.logged_as : app->stream;
}

/* take_named: several events of a stream may be needed until one answers; a further one may show that an answer was
 * none. */
static void take_named(log_search_query_t *query, const char *stream, int64_t at_ms, const char *message) {
  for (size_t i = 0; i < query->count; i++) {
    if (strcmp(log_search_query_stream(query->apps[i]), stream) != 0)
      continue;
    bool found = query->hit(query->user_data, query->apps[i], at_ms, message, query->found[i]);
    query->missing = query->missing + (query->found[i] ? 1 : 0) - (found ? 1 : 0);
    query->found[i] = found;
  }
}

static void take_of_group(log_search_query_t *query, const char *stream, int64_t at_ms, const char *message) {
  for (studio_app_t *app = app_find_by_stream(query->studio, stream); app != NULL; app = app->same_stream) {
    if (strcmp(log_search_query_stream(app), stream) == 0)
      (void)query->hit(query->user_data, app, at_ms, message, false);
  }
}

static bool take_event(log_search_query_t *query, json_object *event) {
  const char *stream = NULL;
  const char *message = "";
  int64_t at_ms = 0;
  if (json_member_text(event, "logStreamName", &stream) != JSON_PRESENT ||
      json_member_integer(event, "timestamp", &at_ms) != JSON_PRESENT || at_ms < 0 || at_ms > LOG_STREAM_TIME_MAX_MS)
    return false;
  /* An event outside the window proves nothing of what is in it. */
  if (at_ms < query->from_ms || at_ms > query->to_ms)
    return true;
  (void)json_member_text(event, "message", &message);
  if (query->count > 0)
    take_named(query, stream, at_ms, message);
  else
    take_of_group(query, stream, at_ms, message);
  if (at_ms < query->asked_to_ms)
    query->asked_to_ms = at_ms;
  return true;
}

/* is_only_empty is not asked of a whole group, few of whose events match: its caller bounds its pages. */
static bool is_only_empty(const log_search_query_t *query) {
  return query->count > 0 && query->empty_pages >= query->empty_pages_max;
}

static aws_verdict_t on_page(void *user_data, json_object *out) {
  log_search_query_t *query = user_data;
  json_object *events = NULL;
  const char *token = "";
  if (json_member_array(out, "events", &events) != JSON_PRESENT || json_object_array_length(events) > PAGE_SIZE)
    return AWS_MALFORMED;
  size_t missing = query->missing;
  size_t odd = 0;
  for (size_t i = 0; i < json_object_array_length(events); i++) {
    json_object *event = json_object_array_get_idx(events, i);
    if (take_event(query, event))
      continue;
    studio_note_odd(query->studio, OPERATION_FILTER_LOG_EVENTS, json_member_name(event, "logStreamName"));
    odd++;
  }
  if (odd > 0 && odd == json_object_array_length(events))
    return AWS_MALFORMED;
  query->pages++;
  query->empty_pages = json_object_array_length(events) == 0 ? query->empty_pages + 1 : 0;
  bool more = json_member_text(out, "nextToken", &token) == JSON_PRESENT && token[0] != '\0';
  bool all_found = query->count > 0 && query->missing == 0;
  /* The next call leaves out the streams that are answered: what follows is less. */
  query->stopped =
      more && !all_found && (missing != query->missing || query->pages >= query->pages_max || is_only_empty(query));
  return query->stopped || all_found ? AWS_ENOUGH : AWS_MORE;
}

static void on_done(void *user_data, const aws_error_t *error);

static json_object *names_of(const char *const *streams, size_t count) {
  json_object *names = json_object_new_array();
  for (size_t i = 0; names != NULL && i < count; i++) {
    json_object *name = json_object_new_string(streams[i]);
    if (name != NULL && json_object_array_add(names, name) == 0)
      continue;
    json_object_put(name);
    json_object_put(names);
    names = NULL;
  }
  return names;
}

/* ask_for asks for the query's events of the given streams, or of all (count 0), the newest first. */
static void ask_for(log_search_query_t *query, const char *const *streams, size_t count) {
  json_object *input = json_object_new_object();
  bool is_complete =
      request_add_group(input, query->studio) &&
      (count == 0 || request_add(input, "logStreamNames", names_of(streams, count))) &&
      (query->pattern == NULL || request_add(input, "filterPattern", json_object_new_string(query->pattern))) &&
      request_add(input, "startTime", json_object_new_int64(query->from_ms)) &&
      request_add(input, "endTime", json_object_new_int64(query->asked_to_ms)) &&
      request_add(input, "startFromHead", json_object_new_boolean(false));
  request_submit(query->studio, OPERATION_FILTER_LOG_EVENTS, input, is_complete, on_page, on_done, query);
}

static void ask(log_search_query_t *query) {
  const char *streams[QUERY_APPS_MAX] = {NULL};
  size_t count = 0;
  for (size_t i = 0; i < query->count; i++) {
    bool asked = query->found[i];
    for (size_t j = 0; !asked && j < count; j++)
      asked = strcmp(streams[j], log_search_query_stream(query->apps[i])) == 0;
    if (!asked)
      streams[count++] = log_search_query_stream(query->apps[i]);
  }
  ask_for(query, streams, count);
}

static void on_done(void *user_data, const aws_error_t *error) {
  log_search_query_t *query = user_data;
  bool is_absent = error != NULL && strcmp(error->code, "ResourceNotFoundException") == 0;
  studio_note(query->studio, OPERATION_FILTER_LOG_EVENTS, is_absent ? NULL : error);
  if (is_absent) {
    query->done(query->user_data, QUERY_ABSENT);
  } else if (error != NULL) {
    bool is_refused = refusal_is_lasting(error, OPERATION_FILTER_LOG_EVENTS);
    query->done(query->user_data, is_refused ? QUERY_REFUSED : QUERY_FAILED);
  } else if (!query->stopped) {
    query->done(query->user_data, QUERY_COVERED);
  } else if (is_only_empty(query)) {
    query->done(query->user_data, QUERY_ONLY_EMPTY);
  } else if (query->pages >= query->pages_max) {
    query->done(query->user_data, QUERY_OUT_OF_PAGES);
  } else {
    ask(query);
  }
}

void log_search_query_start(log_search_query_t *query) {
  query->pages = 0;
  query->empty_pages = 0;
  query->missing = query->count;
  query->asked_to_ms = query->to_ms;
  query->stopped = false;
  memset(query->found, 0, sizeof(query->found));
  ask(query);
}
