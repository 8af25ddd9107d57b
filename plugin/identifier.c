#include "identifier.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/hash.h"
#include "util/utf8.h"

#define HASH_LENGTH 17 /* '~' and 16 hexadecimal digits */

/* identifier_writer_t keeps what fits into text; length and hash are those of the whole. */
typedef struct {
  char *text;
  size_t length;
  uint64_t hash;
} identifier_writer_t;

static void put(identifier_writer_t *writer, char character) {
  writer->hash = hash_byte(writer->hash, (unsigned char)character);
  if (writer->length < IDENTIFIER_SIZE - 1)
    writer->text[writer->length] = character;
  writer->length++;
}

/* put_character writes the character that a text begins with, and returns the text behind it. */
static const char *put_character(identifier_writer_t *writer, const char *at) {
  uint32_t character = (unsigned char)*at;
  size_t size = character < 0x80 ? 1 : utf8_decode(at, strnlen(at, UTF8_SIZE_MAX), &character);
  if (size == 0 || !utf8_is_printable(character) || character == '/' || character == '_') {
    put(writer, '-');
    return at + (size > 0 ? size : 1);
  }
  for (size_t i = 0; i < size; i++)
    put(writer, at[i]);
  return at + size;
}

/* border is the last boundary between UTF-8 characters at or before a byte of a text. */
static size_t border(const char *text, size_t at) {
  while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
    at--;
  return at;
}

/* join writes the prefix, which is the plugin's own, as it is, and the parts cleaned. */
static void join(char identifier[IDENTIFIER_SIZE], const char *prefix, const char *const *parts, size_t count) {
  identifier_writer_t writer = {identifier, 0, HASH_INIT};
  bool first = true;
  for (const char *at = prefix; *at != '\0'; at++)
    put(&writer, *at);
  for (size_t i = 0; i < count; i++) {
    if (parts[i] == NULL)
      continue;
    if (!first)
      put(&writer, '_');
    first = false;
    for (const char *at = parts[i]; *at != '\0';)
      at = put_character(&writer, at);
  }
  if (writer.length < IDENTIFIER_SIZE) {
    identifier[writer.length] = '\0';
    return;
  }
  size_t end = border(identifier, IDENTIFIER_SIZE - 1 - HASH_LENGTH);
  snprintf(identifier + end, HASH_LENGTH + 1, "~%016" PRIx64, writer.hash);
}

void identifier_join(char identifier[IDENTIFIER_SIZE], const char *const *parts, size_t count) {
  join(identifier, "", parts, count);
}

void identifier_owner(char identifier[IDENTIFIER_SIZE], const char *domain, const char *user, const char *space) {
  const char *owned[] = {domain, user};
  const char *ownerless[] = {domain, "space", space};
  if (user != NULL)
    identifier_join(identifier, owned, 2);
  else
    identifier_join(identifier, ownerless, 3);
}

void identifier_app(char identifier[IDENTIFIER_SIZE], const char *type, const char *space, const char *app) {
  bool alone = space != NULL && strcmp(app, "default") == 0 &&
               (strcmp(type, "JupyterLab") == 0 || strcmp(type, "CodeEditor") == 0);
  const char *parts[] = {type, space, alone ? NULL : app};
  identifier_join(identifier, parts, 3);
}

void identifier_instance(char identifier[IDENTIFIER_SIZE], const char *prefix, const char *instance,
                         const char *space) {
  const char *parts[] = {instance, space};
  join(identifier, prefix, parts, 2);
}

bool identifier_is_same(const char *one, const char *other) {
  char first[IDENTIFIER_SIZE];
  char second[IDENTIFIER_SIZE];
  identifier_join(first, &one, 1);
  identifier_join(second, &other, 1);
  return strcmp(first, second) == 0;
}
