/* links: aws unit/client_fixture unit/fake_http */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "client_fixture.h"

#include "aws/client_private.h"

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

static void refresh_it(aws_account_t *account) {
  aws_error_t error;
  if (!aws_account_refresh(account, &error))
    fail_msg("%s", error.message);
}

static void refresh(void) { refresh_it(client.account); }

#define KEYS(id) "aws_access_key_id = " id "\naws_secret_access_key = secret\n"

static void account_names_a_number_of_attempts_that_is_none(void **state) {
  (void)state;
  static const struct {
    const char *variable, *config, *message;
  } cases[] = {
      {"none", "", "AWS_MAX_ATTEMPTS is \"none\": it takes a whole number of 1 or more"},
      {"0", "[default]\nmax_attempts = 2\n", "AWS_MAX_ATTEMPTS is \"0\": it takes a whole number of 1 or more"},
      {"", "[default]\nmax_attempts = 3.5\n",
       "max_attempts of the profile is \"3.5\": it takes a whole number of 1 or more"},
      {"", "[default]\nmax_attempts = 4\n", NULL},
      {"7", "[default]\nmax_attempts = 4\n", NULL},
      {"99999999999999999999", "", NULL},
  };
  static const int attempts[] = {0, 0, 0, 4, 7, 100};
  for (size_t i = 0; i < COUNT(cases); i++) {
    aws_error_t error = {.message = ""};
    setenv("AWS_MAX_ATTEMPTS", cases[i].variable, 1);
    use_files(NULL, cases[i].config, "");
    assert_int_equal(aws_account_refresh(client.account, &error), cases[i].message == NULL);
    if (cases[i].message != NULL) {
      assert_string_equal(error.code, "configuration");
      assert_string_equal(error.message, cases[i].message);
    } else {
      assert_int_equal(client.account->pool->context.attempts, attempts[i]);
    }
  }
}

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
  struct stat was;
  use_files("p", "", "[p]\n" KEYS("ID1"));
  refresh();
  assert_int_equal(stat(credentials_path, &was), 0);
  write_file(credentials_path, "(p]\n" KEYS("ID1"));
  const struct timespec times[] = {was.st_atim, was.st_mtim};
  assert_int_equal(utimensat(AT_FDCWD, credentials_path, times, 0), 0);
  refresh();
  expect_request();
  assert_string_equal(key_in_use(), "ID1");
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

/* The credentials that other calls are signed with stay as they are, for as long as these last. */
static void account_of_a_changed_file_has_new_keys_while_another_still_uses_the_old(void **state) {
  (void)state;
  asked_t asked = {0};
  use_files("p", "", "[p]\n" KEYS("ID1"));
  refresh();
  aws_account_t *busy = client.account;
  aws_session_t *session = aws_session_new(busy, "us-east-1", &client.requests, &client.errors);
  client.account = NULL;
  client.session = session;
  client_submit(&asked, &client_unlimited, "{}");
  client.session = NULL;
  const credentials_pool_t *old = busy->pool;
  use_files("p", NULL, "[p]\n" KEYS("ANOTHER"));
  refresh();
  assert_ptr_not_equal(client.account->pool, old);
  refresh_it(busy);
  assert_ptr_equal(busy->pool, old);
  expect_request();
  client_drive();
  assert_int_equal(asked.done, 1);
  assert_non_null(strstr(fake_http_header("authorization"), "Credential=ID1/"));
  refresh_it(busy);
  assert_ptr_equal(busy->pool, client.account->pool);
  expect_request();
  assert_string_equal(key_in_use(), "ANOTHER");
  aws_session_free(session);
  aws_account_free(busy);
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
  assert_int_equal(unlink(config_path), 0);
  assert_false(aws_account_refresh(client.account, &error));
  snprintf(expected, sizeof(expected), "is neither in %s (no such file) nor in %s", config_path, credentials_path);
  assert_non_null(strstr(error.message, expected));
  setenv("AWS_PROFILE", "typo", 1);
  use_files(NULL, NULL, NULL);
  assert_false(aws_account_refresh(client.account, &error));
  assert_non_null(strstr(error.message, "(from AWS_PROFILE)"));
}

static void account_warns_of_files_with_keys_that_others_may_read(void **state) {
  (void)state;
  static const struct {
    const char *config, *credentials;
    mode_t config_mode, credentials_mode;
    const char *warned; /* the file and its mode */
  } cases[] = {
      {"", "[p]\n" KEYS("ID1"), 0644, 0600, NULL},
      {"", "[p]\n" KEYS("ID1"), 0644, 0644, "/credentials may be read by others (mode 0644)"},
      {"", "[p]\n" KEYS("ID1"), 0600, 0640, "/credentials may be read by others (mode 0640)"},
      {"[profile p]\n" KEYS("ID1"), "", 0604, 0600, "/config may be read by others (mode 0604)"},
      {"[profile p]\n" KEYS("ID1"), "", 0600, 0600, NULL},
      {"[profile p]\nregion = us-east-1\n[profile q]\n" KEYS("ID1"), "", 0644, 0600, NULL},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    use_files("p", cases[i].config, cases[i].credentials);
    assert_int_equal(chmod(config_path, cases[i].config_mode), 0);
    assert_int_equal(chmod(credentials_path, cases[i].credentials_mode), 0);
    refresh();
    const char *warning = aws_account_warning(client.account);
    if (cases[i].warned == NULL)
      assert_null(warning);
    else if (warning == NULL || strstr(warning, cases[i].warned) == NULL || strstr(warning, "chmod 600") == NULL)
      fail_msg("%zu: %s", i, warning);
  }
}

static char region_found[64];

static void on_region(void *user_data, const char *region, const aws_error_t *error) {
  (void)user_data;
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

static void account_keeps_files_while_it_is_asked_for_its_region(void **state) {
  (void)state;
  unsetenv("AWS_EC2_METADATA_DISABLED");
  use_files("p", "", "[p]\n" KEYS("ID1"));
  refresh();
  fake_http_expect(&(fake_exchange_t){.body = "T", .takes_ms = 100});
  fake_http_expect(&(fake_exchange_t){.body = "ap-southeast-2"});
  region_found[0] = '\0';
  aws_account_region(client.account, on_region, NULL);
  write_file(credentials_path, "[p]\n" KEYS("ANOTHER"));
  refresh();
  client_drive();
  assert_string_equal(region_found, "ap-southeast-2");
  refresh();
  expect_request();
  assert_string_equal(key_in_use(), "ANOTHER");
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
      cmocka_unit_test_setup_teardown(account_names_a_number_of_attempts_that_is_none, begin, end),
      cmocka_unit_test_setup_teardown(account_takes_the_environment_then_credentials_then_config, begin, end),
      cmocka_unit_test_setup_teardown(account_reads_files_again_when_they_have_changed, begin, end),
      cmocka_unit_test_setup_teardown(account_does_not_read_files_anew_that_have_not_changed, begin, end),
      cmocka_unit_test_setup_teardown(account_keeps_files_while_calls_are_under_way, begin, end),
      cmocka_unit_test_setup_teardown(account_of_a_changed_file_has_new_keys_while_another_still_uses_the_old, begin,
                                      end),
      cmocka_unit_test_setup_teardown(account_warns_of_files_with_keys_that_others_may_read, begin, end),
      cmocka_unit_test_setup_teardown(account_keeps_what_it_has_when_a_file_becomes_unusable, begin, end),
      cmocka_unit_test_setup_teardown(account_names_a_profile_that_is_nowhere, begin, end),
      cmocka_unit_test_setup_teardown(account_finds_its_region_as_the_aws_command_line_does, begin, end),
      cmocka_unit_test_setup_teardown(account_keeps_files_while_it_is_asked_for_its_region, begin, end),
      cmocka_unit_test_setup_teardown(account_trusts_the_certificates_of_the_strongest_setting, begin, end),
  };
  return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
