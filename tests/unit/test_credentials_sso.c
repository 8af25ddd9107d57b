/* links: aws unit/fake_http unit/provider_case */
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "provider_case.h"

#include <stdio.h>
#include <sys/stat.h>

#define PORTAL                                                                                                         \
  "GET https://portal.sso.eu-north-1.amazonaws.com/federation/credentials?role_name=Read%20Only&account_id=1"
#define OIDC "POST https://oidc.eu-north-1.amazonaws.com/token"
/* SHA-1 of "corp" and of "https://corp.awsapps.com/start". */
#define SSO_SESSION_FILE ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
#define SSO_LEGACY_FILE ".aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json"
#define SESSION                                                                                                        \
  "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = Read Only\n"                                     \
  "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-north-1\n"
#define LEGACY                                                                                                         \
  "[default]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-north-1\nsso_account_id = 1\n"           \
  "sso_role_name = Read Only\n"
#define KEYS                                                                                                           \
  "{\"roleCredentials\": {\"accessKeyId\": \"AKIDSSO\", \"secretAccessKey\": \"SECRET\", \"sessionToken\": "           \
  "\"TOKEN-VALUE\", \"expiration\": 1795467600000}}"
#define REGISTERED                                                                                                     \
  ", \"refreshToken\": \"refresh-SECRET\", \"clientId\": \"client\", \"clientSecret\": \"client-SECRET\", "            \
  "\"registrationExpiresAt\": \"2027-01-01T00:00:00Z\", \"mine\": 1"
#define LAPSED                                                                                                         \
  ", \"refreshToken\": \"r\", \"clientId\": \"c\", \"clientSecret\": \"s\", "                                          \
  "\"registrationExpiresAt\": \"2026-01-01T00:00:00Z\""
#define TOKEN(EXPIRES, MORE) "{\"accessToken\": \"old-TOKEN-VALUE\", \"expiresAt\": \"" EXPIRES "\"" MORE "}"
#define GOOD "2026-11-23T23:00:00Z"
#define SOON "2026-11-23T20:10:00Z"
#define GONE "2026-11-23T19:59:00Z"
#define RENEWED                                                                                                        \
  "{\"accessToken\": \"new-TOKEN-VALUE\", \"expiresIn\": 3600, \"refreshToken\": \"next-SECRET\", "                    \
  "\"tokenType\": \"Bearer\"}"
#define INVALID_GRANT "{\"error\": \"invalid_grant\", \"error_description\": \"Invalid refresh token\"}"
#define LOGIN "run `aws sso login --profile default`"
#define WITH_OLD "x-amz-sso_bearer_token: old-TOKEN-VALUE"
#define WITH_NEW "x-amz-sso_bearer_token: new-TOKEN-VALUE"

typedef struct {
  const char *name;
  const char *config;
  const char *token; /* NULL: there is none */
  fake_exchange_t exchanges[6];
  credentials_result_t result;
  const char *words;
} sso_case_t;

static const sso_case_t cases[] = {
    {"not configured", "[default]\nregion = x\n", NULL, {FAILS(NULL, 0)}, CREDENTIALS_ABSENT, "sso_account_id"},
    {"a session", SESSION, TOKEN(GOOD, ""), {ANSWERS(PORTAL, WITH_OLD, NULL, 200, KEYS)}, CREDENTIALS_FOUND, ""},
    {"legacy", LEGACY, TOKEN(GOOD, ""), {ANSWERS(PORTAL, WITH_OLD, NULL, 200, KEYS)}, CREDENTIALS_FOUND, ""},
    {"an old command line's time",
     LEGACY,
     TOKEN("2026-11-23T23:00:00UTC", ""),
     {ANSWERS(PORTAL, WITH_OLD, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     ""},
    {"unsigned", SESSION, TOKEN(GOOD, ""), {ANSWERS(PORTAL, "!authorization", NULL, 200, KEYS)}, CREDENTIALS_FOUND, ""},
    {"never logged in", SESSION, NULL, {FAILS(NULL, 0)}, CREDENTIALS_BROKEN, LOGIN},
    {"a token that is none", SESSION, "TOKEN-VALUE", {FAILS(NULL, 0)}, CREDENTIALS_BROKEN, "no SSO token"},
    {"expired", SESSION, TOKEN(GONE, ""), {FAILS(NULL, 0)}, CREDENTIALS_BROKEN, LOGIN},
    {"legacy expired", LEGACY, TOKEN(GONE, REGISTERED), {FAILS(NULL, 0)}, CREDENTIALS_BROKEN, LOGIN},
    {"registration lapsed", SESSION, TOKEN(GONE, LAPSED), {FAILS(NULL, 0)}, CREDENTIALS_BROKEN, LOGIN},
    {"registration lapsed, the token not yet",
     SESSION,
     TOKEN(SOON, LAPSED),
     {ANSWERS(PORTAL, WITH_OLD, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     ""},
    {"renewed ahead of its end",
     SESSION,
     TOKEN(SOON, REGISTERED),
     {ANSWERS(OIDC, "content-type: application/json", "\"refreshToken\":\"refresh-SECRET\"", 200, RENEWED),
      ANSWERS(PORTAL, WITH_NEW, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     ""},
    {"renewed after its end",
     SESSION,
     TOKEN(GONE, REGISTERED),
     {ANSWERS(OIDC, NULL, "\"grantType\":\"refresh_token\"", 200, RENEWED), ANSWERS(PORTAL, WITH_NEW, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     ""},
    {"renewal failed, the old one lasts",
     SESSION,
     TOKEN(SOON, REGISTERED),
     {ANSWERS(OIDC, NULL, NULL, 400, INVALID_GRANT), ANSWERS(PORTAL, WITH_OLD, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     ""},
    {"renewal failed, the old one is gone",
     SESSION,
     TOKEN(GONE, REGISTERED),
     {ANSWERS(OIDC, NULL, NULL, 400, INVALID_GRANT)},
     CREDENTIALS_BROKEN,
     "invalid_grant: Invalid refresh token"},
    {"renewal tried again",
     SESSION,
     TOKEN(GONE, REGISTERED),
     {ANSWERS(OIDC, NULL, NULL, 500, ""), FAILS(OIDC, HTTP_BROKEN), ANSWERS(OIDC, NULL, NULL, 200, RENEWED),
      ANSWERS(PORTAL, WITH_NEW, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     ""},
    {"renewal answered nonsense",
     SESSION,
     TOKEN(GONE, REGISTERED),
     {ANSWERS(OIDC, NULL, NULL, 200, "{}")},
     CREDENTIALS_BROKEN,
     LOGIN},
    {"logged out elsewhere",
     SESSION,
     TOKEN(GOOD, ""),
     {ANSWERS(PORTAL, WITH_OLD, NULL, 401, "{\"message\": \"Session token not found or invalid\"}")},
     CREDENTIALS_BROKEN,
     "Session token not found or invalid"},
    {"no such role",
     SESSION,
     TOKEN(GOOD, ""),
     {ANSWERS(PORTAL, WITH_OLD, NULL, 403, "{\"message\": \"No access\"}")},
     CREDENTIALS_BROKEN,
     "No access"},
    {"throttled",
     SESSION,
     TOKEN(GOOD, ""),
     {ANSWERS(PORTAL, WITH_OLD, NULL, 429, ""), ANSWERS(PORTAL, WITH_OLD, NULL, 200, KEYS)},
     CREDENTIALS_FOUND,
     ""},
    {"not JSON",
     SESSION,
     TOKEN(GOOD, ""),
     {ANSWERS(PORTAL, NULL, NULL, 200, "SECRET")},
     CREDENTIALS_BROKEN,
     "not JSON"},
    {"no session section",
     "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n",
     TOKEN(GOOD, ""),
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "has no sso_start_url, nor has [sso-session corp]"},
    {"no role",
     "[default]\nsso_account_id = 1\nsso_start_url = u\nsso_region = r\n",
     NULL,
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "has no sso_role_name: add it"},
    {"two regions",
     "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\nsso_region = us-east-1\n"
     "[sso-session corp]\nsso_start_url = u\nsso_region = eu-north-1\n",
     NULL,
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "differ in sso_region"},
    {"a region that is none",
     "[default]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = a/b\n"
     "sso_account_id = 1\nsso_role_name = r\n",
     TOKEN(GOOD, ""),
     {FAILS(NULL, 0)},
     CREDENTIALS_BROKEN,
     "is no region"},
};

static void write_token(const char *text) {
  provider_case_write(SSO_SESSION_FILE, text);
  provider_case_write(SSO_LEGACY_FILE, text);
}

static void sso_answers_by_its_settings_and_token(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const sso_case_t *one = &cases[i];
    provider_case_t test;
    print_message("  %s\n", one->name);
    provider_case_start(&test, one->config, "");
    if (one->token != NULL)
      write_token(one->token);
    size_t count = 0;
    while (count < 6 && one->exchanges[count].request != NULL)
      count++;
    fake_http_expect_all(one->exchanges, count);
    credentials_provider_t *provider = credentials_sso_new(&test.context, "default");
    provider_case_ask(&test, provider);
    if (one->result == CREDENTIALS_FOUND) {
      assert_keys(&test, "AKIDSSO");
      assert_string_equal(test.found.session_token, "TOKEN-VALUE");
      assert_int_equal(test.found.expires_ms, FAKE_NOW_MS + INT64_C(3600) * 1000);
      assert_string_equal(test.found.source, "SSO role Read Only in account 1");
    } else {
      assert_refused(&test, one->result, one->words);
    }
    provider_case_end(&test, provider);
  }
}

static const fake_exchange_t renewal[] = {
    ANSWERS(OIDC, NULL, NULL, 200, RENEWED),
    ANSWERS(PORTAL, WITH_NEW, NULL, 200, KEYS),
    ANSWERS(PORTAL, WITH_NEW, NULL, 200, KEYS),
};

static void sso_renewed_token_is_written_back_for_its_owner_only(void **state) {
  (void)state;
  char text[1024] = "";
  struct stat status;
  provider_case_t test;
  provider_case_start(&test, SESSION, "");
  write_token(TOKEN(SOON, REGISTERED));
  assert_int_equal(chmod(provider_case_path(SSO_SESSION_FILE), 0644), 0);
  EXPECT(renewal);
  credentials_provider_t *provider = credentials_sso_new(&test.context, "default");
  provider_case_ask(&test, provider);
  FILE *file = fopen(provider_case_path(SSO_SESSION_FILE), "r");
  assert_non_null(file);
  assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
  fclose(file);
  assert_string_equal(text, "{\"accessToken\":\"new-TOKEN-VALUE\",\"expiresAt\":\"2026-11-23T21:00:00Z\","
                            "\"refreshToken\":\"next-SECRET\",\"clientId\":\"client\",\"clientSecret\":"
                            "\"client-SECRET\",\"registrationExpiresAt\":\"2027-01-01T00:00:00Z\",\"mine\":1}");
  assert_int_equal(stat(provider_case_path(SSO_SESSION_FILE), &status), 0);
  assert_int_equal(status.st_mode & 07777, 0600);
  provider_case_ask(&test, provider);
  provider_case_end(&test, provider);
}

static void sso_ignore(void *user_data, credentials_result_t result, const credentials_t *credentials,
                       const aws_error_t *error) {
  (void)user_data;
  (void)credentials;
  (void)error;
  assert_int_equal(result, CREDENTIALS_FOUND);
}

/* Its folder is gone between reading and writing: nothing can be written beside it. */
static void sso_renewed_token_that_cannot_be_written_is_used_nevertheless(void **state) {
  (void)state;
  char from[256];
  provider_case_t test;
  provider_case_start(&test, SESSION, "");
  write_token(TOKEN(GONE, REGISTERED));
  snprintf(from, sizeof(from), "%s", provider_case_path(".aws/sso/cache"));
  EXPECT(renewal);
  credentials_provider_t *provider = credentials_sso_new(&test.context, "default");
  provider->get(provider, sso_ignore, NULL);
  assert_int_equal(rename(from, provider_case_path(".aws/sso/moved")), 0);
  loop_drive(&test.loop, INT64_MAX);
  assert_int_equal(rename(provider_case_path(".aws/sso/moved"), from), 0);
  provider_case_ask(&test, provider);
  assert_keys(&test, "AKIDSSO");
  provider_case_end(&test, provider);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sso_answers_by_its_settings_and_token),
      cmocka_unit_test(sso_renewed_token_is_written_back_for_its_owner_only),
      cmocka_unit_test(sso_renewed_token_that_cannot_be_written_is_used_nevertheless),
  };
  return cmocka_run_group_tests_name("credentials_sso", tests, NULL, NULL);
}
