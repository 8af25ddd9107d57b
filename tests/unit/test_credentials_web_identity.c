/* links: aws unit/fake_http unit/provider_case */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "provider_case.h"

#define STS "POST https://sts.eu-west-1.amazonaws.com/"
#define KEYS                                                                                                           \
  "{\"AssumeRoleWithWebIdentityResponse\": {\"AssumeRoleWithWebIdentityResult\": {\"Credentials\": "                   \
  "{\"AccessKeyId\": \"AKIDWEB\", \"SecretAccessKey\": \"SECRET\", \"SessionToken\": \"TOKEN-VALUE\", "                \
  "\"Expiration\": 1795467600.0}}}}"
#define REFUSAL                                                                                                        \
  "{\"Error\": {\"Code\": \"InvalidIdentityToken\", \"Message\": \"No OpenIDConnect provider\", \"Type\": "            \
  "\"Sender\"}}"
#define OUTAGE "{\"Error\": {\"Code\": \"IDPCommunicationError\", \"Message\": \"cannot reach\"}}"
#define ARN "arn:aws:iam::123456789012:role/web"

#define NO_TIME                                                                                                        \
  "{\"AssumeRoleWithWebIdentityResponse\": {\"AssumeRoleWithWebIdentityResult\": {\"Credentials\": "                   \
  "{\"AccessKeyId\": \"a\", \"SecretAccessKey\": \"SECRET\", \"SessionToken\": \"t\", "                                \
  "\"Expiration\": \"soon\"}}}}"

static void start(provider_case_t *test, const char *config) {
  provider_case_start(test, config, "");
  provider_case_write("token", "web+TOKEN-VALUE/1\n");
}

static void set_environment(void) {
  setenv("AWS_WEB_IDENTITY_TOKEN_FILE", provider_case_path("token"), 1);
  setenv("AWS_ROLE_ARN", ARN, 1);
}

static void web_identity_that_is_not_configured(void **state) {
  (void)state;
  provider_case_t test;
  start(&test, "");
  setenv("AWS_ROLE_ARN", ARN, 1);
  credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", true);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_ABSENT, "AWS_WEB_IDENTITY_TOKEN_FILE");
  provider_case_end(&test, provider);
}

static void web_identity_by_the_environment_is_asked_for_unsigned(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {ANSWERS(
      STS, "!authorization",
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fweb"
      "&RoleSessionName=collectd-sagemaker&WebIdentityToken=web%2BTOKEN-VALUE%2F1",
      200, KEYS)};
  provider_case_t test;
  start(&test, "");
  set_environment();
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", true);
  provider_case_ask(&test, provider);
  assert_keys(&test, "AKIDWEB");
  assert_int_equal(test.found.expires_ms, FAKE_NOW_MS + INT64_C(3600) * 1000);
  assert_string_equal(test.found.source, "role " ARN ", assumed with a web identity");
  assert_null(strchr(fake_http_body(), '\n'));
  assert_null(strstr(fake_http_body(), "%0A"));
  assert_false(fake_http_went_past_proxy());
  provider_case_end(&test, provider);
}

static void web_identity_is_the_profiles_where_the_environment_does_not_count(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {
      ANSWERS(STS, "accept: application/json", "RoleArn=profile&RoleSessionName=me&", 200, KEYS)};
  char config[512];
  provider_case_t test;
  provider_case_start(&test, "", "");
  snprintf(config, sizeof(config),
           "[default]\nweb_identity_token_file = %s\nrole_arn = profile\nrole_session_name = me\n",
           provider_case_path("token"));
  aws_error_t error;
  assert_true(profile_files_parse(test.files, PROFILE_CONFIG_FILE, config, strlen(config), "config", &error));
  provider_case_write("token", "web");
  set_environment();
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", false);
  provider_case_ask(&test, provider);
  assert_keys(&test, "AKIDWEB");
  provider_case_end(&test, provider);
}

static void web_identity_reads_its_token_anew_each_time(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {
      ANSWERS(STS, NULL, "WebIdentityToken=web%2BTOKEN", 200, KEYS),
      ANSWERS(STS, NULL, "WebIdentityToken=second", 200, KEYS),
  };
  provider_case_t test;
  start(&test, "");
  set_environment();
  setenv("AWS_ROLE_SESSION_NAME", "pod", 1);
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", true);
  provider_case_ask(&test, provider);
  assert_non_null(strstr(fake_http_body(), "&RoleSessionName=pod&"));
  provider_case_write("token", "second");
  provider_case_ask(&test, provider);
  provider_case_end(&test, provider);
}

static void web_identity_without_a_role_or_a_file_is_broken(void **state) {
  (void)state;
  provider_case_t test;
  start(&test, "");
  setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent", 1);
  credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", true);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, "set AWS_ROLE_ARN, or role_arn in profile \"default\"");
  setenv("AWS_ROLE_ARN", ARN, 1);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, "/nonexistent cannot be read: No such file");
  setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/tmp", 1);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, "not a regular file");
  provider_case_end(&test, provider);
}

static void sts_is_asked_again_while_its_identity_provider_is_out_of_reach(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {
      ANSWERS(STS, NULL, NULL, 400, OUTAGE),
      FAILS(STS, HTTP_BROKEN),
      ANSWERS(STS, NULL, NULL, 200, KEYS),
  };
  provider_case_t test;
  start(&test, "");
  set_environment();
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", true);
  int64_t before_ms = fake_clock.monotonic_ms();
  provider_case_ask(&test, provider);
  assert_keys(&test, "AKIDWEB");
  assert_int_equal(fake_clock.monotonic_ms() - before_ms, 500 + 1000);
  assert_int_equal(test.quota.tokens, 495);
  provider_case_end(&test, provider);
}

static void sts_is_asked_three_times_at_most(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {FAILS(STS, HTTP_TIMEOUT), FAILS(STS, HTTP_RESOLVE),
                                              ANSWERS(STS, NULL, NULL, 503, "")};
  provider_case_t test;
  start(&test, "");
  set_environment();
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", true);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, "no message");
  assert_string_equal(test.error.code, "503");
  provider_case_end(&test, provider);
}

static void sts_refusal_is_in_its_own_words_and_final(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {ANSWERS(STS, NULL, NULL, 400, REFUSAL)};
  provider_case_t test;
  start(&test, "");
  set_environment();
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", true);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, "No OpenIDConnect provider");
  assert_string_equal(test.error.code, "InvalidIdentityToken");
  assert_string_equal(test.error.operation, "AssumeRoleWithWebIdentity");
  assert_int_equal(test.error.status, 400);
  provider_case_end(&test, provider);
}

/* What AWS says of a wrong secret goes on with the canonical request. */
static void sts_refusal_is_shown_up_to_its_first_lines_end(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {ANSWERS(
      STS, NULL, NULL, 403,
      "{\"Error\": {\"Code\": \"SignatureDoesNotMatch\", \"Message\": \"Check your key.\\n\\nThe Canonical String "
      "is\\nPOST\"}}")};
  provider_case_t test;
  start(&test, "");
  set_environment();
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", true);
  provider_case_ask(&test, provider);
  assert_string_equal(test.error.message, "Check your key.");
  provider_case_end(&test, provider);
}

static void sts_answers_that_are_none(void **state) {
  (void)state;
  static const char *const responses[] = {
      "<xml>SECRET</xml>",
      "{}",
      "{\"AssumeRoleWithWebIdentityResponse\": {\"AssumeRoleWithWebIdentityResult\": {}}}",
      NO_TIME,
  };
  for (size_t i = 0; i < sizeof(responses) / sizeof(responses[0]); i++) {
    const fake_exchange_t exchanges[] = {ANSWERS(STS, NULL, NULL, 200, responses[i])};
    provider_case_t test;
    start(&test, "");
    set_environment();
    EXPECT(exchanges);
    credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", true);
    provider_case_ask(&test, provider);
    assert_refused(&test, CREDENTIALS_BROKEN, "answer");
    assert_string_equal(test.error.code, "parse");
    provider_case_end(&test, provider);
  }
}

static void sts_endpoint_follows_the_settings(void **state) {
  (void)state;
  static const struct {
    char *option;
    const char *variable, *value, *config, *url;
  } rows[] = {
      {NULL, NULL, NULL, "", STS},
      {"https://vpce.example.com", "AWS_ENDPOINT_URL_STS", "https://env", "", "POST https://vpce.example.com/"},
      {NULL, "AWS_ENDPOINT_URL_STS", "https://env.example.com:444", "", "POST https://env.example.com:444/"},
      {NULL, "AWS_USE_FIPS_ENDPOINT", "true", "", "POST https://sts-fips.eu-west-1.amazonaws.com/"},
      {NULL, NULL, NULL, "[default]\nservices = s\n[services s]\nsts =\n  endpoint_url = https://file.example.com\n",
       "POST https://file.example.com/"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const fake_exchange_t exchanges[] = {ANSWERS(rows[i].url, NULL, NULL, 200, KEYS)};
    provider_case_t test;
    start(&test, rows[i].config);
    set_environment();
    test.endpoint.url = rows[i].option;
    if (rows[i].variable != NULL)
      setenv(rows[i].variable, rows[i].value, 1);
    EXPECT(exchanges);
    credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", true);
    provider_case_ask(&test, provider);
    assert_keys(&test, "AKIDWEB");
    provider_case_end(&test, provider);
  }
}

static void keys_end_by_this_machines_clock(void **state) {
  (void)state;
  const fake_exchange_t exchanges[] = {
      {.request = STS, .status = 200, .body = KEYS, .date = "Mon, 23 Nov 2026 20:20:00 GMT"}};
  provider_case_t test;
  start(&test, "");
  set_environment();
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_web_identity_new(&test.context, "default", true);
  provider_case_ask(&test, provider);
  assert_int_equal(test.found.expires_ms, FAKE_NOW_MS + INT64_C(2400) * 1000);
  provider_case_end(&test, provider);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(web_identity_that_is_not_configured),
      cmocka_unit_test(web_identity_by_the_environment_is_asked_for_unsigned),
      cmocka_unit_test(web_identity_is_the_profiles_where_the_environment_does_not_count),
      cmocka_unit_test(web_identity_reads_its_token_anew_each_time),
      cmocka_unit_test(web_identity_without_a_role_or_a_file_is_broken),
      cmocka_unit_test(sts_is_asked_again_while_its_identity_provider_is_out_of_reach),
      cmocka_unit_test(sts_is_asked_three_times_at_most),
      cmocka_unit_test(sts_refusal_is_in_its_own_words_and_final),
      cmocka_unit_test(sts_refusal_is_shown_up_to_its_first_lines_end),
      cmocka_unit_test(sts_answers_that_are_none),
      cmocka_unit_test(sts_endpoint_follows_the_settings),
      cmocka_unit_test(keys_end_by_this_machines_clock),
  };
  return cmocka_run_group_tests_name("credentials_web_identity", tests, NULL, NULL);
}
