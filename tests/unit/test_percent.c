/* links: util */
#include "test.h"

#include "util/percent.h"

static void percent_leaves_letters_digits_and_four_marks(void **state) {
  (void)state;
  static const struct {
    const char *text, *encoded;
  } cases[] = {
      {"", ""},
      {"azAZ09-._~", "azAZ09-._~"},
      {"a b+c/d=e&f", "a%20b%2Bc%2Fd%3De%26f"},
      {"\xc3\xa9\xff\x01%", "%C3%A9%FF%01%25"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    buffer_t buffer = {.limit = 100};
    assert_true(buffer_add_text(&buffer, "x="));
    assert_true(percent_add(&buffer, cases[i].text));
    assert_memory_equal(buffer.data, "x=", 2);
    assert_string_equal(buffer.data + 2, cases[i].encoded);
    buffer_clear(&buffer);
  }
}

static void percent_tells_that_the_buffer_is_full(void **state) {
  (void)state;
  buffer_t buffer = {.limit = 4};
  assert_false(percent_add(&buffer, "ab c"));
  buffer_clear(&buffer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(percent_leaves_letters_digits_and_four_marks),
      cmocka_unit_test(percent_tells_that_the_buffer_is_full),
  };
  return cmocka_run_group_tests_name("percent", tests, NULL, NULL);
}
