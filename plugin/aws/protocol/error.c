#include "aws/protocol/error.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/utf8.h"

static void error_clean(char *text) {
  size_t length = strlen(text);
  size_t at = 0;
  while (at < length) {
    uint32_t character = 0;
    size_t size = utf8_decode(text + at, length - at, &character);
    if (size > 0 && utf8_is_printable(character)) {
      at += size;
      continue;
    }
    text[at] = '?';
    at++;
  }
}

static void error_copy(char *target, size_t size, const char *text) {
  if (snprintf(target, size, "%s", text) < 0)
    target[0] = '\0';
  error_clean(target);
}

__attribute__((format(printf, 5, 0))) static void error_set(aws_error_t *error, const char *code, const char *operation,
                                                            int status, const char *format, va_list arguments) {
  error_copy(error->code, sizeof(error->code), code);
  error_copy(error->operation, sizeof(error->operation), operation);
  error->status = status;
  if (vsnprintf(error->message, sizeof(error->message), format, arguments) < 0)
    error->message[0] = '\0';
  error_clean(error->message);
}

void aws_error_set(aws_error_t *error, const char *code, const char *operation, int status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  error_set(error, code, operation, status, format, arguments);
  va_end(arguments);
}

void aws_error_credentials(aws_error_t *error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  error_set(error, "credentials", "credentials", 0, format, arguments);
  va_end(arguments);
}
