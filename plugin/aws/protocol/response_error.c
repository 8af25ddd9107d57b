#include "aws/protocol/response_error.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "util/ascii.h"
#include "util/json.h"

static void transport_error(const http_response_t *response, const char *operation, aws_error_t *error) {
  static const char *const codes[] = {
      [HTTP_RESPONDED] = "internal", [HTTP_TIMEOUT] = "timeout",   [HTTP_CONNECT] = "connect",
      [HTTP_RESOLVE] = "dns",        [HTTP_TLS] = "tls",           [HTTP_BROKEN] = "connect",
      [HTTP_TOO_LARGE] = "parse",    [HTTP_UNUSABLE] = "internal",
  };
  const char *words =
      response->result == HTTP_TOO_LARGE ? "the answer is larger than any answer of AWS" : response->detail;
  aws_error_set(error, codes[response->result], operation, response->result == HTTP_TOO_LARGE ? response->status : 0,
                "%s", words);
}

/* cut_code makes ThrottlingException of "com.amazon.coral.service#ThrottlingException:http://...". */
static void cut_code(const char *type, char *code, size_t size) {
  const char *start = strchr(type, '#');
  const char *colon = strchr(type, ':');
  if (start == NULL || (colon != NULL && start > colon))
    start = type;
  else
    start++;
  size_t length = strcspn(start, ":");
  if (length >= size)
    length = size - 1;
  memcpy(code, start, length);
  code[length] = '\0';
}

/* Session tokens have hundreds of characters; names and ARNs never so many without a ':' or a blank. */
#define SECRET_LENGTH 100
#define SECRET_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=%_-"

/* AWS's message about a wrong signature goes on, behind its first line, with the canonical request and the token in it.
 */
void response_error_message(const char *message, char *shown, size_t size) {
  size_t used = 0;
  message += strspn(message, "\r\n");
  size_t length = strcspn(message, "\r\n");
  for (size_t i = 0; i < length;) {
    size_t run = strspn(message + i, SECRET_CHARACTERS);
    bool secret = run >= SECRET_LENGTH;
    size_t step = run > 0 ? run : 1;
    const char *piece = secret ? "[...]" : message + i;
    size_t taken = secret ? strlen(piece) : step;
    if (used + taken >= size)
      break;
    memcpy(shown + used, piece, taken);
    used += taken;
    i += step;
  }
  shown[used] = '\0';
}

void response_error_set(const http_response_t *response, const char *operation, aws_error_t *error) {
  if (response->result != HTTP_RESPONDED) {
    transport_error(response, operation, error);
    return;
  }
  json_object *body = json_parse(response->body, response->body_length);
  const char *type = response->error_type;
  const char *message = "";
  if (body != NULL) {
    if (type[0] == '\0')
      json_member_text(body, "__type", &type);
    if (json_member_text(body, "message", &message) != JSON_PRESENT)
      json_member_text(body, "Message", &message);
  }
  char code[sizeof(error->code)];
  cut_code(type, code, sizeof(code));
  if (code[0] == '\0')
    snprintf(code, sizeof(code), "%d", response->status);
  if (message[0] == '\0')
    message = response->status >= 300 && response->status < 400 ? "redirected, which is not followed" : "no message";
  char shown[sizeof(error->message)];
  response_error_message(message, shown, sizeof(shown));
  aws_error_set(error, code, operation, response->status, "%s", shown);
  json_object_put(body);
}

bool response_error_is_from_aws(const http_response_t *response, const aws_error_t *error) {
  return response->result == HTTP_RESPONDED && !ascii_is_digit(error->code[0]);
}
