/* An http_t and requests that go to raw_server. */
#ifndef UNIT_HTTP_FIXTURE_H
#define UNIT_HTTP_FIXTURE_H

#include "raw_server.h"
#include "util/http.h"

#define HTTP_OK "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 20:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}"
#define HTTP_FIXTURE_LIMIT_BYTES 4096
#define HTTP_FIXTURE_TIMEOUT_MS 5000

typedef struct {
  int calls;
  http_response_t response;
  char body[HTTP_FIXTURE_LIMIT_BYTES + 1];
} received_t;

extern http_t *http;

/* For a test's setup and teardown; the server is the test's to start. */
int http_fixture_begin(void **state);
int http_fixture_end(void **state);

/* http_ask sends a request to a host of raw_server, POST where there is a body. */
http_transfer_t *http_ask(size_t host, received_t *received, const char *body);

/* http_ask_and_wait does so, and checks that it is called back once. */
void http_ask_and_wait(received_t *received);

/* http_assert_is_ok: received is what HTTP_OK says. */
void http_assert_is_ok(const received_t *received);

#endif
