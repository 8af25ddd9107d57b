/* links: util */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "util/counters.h"

static counters_t counters;

static int empty(void **state) {
  (void)state;
  memset(&counters, 0, sizeof(counters));
  return 0;
}

static void assert_row(size_t row, const char *name, uint64_t value) {
  assert_string_equal(counters_name(&counters, row), name);
  assert_int_equal(counters_value(&counters, row), value);
}

static void counters_add_up_by_name_in_order_of_appearance(void **state) {
  (void)state;
  counters_add(&counters, "ListApps", 1);
  counters_add(&counters, "ListDomains", 2);
  counters_add(&counters, "ListApps", 3);
  assert_int_equal(counters_used(&counters), 2);
  assert_row(0, "ListApps", 4);
  assert_row(1, "ListDomains", 2);
}

static void counters_know_a_name_that_was_added_with_0(void **state) {
  (void)state;
  counters_add(&counters, "timeout", 0);
  assert_int_equal(counters_used(&counters), 1);
  assert_row(0, "timeout", 0);
}

static void counters_count_what_does_not_fit_as_other(void **state) {
  (void)state;
  char name[32];
  for (int i = 0; i < 100; i++) {
    snprintf(name, sizeof(name), "code%d", i);
    counters_add(&counters, name, 1);
  }
  assert_int_equal(counters_used(&counters), COUNTERS_MAX);
  assert_row(0, "code0", 1);
  assert_row(COUNTERS_MAX - 2, "code30", 1);
  assert_row(COUNTERS_MAX - 1, COUNTERS_OTHER, 69);
  counters_add(&counters, "code30", 1);
  assert_row(COUNTERS_MAX - 2, "code30", 2);
}

static void counters_count_a_long_name_in_one_row(void **state) {
  (void)state;
  char name[200];
  memset(name, 'x', sizeof(name));
  name[sizeof(name) - 1] = '\0';
  counters_add(&counters, name, 1);
  counters_add(&counters, name, 1);
  assert_int_equal(strlen(counters_name(&counters, 0)), 63);
  assert_int_equal(counters_used(&counters), 1);
  assert_int_equal(counters_value(&counters, 0), 2);
}

#define ROUNDS 20000

static void *add_many(void *argument) {
  (void)argument;
  char name[32];
  for (int i = 0; i < ROUNDS; i++) {
    snprintf(name, sizeof(name), "code%d", i % 20);
    counters_add(&counters, name, 1);
  }
  return NULL;
}

/* A row that is visible has its name and a count, and counts never fall. */
static void counters_are_whole_for_a_reader_beside_the_writer(void **state) {
  (void)state;
  pthread_t writer;
  uint64_t seen[COUNTERS_MAX] = {0};
  bool whole = true;
  assert_int_equal(pthread_create(&writer, NULL, add_many, NULL), 0);
  for (uint64_t last = 0; last < ROUNDS / 20;) {
    size_t used = counters_used(&counters);
    for (size_t row = 0; row < used; row++) {
      char expected[32];
      uint64_t value = counters_value(&counters, row);
      snprintf(expected, sizeof(expected), "code%zu", row);
      whole = whole && strcmp(counters_name(&counters, row), expected) == 0 && value > 0 && value >= seen[row];
      seen[row] = value;
    }
    last = seen[19];
  }
  pthread_join(writer, NULL);
  assert_true(whole);
  for (size_t row = 0; row < 20; row++)
    assert_int_equal(counters_value(&counters, row), ROUNDS / 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(counters_add_up_by_name_in_order_of_appearance, empty),
      cmocka_unit_test_setup(counters_know_a_name_that_was_added_with_0, empty),
      cmocka_unit_test_setup(counters_count_what_does_not_fit_as_other, empty),
      cmocka_unit_test_setup(counters_count_a_long_name_in_one_row, empty),
      cmocka_unit_test_setup(counters_are_whole_for_a_reader_beside_the_writer, empty),
  };
  return cmocka_run_group_tests_name("counters", tests, NULL, NULL);
}
