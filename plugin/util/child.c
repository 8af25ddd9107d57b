#include "util/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/ascii.h"

/* The loop asks every REAP_EVERY_MS whether a child that has closed its output has ended. */
#define REAP_EVERY_MS 200

/* A child that was killed, or has closed its output, is gone in a moment: await_end asks every millisecond, for a tenth
 * of a second at most. */
#define KILLED_PAUSE_NS 1000000L
#define KILLED_PAUSES 100

/* The shell writes a line break and a status, at most so many bytes, behind the program's output. */
#define STATUS_BYTES 4

/* ERRORS_PIECES pieces of the standard error are read at the end, beyond what the loop has read. */
#define ERRORS_PIECES 64

/* exec runs the program, and never a builtin of its name. The shell's own words ("Killed") go nowhere; the program's
 * standard error is descriptor 3 until it runs. */
static char script[] = "exec 3>&2 2>/dev/null\n"
                       "(exec \"$@\" 2>&3 3>&-)\n"
                       "printf '\\n%d' \"$?\"\n";

static bool prepare_attributes(posix_spawnattr_t *attributes) {
  sigset_t defaults;
  sigset_t none;
  return sigemptyset(&none) == 0 && sigemptyset(&defaults) == 0 && sigaddset(&defaults, SIGCHLD) == 0 &&
         sigaddset(&defaults, SIGPIPE) == 0 && posix_spawnattr_setsigdefault(attributes, &defaults) == 0 &&
         posix_spawnattr_setsigmask(attributes, &none) == 0 && posix_spawnattr_setpgroup(attributes, 0) == 0 &&
         posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP) ==
             0;
}

/* prepare_actions moves errors first, whose descriptor may be 1. adddup2 clears close-on-exec even where a pipe has the
 * wanted descriptor already. */
static bool prepare_actions(posix_spawn_file_actions_t *actions, int output, int errors) {
  return posix_spawn_file_actions_adddup2(actions, errors, STDERR_FILENO) == 0 &&
         posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO) == 0 &&
         posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
         posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1) == 0;
}

/* spawn runs arguments[0], a path. It returns 0, or errno's value. */
static int spawn(pid_t *pid, char *const *arguments, int output, int errors) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  int error = posix_spawnattr_init(&attributes);
  if (error != 0)
    return error;
  error = posix_spawn_file_actions_init(&actions);
  if (error == 0) {
    error = prepare_attributes(&attributes) && prepare_actions(&actions, output, errors)
                ? posix_spawn(pid, arguments[0], &actions, &attributes, arguments, environ)
                : ENOMEM;
    (void)posix_spawn_file_actions_destroy(&actions);
  }
  (void)posix_spawnattr_destroy(&attributes);
  return error;
}

/* spawn_in_shell runs the program by way of the shell. It returns 0, or errno's value. */
static int spawn_in_shell(pid_t *pid, char *const *arguments, int output, int errors) {
  static char shell[] = "/bin/sh";
  static char option[] = "-c";
  size_t count = 0;
  while (arguments[count] != NULL)
    count++;
  char **given = calloc(count + 5, sizeof(*given));
  if (given == NULL)
    return ENOMEM;
  given[0] = shell;
  given[1] = option;
  given[2] = script;
  given[3] = shell;
  for (size_t i = 0; i < count; i++)
    given[4 + i] = arguments[i];
  int error = spawn(pid, given, output, errors);
  free(given);
  return error;
}

/* has_ended says whether the child has ended. waitpid says so by ECHILD where SIGCHLD is ignored. */
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

static void reap_due(void *user_data) { reap(user_data); }

static void close_watch(child_t *child, loop_watch_t *watch) {
  if (watch->descriptor < 0)
    return;
  loop_watch_remove(child->loop, watch);
  (void)close(watch->descriptor);
  watch->descriptor = -1;
}

static void close_pipes(child_t *child) {
  loop_timer_cancel(child->loop, &child->limit);
  close_watch(child, &child->watch);
  close_watch(child, &child->errors_watch);
}

/* await_end does not wait for ever: a program that runs as another user, or hangs in the kernel, does not die of our
 * signal. */
static void await_end(child_t *child) {
  const struct timespec pause = {.tv_nsec = KILLED_PAUSE_NS};
  for (int i = 0; i < KILLED_PAUSES && !has_ended(child); i++)
    (void)nanosleep(&pause, NULL);
}

/* kill_group kills only while the pipe is open: until then something of the group lives, and its number is not given to
 * another. */
static void kill_group(child_t *child) {
  bool killed = kill(-child->pid, SIGKILL) == 0;
  close_pipes(child);
  if (killed)
    await_end(child);
  if (child->pid != 0)
    reap(child);
}

static void limit_due(void *user_data) {
  child_t *child = user_data;
  kill_group(child);
  child->done(child->user_data, CHILD_TIMEOUT);
}

static void end_line(child_t *child) {
  child->next_line[child->next_length] = '\0';
  if (child->next_line[strspn(child->next_line, " \t\r")] != '\0')
    memcpy(child->last_line, child->next_line, child->next_length + 1);
  child->next_length = 0;
}

static void take_errors(child_t *child, const char *piece, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (piece[i] == '\n')
      end_line(child);
    else if (child->next_length + 1 < sizeof(child->next_line))
      child->next_line[child->next_length++] = piece[i];
  }
}

/* read_errors reads one piece of the standard error. false: it has nothing to read now, or never again. */
static bool read_errors(child_t *child) {
  char piece[4096];
  ssize_t length = read(child->errors_watch.descriptor, piece, sizeof(piece));
  if (length > 0)
    take_errors(child, piece, (size_t)length);
  explicit_bzero(piece, sizeof(piece));
  if (length == 0 || (length < 0 && errno != EINTR && errno != EAGAIN))
    close_watch(child, &child->errors_watch);
  return length > 0;
}

static void errors_ready(void *user_data) { (void)read_errors(user_data); }

/* read_last_errors reads on: what the program has written before it ended is in the pipe already. */
static void read_last_errors(child_t *child) {
  int pieces = 0;
  while (pieces < ERRORS_PIECES && child->errors_watch.descriptor >= 0 && read_errors(child))
    pieces++;
  end_line(child);
}

/* take_status takes the status from behind the output. false: it is not there. */
static bool take_status(child_t *child) {
  buffer_t *output = &child->output;
  size_t digits = 0;
  int status = 0;
  int place = 1;
  while (digits < output->length && digits + 1 < STATUS_BYTES &&
         ascii_is_digit(output->data[output->length - 1 - digits])) {
    status += place * (output->data[output->length - 1 - digits] - '0');
    place *= 10;
    digits++;
  }
  if (digits == 0 || digits == output->length || output->data[output->length - 1 - digits] != '\n')
    return false;
  output->length -= digits + 1;
  output->data[output->length] = '\0';
  child->status = status;
  return true;
}

static void finish(child_t *child) {
  read_last_errors(child);
  close_pipes(child);
  reap(child);
  child->done(child->user_data, take_status(child) ? CHILD_DONE : CHILD_FAILED);
}

static void ready(void *user_data) {
  child_t *child = user_data;
  char piece[4096];
  ssize_t length = read(child->watch.descriptor, piece, sizeof(piece));
  if (length < 0 && (errno == EINTR || errno == EAGAIN))
    return;
  bool taken = length > 0 && buffer_add(&child->output, piece, (size_t)length);
  explicit_bzero(piece, sizeof(piece));
  if (taken)
    return;
  if (length == 0) {
    finish(child);
  } else {
    kill_group(child);
    child->done(child->user_data, length > 0 ? CHILD_TOO_LARGE : CHILD_FAILED);
  }
}

static void close_both(const int ends[2]) {
  (void)close(ends[0]);
  (void)close(ends[1]);
}

/* open_pipes opens two pipes, the second of which is read until it is empty without waiting. It returns 0, or errno's
 * value. */
static int open_pipes(int output[2], int errors[2]) {
  if (pipe2(output, O_CLOEXEC) != 0)
    return errno;
  int error = pipe2(errors, O_CLOEXEC) != 0 ? errno : 0;
  if (error == 0 && fcntl(errors[0], F_SETFL, O_NONBLOCK) != 0) {
    error = errno;
    close_both(errors);
  }
  if (error != 0)
    close_both(output);
  return error;
}

bool child_start(child_t *child, loop_t *loop, char *const *arguments, int64_t limit_ms, size_t limit_bytes,
                 child_done_t *done, void *user_data, int *error) {
  int output[2] = {-1, -1};
  int errors[2] = {-1, -1};
  child_cancel(child);
  *child =
      (child_t){.loop = loop, .output = BUFFER_INIT(limit_bytes + STATUS_BYTES), .done = done, .user_data = user_data};
  *error = open_pipes(output, errors);
  if (*error != 0)
    return false;
  *error = spawn_in_shell(&child->pid, arguments, output[1], errors[1]);
  if (*error != 0) {
    child->pid = 0;
    close_both(output);
    close_both(errors);
    return false;
  }
  (void)close(output[1]);
  (void)close(errors[1]);
  child->watch = (loop_watch_t){.descriptor = output[0], .ready = ready, .user_data = child};
  child->errors_watch = (loop_watch_t){.descriptor = errors[0], .ready = errors_ready, .user_data = child};
  child->limit = (loop_timer_t){.due = limit_due, .user_data = child};
  child->reap = (loop_timer_t){.due = reap_due, .user_data = child};
  loop_watch_add(loop, &child->watch);
  loop_watch_add(loop, &child->errors_watch);
  loop_timer_set(loop, &child->limit, loop->clock->monotonic_ms() + limit_ms);
  return true;
}

void child_cancel(child_t *child) {
  if (child->pid != 0 && child->watch.descriptor >= 0)
    kill_group(child);
  if (child->loop != NULL)
    loop_timer_cancel(child->loop, &child->reap);
  /* The output has ended, and the shell is about to. */
  if (child->pid != 0)
    await_end(child);
  child->pid = 0;
  explicit_bzero(child->last_line, sizeof(child->last_line));
  explicit_bzero(child->next_line, sizeof(child->next_line));
  buffer_clear(&child->output);
}
