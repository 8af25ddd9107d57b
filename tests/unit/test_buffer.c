/* links: util */
#include <string.h>

#include "test.h"

#include "util/buffer.h"

static void buffer_is_terminated_after_every_addition(void **state) {
  (void)state;
  buffer_t buffer = BUFFER_INIT(4096);
  assert_true(buffer_add(&buffer, "ab\0c", 4));
  assert_int_equal(buffer.length, 4);
  assert_memory_equal(buffer.data, "ab\0c\0", 5);
  assert_true(buffer_add_text(&buffer, "de"));
  assert_true(buffer_add_format(&buffer, "%s-%d", "f", 7));
  assert_int_equal(buffer.length, 9);
  assert_memory_equal(buffer.data, "ab\0cdef-7\0", 10);
  buffer_clear(&buffer);
}

static void buffer_with_an_empty_addition_is_an_empty_string(void **state) {
  (void)state;
  buffer_t buffer = BUFFER_INIT(0);
  assert_true(buffer_add(&buffer, NULL, 0));
  assert_string_equal(buffer.data, "");
  assert_int_equal(buffer.length, 0);
  buffer_clear(&buffer);
}

static void buffer_grows_piece_by_piece_and_in_leaps(void **state) {
  (void)state;
  static char leap[100000];
  memset(leap, 'x', sizeof(leap));
  buffer_t buffer = BUFFER_INIT(SIZE_MAX - 1);
  for (size_t i = 0; i < 1000; i++)
    assert_true(buffer_add_format(&buffer, "%03zu", i));
  assert_int_equal(buffer.length, 3000);
  assert_memory_equal(buffer.data + 2994, "998999", 7);
  assert_true(buffer_add(&buffer, leap, sizeof(leap)));
  assert_int_equal(buffer.length, 103000);
  assert_memory_equal(buffer.data + 2997, "999xxx", 6);
  buffer_clear(&buffer);
}

static void buffer_takes_limit_bytes_and_not_one_more(void **state) {
  (void)state;
  for (size_t limit = 0; limit < 1030; limit++) {
    buffer_t buffer = BUFFER_INIT(limit);
    for (size_t i = 0; i < limit; i++)
      assert_true(buffer_add(&buffer, "x", 1));
    assert_true(buffer_add(&buffer, "", 0));
    assert_false(buffer_add(&buffer, "x", 1));
    assert_int_equal(buffer.length, limit);
    assert_int_equal(strlen(buffer.data), limit);
    buffer_clear(&buffer);
  }
}

static void buffer_moves_seldom_up_to_its_limit(void **state) {
  (void)state;
  size_t moves = 0;
  buffer_t buffer = BUFFER_INIT(1000000);
  for (size_t i = 0; i < 1000000; i++) {
    size_t capacity = buffer.capacity;
    assert_true(buffer_add(&buffer, "x", 1));
    moves += capacity != buffer.capacity ? 1 : 0;
  }
  assert_in_range(moves, 1, 13);
  buffer_clear(&buffer);
}

static void buffer_adds_nothing_of_what_does_not_fit(void **state) {
  (void)state;
  buffer_t buffer = BUFFER_INIT(4);
  assert_true(buffer_add_text(&buffer, "abc"));
  assert_false(buffer_add_text(&buffer, "de"));
  assert_string_equal(buffer.data, "abc");
  buffer_reset(&buffer);
  assert_false(buffer_add_format(&buffer, "%s", "abcde"));
  assert_string_equal(buffer.data, "");
  buffer_reset(&buffer);
  assert_false(buffer_add(&buffer, "x", SIZE_MAX));
  assert_int_equal(buffer.length, 0);
  buffer_clear(&buffer);
}

static void buffer_stays_failed_until_reset_or_clear(void **state) {
  (void)state;
  buffer_t buffer = BUFFER_INIT(4);
  assert_false(buffer_add_text(&buffer, "abcde"));
  assert_true(buffer.failed);
  assert_false(buffer_add_text(&buffer, "a"));
  assert_false(buffer_add_format(&buffer, "%c", 'a'));
  assert_false(buffer_add(&buffer, "", 0));
  buffer_reset(&buffer);
  assert_true(buffer_add_text(&buffer, "abcd"));
  assert_false(buffer_add_text(&buffer, "e"));
  buffer_clear(&buffer);
  assert_false(buffer.failed);
  assert_true(buffer_add_text(&buffer, "abcd"));
  buffer_clear(&buffer);
}

static void buffer_with_room_reserved_does_not_move(void **state) {
  (void)state;
  buffer_t buffer = BUFFER_INIT(4096);
  assert_true(buffer_reserve(&buffer, 1000));
  assert_string_equal(buffer.data, "");
  const char *memory = buffer.data;
  for (size_t i = 0; i < 10; i++)
    assert_true(buffer_add_format(&buffer, "%0100d", 7));
  assert_ptr_equal(buffer.data, memory);
  assert_false(buffer_reserve(&buffer, 4096));
  buffer_clear(&buffer);
}

/* Longer than the memory that the first addition takes. */
static void buffer_formats_what_is_longer_than_its_room(void **state) {
  (void)state;
  buffer_t buffer = BUFFER_INIT(4096);
  assert_true(buffer_add_format(&buffer, "a%0999d", 7));
  assert_int_equal(buffer.length, 1000);
  assert_int_equal(strlen(buffer.data), 1000);
  assert_memory_equal(buffer.data + 998, "07", 3);
  buffer_clear(&buffer);
}

static void buffer_reset_keeps_the_memory(void **state) {
  (void)state;
  buffer_t buffer = BUFFER_INIT(4096);
  assert_true(buffer_add_text(&buffer, "abc"));
  const char *memory = buffer.data;
  size_t capacity = buffer.capacity;
  buffer_reset(&buffer);
  assert_string_equal(buffer.data, "");
  assert_true(buffer_add_text(&buffer, "xyz"));
  assert_ptr_equal(buffer.data, memory);
  assert_int_equal(buffer.capacity, capacity);
  buffer_clear(&buffer);
}

static void buffer_clear_returns_to_pristine_and_is_safe_twice(void **state) {
  (void)state;
  buffer_t buffer = BUFFER_INIT(4096);
  buffer_reset(&buffer);
  buffer_clear(&buffer);
  assert_true(buffer_add_text(&buffer, "secret"));
  buffer_clear(&buffer);
  buffer_clear(&buffer);
  assert_null(buffer.data);
  assert_int_equal(buffer.length, 0);
  assert_int_equal(buffer.capacity, 0);
  assert_int_equal(buffer.limit, 4096);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(buffer_is_terminated_after_every_addition),
      cmocka_unit_test(buffer_with_an_empty_addition_is_an_empty_string),
      cmocka_unit_test(buffer_grows_piece_by_piece_and_in_leaps),
      cmocka_unit_test(buffer_takes_limit_bytes_and_not_one_more),
      cmocka_unit_test(buffer_moves_seldom_up_to_its_limit),
      cmocka_unit_test(buffer_adds_nothing_of_what_does_not_fit),
      cmocka_unit_test(buffer_stays_failed_until_reset_or_clear),
      cmocka_unit_test(buffer_with_room_reserved_does_not_move),
      cmocka_unit_test(buffer_formats_what_is_longer_than_its_room),
      cmocka_unit_test(buffer_reset_keeps_the_memory),
      cmocka_unit_test(buffer_clear_returns_to_pristine_and_is_safe_twice),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
