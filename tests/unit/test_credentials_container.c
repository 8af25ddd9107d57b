/* links: aws unit/fake_http unit/provider_case */
#include <stdlib.h>

#include "test.h"

#include "provider_case.h"

#define KEYS                                                                                                           \
  "{\"AccessKeyId\": \"AKIDCONTAINER\", \"SecretAccessKey\": \"SECRET\", \"Token\": \"TOKEN-VALUE\", "                 \
  "\"Expiration\": \"2026-11-23T21:00:00Z\", \"RoleArn\": \"x\"}"
#define ECS "GET http://169.254.170.2/v2/credentials/x"

typedef struct {
  const char *name;
  const char *relative, *full, *token, *token_file;
  fake_exchange_t exchanges[4];
  credentials_result_t result;
  const char *words; /* of the error, or the access key id */
} container_case_t;

static const container_case_t cases[] = {
    {"not configured", NULL, NULL, NULL, NULL, {{0}}, CREDENTIALS_ABSENT, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"},
    {"empty counts as not configured", "", "", NULL, NULL, {{0}}, CREDENTIALS_ABSENT, "AWS_CONTAINER"},
    {"ECS",
     "/v2/credentials/x",
     NULL,
     NULL,
     NULL,
     {ANSWERS(ECS, "!authorization", NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDCONTAINER"},
    {"the relative URI wins",
     "/v2/credentials/x",
     "http://127.0.0.1/y",
     NULL,
     NULL,
     {ANSWERS(ECS, NULL, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDCONTAINER"},
    {"a query is sent",
     "/v2/c?id=1%20",
     NULL,
     NULL,
     NULL,
     {ANSWERS("GET http://169.254.170.2/v2/c?id=1%20", NULL, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDCONTAINER"},
    {"the token of the environment",
     NULL,
     "http://localhost:1/y",
     "Basic TOKEN-VALUE",
     NULL,
     {ANSWERS("GET http://localhost:1/y", "authorization: Basic TOKEN-VALUE", NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDCONTAINER"},
    {"the token's file wins",
     NULL,
     "http://169.254.170.23/v1/credentials",
     "Basic other",
     "file-TOKEN-VALUE",
     {ANSWERS("GET http://169.254.170.23/v1/credentials", "authorization: file-TOKEN-VALUE", NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDCONTAINER"},
    {"EKS over IPv6",
     NULL,
     "http://[fd00:ec2::23]/v1/credentials",
     NULL,
     NULL,
     {ANSWERS("GET http://[fd00:ec2::23]/v1/credentials", NULL, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDCONTAINER"},
    {"loopback by any of its addresses",
     NULL,
     "http://127.9.9.9:81/",
     NULL,
     NULL,
     {ANSWERS("GET http://127.9.9.9:81/", NULL, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDCONTAINER"},
    {"https to any host",
     NULL,
     "https://keys.example.com",
     NULL,
     NULL,
     {ANSWERS("GET https://keys.example.com/", NULL, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDCONTAINER"},
    {"http to another host", NULL, "http://keys.example.com/", NULL, NULL, {{0}}, CREDENTIALS_BROKEN, "use https"},
    {"http to a host that looks near",
     NULL,
     "http://127.0.0.1.example.com/",
     NULL,
     NULL,
     {{0}},
     CREDENTIALS_BROKEN,
     "use https"},
    {"a user in the URL",
     NULL,
     "http://127.0.0.1@example.com/",
     NULL,
     NULL,
     {{0}},
     CREDENTIALS_BROKEN,
     "cannot be used"},
    {"another scheme", NULL, "file:///etc/passwd", NULL, NULL, {{0}}, CREDENTIALS_BROKEN, "no http or https URL"},
    {"a relative URI that is another host", "@example.com/", NULL, NULL, NULL, {{0}}, CREDENTIALS_BROKEN, "slash"},
    {"a relative URI with a line break", "/a\r\nx: y", NULL, NULL, NULL, {{0}}, CREDENTIALS_BROKEN, "cannot be used"},
    {"a token with a line break is not sent",
     NULL,
     "http://localhost/",
     "a\r\nb",
     NULL,
     {{0}},
     CREDENTIALS_BROKEN,
     "line break"},
    {"a token file with a line break is not sent",
     NULL,
     "http://localhost/",
     NULL,
     "TOKEN-VALUE\n",
     {{0}},
     CREDENTIALS_BROKEN,
     "line break"},
    {"again after 5xx and closed connections",
     "/v2/credentials/x",
     NULL,
     NULL,
     NULL,
     {ANSWERS(ECS, NULL, NULL, 500, "no"), FAILS(ECS, HTTP_BROKEN), ANSWERS(ECS, NULL, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDCONTAINER"},
    {"three attempts",
     "/v2/credentials/x",
     NULL,
     NULL,
     NULL,
     {FAILS(ECS, HTTP_TIMEOUT), FAILS(ECS, HTTP_CONNECT), ANSWERS(ECS, NULL, NULL, 503, "")},
     CREDENTIALS_BROKEN,
     "503"},
    {"no second attempt after 4xx",
     "/v2/credentials/x",
     NULL,
     NULL,
     NULL,
     {ANSWERS(ECS, NULL, NULL, 403, "{\"message\": \"who are you\"}")},
     CREDENTIALS_BROKEN,
     "who are you"},
    {"no redirect",
     "/v2/credentials/x",
     NULL,
     NULL,
     NULL,
     {ANSWERS(ECS, NULL, NULL, 302, "")},
     CREDENTIALS_BROKEN,
     "redirected"},
    {"not JSON",
     "/v2/credentials/x",
     NULL,
     NULL,
     NULL,
     {{.request = ECS, .body = "<html>SECRET", .times = 3}},
     CREDENTIALS_BROKEN,
     "not JSON"},
    {"busy, then not JSON, then keys",
     "/v2/credentials/x",
     NULL,
     NULL,
     NULL,
     {ANSWERS(ECS, NULL, NULL, 429, ""), ANSWERS(ECS, NULL, NULL, 200, ""), ANSWERS(ECS, NULL, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     "AKIDCONTAINER"},
    {"no token",
     "/v2/credentials/x",
     NULL,
     NULL,
     NULL,
     {ANSWERS(ECS, NULL, NULL, 200, "{\"AccessKeyId\": \"a\", \"SecretAccessKey\": \"SECRET\"}")},
     CREDENTIALS_BROKEN,
     "no session token"},
    {"no expiry",
     "/v2/credentials/x",
     NULL,
     NULL,
     NULL,
     {ANSWERS(ECS, NULL, NULL, 200, "{\"AccessKeyId\": \"a\", \"SecretAccessKey\": \"SECRET\", \"Token\": \"t\"}")},
     CREDENTIALS_BROKEN,
     "expire"},
    {"too large", "/v2/credentials/x", NULL, NULL, NULL, {FAILS(ECS, HTTP_TOO_LARGE)}, CREDENTIALS_BROKEN, "larger"},
};

static void set(const char *name, const char *value) {
  if (value != NULL)
    setenv(name, value, 1);
}

static void container_answers_by_its_settings(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const container_case_t *one = &cases[i];
    provider_case_t test;
    print_message("  %s\n", one->name);
    provider_case_start(&test, "", "");
    set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", one->relative);
    set("AWS_CONTAINER_CREDENTIALS_FULL_URI", one->full);
    set("AWS_CONTAINER_AUTHORIZATION_TOKEN", one->token);
    if (one->token_file != NULL) {
      provider_case_write("token", one->token_file);
      set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", provider_case_path("token"));
    }
    size_t count = 0;
    while (count < 4 && one->exchanges[count].request != NULL)
      count++;
    fake_http_expect_all(one->exchanges, count);
    credentials_provider_t *provider = credentials_container_new(&test.context);
    provider_case_ask(&test, provider);
    if (one->result == CREDENTIALS_FOUND) {
      assert_keys(&test, one->words);
      assert_string_equal(test.found.session_token, "TOKEN-VALUE");
      assert_int_equal(test.found.expires_ms, FAKE_NOW_MS + INT64_C(3600) * 1000);
      assert_true(fake_http_went_past_proxy());
    } else {
      assert_refused(&test, one->result, one->words);
    }
    provider_case_end(&test, provider);
  }
}

static void container_reads_the_token_file_each_time(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {
      ANSWERS("GET http://127.0.0.1/", "authorization: one", NULL, 200, KEYS),
      ANSWERS("GET http://127.0.0.1/", "authorization: two", NULL, 200, KEYS),
  };
  provider_case_t test;
  provider_case_start(&test, "", "");
  setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1", 1);
  provider_case_write("token", "one");
  setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", provider_case_path("token"), 1);
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_container_new(&test.context);
  provider_case_ask(&test, provider);
  provider_case_write("token", "two");
  provider_case_ask(&test, provider);
  assert_keys(&test, "AKIDCONTAINER");
  provider_case_end(&test, provider);
}

static void container_without_its_token_file_is_broken(void **state) {
  (void)state;
  provider_case_t test;
  provider_case_start(&test, "", "");
  setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1", 1);
  setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "other", 1);
  setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/nonexistent/token", 1);
  credentials_provider_t *provider = credentials_container_new(&test.context);
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_BROKEN, "/nonexistent/token) cannot be read: No such file or directory");
  provider_case_end(&test, provider);
}

static void nobody(void *user_data, credentials_result_t result, const credentials_t *credentials,
                   const aws_error_t *error) {
  (void)user_data;
  (void)result;
  (void)credentials;
  (void)error;
  fail_msg("called after its end");
}

static void container_destroyed_while_asking_calls_nobody(void **state) {
  (void)state;
  static const fake_exchange_t exchanges[] = {ANSWERS("GET http://169.254.170.2/x", NULL, NULL, 200, KEYS)};
  provider_case_t test;
  provider_case_start(&test, "", "");
  setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x", 1);
  EXPECT(exchanges);
  credentials_provider_t *provider = credentials_container_new(&test.context);
  provider->get(provider, nobody, NULL);
  provider_case_end(&test, provider);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(container_answers_by_its_settings),
      cmocka_unit_test(container_reads_the_token_file_each_time),
      cmocka_unit_test(container_without_its_token_file_is_broken),
      cmocka_unit_test(container_destroyed_while_asking_calls_nobody),
  };
  return cmocka_run_group_tests_name("credentials_container", tests, NULL, NULL);
}
