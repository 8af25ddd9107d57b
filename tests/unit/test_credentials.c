/* links: aws */
#include "test.h"

#include "aws/protocol/credentials.h"

static void credentials_set_copies_its_values(void **state) {
  (void)state;
  char id[] = "AKID";
  char token[] = "token";
  credentials_t credentials = CREDENTIALS_INIT;
  assert_true(credentials_set(&credentials, id, "secret", token, 1440938160000, "a test"));
  id[0] = 'x';
  token[0] = 'x';
  assert_string_equal(credentials.access_key_id, "AKID");
  assert_string_equal(credentials.secret_access_key, "secret");
  assert_string_equal(credentials.session_token, "token");
  assert_string_equal(credentials.source, "a test");
  assert_int_equal(credentials.expires_ms, 1440938160000);
  credentials_clear(&credentials);
}

static void credentials_set_replaces_what_was_there(void **state) {
  (void)state;
  credentials_t credentials = CREDENTIALS_INIT;
  assert_true(credentials_set(&credentials, "old", "old", "old", 1, "old"));
  assert_true(credentials_set(&credentials, "new", "new", NULL, 0, "new"));
  assert_string_equal(credentials.access_key_id, "new");
  assert_null(credentials.session_token);
  assert_int_equal(credentials.expires_ms, 0);
  credentials_clear(&credentials);
}

static void credentials_set_takes_an_empty_token_for_none(void **state) {
  (void)state;
  credentials_t credentials = CREDENTIALS_INIT;
  assert_true(credentials_set(&credentials, "id", "secret", "", 0, "a test"));
  assert_null(credentials.session_token);
  credentials_clear(&credentials);
}

static void credentials_may_be_set_to_their_own_values(void **state) {
  (void)state;
  credentials_t credentials = CREDENTIALS_INIT;
  assert_true(credentials_set(&credentials, "id", "secret", "token", 0, "a test"));
  assert_true(credentials_set(&credentials, credentials.access_key_id, credentials.secret_access_key,
                              credentials.session_token, 7, credentials.source));
  assert_string_equal(credentials.access_key_id, "id");
  assert_string_equal(credentials.session_token, "token");
  assert_int_equal(credentials.expires_ms, 7);
  credentials_clear(&credentials);
}

static void credentials_clear_returns_to_pristine_and_is_safe_twice(void **state) {
  (void)state;
  credentials_t credentials = CREDENTIALS_INIT;
  credentials_clear(&credentials);
  assert_true(credentials_set(&credentials, "id", "secret", "token", 1, "a test"));
  credentials_clear(&credentials);
  credentials_clear(&credentials);
  assert_null(credentials.access_key_id);
  assert_null(credentials.secret_access_key);
  assert_null(credentials.session_token);
  assert_null(credentials.source);
  assert_int_equal(credentials.expires_ms, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(credentials_set_copies_its_values),
      cmocka_unit_test(credentials_set_replaces_what_was_there),
      cmocka_unit_test(credentials_set_takes_an_empty_token_for_none),
      cmocka_unit_test(credentials_may_be_set_to_their_own_values),
      cmocka_unit_test(credentials_clear_returns_to_pristine_and_is_safe_twice),
  };
  return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
