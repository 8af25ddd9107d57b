#include "world_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "fake_aws.h"

world_t world;

static uint64_t chance;

void world_seed(uint64_t seed) { chance = seed; }

size_t world_below(size_t limit) {
  chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (size_t)(chance >> 33) % limit;
}

world_app_t *world_add(const char *type, int64_t created_ms) {
  assert_in_range(world.count, 0, WORLD_APPS_MAX - 1);
  world_app_t *app = &world.apps[world.count];
  memset(app, 0, sizeof(*app));
  snprintf(app->name, sizeof(app->name), "app-%zu", world.count);
  snprintf(app->stream, sizeof(app->stream), "d-1/u/%s/app-%zu", type != NULL ? type : "Old", world.count++);
  app->type = type;
  app->in_service = type != NULL;
  app->created_ms = app->earliest_ms = created_ms;
  return app;
}

void world_log_delayed(world_app_t *app, int64_t at_ms, int64_t arrived_ms, int64_t late_ms, bool counts) {
  app->logs = true;
  if (app->events_count < WORLD_EVENTS_MAX)
    app->events[app->events_count++] = (world_event_t){at_ms, arrived_ms, arrived_ms + late_ms, counts};
}

void world_log(world_app_t *app, int64_t at_ms, int64_t late_ms, bool counts) {
  world_log_delayed(app, at_ms, at_ms, late_ms, counts);
}

int64_t world_newest(const world_app_t *app, int64_t at_ms, bool shown, bool only_counting) {
  int64_t newest = 0;
  for (size_t i = 0; i < app->events_count; i++) {
    const world_event_t *event = &app->events[i];
    if ((shown ? event->shown_ms : event->arrived_ms) <= at_ms && event->at_ms > newest &&
        (event->counts || !only_counting))
      newest = event->at_ms;
  }
  return newest;
}

static const char *text_of(json_object *input, const char *name) {
  json_object *value = NULL;
  return json_object_object_get_ex(input, name, &value) ? json_object_get_string(value) : NULL;
}

static int64_t number_of(json_object *input, const char *name) {
  json_object *value = NULL;
  return json_object_object_get_ex(input, name, &value) ? json_object_get_int64(value) : 0;
}

static void set(json_object *object, const char *name, json_object *value) {
  json_object_object_add(object, name, value);
}

/* A stream exists from its first event on. */
static bool exists(const world_app_t *app) { return app->logs && world_newest(app, world.now_ms, false, false) > 0; }

static int64_t oldest(const world_app_t *app, int64_t oldest_ms) {
  for (size_t i = 0; i < app->events_count; i++)
    oldest_ms = app->events[i].at_ms < oldest_ms ? app->events[i].at_ms : oldest_ms;
  return oldest_ms;
}

static json_object *describe(const world_app_t *app) {
  json_object *item = json_object_new_object();
  int64_t newest = world_newest(app, world.now_ms, true, false);
  set(item, "logStreamName", json_object_new_string(app->stream));
  if (newest > 0) {
    set(item, "firstEventTimestamp", json_object_new_int64(oldest(app, newest)));
    set(item, "lastEventTimestamp", json_object_new_int64(newest));
  }
  return item;
}

typedef struct {
  const world_app_t *app;
  int64_t newest_ms;
} series_name_t;

static int by_recency(const void *one, const void *other) {
  const series_name_t *first = one;
  const series_name_t *second = other;
  if (first->newest_ms != second->newest_ms)
    return first->newest_ms < second->newest_ms ? 1 : -1;
  return strcmp(first->app->stream, second->app->stream);
}

/* What a page's token says: the last stream that was shown, and where it stood. */
static bool is_behind(const series_name_t *place, const char *token) {
  char *stream = NULL;
  if (token == NULL)
    return true;
  int64_t newest_ms = strtoll(token, &stream, 10);
  if (place->newest_ms != newest_ms)
    return place->newest_ms < newest_ms;
  return strcmp(place->app->stream, stream + 1) > 0;
}

static void list_by_recency(json_object *input, json_object *output) {
  series_name_t places[WORLD_APPS_MAX];
  size_t count = 0;
  const char *token = text_of(input, "nextToken");
  json_object *streams = json_object_new_array();
  for (size_t i = 0; i < world.count; i++) {
    if (exists(&world.apps[i]))
      places[count++] = (series_name_t){&world.apps[i], world_newest(&world.apps[i], world.now_ms, true, false)};
  }
  qsort(places, count, sizeof(places[0]), by_recency);
  size_t shown = 0;
  size_t at = 0;
  for (; at < count && shown < WORLD_PAGE; at++) {
    if (!is_behind(&places[at], token))
      continue;
    json_object_array_add(streams, describe(places[at].app));
    shown++;
  }
  if (at < count) {
    char next[96];
    snprintf(next, sizeof(next), "%lld %s", (long long)places[at - 1].newest_ms, places[at - 1].app->stream);
    set(output, "nextToken", json_object_new_string(next));
  }
  set(output, "logStreams", streams);
}

static void describe_streams(json_object *input, json_object *output) {
  const char *prefix = text_of(input, "logStreamNamePrefix");
  const world_app_t *first = NULL;
  world.streams++;
  if (prefix == NULL) {
    list_by_recency(input, output);
    return;
  }
  world.by_name++;
  for (size_t i = 0; i < world.count; i++) {
    const world_app_t *app = &world.apps[i];
    if (exists(app) && strncmp(app->stream, prefix, strlen(prefix)) == 0 &&
        (first == NULL || strcmp(app->stream, first->stream) < 0))
      first = app;
  }
  json_object *streams = json_object_new_array();
  if (first != NULL)
    json_object_array_add(streams, describe(first));
  set(output, "logStreams", streams);
}

static bool is_named(json_object *names, const char *stream) {
  for (size_t i = 0; names != NULL && i < json_object_array_length(names); i++) {
    if (strcmp(json_object_get_string(json_object_array_get_idx(names, i)), stream) == 0)
      return true;
  }
  return names == NULL;
}

/* What an event says: the phrase of its app's type, of another type, or none. */
static const char *message_of(const world_app_t *app, const world_event_t *event) {
  bool is_editor = app->type != NULL && strcmp(app->type, "CodeEditor") == 0;
  if (event->counts)
    return is_editor ? "x" : "m";
  if (event->at_ms / 100 % 2 == 0)
    return is_editor ? "m" : "x";
  return "";
}

static bool is_found(const char *pattern, const char *message) {
  return pattern == NULL || (message[0] != '\0' && strstr(pattern, message) != NULL);
}

/* Of a stream's events up to to_ms the newest that is found; NULL: there is none. */
static const world_event_t *newest_found(const world_app_t *app, const char *pattern, int64_t from_ms, int64_t to_ms) {
  const world_event_t *newest = NULL;
  for (size_t i = 0; i < app->events_count; i++) {
    const world_event_t *event = &app->events[i];
    if (event->arrived_ms <= world.now_ms && event->at_ms >= from_ms && event->at_ms <= to_ms &&
        (newest == NULL || event->at_ms > newest->at_ms) && is_found(pattern, message_of(app, event)))
      newest = event;
  }
  return newest;
}

/* The events of a stream that are found, down to the first that counts. */
static void add_found(json_object *events, const world_app_t *app, const char *pattern, int64_t from_ms,
                      int64_t to_ms) {
  const world_event_t *found = NULL;
  do {
    found = newest_found(app, pattern, from_ms, found != NULL ? found->at_ms - 1 : to_ms);
    if (found == NULL)
      break;
    json_object *event = json_object_new_object();
    set(event, "logStreamName", json_object_new_string(app->stream));
    set(event, "timestamp", json_object_new_int64(found->at_ms));
    set(event, "message", json_object_new_string(message_of(app, found)));
    json_object_array_add(events, event);
  } while (pattern != NULL && !found->counts);
}

static bool filter_events(json_object *input, json_object *output) {
  json_object *names = NULL;
  json_object_object_get_ex(input, "logStreamNames", &names);
  const char *pattern = text_of(input, "filterPattern");
  int64_t from_ms = number_of(input, "startTime");
  int64_t to_ms = number_of(input, "endTime");
  world.searches++;
  assert_true(from_ms <= to_ms);
  assert_true(names == NULL || json_object_array_length(names) <= 100);
  for (size_t i = 0; names != NULL && i < json_object_array_length(names); i++) {
    bool found = false;
    for (size_t j = 0; j < world.count; j++)
      found = found || (exists(&world.apps[j]) &&
                        strcmp(world.apps[j].stream, json_object_get_string(json_object_array_get_idx(names, i))) == 0);
    if (!found)
      return false;
  }
  json_object *events = json_object_new_array();
  for (size_t i = 0; i < world.count; i++) {
    if (is_named(names, world.apps[i].stream))
      add_found(events, &world.apps[i], pattern, from_ms, to_ms);
  }
  set(output, "events", events);
  return true;
}

static void list_apps(json_object *output) {
  json_object *apps = json_object_new_array();
  world.listed++;
  for (size_t i = 0; i < world.count; i++) {
    const world_app_t *app = &world.apps[i];
    if (app->type == NULL || app->is_hidden)
      continue;
    json_object *item = json_object_new_object();
    set(item, "DomainId", json_object_new_string("d-1"));
    set(item, "UserProfileName", json_object_new_string("u"));
    set(item, "AppType", json_object_new_string(app->type));
    set(item, "AppName", json_object_new_string(app->name));
    set(item, "Status", json_object_new_string(app->in_service ? "InService" : "Deleted"));
    set(item, "CreationTime", json_object_new_double((double)app->created_ms / 1000.0));
    json_object_array_add(apps, item);
  }
  set(output, "Apps", apps);
}

static bool refuse(aws_error_t *error, const char *operation, const char *code) {
  aws_error_set(error, code, operation, 400, "the message");
  return false;
}

/* What says nothing of activity takes no time, and has no part in what happens by chance. */
static bool serve(const char *operation, json_object *input, json_object **output, aws_error_t *error) {
  if (strcmp(operation, "DescribeDomain") == 0) {
    *output = json_object_get(input);
    return true;
  }
  world.now_ms += world.step_ms;
  fake_aws_set_now_ms(world.now_ms);
  if (world.faults > 0 && world_below(100) < world.faults)
    return refuse(error, operation, "ThrottlingException");
  bool is_logs = strcmp(operation, "DescribeLogStreams") == 0 || strcmp(operation, "FilterLogEvents") == 0;
  if (is_logs && !world.group_exists)
    return refuse(error, operation, "ResourceNotFoundException");
  *output = json_object_new_object();
  bool responded = true;
  if (strcmp(operation, "ListApps") == 0)
    list_apps(*output);
  else if (strcmp(operation, "DescribeLogStreams") == 0)
    describe_streams(input, *output);
  else if (strcmp(operation, "FilterLogEvents") == 0)
    responded = filter_events(input, *output);
  else
    set(*output, "Domains", json_object_new_array());
  if (responded)
    return true;
  json_object_put(*output);
  return refuse(error, operation, "ResourceNotFoundException");
}

void world_begin(int64_t now_ms) {
  world.count = 0;
  world.now_ms = now_ms;
  world.step_ms = 50;
  world.faults = 0;
  world.group_exists = true;
  world_count_from_here();
  fake_aws_set_now_ms(now_ms);
  fake_aws_serve(serve);
}

void world_count_from_here(void) { world.listed = world.streams = world.by_name = world.searches = 0; }
