#include "fake_servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TRANSFERS_MAX 8
#define BODY_MAX 16384

/* Time runs faster while a program is waited for: a minute's limit is over in a second or two. */
#define WAIT_MS 10
#define FASTER INT64_C(50)

struct http_transfer {
  const fake_exchange_t *exchange;
  http_done_t *done;
  void *owner;
};

static struct {
  const fake_exchange_t *exchanges;
  size_t count, next;
  struct http_transfer *transfers[TRANSFERS_MAX];
  size_t in_flight;
  char body[BODY_MAX];
  bool past_proxy;
  int64_t elapsed_ms;
} fake;

static int64_t monotonic_ms(void) { return 1000000 + fake.elapsed_ms; }
static int64_t wall_ms(void) { return FAKE_NOW_MS + fake.elapsed_ms; }
static double fraction(void) { return 0.5; }
const loop_clock_t fake_clock = {monotonic_ms, wall_ms, fraction};

void fake_clock_reset(void) { fake.elapsed_ms = 0; }
void fake_clock_advance(int64_t milliseconds) { fake.elapsed_ms += milliseconds; }

void fake_http_expect(const fake_exchange_t *exchanges, size_t count) {
  fake.exchanges = exchanges;
  fake.count = count;
  fake.next = 0;
}

void fake_http_finish(void) {
  if (fake.next < fake.count)
    fail_msg("never asked for: %s (line %zu of %zu)", fake.exchanges[fake.next].request, fake.next + 1, fake.count);
  assert_int_equal(fake.in_flight, 0);
}

const char *fake_http_body(void) { return fake.body; }
bool fake_http_went_past_proxy(void) { return fake.past_proxy; }

static bool has_header(const http_request_t *request, const char *line, bool by_name) {
  for (size_t i = 0; i < request->headers_count; i++) {
    size_t length = strlen(line);
    bool is_name = strncmp(request->headers[i], line, length) == 0 && request->headers[i][length] == ':';
    if (by_name ? is_name : strcmp(request->headers[i], line) == 0)
      return true;
  }
  return false;
}

static void check(const http_request_t *request, const fake_exchange_t *exchange) {
  char asked[4096];
  snprintf(asked, sizeof(asked), "%s %s", request->method, request->url);
  if (exchange == NULL) {
    fail_msg("unexpected: %s %s", asked, fake.body);
    return;
  }
  if (exchange->request != NULL)
    assert_string_equal(asked, exchange->request);
  if (exchange->header != NULL && exchange->header[0] == '!')
    assert_false(has_header(request, exchange->header + 1, true));
  else if (exchange->header != NULL && !has_header(request, exchange->header, false))
    fail_msg("%s: no header \"%s\"", asked, exchange->header);
  if (exchange->body != NULL && strstr(fake.body, exchange->body) == NULL)
    fail_msg("%s: \"%s\" is not in the body: %s", asked, exchange->body, fake.body);
  if (exchange->timeout_ms != 0)
    assert_int_equal(request->timeout_ms, exchange->timeout_ms);
}

http_transfer_t *http_send(http_t *http, const http_request_t *request, http_done_t *done, void *owner) {
  (void)http;
  snprintf(fake.body, sizeof(fake.body), "%s", request->body != NULL ? (const char *)request->body : "");
  fake.past_proxy = request->without_proxy;
  const fake_exchange_t *exchange = fake.next < fake.count ? &fake.exchanges[fake.next++] : NULL;
  check(request, exchange);
  assert_true(fake.in_flight < TRANSFERS_MAX);
  struct http_transfer *transfer = calloc(1, sizeof(*transfer));
  assert_non_null(transfer);
  *transfer = (struct http_transfer){exchange, done, owner};
  fake.transfers[fake.in_flight++] = transfer;
  return transfer;
}

static void forget(size_t index) {
  free(fake.transfers[index]);
  fake.in_flight--;
  memmove(&fake.transfers[index], &fake.transfers[index + 1], (fake.in_flight - index) * sizeof(fake.transfers[0]));
}

void http_cancel(http_t *http, http_transfer_t *transfer) {
  (void)http;
  for (size_t i = 0; i < fake.in_flight; i++) {
    if (fake.transfers[i] == transfer) {
      forget(i);
      return;
    }
  }
  fail_msg("cancelled what is not in flight");
}

size_t http_in_flight(const http_t *http) {
  (void)http;
  return fake.in_flight;
}

static void answer_first(void) {
  struct http_transfer first = *fake.transfers[0];
  const fake_exchange_t *exchange = first.exchange;
  char *body = strdup(exchange->answer != NULL ? exchange->answer : "");
  assert_non_null(body);
  http_answer_t answer = {
      .end = exchange->status != 0 ? HTTP_ANSWERED : exchange->end,
      .status = exchange->status,
      .body = body,
      .body_length = strlen(body),
      .detail = "the transport's words",
  };
  snprintf(answer.date, sizeof(answer.date), "%s", exchange->date != NULL ? exchange->date : "");
  snprintf(answer.error_type, sizeof(answer.error_type), "%s",
           exchange->error_type != NULL ? exchange->error_type : "");
  forget(0);
  first.done(first.owner, &answer);
  free(body);
}

/* With descriptors it waits in earnest; without, waiting is how time passes. */
bool http_poll(http_t *http, struct pollfd *extra, size_t extra_count, int64_t timeout_ms) {
  (void)http;
  if (fake.in_flight > 0) {
    answer_first();
  } else if (extra_count > 0) {
    if (poll(extra, extra_count, WAIT_MS) == 0)
      fake.elapsed_ms += timeout_ms < FASTER * WAIT_MS ? timeout_ms : FASTER * WAIT_MS;
  } else {
    fake.elapsed_ms += timeout_ms;
  }
  return false;
}

http_t *http_new(void) {
  static char nothing;
  return (http_t *)&nothing;
}
void http_free(http_t *http) {
  (void)http;
  while (fake.in_flight > 0)
    forget(0);
}
bool http_init(void) { return true; }
void http_wake(http_t *http) { (void)http; }
