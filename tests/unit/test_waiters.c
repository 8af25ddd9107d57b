/* links: util */
#include <stdlib.h>

#include "test.h"

#include "util/waiters.h"

typedef struct {
  waiter_t base;
  int number;
} numbered_t;

static int users[3];

static void add(waiter_t **list, int number, void *user_data) {
  numbered_t *waiter = waiters_add(list, sizeof(*waiter), user_data);
  assert_non_null(waiter);
  assert_int_equal(waiter->number, 0);
  waiter->number = number;
}

static void assert_taken(waiter_t **list, int number, void *user_data) {
  numbered_t *waiter = waiters_take(list);
  assert_non_null(waiter);
  assert_int_equal(waiter->number, number);
  assert_ptr_equal(waiter->base.user_data, user_data);
  free(waiter);
}

static void waiters_are_taken_last_come_first(void **state) {
  (void)state;
  waiter_t *list = NULL;
  add(&list, 1, &users[0]);
  add(&list, 2, &users[1]);
  assert_taken(&list, 2, &users[1]);
  add(&list, 3, &users[2]);
  assert_taken(&list, 3, &users[2]);
  assert_taken(&list, 1, &users[0]);
  assert_null(waiters_take(&list));
}

static void waiters_forgets_all_of_one_user_data_and_no_other(void **state) {
  (void)state;
  waiter_t *list = NULL;
  add(&list, 1, &users[0]);
  add(&list, 2, &users[1]);
  add(&list, 3, &users[0]);
  waiters_forget(&list, &users[2]);
  waiters_forget(&list, &users[0]);
  assert_taken(&list, 2, &users[1]);
  assert_null(list);
}

static void waiters_clear_leaves_an_empty_list(void **state) {
  (void)state;
  waiter_t *list = NULL;
  add(&list, 1, &users[0]);
  add(&list, 2, &users[1]);
  waiters_clear(&list);
  assert_null(list);
  waiters_clear(&list);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(waiters_are_taken_last_come_first),
      cmocka_unit_test(waiters_forgets_all_of_one_user_data_and_no_other),
      cmocka_unit_test(waiters_clear_leaves_an_empty_list),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
