#include "aws/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How often a child that has closed its output is looked after until it has ended. */
#define REAP_EVERY_MS 200

/* What was killed is gone in a moment: it is looked for every millisecond, a tenth of a second at most. */
#define KILLED_PAUSE_NS 1000000L
#define KILLED_PAUSES 100

static bool prepare_attributes(posix_spawnattr_t *attributes) {
  sigset_t defaults;
  sigset_t none;
  return sigemptyset(&none) == 0 && sigemptyset(&defaults) == 0 && sigaddset(&defaults, SIGCHLD) == 0 &&
         sigaddset(&defaults, SIGPIPE) == 0 && posix_spawnattr_setsigdefault(attributes, &defaults) == 0 &&
         posix_spawnattr_setsigmask(attributes, &none) == 0 && posix_spawnattr_setpgroup(attributes, 0) == 0 &&
         posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP) ==
             0;
}

/* adddup2 clears close-on-exec even where the pipe has descriptor 1 already. */
static bool prepare_actions(posix_spawn_file_actions_t *actions, int output) {
  return posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO) == 0 &&
         posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
         posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
         posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1) == 0;
}

/* 0, or errno's value. */
static int spawn(pid_t *pid, char *const *arguments, int output) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  int error = posix_spawnattr_init(&attributes);
  if (error != 0)
    return error;
  error = posix_spawn_file_actions_init(&actions);
  if (error == 0) {
    error = prepare_attributes(&attributes) && prepare_actions(&actions, output)
                ? posix_spawnp(pid, arguments[0], &actions, &attributes, arguments, environ)
                : ENOMEM;
    (void)posix_spawn_file_actions_destroy(&actions);
  }
  (void)posix_spawnattr_destroy(&attributes);
  return error;
}

/* Looks whether the child has ended; ECHILD is how it ended where SIGCHLD is ignored. */
static bool has_ended(child_t *child) {
  pid_t ended = 0;
  do
    ended = waitpid(child->pid, NULL, WNOHANG);
  while (ended < 0 && errno == EINTR);
  if (ended != 0)
    child->pid = 0;
  return ended != 0;
}

static void reap(child_t *child) {
  if (!has_ended(child))
    loop_timer_set(child->loop, &child->reap, child->loop->clock->monotonic_ms() + REAP_EVERY_MS);
}

static void reap_due(void *owner) { reap(owner); }

static void close_pipe(child_t *child) {
  loop_timer_cancel(child->loop, &child->limit);
  loop_watch_remove(child->loop, &child->watch);
  (void)close(child->watch.descriptor);
  child->watch.descriptor = -1;
}

/* Only while the pipe is open: until then something of the group lives, and its number is nobody else's. */
static void kill_group(child_t *child) {
  const struct timespec pause = {.tv_nsec = KILLED_PAUSE_NS};
  bool killed = kill(-child->pid, SIGKILL) == 0;
  close_pipe(child);
  /* Not for ever: one that runs as somebody else, or hangs in the kernel, does not die of our signal. */
  for (int i = 0; killed && i < KILLED_PAUSES && !has_ended(child); i++)
    (void)nanosleep(&pause, NULL);
  if (child->pid != 0)
    reap(child);
}

static void limit_due(void *owner) {
  child_t *child = owner;
  kill_group(child);
  child->done(child->owner, CHILD_TIMEOUT);
}

static void ready(void *owner) {
  child_t *child = owner;
  char piece[4096];
  ssize_t length = read(child->watch.descriptor, piece, sizeof(piece));
  if (length < 0 && (errno == EINTR || errno == EAGAIN))
    return;
  if (length > 0 && buffer_add(&child->output, piece, (size_t)length)) {
    explicit_bzero(piece, sizeof(piece));
    return;
  }
  explicit_bzero(piece, sizeof(piece));
  if (length == 0) {
    close_pipe(child);
    reap(child);
    child->done(child->owner, CHILD_DONE);
  } else {
    kill_group(child);
    child->done(child->owner, length > 0 ? CHILD_TOO_LARGE : CHILD_FAILED);
  }
}

bool child_start(child_t *child, loop_t *loop, char *const *arguments, int64_t limit_ms, size_t limit_bytes,
                 child_done_t *done, void *owner, int *error) {
  int ends[2];
  child_cancel(child);
  *child = (child_t){.loop = loop, .output = BUFFER_INIT(limit_bytes), .done = done, .owner = owner};
  if (pipe2(ends, O_CLOEXEC) != 0) {
    *error = errno;
    return false;
  }
  *error = spawn(&child->pid, arguments, ends[1]);
  (void)close(ends[1]);
  if (*error != 0) {
    child->pid = 0;
    (void)close(ends[0]);
    return false;
  }
  child->watch = (loop_watch_t){.descriptor = ends[0], .ready = ready, .owner = child};
  child->limit = (loop_timer_t){.due = limit_due, .owner = child};
  child->reap = (loop_timer_t){.due = reap_due, .owner = child};
  loop_watch_add(loop, &child->watch);
  loop_timer_set(loop, &child->limit, loop->clock->monotonic_ms() + limit_ms);
  return true;
}

void child_cancel(child_t *child) {
  if (child->pid != 0 && child->watch.descriptor >= 0)
    kill_group(child);
  if (child->loop != NULL)
    loop_timer_cancel(child->loop, &child->reap);
  if (child->pid != 0)
    (void)has_ended(child);
  child->pid = 0;
  buffer_clear(&child->output);
}
