/* links: util unit/fake_http fuzz/input -lcmocka */
/* child.c with real processes and pipes: what a program writes to its output and its errors, and in which of several
 * ways it ends. The programs are ours and copy files; no fuzzed byte is ever run. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_http.h"
#include "util/child.h"

#include "input.h"

#define LIMIT_BYTES 1024

/* By fake_clock, which runs fifty times as fast. */
#define LIMIT_LONG_MS 600000
#define LIMIT_SHORT_MS 500

typedef enum { ENDS, IS_KILLED, HANGS } way_t;

/* $1 has the output, $2 the errors, $3 is the status. */
static const struct {
  const char *script;
  way_t way;
} programs[] = {
    {"cat \"$2\" >&2; cat \"$1\"; exit \"$3\"", ENDS},
    {"cat \"$1\"; exec >&-; cat \"$2\" >&2; exit \"$3\"", ENDS},
    {"cat \"$2\" >&2; exec 2>&-; cat \"$1\"; exit \"$3\"", ENDS},
    {"cat \"$2\" >&2; cat \"$1\"; kill -KILL $$", IS_KILLED},
    {"cat \"$2\" >&2; cat \"$1\"; kill -TERM $$", IS_KILLED},
    {"cat \"$1\"; exec sleep 100", HANGS},
    {"cat \"$1\"; sleep 100 & exit \"$3\"", HANGS},
    {"cat \"$1\"; kill -KILL $PPID; exec sleep 100", HANGS},
};

typedef struct {
  int calls;
  child_result_t result;
} ended_t;

static void on_end(void *user_data, child_result_t result) {
  ended_t *ended = user_data;
  ended->calls++;
  ended->result = result;
}

static int open_bytes(const char *bytes, size_t length, char path[64]) {
  int fd = memfd_create("bytes", MFD_CLOEXEC);
  INPUT_PROMISE(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
  (void)snprintf(path, 64, "/proc/%d/fd/%d", (int)getpid(), fd);
  return fd;
}

static void check(const child_t *child, child_result_t result, way_t way, int status, const char *output,
                  size_t length) {
  INPUT_PROMISE(memchr(child->last_line, '\0', CHILD_LINE_SIZE) != NULL && strchr(child->last_line, '\n') == NULL);
  if (length > LIMIT_BYTES + 4) {
    INPUT_PROMISE(result == CHILD_TOO_LARGE || way == HANGS);
  } else if (way == HANGS) {
    INPUT_PROMISE(result == CHILD_TIMEOUT || result == CHILD_TOO_LARGE || result == CHILD_FAILED);
  } else if (result == CHILD_DONE) {
    INPUT_PROMISE(child->output.length == length && memcmp(child->output.data, output, length) == 0);
    INPUT_PROMISE(way == IS_KILLED ? child->status == 137 || child->status == 143 : child->status == status);
  } else {
    INPUT_PROMISE(result == CHILD_TOO_LARGE && length + 4 > LIMIT_BYTES);
  }
}

static bool always(void) { return true; }

static void run(unsigned char how, int status, const char *output, size_t length, const char *errors,
                size_t errors_length) {
  char shell[] = "/bin/sh";
  char option[] = "-c";
  char script[128];
  char paths[2][64];
  char digits[8];
  ended_t ended = {0};
  int error = 0;
  child_t child = {.pid = 0};
  const size_t chosen = how % (sizeof(programs) / sizeof(programs[0]));
  const way_t way = programs[chosen].way;
  int files[] = {open_bytes(output, length, paths[0]), open_bytes(errors, errors_length, paths[1])};
  (void)snprintf(script, sizeof(script), "%s", programs[chosen].script);
  (void)snprintf(digits, sizeof(digits), "%d", status);
  char *arguments[] = {shell, option, script, shell, paths[0], paths[1], digits, NULL};
  loop_t loop = {.clock = &fake_clock, .http = http_new("fuzz")};
  INPUT_PROMISE(child_start(&child, &loop, arguments, way == HANGS ? LIMIT_SHORT_MS : LIMIT_LONG_MS, LIMIT_BYTES,
                            on_end, &ended, &error));
  if ((how & 0x80U) != 0) {
    (void)loop_drive(&loop, fake_clock.monotonic_ms() + 1);
  } else {
    INPUT_PROMISE(loop_drive(&loop, INT64_MAX) == LOOP_IDLE && ended.calls == 1);
    check(&child, ended.result, way, status, output, length);
  }
  child_cancel(&child);
  INPUT_PROMISE(child.output.data == NULL && child.last_line[0] == '\0');
  /* None is left, dead or alive. */
  INPUT_PROMISE(waitpid(-1, NULL, 0) < 0 && errno == ECHILD);
  http_free(loop.http);
  (void)close(files[0]);
  (void)close(files[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  unsigned char how = input_byte(&input);
  int status = input_byte(&input);
  size_t length = 0;
  size_t errors_length = 0;
  const char *output = input_record(&input, &length);
  const char *errors = input_record(&input, &errors_length);
  (void)fake_http_begin(NULL);
  fake_clock_run_when(always);
  run(how, status, output != NULL ? output : "", length, errors != NULL ? errors : "", errors_length);
  (void)fake_http_end(NULL);
  input_clear(&input);
  return 0;
}
