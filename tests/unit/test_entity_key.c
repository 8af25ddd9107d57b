/* links: studio */
#include "test.h"

#include "studio/entity_key.h"

static void entity_keys_are_equal_in_all_parts_only(void **state) {
  (void)state;
  static char id[] = "d-1";
  static char other_id[] = "d-2";
  static const studio_domain_t one = {.id = id, .id_hash = 1};
  static const studio_domain_t other = {.id = other_id, .id_hash = 2};
  const entity_key_t key = {.domain = &one, .user = "ab", .space = "c", .instance = "d"};
  char user[] = "ab";
  entity_key_t copy = key;
  copy.user = user;
  assert_true(entity_key_equals(&key, &copy));
  assert_true(entity_key_hash(&key) == entity_key_hash(&copy));
  const entity_key_t others[] = {
      {.domain = &other, .user = "ab", .space = "c", .instance = "d"},
      {.domain = &one, .user = "a", .space = "bc", .instance = "d"},
      {.domain = &one, .user = "ab", .space = "cd", .instance = ""},
      {.domain = &one, .user = "ab", .instance = "d"},
      {.domain = &one, .space = "c", .instance = "d"},
      {.domain = &one, .user = "ab", .space = "c"},
      {.domain = &one, .user = "ab", .space = "c", .instance = "D"},
  };
  for (size_t i = 0; i < COUNT(others); i++) {
    assert_false(entity_key_equals(&key, &others[i]));
    assert_false(entity_key_hash(&key) == entity_key_hash(&others[i]));
  }
}

static void entity_key_puts_names_behind_each_other(void **state) {
  (void)state;
  char names[16] = "";
  char *end = names;
  assert_int_equal(entity_key_name_size("user") + entity_key_name_size(NULL) + entity_key_name_size(""), 6);
  assert_string_equal(entity_key_put_name(&end, "user"), "user");
  assert_null(entity_key_put_name(&end, NULL));
  assert_string_equal(entity_key_put_name(&end, ""), "");
  assert_ptr_equal(end, names + 6);
  assert_string_equal(names, "user");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(entity_keys_are_equal_in_all_parts_only),
      cmocka_unit_test(entity_key_puts_names_behind_each_other),
  };
  return cmocka_run_group_tests_name("entity_key", tests, NULL, NULL);
}
