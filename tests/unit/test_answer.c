/* links: aws/answer aws/utf8 -ljson-c -lm */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <json-c/printbuf.h>

#include "aws/answer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct {
  const char *name, *bytes;
  size_t length;
} bytes_t;

#define BYTES(name, literal)                                                                                           \
  { (name), (literal), sizeof(literal) - 1 }

/* Parses a copy without a NUL behind it, so that reading too far is seen. */
static json_object *parsed(const bytes_t *text) {
  char *copy = malloc(text->length + (text->length == 0));
  assert_non_null(copy);
  memcpy(copy, text->bytes, text->length);
  json_object *object = answer_parse(copy, text->length);
  free(copy);
  return object;
}

static void answer_takes_one_object(void **state) {
  (void)state;
  static const bytes_t texts[] = {
      BYTES("empty", "{}"),
      BYTES("white space before", " \t\r\n{}"),
      BYTES("white space behind", "{}\r\n\t "),
      BYTES("members of every type", "{\"a\":[1,-2.5e3,true,false,null,\"s\",{}]}"),
      BYTES("UTF-8", "{\"a\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"}"),
      BYTES("escapes", "{\"a\":\"\\u00e9\\ud83d\\ude00\\n\\/\"}"),
      BYTES("a number beyond 64 bits", "{\"a\":123456789012345678901234567890}"),
  };
  for (size_t i = 0; i < COUNT(texts); i++) {
    json_object *object = parsed(&texts[i]);
    if (object == NULL)
      fail_msg("%s", texts[i].name);
    json_object_put(object);
  }
}

static void answer_refuses_what_is_not_one_object(void **state) {
  (void)state;
  static const bytes_t texts[] = {
      BYTES("nothing", ""),
      BYTES("white space", "  \n"),
      BYTES("a NUL", "\0"),
      BYTES("a NUL behind", "{}\0"),
      BYTES("an object behind a NUL", "{}\0{}"),
      BYTES("text behind", "{}x"),
      BYTES("text behind white space", "{} \n x"),
      BYTES("two objects", "{}{}"),
      BYTES("two objects apart", "{}\n{}"),
      BYTES("an array", "[]"),
      BYTES("a string", "\"a\""),
      BYTES("a number", "1"),
      BYTES("null", "null"),
      BYTES("HTML", "<html></html>"),
      BYTES("cut short", "{\"a\":[1,"),
      BYTES("cut short in a string", "{\"a\":\"b"),
      BYTES("cut short in a character", "{\"a\":\"\xe2\x82"),
      BYTES("a comma too many", "{\"a\":1,}"),
      BYTES("no quotes", "{a:1}"),
      BYTES("a comment", "{/* a */}"),
      BYTES("bad UTF-8", "{\"a\":\"\xff\"}"),
      BYTES("bad UTF-8 in a name", "{\"\x80\":1}"),
      BYTES("a byte-order mark", "\xef\xbb\xbf{}"),
  };
  for (size_t i = 0; i < COUNT(texts); i++) {
    json_object *object = parsed(&texts[i]);
    if (object != NULL)
      fail_msg("%s: %s", texts[i].name, json_object_to_json_string(object));
  }
}

static json_object *nested(size_t levels) {
  char text[1024] = "";
  size_t length = 0;
  for (size_t i = 0; i < levels; i++)
    length += (size_t)snprintf(text + length, sizeof(text) - length, i + 1 < levels ? "{\"a\":" : "{}");
  for (size_t i = 1; i < levels; i++)
    length += (size_t)snprintf(text + length, sizeof(text) - length, "}");
  return answer_parse(text, length);
}

static void answer_takes_31_levels_and_refuses_33(void **state) {
  (void)state;
  json_object *object = nested(31);
  assert_non_null(object);
  json_object_put(object);
  assert_null(nested(33));
  assert_null(nested(100));
}

typedef struct {
  const char *member; /* what stands behind the colon */
  answer_member_t text, object, array, integer, seconds;
} member_case_t;

#define P ANSWER_PRESENT
#define A ANSWER_ABSENT
#define W ANSWER_WRONG

static const member_case_t member_cases[] = {
    {"null", A, A, A, A, A},
    {"\"s\"", P, W, W, W, W},
    {"\"\"", P, W, W, W, W},
    {"\"1\"", P, W, W, W, W},
    {"\"a\\u0000b\"", W, W, W, W, W},
    {"{}", W, P, W, W, W},
    {"[]", W, W, P, W, W},
    {"true", W, W, W, W, W},
    {"1", W, W, W, P, P},
    {"-1", W, W, W, P, P},
    {"1.0", W, W, W, W, P},
    {"1e3", W, W, W, W, P},
    {"253402300800", W, W, W, P, P},
    {"253402300801", W, W, W, P, W},
    {"-253402300801.5", W, W, W, W, W},
    {"9223372036854775807", W, W, W, P, W},
    {"1e400", W, W, W, W, W},
    {"-1e400", W, W, W, W, W},
    {"NaN", W, W, W, W, W},
    {"Infinity", W, W, W, W, W},
};

#undef P
#undef A
#undef W

static void answer_members_have_the_wanted_type_or_are_wrong(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(member_cases); i++) {
    const member_case_t *is = &member_cases[i];
    char text[128];
    int length = snprintf(text, sizeof(text), "{\"m\":%s}", is->member);
    json_object *object = answer_parse(text, (size_t)length);
    /* json-c may refuse what is no JSON number; that is as good. */
    if (object == NULL && strpbrk(is->member, "NI") != NULL)
      continue;
    assert_non_null(object);
    const char *string = "untouched";
    json_object *found = object;
    int64_t integer = -77;
    int64_t seconds = -77;
    if (answer_text(object, "m", &string) != is->text || answer_object(object, "m", &found) != is->object ||
        answer_array(object, "m", &found) != is->array || answer_integer(object, "m", &integer) != is->integer ||
        answer_seconds(object, "m", &seconds) != is->seconds)
      fail_msg("%s", is->member);
    assert_int_equal(is->text == ANSWER_PRESENT, strcmp(string, "untouched") != 0);
    assert_int_equal(is->object == ANSWER_PRESENT || is->array == ANSWER_PRESENT, found != object);
    assert_int_equal(is->integer == ANSWER_PRESENT, integer != -77);
    assert_int_equal(is->seconds == ANSWER_PRESENT, seconds != -77);
    json_object_put(object);
  }
}

static void answer_has_no_members_where_there_is_no_object(void **state) {
  (void)state;
  json_object *array = json_object_new_array();
  const char *text = NULL;
  int64_t integer = 0;
  assert_int_equal(answer_text(array, "m", &text), ANSWER_WRONG);
  assert_int_equal(answer_integer(NULL, "m", &integer), ANSWER_WRONG);
  assert_int_equal(answer_seconds(array, "m", &integer), ANSWER_WRONG);
  json_object_put(array);
}

static void answer_numbers_are_read_exactly(void **state) {
  (void)state;
  static const char text[] =
      "{\"ms\":1795466160123,\"big\":99999999999999999999999,\"s\":1795466160.123,\"i\":1795466160,"
      "\"half\":0.0005,\"before\":-1.5}";
  json_object *object = answer_parse(text, sizeof(text) - 1);
  assert_non_null(object);
  int64_t value = 0;
  assert_int_equal(answer_integer(object, "ms", &value), ANSWER_PRESENT);
  assert_int_equal(value, INT64_C(1795466160123));
  assert_int_equal(answer_seconds(object, "s", &value), ANSWER_PRESENT);
  assert_int_equal(value, INT64_C(1795466160123));
  assert_int_equal(answer_seconds(object, "i", &value), ANSWER_PRESENT);
  assert_int_equal(value, INT64_C(1795466160000));
  assert_int_equal(answer_seconds(object, "half", &value), ANSWER_PRESENT);
  assert_int_equal(value, 1);
  assert_int_equal(answer_seconds(object, "before", &value), ANSWER_PRESENT);
  assert_int_equal(value, -1500);
  if (answer_integer(object, "big", &value) == ANSWER_PRESENT)
    assert_int_equal(value, INT64_MAX);
  assert_int_equal(answer_integer(object, "absent", &value), ANSWER_ABSENT);
  json_object_put(object);
}

/* What the parser has in its memory when it gives it back: how much, and how much of that is not zero. */
static int parser_bytes, parser_remains;

void json_tokener_free(struct json_tokener *tok) {
  void (*given_back)(struct json_tokener *) = NULL;
  *(void **)&given_back = dlsym(RTLD_NEXT, "json_tokener_free");
  parser_bytes = tok->pb->size;
  parser_remains = 0;
  for (int i = 0; i < tok->pb->size; i++)
    parser_remains += tok->pb->buf[i] != '\0' ? 1 : 0;
  given_back(tok);
}

static void answer_leaves_no_copy_in_the_parser(void **state) {
  (void)state;
  static const bytes_t documents[] = {
      BYTES("whole", "{\"SecretAccessKey\":\"a secret key, longer than what the parser begins with\"}"),
      BYTES("broken", "{\"SecretAccessKey\":\"a secret key, longer than what the parser begins with\"")};
  for (size_t i = 0; i < COUNT(documents); i++) {
    json_object_put(parsed(&documents[i]));
    assert_int_equal(parser_remains, 0);
    /* It had room for the whole from the start: growing would have left copies. */
    assert_in_range(parser_bytes, documents[i].length, INT32_MAX);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(answer_takes_one_object),
      cmocka_unit_test(answer_refuses_what_is_not_one_object),
      cmocka_unit_test(answer_takes_31_levels_and_refuses_33),
      cmocka_unit_test(answer_members_have_the_wanted_type_or_are_wrong),
      cmocka_unit_test(answer_has_no_members_where_there_is_no_object),
      cmocka_unit_test(answer_numbers_are_read_exactly),
      cmocka_unit_test(answer_leaves_no_copy_in_the_parser),
  };
  return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
