/* links: aws */
#include <string.h>

#include "test.h"

#include "aws/protocol/error.h"
#include "util/utf8.h"

static void error_message_is_one_printable_line(void **state) {
  (void)state;
  static const struct {
    const char *raw;
    const char *clean;
  } cases[] = {
      {"Rate exceeded", "Rate exceeded"},
      {"zwei\nZeilen\r\tund \x1b[31mFarbe\x7f", "zwei?Zeilen??und ?[31mFarbe?"},
      {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
      {"\xc0\x80 \xed\xa0\x80 \xf5\x80\x80\x80 \xff", "?? ??? ???? ?"},
      {"C1 \xc2\x85", "C1 ??"},
      /* NOLINTNEXTLINE(misc-misleading-bidirectional): that it misleads is the point */
      {"line \xe2\x80\xa8 turn \xe2\x80\xae isolate \xe2\x81\xa6", "line ??? turn ??? isolate ???"},
      {"cut \xe2\x82", "cut ??"},
      {"%s%n", "%s%n"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    aws_error_t error;
    aws_error_set(&error, "ThrottlingException", "ListApps", 400, "%s", cases[i].raw);
    assert_string_equal(error.message, cases[i].clean);
    assert_string_equal(error.code, "ThrottlingException");
    assert_string_equal(error.operation, "ListApps");
    assert_int_equal(error.status, 400);
  }
}

static void error_code_and_operation_are_cleaned_too(void **state) {
  (void)state;
  aws_error_t error;
  aws_error_set(&error, "Bad\nCode",
                "List\x01"
                "Apps",
                0, "x");
  assert_string_equal(error.code, "Bad?Code");
  assert_string_equal(error.operation, "List?Apps");
}

static void error_fields_are_cut_where_they_end(void **state) {
  (void)state;
  char text[4096];
  memset(text, 'x', sizeof(text) - 1);
  text[sizeof(text) - 1] = '\0';
  aws_error_t error;
  aws_error_set(&error, text, text, 1, "%s", text);
  assert_int_equal(strlen(error.code), sizeof(error.code) - 1);
  assert_int_equal(strlen(error.operation), sizeof(error.operation) - 1);
  assert_int_equal(strlen(error.message), sizeof(error.message) - 1);
}

/* The last character of a message that is too long must not be half a character. */
static void error_message_stays_utf8_when_cut(void **state) {
  (void)state;
  for (size_t ahead = 500; ahead < 512; ahead++) {
    char text[1024];
    memset(text, 'x', ahead);
    memcpy(text + ahead, "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80", 13);
    aws_error_t error;
    aws_error_set(&error, "x", "x", 0, "%s", text);
    size_t length = strlen(error.message);
    uint32_t character = 0;
    for (size_t at = 0; at < length;) {
      size_t size = utf8_decode(error.message + at, length - at, &character);
      assert_int_not_equal(size, 0);
      at += size;
    }
  }
}

static void error_of_credentials_has_their_code_and_no_status(void **state) {
  (void)state;
  aws_error_t error = {.status = 500};
  aws_error_credentials(&error, "profile \"%s\" has\na line break", "x");
  assert_string_equal(error.code, "credentials");
  assert_string_equal(error.operation, "credentials");
  assert_int_equal(error.status, 0);
  assert_string_equal(error.message, "profile \"x\" has?a line break");
}

static void utf8_decodes_the_shortest_forms_only(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t length;
    size_t size;
    uint32_t character;
  } cases[] = {
      {"", 0, 0, 0},
      {"a", 1, 1, 'a'},
      {"\0", 1, 1, 0},
      {"\x7f", 1, 1, 0x7f},
      {"\xc2\x80", 2, 2, 0x80},
      {"\xdf\xbf", 2, 2, 0x7ff},
      {"\xe0\xa0\x80", 3, 3, 0x800},
      {"\xed\x9f\xbf", 3, 3, 0xd7ff},
      {"\xee\x80\x80", 3, 3, 0xe000},
      {"\xef\xbf\xbf", 3, 3, 0xffff},
      {"\xf0\x90\x80\x80", 4, 4, 0x10000},
      {"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff},
      {"\x80", 1, 0, 0},
      {"\xc1\xbf", 2, 0, 0},
      {"\xe0\x9f\xbf", 3, 0, 0},
      {"\xf0\x8f\xbf\xbf", 4, 0, 0},
      {"\xed\xa0\x80", 3, 0, 0},
      {"\xed\xbf\xbf", 3, 0, 0},
      {"\xf4\x90\x80\x80", 4, 0, 0},
      {"\xf8\x88\x80\x80\x80", 5, 0, 0},
      {"\xe2\x82\xac", 2, 0, 0},
      {"\xe2\x28\xa1", 3, 0, 0},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    uint32_t character = 0;
    assert_int_equal(utf8_decode(cases[i].text, cases[i].length, &character), cases[i].size);
    assert_int_equal(character, cases[i].character);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(error_message_is_one_printable_line),
      cmocka_unit_test(error_code_and_operation_are_cleaned_too),
      cmocka_unit_test(error_fields_are_cut_where_they_end),
      cmocka_unit_test(error_message_stays_utf8_when_cut),
      cmocka_unit_test(error_of_credentials_has_their_code_and_no_status),
      cmocka_unit_test(utf8_decodes_the_shortest_forms_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
