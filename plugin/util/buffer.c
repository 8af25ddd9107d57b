#include "util/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_FIRST_CAPACITY_BYTES 256

/* buffer_next_capacity doubles the capacity until `needed` bytes and the NUL fit, and at last takes all that the limit
 * can use: many small pieces cost no more than a few large ones. */
static size_t buffer_next_capacity(const buffer_t *buffer, size_t needed) {
  size_t capacity = buffer->capacity > 0 ? buffer->capacity : BUFFER_FIRST_CAPACITY_BYTES;
  while (capacity - 1 < needed) {
    if (capacity > buffer->limit / 2)
      return buffer->limit + 1;
    capacity *= 2;
  }
  return capacity;
}

/* buffer_reserve wipes the old memory before it frees it, which realloc would not do: it may hold a secret. */
bool buffer_reserve(buffer_t *buffer, size_t length) {
  if (buffer->failed)
    return false;
  if (buffer->length > buffer->limit || length > buffer->limit - buffer->length || buffer->limit == SIZE_MAX) {
    buffer->failed = true;
    return false;
  }

  size_t needed = buffer->length + length;
  if (buffer->data != NULL && needed < buffer->capacity)
    return true;

  size_t capacity = buffer_next_capacity(buffer, needed);
  char *data = malloc(capacity);
  if (data == NULL) {
    buffer->failed = true;
    return false;
  }
  if (buffer->data != NULL) {
    memcpy(data, buffer->data, buffer->length + 1);
    explicit_bzero(buffer->data, buffer->capacity);
    free(buffer->data);
  } else {
    data[0] = '\0';
  }
  buffer->data = data;
  buffer->capacity = capacity;
  return true;
}

bool buffer_add(buffer_t *buffer, const void *bytes, size_t length) {
  if (!buffer_reserve(buffer, length))
    return false;
  if (length > 0)
    memcpy(buffer->data + buffer->length, bytes, length);
  buffer->length += length;
  buffer->data[buffer->length] = '\0';
  return true;
}

bool buffer_add_text(buffer_t *buffer, const char *text) { return buffer_add(buffer, text, strlen(text)); }

/* buffer_room is how many bytes may still be written, the NUL among them. */
static size_t buffer_room(const buffer_t *buffer) {
  size_t size = buffer->capacity <= buffer->limit ? buffer->capacity : buffer->limit + 1;
  return size - buffer->length;
}

/* buffer_add_format writes into the room that there is and, where the text does not fit, once more into as much as it
 * takes. */
bool buffer_add_format(buffer_t *buffer, const char *format, ...) {
  size_t wanted = 0;
  for (int attempt = 0; attempt < 2 && buffer_reserve(buffer, wanted); attempt++) {
    size_t room = buffer_room(buffer);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(buffer->data + buffer->length, room, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < room) {
      buffer->length += (size_t)length;
      return true;
    }
    buffer->data[buffer->length] = '\0';
    if (length < 0)
      break;
    wanted = (size_t)length;
  }
  buffer->failed = true;
  return false;
}

void buffer_reset(buffer_t *buffer) {
  buffer->length = 0;
  buffer->failed = false;
  if (buffer->data != NULL)
    buffer->data[0] = '\0';
}

void buffer_clear(buffer_t *buffer) {
  if (buffer->data != NULL)
    explicit_bzero(buffer->data, buffer->capacity);
  free(buffer->data);
  buffer->data = NULL;
  buffer->length = 0;
  buffer->capacity = 0;
  buffer->failed = false;
}
