/* links: util */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "util/json.h"

/* Parses a copy without a NUL behind it, so that reading too far is seen. */
static json_object *parsed(const char *text, size_t length) {
  char *copy = malloc(length);
  assert_non_null(copy);
  memcpy(copy, text, length);
  json_object *object = json_parse(copy, length);
  free(copy);
  return object;
}

#define UNKNOWN "\xef\xbf\xbd"

/* What stands between the quotes, and what is read. */
typedef struct {
  const char *name, *text, *read;
} string_case_t;

static const string_case_t string_cases[] = {
    {"nothing", "", ""},
    {"Japanese", "Saving file at /w/分析.ipynb", "Saving file at /w/分析.ipynb"},
    {"characters of two, three and four bytes", "é€😀", "é€😀"},
    {"the last characters of each length", "\x7f\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf",
     "\x7f\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf"},
    {"short escapes", "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
    {"escaped characters", "\\u0041\\u00e9\\u20AC\\uffff", "Aé€\xef\xbf\xbf"},
    {"an escaped emoji", "a\\ud83d\\ude00b", "a😀b"},
    {"the first and the last surrogate pair", "\\ud800\\udc00\\uDBFF\\uDFFF", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
    {"half a pair", "a\\ud83db", "a" UNKNOWN "b"},
    {"half a pair at the end", "a\\ud83d", "a" UNKNOWN},
    {"the other half", "a\\ude00b", "a" UNKNOWN "b"},
    {"halves in the wrong order", "\\ude00\\ud83d", UNKNOWN UNKNOWN},
    {"half a pair before a whole one", "\\ud83d\\ud83d\\ude00", UNKNOWN "😀"},
    {"half a pair before another escape", "\\ud83d\\n\\u0041", UNKNOWN "\nA"},
    {"half a pair in bytes",
     "a\xed\xa0\xbd"
     "b",
     "a" UNKNOWN UNKNOWN UNKNOWN "b"},
    {"half a pair in bytes before an emoji", "\xed\xa0\xbd😀", UNKNOWN UNKNOWN UNKNOWN "😀"},
    {"Latin-1", "caf\xe9 au lait", "caf" UNKNOWN " au lait"},
    {"a continuation without a beginning", "\x80", UNKNOWN},
    {"a beginning without its rest", "\xf0\x9f\x98", UNKNOWN UNKNOWN UNKNOWN},
    {"an overlong form", "\xc0\xaf", UNKNOWN UNKNOWN},
    {"beyond Unicode", "\xf4\x90\x80\x80", UNKNOWN UNKNOWN UNKNOWN UNKNOWN},
    {"bytes of no character", "\xfe\xff", UNKNOWN UNKNOWN},
    {"a bad byte before the quote", "a\xe2", "a" UNKNOWN},
    {"control characters", "a\tb\nc\x01", "a\tb\nc\x01"},
};

static void answer_strings_are_read_whatever_is_in_them(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(string_cases); i++) {
    const string_case_t *is = &string_cases[i];
    char text[128];
    int length = snprintf(text, sizeof(text), "{\"%s\":\"%s\",\"n\":7}", is->text, is->text);
    json_object *object = parsed(text, (size_t)length);
    const char *read = NULL;
    int64_t next = 0;
    if (object == NULL || json_member_text(object, is->read, &read) != JSON_PRESENT || strcmp(read, is->read) != 0)
      fail_msg("%s", is->name);
    /* Nothing else is lost. */
    assert_int_equal(json_member_integer(object, "n", &next), JSON_PRESENT);
    assert_int_equal(next, 7);
    json_object_put(object);
  }
}

static void answer_leaves_out_a_member_whose_name_has_a_nul(void **state) {
  (void)state;
  static const char text[] = "{\"a\\u0000b\":1,\"c\":2}";
  json_object *object = parsed(text, sizeof(text) - 1);
  int64_t value = 0;
  assert_int_equal(json_member_integer(object, "a", &value), JSON_ABSENT);
  assert_int_equal(json_member_integer(object, "c", &value), JSON_PRESENT);
  assert_int_equal(json_object_object_length(object), 1);
  json_object_put(object);
}

static void answer_takes_the_last_of_two_members_of_one_name(void **state) {
  (void)state;
  static const char text[] = "{\"a\":{\"b\":1},\"a\":2}";
  json_object *object = parsed(text, sizeof(text) - 1);
  int64_t value = 0;
  assert_int_equal(json_member_integer(object, "a", &value), JSON_PRESENT);
  assert_int_equal(value, 2);
  assert_int_equal(json_object_object_length(object), 1);
  json_object_put(object);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(answer_strings_are_read_whatever_is_in_them),
      cmocka_unit_test(answer_leaves_out_a_member_whose_name_has_a_nul),
      cmocka_unit_test(answer_takes_the_last_of_two_members_of_one_name),
  };
  return cmocka_run_group_tests_name("answer: strings", tests, NULL, NULL);
}
