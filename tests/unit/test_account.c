/* links: aws/client aws/account aws/session aws/call aws/call_error aws/signed_request aws/answer aws/bucket */
/* links: aws/counters aws/date aws/endpoint aws/loop aws/retry aws/sigv4 aws/error aws/utf8 aws/buffer aws/profile */
/* links: aws/profile_load aws/ini aws/shell_words aws/credentials aws/credentials_cache aws/credentials_chain */
/* links: aws/credentials_environment aws/credentials_static unit/client_fixture unit/fake_http -lcrypto -ljson-c -lm */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client_fixture.h"

#include "aws/internal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char folder[64], config_path[96], credentials_path[96];

static void write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

/* Makes the account anew with files of its own. */
static void use_files(const char *profile, const char *config, const char *credentials) {
  aws_settings_t settings = {
      .profile = profile, .config_file = config_path, .credentials_file = credentials_path, .timeout_ms = 1000};
  if (config != NULL)
    write_file(config_path, config);
  if (credentials != NULL)
    write_file(credentials_path, credentials);
  aws_session_free(client.session);
  aws_account_free(client.account);
  client.session = NULL;
  client.account = aws_account_new(client.aws, &settings);
  assert_non_null(client.account);
}

static int begin(void **state) {
  const char *parent = getenv("TMPDIR");
  snprintf(folder, sizeof(folder), "%s/accountXXXXXX", parent != NULL ? parent : "/tmp");
  assert_non_null(mkdtemp(folder));
  snprintf(config_path, sizeof(config_path), "%s/config", folder);
  snprintf(credentials_path, sizeof(credentials_path), "%s/credentials", folder);
  return client_begin(state);
}

static int end(void **state) {
  unlink(config_path);
  unlink(credentials_path);
  rmdir(folder);
  return client_end(state);
}

/* The id of the key that a call is signed with; the call's error code where it is not sent. */
static const char *key_in_use(void) {
  static char text[64];
  asked_t asked = {0};
  if (client.session == NULL)
    client.session = aws_session_new(client.account, "us-east-1", &client.requests, &client.errors);
  client_submit(&asked, &client_unlimited, "{}");
  client_drive();
  if (asked.error.code[0] != '\0') {
    snprintf(text, sizeof(text), "%s", asked.error.code);
    return text;
  }
  const char *id = strstr(fake_http_header("authorization"), "Credential=");
  snprintf(text, sizeof(text), "%.*s", (int)strcspn(id + 11, "/"), id + 11);
  return text;
}

static void expect_request(void) { fake_http_expect(&(fake_exchange_t){.body = "{}"}); }

static void refresh(void) {
  aws_error_t error;
  if (!aws_account_refresh(client.account, &error))
    fail_msg("%s", error.message);
}

#define KEYS(id) "aws_access_key_id = " id "\naws_secret_access_key = secret\n"

static void account_takes_the_environment_then_credentials_then_config(void **state) {
  (void)state;
  static const struct {
    const char *profile;
    bool environment;
    const char *config, *credentials, *expected;
  } cases[] = {
      {NULL, true, "[default]\n" KEYS("ID1"), "[default]\n" KEYS("ID2"), "AKIDEXAMPLE"},
      {NULL, false, "[default]\n" KEYS("ID1"), "[default]\n" KEYS("ID2"), "ID2"},
      {NULL, false, "[default]\n" KEYS("ID1"), "[other]\n" KEYS("ID2"), "ID1"},
      {"p", true, "[profile p]\n" KEYS("ID1"), "[p]\n" KEYS("ID2"), "ID2"},
      {"p", true, "[profile p]\n" KEYS("ID1"), "", "ID1"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    if (cases[i].environment)
      setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1), setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    else
      unsetenv("AWS_ACCESS_KEY_ID"), unsetenv("AWS_SECRET_ACCESS_KEY");
    use_files(cases[i].profile, cases[i].config, cases[i].credentials);
    refresh();
    expect_request();
    assert_string_equal(key_in_use(), cases[i].expected);
  }
}

static void account_reads_files_again_when_they_have_changed(void **state) {
  (void)state;
  unlink(credentials_path);
  use_files("p", "[profile p]\nregion = eu-west-1\n", NULL);
  refresh();
  assert_string_equal(key_in_use(), "credentials");
  write_file(credentials_path, "[p]\n" KEYS("ID1"));
  refresh();
  expect_request();
  assert_string_equal(key_in_use(), "ID1");
  write_file(credentials_path, "[p]\n" KEYS("ANOTHER"));
  refresh();
  expect_request();
  assert_string_equal(key_in_use(), "ANOTHER");
}

static void account_does_not_read_files_anew_that_have_not_changed(void **state) {
  (void)state;
  use_files("p", "", "[p]\n" KEYS("ID1"));
  refresh();
  const profile_files_t *files = client.account->files;
  refresh();
  assert_ptr_equal(client.account->files, files);
}

static void account_keeps_files_while_calls_are_under_way(void **state) {
  (void)state;
  asked_t asked = {0};
  use_files("p", "", "[p]\n" KEYS("ID1"));
  refresh();
  client.session = aws_session_new(client.account, "us-east-1", &client.requests, &client.errors);
  client_submit(&asked, &client_unlimited, "{}");
  write_file(credentials_path, "[p]\n" KEYS("ANOTHER"));
  const profile_files_t *files = client.account->files;
  refresh();
  assert_ptr_equal(client.account->files, files);
  expect_request();
  client_drive();
  refresh();
  expect_request();
  assert_string_equal(key_in_use(), "ANOTHER");
}

static void account_keeps_what_it_has_when_a_file_becomes_unusable(void **state) {
  (void)state;
  aws_error_t error;
  use_files("p", "", "[p]\n" KEYS("ID1"));
  refresh();
  write_file(credentials_path, "nonsense\n");
  assert_false(aws_account_refresh(client.account, &error));
  assert_non_null(strstr(error.message, credentials_path));
  expect_request();
  assert_string_equal(key_in_use(), "ID1");
}

static void account_names_a_profile_that_is_nowhere(void **state) {
  (void)state;
  aws_error_t error;
  char expected[512];
  use_files("typo", "", "[p]\n" KEYS("ID1"));
  assert_false(aws_account_refresh(client.account, &error));
  snprintf(expected, sizeof(expected), "profile \"typo\" (from option Profile) is neither in %s nor in %s", config_path,
           credentials_path);
  assert_string_equal(error.message, expected);
  setenv("AWS_PROFILE", "typo", 1);
  use_files(NULL, NULL, NULL);
  assert_false(aws_account_refresh(client.account, &error));
  assert_non_null(strstr(error.message, "(from AWS_PROFILE)"));
}

static char region_found[64];

static void on_region(void *owner, const char *region, const aws_error_t *error) {
  (void)owner;
  snprintf(region_found, sizeof(region_found), "%s", region != NULL ? region : error->code);
}

static void account_finds_its_region_as_the_aws_command_line_does(void **state) {
  (void)state;
  static const struct {
    const char *variable, *default_variable, *config, *expected;
  } cases[] = {
      {"us-east-2", "us-west-1", "[profile p]\nregion = us-west-2\n", "us-east-2"},
      {NULL, "us-west-1", "[profile p]\nregion = us-west-2\n", "us-west-1"},
      {"", "", "[profile p]\nregion = us-west-2\n", "us-west-2"},
      {NULL, NULL, "[profile p]\n", "region"},
      {NULL, NULL, "[profile p]\nregion =\n", "region"},
      {"us east 1", "us-west-1", "[profile p]\n", "region"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    unsetenv("AWS_REGION");
    unsetenv("AWS_DEFAULT_REGION");
    if (cases[i].variable != NULL)
      setenv("AWS_REGION", cases[i].variable, 1);
    if (cases[i].default_variable != NULL)
      setenv("AWS_DEFAULT_REGION", cases[i].default_variable, 1);
    use_files("p", cases[i].config, "");
    refresh();
    aws_account_region(client.account, on_region, NULL);
    assert_string_equal(region_found, cases[i].expected);
  }
}

static void account_trusts_the_certificates_of_the_strongest_setting(void **state) {
  (void)state;
  use_files("p", "[profile p]\nca_bundle = /profile.pem\n", "");
  refresh();
  assert_string_equal(account_ca_file(client.account), "/profile.pem");
  setenv("AWS_CA_BUNDLE", "/variable.pem", 1);
  assert_string_equal(account_ca_file(client.account), "/variable.pem");
  client.account->settings.ca_file = "/option.pem";
  assert_string_equal(account_ca_file(client.account), "/option.pem");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(account_takes_the_environment_then_credentials_then_config, begin, end),
      cmocka_unit_test_setup_teardown(account_reads_files_again_when_they_have_changed, begin, end),
      cmocka_unit_test_setup_teardown(account_does_not_read_files_anew_that_have_not_changed, begin, end),
      cmocka_unit_test_setup_teardown(account_keeps_files_while_calls_are_under_way, begin, end),
      cmocka_unit_test_setup_teardown(account_keeps_what_it_has_when_a_file_becomes_unusable, begin, end),
      cmocka_unit_test_setup_teardown(account_names_a_profile_that_is_nowhere, begin, end),
      cmocka_unit_test_setup_teardown(account_finds_its_region_as_the_aws_command_line_does, begin, end),
      cmocka_unit_test_setup_teardown(account_trusts_the_certificates_of_the_strongest_setting, begin, end),
  };
  return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
