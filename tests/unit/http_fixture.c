#include "http_fixture.h"

#include <string.h>

#include "test.h"

http_t *http;

int http_fixture_begin(void **state) {
  (void)state;
  http = http_new("test");
  return http == NULL;
}

int http_fixture_end(void **state) {
  (void)state;
  http_free(http);
  raw_server_stop();
  return 0;
}

static void on_response(void *user_data, const http_response_t *response) {
  received_t *received = user_data;
  received->calls++;
  received->response = *response;
  assert_in_range(response->body_length, 0, HTTP_FIXTURE_LIMIT_BYTES);
  memcpy(received->body, response->body, response->body_length + 1);
}

http_transfer_t *http_ask(size_t host, received_t *received, const char *body) {
  static const char *const headers[] = {"X-One: 1"};
  const http_request_t request = {.method = body != NULL ? "POST" : "GET",
                                  .url = raw_server_url(host),
                                  .headers = headers,
                                  .headers_count = 1,
                                  .body = body,
                                  .body_length = body != NULL ? strlen(body) : 0,
                                  .timeout_ms = HTTP_FIXTURE_TIMEOUT_MS,
                                  .limit_bytes = HTTP_FIXTURE_LIMIT_BYTES,
                                  .without_proxy = true};
  memset(received, 0, sizeof(*received));
  http_transfer_t *transfer = http_send(http, &request, on_response, received);
  assert_non_null(transfer);
  return transfer;
}

void http_ask_and_wait(received_t *received) {
  (void)http_ask(0, received, "{\"a\":1}");
  raw_server_run(http);
  assert_int_equal(received->calls, 1);
}

void http_assert_is_ok(const received_t *received) {
  assert_int_equal(received->response.result, HTTP_RESPONDED);
  assert_int_equal(received->response.status, 200);
  assert_string_equal(received->body, "{}");
  assert_string_equal(received->response.date, "Mon, 23 Nov 2026 20:00:00 GMT");
}
