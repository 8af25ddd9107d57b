/* links: aws unit/client_fixture unit/fake_http */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "client_fixture.h"

#include "aws/client_private.h"

#define KEYS(ID, EXPIRES)                                                                                              \
  "{\"AssumeRoleResponse\": {\"AssumeRoleResult\": {\"Credentials\": {\"AccessKeyId\": \"" ID                          \
  "\", \"SecretAccessKey\": \"SECRET\", \"SessionToken\": \"" ID "-TOKEN\", \"Expiration\": " EXPIRES "}}}}"
#define IN_AN_HOUR "1795467600"
#define IN_TWO_HOURS "1795471200"
#define MINUTE_MS (INT64_C(60) * 1000)

#define NOWHERE .config_file = "/nonexistent/config", .credentials_file = "/nonexistent/credentials"
#define ROLE .role_arn = "arn:aws:iam::123456789012:role/reader"

/* An account with a session, as a target of a scan has it. */
typedef struct {
  aws_account_t *account;
  aws_session_t *session;
} user_t;

static user_t user_of(const aws_settings_t *settings) {
  aws_error_t error;
  user_t user = {.account = aws_account_new(client.aws, settings)};
  assert_non_null(user.account);
  if (!aws_account_refresh(user.account, &error))
    fail_msg("%s", error.message);
  user.session = aws_session_new(user.account, "us-east-1", &client.requests, &client.errors);
  assert_non_null(user.session);
  return user;
}

static void free_user(user_t *user) {
  aws_session_free(user->session);
  aws_account_free(user->account);
}

static void submit(const user_t *user, asked_t *asked) {
  aws_session_t *own = client.session;
  client.session = user->session;
  client_submit(asked, &client_unlimited, "{}");
  client.session = own;
}

static void expect_role(const char *keys) {
  fake_http_expect(&(fake_exchange_t){.contains = "Action=AssumeRole&", .body = keys, .takes_ms = 100});
}

static void expect_calls(const char *token, int times) {
  fake_http_expect(&(fake_exchange_t){.headers = {token}, .body = "{}", .times = times});
}

static void accounts_of_the_same_settings_share_one_set_of_keys_and_one_renewal(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, ROLE, .external_id = "12", .region = "us-east-1", .timeout_ms = 1000};
  user_t users[] = {user_of(&settings), user_of(&settings)};
  asked_t asked[] = {{0}, {0}};
  assert_ptr_equal(users[0].account->pool, users[1].account->pool);
  expect_role(KEYS("A", IN_AN_HOUR));
  expect_calls("x-amz-security-token: A-TOKEN", 2);
  for (size_t i = 0; i < COUNT(users); i++)
    submit(&users[i], &asked[i]);
  client_drive();
  fake_clock_advance(50 * MINUTE_MS);
  expect_role(KEYS("B", IN_TWO_HOURS));
  expect_calls("x-amz-security-token: A-TOKEN", 2);
  for (size_t i = 0; i < COUNT(users); i++)
    submit(&users[i], &asked[i]);
  client_drive();
  expect_calls("x-amz-security-token: B-TOKEN", 2);
  for (size_t i = 0; i < COUNT(users); i++)
    submit(&users[i], &asked[i]);
  client_drive();
  for (size_t i = 0; i < COUNT(users); i++) {
    assert_int_equal(asked[i].done, 3);
    assert_string_equal(asked[i].error.code, "");
    free_user(&users[i]);
  }
}

static void accounts_share_the_renewal_that_aws_asks_for(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, ROLE, .region = "us-east-1", .timeout_ms = 1000};
  user_t users[] = {user_of(&settings), user_of(&settings)};
  asked_t asked[] = {{0}, {0}};
  expect_role(KEYS("A", IN_AN_HOUR));
  fake_http_expect(&(fake_exchange_t){
      .headers = {"x-amz-security-token: A-TOKEN"}, .status = 400, .error_type = "ExpiredTokenException", .times = 2});
  expect_role(KEYS("B", IN_TWO_HOURS));
  expect_calls("x-amz-security-token: B-TOKEN", 2);
  for (size_t i = 0; i < COUNT(users); i++)
    submit(&users[i], &asked[i]);
  client_drive();
  for (size_t i = 0; i < COUNT(users); i++) {
    assert_string_equal(asked[i].error.code, "");
    free_user(&users[i]);
  }
}

static void accounts_of_other_settings_have_keys_of_their_own(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, ROLE, .external_id = "12", .region = "us-east-1", .timeout_ms = 1000};
  static char sts_url[] = "https://sts.test";
  const aws_endpoint_t sts = {&aws_service_sts, sts_url};
  aws_settings_t others[] = {settings, settings, settings, settings, settings, settings, settings, settings};
  others[0].role_arn = "arn:aws:iam::123456789012:role/other";
  others[1].external_id = "13";
  others[2].external_id = NULL;
  others[3].region = "eu-west-1";
  others[4].timeout_ms = 2000;
  others[5].ca_file = "/other.pem";
  others[6].endpoints = &sts;
  others[6].endpoints_count = 1;
  others[7].profile = "default";
  user_t user = user_of(&settings);
  for (size_t i = 0; i < COUNT(others); i++) {
    user_t other = user_of(&others[i]);
    if (other.account->pool == user.account->pool)
      fail_msg("%zu", i);
    free_user(&other);
  }
  free_user(&user);
}

/* The pool keeps a copy of every text, and has room for all of them. */
static void a_pool_keeps_all_settings_at_once(void **state) {
  (void)state;
  static char sts_url[] = "https://sts.test";
  static char sso_url[] = "https://sso.test";
  static char oidc_url[] = "https://oidc.test";
  const aws_endpoint_t endpoints[] = {
      {&aws_service_sts, sts_url}, {&aws_service_sso, sso_url}, {&aws_service_oidc, oidc_url}};
  const aws_settings_t settings = {NOWHERE,
                                   ROLE,
                                   .profile = "default",
                                   .external_id = "12",
                                   .region = "us-east-1",
                                   .ca_file = "/all.pem",
                                   .role_session_name = "all",
                                   .endpoints = endpoints,
                                   .endpoints_count = COUNT(endpoints),
                                   .timeout_ms = 1000};
  user_t user = user_of(&settings);
  const credentials_pool_t *pool = user.account->pool;
  assert_int_equal(pool->strings_count, CREDENTIALS_POOL_STRINGS);
  assert_string_equal(pool->settings.role_session_name, "all");
  assert_ptr_not_equal(pool->settings.role_session_name, settings.role_session_name);
  for (size_t i = 0; i < COUNT(endpoints); i++) {
    assert_ptr_equal(pool->endpoints[i].service, endpoints[i].service);
    assert_string_equal(pool->endpoints[i].url, endpoints[i].url);
    assert_ptr_not_equal(pool->endpoints[i].url, endpoints[i].url);
  }
  free_user(&user);
}

/* What does not matter for the keys makes no difference: the region, where STS is not asked; other services. */
static void accounts_of_several_regions_share_keys_that_no_region_gives(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, .region = "us-east-1", .timeout_ms = 1000};
  static char url[] = "https://sagemaker.test";
  const aws_endpoint_t service = {client_list_apps.service, url};
  aws_settings_t other = settings;
  other.region = "eu-west-1";
  other.endpoints = &service;
  other.endpoints_count = 1;
  user_t users[] = {user_of(&settings), user_of(&other)};
  assert_ptr_equal(users[0].account->pool, users[1].account->pool);
  setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/token", 1);
  user_t asking = user_of(&other);
  assert_ptr_not_equal(asking.account->pool, users[0].account->pool);
  free_user(&asking);
  for (size_t i = 0; i < COUNT(users); i++)
    free_user(&users[i]);
}

static void a_pool_is_gone_with_its_last_account(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, ROLE, .timeout_ms = 1000};
  const credentials_pool_t *own = client.account->pool;
  user_t users[] = {user_of(&settings), user_of(&settings)};
  assert_ptr_equal(client.aws->pools, users[0].account->pool);
  free_user(&users[0]);
  assert_ptr_equal(client.aws->pools, users[1].account->pool);
  free_user(&users[1]);
  assert_ptr_equal(client.aws->pools, own);
  assert_null(own->next);
}

static void a_ring_that_is_released_while_sts_is_asked_breaks_that_off(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, ROLE, .region = "us-east-1", .timeout_ms = 1000};
  user_t user = user_of(&settings);
  asked_t asked = {0};
  fake_http_expect(&(fake_exchange_t){.contains = "Action=AssumeRole&", .hangs = true});
  submit(&user, &asked);
  assert_int_equal(aws_drive(client.aws, 1100), AWS_DEADLINE);
  free_user(&user);
  assert_int_equal(fake_http_cancelled(), 1);
  client_drive();
  assert_int_equal(asked.done, 0);
}

/* The other account's call is behind the same question to STS. */
static void a_session_that_is_freed_while_it_waits_for_shared_keys_stops_nobody_else(void **state) {
  (void)state;
  const aws_settings_t settings = {NOWHERE, ROLE, .region = "us-east-1", .timeout_ms = 1000};
  user_t users[] = {user_of(&settings), user_of(&settings)};
  asked_t asked[] = {{0}, {0}};
  expect_role(KEYS("A", IN_AN_HOUR));
  expect_calls("x-amz-security-token: A-TOKEN", 1);
  for (size_t i = 0; i < COUNT(users); i++)
    submit(&users[i], &asked[i]);
  assert_int_equal(aws_drive(client.aws, 1050), AWS_DEADLINE);
  free_user(&users[0]);
  client_drive();
  assert_int_equal(asked[0].done, 0);
  assert_int_equal(asked[1].done, 1);
  assert_string_equal(asked[1].error.code, "");
  free_user(&users[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, client_begin, client_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(accounts_of_the_same_settings_share_one_set_of_keys_and_one_renewal),
      TEST(accounts_share_the_renewal_that_aws_asks_for),
      TEST(accounts_of_other_settings_have_keys_of_their_own),
      TEST(a_pool_keeps_all_settings_at_once),
      TEST(accounts_of_several_regions_share_keys_that_no_region_gives),
      TEST(a_pool_is_gone_with_its_last_account),
      TEST(a_ring_that_is_released_while_sts_is_asked_breaks_that_off),
      TEST(a_session_that_is_freed_while_it_waits_for_shared_keys_stops_nobody_else),
  };
  return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
