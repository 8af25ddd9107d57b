#include "aws/call_error.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "aws/answer.h"
#include "aws/ascii.h"

static void transport_error(const http_answer_t *answer, const char *operation, aws_error_t *error) {
  static const char *const codes[] = {
      [HTTP_ANSWERED] = "internal", [HTTP_TIMEOUT] = "timeout",   [HTTP_CONNECT] = "connect",
      [HTTP_RESOLVE] = "dns",       [HTTP_TLS] = "tls",           [HTTP_BROKEN] = "connect",
      [HTTP_TOO_LARGE] = "parse",   [HTTP_UNUSABLE] = "internal",
  };
  const char *words = answer->end == HTTP_TOO_LARGE ? "the answer is larger than any answer of AWS" : answer->detail;
  aws_error_set(error, codes[answer->end], operation, answer->end == HTTP_TOO_LARGE ? answer->status : 0, "%s", words);
}

/* "com.amazon.coral.service#ThrottlingException:http://..." is ThrottlingException. */
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

/* What AWS says of a wrong signature goes on with the canonical request, token and all. */
void call_error_message(const char *message, char *shown, size_t size) {
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

void call_error(const http_answer_t *answer, const char *operation, aws_error_t *error) {
  if (answer->end != HTTP_ANSWERED) {
    transport_error(answer, operation, error);
    return;
  }
  json_object *body = answer_parse(answer->body, answer->body_length);
  const char *type = answer->error_type;
  const char *message = "";
  if (body != NULL) {
    if (type[0] == '\0')
      answer_text(body, "__type", &type);
    if (answer_text(body, "message", &message) != ANSWER_PRESENT)
      answer_text(body, "Message", &message);
  }
  char code[sizeof(error->code)];
  cut_code(type, code, sizeof(code));
  if (code[0] == '\0')
    snprintf(code, sizeof(code), "%d", answer->status);
  if (message[0] == '\0')
    message = answer->status >= 300 && answer->status < 400 ? "redirected, which is not followed" : "no message";
  char shown[sizeof(error->message)];
  call_error_message(message, shown, sizeof(shown));
  aws_error_set(error, code, operation, answer->status, "%s", shown);
  json_object_put(body);
}

bool call_error_is_awss(const http_answer_t *answer, const aws_error_t *error) {
  return answer->end == HTTP_ANSWERED && !ascii_is_digit(error->code[0]);
}
