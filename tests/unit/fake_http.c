#include "fake_http.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>

#include "test.h"

#define EXPECTED_MAX 256
#define SENT_MAX 1024
#define CLOCK_START_MS 1000
#define BODY_SIZE 65536

/* A minute's limit of a program that is waited for is over in a second or two. */
#define WAIT_MS 10
#define FASTER INT64_C(50)

struct http_transfer {
  http_transfer_t *next;
  fake_exchange_t response;
  int64_t at_ms;
  http_done_t *done;
  void *user_data;
};

/* The transfers, by the time of their answer. */
struct http {
  http_transfer_t *transfers;
  size_t in_flight;
  atomic_bool woken;
};

static struct {
  fake_exchange_t expected[EXPECTED_MAX];
  size_t count, next;
  fake_server_t *server;
  int64_t sent_ms[SENT_MAX];
  size_t sent, cancelled, peak, in_flight;
  int refused;
  char *headers[FAKE_HEADERS_MAX * 2];
  size_t headers_count;
  char body[BODY_SIZE];
  bool past_proxy;
  int64_t now_ms;
  double fraction;
  bool (*runs_when)(void);
} fake;

static int64_t fake_monotonic_ms(void) { return fake.now_ms; }

static int64_t fake_wall_ms(void) { return FAKE_NOW_MS + fake.now_ms - CLOCK_START_MS; }

static double fake_fraction(void) { return fake.fraction; }

const loop_clock_t fake_clock = {fake_monotonic_ms, fake_wall_ms, fake_fraction};

void fake_clock_advance(int64_t ms) { fake.now_ms += ms; }

void fake_clock_run_when(bool (*condition)(void)) { fake.runs_when = condition; }

void fake_clock_set_fraction(double fraction) { fake.fraction = fraction; }

static void forget_headers(void) {
  while (fake.headers_count > 0)
    free(fake.headers[--fake.headers_count]);
}

int fake_http_begin(void **state) {
  (void)state;
  forget_headers();
  memset(&fake, 0, sizeof(fake));
  fake.now_ms = CLOCK_START_MS;
  fake.fraction = 0.5;
  return 0;
}

void fake_http_expect(const fake_exchange_t *exchange) {
  assert_in_range(fake.count, 0, EXPECTED_MAX - 1);
  fake_exchange_t *added = &fake.expected[fake.count++];
  *added = *exchange;
  if (added->times == 0)
    added->times = 1;
}

void fake_http_expect_all(const fake_exchange_t *exchanges, size_t count) {
  for (size_t i = 0; i < count; i++)
    fake_http_expect(&exchanges[i]);
}

void fake_http_serve(fake_server_t *server) { fake.server = server; }

void fake_http_assert_spent(void) {
  if (fake.next < fake.count)
    fail_msg("%zu of %zu exchanges are left over, the first of them %s", fake.count - fake.next, fake.count,
             fake.expected[fake.next].request != NULL ? fake.expected[fake.next].request : "to any URL");
}

int fake_http_end(void **state) {
  (void)state;
  forget_headers();
  fake_http_assert_spent();
  assert_int_equal(fake.in_flight, 0);
  return 0;
}

size_t fake_http_sent(void) { return fake.sent; }

int64_t fake_http_sent_ms(size_t index) {
  assert_in_range(index, 0, fake.sent - 1);
  return fake.sent_ms[index];
}

size_t fake_http_cancelled(void) { return fake.cancelled; }

size_t fake_http_peak(void) { return fake.peak; }

void fake_http_refuse(int count) { fake.refused = count; }

static const char *value_of(const char *line, const char *name, size_t length) {
  if (strncasecmp(line, name, length) != 0 || line[length] != ':')
    return NULL;
  return line + length + 1 + strspn(line + length + 1, " ");
}

static const char *find_header(const char *name, size_t length) {
  for (size_t i = 0; i < fake.headers_count; i++) {
    const char *value = value_of(fake.headers[i], name, length);
    if (value != NULL)
      return value;
  }
  return NULL;
}

const char *fake_http_header(const char *name) { return find_header(name, strlen(name)); }

const char *fake_http_body(void) { return fake.body; }

bool fake_http_went_past_proxy(void) { return fake.past_proxy; }

static void keep_headers(const http_request_t *request) {
  forget_headers();
  for (size_t i = 0; i < request->headers_count; i++) {
    assert_in_range(fake.headers_count, 0, FAKE_HEADERS_MAX * 2 - 1);
    fake.headers[fake.headers_count++] = strdup(request->headers[i]);
  }
}

static void check_header(const char *expected) {
  if (expected[0] == '!') {
    if (fake_http_header(expected + 1) != NULL)
      fail_msg("there is a header %s", expected + 1);
    return;
  }
  size_t length = strcspn(expected, ":");
  const char *value = find_header(expected, length);
  const char *wanted = value_of(expected, expected, length);
  if (value == NULL || (wanted[0] != '\0' && strcmp(value, wanted) != 0))
    fail_msg("header \"%s\" was expected, not \"%s\"", expected, value != NULL ? value : "none");
}

static void keep_body(const http_request_t *request) {
  assert_in_range(request->body_length, 0, BODY_SIZE - 1);
  if (request->body_length > 0)
    memcpy(fake.body, request->body, request->body_length);
  fake.body[request->body_length] = '\0';
}

/* Takes the next exchange, which the request must be. */
static fake_exchange_t take_expected(const http_request_t *request) {
  if (fake.next == fake.count && fake.server != NULL)
    return fake.server(request);
  char asked[4096];
  snprintf(asked, sizeof(asked), "%s %s", request->method, request->url);
  if (fake.next == fake.count)
    fail_msg("%s was not expected: %s", asked, fake.body);
  fake_exchange_t *expected = &fake.expected[fake.next];
  if (expected->request != NULL)
    assert_string_equal(asked, expected->request);
  if (expected->sent != NULL)
    assert_string_equal(fake.body, expected->sent);
  if (expected->contains != NULL && strstr(fake.body, expected->contains) == NULL)
    fail_msg("\"%s\" is not in the body: %s", expected->contains, fake.body);
  if (expected->timeout_ms != 0)
    assert_int_equal(request->timeout_ms, expected->timeout_ms);
  for (size_t i = 0; i < FAKE_HEADERS_MAX && expected->headers[i] != NULL; i++)
    check_header(expected->headers[i]);
  if (--expected->times == 0)
    fake.next++;
  return *expected;
}

bool http_init(void) { return true; }

http_t *http_new(const char *user_agent) {
  assert_non_null(user_agent);
  return calloc(1, sizeof(http_t));
}

void http_free(http_t *http) {
  if (http == NULL)
    return;
  while (http->transfers != NULL)
    http_cancel(http, http->transfers);
  free(http);
}

http_transfer_t *http_send(http_t *http, const http_request_t *request, http_done_t *done, void *user_data) {
  if (fake.refused > 0) {
    fake.refused--;
    return NULL;
  }
  keep_headers(request);
  keep_body(request);
  fake.past_proxy = request->without_proxy;
  http_transfer_t *transfer = calloc(1, sizeof(*transfer));
  assert_non_null(transfer);
  *transfer = (http_transfer_t){.response = take_expected(request), .done = done, .user_data = user_data};
  transfer->at_ms = fake.now_ms + transfer->response.takes_ms;
  if (transfer->response.hangs) {
    transfer->at_ms = fake.now_ms + request->timeout_ms;
    transfer->response.result = HTTP_TIMEOUT;
  }
  http_transfer_t **link = &http->transfers;
  while (*link != NULL && (*link)->at_ms <= transfer->at_ms)
    link = &(*link)->next;
  transfer->next = *link;
  *link = transfer;
  assert_in_range(fake.sent, 0, SENT_MAX - 1);
  fake.sent_ms[fake.sent++] = fake.now_ms;
  http->in_flight++;
  fake.in_flight++;
  if (http->in_flight > fake.peak)
    fake.peak = http->in_flight;
  return transfer;
}

static void remove_transfer(http_t *http, http_transfer_t *transfer) {
  http_transfer_t **link = &http->transfers;
  while (*link != transfer)
    link = &(*link)->next;
  *link = transfer->next;
  http->in_flight--;
  fake.in_flight--;
}

void http_cancel(http_t *http, http_transfer_t *transfer) {
  fake.cancelled++;
  remove_transfer(http, transfer);
  free(transfer);
}

size_t http_in_flight(const http_t *http) { return http->in_flight; }

static void copy_text(char *target, size_t size, const char *text) {
  size_t length = text != NULL ? strlen(text) : 0;
  assert_in_range(length, 0, size - 1);
  memcpy(target, text != NULL ? text : "", length + 1);
}

static void response(http_t *http, http_transfer_t *transfer) {
  const fake_exchange_t *is = &transfer->response;
  http_response_t given = {.result = is->result, .status = is->status};
  const char *body = is->body != NULL ? is->body : "";
  given.body_length = is->body_length > 0 ? is->body_length : strlen(body);
  given.body = malloc(given.body_length + 1);
  assert_non_null(given.body);
  memcpy(given.body, body, given.body_length);
  given.body[given.body_length] = '\0';
  if (is->result == HTTP_RESPONDED && is->status == 0)
    given.status = 200;
  copy_text(given.error_type, sizeof(given.error_type), is->error_type);
  copy_text(given.date, sizeof(given.date), is->date);
  copy_text(given.retry_after, sizeof(given.retry_after), is->retry_after);
  copy_text(given.detail, sizeof(given.detail), is->result != HTTP_RESPONDED ? "the transport's words" : "");
  remove_transfer(http, transfer);
  transfer->done(transfer->user_data, &given);
  free(given.body);
  free(transfer);
}

static bool clock_runs(const http_t *http) {
  return http->transfers != NULL || (fake.runs_when != NULL && fake.runs_when());
}

/* In place of the C library's, for child.c, which makes pauses until a child that was killed has ended: in each of them
 * one does, however busy the machine is. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's names are reserved ones */
int nanosleep(const struct timespec *pause, struct timespec *rest) {
  siginfo_t ended;
  (void)pause;
  (void)rest;
  return waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT);
}

bool http_poll(http_t *http, struct pollfd *extra, size_t extra_count, int64_t timeout_ms) {
  int64_t until_ms = fake.now_ms + timeout_ms;
  if (http->transfers != NULL && http->transfers->at_ms < until_ms)
    until_ms = http->transfers->at_ms;
  bool waits = !atomic_load(&http->woken) && until_ms > fake.now_ms;
  if (extra_count > 0) {
    waits = poll(extra, (nfds_t)extra_count, waits ? WAIT_MS : 0) == 0 && waits && clock_runs(http);
    if (until_ms > fake.now_ms + FASTER * WAIT_MS)
      until_ms = fake.now_ms + FASTER * WAIT_MS;
  }
  if (waits)
    fake.now_ms = until_ms;
  while (http->transfers != NULL && http->transfers->at_ms <= fake.now_ms)
    response(http, http->transfers);
  return atomic_exchange(&http->woken, false);
}

void http_wake(http_t *http) { atomic_store(&http->woken, true); }
