#include "http_server.h"

#include <stdio.h>
#include <string.h>

#include "fake_http.h"

static const struct {
  http_result_t result;
  int status;
} ends[16] = {
    {HTTP_RESPONDED, 200}, {HTTP_RESPONDED, 200}, {HTTP_RESPONDED, 200}, {HTTP_RESPONDED, 200},
    {HTTP_RESPONDED, 200}, {HTTP_RESPONDED, 400}, {HTTP_RESPONDED, 400}, {HTTP_RESPONDED, 401},
    {HTTP_RESPONDED, 403}, {HTTP_RESPONDED, 429}, {HTTP_RESPONDED, 503}, {HTTP_RESPONDED, 302},
    {HTTP_TIMEOUT, 0},     {HTTP_CONNECT, 0},     {HTTP_BROKEN, 200},    {HTTP_TOO_LARGE, 200},
};

static input_t *records;

/* Takes a line from the record for a header; what http.c would leave out for its length is left out. */
static const char *take_line(char **at, size_t *length, size_t limit) {
  char *line = *at;
  char *end = memchr(line, '\n', *length);
  if (end == NULL)
    return NULL;
  *end = '\0';
  *length -= (size_t)(end + 1 - line);
  *at = end + 1;
  return strlen(line) < limit ? line : NULL;
}

static fake_exchange_t serve(const http_request_t *request) {
  (void)request;
  fake_exchange_t response = {.result = HTTP_RESPONDED, .status = 404, .body = ""};
  size_t length = 0;
  char *at = input_record(records, &length);
  if (at == NULL || length == 0)
    return response;
  unsigned char how = (unsigned char)*at++;
  length--;
  response.result = ends[how & 0xf].result;
  response.status = ends[how & 0xf].status;
  if ((how & 0x10) != 0)
    response.error_type = take_line(&at, &length, sizeof(((http_response_t *)NULL)->error_type));
  if ((how & 0x20) != 0)
    response.date = take_line(&at, &length, sizeof(((http_response_t *)NULL)->date));
  if ((how & 0x40) != 0)
    response.retry_after = take_line(&at, &length, sizeof(((http_response_t *)NULL)->retry_after));
  response.body = at;
  response.body_length = length;
  return response;
}

void http_server_start(input_t *input) {
  records = input;
  (void)fake_http_begin(NULL);
  fake_http_serve(serve);
}
