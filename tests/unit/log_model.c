#include "log_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/idle.h"

#define EVENTS_MAX 40000
#define STREAMS_MAX 700
#define CALLS_MAX 2000
#define EVERY_KIND (~0U)

typedef struct {
  int64_t at_ms, arrived_ms, indexed_ms;
  size_t stream;
  unsigned kind;
} event_t;

static struct {
  event_t events[EVENTS_MAX];
  size_t events_count;
  bool sorted;
  struct {
    char name[64];
    bool deleted;
  } streams[STREAMS_MAX];
  size_t streams_count;
  size_t page_size;
  int64_t now_ms;
  int64_t kept_ms; /* 0: there is no retention */
  size_t oldest_asked;
  log_model_call_t calls[CALLS_MAX];
  size_t calls_count;
} group;

static size_t find_stream(const char *name) {
  for (size_t i = 0; i < group.streams_count; i++) {
    if (strcmp(group.streams[i].name, name) == 0)
      return i;
  }
  assert_in_range(group.streams_count, 0, STREAMS_MAX - 1);
  size_t made = group.streams_count++;
  group.streams[made].deleted = false;
  snprintf(group.streams[made].name, sizeof(group.streams[made].name), "%s", name);
  return made;
}

void log_model_set_page_size(size_t events) { group.page_size = events; }

static void add_event(event_t event) {
  assert_in_range(group.events_count, 0, EVENTS_MAX - 1);
  group.events[group.events_count++] = event;
  group.sorted = false;
}

void log_model_add_late(const char *stream, int64_t at_ms, unsigned kind, int64_t late_ms) {
  add_event((event_t){at_ms, at_ms, at_ms + late_ms, find_stream(stream), kind});
}

void log_model_add_delayed(const char *stream, int64_t at_ms, unsigned kind, int64_t arrived_ms, int64_t late_ms) {
  add_event((event_t){at_ms, arrived_ms, arrived_ms + late_ms, find_stream(stream), kind});
}

void log_model_add(const char *stream, int64_t at_ms, unsigned kind) { log_model_add_late(stream, at_ms, kind, 0); }

void log_model_set_retention(int64_t kept_ms) { group.kept_ms = kept_ms; }

size_t log_model_oldest_asked(void) { return group.oldest_asked; }

/* Of the events that have arrived those count that are kept. */
static bool is_kept(const event_t *event) {
  return event->arrived_ms <= group.now_ms && (group.kept_ms == 0 || event->at_ms >= group.now_ms - group.kept_ms);
}

void log_model_delete(const char *stream) { group.streams[find_stream(stream)].deleted = true; }

int64_t log_model_indexed(const char *stream, int64_t now_ms) {
  size_t wanted = find_stream(stream);
  int64_t newest = 0;
  for (size_t i = 0; i < group.events_count; i++) {
    const event_t *event = &group.events[i];
    if (event->stream == wanted && event->indexed_ms <= now_ms && event->at_ms > newest)
      newest = event->at_ms;
  }
  return newest;
}

int64_t log_model_newest(const char *stream, int64_t now_ms, unsigned kind) {
  size_t wanted = find_stream(stream);
  int64_t newest = 0;
  for (size_t i = 0; i < group.events_count; i++) {
    const event_t *event = &group.events[i];
    if (event->stream == wanted && event->arrived_ms <= now_ms && event->at_ms > newest &&
        (kind == 0 || (event->kind & kind) != 0))
      newest = event->at_ms;
  }
  return newest;
}

void log_model_start_counting(int64_t now_ms) {
  group.calls_count = 0;
  group.now_ms = now_ms;
}

size_t log_model_calls(void) { return group.calls_count; }

const log_model_call_t *log_model_call(size_t index) {
  assert_in_range(index + 1, 1, group.calls_count);
  return &group.calls[index];
}

int64_t log_model_idle_since(const studio_app_t *app) {
  idle_since_t idle = idle_since(studio, app);
  assert_int_equal(idle.state, IDLE_KNOWN);
  assert_false(idle.fallback);
  return idle.since_ms;
}

static int newest_first(const void *one, const void *other) {
  int64_t first_ms = ((const event_t *)one)->at_ms;
  int64_t second_ms = ((const event_t *)other)->at_ms;
  return (first_ms < second_ms) - (first_ms > second_ms);
}

/* NULL: it is not there. */
static json_object *optional(json_object *input, const char *name) {
  json_object *value = NULL;
  return json_object_object_get_ex(input, name, &value) ? value : NULL;
}

static json_object *member(json_object *input, const char *name) {
  json_object *value = optional(input, name);
  if (value == NULL)
    fail_msg("%s is missing", name);
  return value;
}

/* Which streams a call asks for; false: one of them has been deleted. */
static bool read_streams(json_object *names, bool *wanted) {
  bool complete = true;
  for (size_t i = 0; names == NULL && i < group.streams_count; i++)
    wanted[i] = !group.streams[i].deleted;
  if (names == NULL)
    return true;
  assert_in_range(json_object_array_length(names), 1, 100);
  for (size_t i = 0; i < json_object_array_length(names); i++) {
    size_t stream = find_stream(json_object_get_string(json_object_array_get_idx(names, i)));
    assert_false(wanted[stream]);
    wanted[stream] = true;
    complete = complete && !group.streams[stream].deleted;
  }
  return complete;
}

static void note_call(json_object *names, int64_t from_ms, int64_t to_ms, bool every_event) {
  assert_in_range(group.calls_count, 0, CALLS_MAX - 1);
  log_model_call_t *call = &group.calls[group.calls_count++];
  json_object *first = names != NULL ? json_object_array_get_idx(names, 0) : NULL;
  call->streams = names != NULL ? json_object_array_length(names) : 0;
  call->from_ms = from_ms;
  call->to_ms = to_ms;
  call->every_event = every_event;
  snprintf(call->first, sizeof(call->first), "%s", first != NULL ? json_object_get_string(first) : "");
}

static const char *message_of(unsigned kind) {
  if (kind == LOG_MODEL_ACTIVE)
    return "collectd-sagemaker: active";
  if (kind == LOG_MODEL_WATCHING)
    return "collectd-sagemaker: watching";
  if ((kind & LOG_MODEL_OTHER) != 0)
    return (kind & LOG_MODEL_COUNTS) != 0 ? "m x" : "x";
  return (kind & LOG_MODEL_COUNTS) != 0 ? "m" : "a secret";
}

static json_object *describe(const event_t *event) {
  json_object *item = json_object_new_object();
  json_object_object_add(item, "logStreamName", json_object_new_string(group.streams[event->stream].name));
  json_object_object_add(item, "timestamp", json_object_new_int64(event->at_ms));
  json_object_object_add(item, "message", json_object_new_string(message_of(event->kind)));
  return item;
}

/* Reads on from an event, as far as a page goes; where the next one begins stands in its token. */
static json_object *make_page(size_t next, const bool *wanted, int64_t from_ms, int64_t to_ms, unsigned kinds) {
  json_object *output = json_object_new_object();
  json_object *events = json_object_new_array();
  size_t read = 0;
  for (; next < group.events_count && read < group.page_size; next++) {
    const event_t *event = &group.events[next];
    if (!wanted[event->stream] || event->at_ms < from_ms || event->at_ms > to_ms || !is_kept(event))
      continue;
    read++;
    if (kinds == EVERY_KIND || (event->kind & kinds) != 0)
      json_object_array_add(events, describe(event));
  }
  json_object_object_add(output, "events", events);
  if (read == group.page_size) {
    char token[24];
    snprintf(token, sizeof(token), "%zu", next);
    json_object_object_add(output, "nextToken", json_object_new_string(token));
  }
  return output;
}

static json_object *make_oldest_page(void) {
  static const event_t first = {.at_ms = 1};
  const event_t *oldest = group.kept_ms == 0 ? &first : NULL;
  for (size_t i = 0; group.kept_ms > 0 && i < group.events_count; i++) {
    if (is_kept(&group.events[i]) && (oldest == NULL || group.events[i].at_ms < oldest->at_ms))
      oldest = &group.events[i];
  }
  json_object *output = json_object_new_object();
  json_object *events = json_object_new_array();
  group.oldest_asked++;
  if (oldest != NULL)
    json_object_array_add(events, describe(oldest));
  json_object_object_add(output, "events", events);
  return output;
}

/* Which kinds of events a pattern finds. */
static unsigned kinds_of(const char *pattern) {
  if (strcmp(pattern, LOG_MODEL_JOINED) == 0)
    return LOG_MODEL_COUNTS | LOG_MODEL_OTHER;
  if (strcmp(pattern, LOG_MODEL_OTHER_MATCH) == 0)
    return LOG_MODEL_OTHER;
  bool match = strcmp(pattern, LOG_MODEL_MATCH) == 0;
  assert_true(match || strcmp(pattern, LOG_MODEL_IGNORE) == 0);
  return match ? LOG_MODEL_COUNTS : LOG_MODEL_PLAIN;
}

static bool serve(const char *operation, json_object *input, json_object **output, aws_error_t *error) {
  bool wanted[STREAMS_MAX] = {false};
  json_object *token = NULL;
  json_object *names = optional(input, "logStreamNames");
  json_object *filter = optional(input, "filterPattern");
  assert_string_equal(operation, "FilterLogEvents");
  assert_string_equal(json_object_get_string(member(input, "logGroupName")), "group");
  if (json_object_get_boolean(member(input, "startFromHead"))) {
    assert_int_equal(json_object_get_int(member(input, "limit")), 1);
    *output = make_oldest_page();
    return true;
  }
  int64_t from_ms = json_object_get_int64(member(input, "startTime"));
  int64_t to_ms = json_object_get_int64(member(input, "endTime"));
  assert_true(from_ms >= 0 && from_ms <= to_ms);
  bool more = json_object_object_get_ex(input, "nextToken", &token);
  if (!more)
    note_call(names, from_ms, to_ms, filter == NULL);
  if (!read_streams(names, wanted)) {
    aws_error_set(error, "ResourceNotFoundException", operation, 400, "The specified log stream does not exist.");
    return false;
  }
  unsigned kinds = filter != NULL ? kinds_of(json_object_get_string(filter)) : EVERY_KIND;
  if (!group.sorted)
    qsort(group.events, group.events_count, sizeof(group.events[0]), newest_first);
  group.sorted = true;
  size_t next = more ? (size_t)json_object_get_int64(token) : 0;
  *output = make_page(next, wanted, from_ms, to_ms, kinds);
  return true;
}

void log_model_begin(void) {
  group.events_count = 0;
  group.streams_count = 0;
  group.calls_count = 0;
  group.sorted = true;
  group.page_size = 10000;
  group.kept_ms = 0;
  group.oldest_asked = 0;
  fake_aws_serve(serve);
}
