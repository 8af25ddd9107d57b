/* links: util unit/fake_http */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

#include "fake_http.h"

#include "util/loop.h"

static loop_t loop;
static char trace[64]; /* what was called, in order */

static bool always(void) { return true; }

static int begin(void **state) {
  loop = (loop_t){.clock = &fake_clock, .http = http_new("test")};
  trace[0] = '\0';
  (void)fake_http_begin(state);
  fake_clock_run_when(always);
  return 0;
}

static int end(void **state) {
  http_free(loop.http);
  return fake_http_end(state);
}

static void add(const char *text) {
  size_t length = strlen(trace);
  snprintf(trace + length, sizeof(trace) - length, "%s", text);
}

static void note(void *user_data) { add(user_data); }

static loop_timer_t timer_of(char *name) { return (loop_timer_t){.due = note, .user_data = name}; }

static void loop_runs_timers_when_they_are_due_the_earliest_first(void **state) {
  (void)state;
  loop_timer_t timers[] = {timer_of("d"), timer_of("a"), timer_of("c"), timer_of("b"), timer_of("e")};
  static const int64_t at_ms[] = {1300, 900, 1200, 1100, 2001};
  for (size_t i = 0; i < 5; i++)
    loop_timer_set(&loop, &timers[i], at_ms[i]);
  assert_int_equal(loop_drive(&loop, 1150), LOOP_DEADLINE);
  assert_string_equal(trace, "ab");
  assert_int_equal(fake_clock.monotonic_ms(), 1150);
  assert_int_equal(loop_drive(&loop, 2000), LOOP_DEADLINE);
  assert_string_equal(trace, "abcd");
  assert_int_equal(loop_drive(&loop, 5000), LOOP_IDLE);
  assert_string_equal(trace, "abcde");
  assert_int_equal(fake_clock.monotonic_ms(), 2001);
}

static void loop_runs_timers_of_one_time_in_the_order_they_were_set(void **state) {
  (void)state;
  loop_timer_t timers[] = {timer_of("a"), timer_of("b"), timer_of("c")};
  for (size_t i = 0; i < 3; i++)
    loop_timer_set(&loop, &timers[i], 1500);
  assert_int_equal(loop_drive(&loop, 2000), LOOP_IDLE);
  assert_string_equal(trace, "abc");
}

static void loop_moves_a_timer_that_is_set_again(void **state) {
  (void)state;
  loop_timer_t moved = timer_of("m");
  loop_timer_t other = timer_of("o");
  loop_timer_set(&loop, &moved, 1100);
  loop_timer_set(&loop, &other, 1200);
  loop_timer_set(&loop, &moved, 1300);
  assert_int_equal(loop_drive(&loop, 2000), LOOP_IDLE);
  assert_string_equal(trace, "om");
}

static void loop_forgets_a_cancelled_timer(void **state) {
  (void)state;
  loop_timer_t timer = timer_of("x");
  loop_timer_set(&loop, &timer, 1100);
  loop_timer_cancel(&loop, &timer);
  loop_timer_cancel(&loop, &timer);
  assert_int_equal(loop_drive(&loop, 2000), LOOP_IDLE);
  assert_string_equal(trace, "");
}

static loop_timer_t victim, again;

static void cancel_victim(void *user_data) {
  note(user_data);
  loop_timer_cancel(&loop, &victim);
}

static void loop_does_not_run_a_timer_that_another_has_cancelled(void **state) {
  (void)state;
  loop_timer_t canceller = {.due = cancel_victim, .user_data = "c"};
  victim = timer_of("v");
  loop_timer_t last = timer_of("l");
  loop_timer_set(&loop, &canceller, 1100);
  loop_timer_set(&loop, &victim, 1100);
  loop_timer_set(&loop, &last, 1100);
  assert_int_equal(loop_drive(&loop, 2000), LOOP_IDLE);
  assert_string_equal(trace, "cl");
}

static void set_again(void *user_data) {
  note(user_data);
  if (strlen(trace) < 3)
    loop_timer_set(&loop, &again, loop.clock->monotonic_ms() + 100);
}

static void loop_runs_a_timer_that_sets_itself_again(void **state) {
  (void)state;
  again = (loop_timer_t){.due = set_again, .user_data = "r"};
  loop_timer_set(&loop, &again, 1100);
  assert_int_equal(loop_drive(&loop, 2000), LOOP_IDLE);
  assert_string_equal(trace, "rrr");
  assert_int_equal(fake_clock.monotonic_ms(), 1300);
}

#define MANY 5000

static loop_timer_t thousands[MANY];
static size_t ran;

/* Each is due no earlier than the one before it, and behind it where both are due at the same time. */
static void check_order(void *user_data) {
  static const loop_timer_t *last;
  const loop_timer_t *timer = user_data;
  if (ran++ > 0 && last != NULL && (last->at_ms > timer->at_ms || (last->at_ms == timer->at_ms && last > timer)))
    fail_msg("timer %td at %lld ran behind %td at %lld", timer - thousands, (long long)timer->at_ms, last - thousands,
             (long long)last->at_ms);
  last = timer;
}

/* A third is cancelled, from all places among them, a third moved to another time, in the order in which all stand. */
static void loop_runs_thousands_of_timers_in_order_whatever_is_moved_and_cancelled(void **state) {
  (void)state;
  int64_t now = loop.clock->monotonic_ms();
  ran = 0;
  for (size_t i = 0; i < MANY; i++) {
    thousands[i] = (loop_timer_t){.due = check_order, .user_data = &thousands[i]};
    loop_timer_set(&loop, &thousands[i], now - (int64_t)(i * 7919 % 1000));
  }
  for (size_t i = 0; i < MANY; i += 3)
    loop_timer_cancel(&loop, &thousands[i]);
  for (size_t i = 1; i < MANY; i += 3) {
    loop_timer_cancel(&loop, &thousands[i]);
    loop_timer_cancel(&loop, &thousands[i]);
  }
  for (size_t i = 1; i < MANY; i += 3)
    loop_timer_set(&loop, &thousands[i], now - 2000 - (int64_t)(i * 104729 % 1000));
  assert_int_equal(loop_drive(&loop, now + 10000), LOOP_IDLE);
  assert_int_equal(ran, MANY - (MANY + 2) / 3);
}

static void loop_is_idle_at_once_with_nothing_under_way(void **state) {
  (void)state;
  assert_int_equal(loop_drive(&loop, INT64_MAX), LOOP_IDLE);
  assert_int_equal(fake_clock.monotonic_ms(), 1000);
}

static void loop_wakes_now_or_the_next_time(void **state) {
  (void)state;
  loop_timer_t timer = timer_of("t");
  loop_timer_set(&loop, &timer, 5000);
  loop_wake(&loop);
  assert_int_equal(loop_drive(&loop, 9000), LOOP_WOKEN);
  assert_int_equal(loop_drive(&loop, 9000), LOOP_IDLE);
  assert_string_equal(trace, "t");
}

typedef struct {
  loop_watch_t watch;
  int pipe[2];
  const char *name;
} watched_t;

static void read_byte(void *user_data) {
  watched_t *watched = user_data;
  char byte = '\0';
  add(watched->name);
  if (read(watched->pipe[0], &byte, 1) == 0) {
    add(".");
    loop_watch_remove(&loop, &watched->watch);
  }
}

static void open_watch(watched_t *watched, const char *name, void (*ready)(void *user_data)) {
  *watched = (watched_t){.name = name};
  assert_int_equal(pipe(watched->pipe), 0);
  watched->watch = (loop_watch_t){.descriptor = watched->pipe[0], .ready = ready, .user_data = watched};
  loop_watch_add(&loop, &watched->watch);
}

static void loop_calls_a_watch_while_there_is_something_to_read_and_at_its_end(void **state) {
  (void)state;
  watched_t watched;
  watched_t quiet;
  open_watch(&watched, "w", read_byte);
  open_watch(&quiet, "q", read_byte);
  loop_watch_add(&loop, &watched.watch);
  assert_int_equal(write(watched.pipe[1], "ab", 2), 2);
  close(watched.pipe[1]);
  assert_int_equal(loop_drive(&loop, 3000), LOOP_DEADLINE);
  assert_string_equal(trace, "www.");
  loop_watch_remove(&loop, &quiet.watch);
  loop_watch_remove(&loop, &quiet.watch);
  assert_int_equal(loop_drive(&loop, 9000), LOOP_IDLE);
  close(watched.pipe[0]);
  close(quiet.pipe[0]);
  close(quiet.pipe[1]);
}

static watched_t one, other;

static void remove_both(void *user_data) {
  add(((const watched_t *)user_data)->name);
  loop_watch_remove(&loop, &one.watch);
  loop_watch_remove(&loop, &other.watch);
}

static void loop_does_not_call_a_watch_that_another_has_removed(void **state) {
  (void)state;
  open_watch(&one, "1", remove_both);
  open_watch(&other, "2", remove_both);
  close(one.pipe[1]);
  close(other.pipe[1]);
  assert_int_equal(loop_drive(&loop, 3000), LOOP_IDLE);
  assert_string_equal(trace, "1");
  close(one.pipe[0]);
  close(other.pipe[0]);
}

static void open_other_anew(void *user_data) {
  remove_both(user_data);
  close(other.pipe[0]);
  close(other.pipe[1]);
  open_watch(&other, "3", read_byte);
}

static void loop_does_not_call_a_new_watch_for_what_came_to_an_old_descriptor(void **state) {
  (void)state;
  open_watch(&one, "1", open_other_anew);
  open_watch(&other, "2", read_byte);
  int reused = other.pipe[0];
  assert_int_equal(write(other.pipe[1], "2", 1), 1);
  assert_int_equal(write(one.pipe[1], "1", 1), 1);
  assert_int_equal(loop_drive(&loop, 2000), LOOP_DEADLINE);
  assert_int_equal(other.pipe[0], reused);
  assert_string_equal(trace, "1");
  loop_watch_remove(&loop, &other.watch);
  close(one.pipe[0]);
  close(one.pipe[1]);
  close(other.pipe[0]);
  close(other.pipe[1]);
}

static void loop_watches_any_number_of_descriptors(void **state) {
  (void)state;
  static watched_t many[100];
  for (size_t i = 0; i < 100; i++)
    open_watch(&many[i], i == 99 ? "z" : "a", read_byte);
  assert_int_equal(write(many[99].pipe[1], "1", 1), 1);
  assert_int_equal(loop_drive(&loop, 2000), LOOP_DEADLINE);
  assert_string_equal(trace, "z");
  for (size_t i = 0; i < 100; i++) {
    loop_watch_remove(&loop, &many[i].watch);
    close(many[i].pipe[0]);
    close(many[i].pipe[1]);
  }
}

static void on_response(void *user_data, const http_response_t *response) {
  assert_int_equal(response->status, 200);
  note(user_data);
}

static void loop_waits_for_a_request_in_flight(void **state) {
  (void)state;
  loop_timer_t timer = timer_of("t");
  http_request_t request = {.method = "GET", .url = "http://h/", .timeout_ms = 1000};
  fake_http_expect(&(fake_exchange_t){.request = "GET http://h/", .takes_ms = 300});
  loop_timer_set(&loop, &timer, 1200);
  assert_non_null(http_send(loop.http, &request, on_response, "h"));
  assert_int_equal(loop_drive(&loop, 2000), LOOP_IDLE);
  assert_string_equal(trace, "th");
  assert_int_equal(fake_clock.monotonic_ms(), 1300);
}

static void loop_has_a_clock_and_chance_of_its_own(void **state) {
  (void)state;
  int64_t monotonic_ms = loop_system_clock.monotonic_ms();
  double one_fraction = loop_system_clock.fraction();
  bool differs = false;
  assert_true(loop_system_clock.wall_ms() > INT64_C(1700000000000));
  for (int i = 0; i < 100; i++) {
    double fraction = loop_system_clock.fraction();
    assert_true(fraction >= 0.0 && fraction < 1.0);
    differs = differs || fraction != one_fraction;
  }
  assert_true(differs);
  assert_true(loop_system_clock.monotonic_ms() >= monotonic_ms);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(loop_runs_timers_when_they_are_due_the_earliest_first, begin, end),
      cmocka_unit_test_setup_teardown(loop_runs_timers_of_one_time_in_the_order_they_were_set, begin, end),
      cmocka_unit_test_setup_teardown(loop_moves_a_timer_that_is_set_again, begin, end),
      cmocka_unit_test_setup_teardown(loop_forgets_a_cancelled_timer, begin, end),
      cmocka_unit_test_setup_teardown(loop_does_not_run_a_timer_that_another_has_cancelled, begin, end),
      cmocka_unit_test_setup_teardown(loop_runs_a_timer_that_sets_itself_again, begin, end),
      cmocka_unit_test_setup_teardown(loop_runs_thousands_of_timers_in_order_whatever_is_moved_and_cancelled, begin,
                                      end),
      cmocka_unit_test_setup_teardown(loop_is_idle_at_once_with_nothing_under_way, begin, end),
      cmocka_unit_test_setup_teardown(loop_wakes_now_or_the_next_time, begin, end),
      cmocka_unit_test_setup_teardown(loop_calls_a_watch_while_there_is_something_to_read_and_at_its_end, begin, end),
      cmocka_unit_test_setup_teardown(loop_does_not_call_a_watch_that_another_has_removed, begin, end),
      cmocka_unit_test_setup_teardown(loop_does_not_call_a_new_watch_for_what_came_to_an_old_descriptor, begin, end),
      cmocka_unit_test_setup_teardown(loop_watches_any_number_of_descriptors, begin, end),
      cmocka_unit_test_setup_teardown(loop_waits_for_a_request_in_flight, begin, end),
      cmocka_unit_test_setup_teardown(loop_has_a_clock_and_chance_of_its_own, begin, end),
  };
  return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
