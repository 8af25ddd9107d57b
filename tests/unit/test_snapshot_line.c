/* links: studio unit/fake_aws */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "studio/snapshot_line.h"
#include "util/hash.h"

/* What one line with that number is. */
static void assert_written(uint64_t number) {
  char *text = NULL;
  size_t length = 0;
  char expected[32];
  FILE *out = open_memstream(&text, &length);
  assert_non_null(out);
  snapshot_writer_t writer = {.out = out, .hash = HASH_INIT};
  snapshot_put_text(&writer, "n");
  snapshot_put_number(&writer, number);
  snapshot_end_line(&writer);
  assert_int_equal(fclose(out), 0);
  assert_false(writer.failed);
  assert_int_equal(writer.records, 1);
  (void)snprintf(expected, sizeof(expected), "n %" PRIu64 "\n", number);
  assert_string_equal(text, expected);
  free(text);
}

/* As printf has them: a wrong digit would have the right hash. */
static void snapshot_line_has_numbers_in_decimal(void **state) {
  (void)state;
  for (uint64_t number = 0; number <= 10100; number++)
    assert_written(number);
  for (uint64_t power = 100000; power < UINT64_MAX / 10; power *= 10) {
    assert_written(power - 1);
    assert_written(power);
  }
  assert_written(UINT64_MAX);
}

static void snapshot_line_is_divided_at_single_spaces(void **state) {
  (void)state;
  static const struct {
    const char *line;
    size_t count; /* 0: it is refused */
  } cases[] = {{"a", 1},  {"a b c", 3}, {"", 0},       {"a  b", 0},    {" a", 0},
               {"a ", 0}, {"a\tb", 0},  {"a \x7f", 0}, {"\xc3\xa4", 0}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    char line[16];
    snapshot_fields_t fields;
    (void)snprintf(line, sizeof(line), "%s", cases[i].line);
    assert_int_equal(snapshot_divide(line, &fields), cases[i].count > 0);
    if (cases[i].count > 0)
      assert_int_equal(fields.count, cases[i].count);
  }
}

static void snapshot_line_has_so_many_fields_at_the_most(void **state) {
  (void)state;
  snapshot_fields_t fields;
  char line[2 * SNAPSHOT_FIELDS_MAX + 2] = "";
  for (size_t i = 0; i < SNAPSHOT_FIELDS_MAX; i++)
    (void)snprintf(line + strlen(line), 3, i > 0 ? " %d" : "%d", 1);
  char longer[sizeof(line) + 2];
  (void)snprintf(longer, sizeof(longer), "%s 1", line);
  assert_true(snapshot_divide(line, &fields));
  assert_int_equal(fields.count, SNAPSHOT_FIELDS_MAX);
  assert_false(snapshot_divide(longer, &fields));
}

static void snapshot_line_that_is_too_long_is_a_failure(void **state) {
  (void)state;
  char text[SNAPSHOT_LINE_SIZE];
  snapshot_writer_t writer = {.out = NULL};
  memset(text, 'a', sizeof(text) - 1);
  text[sizeof(text) - 2] = '\0';
  snapshot_put_text(&writer, text);
  assert_false(writer.failed);
  snapshot_put_text(&writer, "b");
  assert_true(writer.failed);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(snapshot_line_has_numbers_in_decimal),
      cmocka_unit_test(snapshot_line_is_divided_at_single_spaces),
      cmocka_unit_test(snapshot_line_has_so_many_fields_at_the_most),
      cmocka_unit_test(snapshot_line_that_is_too_long_is_a_failure),
  };
  return cmocka_run_group_tests_name("snapshot_line", tests, NULL, NULL);
}
