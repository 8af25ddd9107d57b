/* links: util */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "util/hash.h"
#include "util/pointer_set.h"

#define NUMBERS 5000

static unsigned numbers[NUMBERS];
static bool contained[NUMBERS];

/* Few hashes for many items: they stand in long rows, rows run into each other, and those at the end go on at the
 * beginning. */
static uint64_t hash_number(unsigned number) { return hash_bytes(HASH_INIT, &(unsigned){number % 97}, 1); }

static uint64_t hash_of(const void *item) { return hash_number(*(const unsigned *)item); }

static bool is_number(const void *item, const void *key) { return *(const unsigned *)item == *(const unsigned *)key; }

static int begin(void **state) {
  (void)state;
  for (unsigned i = 0; i < NUMBERS; i++) {
    numbers[i] = i;
    contained[i] = false;
  }
  return 0;
}

static void *find(const pointer_set_t *set, unsigned number) {
  return pointer_set_find(set, hash_number(number), is_number, &number);
}

static void pointer_set_is_empty_at_first(void **state) {
  (void)state;
  pointer_set_t set = {.hash_of = hash_of};
  size_t at = 0;
  assert_null(find(&set, 7));
  assert_null(pointer_set_next(&set, &at));
  pointer_set_remove(&set, &numbers[7]);
  pointer_set_clear(&set);
  pointer_set_clear(&set);
}

static void pointer_set_finds_what_was_added_and_not_removed(void **state) {
  (void)state;
  pointer_set_t set = {.hash_of = hash_of};
  uint64_t chance = 1;
  size_t count = 0;
  for (int step = 0; step < 30000; step++) {
    chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    size_t limit = step < 15000 ? 300 : 40;
    unsigned number = (unsigned)((chance >> 33) % limit);
    if (contained[number])
      pointer_set_remove(&set, &numbers[number]);
    else
      assert_true(pointer_set_add(&set, &numbers[number]));
    contained[number] = !contained[number];
    count += contained[number] ? 1 : (size_t)-1;
    assert_int_equal(set.count, count);
    unsigned other = (unsigned)((chance >> 20) % limit);
    assert_ptr_equal(find(&set, other), contained[other] ? &numbers[other] : NULL);
  }
  /* Coming and going takes no room for good. */
  assert_in_range(set.capacity, 1, 512);
  pointer_set_clear(&set);
}

static uint64_t hash_name(const void *item) { return hash_text(HASH_INIT, item); }

static size_t compared;

static bool is_name(const void *item, const void *key) {
  compared++;
  return strcmp(item, key) == 0;
}

/* Names that people and programs number: they differ in their last characters alone. */
static void pointer_set_finds_names_that_differ_at_their_end_at_once(void **state) {
  static char names[3000][32];
  (void)state;
  pointer_set_t set = {.hash_of = hash_name};
  for (size_t i = 0; i < COUNT(names); i++) {
    snprintf(names[i], sizeof(names[i]), "d/user01/KernelGateway/app-%04zu", i);
    assert_true(pointer_set_add(&set, names[i]));
  }
  compared = 0;
  for (size_t i = 0; i < COUNT(names); i++)
    assert_ptr_equal(pointer_set_find(&set, hash_name(names[i]), is_name, names[i]), names[i]);
  /* Knuth's estimate for a table that is seven eighths full: four and a half. */
  assert_in_range(compared, COUNT(names), 5 * COUNT(names));
  pointer_set_clear(&set);
}

/* Growing by a quarter: from 7/8 to 7/10 of the slots are in use. */
static void pointer_set_has_little_room_that_nobody_needs(void **state) {
  (void)state;
  pointer_set_t set = {.hash_of = hash_of};
  for (unsigned i = 0; i < NUMBERS; i++) {
    assert_true(pointer_set_add(&set, &numbers[i]));
    assert_true(i < 64 || set.count * 10 >= set.capacity * 7 - 10);
  }
  pointer_set_clear(&set);
}

static void pointer_set_goes_through_all_while_items_are_removed(void **state) {
  (void)state;
  pointer_set_t set = {.hash_of = hash_of};
  for (unsigned i = 0; i < NUMBERS; i++)
    assert_true(pointer_set_add(&set, &numbers[i]));
  size_t at = 0;
  size_t seen = 0;
  for (const unsigned *item = pointer_set_next(&set, &at); item != NULL; item = pointer_set_next(&set, &at)) {
    assert_false(contained[*item]);
    contained[*item] = true;
    seen++;
    if (*item % 2 == 0)
      pointer_set_remove(&set, item);
  }
  assert_int_equal(seen, NUMBERS);
  for (unsigned i = 0; i < NUMBERS; i++)
    assert_ptr_equal(find(&set, i), i % 2 == 0 ? NULL : &numbers[i]);
  pointer_set_clear(&set);
}

static void pointer_set_puts_another_in_an_items_place(void **state) {
  (void)state;
  pointer_set_t set = {.hash_of = hash_of};
  assert_true(pointer_set_add(&set, &numbers[1]));
  assert_true(pointer_set_add(&set, &numbers[98]));
  pointer_set_replace(&set, &numbers[1], &numbers[195]);
  assert_null(find(&set, 1));
  assert_ptr_equal(find(&set, 195), &numbers[195]);
  assert_ptr_equal(find(&set, 98), &numbers[98]);
  pointer_set_clear(&set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(pointer_set_is_empty_at_first, begin),
      cmocka_unit_test_setup(pointer_set_finds_what_was_added_and_not_removed, begin),
      cmocka_unit_test_setup(pointer_set_finds_names_that_differ_at_their_end_at_once, begin),
      cmocka_unit_test_setup(pointer_set_has_little_room_that_nobody_needs, begin),
      cmocka_unit_test_setup(pointer_set_goes_through_all_while_items_are_removed, begin),
      cmocka_unit_test_setup(pointer_set_puts_another_in_an_items_place, begin),
  };
  return cmocka_run_group_tests_name("pointer_set", tests, NULL, NULL);
}
