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
} question_t;

static bool is_unknown(const studio_t *studio, const studio_app_t *app) {
  return studio_is_in_service(studio, app) && app->looked != studio->scan.number;
}

static void answer_app(activity_t *activity, studio_app_t *app, stream_state_t state, int64_t last_event_ms) {
  if (!is_unknown(activity->studio, app))
    return;
  app->looked = activity->studio->scan.number;
  app->stream_state = state;
  app->last_event_ms = last_event_ms;
  activity->unknown--;
}

static bool read_stream(json_object *item, const char **name, stream_state_t *state, int64_t *last_event_ms) {
  if (answer_text(item, "logStreamName", name) != ANSWER_PRESENT)
    return false;
  *last_event_ms = 0;
  answer_member_t is = answer_integer(item, "lastEventTimestamp", last_event_ms);
  *state = is == ANSWER_PRESENT ? STREAM_WITH_EVENTS : STREAM_WITHOUT_EVENTS;
  return is != ANSWER_WRONG;
}

/* The first page shows what has moved last. A stream without events may stand anywhere: it ends nothing. */
static aws_verdict_t on_swept(void *owner, json_object *out) {
  activity_t *activity = owner;
  json_object *streams = NULL;
  if (answer_array(out, "logStreams", &streams) != ANSWER_PRESENT)
    return AWS_MALFORMED;
  for (size_t i = 0; i < json_object_array_length(streams); i++) {
    const char *name = NULL;
    stream_state_t state = STREAM_NONE;
    int64_t last_event_ms = 0;
    if (!read_stream(json_object_array_get_idx(streams, i), &name, &state, &last_event_ms))
      return AWS_MALFORMED;
    for (studio_app_t *app = studio_stream(activity->studio, name); app != NULL; app = app->same_stream) {
      if (strcmp(app->stream, name) == 0)
        answer_app(activity, app, state, last_event_ms);
    }
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
  const char *name = NULL;
  stream_state_t state = STREAM_NONE;
  int64_t last_event_ms = 0;
  if (!read_stream(json_object_array_get_idx(streams, 0), &name, &state, &last_event_ms))
    return AWS_MALFORMED;
  if (strcmp(name, question->app->stream) == 0)
    answer_app(question->activity, question->app, state, last_event_ms);
  return AWS_ENOUGH;
}

static void on_named_done(void *owner, const aws_error_t *error) {
  question_t *question = owner;
  activity_t *activity = question->activity;
  studio_note(activity->studio, OPERATION_DESCRIBE_LOG_STREAMS, error);
  activity->failures = error != NULL ? activity->failures + 1 : 0;
  /* No error and no such stream: that is an answer, too. */
  if (error == NULL)
    answer_app(activity, question->app, STREAM_NONE, 0);
  free(question);
  activity->asking--;
  ask_by_name(activity);
}

static bool ask_for(activity_t *activity, studio_app_t *app) {
  question_t *question = calloc(1, sizeof(*question));
  if (question == NULL)
    return false;
  *question = (question_t){activity, app};
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
  studio->scan.group_missing = true;
  for (size_t i = 0; i < studio->apps_count; i++)
    answer_app(activity, studio->apps[i], STREAM_NONE, 0);
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
