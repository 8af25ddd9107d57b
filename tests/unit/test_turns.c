/* links: util */
#include <string.h>

#include "test.h"

#include "util/turns.h"

static turns_t turns;
static turn_t some[64];

static void add(turn_t *turn, const char *host) { assert_true(turns_add(&turns, turn, host, strlen(host))); }

static void add_all(size_t from, size_t to, const char *host) {
  for (size_t i = from; i < to; i++)
    add(&some[i], host);
}

/* Takes turns until none may start; how many that were. */
static size_t take_all(void) {
  size_t count = 0;
  while (turns_take(&turns) != NULL)
    count++;
  return count;
}

static void leave_all(size_t from, size_t to) {
  for (size_t i = from; i < to; i++)
    turns_leave(&turns, &some[i]);
}

static void turns_of_one_host_are_taken_in_their_order(void **state) {
  (void)state;
  turns_init(&turns, 16);
  add_all(0, 8, "a");
  for (size_t i = 0; i < 8; i++)
    assert_ptr_equal(turns_take(&turns), &some[i]);
  assert_null(turns_take(&turns));
  leave_all(0, 8);
}

static void hosts_take_turns(void **state) {
  (void)state;
  turns_init(&turns, 64);
  add_all(0, 3, "a");
  add_all(3, 5, "b");
  add_all(5, 6, "ab");
  static const size_t order[] = {0, 3, 5, 1, 4, 2};
  for (size_t i = 0; i < 6; i++)
    assert_ptr_equal(turns_take(&turns), &some[order[i]]);
  leave_all(0, 6);
}

static void a_host_has_at_most_half_of_the_places_and_the_next_half_of_the_rest(void **state) {
  (void)state;
  turns_init(&turns, 16);
  add_all(0, 20, "a");
  assert_int_equal(take_all(), 8);
  add_all(20, 40, "b");
  assert_int_equal(take_all(), 4);
  add_all(40, 50, "c");
  assert_int_equal(take_all(), 2);
  add_all(50, 52, "d");
  assert_int_equal(take_all(), 1);
  add_all(52, 53, "e");
  assert_int_equal(take_all(), 1);
  add_all(53, 54, "f");
  assert_null(turns_take(&turns));
  leave_all(0, 54);
}

static void a_place_that_is_left_is_taken_by_the_next(void **state) {
  (void)state;
  turns_init(&turns, 4);
  add_all(0, 4, "a");
  assert_int_equal(take_all(), 2);
  turns_leave(&turns, &some[0]);
  assert_ptr_equal(turns_take(&turns), &some[2]);
  assert_null(turns_take(&turns));
  turns_leave(&turns, &some[1]);
  turns_leave(&turns, &some[2]);
  assert_ptr_equal(turns_take(&turns), &some[3]);
  turns_leave(&turns, &some[3]);
  assert_int_equal(turns.taken, 0);
  assert_null(turns.hosts);
}

static void a_turn_that_is_left_while_it_waits_is_not_taken(void **state) {
  (void)state;
  turns_init(&turns, 16);
  add_all(0, 5, "a");
  turns_leave(&turns, &some[0]);
  turns_leave(&turns, &some[2]);
  turns_leave(&turns, &some[4]);
  add(&some[5], "a");
  assert_ptr_equal(turns_take(&turns), &some[1]);
  assert_ptr_equal(turns_take(&turns), &some[3]);
  assert_ptr_equal(turns_take(&turns), &some[5]);
  assert_null(turns_take(&turns));
  turns_leave(&turns, &some[1]);
  turns_leave(&turns, &some[3]);
  turns_leave(&turns, &some[5]);
  assert_null(turns.hosts);
}

static void the_oldest_is_the_one_that_has_waited_longest(void **state) {
  (void)state;
  turns_init(&turns, 4);
  assert_null(turns_oldest(&turns));
  add_all(0, 4, "a");
  add_all(4, 6, "b");
  (void)turns_take(&turns);
  turns_leave(&turns, &some[0]);
  add(&some[0], "a");
  static const size_t order[] = {1, 2, 3, 4, 5, 0};
  for (size_t i = 0; i < 6; i++) {
    assert_int_equal(turns.requests, 6 - i);
    assert_ptr_equal(turns_oldest(&turns), &some[order[i]]);
    turns_leave(&turns, &some[order[i]]);
  }
  assert_null(turns_oldest(&turns));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(turns_of_one_host_are_taken_in_their_order),
      cmocka_unit_test(hosts_take_turns),
      cmocka_unit_test(a_host_has_at_most_half_of_the_places_and_the_next_half_of_the_rest),
      cmocka_unit_test(a_place_that_is_left_is_taken_by_the_next),
      cmocka_unit_test(a_turn_that_is_left_while_it_waits_is_not_taken),
      cmocka_unit_test(the_oldest_is_the_one_that_has_waited_longest),
  };
  return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
