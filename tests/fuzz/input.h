/* The bytes that libFuzzer gives a target, taken apart: a few choices, then records that end in a byte 0xff, which no
 * text in UTF-8 has. Each record is a copy of exactly its size, so that AddressSanitizer sees a step beyond it. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INPUT_RECORDS_MAX 64

typedef struct {
  const uint8_t *at;
  size_t left;
  char *records[INPUT_RECORDS_MAX];
  size_t lengths[INPUT_RECORDS_MAX];
  size_t count; /* records taken so far */
} input_t;

input_t input_of(const uint8_t *data, size_t size);

/* input_byte is the next byte, 0 at the end. */
uint8_t input_byte(input_t *input);

/* input_record is the next record, NUL-terminated; it lives until input_clear. NULL: there is none left. */
char *input_record(input_t *input, size_t *length);

/* input_text is a record's text up to its first NUL, "" where there is none left. */
const char *input_text(input_t *input);

void input_clear(input_t *input);

/* A promise of the code under test that does not hold ends the run as a crash does. */
#define INPUT_PROMISE(condition) ((condition) ? (void)0 : input_broken(#condition, __FILE__, __LINE__))
void input_broken(const char *condition, const char *file, int line) __attribute__((noreturn));

/* input_is_line: printable UTF-8 without a control character: what may stand in a log line. */
bool input_is_line(const char *text);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
