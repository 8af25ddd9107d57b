/* links: aws/http aws/buffer aws/wiped_memory unit/raw_server -lcurl */
/* http.c and libcurl itself on a real socket. Whatever a server sends, a request ends once, with an answer or an error,
 * and the next one is served: a response head is what a server of somebody else, or a proxy, may send in clear. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/http.h"
#include "raw_server.h"

#define OK "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 20:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}"
#define TIMEOUT_MS 5000
#define LIMIT_BYTES 4096
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct {
  int calls;
  http_answer_t answer;
  char body[LIMIT_BYTES + 1];
} received_t;

static http_t *http;

static int begin(void **state) {
  (void)state;
  http = http_new();
  return http == NULL;
}

static int end(void **state) {
  (void)state;
  http_free(http);
  raw_server_stop();
  return 0;
}

static void on_answer(void *owner, const http_answer_t *answer) {
  received_t *received = owner;
  received->calls++;
  received->answer = *answer;
  assert_in_range(answer->body_length, 0, LIMIT_BYTES);
  memcpy(received->body, answer->body, answer->body_length + 1);
}

static http_transfer_t *ask(received_t *received, const char *body) {
  static const char *const headers[] = {"X-One: 1"};
  const http_request_t request = {.method = body != NULL ? "POST" : "GET",
                                  .url = raw_server_url(),
                                  .headers = headers,
                                  .headers_count = 1,
                                  .body = body,
                                  .body_length = body != NULL ? strlen(body) : 0,
                                  .timeout_ms = TIMEOUT_MS,
                                  .limit_bytes = LIMIT_BYTES,
                                  .without_proxy = true};
  memset(received, 0, sizeof(*received));
  http_transfer_t *transfer = http_send(http, &request, on_answer, received);
  assert_non_null(transfer);
  return transfer;
}

static void ask_and_wait(received_t *received) {
  (void)ask(received, "{\"a\":1}");
  raw_server_run(http);
  assert_int_equal(received->calls, 1);
}

static void assert_is_ok(const received_t *received) {
  assert_int_equal(received->answer.end, HTTP_ANSWERED);
  assert_int_equal(received->answer.status, 200);
  assert_string_equal(received->body, "{}");
  assert_string_equal(received->answer.date, "Mon, 23 Nov 2026 20:00:00 GMT");
}

static void http_answers_with_status_body_and_headers(void **state) {
  (void)state;
  static const raw_response_t responses[] = {
      {.bytes =
           "HTTP/1.1 503 Slow\r\nx-amzn-errortype: Throttling\r\nRETRY-AFTER:\t 7 \r\nContent-Length: 4\r\n\r\nbusy"},
      {.bytes = OK},
  };
  received_t received;
  raw_server_start(responses, COUNT(responses));
  ask_and_wait(&received);
  assert_int_equal(received.answer.status, 503);
  assert_string_equal(received.answer.error_type, "Throttling");
  assert_string_equal(received.answer.retry_after, "7");
  assert_string_equal(received.answer.date, "");
  assert_string_equal(received.body, "busy");
  ask_and_wait(&received);
  assert_is_ok(&received);
  assert_int_equal(raw_server_accepted(), 1);
}

/* curl issue 11101: libcurl 7.83 to 8.0 takes a first header line that begins with a blank for the continuation of the
 * last header of the handle's transfer before, which is freed memory. */
static void http_survives_a_head_that_begins_with_a_blank(void **state) {
  (void)state;
  static const raw_response_t responses[] = {
      {.bytes = OK},
      {.bytes = "HTTP/1.1 200 OK\r\n folded: onto nothing, long enough to move what it is added to\r\n"
                "Date: Mon, 23 Nov 2026 20:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}"},
      {.bytes = OK},
      {.bytes = "HTTP/1.1 200 OK\r\n\t\tfolded\r\n \r\nDate: Mon, 23 Nov 2026 20:00:00 GMT\r\n"
                "Content-Length: 2\r\n\r\n{}"},
      {.bytes = OK},
  };
  received_t received;
  raw_server_start(responses, COUNT(responses));
  for (size_t i = 0; i < 4 * COUNT(responses); i++)
    ask_and_wait(&received);
  assert_is_ok(&received);
}

static void http_survives_headers_that_go_on_in_the_next_line(void **state) {
  (void)state;
  static const raw_response_t responses[] = {
      {.bytes = "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026\r\n 20:00:00 GMT\r\nX: 1\r\n\t2\r\n 3\r\n"
                "Content-Length: 2\r\n\r\n{}"},
      {.bytes = "HTTP/1.1 200 OK\r\nX:\r\n  \r\n \r\n\t\r\nContent-Length: 2\r\n Y: 1\r\n\r\n{}", .closes = true},
      {.bytes = OK},
  };
  received_t received;
  raw_server_start(responses, COUNT(responses));
  for (size_t i = 0; i < 3; i++)
    ask_and_wait(&received);
  assert_is_ok(&received);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(http_answers_with_status_body_and_headers, begin, end),
      cmocka_unit_test_setup_teardown(http_survives_a_head_that_begins_with_a_blank, begin, end),
      cmocka_unit_test_setup_teardown(http_survives_headers_that_go_on_in_the_next_line, begin, end),
  };
  return !http_init() || cmocka_run_group_tests_name("http", tests, NULL, NULL) != 0;
}
