/* links: aws/utf8 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Longer than three of the steps that ASCII is read in. */
#define LENGTH ((size_t)27)

/* What it says with a sequence at each place of a text in ASCII; exactly its size, for those who watch what is read. */
static bool is_valid_everywhere(const char *sequence, bool expected) {
  size_t size = strlen(sequence);
  for (size_t at = 0; at + size <= LENGTH; at++) {
    char *text = malloc(LENGTH);
    assert_non_null(text);
    memset(text, 'a', LENGTH);
    for (size_t i = 0; i < size; i++)
      text[at + i] = sequence[i];
    bool is_valid = utf8_is_valid(text, LENGTH);
    free(text);
    if (is_valid != expected)
      return false;
  }
  return true;
}

static void utf8_takes_characters_of_every_length_wherever_they_stand(void **state) {
  static const char *const characters[] = {"",
                                           "\x7f",
                                           "\xc2\x80",
                                           "\xdf\xbf",
                                           "\xe0\xa0\x80",
                                           "\xef\xbf\xbf",
                                           "\xf0\x90\x80\x80",
                                           "\xf4\x8f\xbf\xbf",
                                           "\xe2\x82\xac\xc3\xa9"};
  (void)state;
  for (size_t i = 0; i < COUNT(characters); i++)
    assert_true(is_valid_everywhere(characters[i], true));
  assert_true(utf8_is_valid("", 0));
  assert_true(utf8_is_valid("a\0b", 3));
}

static void utf8_refuses_what_is_none_wherever_it_stands(void **state) {
  static const char *const wrong[] = {"\x80",
                                      "\xbf",
                                      "\xc2",
                                      "\xc0\xaf",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xe2\x82",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf8",
                                      "\xff",
                                      "\xfe\xff"};
  (void)state;
  for (size_t i = 0; i < COUNT(wrong); i++)
    assert_true(is_valid_everywhere(wrong[i], false));
}

static void utf8_does_not_read_beyond_the_end(void **state) {
  (void)state;
  for (size_t length = 1; length < 4; length++) {
    assert_false(utf8_is_valid("\xf0\x9f\x98\x80", length));
    assert_false(utf8_is_valid("aaaaaaaa\xf0\x9f\x98\x80", 8 + length));
  }
  assert_true(utf8_is_valid("aaaaaaaa\xf0\x9f\x98\x80", 12));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(utf8_takes_characters_of_every_length_wherever_they_stand),
      cmocka_unit_test(utf8_refuses_what_is_none_wherever_it_stands),
      cmocka_unit_test(utf8_does_not_read_beyond_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
