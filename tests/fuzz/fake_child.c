#include "fake_child.h"

#include <string.h>

static const char *next_output;
static size_t next_length;

void fake_child_answer(const char *output, size_t length) {
  next_output = output;
  next_length = length;
}

static void limit_due(void *user_data) {
  child_t *child = user_data;
  child->pid = 0;
  bool whole = next_output != NULL && buffer_add(&child->output, next_output, next_length);
  child->done(child->user_data, whole ? CHILD_DONE : next_output != NULL ? CHILD_TOO_LARGE : CHILD_TIMEOUT);
}

bool child_start(child_t *child, loop_t *loop, char *const *arguments, int64_t limit_ms, size_t limit_bytes,
                 child_done_t *done, void *user_data, int *error) {
  (void)limit_ms;
  (void)arguments;
  child_cancel(child);
  *child = (child_t){.loop = loop, .pid = 1, .output = BUFFER_INIT(limit_bytes), .done = done, .user_data = user_data};
  child->limit = (loop_timer_t){.due = limit_due, .user_data = child};
  loop_timer_set(loop, &child->limit, loop->clock->monotonic_ms());
  *error = 0;
  return true;
}

void child_cancel(child_t *child) {
  if (child->loop != NULL)
    loop_timer_cancel(child->loop, &child->limit);
  child->pid = 0;
  buffer_clear(&child->output);
}
