/* links: rim */
#include <string.h>

#include "test.h"

#include "identifier.h"

static void identifier_joins_parts_and_leaves_out_those_that_are_not_there(void **state) {
  (void)state;
  static const struct {
    const char *parts[4];
    const char *expected;
  } cases[] = {
      {{"a", "b", "c", "d"}, "a_b_c_d"},
      {{"a"}, "a"},
      {{NULL, "b"}, "b"},
      {{"a", NULL, "c"}, "a_c"},
      {{"", "b"}, "_b"},
      {{"a", ""}, "a_"},
      {{NULL}, ""},
      {{NULL, NULL, "", ""}, "_"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char identifier[IDENTIFIER_SIZE];
    memset(identifier, 'x', sizeof(identifier));
    identifier_join(identifier, cases[i].parts, 4);
    assert_string_equal(identifier, cases[i].expected);
  }
}

static void identifier_parts_keep_utf8_and_nothing_that_breaks_a_name_or_a_line(void **state) {
  (void)state;
  /* A character that turns the direction of what follows. */
  static const char right_to_left[] = {(char)0xe2, (char)0x80, (char)0xae, 0};
  static const struct {
    const char *part, *expected;
  } cases[] = {
      {"Az09-.~+@=,: %\"'\\", "Az09-.~+@=,: %\"'\\"},
      {"a_b/c", "a-b-c"},
      {"a\nb\x7f\x01", "a-b--"},
      {"\xe4\xbd\x90\xe8\x97\xa4 \xe7\x94\xb1", "\xe4\xbd\x90\xe8\x97\xa4 \xe7\x94\xb1"},
      {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
      {"\xc2\x85", "-"}, /* a control character */
      {right_to_left, "-"},
      {"\xff", "-"}, /* no UTF-8 from here on */
      {"\xe4\xbd", "--"},
      {"\xed\xa0\x80", "---"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char identifier[IDENTIFIER_SIZE];
    identifier_join(identifier, &cases[i].part, 1);
    assert_string_equal(identifier, cases[i].expected);
  }
}

static void identifiers_are_the_same_where_their_parts_become_so(void **state) {
  (void)state;
  assert_true(identifier_is_same("a_b", "a/b"));
  assert_false(identifier_is_same("\xe4\xbd\x90", "\xe8\x97\xa4"));
}

/* Three bytes a character: the cut falls on each of them. */
static void identifier_that_is_too_long_is_cut_between_characters(void **state) {
  (void)state;
  for (size_t shift = 0; shift < 3; shift++) {
    char identifier[IDENTIFIER_SIZE];
    char part[200] = "";
    const char *parts[] = {part};
    memset(part, 'x', shift);
    for (size_t i = 0; i < 50; i++)
      memcpy(part + shift + 3 * i, "\xe4\xbd\x90", 4);
    identifier_join(identifier, parts, 1);
    size_t length = strlen(identifier);
    assert_in_range(length, IDENTIFIER_SIZE - 3, IDENTIFIER_SIZE - 1);
    assert_int_equal(identifier[length - 17], '~');
    assert_int_equal((length - 17 - shift) % 3, 0);
  }
}

static void identifier_of_127_bytes_is_whole_and_a_longer_one_ends_in_a_hash(void **state) {
  (void)state;
  char part[300];
  for (size_t length = 120; length < sizeof(part); length++) {
    char identifier[IDENTIFIER_SIZE];
    const char *parts[] = {part};
    memset(part, 'x', length);
    part[length] = '\0';
    identifier_join(identifier, parts, 1);
    if (length < IDENTIFIER_SIZE) {
      assert_string_equal(identifier, part);
      continue;
    }
    assert_int_equal(strlen(identifier), IDENTIFIER_SIZE - 1);
    assert_memory_equal(identifier, part, IDENTIFIER_SIZE - 1 - 17);
    assert_int_equal(identifier[IDENTIFIER_SIZE - 1 - 17], '~');
    assert_int_equal(strspn(identifier + IDENTIFIER_SIZE - 17, "0123456789abcdef"), 16);
  }
}

static void identifiers_of_long_names_stay_different_and_stay_the_same(void **state) {
  (void)state;
  char identifiers[3][IDENTIFIER_SIZE];
  char part[200];
  const char *parts[] = {"d-abcdefghijkl", part};
  memset(part, 'x', sizeof(part) - 1);
  part[sizeof(part) - 1] = '\0';
  identifier_join(identifiers[0], parts, 2);
  identifier_join(identifiers[1], parts, 2);
  part[sizeof(part) - 2] = 'y';
  identifier_join(identifiers[2], parts, 2);
  assert_string_equal(identifiers[0], identifiers[1]);
  assert_string_not_equal(identifiers[0], identifiers[2]);
  const char *first[] = {part, "b"};
  const char *second[] = {part, "b", ""};
  identifier_join(identifiers[0], first, 2);
  identifier_join(identifiers[1], second, 3);
  assert_string_not_equal(identifiers[0], identifiers[1]);
}

/* FNV-1a of 128 times 'x', by any other implementation. */
static void identifier_hash_is_that_of_the_whole(void **state) {
  (void)state;
  char identifier[IDENTIFIER_SIZE];
  char part[129];
  const char *parts[] = {part};
  memset(part, 'x', 128);
  part[128] = '\0';
  identifier_join(identifier, parts, 1);
  assert_string_equal(identifier + IDENTIFIER_SIZE - 1 - 17, "~5a4949167e0e4d25");
}

static void identifier_of_an_owner_names_domain_and_user_or_space(void **state) {
  (void)state;
  char identifier[IDENTIFIER_SIZE];
  identifier_owner(identifier, "d-1", "user01", NULL);
  assert_string_equal(identifier, "d-1_user01");
  identifier_owner(identifier, "d-1", NULL, "lab");
  assert_string_equal(identifier, "d-1_space_lab");
}

static void identifier_of_an_app_names_type_space_and_app(void **state) {
  (void)state;
  static const struct {
    const char *type, *space, *app, *expected;
  } cases[] = {
      {"KernelGateway", NULL, "ml-m5-large", "KernelGateway_ml-m5-large"},
      {"KernelGateway", NULL, "default", "KernelGateway_default"},
      {"JupyterLab", NULL, "default", "JupyterLab_default"},
      {"JupyterLab", "lab", "default", "JupyterLab_lab"},
      {"CodeEditor", "lab", "default", "CodeEditor_lab"},
      {"JupyterLab", "lab", "other", "JupyterLab_lab_other"},
      {"KernelGateway", "lab", "default", "KernelGateway_lab_default"},
      {"JupyterServer", "lab", "default", "JupyterServer_lab_default"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char identifier[IDENTIFIER_SIZE];
    identifier_app(identifier, cases[i].type, cases[i].space, cases[i].app);
    assert_string_equal(identifier, cases[i].expected);
  }
}

static void identifier_of_an_instance_names_its_type_and_space_behind_a_prefix(void **state) {
  (void)state;
  static const struct {
    const char *prefix, *instance, *space, *expected;
  } cases[] = {
      {"", "ml.t3.medium", NULL, "ml.t3.medium"},
      {"", "ml.t3.medium", "lab", "ml.t3.medium_lab"},
      {"hourly_cost-", "ml.t3.medium", NULL, "hourly_cost-ml.t3.medium"},
      {"idle_hourly_cost-", "ml.m5.4xlarge", "a-b", "idle_hourly_cost-ml.m5.4xlarge_a-b"},
      {"hourly_cost-", "Canvas", NULL, "hourly_cost-Canvas"},
      {"hourly_cost-", "a_b", "c/d", "hourly_cost-a-b_c-d"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char identifier[IDENTIFIER_SIZE];
    identifier_instance(identifier, cases[i].prefix, cases[i].instance, cases[i].space);
    assert_string_equal(identifier, cases[i].expected);
  }
}

static void identifier_of_an_instance_keeps_its_prefix_and_differs_by_it_where_it_is_too_long(void **state) {
  (void)state;
  char identifiers[2][IDENTIFIER_SIZE];
  char space[128];
  memset(space, 'x', sizeof(space) - 1);
  space[sizeof(space) - 1] = '\0';
  identifier_instance(identifiers[0], "hourly_cost-", "ml.t3.medium", space);
  identifier_instance(identifiers[1], "", "ml.t3.medium", space);
  assert_memory_equal(identifiers[0], "hourly_cost-ml.t3.medium_xx", 27);
  assert_int_equal(strlen(identifiers[0]), IDENTIFIER_SIZE - 1);
  assert_string_not_equal(identifiers[0] + IDENTIFIER_SIZE - 18, identifiers[1] + IDENTIFIER_SIZE - 18);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(identifier_joins_parts_and_leaves_out_those_that_are_not_there),
      cmocka_unit_test(identifier_parts_keep_utf8_and_nothing_that_breaks_a_name_or_a_line),
      cmocka_unit_test(identifiers_are_the_same_where_their_parts_become_so),
      cmocka_unit_test(identifier_that_is_too_long_is_cut_between_characters),
      cmocka_unit_test(identifier_of_127_bytes_is_whole_and_a_longer_one_ends_in_a_hash),
      cmocka_unit_test(identifiers_of_long_names_stay_different_and_stay_the_same),
      cmocka_unit_test(identifier_hash_is_that_of_the_whole),
      cmocka_unit_test(identifier_of_an_owner_names_domain_and_user_or_space),
      cmocka_unit_test(identifier_of_an_app_names_type_space_and_app),
      cmocka_unit_test(identifier_of_an_instance_names_its_type_and_space_behind_a_prefix),
      cmocka_unit_test(identifier_of_an_instance_keeps_its_prefix_and_differs_by_it_where_it_is_too_long),
  };
  return cmocka_run_group_tests_name("identifier", tests, NULL, NULL);
}
