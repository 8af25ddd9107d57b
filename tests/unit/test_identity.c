/* links: aws unit/client_fixture unit/fake_http */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "client_fixture.h"

#include "aws/client_private.h"

#define CALLER(BODY) "{\"GetCallerIdentityResponse\": {\"GetCallerIdentityResult\": " BODY "}}"
#define ARN "arn:aws:iam::123456789012:user/monitor"
#define TOKEN "PUT http://169.254.169.254/latest/api/token"
#define REGION "GET http://169.254.169.254/latest/meta-data/placement/region"

#define NOWHERE .config_file = "/nonexistent/config", .credentials_file = "/nonexistent/credentials"

/* What somebody was told: "ARN account source region", a region, or "code: message". */
typedef struct {
  int times;
  char text[1200];
} told_t;

static void on_identity(void *user_data, const aws_identity_t *identity, const aws_error_t *error) {
  told_t *told = user_data;
  told->times++;
  if (error == NULL)
    snprintf(told->text, sizeof(told->text), "%s %s %s %s", identity->arn, identity->account_id, identity->source,
             identity->region);
  else
    snprintf(told->text, sizeof(told->text), "%s: %s", error->code, error->message);
}

static void on_region(void *user_data, const char *region, const aws_error_t *error) {
  told_t *told = user_data;
  told->times++;
  if (error == NULL)
    snprintf(told->text, sizeof(told->text), "%s", region);
  else
    snprintf(told->text, sizeof(told->text), "%s: %s", error->code, error->message);
}

static aws_account_t *account_of(const aws_settings_t *settings) {
  aws_error_t error;
  aws_account_t *account = aws_account_new(client.aws, settings);
  assert_non_null(account);
  assert_true(aws_account_refresh(account, &error));
  return account;
}

static void identity_is_what_sts_says_of_the_keys(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, .region = "eu-west-1", .timeout_ms = 1000};
  aws_account_t *account = account_of(&settings);
  told_t told = {0};
  fake_http_expect(&(fake_exchange_t){.request = "POST " CLIENT_URL "/",
                                      .contains = "Action=GetCallerIdentity&Version=2011-06-15",
                                      .timeout_ms = 1000,
                                      .body = CALLER("{\"Arn\": \"" ARN "\", \"Account\": \"123456789012\"}")});
  aws_account_identity(account, on_identity, &told);
  assert_int_equal(told.times, 0);
  client_drive();
  assert_int_equal(told.times, 1);
  assert_string_equal(told.text, ARN " 123456789012 environment eu-west-1");
  aws_account_free(account);
}

static void endpoint_of_an_account_is_its_own_setting_or_aws_s(void **state) {
  (void)state;
  static char own[] = "https://sagemaker.test";
  aws_endpoint_t endpoints[] = {{client_list_apps.service, own}};
  const aws_settings_t settings = {NOWHERE, .endpoints = endpoints, .endpoints_count = 1, .timeout_ms = 1000};
  aws_account_t *account = account_of(&settings);
  char url[ENDPOINT_URL_SIZE];
  aws_error_t error;
  assert_true(aws_account_endpoint(account, client_list_apps.service, "eu-west-1", url, &error));
  assert_string_equal(url, own);
  assert_true(aws_account_endpoint(account, &aws_service_sts, "eu-west-1", url, &error));
  assert_string_equal(url, CLIENT_URL);
  unsetenv("AWS_ENDPOINT_URL");
  assert_true(aws_account_endpoint(account, &aws_service_sts, "eu-west-1", url, &error));
  assert_string_equal(url, "https://sts.eu-west-1.amazonaws.com");
  endpoints[0].url[0] = 'x';
  assert_false(aws_account_endpoint(account, client_list_apps.service, "eu-west-1", url, &error));
  assert_string_equal(error.code, "configuration");
  aws_account_free(account);
}

static void identity_that_cannot_be_had_has_a_reason(void **state) {
  (void)state;
  static const struct {
    const char *variable, *value;
    aws_settings_t settings;
    fake_exchange_t response; /* "none": STS is not asked */
    const char *words;
  } cases[] = {
      {"AWS_SECRET_ACCESS_KEY", "", {.region = "us-east-1"}, {.request = "none"}, "credentials: the environment has"},
      {"AWS_REGION", "", {0}, {.request = "none"}, "region: no region; looked for"},
      {"AWS_ENDPOINT_URL", "ftp://x", {.region = "us-east-1"}, {.request = "none"}, "AWS_ENDPOINT_URL"},
      {"AWS_REGION",
       "",
       {.region = "us-east-1"},
       {.status = 403, .body = "{\"Error\": {\"Code\": \"InvalidClientTokenId\", \"Message\": \"no such key\"}}"},
       "InvalidClientTokenId: no such key"},
      {"AWS_REGION", "", {.region = "us-east-1"}, {.body = "<xml/>"}, "parse: the answer is neither"},
      {"AWS_REGION", "", {.region = "us-east-1"}, {.body = CALLER("{}")}, "parse: the answer names no identity"},
      {"AWS_REGION", "", {.region = "us-east-1"}, {.body = CALLER("{\"Arn\": \"a\", \"Account\": 1}")}, "parse: "},
      {"AWS_REGION", "", {.region = "us-east-1"}, {.result = HTTP_TLS, .times = 3}, "tls: "},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    client_end(state);
    client_begin(state);
    setenv(cases[i].variable, cases[i].value, 1);
    aws_settings_t settings = cases[i].settings;
    settings.config_file = settings.credentials_file = "/nonexistent";
    settings.timeout_ms = 1000;
    aws_account_t *account = account_of(&settings);
    told_t told = {0};
    if (cases[i].response.request == NULL)
      fake_http_expect(&cases[i].response);
    aws_account_identity(account, on_identity, &told);
    client_drive();
    assert_int_equal(told.times, 1);
    if (strstr(told.text, cases[i].words) == NULL)
      fail_msg("\"%s\" is not in: %s", cases[i].words, told.text);
    assert_null(account->queries);
    aws_account_free(account);
  }
}

static void region_of_the_instance_is_asked_for_once_for_all(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, .timeout_ms = 1000};
  static const fake_exchange_t exchanges[] = {ANSWERS(TOKEN, NULL, NULL, 200, "T"),
                                              ANSWERS(REGION, NULL, NULL, 200, "ap-southeast-2")};
  unsetenv("AWS_EC2_METADATA_DISABLED");
  aws_account_t *accounts[] = {account_of(&settings), account_of(&settings)};
  told_t told[] = {{0}, {0}};
  fake_http_expect_all(exchanges, COUNT(exchanges));
  for (size_t i = 0; i < COUNT(accounts); i++)
    aws_account_region(accounts[i], on_region, &told[i]);
  client_drive();
  for (size_t i = 0; i < COUNT(accounts); i++) {
    assert_int_equal(told[i].times, 1);
    assert_string_equal(told[i].text, "ap-southeast-2");
    aws_account_free(accounts[i]);
  }
}

static void an_account_that_is_freed_while_the_region_is_asked_for_is_told_nothing(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, .timeout_ms = 1000};
  told_t told[] = {{0}, {0}};
  unsetenv("AWS_EC2_METADATA_DISABLED");
  aws_account_t *account = account_of(&settings);
  fake_http_expect(&(fake_exchange_t){.request = TOKEN, .hangs = true});
  aws_account_region(account, on_region, &told[0]);
  aws_account_identity(account, on_identity, &told[1]);
  aws_account_free(account);
  assert_int_equal(fake_http_cancelled(), 1);
  client_drive();
  assert_int_equal(told[0].times + told[1].times, 0);
}

static void an_account_that_is_freed_leaves_the_question_to_who_shares_it(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, .timeout_ms = 1000};
  static const fake_exchange_t exchanges[] = {ANSWERS(TOKEN, NULL, NULL, 200, "T"),
                                              ANSWERS(REGION, NULL, NULL, 200, "ap-southeast-2")};
  told_t told[] = {{0}, {0}};
  unsetenv("AWS_EC2_METADATA_DISABLED");
  aws_account_t *accounts[] = {account_of(&settings), account_of(&settings)};
  fake_http_expect_all(exchanges, COUNT(exchanges));
  for (size_t i = 0; i < COUNT(accounts); i++)
    aws_account_region(accounts[i], on_region, &told[i]);
  aws_account_free(accounts[0]);
  client_drive();
  assert_int_equal(told[0].times, 0);
  assert_string_equal(told[1].text, "ap-southeast-2");
  aws_account_free(accounts[1]);
}

static void an_account_that_is_freed_while_its_keys_are_fetched_is_told_nothing(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, .role_arn = "arn:aws:iam::123456789012:role/reader", .region = "us-east-1",
                                   .timeout_ms = 1000};
  told_t told = {0};
  aws_account_t *account = account_of(&settings);
  fake_http_expect(&(fake_exchange_t){.contains = "Action=AssumeRole&", .hangs = true});
  aws_account_identity(account, on_identity, &told);
  aws_account_free(account);
  assert_int_equal(fake_http_cancelled(), 1);
  client_drive();
  assert_int_equal(told.times, 0);
}

static void an_account_that_is_freed_leaves_the_keys_to_who_shares_them(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, .role_arn = "arn:aws:iam::123456789012:role/reader", .region = "us-east-1",
                                   .timeout_ms = 1000};
  static const fake_exchange_t exchanges[] = {
      ANSWERS(NULL, NULL, "Action=AssumeRole&", 200,
              "{\"AssumeRoleResponse\": {\"AssumeRoleResult\": {\"Credentials\": {\"AccessKeyId\": \"A\", "
              "\"SecretAccessKey\": \"SECRET\", \"SessionToken\": \"T\", \"Expiration\": 1795467600}}}}"),
      ANSWERS(NULL, "x-amz-security-token: T", "Action=GetCallerIdentity&", 200,
              CALLER("{\"Arn\": \"" ARN "\", \"Account\": \"123456789012\"}")),
  };
  told_t told[] = {{0}, {0}};
  aws_account_t *accounts[] = {account_of(&settings), account_of(&settings)};
  fake_http_expect_all(exchanges, COUNT(exchanges));
  for (size_t i = 0; i < COUNT(accounts); i++)
    aws_account_identity(accounts[i], on_identity, &told[i]);
  aws_account_free(accounts[0]);
  client_drive();
  assert_int_equal(told[0].times, 0);
  assert_memory_equal(told[1].text, ARN, strlen(ARN));
  aws_account_free(accounts[1]);
}

static void an_account_that_is_freed_while_sts_is_asked_who_it_is_is_told_nothing(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, .region = "us-east-1", .timeout_ms = 1000};
  told_t told = {0};
  aws_account_t *account = account_of(&settings);
  fake_http_expect(&(fake_exchange_t){.contains = "Action=GetCallerIdentity&", .hangs = true});
  aws_account_identity(account, on_identity, &told);
  aws_account_free(account);
  assert_int_equal(fake_http_cancelled(), 1);
  client_drive();
  assert_int_equal(told.times, 0);
}

/* Asks once more when it is told. */
static void ask_again(void *user_data, const char *region, const aws_error_t *error) {
  told_t *told = user_data;
  on_region(user_data, region, error);
  if (told->times < 3)
    aws_account_region(client.account, ask_again, told);
}

static void whoever_is_told_may_ask_again(void **state) {
  (void)state;
  told_t told = {0};
  setenv("AWS_REGION", "us-west-2", 1);
  aws_account_region(client.account, ask_again, &told);
  assert_int_equal(told.times, 3);
  assert_null(client.account->queries);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, client_begin, client_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(identity_is_what_sts_says_of_the_keys),
      TEST(endpoint_of_an_account_is_its_own_setting_or_aws_s),
      TEST(identity_that_cannot_be_had_has_a_reason),
      TEST(region_of_the_instance_is_asked_for_once_for_all),
      TEST(an_account_that_is_freed_while_the_region_is_asked_for_is_told_nothing),
      TEST(an_account_that_is_freed_leaves_the_question_to_who_shares_it),
      TEST(an_account_that_is_freed_while_its_keys_are_fetched_is_told_nothing),
      TEST(an_account_that_is_freed_leaves_the_keys_to_who_shares_them),
      TEST(an_account_that_is_freed_while_sts_is_asked_who_it_is_is_told_nothing),
      TEST(whoever_is_told_may_ask_again),
  };
  return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
