/* links: util unit/http_fixture unit/raw_server -lcurl */
/* What a server of somebody else, or a proxy, may send in clear: whatever it is, a request ends once, with an answer or
 * an error, and the next one is served. */
#include <string.h>

#include "test.h"

#include "http_fixture.h"

/* curl issue 11101: libcurl 7.83 to 8.0 takes a first header line that begins with a blank for the continuation of the
 * last header of the handle's transfer before, which is freed memory. */
static void http_survives_a_head_that_begins_with_a_blank(void **state) {
  (void)state;
  static const raw_response_t responses[] = {
      {.bytes = HTTP_OK},
      {.bytes = "HTTP/1.1 200 OK\r\n folded: onto nothing, long enough to move what it is added to\r\n"
                "Date: Mon, 23 Nov 2026 20:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}"},
      {.bytes = HTTP_OK},
      {.bytes = "HTTP/1.1 200 OK\r\n\t\tfolded\r\n \r\nDate: Mon, 23 Nov 2026 20:00:00 GMT\r\n"
                "Content-Length: 2\r\n\r\n{}"},
      {.bytes = HTTP_OK},
  };
  received_t received;
  raw_server_start(responses, COUNT(responses));
  for (size_t i = 0; i < 4 * COUNT(responses); i++)
    http_ask_and_wait(&received);
  http_assert_is_ok(&received);
}

static void http_survives_headers_that_go_on_in_the_next_line(void **state) {
  (void)state;
  static const raw_response_t responses[] = {
      {.bytes = "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026\r\n 20:00:00 GMT\r\nX: 1\r\n\t2\r\n 3\r\n"
                "Content-Length: 2\r\n\r\n{}"},
      {.bytes = "HTTP/1.1 200 OK\r\nX:\r\n  \r\n \r\n\t\r\nContent-Length: 2\r\n Y: 1\r\n\r\n{}", .closes = true},
      {.bytes = HTTP_OK},
  };
  received_t received;
  raw_server_start(responses, COUNT(responses));
  for (size_t i = 0; i < 3; i++)
    http_ask_and_wait(&received);
  http_assert_is_ok(&received);
}

#define HEAD "HTTP/1.1 200 OK\r\n"
#define BYTES(text) .bytes = (text), .length = sizeof(text) - 1

#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n"

/* What every libcurl makes of it. */
static const struct {
  const char *name;
  raw_response_t response;
  http_result_t result;
  int status;
  const char *body;
} heads[] = {
    {"HTTP/0.9", {.bytes = "{}", .closes = true}, HTTP_BROKEN, 0, ""},
    {"another protocol", {.bytes = "SSH-2.0-OpenSSH_9.2\r\n", .closes = true}, HTTP_BROKEN, 0, ""},
    {"a head alone", {.bytes = HEAD "\r\n", .closes = true}, HTTP_RESPONDED, 200, ""},
    {"a NUL in the body", {BYTES(HEAD "Content-Length: 3\r\n\r\n{\0}")}, HTTP_RESPONDED, 200, "{"},
    {"a negative length", {.bytes = HEAD "Content-Length: -1\r\n\r\n{}", .closes = true}, HTTP_BROKEN, 200, ""},
    {"a length of exabytes",
     {.bytes = HEAD "Content-Length: 9223372036854775807\r\n\r\n{}", .closes = true},
     HTTP_BROKEN,
     200,
     "{}"},
    {"less than its length", {.bytes = HEAD "Content-Length: 9\r\n\r\n{}", .closes = true}, HTTP_BROKEN, 200, "{}"},
    {"more than its length", {.bytes = HEAD "Content-Length: 2\r\n\r\n{}{}{}"}, HTTP_RESPONDED, 200, "{}"},
    {"chunks", {.bytes = CHUNKED "2\r\n{}\r\n0\r\n\r\n"}, HTTP_RESPONDED, 200, "{}"},
    {"trailers", {.bytes = CHUNKED "2;a=b\r\n{}\r\n0\r\nX: 1\r\n Y: 2\r\n\r\n"}, HTTP_RESPONDED, 200, "{}"},
    {"a chunk without digits", {.bytes = CHUNKED "-2\r\n{}\r\n0\r\n\r\n", .closes = true}, HTTP_BROKEN, 200, ""},
    {"a chunk of exabytes", {.bytes = CHUNKED "7fffffffffffffff\r\n{}", .closes = true}, HTTP_BROKEN, 200, "{}"},
    {"a chunk of 17 digits", {.bytes = CHUNKED "10000000000000002\r\n{}", .closes = true}, HTTP_BROKEN, 200, ""},
    {"chunks without an end", {.bytes = CHUNKED "2\r\n{}\r\n", .closes = true}, HTTP_BROKEN, 200, "{}"},
    {"a redirect", {.bytes = "HTTP/1.1 302 No\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"}, HTTP_RESPONDED, 302, ""},
    {"no body, by its status", {.bytes = "HTTP/1.1 204 None\r\nX: 1\r\n\r\n"}, HTTP_RESPONDED, 204, ""},
    {"an interim response",
     {.bytes = "HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 103 Early\r\n\r\n" HEAD "Content-Length: 2\r\n\r\n{}"},
     HTTP_RESPONDED,
     200,
     "{}"},
};

/* The second of four requests; the others are answered well. */
static received_t ask_between(const raw_response_t *response) {
  const raw_response_t responses[] = {
      {.bytes = HTTP_OK}, *response, {.bytes = HTTP_OK, .closes = true}, {.bytes = HTTP_OK}};
  received_t received;
  received_t other;
  raw_server_start(responses, COUNT(responses));
  http_ask_and_wait(&other);
  http_assert_is_ok(&other);
  http_ask_and_wait(&received);
  http_ask_and_wait(&other);
  http_assert_is_ok(&other);
  http_ask_and_wait(&other);
  http_assert_is_ok(&other);
  raw_server_stop();
  return received;
}

static void http_reads_heads_as_everybody_does(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(heads); i++) {
    received_t received = ask_between(&heads[i].response);
    if (received.response.result != heads[i].result || received.response.status != heads[i].status ||
        strcmp(received.body, heads[i].body) != 0)
      fail_msg("%s: end %d, status %d, \"%s\" %s", heads[i].name, (int)received.response.result,
               received.response.status, received.body, received.response.detail);
  }
}

/* It depends on libcurl whether that is an answer. */
static void http_gives_odd_heads_one_end(void **state) {
  (void)state;
  static const raw_response_t odd[] = {
      {.bytes = "", .closes = true},
      {.bytes = "\r\n", .closes = true},
      {.bytes = "\n\n\n\n", .closes = true},
      {.bytes = "HTTP/1", .closes = true},
      {.bytes = "HTTP/1.1 200", .closes = true},
      {.bytes = "HTTP/7.3 200 OK\r\nContent-Length: 0\r\n\r\n"},
      {.bytes = "HTTP/1.1 abc\r\nContent-Length: 0\r\n\r\n", .closes = true},
      {.bytes = "HTTP/1.1 99999999999 OK\r\nContent-Length: 0\r\n\r\n", .closes = true},
      {.bytes = "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"},
      {.bytes = HEAD "Date: x\r\n", .closes = true},
      {.bytes = HEAD "Date\r\nContent-Length: 2\r\n\r\n{}", .closes = true},
      {.bytes = HEAD ": x\r\nContent-Length: 2\r\n\r\n{}", .closes = true},
      {.bytes = HEAD "Content-Length : 2\r\n\r\n{}", .closes = true},
      {.bytes = HEAD "Content-Length: x\r\n\r\n{}", .closes = true},
      {.bytes = HEAD "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", .closes = true},
      {.bytes = HEAD "Content-Length: 99999999999999999999\r\n\r\n{}", .closes = true},
      {.bytes = HEAD "Transfer-Encoding: chunked, gzip\r\nContent-Encoding: gzip\r\n\r\n{}", .closes = true},
      {.bytes = HEAD "Content-Encoding: zstd, br, deflate\r\n\r\n{}", .closes = true},
      {.bytes = HEAD "\r\nHTTP/1.1 200 OK\r\n\r\n{}", .closes = true},
      {.bytes = "HTTP/1.1 103 Early\r\n\r\n", .closes = true},
      {.bytes = "HTTP/1.1 101 Up\r\nUpgrade: h2c\r\n\r\n{}", .closes = true},
      {.bytes = "HTTP/2 200\r\nContent-Length: 2\r\n\r\n{}", .closes = true},
      {.bytes = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .closes = true},
      {BYTES(HEAD "Date: a\0b\r\nContent-Length: 2\r\n\r\n{}"), .closes = true},
      {BYTES("HTTP/1.1 200 \0\r\nContent-Length: 2\r\n\r\n{}"), .closes = true},
      {BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), .closes = true},
      {BYTES("\x15\x03\x01\x00\x02\x02\x28"), .closes = true},
  };
  for (size_t i = 0; i < COUNT(odd); i++) {
    received_t received = ask_between(&odd[i]);
    if (received.response.result != HTTP_RESPONDED && received.response.result != HTTP_BROKEN)
      fail_msg("number %zu: end %d, %s", i, (int)received.response.result, received.response.detail);
  }
}

/* libcurl keeps all headers that come, 7.88 without any limit. */
static void http_ends_heads_without_end(void **state) {
  (void)state;
  static const struct {
    const char *first, *again;
  } endless[] = {
      {"", "HTTP/1.1 100 Continue\r\n\r\n"},    {HEAD, "Date: Mon, 23 Nov 2026 20:00:00 GMT\r\n"},
      {HEAD "X: 1\r\n", " and so on\r\n"},      {HEAD "X: ", "and so on "},
      {CHUNKED "2\r\n{}\r\n0\r\n", "X: 1\r\n"}, {"HTTP/1.1 200 ", "O"},
  };
  static char bytes[4 * 1024 * 1024 + 64];
  for (size_t i = 0; i < COUNT(endless); i++) {
    size_t length = strlen(endless[i].first);
    memcpy(bytes, endless[i].first, length);
    while (length < sizeof(bytes) - 64) {
      memcpy(bytes + length, endless[i].again, strlen(endless[i].again));
      length += strlen(endless[i].again);
    }
    const raw_response_t response = {.bytes = bytes, .length = length, .closes = true};
    received_t received = ask_between(&response);
    if (received.response.result != HTTP_TOO_LARGE && received.response.result != HTTP_BROKEN)
      fail_msg("number %zu: end %d, %s", i, (int)received.response.result, received.response.detail);
  }
}

static void http_bounds_the_size_of_all_heads_together(void **state) {
  (void)state;
  static char bytes[128 * 1024];
  size_t length = 0;
  while (length < 100000) {
    static const char early[] = "HTTP/1.1 103 Early\r\nDate: Mon, 23 Nov 2026 20:00:00 GMT\r\n\r\n";
    memcpy(bytes + length, early, sizeof(early) - 1);
    length += sizeof(early) - 1;
  }
  memcpy(bytes + length, HTTP_OK, sizeof(HTTP_OK));
  const raw_response_t response = {.bytes = bytes, .length = length + sizeof(HTTP_OK) - 1};
  received_t received = ask_between(&response);
  assert_int_equal(received.response.result, HTTP_TOO_LARGE);
}

static void http_forgets_the_headers_of_interim_responses(void **state) {
  (void)state;
  static const raw_response_t responses[] = {
      {.bytes = "HTTP/1.1 103 Early\r\nDate: x\r\nRetry-After: 9\r\nx-amzn-ErrorType: E\r\n\r\n" HEAD
                "Content-Length: 2\r\n\r\n{}"},
  };
  received_t received;
  raw_server_start(responses, COUNT(responses));
  http_ask_and_wait(&received);
  assert_string_equal(received.body, "{}");
  assert_string_equal(received.response.date, "");
  assert_string_equal(received.response.retry_after, "");
  assert_string_equal(received.response.error_type, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(http_survives_a_head_that_begins_with_a_blank, http_fixture_begin,
                                      http_fixture_end),
      cmocka_unit_test_setup_teardown(http_survives_headers_that_go_on_in_the_next_line, http_fixture_begin,
                                      http_fixture_end),
      cmocka_unit_test_setup_teardown(http_reads_heads_as_everybody_does, http_fixture_begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_gives_odd_heads_one_end, http_fixture_begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_ends_heads_without_end, http_fixture_begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_bounds_the_size_of_all_heads_together, http_fixture_begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_forgets_the_headers_of_interim_responses, http_fixture_begin,
                                      http_fixture_end),
  };
  return !http_init() || cmocka_run_group_tests_name("http_heads", tests, NULL, NULL) != 0;
}
