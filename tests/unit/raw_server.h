/* A server on a real socket of 127.0.0.1 that answers with the bytes it is given, whether they are HTTP or not. It runs
 * in the thread that also polls the http_t under test, so that nothing depends on timing. */
#ifndef UNIT_RAW_SERVER_H
#define UNIT_RAW_SERVER_H

#include "util/http.h"

/* What one request is answered with. */
typedef struct {
  const char *bytes;
  size_t length; /* 0: up to the NUL */
  bool closes;   /* the connection ends behind the bytes */
} raw_response_t;

/* raw_server_start: the first request is answered with the first response and so on; requests beyond the last
 * response get that one again. responses must outlive the server. */
void raw_server_start(const raw_response_t *responses, size_t count);

/* raw_server_stop does as raw_server_reset, and ends. */
void raw_server_stop(void);

/* raw_server_reset resets every connection that is open, and goes on listening. */
void raw_server_reset(void);

/* raw_server_is_sending: a response has not left the server as a whole. */
bool raw_server_is_sending(void);

/* raw_server_url is "http://127.0.0.1:PORT" until the stop, with another port for each host. */
#define RAW_SERVER_HOSTS 256
const char *raw_server_url(size_t host);

/* raw_server_hold(true): requests are read, but answered only after raw_server_hold(false). */
void raw_server_hold(bool held);

/* How many requests have arrived since the start; how many connections were made, and are open. */
size_t raw_server_requests(void);
size_t raw_server_accepted(void);
size_t raw_server_open(void);

/* raw_server_turn polls http and the server once, for at most wait_ms. */
void raw_server_turn(http_t *http, int64_t wait_ms);

/* raw_server_run does so until no request is in flight. */
void raw_server_run(http_t *http);

#endif
