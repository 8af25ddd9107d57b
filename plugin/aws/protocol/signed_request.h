/* One HTTP request, signed or not, built from checked parts: no header or URL ever carries a control character that
 * came from a file, a response or the environment. */
#ifndef AWS_PROTOCOL_SIGNED_REQUEST_H
#define AWS_PROTOCOL_SIGNED_REQUEST_H

#include "aws/protocol/credentials.h"
#include "aws/protocol/sigv4.h"
#include "util/http.h"

/* Further headers of one request, beside host, x-amz-date, x-amz-security-token and authorization. */
#define SIGNED_REQUEST_HEADERS_MAX 6

/* Everything is copied or used up during the call. url is a checked one (endpoint_url_is_valid) with a path, and
 * perhaps a query whose parts are percent-encoded. http gives what is not said of the request itself: timeout, limits,
 * CA file. */
typedef struct {
  const char *method;
  const char *url;
  const sigv4_header_t *headers;
  size_t headers_count;
  const char *body;                 /* NULL: none */
  const credentials_t *credentials; /* NULL: the request is not signed */
  const char *region, *signing_name;
  int64_t now_ms;
  sigv4_key_t *key;
  http_request_t http;
} signed_request_t;

/* signed_request_send starts it; done is called, and what is returned lives, as http_send says. NULL: no memory, or a
 * header with a forbidden character. */
http_transfer_t *signed_request_send(http_t *http, const signed_request_t *request, http_done_t *done, void *user_data)
    __attribute__((warn_unused_result));

#endif
