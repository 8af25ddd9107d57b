#include "identifier.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/hash.h"
#include "util/utf8.h"

#define HASH_LENGTH 17 /* '~' and 16 hexadecimal digits */

#define LENGTH_MAX ((size_t)IDENTIFIER_SIZE - 1)

/* identifier_writer_t keeps what fits into text; hash is that of the whole, once is_cut. */
typedef struct {
  char *text;
  size_t length;
  bool is_cut;
  uint64_t hash;
} identifier_writer_t;

static void put(identifier_writer_t *writer, const char *bytes, size_t size) {
  size_t fits = size < LENGTH_MAX - writer->length ? size : LENGTH_MAX - writer->length;
  memcpy(writer->text + writer->length, bytes, fits);
  writer->length += fits;
  if (fits == size)
    return;
  if (!writer->is_cut)
    writer->hash = hash_bytes(HASH_INIT, writer->text, writer->length);
  writer->is_cut = true;
  writer->hash = hash_bytes(writer->hash, bytes + fits, size - fits);
}

/* is_kept: a byte of ASCII is printable, and means nothing to collectd or in a name of ours. */
static bool is_kept(char byte) { return byte >= ' ' && byte <= '~' && byte != '/' && byte != '_'; }

/* put_other writes the character that a text begins with, which is not kept as it is unless it is beyond ASCII and
 * printable. It returns the text behind the character. */
static const char *put_other(identifier_writer_t *writer, const char *at) {
  uint32_t character = 0;
  size_t size = (unsigned char)*at >= 0x80 ? utf8_decode(at, strnlen(at, UTF8_SIZE_MAX), &character) : 0;
  if (size > 0 && utf8_is_printable(character)) {
    put(writer, at, size);
    return at + size;
  }
  put(writer, "-", 1);
  return at + (size > 0 ? size : 1);
}

/* put_part writes a part cleaned: most are of bytes that are kept. */
static void put_part(identifier_writer_t *writer, const char *at) {
  while (*at != '\0') {
    size_t size = 0;
    while (is_kept(at[size]))
      size++;
    put(writer, at, size);
    at += size;
    if (*at != '\0')
      at = put_other(writer, at);
  }
}

/* border is the last boundary between UTF-8 characters at or before a byte of a text. */
static size_t border(const char *text, size_t at) {
  while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
    at--;
  return at;
}

/* join writes the prefix, which is the plugin's own, as it is, and the parts cleaned. */
static void join(char identifier[IDENTIFIER_SIZE], const char *prefix, const char *const *parts, size_t count) {
  identifier_writer_t writer = {.text = identifier};
  bool first = true;
  put(&writer, prefix, strlen(prefix));
  for (size_t i = 0; i < count; i++) {
    if (parts[i] == NULL)
      continue;
    if (!first)
      put(&writer, "_", 1);
    first = false;
    put_part(&writer, parts[i]);
  }
  if (!writer.is_cut) {
    identifier[writer.length] = '\0';
    return;
  }
  size_t end = border(identifier, LENGTH_MAX - HASH_LENGTH);
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
