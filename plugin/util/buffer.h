/* A growing byte buffer with a ceiling: unbounded growth cannot be written. Knows nothing but memory. */
#ifndef UTIL_BUFFER_H
#define UTIL_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* data is the buffer's own, until buffer_clear; it may move with each addition. It is NUL-terminated whenever it is not
 * NULL; length does not count that NUL. Once an addition has failed (no
 * memory, or more than limit bytes) failed stays true and every later addition fails too, so a ladder of additions may
 * be checked once, at its end. */
typedef struct {
  char *data;
  size_t length;
  size_t capacity;
  size_t limit;
  bool failed;
} buffer_t;

#define BUFFER_INIT(limit_bytes) ((buffer_t){.limit = (limit_bytes)})

/* buffer_reserve makes room for length more bytes: additions of so many do not move what is there. false: as an
 * addition that has failed. */
bool buffer_reserve(buffer_t *buffer, size_t length);

/* buffer_add appends length bytes; false: nothing was added. */
bool buffer_add(buffer_t *buffer, const void *bytes, size_t length);

/* buffer_add_text appends a NUL-terminated string; false: nothing was added. */
bool buffer_add_text(buffer_t *buffer, const char *text);

/* buffer_add_format appends as printf does; false: nothing was added. */
bool buffer_add_format(buffer_t *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* buffer_reset empties the buffer and keeps its memory for the next use. */
void buffer_reset(buffer_t *buffer);

/* buffer_clear wipes and frees the memory (it may have held a secret) and returns the buffer to pristine; safe twice.
 */
void buffer_clear(buffer_t *buffer);

#endif
