/* links: util */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "util/buffer.h"
#include "util/json.h"

typedef struct {
  const char *name, *bytes;
  size_t length;
} bytes_t;

#define BYTES(name, literal) ((bytes_t){(name), (literal), sizeof(literal) - 1})

/* Parses a copy without a NUL behind it, so that reading too far is seen. */
static json_object *parsed(const bytes_t *text) {
  char *copy = malloc(text->length + (text->length == 0));
  assert_non_null(copy);
  memcpy(copy, text->bytes, text->length);
  json_object *object = json_parse(copy, text->length);
  free(copy);
  return object;
}

static void answer_takes_one_object(void **state) {
  (void)state;
  static const bytes_t texts[] = {
      BYTES("empty", "{}"),
      BYTES("white space before", " \t\r\n{}"),
      BYTES("white space behind", "{}\r\n\t "),
      BYTES("white space between", "{ \"a\" :\t[ 1 ,\r2\n] , \"b\" : { } }"),
      BYTES("members of every type", "{\"a\":[1,-2.5e3,true,false,null,\"s\",{},[]]}"),
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
      BYTES("a byte-order mark", "\xef\xbb\xbf{}"),
      BYTES("cut short behind its brace", "{"),
      BYTES("cut short behind a name", "{\"a\""),
      BYTES("cut short behind a colon", "{\"a\":"),
      BYTES("cut short behind a value", "{\"a\":1"),
      BYTES("cut short behind a comma", "{\"a\":[1,"),
      BYTES("cut short in a word", "{\"a\":tru"),
      BYTES("cut short in a string", "{\"a\":\"b"),
      BYTES("cut short in a character", "{\"a\":\"\xe2\x82"),
      BYTES("cut short behind a backslash", "{\"a\":\"\\"),
      BYTES("cut short in an escape", "{\"a\":\"\\u00e"),
      BYTES("cut short between surrogates", "{\"a\":\"\\ud83d\\ude"),
      BYTES("another bracket in an object", "{\"a\":1]"),
      BYTES("another bracket in an array", "{\"a\":[1}}"),
      BYTES("a comma too many in an object", "{\"a\":1,}"),
      BYTES("a comma too many in an array", "{\"a\":[1,]}"),
      BYTES("a comma alone", "{,}"),
      BYTES("no comma in an object", "{\"a\":1 \"b\":2}"),
      BYTES("no comma in an array", "{\"a\":[1 2]}"),
      BYTES("no value", "{\"a\":}"),
      BYTES("no colon", "{\"a\" 1}"),
      BYTES("no quotes", "{a:1}"),
      BYTES("single quotes", "{\"a\":'b'}"),
      BYTES("single quotes around a name", "{'a':1}"),
      BYTES("a comment", "{/* a */}"),
      BYTES("a comment before", "// a\n{}"),
      BYTES("white space that is none", "{\v\"a\":1}"),
      BYTES("another escape", "{\"a\":\"\\x41\"}"),
      BYTES("an escape of no digits", "{\"a\":\"\\u00g0\"}"),
      BYTES("half a surrogate pair before another escape", "{\"a\":\"\\ud83d\\x\"}"),
      BYTES("a word in capitals", "{\"a\":True}"),
      BYTES("half a word", "{\"a\":nul}"),
      BYTES("a word too long", "{\"a\":nulll}"),
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
  return json_parse(text, length);
}

static void answer_takes_32_levels_and_refuses_33(void **state) {
  (void)state;
  json_object *object = nested(32);
  assert_non_null(object);
  json_object_put(object);
  assert_null(nested(33));
  assert_null(nested(100));
}

/* An object with an array of so many objects. */
static json_object *with_objects(size_t count) {
  buffer_t text = BUFFER_INIT(count * 4);
  bool whole = buffer_add_text(&text, "{\"a\":[{}");
  for (size_t i = 1; i < count; i++)
    whole = whole && buffer_add_text(&text, ",{}");
  assert_true(whole && buffer_add_text(&text, "]}"));
  json_object *object = json_parse(text.data, text.length);
  buffer_clear(&text);
  return object;
}

static void answer_of_more_objects_than_any_page_has_is_refused(void **state) {
  (void)state;
  json_object *object = with_objects(199998);
  assert_non_null(object);
  json_object_put(object);
  assert_null(with_objects(199999));
}

typedef struct {
  const char *member; /* what stands behind the colon */
  json_member_t text, object, array, integer, seconds;
} member_case_t;

#define P JSON_PRESENT
#define A JSON_ABSENT
#define W JSON_WRONG

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
    {"-9223372036854775808", W, W, W, P, W},
    {"9223372036854775808", W, W, W, W, W},
    {"-9223372036854775809", W, W, W, W, W},
    {"18446744073709551615", W, W, W, W, W},
    {"99999999999999999999", W, W, W, W, W},
    {"123456789012345678901234567890", W, W, W, W, W},
    {"1e400", W, W, W, W, W},
    {"-1e400", W, W, W, W, W},
    {"0", W, W, W, P, P},
    {"-0", W, W, W, P, P},
    {"0.5", W, W, W, W, P},
    {"0e1", W, W, W, W, P},
    {"1E+2", W, W, W, W, P},
    {"1e-2", W, W, W, W, P},
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
    json_object *object = json_parse(text, (size_t)length);
    assert_non_null(object);
    const char *string = "untouched";
    json_object *found = object;
    int64_t integer = -77;
    int64_t seconds = -77;
    if (json_member_text(object, "m", &string) != is->text || json_member_object(object, "m", &found) != is->object ||
        json_member_array(object, "m", &found) != is->array ||
        json_member_integer(object, "m", &integer) != is->integer ||
        json_member_seconds(object, "m", &seconds) != is->seconds)
      fail_msg("%s", is->member);
    assert_int_equal(is->text == JSON_PRESENT, strcmp(string, "untouched") != 0);
    assert_int_equal(is->object == JSON_PRESENT || is->array == JSON_PRESENT, found != object);
    assert_int_equal(is->integer == JSON_PRESENT, integer != -77);
    assert_int_equal(is->seconds == JSON_PRESENT, seconds != -77);
    json_object_put(object);
  }
}

static void answer_refuses_numbers_that_json_has_not(void **state) {
  (void)state;
  static const char *const numbers[] = {"NaN",  "nan",   "Infinity", "-Infinity", "-inf",  "-",     "--1",
                                        "+1",   "01",    "-01",      "00",        "1.",    ".5",    "-.5",
                                        "1.e2", "1e",    "1e+",      "1e-",       "1.5e",  "1e5.5", "1-2",
                                        "0x10", "1_000", "1a",       "1 2",       "1.2.3", "1L"};
  for (size_t i = 0; i < COUNT(numbers); i++) {
    char text[64];
    for (int in_array = 0; in_array < 2; in_array++) {
      int length = snprintf(text, sizeof(text), in_array ? "{\"m\":[%s]}" : "{\"m\":%s}", numbers[i]);
      json_object *object = parsed(&(bytes_t){numbers[i], text, (size_t)length});
      if (object != NULL)
        fail_msg("%s: %s", text, json_object_to_json_string(object));
    }
  }
}

static void answer_has_no_members_where_there_is_no_object(void **state) {
  (void)state;
  json_object *array = json_object_new_array();
  const char *text = NULL;
  int64_t integer = 0;
  assert_int_equal(json_member_text(array, "m", &text), JSON_WRONG);
  assert_int_equal(json_member_integer(NULL, "m", &integer), JSON_WRONG);
  assert_int_equal(json_member_seconds(array, "m", &integer), JSON_WRONG);
  json_object_put(array);
}

static void answer_numbers_are_read_exactly(void **state) {
  (void)state;
  static const char text[] = "{\"ms\":1795466160123,\"most\":9223372036854775807,\"least\":-9223372036854775808,\"s\":"
                             "1795466160.123,\"i\":1795466160,"
                             "\"half\":0.0005,\"before\":-1.5}";
  json_object *object = json_parse(text, sizeof(text) - 1);
  assert_non_null(object);
  int64_t value = 0;
  assert_int_equal(json_member_integer(object, "ms", &value), JSON_PRESENT);
  assert_int_equal(value, INT64_C(1795466160123));
  assert_int_equal(json_member_seconds(object, "s", &value), JSON_PRESENT);
  assert_int_equal(value, INT64_C(1795466160123));
  assert_int_equal(json_member_seconds(object, "i", &value), JSON_PRESENT);
  assert_int_equal(value, INT64_C(1795466160000));
  assert_int_equal(json_member_seconds(object, "half", &value), JSON_PRESENT);
  assert_int_equal(value, 1);
  assert_int_equal(json_member_seconds(object, "before", &value), JSON_PRESENT);
  assert_int_equal(value, -1500);
  assert_int_equal(json_member_integer(object, "most", &value), JSON_PRESENT);
  assert_true(value == INT64_MAX);
  assert_int_equal(json_member_integer(object, "least", &value), JSON_PRESENT);
  assert_true(value == INT64_MIN);
  assert_int_equal(json_member_integer(object, "absent", &value), JSON_ABSENT);
  json_object_put(object);
}

#define SECRET "a secret key"

/* The objects that were given back, and those of them that still had the secret in them. */
static int given_back, with_secret;

int json_object_put(struct json_object *object) {
  int (*put)(struct json_object *) = NULL;
  *(void **)&put = dlsym(RTLD_NEXT, "json_object_put");
  if (object != NULL) {
    given_back++;
    with_secret += strstr(json_object_to_json_string(object), SECRET) != NULL ? 1 : 0;
  }
  return put(object);
}

static void answer_that_is_refused_leaves_no_secret_behind(void **state) {
  (void)state;
  static const bytes_t documents[] = {
      BYTES("cut short behind it", "{\"SecretAccessKey\":\"" SECRET "\""),
      BYTES("broken deeper", "{\"a\":[{\"SecretAccessKey\":\"" SECRET "\",}]}"),
      BYTES("text behind", "{\"SecretAccessKey\":\"" SECRET "\"}x"),
      BYTES("a member that is left out", "{\"a\\u0000\":\"" SECRET "\"}x"),
  };
  for (size_t i = 0; i < COUNT(documents); i++) {
    given_back = 0;
    with_secret = 0;
    assert_null(parsed(&documents[i]));
    if (given_back == 0 || with_secret > 0)
      fail_msg("%s", documents[i].name);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(answer_takes_one_object),
      cmocka_unit_test(answer_refuses_what_is_not_one_object),
      cmocka_unit_test(answer_takes_32_levels_and_refuses_33),
      cmocka_unit_test(answer_of_more_objects_than_any_page_has_is_refused),
      cmocka_unit_test(answer_members_have_the_wanted_type_or_are_wrong),
      cmocka_unit_test(answer_refuses_numbers_that_json_has_not),
      cmocka_unit_test(answer_has_no_members_where_there_is_no_object),
      cmocka_unit_test(answer_numbers_are_read_exactly),
      cmocka_unit_test(answer_that_is_refused_leaves_no_secret_behind),
  };
  return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
