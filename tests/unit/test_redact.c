/* links: util */
#include <string.h>

#include "test.h"

#include "util/redact.h"

static void redact_hides_words_and_what_looks_like_a_key(void **state) {
  (void)state;
  static const struct {
    const char *line, *expected;
  } cases[] = {
      {"", ""},
      {"Unable to locate credentials", "Unable to locate credentials"},
      {"unknown option --password hunter2", "unknown option --password [...]"},
      {"unknown option abc", "unknown option abc"},
      {"hunter2hunter20", "[...][...]0"},
      {"hunter2-and-more", "[...]-and-more"},
      {"key AKIAIOSFODNN7EXAMPLE.", "key [...]."},
      {"secret=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "[...]"},
      {"cannot read /usr/lib/python3/dist-packages/keys.py", "cannot read /usr/lib/python3/dist-packages/keys.py"},
      {"profile 123456789012 of AdministratorAccess", "profile 123456789012 of AdministratorAccess"},
      {"token 0123456789abcdef", "token [...]"},
      {"token 0123456789abcde", "token 0123456789abcde"},
  };
  char password[] = "hunter2";
  char few[] = "abc";
  char *const words[] = {few, password};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    char shown[128];
    redact(cases[i].line, words, 2, shown, sizeof(shown));
    assert_string_equal(shown, cases[i].expected);
  }
}

static void redact_cuts_what_does_not_fit(void **state) {
  (void)state;
  char shown[8];
  redact("a long line", NULL, 0, shown, sizeof(shown));
  assert_string_equal(shown, "a long ");
  redact("abc AKIAIOSFODNN7EXAMPLE", NULL, 0, shown, sizeof(shown));
  assert_string_equal(shown, "abc ");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(redact_hides_words_and_what_looks_like_a_key),
      cmocka_unit_test(redact_cuts_what_does_not_fit),
  };
  return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
