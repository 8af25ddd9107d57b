/* links: aws/http aws/http_message aws/turns aws/buffer aws/wiped_memory unit/raw_server -lcurl */
/* http.c and libcurl itself on a real socket. Whatever a server sends, a request ends once, with an answer or an error,
 * and the next one is served: a response head is what a server of somebody else, or a proxy, may send in clear. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

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

/* Above what libcurl and http.c let through at a time. */
#define MANY 400

static http_t *http;
static int64_t clock_ahead_ms;

/* In place of the C library's, also for libcurl: time passes when a test says so. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's names are reserved ones */
__attribute__((visibility("default"))) int clock_gettime(clockid_t id, struct timespec *now) {
  if (syscall(SYS_clock_gettime, id, now) != 0)
    return -1;
  now->tv_sec += clock_ahead_ms / 1000;
  return 0;
}

static int begin(void **state) {
  (void)state;
  clock_ahead_ms = 0;
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

static http_transfer_t *ask_host(size_t host, received_t *received, const char *body) {
  static const char *const headers[] = {"X-One: 1"};
  const http_request_t request = {.method = body != NULL ? "POST" : "GET",
                                  .url = raw_server_url(host),
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

static http_transfer_t *ask(received_t *received) { return ask_host(0, received, "{\"a\":1}"); }

static void ask_and_wait(received_t *received) {
  (void)ask(received);
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

static const raw_response_t ok[] = {{.bytes = OK}};

static size_t count_calls(const received_t *received, size_t count) {
  size_t calls = 0;
  for (size_t i = 0; i < count; i++) {
    assert_in_range(received[i].calls, 0, 1);
    calls += (size_t)received[i].calls;
  }
  return calls;
}

/* Half of what may be under way in all. */
#define OF_ONE_HOST 48

static void ask_many(received_t *received, http_transfer_t **transfers) {
  raw_server_start(ok, COUNT(ok));
  raw_server_hold(true);
  for (size_t i = 0; i < MANY; i++)
    transfers[i] = ask(&received[i]);
  assert_int_equal(http_in_flight(http), MANY);
  while (raw_server_requests() < OF_ONE_HOST)
    raw_server_turn(http, 1000);
}

static void http_has_a_bounded_number_of_requests_under_way(void **state) {
  (void)state;
  static received_t received[MANY];
  static http_transfer_t *transfers[MANY];
  ask_many(received, transfers);
  assert_int_equal(count_calls(received, MANY), 0);
  raw_server_hold(false);
  raw_server_run(http);
  assert_int_equal(count_calls(received, MANY), MANY);
  assert_int_equal(raw_server_requests(), MANY);
  assert_int_equal(raw_server_peak(), OF_ONE_HOST);
  for (size_t i = 0; i < MANY; i++)
    assert_is_ok(&received[i]);
}

static void http_asks_other_hosts_while_one_hangs(void **state) {
  (void)state;
  static received_t received[MANY];
  static http_transfer_t *transfers[MANY];
  received_t of_another;
  ask_many(received, transfers);
  (void)ask_host(1, &of_another, NULL);
  while (raw_server_requests() < OF_ONE_HOST + 1)
    raw_server_turn(http, 1000);
  assert_int_equal(count_calls(received, MANY), 0);
}

static void http_bounds_connections_to_all_hosts_together(void **state) {
  (void)state;
  static received_t received[RAW_SERVER_HOSTS];
  raw_server_start(ok, COUNT(ok));
  for (size_t round = 1; round <= 2; round++) {
    for (size_t i = 0; i < RAW_SERVER_HOSTS; i++)
      (void)ask_host(i, &received[i], NULL);
    raw_server_run(http);
    assert_int_equal(count_calls(received, RAW_SERVER_HOSTS), RAW_SERVER_HOSTS);
  }
  assert_in_range(raw_server_peak(), 1, 128);
}

static void http_keeps_the_connections_of_sixty_hosts(void **state) {
  (void)state;
  static received_t received[60];
  raw_server_start(ok, COUNT(ok));
  for (size_t round = 1; round <= 3; round++) {
    for (size_t i = 0; i < COUNT(received); i++)
      (void)ask_host(i, &received[i], NULL);
    raw_server_run(http);
  }
  assert_int_equal(raw_server_accepted(), COUNT(received));
}

static void http_times_a_request_from_its_start(void **state) {
  (void)state;
  static received_t received[MANY];
  static http_transfer_t *transfers[MANY];
  ask_many(received, transfers);
  for (size_t begun = OF_ONE_HOST; begun < MANY; begun += OF_ONE_HOST) {
    clock_ahead_ms += 4000;
    raw_server_hold(false);
    while (count_calls(received, MANY) < begun)
      raw_server_turn(http, 1000);
    raw_server_hold(true);
  }
  raw_server_hold(false);
  raw_server_run(http);
  for (size_t i = 0; i < MANY; i++)
    assert_is_ok(&received[i]);
}

static void http_ends_what_hangs_and_what_waited_too_long(void **state) {
  (void)state;
  static received_t received[MANY];
  static http_transfer_t *transfers[MANY];
  ask_many(received, transfers);
  clock_ahead_ms += 241000;
  raw_server_run(http);
  assert_int_equal(count_calls(received, MANY), MANY);
  for (size_t i = 0; i < MANY; i++)
    assert_int_equal(received[i].answer.end, HTTP_TIMEOUT);
  assert_string_equal(received[MANY - 1].answer.detail, "too many requests hang: no connection was free for 240 s");
}

static void http_cancels_what_waits_and_what_is_under_way(void **state) {
  (void)state;
  static received_t received[MANY];
  static http_transfer_t *transfers[MANY];
  ask_many(received, transfers);
  for (size_t i = 0; i < MANY; i += 2)
    http_cancel(http, transfers[i]);
  http_cancel(http, transfers[MANY - 1]);
  assert_int_equal(http_in_flight(http), MANY / 2 - 1);
  raw_server_hold(false);
  raw_server_run(http);
  assert_int_equal(count_calls(received, MANY), MANY / 2 - 1);
}

static void http_frees_what_waits_and_what_is_under_way(void **state) {
  (void)state;
  static received_t received[MANY];
  static http_transfer_t *transfers[MANY];
  ask_many(received, transfers);
  http_free(http);
  http = NULL;
  assert_int_equal(count_calls(received, MANY), 0);
}

static void http_watches_every_other_descriptor(void **state) {
  (void)state;
  struct pollfd watched[200];
  int ends[200][2];
  raw_server_start(ok, COUNT(ok));
  for (size_t i = 0; i < COUNT(watched); i++) {
    assert_int_equal(pipe2(ends[i], O_CLOEXEC), 0);
    watched[i] = (struct pollfd){.fd = ends[i][0], .events = POLLIN};
  }
  for (size_t i = 0; i < COUNT(watched); i += 199)
    assert_int_equal(write(ends[i][1], "1", 1), 1);
  assert_false(http_poll(http, watched, COUNT(watched), TIMEOUT_MS));
  for (size_t i = 0; i < COUNT(watched); i++) {
    assert_int_equal(watched[i].revents != 0, i % 199 == 0);
    (void)close(ends[i][0]);
    (void)close(ends[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(http_answers_with_status_body_and_headers, begin, end),
      cmocka_unit_test_setup_teardown(http_survives_a_head_that_begins_with_a_blank, begin, end),
      cmocka_unit_test_setup_teardown(http_survives_headers_that_go_on_in_the_next_line, begin, end),
      cmocka_unit_test_setup_teardown(http_has_a_bounded_number_of_requests_under_way, begin, end),
      cmocka_unit_test_setup_teardown(http_asks_other_hosts_while_one_hangs, begin, end),
      cmocka_unit_test_setup_teardown(http_bounds_connections_to_all_hosts_together, begin, end),
      cmocka_unit_test_setup_teardown(http_keeps_the_connections_of_sixty_hosts, begin, end),
      cmocka_unit_test_setup_teardown(http_times_a_request_from_its_start, begin, end),
      cmocka_unit_test_setup_teardown(http_ends_what_hangs_and_what_waited_too_long, begin, end),
      cmocka_unit_test_setup_teardown(http_cancels_what_waits_and_what_is_under_way, begin, end),
      cmocka_unit_test_setup_teardown(http_frees_what_waits_and_what_is_under_way, begin, end),
      cmocka_unit_test_setup_teardown(http_watches_every_other_descriptor, begin, end),
  };
  return !http_init() || cmocka_run_group_tests_name("http", tests, NULL, NULL) != 0;
}
