/* links: util */
/* The expectations are Python's shlex.split. */
#include <string.h>

#include "test.h"

#include "util/shell_words.h"

typedef struct {
  const char *text;
  const char *words[5]; /* the first NULL ends them */
} example_t;

static const example_t examples[] = {
    {"", {NULL}},
    {" \t\r\n", {NULL}},
    {"profile x", {"profile", "x"}},
    {"  a  b\tc\nd ", {"a", "b", "c", "d"}},
    {"/opt/bin/keys --account 'my account'", {"/opt/bin/keys", "--account", "my account"}},
    {"a\"b c\"d", {"ab cd"}},
    {"''", {""}},
    {"x \"\" y", {"x", "", "y"}},
    {"a\\ b", {"a b"}},
    {"a\\\\b", {"a\\b"}},
    {"'a\\b'", {"a\\b"}},
    {"'a\\'", {"a\\"}},
    {"'a\\\\b\\\"c'", {"a\\\\b\\\"c"}},
    {"\"a\\\"b\"", {"a\"b"}},
    {"\"a\\\\b\"", {"a\\b"}},
    {"\"a\\nb\"", {"a\\nb"}},
    {"\"it's\" 'a \"b\"'", {"it's", "a \"b\""}},
    {"a # b", {"a", "#", "b"}},
    {"$HOME `x` a|b;c", {"$HOME", "`x`", "a|b;c"}},
    {"a\\\nb", {"a\nb"}},
    {"\xc3\xa9\xc2\xa0x", {"\xc3\xa9\xc2\xa0x"}},
};

static void shell_words_split_as_shlex_does(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(examples); i++) {
    shell_words_t words = SHELL_WORDS_INIT;
    const char *failure = NULL;
    assert_true(shell_words_split(examples[i].text, &words, &failure));
    size_t count = 0;
    for (; count < COUNT(examples[i].words) && examples[i].words[count] != NULL; count++) {
      assert_true(count < words.count);
      assert_string_equal(words.words[count], examples[i].words[count]);
    }
    assert_int_equal(words.count, count);
    if (count > 0)
      assert_null(words.words[count]);
    shell_words_clear(&words);
  }
}

static void shell_words_name_what_is_not_closed(void **state) {
  (void)state;
  static const struct {
    const char *text;
    const char *failure;
  } cases[] = {
      {"a 'b", "a quote is not closed"},
      {"a \"b", "a quote is not closed"},
      {"a \"b\\", "a quote is not closed"},
      {"a \"b\\\"", "a quote is not closed"},
      {"a b\\", "nothing follows the final backslash"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    shell_words_t words = SHELL_WORDS_INIT;
    const char *failure = NULL;
    assert_false(shell_words_split(cases[i].text, &words, &failure));
    assert_string_equal(failure, cases[i].failure);
    assert_null(words.words);
    assert_int_equal(words.count, 0);
  }
}

static void shell_words_clear_is_safe_twice(void **state) {
  (void)state;
  shell_words_t words = SHELL_WORDS_INIT;
  const char *failure = NULL;
  assert_true(shell_words_split("a b", &words, &failure));
  shell_words_clear(&words);
  shell_words_clear(&words);
  assert_null(words.words);
  assert_int_equal(words.count, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shell_words_split_as_shlex_does),
      cmocka_unit_test(shell_words_name_what_is_not_closed),
      cmocka_unit_test(shell_words_clear_is_safe_twice),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
