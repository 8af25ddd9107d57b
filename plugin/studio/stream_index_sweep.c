#include "studio/stream_index_sweep.h"

#include <stdlib.h>
#include <string.h>

#include "studio/request.h"
#include "util/json.h"
#include "util/times.h"

/* PAGE_SIZE is what is asked for in a page, the most that AWS allows. AWS sends no page with more: to read it might
 * take minutes. */
#define PAGE_SIZE 50

static bool take_streams(stream_index_sweep_t *sweep, json_object *streams) {
  if (json_object_array_length(streams) > PAGE_SIZE)
    return false;
  size_t odd = 0;
  for (size_t i = 0; i < json_object_array_length(streams); i++) {
    log_stream_t stream;
    json_object *item = json_object_array_get_idx(streams, i);
    if (!log_stream_read(item, &stream)) {
      studio_note_odd(sweep->awaited.studio, OPERATION_DESCRIBE_LOG_STREAMS, json_member_name(item, "logStreamName"));
      odd++;
      continue;
    }
    log_stream_assign(&sweep->awaited, &stream);
    if (stream.is_emptied)
      continue;
    sweep->through = sweep->through || stream.last_event_ms < sweep->line_ms;
    sweep->past_recent = sweep->past_recent || stream.last_event_ms < sweep->recent_ms;
  }
  return odd == 0 || odd < json_object_array_length(streams);
}

static void tell_recent(stream_index_sweep_t *sweep) {
  void (*tell)(void *user_data) = sweep->past_recent ? sweep->recent_shown : NULL;
  if (tell == NULL)
    return;
  sweep->recent_shown = NULL;
  tell(sweep->user_data);
}

/* suspend keeps the token; false: no memory, and the sweep goes on. */
static bool suspend(stream_index_sweep_t *sweep, const char *token) {
  sweep->token = strdup(token);
  return sweep->token != NULL;
}

static aws_verdict_t on_page(void *user_data, json_object *out) {
  stream_index_sweep_t *sweep = user_data;
  json_object *streams = NULL;
  const char *token = "";
  size_t left = sweep->awaited.left;
  if (json_member_array(out, "logStreams", &streams) != JSON_PRESENT || !take_streams(sweep, streams))
    return AWS_MALFORMED;
  sweep->began_ms = min_ms(sweep->began_ms, aws_session_now_ms(sweep->awaited.studio->session));
  sweep->pages++;
  sweep->empty_pages = sweep->awaited.left < left ? 0 : sweep->empty_pages + 1;
  (void)json_member_text(out, "nextToken", &token);
  sweep->through = sweep->through || token[0] == '\0';
  if (sweep->through || sweep->awaited.left == 0)
    return AWS_ENOUGH;
  stream_index_sweep_choice_t choice = sweep->choose(sweep);
  if (choice == SWEEP_STOP)
    return AWS_ENOUGH;
  tell_recent(sweep);
  return choice == SWEEP_SUSPEND && suspend(sweep, token) ? AWS_ENOUGH : AWS_MORE;
}

static void on_done(void *user_data, const aws_error_t *error) {
  stream_index_sweep_t *sweep = user_data;
  studio_t *studio = sweep->awaited.studio;
  sweep->group_missing = error != NULL && strcmp(error->code, "ResourceNotFoundException") == 0;
  studio_note(studio, OPERATION_DESCRIBE_LOG_STREAMS, sweep->group_missing ? NULL : error);
  stream_index_sweep_result_t result = SWEEP_COMPLETE;
  if (error != NULL)
    result = SWEEP_FAILED;
  else if (sweep->token != NULL)
    result = SWEEP_SUSPENDED;
  else if (sweep->awaited.left == 0)
    result = SWEEP_SATISFIED;
  else if (!sweep->through)
    result = SWEEP_TOO_EXPENSIVE;
  sweep->done(sweep->user_data, result);
}

/* ask asks for all streams of the log group, the newest event first; from the page of that token on (NULL: the first).
 */
static void ask(stream_index_sweep_t *sweep, const char *token) {
  studio_t *studio = sweep->awaited.studio;
  json_object *input = json_object_new_object();
  bool is_complete = request_add_group(input, studio) &&
                     request_add(input, "orderBy", json_object_new_string("LastEventTime")) &&
                     request_add(input, "descending", json_object_new_boolean(true)) &&
                     request_add(input, "limit", json_object_new_int(PAGE_SIZE)) &&
                     (token == NULL || request_add(input, "nextToken", json_object_new_string(token)));
  request_submit(studio, OPERATION_DESCRIBE_LOG_STREAMS, input, is_complete, on_page, on_done, sweep);
}

void stream_index_sweep_start(stream_index_sweep_t *sweep) {
  sweep->began_ms = aws_session_now_ms(sweep->awaited.studio->session);
  sweep->group_missing = false;
  sweep->pages = 0;
  sweep->empty_pages = 0;
  sweep->token = NULL;
  sweep->through = false;
  sweep->past_recent = false;
  sweep->began_with = sweep->awaited.left;
  ask(sweep, NULL);
}

void stream_index_sweep_resume(stream_index_sweep_t *sweep) {
  char *token = sweep->token;
  sweep->token = NULL;
  sweep->empty_pages = 0;
  ask(sweep, token);
  free(token);
}

void stream_index_sweep_drop(stream_index_sweep_t *sweep) {
  free(sweep->token);
  sweep->token = NULL;
}
