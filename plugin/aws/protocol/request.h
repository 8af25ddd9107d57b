/* One request to a service that credentials come from, sent again as long as another attempt is worth it: STS, SSO and
 * OIDC as retry.h says, the metadata services as
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html and
 * .../feature-imds-credentials.html say. All functions are for the loop's thread.
 *
 * A call of the client (client_private.h) is no such request: each of its attempts waits for its operation's turn and
 * for keys that may have been renewed. The two share retry.h, signed_request.h and response_error.h. */
#ifndef AWS_PROTOCOL_REQUEST_H
#define AWS_PROTOCOL_REQUEST_H

#include "aws/protocol/credentials.h"
#include "aws/protocol/error.h"
#include "aws/protocol/retry.h"
#include "aws/protocol/sigv4.h"
#include "util/http.h"
#include "util/loop.h"

#define AWS_REQUEST_HEADERS_MAX 4

/* A response with keys has a few kilobytes; a larger one is refused. */
#define AWS_REQUEST_LIMIT_BYTES ((size_t)256 * 1024)

typedef enum {
  AWS_REQUEST_SERVICE,   /* an AWS service: retry.h's classes and delays, and its correction of the clock */
  AWS_REQUEST_CONTAINER, /* an agent that may be starting: whatever the transport, a 429 or a 5xx says, again after a
                          * second
                          */
  AWS_REQUEST_INSTANCE, /* IMDS: closed connections, 429 and 5xx at once; no response at all means that there is no IMDS
                         */
} aws_request_policy_t;

/* aws_request_t is what is asked. Everything is copied but quota, which must outlive the request (NULL: unlimited).
 * describe makes an error of a response that is not the wanted one; response_error_set does for AWS's JSON services. */
typedef struct {
  const char *operation;
  const char *method;
  const char *url; /* checked, as signed_request.h says */
  sigv4_header_t headers[AWS_REQUEST_HEADERS_MAX];
  size_t headers_count;
  const char *body;                 /* NULL: none */
  const credentials_t *credentials; /* NULL: not signed */
  const char *region, *signing_name;
  aws_request_policy_t retry_policy;
  int attempts;
  bool insists; /* AWS_REQUEST_INSTANCE: an IMDS is known to be there, so a request without a response is sent again */
  int64_t timeout_ms; /* of each attempt */
  const char *ca_file;
  retry_quota_t *quota;
  void (*describe)(const http_response_t *response, const char *operation, aws_error_t *error);
  bool (*is_usable)(const http_response_t *response); /* NULL, or what besides status 200 a response of a metadata
                                                       * service must have; the last attempt's is handed out without */
} aws_request_t;

typedef struct aws_pending_request aws_pending_request_t;

/* aws_request_done_t is called exactly once, never from within aws_request_start; the pending request is gone by then.
 * error is NULL when response has status 200; else response is what came last, or NULL when nothing could be sent. Both
 * live during the call. */
typedef void aws_request_done_t(void *user_data, const http_response_t *response, const aws_error_t *error);

/* aws_request_start sends the request. The caller keeps what is returned until done or aws_request_cancel, either of
 * which frees it. NULL: no memory, or a header with a forbidden character; done will not be called. */
aws_pending_request_t *aws_request_start(loop_t *loop, const aws_request_t *request, aws_request_done_t *done,
                                         void *user_data) __attribute__((warn_unused_result));

/* aws_request_cancel breaks the request off; done is not called. pending may be NULL. */
void aws_request_cancel(aws_pending_request_t *pending);

/* aws_request_skew_ms is how far the clock of the response's Date is ahead of this machine's; 0 below RETRY_SKEW_MS. */
int64_t aws_request_skew_ms(const loop_t *loop, const http_response_t *response);

#endif
