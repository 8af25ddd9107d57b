/* What of HTTP messages needs no libcurl: a request that lives until its turn comes, a response's header lines. */
#ifndef UTIL_HTTP_MESSAGE_H
#define UTIL_HTTP_MESSAGE_H

#include "util/http.h"

/* http_request_copy copies a request and all that it points to; http_request_free wipes and frees the copy. NULL: no
 * memory. */
http_request_t *http_request_copy(const http_request_t *request);
void http_request_free(http_request_t *request);

/* http_host_length is how much of a URL names what has connections of its own: "https://host:port". */
size_t http_host_length(const char *url);

/* http_set_detail writes words, libcurl's for a request without a response, into response->detail. A timeout's get the
 * URL's host ahead of them; other words name it themselves. */
void http_set_detail(http_response_t *response, const char *url, const char *words);

/* http_take_header takes from a header line what a response keeps of it; the line need not end in a NUL. Each status
 * line forgets the headers before it. */
void http_take_header(http_response_t *response, const char *line, size_t length);

#endif
