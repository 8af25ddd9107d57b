#include "studio/activity.h"

#include <stdlib.h>
#include <string.h>

#include "aws/answer.h"
#include "studio/request.h"

/* Calls by name that wait or are under way at a time: more than the bucket holds, so that it never runs idle. */
#define ASKING_MAX 32

/* After so many failures in a row the rest is left unknown: a service that hangs would cost Timeout for each app. */
#define FAILURES_MAX 5

/* One call by name. */
typedef struct {
  activity_t *activity;
  studio_app_t *app;
  char *variant; /* of the stream's name, when that is asked for */
} question_t;

/* An app whose owner is not known cannot be reported: it is not worth a call. */
static bool is_wanted(const studio_t *studio, const studio_app_t *app) {
  const char *user = NULL;
  return studio_is_watched(studio, app) && studio_owner(app, &user);
}

static bool is_unknown(const studio_t *studio, const studio_app_t *app) {
  return is_wanted(studio, app) && app->looked != studio->scan.number;
}

/* What is known of one stream. */
typedef struct {
  const char *name;
  stream_state_t state;
  int64_t last_event_ms;
} stream_t;

static void answer_app(activity_t *activity, studio_app_t *app, const stream_t *stream) {
  if (!is_unknown(activity->studio, app))
    return;
  app->looked = activity->studio->scan.number;
  app->stream_state = stream->state;
  app->last_event_ms = stream->last_event_ms;
  app->logged_as = NULL;
  activity->unknown--;
}

/* Spaces have been seen to log to streams whose names differ from theirs in case. Such a stream is an app's only when
 * there is none of just its name; of several, the newest is. */
static void note_variant(activity_t *activity, studio_app_t *app, const stream_t *stream) {
  uint64_t scan = activity->studio->scan.number;
  if (app->home == NULL || stream->state != STREAM_WITH_EVENTS || !is_unknown(activity->studio, app) ||
      (app->varied == scan && app->last_event_ms >= stream->last_event_ms))
    return;
  const char *name = studio_word(activity->studio, stream->name);
  if (name == NULL)
    return;
  app->varied = scan;
  app->logged_as = name;
  app->last_event_ms = stream->last_event_ms;
}

static bool take_variant(activity_t *activity, studio_app_t *app) {
  if (app->varied != activity->studio->scan.number || !is_unknown(activity->studio, app))
    return false;
  app->looked = activity->studio->scan.number;
  app->stream_state = STREAM_WITH_EVENTS;
  activity->unknown--;
  return true;
}

static bool has_exact(const studio_app_t *first, const char *name) {
  for (const studio_app_t *app = first; app != NULL; app = app->same_stream) {
    if (strcmp(app->stream, name) == 0)
      return true;
  }
  return false;
}

/* A variant is nobody's where another app has just its name. */
static void answer_stream(activity_t *activity, const stream_t *stream) {
  studio_app_t *first = studio_stream(activity->studio, stream->name);
  bool exact = has_exact(first, stream->name);
  for (studio_app_t *app = first; app != NULL; app = app->same_stream) {
    if (strcmp(app->stream, stream->name) == 0)
      answer_app(activity, app, stream);
    else if (!exact)
      note_variant(activity, app, stream);
  }
}

static bool read_stream(json_object *item, stream_t *stream) {
  stream->last_event_ms = 0;
  if (answer_text(item, "logStreamName", &stream->name) != ANSWER_PRESENT)
    return false;
  answer_member_t is = answer_integer(item, "lastEventTimestamp", &stream->last_event_ms);
  stream->state = is == ANSWER_PRESENT ? STREAM_WITH_EVENTS : STREAM_WITHOUT_EVENTS;
  return is != ANSWER_WRONG;
}

/* The first page shows what has moved last. A stream without events may stand anywhere: it ends nothing. */
static aws_verdict_t on_swept(void *owner, json_object *out) {
  activity_t *activity = owner;
  json_object *streams = NULL;
  if (answer_array(out, "logStreams", &streams) != ANSWER_PRESENT)
    return AWS_MALFORMED;
  for (size_t i = 0; i < json_object_array_length(streams); i++) {
    stream_t stream;
    if (!read_stream(json_object_array_get_idx(streams, i), &stream))
      return AWS_MALFORMED;
    answer_stream(activity, &stream);
  }
  activity->pages++;
  return activity->pages >= activity->unknown ? AWS_ENOUGH : AWS_MORE;
}

static void ask_by_name(activity_t *activity);

static aws_verdict_t on_named(void *owner, json_object *out) {
  question_t *question = owner;
  json_object *streams = NULL;
  if (answer_array(out, "logStreams", &streams) != ANSWER_PRESENT)
    return AWS_MALFORMED;
  if (json_object_array_length(streams) == 0)
    return AWS_MORE;
  stream_t stream;
  if (!read_stream(json_object_array_get_idx(streams, 0), &stream))
    return AWS_MALFORMED;
  if (strcmp(stream.name, question->app->stream) == 0)
    answer_app(question->activity, question->app, &stream);
  else if (question->variant != NULL && strcmp(stream.name, question->variant) == 0)
    note_variant(question->activity, question->app, &stream);
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

/* The name of a variant that is worth a call; NULL: none is. */
static char *variant_of(const studio_t *studio, const studio_app_t *app) {
  char *variant = lower_owner(app->stream);
  if (variant == NULL || !has_exact(studio_stream(studio, variant), variant))
    return variant;
  free(variant);
  return NULL;
}

static void on_named_done(void *owner, const aws_error_t *error);

/* true: the answer was that there is no such stream, and one whose name differs in case is asked for. */
static bool ask_for_variant(question_t *question) {
  uint64_t scan = question->activity->studio->scan.number;
  if (question->app->home == NULL || question->variant != NULL || question->app->looked == scan ||
      question->app->varied == scan)
    return false;
  question->variant = variant_of(question->activity->studio, question->app);
  if (question->variant == NULL)
    return false;
  request_stream_by_name(question->activity->studio, question->variant, on_named, on_named_done, question);
  return true;
}

static void on_named_done(void *owner, const aws_error_t *error) {
  question_t *question = owner;
  activity_t *activity = question->activity;
  studio_note(activity->studio, OPERATION_DESCRIBE_LOG_STREAMS, error);
  activity->failures = error != NULL ? activity->failures + 1 : 0;
  if (error == NULL && ask_for_variant(question))
    return;
  /* No error and no such stream: that is an answer, too. */
  const stream_t none = {"", STREAM_NONE, 0};
  if (error == NULL && !take_variant(activity, question->app))
    answer_app(activity, question->app, &none);
  free(question->variant);
  free(question);
  activity->asking--;
  ask_by_name(activity);
}

static bool ask_for(activity_t *activity, studio_app_t *app) {
  question_t *question = calloc(1, sizeof(*question));
  if (question == NULL)
    return false;
  *question = (question_t){.activity = activity, .app = app};
  activity->asking++;
  request_stream_by_name(activity->studio, app->stream, on_named, on_named_done, question);
  return true;
}

static void ask_by_name(activity_t *activity) {
  studio_t *studio = activity->studio;
  /* A call that fails at once comes back here: counted like a call, the outermost is the last to end. */
  activity->asking++;
  while (activity->asking <= ASKING_MAX && activity->failures < FAILURES_MAX && activity->next < studio->apps_count) {
    studio_app_t *app = studio->apps[activity->next++];
    if (is_unknown(studio, app) && !ask_for(activity, app))
      break;
  }
  if (--activity->asking == 0)
    activity->done(activity->owner);
}

/* Nobody has ever logged: that no app has a stream is known. */
static void answer_all_without_streams(activity_t *activity) {
  studio_t *studio = activity->studio;
  const stream_t none = {"", STREAM_NONE, 0};
  studio->scan.group_missing = true;
  for (size_t i = 0; i < studio->apps_count; i++)
    answer_app(activity, studio->apps[i], &none);
}

static void on_swept_done(void *owner, const aws_error_t *error) {
  activity_t *activity = owner;
  if (error != NULL && strcmp(error->code, "ResourceNotFoundException") == 0) {
    answer_all_without_streams(activity);
    studio_note(activity->studio, OPERATION_DESCRIBE_LOG_STREAMS, NULL);
    activity->done(activity->owner);
  } else if (error != NULL) {
    studio_note(activity->studio, OPERATION_DESCRIBE_LOG_STREAMS, error);
    activity->done(activity->owner);
  } else {
    studio_note(activity->studio, OPERATION_DESCRIBE_LOG_STREAMS, NULL);
    ask_by_name(activity);
  }
}

void activity_start(activity_t *activity, studio_t *studio, activity_done_t *done, void *owner) {
  *activity = (activity_t){.studio = studio, .done = done, .owner = owner};
  for (size_t i = 0; i < studio->apps_count; i++)
    activity->unknown += is_unknown(studio, studio->apps[i]) ? 1 : 0;
  if (activity->unknown == 0)
    done(owner);
  else
    request_streams_by_recency(studio, on_swept, on_swept_done, activity);
}
