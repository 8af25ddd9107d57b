/* links: aws */
/* AWS's published examples: the sig-v4-test-suite (case names are its own) and the IAM guide's request. */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "aws/protocol/sigv4.h"

#define DATE "20150830T123600Z"
#define HOST ((sigv4_header_t){"Host", "example.amazonaws.com"})
#define AMZ_DATE ((sigv4_header_t){"X-Amz-Date", DATE})

static credentials_t example_credentials(void) {
  static char id[] = "AKIDEXAMPLE";
  static char secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  return (credentials_t){.access_key_id = id, .secret_access_key = secret};
}

typedef struct {
  const char *name;
  const char *method;
  const char *path;
  const char *query;
  sigv4_header_t headers[6];
  const char *body;
  const char *signed_headers;
  const char *signature;
} example_t;

static const example_t suite[] = {
    {"get-vanilla",
     "GET",
     "/",
     "",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-query-order-key-case",
     "GET",
     "/",
     "Param2=value2&Param1=value1",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-vanilla-query-order-value",
     "GET",
     "/",
     "Param1=value2&Param1=value1",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
    {"get-vanilla-empty-query-key",
     "GET",
     "/",
     "Param1=value1",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    {"get-vanilla-query-unreserved",
     "GET",
     "/",
     "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz="
     "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
    {"get-unreserved",
     "GET",
     "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
     "",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-utf8",
     "GET",
     "/\u1234",
     "",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-header-key-duplicate",
     "GET",
     "/",
     "",
     {HOST, {"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}, AMZ_DATE},
     "",
     "host;my-header1;x-amz-date",
     "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    {"get-header-value-order",
     "GET",
     "/",
     "",
     {HOST,
      {"My-Header1", "value4"},
      {"My-Header1", "value1"},
      {"My-Header1", "value3"},
      {"My-Header1", "value2"},
      AMZ_DATE},
     "",
     "host;my-header1;x-amz-date",
     "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
    {"get-header-value-trim",
     "GET",
     "/",
     "",
     {HOST, {"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}, AMZ_DATE},
     "",
     "host;my-header1;my-header2;x-amz-date",
     "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"get-relative",
     "GET",
     "/example/..",
     "",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-relative-relative",
     "GET",
     "/example1/example2/../..",
     "",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash",
     "GET",
     "//",
     "",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-dot-slash",
     "GET",
     "/./",
     "",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-pointless-dot",
     "GET",
     "/./example",
     "",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
    {"get-slashes",
     "GET",
     "//example//",
     "",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
    {"get-space",
     "GET",
     "/example space/",
     "",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {"post-vanilla",
     "POST",
     "/",
     "",
     {HOST, AMZ_DATE},
     "",
     "host;x-amz-date",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-header-key-sort",
     "POST",
     "/",
     "",
     {AMZ_DATE, {"My-Header1", "value1"}, HOST},
     "",
     "host;my-header1;x-amz-date",
     "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {"post-header-value-case",
     "POST",
     "/",
     "",
     {HOST, {"My-Header1", "VALUE1"}, AMZ_DATE},
     "",
     "host;my-header1;x-amz-date",
     "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
    {"post-x-www-form-urlencoded",
     "POST",
     "/",
     "",
     {{"Content-Type", "application/x-www-form-urlencoded"}, HOST, AMZ_DATE},
     "Param1=value1",
     "content-type;host;x-amz-date",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"post-sts-header-before",
     "POST",
     "/",
     "",
     {HOST,
      AMZ_DATE,
      {"X-Amz-Security-Token",
       "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuw"
       "thAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHN"
       "VXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/"
       "oLxBA"
       "=="}},
     "",
     "host;x-amz-date;x-amz-security-token",
     "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
};

static sigv4_request_t example_request(const example_t *example) {
  size_t count = 0;
  while (count < COUNT(example->headers) && example->headers[count].name != NULL)
    count++;
  return (sigv4_request_t){.method = example->method,
                           .path = example->path,
                           .query = example->query,
                           .headers = example->headers,
                           .headers_count = count,
                           .body = example->body,
                           .body_length = strlen(example->body)};
}

static void assert_signed(const char *authorization, const char *scope, const char *signed_headers,
                          const char *signature) {
  char expected[512];
  (void)snprintf(expected, sizeof(expected),
                 "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/%s/aws4_request, SignedHeaders=%s, Signature=%s", scope,
                 signed_headers, signature);
  assert_string_equal(authorization, expected);
}

static void sigv4_signs_the_published_suite(void **state) {
  (void)state;
  credentials_t credentials = example_credentials();
  for (size_t i = 0; i < COUNT(suite); i++) {
    sigv4_key_t key = {0};
    buffer_t authorization = BUFFER_INIT(4096);
    sigv4_request_t request = example_request(&suite[i]);
    assert_true(sigv4_sign(&request, &credentials, "us-east-1", "service", DATE, &key, &authorization));
    if (strstr(authorization.data, suite[i].signature) == NULL)
      fail_msg("%s: %s", suite[i].name, authorization.data);
    assert_signed(authorization.data, "20150830/us-east-1/service", suite[i].signed_headers, suite[i].signature);
    buffer_clear(&authorization);
  }
}

static void sigv4_signs_the_iam_guides_request(void **state) {
  (void)state;
  static const sigv4_header_t headers[] = {
      {"content-type", "application/x-www-form-urlencoded; charset=utf-8"}, {"host", "iam.amazonaws.com"}, AMZ_DATE};
  sigv4_request_t request = {.method = "GET",
                             .path = "/",
                             .query = "Action=ListUsers&Version=2010-05-08",
                             .headers = headers,
                             .headers_count = COUNT(headers)};
  credentials_t credentials = example_credentials();
  sigv4_key_t key = {0};
  buffer_t authorization = BUFFER_INIT(4096);
  assert_true(sigv4_sign(&request, &credentials, "us-east-1", "iam", DATE, &key, &authorization));
  assert_signed(authorization.data, "20150830/us-east-1/iam", "content-type;host;x-amz-date",
                "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
  buffer_clear(&authorization);
}

/* c4af…: the key that AWS's "deriving the signing key" page gives for this secret, day, region and service. */
static void sigv4_derives_the_published_signing_key(void **state) {
  (void)state;
  static const unsigned char expected[32] = {0xc4, 0xaf, 0xb1, 0xcc, 0x57, 0x71, 0xd8, 0x71, 0x76, 0x3a, 0x39,
                                             0x3e, 0x44, 0xb7, 0x03, 0x57, 0x1b, 0x55, 0xcc, 0x28, 0x42, 0x4d,
                                             0x1a, 0x5e, 0x86, 0xda, 0x6e, 0xd3, 0xc1, 0x54, 0xa4, 0xb9};
  sigv4_request_t request = example_request(&suite[0]);
  credentials_t credentials = example_credentials();
  sigv4_key_t key = {0};
  buffer_t authorization = BUFFER_INIT(4096);
  assert_true(sigv4_sign(&request, &credentials, "us-east-1", "iam", DATE, &key, &authorization));
  assert_memory_equal(key.key, expected, sizeof(expected));
  assert_string_equal(key.scope, "20150830/us-east-1/iam");
  buffer_clear(&authorization);
}

/* A key that has been tampered with shows whether it is used or derived anew: in the latter case the signature is
 * right. */
static void sigv4_derives_the_key_only_when_day_region_service_or_secret_change(void **state) {
  (void)state;
  static char other_secret[] = "another";
  static const struct {
    const char *name;
    const char *region;
    const char *service;
    const char *date;
    char *secret;
    bool derives;
  } calls[] = {
      {"nothing", "us-east-1", "service", DATE, NULL, false},
      {"the time of day", "us-east-1", "service", "20150830T235959Z", NULL, false},
      {"the day", "us-east-1", "service", "20150831T000000Z", NULL, true},
      {"the region", "us-east-2", "service", DATE, NULL, true},
      {"the service", "us-east-1", "sagemaker", DATE, NULL, true},
      {"the secret", "us-east-1", "service", DATE, other_secret, true},
  };
  sigv4_request_t request = example_request(&suite[0]);
  for (size_t i = 0; i < COUNT(calls); i++) {
    credentials_t credentials = example_credentials();
    sigv4_key_t key = {0};
    sigv4_key_t fresh = {0};
    buffer_t authorization = BUFFER_INIT(4096);
    assert_true(sigv4_sign(&request, &credentials, "us-east-1", "service", DATE, &key, &authorization));
    key.key[0] ^= 0xff;
    sigv4_key_t tampered = key;

    if (calls[i].secret != NULL)
      credentials.secret_access_key = calls[i].secret;
    assert_true(
        sigv4_sign(&request, &credentials, calls[i].region, calls[i].service, calls[i].date, &key, &authorization));
    if ((memcmp(key.key, tampered.key, sizeof(key.key)) != 0) != calls[i].derives)
      fail_msg("%s changes", calls[i].name);
    if (calls[i].derives) {
      buffer_t expected = BUFFER_INIT(4096);
      assert_true(
          sigv4_sign(&request, &credentials, calls[i].region, calls[i].service, calls[i].date, &fresh, &expected));
      assert_string_equal(authorization.data, expected.data);
      buffer_clear(&expected);
    }
    buffer_clear(&authorization);
  }
}

static void sigv4_key_clear_leaves_nothing(void **state) {
  (void)state;
  static const sigv4_key_t empty = {0};
  sigv4_key_t key;
  memset(&key, 0x5a, sizeof(key));
  sigv4_key_clear(&key);
  assert_memory_equal(&key, &empty, sizeof(key));
}

static void sigv4_takes_a_path_as_it_is_for_s3_only(void **state) {
  (void)state;
  static const example_t plain = {"", "GET", "/a%20b//c", "", {HOST}, "", "", ""};
  static const example_t normal = {"", "GET", "/a%20b/c", "", {HOST}, "", "", ""};
  credentials_t credentials = example_credentials();
  sigv4_request_t requests[] = {example_request(&plain), example_request(&normal)};
  for (int is_s3 = 0; is_s3 <= 1; is_s3++) {
    buffer_t results[2] = {BUFFER_INIT(4096), BUFFER_INIT(4096)};
    for (size_t i = 0; i < 2; i++) {
      sigv4_key_t key = {0};
      assert_true(sigv4_sign(&requests[i], &credentials, "us-east-1", is_s3 ? "s3" : "logs", DATE, &key, &results[i]));
    }
    assert_int_equal(strcmp(results[0].data, results[1].data) != 0, is_s3);
    buffer_clear(&results[0]);
    buffer_clear(&results[1]);
  }
}

static void sigv4_takes_the_payload_hash_that_the_request_declares(void **state) {
  (void)state;
  static const example_t one = {"",    "PUT", "/", "", {HOST, {"X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD"}},
                                "one", "",    ""};
  static const example_t two = {"",    "PUT", "/", "", {HOST, {"X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD"}},
                                "two", "",    ""};
  static const example_t three = {"",    "PUT", "/", "", {HOST, {"X-Amz-Content-SHA256", "DECLARED-OTHERWISE"}},
                                  "one", "",    ""};
  credentials_t credentials = example_credentials();
  sigv4_request_t requests[] = {example_request(&one), example_request(&two), example_request(&three)};
  buffer_t results[] = {BUFFER_INIT(4096), BUFFER_INIT(4096), BUFFER_INIT(4096)};
  for (size_t i = 0; i < COUNT(requests); i++) {
    sigv4_key_t key = {0};
    assert_true(sigv4_sign(&requests[i], &credentials, "us-east-1", "logs", DATE, &key, &results[i]));
  }
  assert_string_equal(results[0].data, results[1].data);
  assert_string_not_equal(results[0].data, results[2].data);
  for (size_t i = 0; i < COUNT(results); i++)
    buffer_clear(&results[i]);
}

static void sigv4_refuses_what_cannot_stand_in_a_scope_or_header(void **state) {
  (void)state;
  static char split_id[] = "AKID\r\nX-Evil: 1";
  static char empty_id[] = "";
  static const struct {
    const char *region;
    const char *service;
    const char *date;
    char *access_key_id;
  } cases[] = {
      {"", "logs", DATE, NULL},
      {"us/east", "logs", DATE, NULL},
      {"us-east-1\r\n", "logs", DATE, NULL},
      {"us-east-1, x", "logs", DATE, NULL},
      {"us-east-1", "", DATE, NULL},
      {"us-east-1", "lo gs", DATE, NULL},
      {"a123456789012345678901234567890123456789012345678901234567890123456789",
       "b12345678901234567890123456789012345678"
       "9012345678901234567890123456789",
       DATE, NULL},
      {"us-east-1", "logs", "20150830", NULL},
      {"us-east-1", "logs", "2015083xT123600Z", NULL},
      {"us-east-1", "logs", "20150830T12360xZ", NULL},
      {"us-east-1", "logs", "20150830T123600Z0", NULL},
      {"us-east-1", "logs", DATE, split_id},
      {"us-east-1", "logs", DATE, empty_id},
  };
  sigv4_request_t request = example_request(&suite[0]);
  for (size_t i = 0; i < COUNT(cases); i++) {
    credentials_t credentials = example_credentials();
    sigv4_key_t key = {0};
    buffer_t authorization = BUFFER_INIT(4096);
    assert_true(buffer_add_text(&authorization, "of the request before"));
    if (cases[i].access_key_id != NULL)
      credentials.access_key_id = cases[i].access_key_id;
    assert_false(
        sigv4_sign(&request, &credentials, cases[i].region, cases[i].service, cases[i].date, &key, &authorization));
    assert_int_equal(authorization.length, 0);
    assert_string_equal(authorization.data, "");
    buffer_clear(&authorization);
  }
}

static void sigv4_fails_when_the_authorization_has_no_room(void **state) {
  (void)state;
  sigv4_request_t request = example_request(&suite[0]);
  credentials_t credentials = example_credentials();
  sigv4_key_t key = {0};
  buffer_t authorization = BUFFER_INIT(64);
  assert_false(sigv4_sign(&request, &credentials, "us-east-1", "service", DATE, &key, &authorization));
  assert_int_equal(authorization.length, 0);
  buffer_clear(&authorization);
}

static void sigv4_date_is_utc_without_separators(void **state) {
  (void)state;
  static const struct {
    int64_t time_s;
    const char *date;
  } cases[] = {
      {0, "19700101T000000Z"},
      {1440938160, DATE},
      {951782399, "20000228T235959Z"},
      {951782400, "20000229T000000Z"},
      {4107542400, "21000301T000000Z"},
      {253402300799, "99991231T235959Z"},
      {253402300800, NULL},
      {INT64_MAX, NULL},
      {INT64_MIN, NULL},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char date[SIGV4_DATE_SIZE] = "";
    assert_int_equal(sigv4_date(cases[i].time_s, date), cases[i].date != NULL);
    if (cases[i].date != NULL)
      assert_string_equal(date, cases[i].date);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sigv4_signs_the_published_suite),
      cmocka_unit_test(sigv4_signs_the_iam_guides_request),
      cmocka_unit_test(sigv4_derives_the_published_signing_key),
      cmocka_unit_test(sigv4_derives_the_key_only_when_day_region_service_or_secret_change),
      cmocka_unit_test(sigv4_key_clear_leaves_nothing),
      cmocka_unit_test(sigv4_takes_a_path_as_it_is_for_s3_only),
      cmocka_unit_test(sigv4_takes_the_payload_hash_that_the_request_declares),
      cmocka_unit_test(sigv4_refuses_what_cannot_stand_in_a_scope_or_header),
      cmocka_unit_test(sigv4_fails_when_the_authorization_has_no_room),
      cmocka_unit_test(sigv4_date_is_utc_without_separators),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
