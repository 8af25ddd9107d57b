/* links: aws unit/fake_http unit/provider_case */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "provider_case.h"

#define STS "POST https://sts.eu-west-1.amazonaws.com/"
#define KEYS(ID)                                                                                                       \
  "{\"AssumeRoleResponse\": {\"AssumeRoleResult\": {\"Credentials\": {\"AccessKeyId\": \"" ID                          \
  "\", \"SecretAccessKey\": \"SECRET\", \"SessionToken\": \"TOKEN-VALUE\", \"Expiration\": 1795467600}}}}"
#define DENIED "{\"Error\": {\"Code\": \"AccessDenied\", \"Message\": \"not authorized to perform: sts:AssumeRole\"}}"
#define EXPIRED "{\"Error\": {\"Code\": \"ExpiredToken\", \"Message\": \"The security token is expired\"}}"
#define SKEWED "{\"Error\": {\"Code\": \"RequestExpired\", \"Message\": \"Request has expired\"}}"
#define BASE "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = SECRET\n"

#define XML(ID)                                                                                                        \
  "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n<AssumeRoleResult><Credentials>"          \
  "<AccessKeyId>" ID "</AccessKeyId><SecretAccessKey>SECRET</SecretAccessKey><SessionToken>TOKEN&#45;VALUE"            \
  "</SessionToken><Expiration>2026-11-23T21:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
#define XML_DENIED                                                                                                     \
  "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: "             \
  "sts:AssumeRole</Message></Error></ErrorResponse>"

typedef struct {
  const char *name;
  const char *config, *credentials;
  fake_exchange_t exchanges[4];
  credentials_result_t result;
  const char *words;
} role_case_t;

static const role_case_t cases[] = {
    {"keys in XML",
     "[default]\nrole_arn = r\nsource_profile = base\n",
     BASE,
     {ANSWERS(STS, NULL, NULL, 200, XML("R"))},
     CREDENTIALS_FOUND,
     "R"},
    {"a refusal in XML",
     "[default]\nrole_arn = r\nsource_profile = base\n",
     BASE,
     {ANSWERS(STS, NULL, NULL, 403, XML_DENIED)},
     CREDENTIALS_BROKEN,
     "not authorized to perform: sts:AssumeRole"},
    {"a page of HTML",
     "[default]\nrole_arn = r\nsource_profile = base\n",
     BASE,
     {ANSWERS(STS, NULL, NULL, 200, "<html><body>log in</body></html>")},
     CREDENTIALS_BROKEN,
     "neither the JSON nor the XML"},
    {"no role",
     "[default]\nregion = x\n",
     BASE,
     {FAILS(NULL, 0)},
     CREDENTIALS_ABSENT,
     "role_arn of profile \"default\""},
    {"a web identity is not this",
     "[default]\nrole_arn = r\nweb_identity_token_file = f\n",
     "",
     {FAILS(NULL, 0)},
     CREDENTIALS_ABSENT,
     "role_arn"},
    {"source_profile",
     "[default]\nrole_arn = r\nsource_profile = base\n",
     BASE,
     {ANSWERS(STS, "accept: application/json",
              "Action=AssumeRole&Version=2011-06-15&RoleArn=r&RoleSessionName=collectd-sagemaker", 200, KEYS("R"))},
     CREDENTIALS_FOUND,
     "R"},
    {"all settings",
     "[default]\nrole_arn = r\nsource_profile = base\nexternal_id = external-id-value\nrole_session_name = me@x\n"
     "duration_seconds = 900\n",
     BASE,
     {ANSWERS(STS, NULL, "RoleArn=r&RoleSessionName=me%40x&ExternalId=external-id-value&DurationSeconds=900", 200,
              KEYS("R"))},
     CREDENTIALS_FOUND,
     "R"},
    {"a duration that is no number is not set",
     "[default]\nrole_arn = r\nsource_profile = base\nduration_seconds = an hour\n",
     BASE,
     {ANSWERS(STS, NULL, "RoleSessionName=collectd-sagemaker", 200, KEYS("R"))},
     CREDENTIALS_FOUND,
     "R"},
    {"too short",
     "[default]\nrole_arn = r\nsource_profile = base\nduration_seconds = 899\n",
     BASE,
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "not within 900 and 43200"},
    {"too long",
     "[default]\nrole_arn = r\nsource_profile = base\nduration_seconds = 43201\n",
     BASE,
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "not within 900 and 43200"},
    {"a session name that is none",
     "[default]\nrole_arn = r\nsource_profile = base\nrole_session_name = a b\n",
     BASE,
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "role_session_name"},
    {"a device that nobody can ask",
     "[default]\nrole_arn = r\nsource_profile = base\nmfa_serial = arn\n",
     BASE,
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "mfa_serial"},
    {"a chain of three",
     "[default]\nrole_arn = r\nsource_profile = two\n[profile two]\nrole_arn = q\nsource_profile = base\n",
     BASE,
     {ANSWERS(STS, NULL, "RoleArn=q&", 200, KEYS("Q")), ANSWERS(STS, NULL, "RoleArn=r&", 200, KEYS("R"))},
     CREDENTIALS_FOUND,
     "R"},
    {"a source with keys of its own ends the chain",
     "[default]\nrole_arn = r\nsource_profile = two\n[profile two]\nrole_arn = q\nsource_profile = base\n",
     BASE "[two]\naws_access_key_id = AKIDTWO\naws_secret_access_key = SECRET\n",
     {ANSWERS(STS, NULL, "RoleArn=r&", 200, KEYS("R"))},
     CREDENTIALS_FOUND,
     "R"},
    {"its own source",
     "[default]\nrole_arn = r\nsource_profile = default\n",
     "[default]\naws_access_key_id = AKIDOWN\naws_secret_access_key = SECRET\n",
     {ANSWERS(STS, NULL, "RoleArn=r&", 200, KEYS("R"))},
     CREDENTIALS_FOUND,
     "R"},
    {"its own source without keys",
     "[default]\nrole_arn = r\nsource_profile = default\n",
     "",
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "leads back to itself"},
    {"a loop",
     "[default]\nrole_arn = r\nsource_profile = two\n[profile two]\nrole_arn = q\nsource_profile = default\n",
     "",
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "leads back to itself"},
    {"both sources",
     "[default]\nrole_arn = r\nsource_profile = base\ncredential_source = Environment\n",
     BASE,
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "both source_profile and credential_source"},
    {"neither source",
     "[default]\nrole_arn = r\n",
     BASE,
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "neither source_profile"},
    {"a source that does not exist",
     "[default]\nrole_arn = r\nsource_profile = nobody\n",
     BASE,
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "\"nobody\" of profile \"default\" does not exist"},
    {"a source without anything",
     "[default]\nrole_arn = r\nsource_profile = two\n[profile two]\nregion = x\n",
     "",
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "nothing to assume the role of profile \"default\" with"},
    {"half a source",
     "[default]\nrole_arn = r\nsource_profile = base\n",
     "[base]\naws_access_key_id = AKIDBASE\n",
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "aws_secret_access_key"},
    {"an unknown credential_source",
     "[default]\nrole_arn = r\ncredential_source = environment\n",
     "",
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "it takes Environment, EcsContainer or Ec2InstanceMetadata"},
    {"the environment",
     "[default]\nrole_arn = r\ncredential_source = Environment\n",
     "",
     {ANSWERS(STS, "x-amz-security-token: env-token", "RoleArn=r&", 200, KEYS("R"))},
     CREDENTIALS_FOUND,
     "R"},
    {"a container that is none",
     "[default]\nrole_arn = r\ncredential_source = EcsContainer\n",
     "",
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"},
    {"an instance that is none",
     "[default]\nrole_arn = r\ncredential_source = Ec2InstanceMetadata\n",
     "",
     {FAILS("PUT http://169.254.169.254/latest/api/token", HTTP_CONNECT)},
     CREDENTIALS_BROKEN,
     "169.254.169.254"},
    {"STS refuses",
     "[default]\nrole_arn = r\nsource_profile = base\n",
     BASE,
     {ANSWERS(STS, NULL, NULL, 403, DENIED)},
     CREDENTIALS_BROKEN,
     "not authorized to perform: sts:AssumeRole"},
};

static credentials_provider_t *environment_keys(provider_case_t *test) {
  setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
  setenv("AWS_SECRET_ACCESS_KEY", "SECRET", 1);
  setenv("AWS_SESSION_TOKEN", "env-token", 1);
  return credentials_profile_role_new(&test->context, "default");
}

static void role_answers_by_its_profile(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const role_case_t *one = &cases[i];
    provider_case_t test;
    print_message("  %s\n", one->name);
    provider_case_start(&test, one->config, one->credentials);
    size_t count = 0;
    while (count < 4 && one->exchanges[count].request != NULL)
      count++;
    fake_http_expect_all(one->exchanges, count);
    credentials_provider_t *provider = environment_keys(&test);
    provider_case_ask(&test, provider);
    if (one->result == CREDENTIALS_FOUND) {
      assert_keys(&test, one->words);
      assert_int_equal(test.found.expires_ms, FAKE_NOW_MS + INT64_C(3600) * 1000);
    } else {
      assert_refused(&test, one->result, one->words);
    }
    provider_case_end(&test, provider);
  }
}

static void role_names_its_sources(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {ANSWERS(STS, NULL, NULL, 200, KEYS("R"))};
  provider_case_t test;
  provider_case_start(&test, "[default]\nrole_arn = r\nsource_profile = base\n", BASE);
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_profile_role_new(&test.context, "default");
  provider_case_ask(&test, provider);
  assert_string_equal(test.found.source, "role r of profile \"default\", assumed with credentials file");
  provider_case_end(&test, provider);
}

static void role_chain_has_an_end(void **state) {
  (void)state;
  char config[4096] = "";
  for (int i = 0; i < 20; i++)
    snprintf(config + strlen(config), sizeof(config) - strlen(config),
             "[profile p%d]\nrole_arn = r\nsource_profile = p%d\n", i, i + 1);
  provider_case_t test;
  provider_case_start(&test, config, "");
  credentials_provider_t *provider = credentials_profile_role_new(&test.context, "p0");
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, "more than 16 profiles");
  provider_case_end(&test, provider);
}

static void role_renews_expired_source_keys_once(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {
      ANSWERS(STS, NULL, NULL, 200, KEYS("R")),
      ANSWERS(STS, "x-amz-security-token: env-token", NULL, 400, EXPIRED),
      ANSWERS(STS, "x-amz-security-token: second", NULL, 400, EXPIRED),
  };
  provider_case_t test;
  provider_case_start(&test, "[default]\nrole_arn = r\ncredential_source = Environment\n", "");
  credentials_provider_t *provider = environment_keys(&test);
  EXPECT(exchanges);
  provider_case_ask(&test, provider);
  assert_keys(&test, "R");
  setenv("AWS_SESSION_TOKEN", "second", 1);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, "expired");
  provider_case_end(&test, provider);
}

static void role_asks_nothing_twice_with_source_keys_that_do_not_change(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {ANSWERS(STS, NULL, NULL, 400, EXPIRED)};
  provider_case_t test;
  provider_case_start(&test, "[default]\nrole_arn = r\ncredential_source = Environment\n", "");
  credentials_provider_t *provider = environment_keys(&test);
  EXPECT(exchanges);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, "The security token is expired");
  provider_case_end(&test, provider);
}

static void role_is_asked_for_as_often_as_it_is_told(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {{.request = STS, .status = 503, .times = 5}};
  provider_case_t test;
  provider_case_start(&test, "[default]\nrole_arn = r\nsource_profile = base\n", BASE);
  test.context.attempts = 5;
  credentials_provider_t *provider = credentials_profile_role_new(&test.context, "default");
  EXPECT(exchanges);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, "no message");
  provider_case_end(&test, provider);
}

/* The global host is in us-east-1. */
static void role_is_asked_for_at_the_global_host_where_that_is_set(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {ANSWERS("POST https://sts.amazonaws.com/", NULL, NULL, 200, KEYS("R"))};
  provider_case_t test;
  provider_case_start(&test, "[default]\nrole_arn = r\nsource_profile = base\nsts_regional_endpoints = legacy\n", BASE);
  credentials_provider_t *provider = credentials_profile_role_new(&test.context, "default");
  EXPECT(exchanges);
  provider_case_ask(&test, provider);
  assert_keys(&test, "R");
  assert_non_null(strstr(fake_http_header("authorization"), "/us-east-1/sts/aws4_request"));
  provider_case_end(&test, provider);
}

/* `aws login`: an instance's role is never used in its place. */
static void login_session_is_refused_with_the_way_out(void **state) {
  (void)state;
  static const char login[] = "[default]\nrole_arn = r\nsource_profile = x\n[profile x]\nlogin_session = arn\n";
  static const char way_out[] = "add to it credential_process = aws configure export-credentials --profile x --format "
                                "process";
  provider_case_t test;
  provider_case_start(&test, login, "");
  test.context.profile = "x";
  credentials_provider_t *provider = credentials_default_new(&test.context);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, way_out);
  provider->destroy(provider);
  test.context.profile = "default";
  provider = credentials_default_new(&test.context);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, way_out);
  provider_case_end(&test, provider);
}

static void login_session_with_the_way_out_is_that_program(void **state) {
  (void)state;
  provider_case_t test;
  provider_case_start(&test,
                      "[default]\nlogin_session = arn\ncredential_process = sh -c \"echo "
                      "'{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"L\\\",\\\"SecretAccessKey\\\":\\\"s\\\"}'\" "
                      "export-credentials\n",
                      "");
  credentials_provider_t *provider = credentials_default_new(&test.context);
  provider_case_ask(&test, provider);
  assert_keys(&test, "L");
  provider_case_end(&test, provider);
}

static void role_is_assumed_by_a_clock_that_is_wrong(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {
      {.request = STS, .status = 400, .body = SKEWED, .date = "Mon, 23 Nov 2026 20:20:00 GMT"},
      ANSWERS(STS, "x-amz-date: 20261123T202000Z", NULL, 200, KEYS("R")),
  };
  provider_case_t test;
  provider_case_start(&test, "[default]\nrole_arn = r\nsource_profile = base\n", BASE);
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_profile_role_new(&test.context, "default");
  provider_case_ask(&test, provider);
  assert_keys(&test, "R");
  provider_case_end(&test, provider);
}

static void role_of_the_plugins_own_option(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {ANSWERS(
      STS, NULL, "RoleArn=own&RoleSessionName=collectd-sagemaker&ExternalId=external-id-value", 200, KEYS("R"))};
  provider_case_t test;
  provider_case_start(&test, "", "");
  setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
  setenv("AWS_SECRET_ACCESS_KEY", "SECRET", 1);
  EXPECT(exchanges);
  const credentials_role_t role = {.arn = "own", .external_id = "external-id-value", .place = "option RoleArn"};
  credentials_provider_t *provider = credentials_role_new(&test.context, credentials_default_new(&test.context), &role);
  provider_case_ask(&test, provider);
  assert_keys(&test, "R");
  assert_string_equal(test.found.source, "role own of option RoleArn, assumed with environment");
  provider_case_end(&test, provider);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(role_answers_by_its_profile),
      cmocka_unit_test(role_names_its_sources),
      cmocka_unit_test(role_chain_has_an_end),
      cmocka_unit_test(role_renews_expired_source_keys_once),
      cmocka_unit_test(role_asks_nothing_twice_with_source_keys_that_do_not_change),
      cmocka_unit_test(role_is_asked_for_as_often_as_it_is_told),
      cmocka_unit_test(role_is_asked_for_at_the_global_host_where_that_is_set),
      cmocka_unit_test(login_session_is_refused_with_the_way_out),
      cmocka_unit_test(login_session_with_the_way_out_is_that_program),
      cmocka_unit_test(role_is_assumed_by_a_clock_that_is_wrong),
      cmocka_unit_test(role_of_the_plugins_own_option),
  };
  return cmocka_run_group_tests_name("credentials_role", tests, NULL, NULL);
}
