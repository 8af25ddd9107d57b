/* links: studio */
#include "test.h"

#include "studio/words.h"

static void words_are_kept_once(void **state) {
  (void)state;
  pointer_set_t words = {0};
  words_init(&words);
  char text[] = "ml.t3.medium";
  const char *word = words_get(&words, text);
  text[0] = 'x';
  assert_string_equal(word, "ml.t3.medium");
  assert_ptr_equal(words_get(&words, "ml.t3.medium"), word);
  assert_ptr_not_equal(words_get(&words, "ml.t3.large"), word);
  assert_int_equal(words.count, 2);
  words_clear(&words);
  assert_int_equal(words.count, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_kept_once)};
  return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
