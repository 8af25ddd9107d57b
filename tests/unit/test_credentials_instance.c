/* links: aws unit/fake_http unit/provider_case */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "provider_case.h"

#define IMDS "http://169.254.169.254/latest/"
#define TOKEN "PUT " IMDS "api/token"
#define ROLES "GET " IMDS "meta-data/iam/security-credentials/"
#define ROLE ROLES "studio"
#define KEYS                                                                                                           \
  "{\"Code\": \"Success\", \"AccessKeyId\": \"AKIDINSTANCE\", \"SecretAccessKey\": \"SECRET\", "                       \
  "\"Token\": \"TOKEN-VALUE\", \"Expiration\": \"2026-11-24T02:00:00Z\"}"
#define OLD_KEYS                                                                                                       \
  "{\"Code\": \"Success\", \"AccessKeyId\": \"AKIDOLD\", \"SecretAccessKey\": \"SECRET\", "                            \
  "\"Token\": \"TOKEN-VALUE\", \"Expiration\": \"2026-11-23T19:00:00Z\"}"
#define TTL "x-aws-ec2-metadata-token-ttl-seconds: 21600"
#define WITH "x-aws-ec2-metadata-token: T"

typedef struct {
  const char *name;
  const char *variable, *value;
  const char *config;
  fake_exchange_t exchanges[8];
  credentials_result_t result;
  const char *words;
} instance_case_t;

static const instance_case_t cases[] = {
    {"version 2",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 200, "T"), ANSWERS(ROLES, WITH, NULL, 200, "studio"),
      ANSWERS(ROLE, WITH, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDINSTANCE"},
    {"disabled",
     "AWS_EC2_METADATA_DISABLED",
     "TRUE",
     "",
     {FAILS(NULL, 0)},
     CREDENTIALS_ABSENT,
     "AWS_EC2_METADATA_DISABLED"},
    {"nobody there", NULL, NULL, "", {FAILS(TOKEN, HTTP_CONNECT)}, CREDENTIALS_ABSENT, "no answer from http://169.254"},
    {"no token within reach: version 1",
     NULL,
     NULL,
     "",
     {FAILS(TOKEN, HTTP_TIMEOUT), ANSWERS(ROLES, "!x-aws-ec2-metadata-token", NULL, 200, "studio"),
      FAILS(TOKEN, HTTP_TIMEOUT), ANSWERS(ROLE, "!x-aws-ec2-metadata-token", NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDINSTANCE"},
    {"no tokens at all: version 1",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 404, ""), ANSWERS(ROLES, "!x-aws-ec2-metadata-token", NULL, 200, "studio"),
      ANSWERS(TOKEN, TTL, NULL, 404, ""), ANSWERS(ROLE, "!x-aws-ec2-metadata-token", NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDINSTANCE"},
    {"version 1 is forbidden",
     "AWS_EC2_METADATA_V1_DISABLED",
     "true",
     "",
     {ANSWERS(TOKEN, TTL, NULL, 404, "")},
     CREDENTIALS_ABSENT,
     "answered 404"},
    {"the token request was wrong", NULL, NULL, "", {ANSWERS(TOKEN, TTL, NULL, 400, "")}, CREDENTIALS_ABSENT, "400"},
    {"no answer to anything",
     NULL,
     NULL,
     "",
     {FAILS(TOKEN, HTTP_TIMEOUT), FAILS(ROLES, HTTP_TIMEOUT)},
     CREDENTIALS_ABSENT,
     "no answer"},
    {"again after 5xx and closed connections",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 500, ""), FAILS(TOKEN, HTTP_BROKEN), ANSWERS(TOKEN, TTL, NULL, 200, "T"),
      ANSWERS(ROLES, WITH, NULL, 503, ""), ANSWERS(ROLES, WITH, NULL, 200, "studio\n"),
      ANSWERS(ROLE, WITH, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDINSTANCE"},
    {"again after 429, nothing and half of it",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 429, ""), ANSWERS(TOKEN, TTL, NULL, 200, ""), ANSWERS(TOKEN, TTL, NULL, 200, "T"),
      ANSWERS(ROLES, WITH, NULL, 200, ""), ANSWERS(ROLES, WITH, NULL, 200, "studio"),
      ANSWERS(ROLE, WITH, NULL, 200, "{\"Code\": \"Succ"), ANSWERS(ROLE, WITH, NULL, 429, ""),
      ANSWERS(ROLE, WITH, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDINSTANCE"},
    {"again after no answer where there is a token",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 200, "T"), FAILS(ROLES, HTTP_TIMEOUT), FAILS(ROLES, HTTP_CONNECT),
      ANSWERS(ROLES, WITH, NULL, 200, "studio"), ANSWERS(ROLE, WITH, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDINSTANCE"},
    {"again after no answer to version 1 where attempts are set",
     "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
     "2",
     "",
     {FAILS(TOKEN, HTTP_TIMEOUT), FAILS(ROLES, HTTP_TIMEOUT), FAILS(ROLES, HTTP_TIMEOUT)},
     CREDENTIALS_ABSENT,
     "no answer"},
    {"a token that does not come this far",
     NULL,
     NULL,
     "",
     {FAILS(TOKEN, HTTP_TIMEOUT), ANSWERS(ROLES, "!x-aws-ec2-metadata-token", NULL, 401, ""),
      FAILS(TOKEN, HTTP_TIMEOUT)},
     CREDENTIALS_ABSENT,
     "the instance's metadata (http://169.254.169.254/ answers, but its token does not come this far, as into a "
     "container: set the instance's HttpPutResponseHopLimit to 2)"},
    {"three attempts",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 200, "T"), ANSWERS(ROLES, WITH, NULL, 500, ""), ANSWERS(ROLES, WITH, NULL, 500, ""),
      ANSWERS(ROLES, WITH, NULL, 500, "")},
     CREDENTIALS_ABSENT,
     "answered 500"},
    {"as many attempts as set",
     "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
     "1",
     "",
     {ANSWERS(TOKEN, TTL, NULL, 200, "T"), ANSWERS(ROLES, WITH, NULL, 500, "")},
     CREDENTIALS_ABSENT,
     "answered 500"},
    {"a new token on 401",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 200, "old"), ANSWERS(ROLES, "x-aws-ec2-metadata-token: old", NULL, 401, ""),
      ANSWERS(TOKEN, TTL, NULL, 200, "T"), ANSWERS(ROLES, WITH, NULL, 200, "studio"),
      ANSWERS(ROLE, WITH, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDINSTANCE"},
    {"one new token only",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 200, "T"), ANSWERS(ROLES, WITH, NULL, 401, ""), ANSWERS(TOKEN, TTL, NULL, 200, "T"),
      ANSWERS(ROLES, WITH, NULL, 401, "")},
     CREDENTIALS_ABSENT,
     "answered 401"},
    {"no role",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 200, "T"), ANSWERS(ROLES, WITH, NULL, 404, "")},
     CREDENTIALS_ABSENT,
     "answered 404"},
    {"an empty list of roles",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 200, "T"), {.request = ROLES, .body = "", .times = 3}},
     CREDENTIALS_ABSENT,
     "names no role"},
    {"a role that is a path",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 200, "T"), ANSWERS(ROLES, WITH, NULL, 200, "../x")},
     CREDENTIALS_BROKEN,
     "names no role"},
    {"IMDS refuses",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 200, "T"), ANSWERS(ROLES, WITH, NULL, 200, "studio"),
      ANSWERS(ROLE, WITH, NULL, 200, "{\"Code\": \"AssumeRoleUnauthorizedAccess\", \"Message\": \"EC2 cannot\"}")},
     CREDENTIALS_BROKEN,
     "AssumeRoleUnauthorizedAccess: EC2 cannot"},
    {"not JSON",
     NULL,
     NULL,
     "",
     {ANSWERS(TOKEN, TTL, NULL, 200, "T"),
      ANSWERS(ROLES, WITH, NULL, 200, "studio"),
      {.request = ROLE, .body = "SECRET", .times = 3}},
     CREDENTIALS_BROKEN,
     "not JSON"},
    {"an empty token",
     NULL,
     NULL,
     "",
     {{.request = TOKEN, .body = "", .times = 3},
      ANSWERS(ROLES, "!x-aws-ec2-metadata-token", NULL, 401, ""),
      {.request = TOKEN, .body = "", .times = 3}},
     CREDENTIALS_BROKEN,
     "no token"},
    {"another endpoint",
     "AWS_EC2_METADATA_SERVICE_ENDPOINT",
     "http://127.0.0.1:99/",
     "",
     {FAILS("PUT http://127.0.0.1:99/latest/api/token", HTTP_CONNECT)},
     CREDENTIALS_ABSENT,
     "127.0.0.1:99"},
    {"the profile's endpoint",
     NULL,
     NULL,
     "[default]\nec2_metadata_service_endpoint = http://127.0.0.1:98\n",
     {FAILS("PUT http://127.0.0.1:98/latest/api/token", HTTP_CONNECT)},
     CREDENTIALS_ABSENT,
     "127.0.0.1:98"},
    {"an endpoint that is none",
     "AWS_EC2_METADATA_SERVICE_ENDPOINT",
     "127.0.0.1",
     "",
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "AWS_EC2_METADATA_SERVICE_ENDPOINT"},
    {"IPv6",
     "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
     "IPv6",
     "",
     {FAILS("PUT http://[fd00:ec2::254]/latest/api/token", HTTP_CONNECT)},
     CREDENTIALS_ABSENT,
     "[fd00:ec2::254]"},
    {"IPv6 by its older name",
     "AWS_IMDS_USE_IPV6",
     "true",
     "",
     {FAILS("PUT http://[fd00:ec2::254]/latest/api/token", HTTP_CONNECT)},
     CREDENTIALS_ABSENT,
     "[fd00:ec2::254]"},
    {"a mode that is none",
     "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
     "IPv5",
     "",
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "IPv5"},
};

static void instance_answers_by_its_settings(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const instance_case_t *one = &cases[i];
    provider_case_t test;
    print_message("  %s\n", one->name);
    provider_case_start(&test, one->config, "");
    if (one->variable != NULL)
      setenv(one->variable, one->value, 1);
    size_t count = 0;
    while (count < 8 && one->exchanges[count].request != NULL)
      count++;
    fake_http_expect_all(one->exchanges, count);
    credentials_provider_t *provider = credentials_instance_new(&test.context);
    provider_case_ask(&test, provider);
    if (one->result == CREDENTIALS_FOUND) {
      assert_keys(&test, one->words);
      assert_string_equal(test.found.source, "instance role studio");
      assert_int_equal(test.found.expires_ms, FAKE_NOW_MS + INT64_C(6) * 3600 * 1000);
    } else {
      assert_refused(&test, one->result, one->words);
    }
    if (count > 0)
      assert_true(fake_http_went_past_proxy());
    provider_case_end(&test, provider);
  }
}

static void instance_waits_as_long_as_set(void **state) {
  (void)state;
  static const fake_exchange_t short_wait[] = {{.request = TOKEN, .timeout_ms = 1000, .result = HTTP_CONNECT}};
  static const fake_exchange_t long_wait[] = {{.request = TOKEN, .timeout_ms = 5000, .result = HTTP_CONNECT}};
  for (int i = 0; i < 2; i++) {
    provider_case_t test;
    provider_case_start(&test, "", "");
    if (i > 0)
      setenv("AWS_METADATA_SERVICE_TIMEOUT", "5", 1);
    fake_http_expect_all(i > 0 ? long_wait : short_wait, 1);
    credentials_provider_t *provider = credentials_instance_new(&test.context);
    provider_case_ask(&test, provider);
    provider_case_end(&test, provider);
  }
}

static void instance_keeps_its_token_for_six_hours(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {
      ANSWERS(TOKEN, TTL, NULL, 200, "T"),  ANSWERS(ROLES, WITH, NULL, 200, "studio"),
      ANSWERS(ROLE, WITH, NULL, 200, KEYS), ANSWERS(ROLES, WITH, NULL, 200, "studio"),
      ANSWERS(ROLE, WITH, NULL, 200, KEYS), ANSWERS(TOKEN, TTL, NULL, 200, "T"),
      ANSWERS(ROLES, WITH, NULL, 404, ""),
  };
  provider_case_t test;
  provider_case_start(&test, "", "");
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_instance_new(&test.context);
  provider_case_ask(&test, provider);
  fake_clock_advance(INT64_C(5) * 3600 * 1000);
  provider_case_ask(&test, provider);
  fake_clock_advance(INT64_C(3600) * 1000);
  provider_case_ask(&test, provider);
  provider_case_end(&test, provider);
}

/* 15 minutes that the cache renews ahead, 2 to 10 more: 6 with the fake clock's fraction of 0.5. */
static void instance_uses_expired_keys_on_while_imds_says_so(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {
      ANSWERS(TOKEN, TTL, NULL, 200, "T"),
      ANSWERS(ROLES, WITH, NULL, 200, "studio"),
      ANSWERS(ROLE, WITH, NULL, 200, OLD_KEYS),
  };
  provider_case_t test;
  provider_case_start(&test, "", "");
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_instance_new(&test.context);
  provider_case_ask(&test, provider);
  assert_keys(&test, "AKIDOLD");
  assert_int_equal(test.found.expires_ms, FAKE_NOW_MS + INT64_C(21) * 60 * 1000);
  provider_case_end(&test, provider);
}

#define FOUND_SIZE 1024

static void on_region(void *user_data, const char *region, const aws_error_t *error) {
  snprintf(user_data, FOUND_SIZE, "%s", region != NULL ? region : error->message);
}

static void region_is_the_instances_where_nothing_is_set(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {
      ANSWERS(TOKEN, TTL, NULL, 200, "T"),
      ANSWERS("GET " IMDS "meta-data/placement/region", WITH, NULL, 200, "ap-southeast-2"),
  };
  char found[FOUND_SIZE] = "";
  provider_case_t test;
  provider_case_start(&test, "", "");
  region_finder_t *finder = region_finder_new(&test.loop, test.files, "default", NULL);
  EXPECT(exchanges);
  region_finder_get(finder, on_region, found);
  assert_string_equal(found, "");
  loop_drive(&test.loop, INT64_MAX);
  assert_string_equal(found, "ap-southeast-2");
  found[0] = '\0';
  region_finder_get(finder, on_region, found);
  assert_string_equal(found, "ap-southeast-2");
  region_finder_free(finder);
  provider_case_end(&test, NULL);
}

static void region_that_is_nowhere_says_where_it_was_looked_for(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {
      ANSWERS(TOKEN, TTL, NULL, 200, "T"),
      {.request = "GET " IMDS "meta-data/placement/region", .status = 500, .times = 2}};
  char found[FOUND_SIZE] = "";
  provider_case_t test;
  provider_case_start(&test, "[default]\nmetadata_service_num_attempts = 2\n", "");
  region_finder_t *finder = region_finder_new(&test.loop, test.files, "default", NULL);
  EXPECT(exchanges);
  region_finder_get(finder, on_region, found);
  loop_drive(&test.loop, INT64_MAX);
  assert_non_null(strstr(found, "AWS_REGION and AWS_DEFAULT_REGION"));
  assert_non_null(strstr(found, "answered 500"));
  region_finder_free(finder);
  provider_case_end(&test, NULL);
}

static void region_settings_have_an_order(void **state) {
  (void)state;
  char found[FOUND_SIZE] = "";
  provider_case_t test;
  provider_case_start(&test, "[default]\nregion = eu-central-1\n", "");
  region_finder_t *finder = region_finder_new(&test.loop, test.files, "default", NULL);
  region_finder_t *configured = region_finder_new(&test.loop, test.files, "default", "sa-east-1");
  region_finder_get(finder, on_region, found);
  assert_string_equal(found, "eu-central-1");
  setenv("AWS_DEFAULT_REGION", "us-east-2", 1);
  region_finder_get(finder, on_region, found);
  assert_string_equal(found, "us-east-2");
  setenv("AWS_REGION", "us-west-1", 1);
  region_finder_get(finder, on_region, found);
  assert_string_equal(found, "us-west-1");
  region_finder_get(configured, on_region, found);
  assert_string_equal(found, "sa-east-1");
  setenv("AWS_REGION", "us/west", 1);
  region_finder_get(finder, on_region, found);
  assert_string_equal(found, "\"us/west\" (AWS_REGION) is no region: letters, digits and hyphens make one");
  region_finder_free(configured);
  region_finder_free(finder);
  provider_case_end(&test, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(instance_answers_by_its_settings),
      cmocka_unit_test(instance_waits_as_long_as_set),
      cmocka_unit_test(instance_keeps_its_token_for_six_hours),
      cmocka_unit_test(instance_uses_expired_keys_on_while_imds_says_so),
      cmocka_unit_test(region_is_the_instances_where_nothing_is_set),
      cmocka_unit_test(region_that_is_nowhere_says_where_it_was_looked_for),
      cmocka_unit_test(region_settings_have_an_order),
  };
  return cmocka_run_group_tests_name("credentials_instance", tests, NULL, NULL);
}
