#include "studio/canvas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "studio/log_stream.h"
#include "studio/request.h"
#include "util/json.h"

/* AWS takes so many queries in a call. */
#define QUERIES_MAX 500

/* All points of a call fit into one page of AWS's; so many are a server that sends us round in circles. */
#define PAGES_MAX 100

#define ASKED_EVERY_S 900
#define FRESH_MS ((int64_t)30 * 60 * 1000)
#define STALE_MS ((int64_t)60 * 60 * 1000)

/* The metric has a point a minute: its time is that of the minute's beginning. */
#define PERIOD_S 60
#define PERIOD_MS ((int64_t)PERIOD_S * 1000)

bool canvas_is_type(const char *app_type) { return strcmp(app_type, "Canvas") == 0; }

canvas_facts_t *canvas_facts(studio_app_t *app) {
  if (app->canvas == NULL)
    app->canvas = calloc(1, sizeof(*app->canvas));
  return app->canvas;
}

canvas_state_t canvas_state(const studio_t *studio, const studio_app_t *app) {
  int64_t told_ms = app->canvas != NULL ? (int64_t)app->canvas->told_s * 1000 : 0;
  int64_t age_ms = aws_session_now_ms(studio->session) - told_ms;
  if (told_ms == 0 || told_ms + PERIOD_MS <= app_start_ms(app) || age_ms > STALE_MS)
    return CANVAS_SILENT;
  return age_ms > FRESH_MS ? CANVAS_STALE : CANVAS_TOLD;
}

fact_t canvas_last_active(const studio_t *studio, const studio_app_t *app) {
  if (canvas_state(studio, app) != CANVAS_TOLD)
    return (fact_t){.is_known = false};
  return (fact_t){.is_known = true, .last_ms = app->canvas->last_active_ms};
}

/* Only a user's Canvas has the metric's dimensions: there is none in a space. A clock that is set may go back: by a
 * second where it follows AWS's, which tells whole ones. */
static bool is_due(const studio_t *studio, const studio_app_t *app, int64_t now_s) {
  if (!canvas_is_type(app->type) || app->space != NULL || !app_is_watched(studio, app))
    return false;
  return app->canvas == NULL || llabs(now_s - (int64_t)app->canvas->asked_s) >= ASKED_EVERY_S;
}

static bool add_text(json_object *object, const char *name, const char *text) {
  return request_add(object, name, json_object_new_string(text));
}

static bool add_dimension(json_object *dimensions, const char *name, const char *value) {
  json_object *dimension = json_object_new_object();
  if (add_text(dimension, "Name", name) && add_text(dimension, "Value", value) &&
      json_object_array_add(dimensions, dimension) == 0)
    return true;
  json_object_put(dimension);
  return false;
}

static json_object *metric_of(const studio_app_t *app) {
  json_object *metric = json_object_new_object();
  json_object *dimensions = json_object_new_array();
  bool is_complete = add_dimension(dimensions, "DomainId", app->domain->id) &&
                     add_dimension(dimensions, "UserProfileName", app_user(app));
  is_complete = request_add(metric, "Dimensions", dimensions) && is_complete;
  if (is_complete && add_text(metric, "Namespace", "/aws/sagemaker/Canvas/AppActivity") &&
      add_text(metric, "MetricName", "TimeSinceLastActive"))
    return metric;
  json_object_put(metric);
  return NULL;
}

/* add_query adds the query of an app; its id is the app's place in the batch. */
static bool add_query(json_object *queries, const studio_app_t *app, size_t place) {
  char id[24];
  snprintf(id, sizeof(id), "m%zu", place);
  json_object *query = json_object_new_object();
  json_object *stat = json_object_new_object();
  bool is_complete = request_add(stat, "Metric", metric_of(app)) &&
                     request_add(stat, "Period", json_object_new_int(PERIOD_S)) && add_text(stat, "Stat", "Minimum");
  is_complete = request_add(query, "MetricStat", stat) && is_complete;
  if (is_complete && add_text(query, "Id", id) && json_object_array_add(queries, query) == 0)
    return true;
  json_object_put(query);
  return false;
}

/* take_point keeps a point if it is the newest of its query. false: it is none. */
static bool take_point(const canvas_t *canvas, canvas_query_t *query, json_object *time, json_object *value) {
  int64_t at_ms = 0;
  int64_t idle_ms = 0;
  if (json_as_seconds(time, &at_ms) != JSON_PRESENT || json_as_seconds(value, &idle_ms) != JSON_PRESENT || at_ms <= 0 ||
      idle_ms < 0 || at_ms > aws_session_now_ms(canvas->studio->session) + LOG_STREAM_AHEAD_MAX_MS)
    return false;
  if (at_ms <= query->at_ms)
    return true;
  query->at_ms = at_ms;
  query->idle_ms = idle_ms;
  return true;
}

/* query_of is the query of the batch that has this id; NULL: no query has. */
static canvas_query_t *query_of(const canvas_t *canvas, const char *id) {
  char *end = NULL;
  unsigned long place = id[0] == 'm' ? strtoul(id + 1, &end, 10) : canvas->batch;
  return place < canvas->batch && *end == '\0' ? &canvas->queries[canvas->first + place] : NULL;
}

/* A result may be spread over pages: its last status counts. */
static bool take_result(canvas_t *canvas, json_object *item) {
  const char *id = "";
  const char *status = "";
  json_object *times = NULL;
  json_object *values = NULL;
  if (json_member_text(item, "Id", &id) != JSON_PRESENT ||
      json_member_text(item, "StatusCode", &status) == JSON_WRONG ||
      json_member_array(item, "Timestamps", &times) != JSON_PRESENT ||
      json_member_array(item, "Values", &values) != JSON_PRESENT)
    return false;
  canvas_query_t *query = query_of(canvas, id);
  size_t count = json_object_array_length(times);
  if (query == NULL || count != json_object_array_length(values))
    return false;
  query->is_complete = strcmp(status, "Complete") == 0;
  canvas->forbidden += strcmp(status, "Forbidden") == 0 ? 1 : 0;
  for (size_t i = 0; i < count; i++) {
    if (!take_point(canvas, query, json_object_array_get_idx(times, i), json_object_array_get_idx(values, i)))
      return false;
  }
  return true;
}

static aws_verdict_t on_page(void *user_data, json_object *out) {
  canvas_t *canvas = user_data;
  json_object *items = NULL;
  if (json_member_array(out, "MetricDataResults", &items) != JSON_PRESENT ||
      json_object_array_length(items) > canvas->batch || ++canvas->pages > PAGES_MAX)
    return AWS_MALFORMED;
  for (size_t i = 0; i < json_object_array_length(items); i++) {
    json_object *item = json_object_array_get_idx(items, i);
    if (!take_result(canvas, item))
      studio_note_odd(canvas->studio, OPERATION_GET_METRIC_DATA, json_member_name(item, "Id"));
  }
  return AWS_MORE;
}

static void keep_batch(const canvas_t *canvas) {
  for (size_t i = canvas->first; i < canvas->first + canvas->batch; i++) {
    const canvas_query_t *query = &canvas->queries[i];
    canvas_facts_t *facts = query->app->canvas;
    if (!query->is_complete || query->at_ms / 1000 <= facts->told_s)
      continue;
    facts->told_s = (uint32_t)(query->at_ms / 1000);
    facts->last_active_ms = query->at_ms - query->idle_ms;
  }
}

static void finish(canvas_t *canvas) {
  aws_error_t error;
  aws_error_set(&error, "Forbidden", operation_table[OPERATION_GET_METRIC_DATA].name, 403,
                "AWS may not tell TimeSinceLastActive of %zu Canvas apps", canvas->forbidden);
  if (canvas->forbidden > 0)
    studio_note(canvas->studio, OPERATION_GET_METRIC_DATA, &error);
  canvas_drop(canvas);
  canvas->done(canvas->user_data);
}

static void ask(canvas_t *canvas);

static void on_done(void *user_data, const aws_error_t *error) {
  canvas_t *canvas = user_data;
  studio_note(canvas->studio, OPERATION_GET_METRIC_DATA, error);
  if (error == NULL)
    keep_batch(canvas);
  canvas->first += canvas->batch;
  if (error == NULL && canvas->first < canvas->count)
    ask(canvas);
  else
    finish(canvas);
}

/* ask asks for the next batch. Points that are older than FRESH_MS would tell nothing. */
static void ask(canvas_t *canvas) {
  int64_t now_s = aws_session_now_ms(canvas->studio->session) / 1000;
  int64_t end_s = (now_s / PERIOD_S + 1) * PERIOD_S;
  json_object *input = json_object_new_object();
  json_object *queries = json_object_new_array();
  size_t left = canvas->count - canvas->first;
  canvas->batch = left < QUERIES_MAX ? left : QUERIES_MAX;
  canvas->pages = 0;
  bool is_complete = queries != NULL;
  for (size_t i = 0; is_complete && i < canvas->batch; i++) {
    studio_app_t *app = canvas->queries[canvas->first + i].app;
    app->canvas->asked_s = (uint32_t)now_s;
    is_complete = add_query(queries, app, i);
  }
  is_complete = request_add(input, "MetricDataQueries", queries) && is_complete &&
                request_add(input, "StartTime", json_object_new_int64(end_s - FRESH_MS / 1000 - PERIOD_S)) &&
                request_add(input, "EndTime", json_object_new_int64(end_s)) &&
                add_text(input, "ScanBy", "TimestampDescending");
  request_submit(canvas->studio, OPERATION_GET_METRIC_DATA, input, is_complete, on_page, on_done, canvas);
}

/* add_app makes room for as many apps as a call takes at a time. false: no memory. */
static bool add_app(canvas_t *canvas, studio_app_t *app) {
  if (canvas_facts(app) == NULL)
    return false;
  if (canvas->count % QUERIES_MAX == 0) {
    canvas_query_t *longer = realloc(canvas->queries, (canvas->count + QUERIES_MAX) * sizeof(*longer));
    if (longer == NULL)
      return false;
    canvas->queries = longer;
  }
  canvas->queries[canvas->count++] = (canvas_query_t){.app = app};
  return true;
}

void canvas_start(canvas_t *canvas, studio_t *studio, canvas_done_t *done, void *user_data) {
  *canvas = (canvas_t){.studio = studio, .done = done, .user_data = user_data};
  int64_t now_s = aws_session_now_ms(studio->session) / 1000;
  bool has_room = studio->settings.canvas_metric;
  for (size_t i = 0; has_room && i < studio->apps_count; i++)
    has_room = !is_due(studio, studio->apps[i], now_s) || add_app(canvas, studio->apps[i]);
  if (canvas->count > 0)
    ask(canvas);
  else
    done(user_data);
}

void canvas_drop(canvas_t *canvas) {
  free(canvas->queries);
  canvas->queries = NULL;
}
