#include "studio/stream_index_lookup.h"

#include <stdlib.h>
#include <string.h>

#include "studio/request.h"
#include "util/json.h"

/* FAILURES_MAX is how many failures in a row leave the rest unknown: a service that hangs would cost Timeout for each
 * app. */
#define FAILURES_MAX 5

static void ask_on(stream_index_lookup_t *lookup);

static aws_verdict_t on_page(void *user_data, json_object *out) {
  stream_index_question_t *question = user_data;
  awaited_t *awaited = question->lookup->awaited;
  json_object *streams = NULL;
  if (json_member_array(out, "logStreams", &streams) != JSON_PRESENT)
    return AWS_MALFORMED;
  if (json_object_array_length(streams) == 0)
    return ++question->empty_pages <= REQUEST_EMPTY_PAGES_MAX ? AWS_MORE : AWS_MALFORMED;
  log_stream_t stream;
  if (!log_stream_read(json_object_array_get_idx(streams, 0), &stream))
    return AWS_MALFORMED;
  if (strcmp(stream.name, question->app->stream) == 0)
    log_stream_assign_app(awaited, question->app, &stream);
  else if (question->variant != NULL && strcmp(stream.name, question->variant) == 0)
    log_stream_note_variant(awaited, question->app, &stream);
  return AWS_ENOUGH;
}

/* lower_owner is the stream's name with its second part in lower case; NULL: that is the same, or there is no memory.
 */
static char *lower_owner(const char *stream) {
  char *copy = strdup(stream);
  if (copy == NULL)
    return NULL;
  char *at = strchr(copy, '/');
  bool changed = false;
  for (at = at != NULL ? at + 1 : NULL; at != NULL && *at != '\0' && *at != '/'; at++) {
    if (*at >= 'A' && *at <= 'Z') {
      *at = (char)(*at | 0x20);
      changed = true;
    }
  }
  if (changed)
    return copy;
  free(copy);
  return NULL;
}

/* variant_of is the name of a variant that is worth a call: the one that the app is known to log to, or else the
 * likeliest. NULL: no variant is worth one. */
static char *variant_of(const studio_t *studio, const studio_app_t *app) {
  char *variant = app->log.logged_as != NULL ? strdup(app->log.logged_as) : lower_owner(app->stream);
  if (variant == NULL || !log_stream_is_exact(studio, variant))
    return variant;
  free(variant);
  return NULL;
}

static void on_done(void *user_data, const aws_error_t *error);

/* ask asks for the stream of that name, which sorts first among all whose names start so; or another one, if it does
 * not exist. */
static void ask(stream_index_question_t *question, const char *name) {
  studio_t *studio = question->lookup->awaited->studio;
  json_object *input = json_object_new_object();
  bool is_complete = request_add_group(input, studio) &&
                     request_add(input, "logStreamNamePrefix", json_object_new_string(name)) &&
                     request_add(input, "orderBy", json_object_new_string("LogStreamName")) &&
                     request_add(input, "descending", json_object_new_boolean(false)) &&
                     request_add(input, "limit", json_object_new_int(1));
  request_submit(studio, OPERATION_DESCRIBE_LOG_STREAMS, input, is_complete, on_page, on_done, question);
}

/* ask_for_variant asks, where there is no stream of the app's name, for one whose name differs in case; false: that is
 * not worth a call. */
static bool ask_for_variant(stream_index_question_t *question) {
  const awaited_t *awaited = question->lookup->awaited;
  if (question->variant != NULL || !awaited_contains(awaited, question->app) ||
      app_has_variant(awaited->studio, question->app))
    return false;
  question->empty_pages = 0;
  question->variant = variant_of(awaited->studio, question->app);
  if (question->variant == NULL)
    return false;
  ask(question, question->variant);
  return true;
}

static void end_question(stream_index_question_t *question) {
  free(question->variant);
  *question = (stream_index_question_t){.app = NULL};
}

/* mark_looked_at: an answer without the stream says that there is none, and so does a group that AWS does not know. */
static void mark_looked_at(const stream_index_question_t *question) {
  const log_stream_t none = {.name = "", .state = STREAM_NONE};
  awaited_t *awaited = question->lookup->awaited;
  if (!log_stream_take_variant(awaited, question->app))
    log_stream_assign_app(awaited, question->app, &none);
}

static void on_done(void *user_data, const aws_error_t *error) {
  stream_index_question_t *question = user_data;
  stream_index_lookup_t *lookup = question->lookup;
  if (error != NULL && strcmp(error->code, "ResourceNotFoundException") == 0) {
    lookup->group_missing = true;
    error = NULL;
  }
  studio_note(lookup->awaited->studio, OPERATION_DESCRIBE_LOG_STREAMS, error);
  lookup->failures = error != NULL ? lookup->failures + 1 : 0;
  if (error == NULL && !lookup->group_missing && ask_for_variant(question))
    return;
  if (error == NULL)
    mark_looked_at(question);
  end_question(question);
  lookup->asking--;
  ask_on(lookup);
}

/* ask_for takes the first question that is free: fewer than all are under way. */
static void ask_for(stream_index_lookup_t *lookup, studio_app_t *app) {
  stream_index_question_t *question = lookup->questions;
  while (question->app != NULL)
    question++;
  *question = (stream_index_question_t){.lookup = lookup, .app = app};
  lookup->asking++;
  lookup->calls++;
  ask(question, app->stream);
}

static void ask_on(stream_index_lookup_t *lookup) {
  studio_t *studio = lookup->awaited->studio;
  /* A call that fails at once comes back here: counted like a call, the outermost is the last to end. */
  lookup->asking++;
  while (lookup->asking <= STREAM_INDEX_QUESTIONS && lookup->failures < FAILURES_MAX &&
         lookup->next < studio->apps_count) {
    studio_app_t *app = studio->apps[lookup->next++];
    if (awaited_contains(lookup->awaited, app))
      ask_for(lookup, app);
  }
  if (--lookup->asking == 0)
    lookup->done(lookup->user_data);
}

void stream_index_lookup_start(stream_index_lookup_t *lookup, awaited_t *awaited, void (*done)(void *user_data),
                               void *user_data) {
  *lookup = (stream_index_lookup_t){.awaited = awaited, .done = done, .user_data = user_data};
  ask_on(lookup);
}

void stream_index_lookup_drop(stream_index_lookup_t *lookup) {
  for (size_t i = 0; i < STREAM_INDEX_QUESTIONS; i++)
    end_question(&lookup->questions[i]);
}
