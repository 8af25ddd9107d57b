/* links: aws */
#include <string.h>

#include "test.h"

#include "aws/credentials/credentials_json.h"
#include "util/json.h"

#define ROOM 512

static const char *const documents[] = {
    "{}",
    "{\"a\":\"\",\"b\":[1,2.5,true,null,{\"c\":[]}],\"d\":{}}",
    "{\"quote \\\" and \\\\\":\"line\\u000abreak, \\u0001, \xc3\xa9, a/b\"}",
    "{\"nul\":\"a\\u0000b\"}",
    "{\"名前\":\"佐藤 😀\"}",
    "{\"times\":[1795466160.123,-0.10,1.5E+3,9223372036854775807,123456789012345678901234567890]}",
};

static void document_is_written_as_it_was_read(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
    buffer_t text = BUFFER_INIT(ROOM);
    json_object *document = json_parse(documents[i], strlen(documents[i]));
    assert_non_null(document);
    assert_true(credentials_json_write(document, &text));
    assert_string_equal(text.data, documents[i]);
    buffer_clear(&text);
    json_put_wiped(document);
  }
}

static void document_that_does_not_fit_is_not_written(void **state) {
  (void)state;
  json_object *document = json_parse(documents[1], strlen(documents[1]));
  for (size_t limit = 0; limit < strlen(documents[1]); limit++) {
    buffer_t text = BUFFER_INIT(limit);
    assert_false(credentials_json_write(document, &text));
    buffer_clear(&text);
  }
  json_put_wiped(document);
}

static void document_wipes_the_text_that_it_replaces(void **state) {
  (void)state;
  const char *text = "{\"key\":\"the old secret\"}";
  json_object *document = json_parse(text, strlen(text));
  json_object *old = json_object_get(json_object_object_get(document, "key"));
  assert_true(credentials_json_set(document, "key", "new"));
  assert_true(credentials_json_set(document, "other", "more"));
  assert_string_equal(json_object_get_string(json_object_object_get(document, "key")), "new");
  assert_string_equal(json_object_get_string(json_object_object_get(document, "other")), "more");
  const char zeros[sizeof("the old secret")] = "";
  assert_memory_equal(json_object_get_string(old), zeros, sizeof(zeros));
  (void)json_object_put(old);
  json_put_wiped(document);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(document_is_written_as_it_was_read),
      cmocka_unit_test(document_that_does_not_fit_is_not_written),
      cmocka_unit_test(document_wipes_the_text_that_it_replaces),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
