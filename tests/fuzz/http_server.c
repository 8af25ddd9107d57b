#include "http_server.h"

#include <stdio.h>
#include <string.h>

#include "fake_http.h"

static const struct {
  http_end_t end;
  int status;
} ends[16] = {
    {HTTP_ANSWERED, 200}, {HTTP_ANSWERED, 200}, {HTTP_ANSWERED, 200}, {HTTP_ANSWERED, 200},
    {HTTP_ANSWERED, 200}, {HTTP_ANSWERED, 400}, {HTTP_ANSWERED, 400}, {HTTP_ANSWERED, 401},
    {HTTP_ANSWERED, 403}, {HTTP_ANSWERED, 429}, {HTTP_ANSWERED, 503}, {HTTP_ANSWERED, 302},
    {HTTP_TIMEOUT, 0},    {HTTP_CONNECT, 0},    {HTTP_BROKEN, 200},   {HTTP_TOO_LARGE, 200},
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
  fake_exchange_t answer = {.end = HTTP_ANSWERED, .status = 404, .body = ""};
  size_t length = 0;
  char *at = input_record(records, &length);
  if (at == NULL || length == 0)
    return answer;
  unsigned char how = (unsigned char)*at++;
  length--;
  answer.end = ends[how & 0xf].end;
  answer.status = ends[how & 0xf].status;
  if ((how & 0x10) != 0)
    answer.error_type = take_line(&at, &length, sizeof(((http_answer_t *)NULL)->error_type));
  if ((how & 0x20) != 0)
    answer.date = take_line(&at, &length, sizeof(((http_answer_t *)NULL)->date));
  if ((how & 0x40) != 0)
    answer.retry_after = take_line(&at, &length, sizeof(((http_answer_t *)NULL)->retry_after));
  answer.body = at;
  answer.body_length = length;
  return answer;
}

void http_server_start(input_t *input) {
  records = input;
  (void)fake_http_begin(NULL);
  fake_http_serve(serve);
}
