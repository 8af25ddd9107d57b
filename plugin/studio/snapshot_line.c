#include "studio/snapshot_line.h"

#include <string.h>

#include "studio/log_stream.h"
#include "util/hash.h"

static void put(snapshot_writer_t *writer, const char *text, size_t length) {
  if (writer->length > 0 && writer->length < SNAPSHOT_LINE_SIZE)
    writer->line[writer->length++] = ' ';
  if (writer->length + length + 2 > SNAPSHOT_LINE_SIZE) {
    writer->failed = true;
    return;
  }
  memcpy(writer->line + writer->length, text, length);
  writer->length += length;
}

void snapshot_put_text(snapshot_writer_t *writer, const char *text) { put(writer, text, strlen(text)); }

/* snapshot_put_number writes digits by itself: a dozen of them stand on each app's line, and printf's machinery would
 * cost more than the rest of a scan's arithmetic. */
void snapshot_put_number(snapshot_writer_t *writer, uint64_t number) {
  static const char pairs[] =
      "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
      "4950515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969"
      "79899";
  char digits[20];
  size_t at = sizeof(digits);
  for (; number >= 100; number /= 100) {
    at -= 2;
    memcpy(digits + at, pairs + 2 * (number % 100), 2);
  }
  if (number >= 10) {
    at -= 2;
    memcpy(digits + at, pairs + 2 * number, 2);
  } else {
    digits[--at] = (char)('0' + number);
  }
  put(writer, digits + at, sizeof(digits) - at);
}

void snapshot_put_time(snapshot_writer_t *writer, int64_t time_ms) {
  snapshot_put_number(writer, time_ms > 0 ? (uint64_t)time_ms : 0);
}

void snapshot_end_line(snapshot_writer_t *writer) {
  writer->hash = hash_line(writer->hash, writer->line, writer->length);
  writer->line[writer->length++] = '\n';
  writer->records++;
  if (fwrite(writer->line, 1, writer->length, writer->out) != writer->length)
    writer->failed = true;
  writer->length = 0;
}

bool snapshot_is_plain(const char *text) {
  const char *at = text;
  while (*at > ' ' && *at <= '~')
    at++;
  return at != text && *at == '\0';
}

bool snapshot_read_line(FILE *in, char line[SNAPSHOT_LINE_SIZE]) {
  memset(line, 0, SNAPSHOT_LINE_SIZE);
  if (fgets(line, SNAPSHOT_LINE_SIZE, in) == NULL)
    return false;
  size_t length = strlen(line);
  if (length == 0 || line[length - 1] != '\n')
    return false;
  line[length - 1] = '\0';
  return true;
}

bool snapshot_divide(char *line, snapshot_fields_t *fields) {
  fields->count = 0;
  for (char *at = line; at != NULL;) {
    char *end = strchr(at, ' ');
    if (end != NULL)
      *end++ = '\0';
    if (!snapshot_is_plain(at) || fields->count == SNAPSHOT_FIELDS_MAX)
      return false;
    fields->items[fields->count++] = at;
    at = end;
  }
  return true;
}

bool snapshot_read_number(const char *text, uint64_t most, uint64_t *number) {
  *number = 0;
  for (const char *at = text; *at != '\0'; at++) {
    if (*at < '0' || *at > '9' || *number > (UINT64_MAX - 9) / 10)
      return false;
    *number = *number * 10 + (uint64_t)(*at - '0');
  }
  return *number <= most;
}

bool snapshot_read_time(const char *text, int64_t *time_ms) {
  uint64_t number = 0;
  if (!snapshot_read_number(text, (uint64_t)LOG_STREAM_TIME_MAX_MS, &number))
    return false;
  *time_ms = (int64_t)number;
  return true;
}
