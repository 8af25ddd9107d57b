#include "aws/client.h"

#include <stdlib.h>

#include "aws/client_private.h"

aws_t *aws_new(const char *user_agent, const loop_clock_t *clock) {
  aws_t *aws = calloc(1, sizeof(*aws));
  if (aws == NULL)
    return NULL;
  aws->loop.clock = clock;
  aws->loop.http = http_new(user_agent);
  if (aws->loop.http == NULL) {
    free(aws);
    return NULL;
  }
  return aws;
}

void aws_free(aws_t *aws) {
  if (aws == NULL)
    return;
  http_free(aws->loop.http);
  free(aws);
}

aws_result_t aws_drive(aws_t *aws, int64_t deadline_ms) {
  switch (loop_drive(&aws->loop, deadline_ms)) {
  case LOOP_IDLE:
    return AWS_IDLE;
  case LOOP_WOKEN:
    return AWS_WOKEN;
  default:
    return AWS_DEADLINE;
  }
}

int64_t aws_monotonic_ms(const aws_t *aws) { return aws->loop.clock->monotonic_ms(); }

void aws_wake(aws_t *aws) { loop_wake(&aws->loop); }
