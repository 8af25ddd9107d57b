/* links: util unit/fake_http */
#include <errno.h>
#include <sys/wait.h>

#include "test.h"

#include "fake_http.h"
#include "util/child.h"

#define LIMIT_MS 600000

/* The shell is seldom still there when its output has ended. */
#define TRIES 100

static void on_end(void *user_data, child_result_t result) {
  assert_int_equal(result, CHILD_DONE);
  *(bool *)user_data = true;
}

static void child_that_is_cancelled_behind_its_output_is_waited_for(void **state) {
  (void)state;
  char program[] = "true";
  char *arguments[] = {program, NULL};
  loop_t loop = {.clock = &fake_clock, .http = http_new("test")};
  child_t child = {.pid = 0};
  for (int i = 0; i < TRIES; i++) {
    int error = 0;
    bool ended = false;
    assert_true(child_start(&child, &loop, arguments, LIMIT_MS, 64, on_end, &ended, &error));
    while (!ended)
      (void)loop_drive(&loop, fake_clock.monotonic_ms() + 1);
    child_cancel(&child);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
  }
  http_free(loop.http);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(child_that_is_cancelled_behind_its_output_is_waited_for, fake_http_begin,
                                      fake_http_end),
  };
  return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
