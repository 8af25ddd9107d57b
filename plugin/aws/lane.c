#include <string.h>

#include "aws/client_private.h"

static double rate_of(const aws_session_t *session, const aws_operation_t *operation) {
  const aws_settings_t *settings = &session->account->settings;
  for (size_t i = 0; i < settings->rates_count; i++) {
    if (strcmp(settings->rates[i].operation, operation->name) == 0)
      return settings->rates[i].rate;
  }
  return operation->rate;
}

lane_t *lane_find(aws_session_t *session, const aws_operation_t *operation) {
  for (size_t i = 0; i < session->lanes_count; i++) {
    if (session->lanes[i].operation == operation)
      return &session->lanes[i];
  }
  if (session->lanes_count == SESSION_LANES_MAX)
    return NULL;
  lane_t *lane = &session->lanes[session->lanes_count++];
  lane->operation = operation;
  lane->last = &lane->first;
  token_bucket_init(&lane->bucket, rate_of(session, operation), operation->burst,
                    aws_monotonic_ms(session->account->aws));
  return lane;
}

/* lane_push lets the loop run the pump, so that no callback comes from within aws_submit. */
bool lane_push(aws_session_t *session, call_t *call, bool front) {
  lane_t *lane = lane_find(session, call->ask.operation);
  if (lane == NULL)
    return false;
  if (front) {
    call->queued = lane->first;
    lane->first = call;
    if (call->queued == NULL)
      lane->last = &call->queued;
  } else {
    call->queued = NULL;
    *lane->last = call;
    lane->last = &call->queued;
  }
  loop_timer_set(&session->account->aws->loop, &session->pump, aws_monotonic_ms(session->account->aws));
  return true;
}

call_t *lane_take(aws_session_t *session, lane_t *lane, int64_t *wait_ms) {
  int64_t turn_ms = 0;
  if (lane->first == NULL || session->in_flight >= SESSION_IN_FLIGHT_MAX)
    return NULL;
  if (!token_bucket_take(&lane->bucket, aws_monotonic_ms(session->account->aws), &turn_ms)) {
    if (*wait_ms < 0 || turn_ms < *wait_ms)
      *wait_ms = turn_ms;
    return NULL;
  }
  call_t *call = lane->first;
  lane->first = call->queued;
  if (lane->first == NULL)
    lane->last = &lane->first;
  call->queued = NULL;
  session->in_flight++;
  return call;
}
