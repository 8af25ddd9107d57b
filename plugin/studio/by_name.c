#include "studio/by_name.h"

#include <stdlib.h>
#include <string.h>

#include "aws/answer.h"
#include "studio/request.h"

/* Calls that wait or are under way at a time: more than the bucket holds, so that it never runs idle. */
#define ASKING_MAX 32

/* After so many failures in a row the rest is left unknown: a service that hangs would cost Timeout for each app. */
#define FAILURES_MAX 5

/* One call. */
typedef struct {
  by_name_t *by_name;
  studio_app_t *app;
  char *variant; /* of the stream's name, when that is asked for */
  size_t barren_pages;
} question_t;

static void ask_on(by_name_t *by_name);

static aws_verdict_t on_page(void *owner, json_object *out) {
  question_t *question = owner;
  awaited_t *awaited = question->by_name->awaited;
  json_object *streams = NULL;
  if (answer_array(out, "logStreams", &streams) != ANSWER_PRESENT)
    return AWS_MALFORMED;
  if (json_object_array_length(streams) == 0)
    return ++question->barren_pages <= REQUEST_BARREN_PAGES_MAX ? AWS_MORE : AWS_MALFORMED;
  log_stream_t stream;
  if (!log_stream_read(json_object_array_get_idx(streams, 0), &stream))
    return AWS_MALFORMED;
  if (strcmp(stream.name, question->app->stream) == 0)
    log_stream_answer_app(awaited, question->app, &stream);
  else if (question->variant != NULL && strcmp(stream.name, question->variant) == 0)
    log_stream_note_variant(awaited, question->app, &stream);
  return AWS_ENOUGH;
}

/* The stream's name with its second part in lower case; NULL: that is the same, or there is no memory. */
static char *lower_owner(const char *stream) {
  char *copy = strdup(stream);
  char *at = copy != NULL ? strchr(copy, '/') : NULL;
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

/* The name of a variant that is worth a call: the one that it is known to log to, or else the likeliest. NULL: none. */
static char *variant_of(const studio_t *studio, const studio_app_t *app) {
  char *variant = app->logged_as != NULL ? strdup(app->logged_as) : lower_owner(app->stream);
  if (variant == NULL || !log_stream_is_exact(studio, variant))
    return variant;
  free(variant);
  return NULL;
}

static void on_done(void *owner, const aws_error_t *error);

/* true: the answer was that there is no such stream, and one whose name differs in case is asked for. */
static bool ask_for_variant(question_t *question) {
  const awaited_t *awaited = question->by_name->awaited;
  if (question->app->home == NULL || question->variant != NULL || !awaited_contains(awaited, question->app) ||
      question->app->varied == awaited->studio->scan.number)
    return false;
  question->barren_pages = 0;
  question->variant = variant_of(awaited->studio, question->app);
  if (question->variant == NULL)
    return false;
  request_stream_by_name(awaited->studio, question->variant, on_page, on_done, question);
  return true;
}

/* No error and no such stream: that is an answer, too. */
static void settle(const question_t *question) {
  const log_stream_t none = {"", STREAM_NONE, 0};
  awaited_t *awaited = question->by_name->awaited;
  if (!log_stream_take_variant(awaited, question->app))
    log_stream_answer_app(awaited, question->app, &none);
}

static void on_done(void *owner, const aws_error_t *error) {
  question_t *question = owner;
  by_name_t *by_name = question->by_name;
  studio_note(by_name->awaited->studio, OPERATION_DESCRIBE_LOG_STREAMS, error);
  by_name->failures = error != NULL ? by_name->failures + 1 : 0;
  if (error == NULL && ask_for_variant(question))
    return;
  if (error == NULL)
    settle(question);
  free(question->variant);
  free(question);
  by_name->asking--;
  ask_on(by_name);
}

static bool ask_for(by_name_t *by_name, studio_app_t *app) {
  question_t *question = calloc(1, sizeof(*question));
  if (question == NULL)
    return false;
  *question = (question_t){.by_name = by_name, .app = app};
  by_name->asking++;
  by_name->calls++;
  request_stream_by_name(by_name->awaited->studio, app->stream, on_page, on_done, question);
  return true;
}

static void ask_on(by_name_t *by_name) {
  studio_t *studio = by_name->awaited->studio;
  /* A call that fails at once comes back here: counted like a call, the outermost is the last to end. */
  by_name->asking++;
  while (by_name->asking <= ASKING_MAX && by_name->failures < FAILURES_MAX && by_name->next < studio->apps_count) {
    studio_app_t *app = studio->apps[by_name->next++];
    if (awaited_contains(by_name->awaited, app) && !ask_for(by_name, app))
      break;
  }
  if (--by_name->asking == 0)
    by_name->done(by_name->owner);
}

void by_name_start(by_name_t *by_name, awaited_t *awaited, void (*done)(void *owner), void *owner) {
  *by_name = (by_name_t){.awaited = awaited, .done = done, .owner = owner};
  ask_on(by_name);
}
