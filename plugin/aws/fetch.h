/* One request to a service that credentials come from, sent again as long as another attempt is worth it: STS, SSO and
 * OIDC as retry.h says, the metadata services as
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html and
 * .../feature-imds-credentials.html say. */
#ifndef AWS_FETCH_H
#define AWS_FETCH_H

#include "aws/credentials.h"
#include "aws/http.h"
#include "aws/loop.h"
#include "aws/retry.h"
#include "aws/sigv4.h"

#define FETCH_HEADERS_MAX 4

/* An answer with keys has a few kilobytes; one that is larger is none. */
#define FETCH_LIMIT_BYTES ((size_t)256 * 1024)

typedef enum {
  FETCH_SERVICE,   /* an AWS service: retry.h's classes and delays, and its correction of the clock */
  FETCH_CONTAINER, /* an agent that may be starting: whatever the transport, a 429 or a 5xx says, again after a second
                    */
  FETCH_INSTANCE,  /* IMDS: closed connections, 429 and 5xx at once; no answer at all means that there is no IMDS */
} fetch_manners_t;

/* Everything is copied but quota, which must outlive the fetch (NULL: none). describe makes an error of an answer that
 * is not the wanted one; call_error does where a service has no manner of its own. */
typedef struct {
  const char *operation;
  const char *method;
  const char *url; /* checked, as signed_request.h says */
  sigv4_header_t headers[FETCH_HEADERS_MAX];
  size_t headers_count;
  const char *body;                 /* NULL: none */
  const credentials_t *credentials; /* NULL: not signed */
  const char *region, *signing_name;
  fetch_manners_t manners;
  int attempts;
  bool insists;       /* FETCH_INSTANCE: there is an IMDS, so no answer is worth another attempt, too */
  int64_t timeout_ms; /* of each attempt */
  const char *ca_file;
  retry_quota_t *quota;
  void (*describe)(const http_answer_t *answer, const char *operation, aws_error_t *error);
  bool (*is_usable)(const http_answer_t *answer); /* NULL, or what else than status 200 an answer of a metadata service
                                                   * must have; the last attempt's is handed out without */
} fetch_request_t;

typedef struct fetch fetch_t;

/* Called exactly once, never from within fetch_start; the fetch is gone by then. error is NULL when answer has status
 * 200; else answer is what came last, or NULL when nothing could be sent. Both live during the call. */
typedef void fetch_done_t(void *owner, const http_answer_t *answer, const aws_error_t *error);

/* fetch_start sends the request. NULL: no memory, or a header with a character that none may have. */
fetch_t *fetch_start(loop_t *loop, const fetch_request_t *request, fetch_done_t *done, void *owner)
    __attribute__((warn_unused_result));

/* fetch_cancel breaks it off without calling anybody; fetch may be NULL. */
void fetch_cancel(fetch_t *fetch);

/* fetch_skew_ms is how far the clock of who answered is ahead of this machine's; 0 below RETRY_SKEW_MS. */
int64_t fetch_skew_ms(const loop_t *loop, const http_answer_t *answer);

#endif
