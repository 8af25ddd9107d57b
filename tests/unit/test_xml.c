/* links: aws */
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "util/json.h"
#include "util/xml.h"

static void xml_is_read_as_json_would_say_it(void **state) {
  (void)state;
  static const struct {
    const char *xml, *json;
  } cases[] = {
      {"<a/>", "{\"a\":\"\"}"},
      {"<a></a>", "{\"a\":\"\"}"},
      {"<a>text</a>", "{\"a\":\"text\"}"},
      {" <?xml version=\"1.0\"?>\n<!-- <x> -->\n<a><b>1</b>\n <c>2</c ></a >\n", "{\"a\":{\"b\":\"1\",\"c\":\"2\"}}"},
      {"<s:a xmlns:s=\"h://>\"><s:b t='/'>1</s:b></s:a>", "{\"a\":{\"b\":\"1\"}}"},
      {"<a><b>1</b><b>2</b><b/></a>", "{\"a\":{\"b\":\"1\"}}"},
      {"<a>&lt;&amp;&gt;&quot;&apos;&#43;&#x2F;&#xE4;&#128512;</a>", "{\"a\":\"<&>\\\"'+/\303\244\360\237\230\200\"}"},
      {"<a>around<b>in</b>around</a>", "{\"a\":{\"b\":\"in\"}}"},
      {"<a>one<!-- two -->three</a>", "{\"a\":\"onethree\"}"},
      {"<a><b><c><d><e><f><g><h>8</h></g></f></e></d></c></b></a>",
       "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":\"8\"}}}}}}}}"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    json_object *found = xml_parse(cases[i].xml, strlen(cases[i].xml));
    if (found == NULL)
      fail_msg("refused: %s", cases[i].xml);
    assert_string_equal(json_object_to_json_string_ext(found, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
                        cases[i].json);
    json_put_wiped(found);
  }
}

static void xml_that_is_none_is_refused(void **state) {
  (void)state;
  static const char *const cases[] = {
      "",
      "text",
      "{}",
      "<",
      "<a",
      "<a>",
      "</a>",
      "<a></b>",
      "<a></a></a>",
      "<a/><b/>",
      "<a/>text",
      "text<a/>",
      "<a><b></a></b>",
      "<a b=\">",
      "<a <b/></a>",
      "<>x</>",
      "< a/>",
      "<a>&unknown;</a>",
      "<a>&amp</a>",
      "<a>&#0;</a>",
      "<a>&#xD800;</a>",
      "<a>&#x110000;</a>",
      "<a>&#;</a>",
      "<a>&#99999999;</a>",
      "<!DOCTYPE a [<!ENTITY b \"c\">]><a/>",
      "<a><![CDATA[x]]></a>",
      "<a>\303</a>",
      "<?xml ",
      "<!-- ",
      "<a></a b>",
      "<a><b><c><d><e><f><g><h><i/></h></g></f></e></d></c></b></a>",
      "<a234567890123456789012345678901234567890123456789012345678901234/>",
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    if (xml_parse(cases[i], strlen(cases[i])) != NULL)
      fail_msg("taken: %s", cases[i]);
  }
  assert_null(xml_parse("<a>\0</a>", 8));
}

/* Each prefix of an answer is refused, and leaves nothing behind. */
static void xml_that_is_cut_short_is_refused(void **state) {
  (void)state;
  static const char whole[] = "<?xml version='1.0'?><r:R xmlns:r='x'><A>1 &amp; 2</A><B><C>3</C></B><!-- c --></r:R>";
  for (size_t i = 0; i + 1 < sizeof(whole); i++)
    assert_null(xml_parse(whole, i));
  json_object *found = xml_parse(whole, sizeof(whole) - 1);
  assert_non_null(found);
  json_put_wiped(found);
}

static void xml_text_has_a_limit(void **state) {
  (void)state;
  static char text[65536 + 8];
  static const char opening[] = {'<', 'a', '>'};
  static const char closing[] = {'<', '/', 'a', '>', ' ', ' ', ' ', ' '};
  memset(text, 'x', sizeof(text));
  memcpy(text, opening, sizeof(opening));
  memcpy(text + sizeof(text) - 4, closing, 4);
  assert_null(xml_parse(text, sizeof(text)));
  memcpy(text + sizeof(text) - sizeof(closing), closing, sizeof(closing));
  json_object *found = xml_parse(text, sizeof(text));
  assert_non_null(found);
  json_put_wiped(found);
}

static void xml_is_told_by_its_first_character(void **state) {
  (void)state;
  assert_true(xml_is_meant(" \n<a/>", 6));
  assert_false(xml_is_meant("{}", 2));
  assert_false(xml_is_meant(" <", 1));
  assert_false(xml_is_meant("", 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(xml_is_read_as_json_would_say_it),   cmocka_unit_test(xml_that_is_none_is_refused),
      cmocka_unit_test(xml_that_is_cut_short_is_refused),   cmocka_unit_test(xml_text_has_a_limit),
      cmocka_unit_test(xml_is_told_by_its_first_character),
  };
  return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
