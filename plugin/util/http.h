/* HTTP requests, many at a time, on one curl multi handle. What was sent and received is wiped when it is over. http.c
 * is the only file that knows curl; a test of what stands above links a scripted transcript of these functions instead.
 * Redirects are never followed, certificates are always verified, TLS is 1.2 or newer.
 *
 * One thread calls all functions of an http_t, and its callbacks come from http_poll in that thread; http_wake alone is
 * for any thread. */
#ifndef UTIL_HTTP_H
#define UTIL_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct http http_t;

/* Everything is copied. headers are "Name: value" lines, checked by who builds them to have no CR or LF. */
typedef struct {
  const char *method;
  const char *url;
  const char *const *headers;
  size_t headers_count;
  const void *body; /* NULL: none */
  size_t body_length;
  int64_t timeout_ms;  /* of the whole request, name resolution included */
  size_t limit_bytes;  /* a response's body that grows beyond this is broken off */
  const char *ca_file; /* NULL: libcurl's own */
  bool without_proxy;  /* metadata services are never asked through a proxy */
} http_request_t;

typedef enum {
  HTTP_RESPONDED, /* there is a status and a whole body */
  HTTP_TIMEOUT,
  HTTP_CONNECT,   /* refused, unreachable */
  HTTP_RESOLVE,   /* the name does not resolve */
  HTTP_TLS,       /* no common version, wrong certificate, unusable CA file */
  HTTP_BROKEN,    /* reset or closed before the whole response was there, or no HTTP at all */
  HTTP_TOO_LARGE, /* limit_bytes */
  HTTP_UNUSABLE,  /* the request could not be sent: no memory, a URL that curl refuses */
} http_result_t;

/* http_response_t belongs to the http_t, which wipes and frees it, body and all, when the callback returns: the callee
 * copies what it keeps. Header values are "" where the response had no such header. body is NUL-terminated and never
 * NULL. */
typedef struct {
  http_result_t result;
  int status;
  char *body;
  size_t body_length;
  char error_type[128]; /* x-amzn-ErrorType */
  char date[64];        /* Date */
  int64_t age_ms;       /* how long ago Date came: the body may be slow */
  char retry_after[32]; /* Retry-After */
  char detail[256];     /* curl's own words where result is not HTTP_RESPONDED; one line */
} http_response_t;

/* http_done_t is told of each request once; response lives during the call. */
typedef void http_done_t(void *user_data, const http_response_t *response);

/* http_init must have been called once, while the process has one thread, before the first http_new. false: libcurl
 * cannot be used. */
bool http_init(void);

/* http_new makes an engine whose every request has that User-Agent, which must outlive it. NULL: no memory. */
http_t *http_new(const char *user_agent);

/* http_free breaks off what is in flight, and frees it; no done is called. http may be NULL. */
void http_free(http_t *http);

/* http_send puts a request in line: it is started by http_poll, and its time begins, when fewer than a hundred requests
 * are under way, of which one host has at most half. So connections are bounded however many accounts there are. done
 * is called exactly once, from http_poll and never from within http_send, unless http_cancel or http_free come first.
 * What is returned belongs to the http_t, and is gone once done has been called. NULL: no memory; done will not be
 * called. */
typedef struct http_transfer http_transfer_t;
http_transfer_t *http_send(http_t *http, const http_request_t *request, http_done_t *done, void *user_data)
    __attribute__((warn_unused_result));

/* http_cancel breaks a request off and frees it; done is not called. */
void http_cancel(http_t *http, http_transfer_t *transfer);

/* http_in_flight is the number of requests that have not been called back, those that wait their turn included. */
size_t http_in_flight(const http_t *http);

/* http_poll waits at most timeout_ms for anything to happen to the requests or to the extra descriptors, whose revents
 * it sets, and calls back those that are done. true: http_wake was called. */
bool http_poll(http_t *http, struct pollfd *extra, size_t extra_count, int64_t timeout_ms);

/* http_wake ends the current or the next http_poll; for any thread. */
void http_wake(http_t *http);

#endif
