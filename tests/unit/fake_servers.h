/* http.h's functions without a network: a transcript of what is asked and what is answered. A request that is not the
 * next of the transcript fails the test at once, and so does one that is never made. Time stands still but for waiting.
 */
#ifndef FAKE_SERVERS_H
#define FAKE_SERVERS_H

#include <stddef.h>

#include "aws/http.h"
#include "aws/loop.h"

/* One line of the transcript. NULL: whatever there is. */
typedef struct {
  const char *request; /* "GET http://host/path" */
  const char *header;  /* a line that must be among the headers; with '!' ahead of it a name that must not */
  const char *body;    /* a part of the body */
  int status;          /* what is answered: 0 stands for end alone */
  const char *answer;
  http_end_t end;
  const char *date, *error_type;
  int64_t timeout_ms; /* that the request must have; 0: any */
} fake_exchange_t;

/* Lines of a transcript: a whole answer, or the transport's end. */
#define ANSWERS(REQUEST, HEADER, BODY, STATUS, ANSWER)                                                                 \
  { .request = (REQUEST), .header = (HEADER), .body = (BODY), .status = (STATUS), .answer = (ANSWER) }
#define FAILS(REQUEST, END)                                                                                            \
  { .request = (REQUEST), .end = (END) }

/* fake_http_expect sets the transcript; it must live until fake_http_finish. */
void fake_http_expect(const fake_exchange_t *exchanges, size_t count);

/* fake_http_finish fails if something of the transcript was not asked for. */
void fake_http_finish(void);

/* The last request's body, and whether it was to go past any proxy. */
const char *fake_http_body(void);
bool fake_http_went_past_proxy(void);

/* The virtual clock: wall is 2026-11-23T20:00:00Z to begin with, fraction 0.5. */
extern const loop_clock_t fake_clock;
#define FAKE_NOW_MS INT64_C(1795464000000)
void fake_clock_reset(void);
void fake_clock_advance(int64_t milliseconds);

#endif
