#include <stdlib.h>
#include <string.h>

#include "aws/client_private.h"

static void pump_due(void *user_data) { session_pump(user_data); }

aws_session_t *aws_session_new(aws_account_t *account, const char *region, counters_t *requests, counters_t *errors) {
  aws_session_t *session = calloc(1, sizeof(*session));
  if (session == NULL)
    return NULL;
  size_t length = strlen(region);
  if (!endpoint_region_is_valid(region) || length >= sizeof(session->region)) {
    free(session);
    return NULL;
  }
  memcpy(session->region, region, length + 1);
  session->account = account;
  session->requests = requests;
  session->errors = errors;
  session->quota = (retry_quota_t)RETRY_QUOTA_INIT;
  session->pump = (loop_timer_t){.due = pump_due, .user_data = session};
  return session;
}

void aws_session_free(aws_session_t *session) {
  if (session == NULL)
    return;
  while (session->calls != NULL)
    call_free(session->calls);
  loop_timer_cancel(&session->account->aws->loop, &session->pump);
  for (size_t i = 0; i < AWS_SERVICES; i++)
    sigv4_key_clear(&session->keys[i]);
  free(session);
}

const char *aws_session_region(const aws_session_t *session) { return session->region; }

static const loop_clock_t *machine_clock(const aws_session_t *session) { return session->account->aws->loop.clock; }

int64_t aws_session_skew_ms(const aws_session_t *session) {
  return server_clock_skew_ms(&session->clock, machine_clock(session));
}

int64_t aws_session_now_ms(const aws_session_t *session) {
  return server_clock_now_ms(&session->clock, machine_clock(session));
}

static double rate_of(const aws_session_t *session, const aws_operation_t *operation) {
  const aws_settings_t *settings = &session->account->settings;
  for (size_t i = 0; i < settings->rates_count; i++) {
    if (strcmp(settings->rates[i].operation, operation->name) == 0)
      return settings->rates[i].rate;
  }
  return operation->rate;
}

lane_t *session_lane(aws_session_t *session, const aws_operation_t *operation) {
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

/* The pump runs from the loop, so that nothing calls back from within aws_submit. */
bool session_enqueue(aws_session_t *session, call_t *call, bool front) {
  lane_t *lane = session_lane(session, call->ask.operation);
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

void session_pump(aws_session_t *session) {
  aws_t *aws = session->account->aws;
  int64_t earliest_ms = -1;
  for (size_t i = 0; i < session->lanes_count; i++) {
    lane_t *lane = &session->lanes[i];
    while (lane->first != NULL && session->in_flight < SESSION_IN_FLIGHT_MAX) {
      int64_t wait_ms = 0;
      if (!token_bucket_take(&lane->bucket, aws_monotonic_ms(aws), &wait_ms)) {
        if (earliest_ms < 0 || wait_ms < earliest_ms)
          earliest_ms = wait_ms;
        break;
      }
      call_t *call = lane->first;
      lane->first = call->queued;
      if (lane->first == NULL)
        lane->last = &lane->first;
      call->queued = NULL;
      session->in_flight++;
      call_start(call);
    }
  }
  if (earliest_ms >= 0)
    loop_timer_set(&aws->loop, &session->pump, aws_monotonic_ms(aws) + earliest_ms);
}
