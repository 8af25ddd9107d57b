/* links: util */
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "util/utf8.h"

static const struct {
  const char *bytes;
  uint32_t character;
} characters[] = {
    {"a", 'a'},
    {"\x7f", 0x7f},
    {"\xc2\x80", 0x80},
    {"\xdf\xbf", 0x7ff},
    {"\xe0\xa0\x80", 0x800},
    {"\xe2\x82\xac", 0x20ac},
    {"\xed\x9f\xbf", 0xd7ff},
    {"\xee\x80\x80", 0xe000},
    {"\xef\xbf\xbf", 0xffff},
    {"\xf0\x90\x80\x80", 0x10000},
    {"\xf4\x8f\xbf\xbf", 0x10ffff},
};

/* Decodes a copy of exactly that size, for those who watch what is read. */
static size_t decoded(const char *bytes, size_t length, uint32_t *character) {
  char *copy = malloc(length + (length == 0));
  assert_non_null(copy);
  memcpy(copy, bytes, length);
  size_t size = utf8_decode(copy, length, character);
  free(copy);
  return size;
}

static void utf8_characters_of_every_length_are_read_and_written(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(characters); i++) {
    uint32_t character = 0;
    char bytes[UTF8_SIZE_MAX];
    size_t size = strlen(characters[i].bytes);
    assert_int_equal(decoded(characters[i].bytes, size, &character), size);
    assert_int_equal(character, characters[i].character);
    assert_int_equal(utf8_encode(character, bytes), size);
    assert_memory_equal(bytes, characters[i].bytes, size);
  }
}

static void utf8_refuses_what_is_none(void **state) {
  static const char *const wrong[] = {"\x80",
                                      "\xbf",
                                      "\xc2",
                                      "\xc2g",
                                      "\xc0\xaf",
                                      "\xe0\x9f\xbf",
                                      "\xe2\x82",
                                      "\xe2\x82g",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf8\x88\x80\x80\x80",
                                      "\xff",
                                      "\xfe\xff"};
  (void)state;
  for (size_t i = 0; i < COUNT(wrong); i++) {
    uint32_t character = 77;
    assert_int_equal(decoded(wrong[i], strlen(wrong[i]), &character), 0);
    assert_int_equal(character, 77);
  }
}

static void utf8_does_not_read_beyond_the_end(void **state) {
  (void)state;
  uint32_t character = 0;
  for (size_t length = 0; length < 4; length++)
    assert_int_equal(decoded("\xf0\x9f\x98\x80", length, &character), 0);
  assert_int_equal(decoded("\xf0\x9f\x98\x80", 4, &character), 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(utf8_characters_of_every_length_are_read_and_written),
      cmocka_unit_test(utf8_refuses_what_is_none),
      cmocka_unit_test(utf8_does_not_read_beyond_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
