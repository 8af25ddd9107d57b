/* A program that is run for what it writes to its standard output. Its standard input and error are /dev/null; it has
 * no other descriptor of ours, the default handling of SIGCHLD and SIGPIPE (a daemon may ignore both, and a child
 * inherits that), no blocked signal, and a process group of its own. It is done at the end of its output, whatever it
 * exits with: a parent that ignores SIGCHLD never learns that. */
#ifndef AWS_CHILD_H
#define AWS_CHILD_H

#include <sys/types.h>

#include "aws/buffer.h"
#include "aws/loop.h"

typedef enum { CHILD_DONE, CHILD_TIMEOUT, CHILD_TOO_LARGE, CHILD_FAILED } child_end_t;

/* Called exactly once, from the loop, unless child_cancel comes first. output lives until the next child_start. */
typedef void child_done_t(void *owner, child_end_t end);

/* Embedded in what waits for it. Zeroed is none. */
typedef struct {
  loop_t *loop;
  pid_t pid; /* 0: none that has not been waited for */
  loop_watch_t watch;
  loop_timer_t limit;
  loop_timer_t reap;
  buffer_t output;
  child_done_t *done;
  void *owner;
} child_t;

/* child_start runs arguments[0], searched in PATH. false: *error is errno's value. */
bool child_start(child_t *child, loop_t *loop, char *const *arguments, int64_t limit_ms, size_t limit_bytes,
                 child_done_t *done, void *owner, int *error) __attribute__((warn_unused_result));

/* child_cancel kills what still has the pipe open and wipes the output; done is not called. Safe when there is none. */
void child_cancel(child_t *child);

#endif
