#include "util/http_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* STATUS_LINE begins each head: a proxy's, an interim one, the response's own. Headers of the head before do not hold
 * for it. */
#define STATUS_LINE "HTTP/"

typedef struct {
  http_request_t request; /* first, so that its address is the copy's */
  size_t size;
  const char *headers[]; /* and the strings behind them */
} copy_t;

static size_t size_of_strings(const http_request_t *request) {
  size_t size = strlen(request->method) + 1 + strlen(request->url) + 1;
  size += request->body != NULL ? request->body_length + 1 : 0;
  size += request->ca_file != NULL ? strlen(request->ca_file) + 1 : 0;
  for (size_t i = 0; i < request->headers_count; i++)
    size += strlen(request->headers[i]) + 1;
  return size;
}

/* keep_bytes copies `length` bytes and a NUL to *end, and moves it behind them. */
static const char *keep_bytes(char **end, const char *bytes, size_t length) {
  char *copy = *end;
  if (bytes == NULL)
    return NULL;
  memcpy(copy, bytes, length);
  copy[length] = '\0';
  *end = copy + length + 1;
  return copy;
}

static const char *keep(char **end, const char *text) { return keep_bytes(end, text, text != NULL ? strlen(text) : 0); }

http_request_t *http_request_copy(const http_request_t *request) {
  size_t size = sizeof(copy_t) + request->headers_count * sizeof(char *) + size_of_strings(request);
  copy_t *copy = malloc(size);
  if (copy == NULL)
    return NULL;
  char *end = (char *)&copy->headers[request->headers_count];
  copy->size = size;
  copy->request = *request;
  copy->request.method = keep(&end, request->method);
  copy->request.url = keep(&end, request->url);
  copy->request.body = keep_bytes(&end, request->body, request->body_length);
  copy->request.ca_file = keep(&end, request->ca_file);
  copy->request.headers = copy->headers;
  for (size_t i = 0; i < request->headers_count; i++)
    copy->headers[i] = keep(&end, request->headers[i]);
  return &copy->request;
}

void http_request_free(http_request_t *request) {
  copy_t *copy = (copy_t *)request;
  if (copy == NULL)
    return;
  explicit_bzero(copy, copy->size);
  free(copy);
}

size_t http_host_length(const char *url) {
  const char *scheme_end = strstr(url, "://");
  const char *host = scheme_end != NULL ? scheme_end + strlen("://") : url;
  return (size_t)(host - url) + strcspn(host, "/?#");
}

/* keep_header copies the value of a header line that has that name, unless it is too long for target. */
static void keep_header(const char *line, size_t length, const char *name, char *target, size_t size) {
  size_t name_length = strlen(name);
  if (length <= name_length || line[name_length] != ':' || strncasecmp(line, name, name_length) != 0)
    return;
  const char *value = line + name_length + 1;
  const char *end = line + length;
  while (value < end && (*value == ' ' || *value == '\t'))
    value++;
  while (end > value && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ' || end[-1] == '\t'))
    end--;
  if ((size_t)(end - value) >= size)
    return;
  memcpy(target, value, (size_t)(end - value));
  target[end - value] = '\0';
}

void http_take_header(http_response_t *response, const char *line, size_t length) {
  if (length >= strlen(STATUS_LINE) && memcmp(line, STATUS_LINE, strlen(STATUS_LINE)) == 0)
    response->error_type[0] = response->date[0] = response->retry_after[0] = '\0';
  keep_header(line, length, "x-amzn-ErrorType", response->error_type, sizeof(response->error_type));
  keep_header(line, length, "Date", response->date, sizeof(response->date));
  keep_header(line, length, "Retry-After", response->retry_after, sizeof(response->retry_after));
}

/* HOST_SHOWN characters of a host name stand ahead of what is said of a timeout. */
#define HOST_SHOWN 120

void http_set_detail(http_response_t *response, const char *url, const char *words) {
  int host = response->result == HTTP_TIMEOUT ? (int)http_host_length(url) : 0;
  (void)snprintf(response->detail, sizeof(response->detail), "%.*s%s%.*s", host < HOST_SHOWN ? host : HOST_SHOWN, url,
                 host > 0 ? ": " : "", (int)sizeof(response->detail) - HOST_SHOWN - 3, words);
}
