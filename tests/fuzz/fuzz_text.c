/* links: rim fuzz/input */
/* The small parsers and writers of single texts: times, percent-encoding, error lines, identifiers. */
#include <string.h>

#include "aws/protocol/error.h"
#include "identifier.h"
#include "util/buffer.h"
#include "util/date.h"
#include "util/json.h"
#include "util/percent.h"
#include "util/redact.h"
#include "util/xml.h"

#include "input.h"

/* Beyond the year 9999 lies nothing that AWS writes, and a time in milliseconds must not overflow. */
#define TIME_LIMIT_MS INT64_C(1000000000000000)

static void read_times(const char *text) {
  int64_t time_ms = 0;
  if (date_parse_http(text, &time_ms) || date_parse_iso8601(text, &time_ms))
    INPUT_PROMISE(time_ms > -TIME_LIMIT_MS && time_ms < TIME_LIMIT_MS);
}

static void encode(const char *text) {
  buffer_t encoded = BUFFER_INIT(3 * strlen(text));
  INPUT_PROMISE(percent_add(&encoded, text));
  for (const char *at = encoded.data; at != NULL && *at != '\0'; at++)
    INPUT_PROMISE(*at > ' ' && *at < 0x7f && strchr("&=+#?/", *at) == NULL);
  buffer_clear(&encoded);
}

static void identify(const char *one, const char *other) {
  const char *parts[] = {one, other, NULL};
  char identifier[IDENTIFIER_SIZE];
  identifier_join(identifier, parts, 3);
  INPUT_PROMISE(memchr(identifier, '\0', sizeof(identifier)) != NULL);
  INPUT_PROMISE(strchr(identifier, '/') == NULL && input_is_line(identifier));
  identifier_owner(identifier, one, NULL, other);
  identifier_app(identifier, one, other, "default");
  identifier_instance(identifier, "hourly_cost-", one, other);
  INPUT_PROMISE(memchr(identifier, '\0', sizeof(identifier)) != NULL);
}

/* What STS may have answered, and what a program may have written last. */
static void read_answer(const char *one, const char *other) {
  char shown[64];
  char *words[] = {(char *)other};
  json_put_wiped(xml_parse(one, strlen(one)));
  redact(one, words, 1, shown, sizeof(shown));
  INPUT_PROMISE(memchr(shown, '\0', sizeof(shown)) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  const char *one = input_text(&input);
  const char *other = input_text(&input);
  aws_error_t error;
  read_times(one);
  encode(one);
  read_answer(one, other);
  identify(one, other);
  aws_error_set(&error, one, other, 400, "%s: %s", one, other);
  INPUT_PROMISE(input_is_line(error.code) && input_is_line(error.operation) && input_is_line(error.message));
  input_clear(&input);
  return 0;
}
