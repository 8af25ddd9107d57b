/* A scripted transcript in place of util/http.c, and a clock that only waiting moves.
 *
 * A test says which requests it expects, in order, and what each is answered; a request that is not the next one, and
 * one that is left over, fail the test. Waiting takes no time: fake_clock jumps to what happens next; only for
 * descriptors it waits in earnest, for as long as it takes, while fake_clock stands still. */
#ifndef UNIT_FAKE_HTTP_H
#define UNIT_FAKE_HTTP_H

#include "util/http.h"
#include "util/loop.h"

#define FAKE_HEADERS_MAX 8

/* A request and its answer. NULL and 0 stand for "any" in a request, for "none" in an answer; so a plain
 * {.request = "...", .body = "{}"} is answered by 200 and "{}". */
typedef struct {
  const char *request;                   /* "GET http://host/path" */
  const char *headers[FAKE_HEADERS_MAX]; /* lines; "name: " alone: with any value; "!name": not there */
  const char *sent, *contains;           /* the request's body; a part of it */
  int64_t timeout_ms;
  int times; /* how often in a row; 0: once */
  http_result_t result;
  int status; /* 0: 200 */
  const char *body;
  size_t body_length;                          /* 0: up to its NUL */
  const char *error_type, *date, *retry_after; /* headers of the answer */
  int64_t takes_ms;
  bool hangs; /* until it is cancelled or its timeout ends it */
} fake_exchange_t;

/* Exchanges in short: an answer to a request with this header and this part of a body, or the transport's end. */
#define ANSWERS(REQUEST, HEADER, PART, STATUS, ANSWER)                                                                 \
  ((fake_exchange_t){                                                                                                  \
      .request = (REQUEST), .headers = {(HEADER)}, .contains = (PART), .status = (STATUS), .body = (ANSWER)})
#define FAILS(REQUEST, END) ((fake_exchange_t){.request = (REQUEST), .result = (END)})

/* fake_http_expect adds to the transcript, fake_http_expect_all several; strings must outlive it. */
void fake_http_expect(const fake_exchange_t *exchange);
void fake_http_expect_all(const fake_exchange_t *exchanges, size_t count);

/* A whole server in place of a transcript: it answers what the transcript has no exchange for. */
typedef fake_exchange_t fake_server_t(const http_request_t *request);
void fake_http_serve(fake_server_t *server);

/* fake_http_begin, for a test's setup, empties the transcript and sets the clock; fake_http_end, for its teardown,
 * fails if anything of the transcript was left over or is still in flight. */
int fake_http_begin(void **state);
int fake_http_end(void **state);

/* fake_http_assert_spent fails if anything is left of the transcript. */
void fake_http_assert_spent(void);

/* How many requests there were, and when (by the monotonic clock) and how the given one was sent. */
size_t fake_http_sent(void);
int64_t fake_http_sent_ms(size_t index);
size_t fake_http_cancelled(void);

/* The most requests that were in flight at a time. */
size_t fake_http_peak(void);

/* The value of a header of the request that was sent last; NULL: it had none of that name. */
const char *fake_http_header(const char *name);

/* The body of that request, and whether it was to go past any proxy. */
const char *fake_http_body(void);
bool fake_http_went_past_proxy(void);

/* fake_http_refuse makes that many http_send fail as without memory. */
void fake_http_refuse(int count);

#define FAKE_NOW_MS INT64_C(1795464000000)
#define FAKE_NOW_DATE "Mon, 23 Nov 2026 20:00:00 GMT"

/* monotonic_ms starts at 1000, wall_ms at FAKE_NOW_MS. */
extern const loop_clock_t fake_clock;
void fake_clock_advance(int64_t ms);

/* fake_clock_run_when: once the condition is true fake_clock runs while descriptors are waited for, fifty times as fast
 * as the machine's. Until fake_http_begin; a program that hangs is to have come to that before. */
void fake_clock_run_when(bool (*condition)(void));

/* What fake_clock.fraction returns from now on; 0.5 at first. */
void fake_clock_set_fraction(double fraction);

#endif
