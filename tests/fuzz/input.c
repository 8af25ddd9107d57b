#include "input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/utf8.h"

#define RECORD_END 0xff

input_t input_of(const uint8_t *data, size_t size) { return (input_t){.at = data, .left = size}; }

uint8_t input_byte(input_t *input) {
  if (input->left == 0)
    return 0;
  input->left--;
  return *input->at++;
}

char *input_record(input_t *input, size_t *length) {
  if (input->left == 0 || input->count == INPUT_RECORDS_MAX)
    return NULL;
  const uint8_t *end = memchr(input->at, RECORD_END, input->left);
  *length = end != NULL ? (size_t)(end - input->at) : input->left;
  char *record = malloc(*length + 1);
  if (record == NULL)
    abort();
  memcpy(record, input->at, *length);
  record[*length] = '\0';
  size_t taken = *length + (end != NULL ? 1 : 0);
  input->at += taken;
  input->left -= taken;
  input->lengths[input->count] = *length;
  input->records[input->count++] = record;
  return record;
}

const char *input_text(input_t *input) {
  size_t length = 0;
  const char *record = input_record(input, &length);
  return record != NULL ? record : "";
}

void input_clear(input_t *input) {
  while (input->count > 0)
    free(input->records[--input->count]);
}

void input_broken(const char *condition, const char *file, int line) {
  (void)fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, condition);
  abort();
}

bool input_is_line(const char *text) {
  size_t length = strlen(text);
  for (size_t at = 0; at < length;) {
    uint32_t character = 0;
    size_t size = utf8_decode(text + at, length - at, &character);
    if (size == 0 || character < 0x20 || (character >= 0x7f && character < 0xa0))
      return false;
    at += size;
  }
  return true;
}
