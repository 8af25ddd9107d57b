/* links: util unit/http_fixture unit/raw_server -lcurl */
/* http.c and libcurl itself on a real socket: how many requests and connections there are, and how time is counted. */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

#include "http_fixture.h"

/* Above what libcurl and http.c let through at a time. */
#define MANY 400

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
  clock_ahead_ms = 0;
  return http_fixture_begin(state);
}

static void http_answers_with_status_body_and_headers(void **state) {
  (void)state;
  static const raw_response_t responses[] = {
      {.bytes =
           "HTTP/1.1 503 Slow\r\nx-amzn-errortype: Throttling\r\nRETRY-AFTER:\t 7 \r\nContent-Length: 4\r\n\r\nbusy"},
      {.bytes = HTTP_OK},
  };
  received_t received;
  raw_server_start(responses, COUNT(responses));
  http_ask_and_wait(&received);
  assert_int_equal(received.response.status, 503);
  assert_string_equal(received.response.error_type, "Throttling");
  assert_string_equal(received.response.retry_after, "7");
  assert_string_equal(received.response.date, "");
  assert_string_equal(received.body, "busy");
  http_ask_and_wait(&received);
  http_assert_is_ok(&received);
  assert_int_equal(raw_server_accepted(), 1);
}

static const raw_response_t ok[] = {{.bytes = HTTP_OK}};

static size_t count_calls(const received_t *received, size_t count) {
  size_t calls = 0;
  for (size_t i = 0; i < count; i++) {
    assert_in_range(received[i].calls, 0, 1);
    calls += (size_t)received[i].calls;
  }
  return calls;
}

static bool is_of_the_server(in_port_t port) {
  for (size_t i = 0; i < RAW_SERVER_HOSTS; i++) {
    if (strtoul(strrchr(raw_server_url(i), ':') + 1, NULL, 10) == ntohs(port))
      return true;
  }
  return false;
}

/* The connections that the client has: the server hears of what it closes some time later. */
static size_t connections(void) {
  size_t count = 0;
  for (int fd = 0; fd < FD_SETSIZE; fd++) {
    struct sockaddr_in peer = {0};
    socklen_t length = sizeof(peer);
    if (getpeername(fd, (struct sockaddr *)&peer, &length) == 0 && is_of_the_server(peer.sin_port))
      count++;
  }
  return count;
}

/* Until no request is in flight; the most connections that the client had. */
static size_t run_to_the_most_connections(void) {
  size_t most = 0;
  while (http_in_flight(http) > 0) {
    raw_server_turn(http, 1000);
    most = connections() > most ? connections() : most;
  }
  return most;
}

/* Half of what may be under way in all. */
#define OF_ONE_HOST 48

static void ask_many(received_t *received, http_transfer_t **transfers) {
  raw_server_start(ok, COUNT(ok));
  raw_server_hold(true);
  for (size_t i = 0; i < MANY; i++)
    transfers[i] = http_ask(0, &received[i], "{\"a\":1}");
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
  assert_int_equal(run_to_the_most_connections(), OF_ONE_HOST);
  assert_int_equal(count_calls(received, MANY), MANY);
  assert_int_equal(raw_server_requests(), MANY);
  for (size_t i = 0; i < MANY; i++)
    http_assert_is_ok(&received[i]);
}

static void http_asks_other_hosts_while_one_hangs(void **state) {
  (void)state;
  static received_t received[MANY];
  static http_transfer_t *transfers[MANY];
  received_t of_another;
  ask_many(received, transfers);
  (void)http_ask(1, &of_another, NULL);
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
      (void)http_ask(i, &received[i], NULL);
    assert_in_range(run_to_the_most_connections(), 1, 128);
    assert_int_equal(count_calls(received, RAW_SERVER_HOSTS), RAW_SERVER_HOSTS);
  }
}

static void http_keeps_the_connections_of_sixty_hosts(void **state) {
  (void)state;
  static received_t received[60];
  raw_server_start(ok, COUNT(ok));
  for (size_t round = 1; round <= 3; round++) {
    for (size_t i = 0; i < COUNT(received); i++)
      (void)http_ask(i, &received[i], NULL);
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
    http_assert_is_ok(&received[i]);
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
    assert_int_equal(received[i].response.result, HTTP_TIMEOUT);
  /* Who does not answer is named. */
  assert_memory_equal(received[0].response.detail, "http://127.0.0.1:", strlen("http://127.0.0.1:"));
  assert_non_null(
      strstr(received[MANY - 1].response.detail, ": too many requests hang: no connection was free for 240 s"));
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
  assert_false(http_poll(http, watched, COUNT(watched), HTTP_FIXTURE_TIMEOUT_MS));
  for (size_t i = 0; i < COUNT(watched); i++) {
    assert_int_equal(watched[i].revents != 0, i % 199 == 0);
    (void)close(ends[i][0]);
    (void)close(ends[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(http_answers_with_status_body_and_headers, begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_has_a_bounded_number_of_requests_under_way, begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_asks_other_hosts_while_one_hangs, begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_bounds_connections_to_all_hosts_together, begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_keeps_the_connections_of_sixty_hosts, begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_times_a_request_from_its_start, begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_ends_what_hangs_and_what_waited_too_long, begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_cancels_what_waits_and_what_is_under_way, begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_frees_what_waits_and_what_is_under_way, begin, http_fixture_end),
      cmocka_unit_test_setup_teardown(http_watches_every_other_descriptor, begin, http_fixture_end),
  };
  return !http_init() || cmocka_run_group_tests_name("http", tests, NULL, NULL) != 0;
}
