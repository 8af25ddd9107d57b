/* A program that is run for what it writes to its standard output. Its standard input is /dev/null; it has no other
 * descriptor of ours, the default handling of SIGCHLD and SIGPIPE (a daemon may ignore both, and a child inherits
 * that), no blocked signal, and a process group of its own.
 *
 * waitpid cannot say how it ended: in a parent that ignores SIGCHLD, as daemons do, the kernel keeps no status, and to
 * handle the signal would change it for the whole daemon. So /bin/sh stands between: it runs the program, waits
 * for it and writes its status behind the output. It keeps the output open until then, so that a program which closes
 * its output and goes on is waited for, too.
 *
 * All functions are for the loop's own thread. */
#ifndef UTIL_CHILD_H
#define UTIL_CHILD_H

#include <sys/types.h>

#include "util/buffer.h"
#include "util/loop.h"

typedef enum {
  CHILD_DONE,      /* it has ended: status says how */
  CHILD_TIMEOUT,   /* it, or what it has left behind with its output open, was killed at the limit */
  CHILD_TOO_LARGE, /* its output, and it was killed */
  CHILD_FAILED,    /* its output could not be read, or its shell was killed */
} child_result_t;

/* child_done_t is called exactly once, from the loop, unless child_cancel comes first. output belongs to the child_t,
 * until the next child_start or child_cancel, either of which wipes and frees it. */
typedef void child_done_t(void *user_data, child_result_t result);

#define CHILD_LINE_SIZE 512

/* child_t is embedded in what waits for it. Zeroed has no program. */
typedef struct {
  loop_t *loop;
  pid_t pid; /* 0: none that has not been waited for */
  loop_watch_t watch;
  loop_watch_t errors_watch;
  loop_timer_t limit;
  loop_timer_t reap;
  buffer_t output;
  int status;                      /* with CHILD_DONE, as shells tell it: 128 and the signal that ended it */
  char last_line[CHILD_LINE_SIZE]; /* of its standard error that is not blank, cut; as it was written */
  char next_line[CHILD_LINE_SIZE]; /* has not ended yet */
  size_t next_length;
  child_done_t *done;
  void *user_data;
} child_t;

/* child_start runs arguments[0], searched in PATH. A program that is not there has status 127, one that cannot be run
 * 126. false: no program runs, done will not be called, and *error is errno's value. */
bool child_start(child_t *child, loop_t *loop, char *const *arguments, int64_t limit_ms, size_t limit_bytes,
                 child_done_t *done, void *user_data, int *error) __attribute__((warn_unused_result));

/* child_cancel kills what still has the pipe open and wipes the output; done is not called. Safe when no program runs.
 */
void child_cancel(child_t *child);

#endif
