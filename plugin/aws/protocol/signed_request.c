#include "aws/protocol/signed_request.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "aws/protocol/endpoint.h"

/* Session tokens have one to four kilobytes. */
#define HEADER_LIMIT_BYTES ((size_t)16 * 1024)

/* Four headers stand beside the given ones: host, x-amz-date, x-amz-security-token and authorization. */
#define HEADERS_MAX (SIGNED_REQUEST_HEADERS_MAX + 4)

typedef struct {
  char host[ENDPOINT_URL_SIZE];
  char path[2 * ENDPOINT_URL_SIZE];
  const char *query;
} target_t;

/* divide_url takes a URL apart. The host is signed and sent without its scheme's default port. false: a part is missing
 * or too long. */
static bool divide_url(const char *url, target_t *target) {
  const char *host = strstr(url, "://");
  if (host == NULL)
    return false;
  host += 3;
  size_t host_length = strcspn(host, "/?");
  const char *path = host + host_length;
  size_t path_length = strcspn(path, "?");
  if (host_length >= sizeof(target->host) || path_length == 0 || path_length >= sizeof(target->path))
    return false;
  memcpy(target->host, host, host_length);
  target->host[host_length] = '\0';
  memcpy(target->path, path, path_length);
  target->path[path_length] = '\0';
  target->query = path[path_length] == '?' ? path + path_length + 1 : "";
  const char *port = strncasecmp(url, "https:", 6) == 0 ? ":443" : ":80";
  size_t port_length = strlen(port);
  if (host_length > port_length && strcmp(target->host + host_length - port_length, port) == 0)
    target->host[host_length - port_length] = '\0';
  return true;
}

static bool is_header_value(const char *text) {
  for (; *text != '\0'; text++) {
    if (*text < ' ' || *text > '~')
      return false;
  }
  return true;
}

/* headers_t has the headers of one request, as pairs for the signature and as lines for the transport. */
typedef struct {
  char date[SIGV4_DATE_SIZE];
  sigv4_header_t pairs[HEADERS_MAX];
  buffer_t lines[HEADERS_MAX];
  size_t count;
  buffer_t authorization;
} headers_t;

static bool add_header(headers_t *headers, const char *name, const char *value) {
  if (headers->count == HEADERS_MAX || !is_header_value(value))
    return false;
  headers->pairs[headers->count] = (sigv4_header_t){name, value};
  headers->lines[headers->count] = BUFFER_INIT(HEADER_LIMIT_BYTES);
  return buffer_add_format(&headers->lines[headers->count++], "%s: %s", name, value);
}

static bool sign(const signed_request_t *request, const target_t *target, headers_t *headers) {
  const credentials_t *credentials = request->credentials;
  if (!sigv4_date(request->now_ms / 1000, headers->date) || !add_header(headers, "x-amz-date", headers->date) ||
      (credentials->session_token != NULL && !add_header(headers, "x-amz-security-token", credentials->session_token)))
    return false;
  sigv4_request_t described = {
      .method = request->method,
      .path = target->path,
      .query = target->query,
      .headers = headers->pairs,
      .headers_count = headers->count,
      .body = request->body,
      .body_length = request->body != NULL ? strlen(request->body) : 0,
  };
  return sigv4_sign(&described, credentials, request->region, request->signing_name, headers->date, request->key,
                    &headers->authorization) &&
         add_header(headers, "authorization", headers->authorization.data);
}

static bool make_headers(const signed_request_t *request, const target_t *target, headers_t *headers) {
  bool made = add_header(headers, "host", target->host);
  for (size_t i = 0; made && i < request->headers_count; i++)
    made = add_header(headers, request->headers[i].name, request->headers[i].value);
  return made && (request->credentials == NULL || sign(request, target, headers));
}

http_transfer_t *signed_request_send(http_t *http, const signed_request_t *request, http_done_t *done,
                                     void *user_data) {
  target_t target;
  headers_t headers = {.count = 0, .authorization = BUFFER_INIT(HEADER_LIMIT_BYTES)};
  http_transfer_t *transfer = NULL;
  if (divide_url(request->url, &target) && make_headers(request, &target, &headers)) {
    const char *lines[HEADERS_MAX];
    for (size_t i = 0; i < headers.count; i++)
      lines[i] = headers.lines[i].data;
    http_request_t sent = request->http;
    sent.method = request->method;
    sent.url = request->url;
    sent.headers = lines;
    sent.headers_count = headers.count;
    sent.body = request->body;
    sent.body_length = request->body != NULL ? strlen(request->body) : 0;
    transfer = http_send(http, &sent, done, user_data);
  }
  for (size_t i = 0; i < headers.count; i++)
    buffer_clear(&headers.lines[i]);
  buffer_clear(&headers.authorization);
  return transfer;
}
