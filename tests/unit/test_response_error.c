/* links: aws */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "aws/protocol/response_error.h"

static void check(const http_response_t *response, const char *code, int status, const char *message) {
  aws_error_t error;
  memset(&error, 'x', sizeof(error));
  response_error_set(response, "ListApps", &error);
  assert_string_equal(error.code, code);
  assert_string_equal(error.operation, "ListApps");
  assert_string_equal(error.message, message);
  assert_int_equal(error.status, status);
}

static void call_error_names_the_transports_end(void **state) {
  (void)state;
  static const struct {
    http_result_t result;
    const char *code;
    int status;
    const char *message;
  } cases[] = {
      {HTTP_TIMEOUT, "timeout", 0, "the transport's words"},
      {HTTP_CONNECT, "connect", 0, "the transport's words"},
      {HTTP_RESOLVE, "dns", 0, "the transport's words"},
      {HTTP_TLS, "tls", 0, "the transport's words"},
      {HTTP_BROKEN, "connect", 0, "the transport's words"},
      {HTTP_UNUSABLE, "internal", 0, "the transport's words"},
      {HTTP_TOO_LARGE, "parse", 200, "the answer is larger than any answer of AWS"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    http_response_t response = {
        .result = cases[i].result, .status = 200, .body = "", .detail = "the transport's words"};
    check(&response, cases[i].code, cases[i].status, cases[i].message);
  }
}

typedef struct {
  const char *type; /* x-amzn-ErrorType */
  int status;
  const char *body, *code, *message;
} answer_case_t;

static const answer_case_t answer_cases[] = {
    {"", 400, "{\"__type\":\"ValidationException\",\"message\":\"bad\"}", "ValidationException", "bad"},
    {"", 400, "{\"__type\":\"ValidationException\",\"Message\":\"bad\"}", "ValidationException", "bad"},
    {"", 400, "{\"__type\":\"com.amazon.coral.service#AccessDeniedException\",\"Message\":\"no\"}",
     "AccessDeniedException", "no"},
    {"ThrottlingException", 400, "{\"message\":\"slow\"}", "ThrottlingException", "slow"},
    {"ThrottlingException:http://internal.amazon.com/coral/", 400, "{}", "ThrottlingException", "no message"},
    {"aws.protocoltests#FooError:http://x#y/", 500, "", "FooError", "no message"},
    {"ns#FooError", 500, "", "FooError", "no message"},
    {"FooError:http://x#y", 500, "", "FooError", "no message"},
    {"FooError", 400, "{\"__type\":\"Other\"}", "FooError", "no message"},
    {"", 502, "<html><body>Bad Gateway</body></html>", "502", "no message"},
    {"", 503, "", "503", "no message"},
    {"", 400, "{\"__type\":7,\"message\":{}}", "400", "no message"},
    {"", 400, "{\"__type\":\"\",\"message\":\"\"}", "400", "no message"},
    {"", 400, "{\"__type\":\"ns#\"}", "400", "no message"},
    {"", 400, "[]", "400", "no message"},
    {"", 302, "moved", "302", "redirected, which is not followed"},
    {"", 400, "{\"__type\":\"A\\r\\nB\",\"message\":\"two\\nlines\\u001b[31m\"}", "A??B", "two"},
    {"", 400, "{\"__type\":\"A\",\"message\":\"a\\u001b[31mb\\u0080c\"}", "A", "a?[31mb??c"},
};

static void call_error_reads_code_and_message_of_an_answer(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(answer_cases); i++) {
    const answer_case_t *is = &answer_cases[i];
    char body[256];
    snprintf(body, sizeof(body), "%s", is->body);
    http_response_t response = {
        .result = HTTP_RESPONDED, .status = is->status, .body = body, .body_length = strlen(body)};
    snprintf(response.error_type, sizeof(response.error_type), "%s", is->type);
    check(&response, is->code, is->status, is->message);
  }
}

/* What is as long as a session token is none of AWS's words; what is shorter stays as it is. */
static void call_error_shows_nothing_that_may_be_a_token(void **state) {
  (void)state;
  for (int length = 98; length < 600; length += length == 100 ? 499 : 1) {
    char token[600];
    char body[700];
    char expected[700];
    memset(token, 'T', sizeof(token));
    token[length] = '\0';
    int body_length = snprintf(body, sizeof(body), "{\"__type\":\"A\",\"message\":\"the token %s: is bad\\r\\n%s\"}",
                               token, "x-amz-security-token");
    snprintf(expected, sizeof(expected), "the token %s: is bad", length < 100 ? token : "[...]");
    http_response_t response = {
        .result = HTTP_RESPONDED, .status = 400, .body = body, .body_length = (size_t)body_length};
    check(&response, "A", 400, expected);
  }
}

static void call_error_cuts_a_code_that_is_too_long(void **state) {
  (void)state;
  char expected[64];
  http_response_t response = {.result = HTTP_RESPONDED, .status = 400, .body = ""};
  memset(response.error_type, 'E', sizeof(response.error_type) - 1);
  memset(expected, 'E', sizeof(expected) - 1);
  expected[sizeof(expected) - 1] = '\0';
  check(&response, expected, 400, "no message");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(call_error_names_the_transports_end),
      cmocka_unit_test(call_error_reads_code_and_message_of_an_answer),
      cmocka_unit_test(call_error_shows_nothing_that_may_be_a_token),
      cmocka_unit_test(call_error_cuts_a_code_that_is_too_long),
  };
  return cmocka_run_group_tests_name("response_error_set", tests, NULL, NULL);
}
