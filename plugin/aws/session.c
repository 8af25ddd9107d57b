#include <stdlib.h>
#include <string.h>

#include "aws/client_private.h"

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
  session->quota = RETRY_QUOTA_INIT;
  session->pump = (loop_timer_t){.due = call_pump, .user_data = session};
  return session;
}

void aws_session_free(aws_session_t *session) {
  if (session == NULL)
    return;
  while (session->calls != NULL)
    call_free(session->calls);
  loop_timer_cancel(&session->account->aws->loop, &session->pump);
  for (size_t i = 0; i < session->lanes_count; i++)
    sigv4_key_clear(&session->lanes[i].key);
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
