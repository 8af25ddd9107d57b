#include "studio/identifier.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "studio/hash.h"

#define HASH_LENGTH 17 /* '~' and 16 hexadecimal digits */

typedef struct {
  char *text;
  size_t length;
  uint64_t hash;
} writer_t;

static void put(writer_t *writer, char character) {
  writer->hash = hash_byte(writer->hash, (unsigned char)character);
  if (writer->length < IDENTIFIER_SIZE - 1)
    writer->text[writer->length] = character;
  writer->length++;
}

static bool is_plain(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || (character != '\0' && strchr("-.~+@=,:", character) != NULL);
}

/* The prefix is ours: it stands as it is. */
static void join(char identifier[IDENTIFIER_SIZE], const char *prefix, const char *const *parts, size_t count) {
  writer_t writer = {identifier, 0, HASH_INIT};
  bool first = true;
  for (const char *at = prefix; *at != '\0'; at++)
    put(&writer, *at);
  for (size_t i = 0; i < count; i++) {
    if (parts[i] == NULL)
      continue;
    if (!first)
      put(&writer, '_');
    first = false;
    for (const char *at = parts[i]; *at != '\0'; at++)
      put(&writer, is_plain(*at) ? *at : '-');
  }
  if (writer.length < IDENTIFIER_SIZE)
    identifier[writer.length] = '\0';
  else
    snprintf(identifier + IDENTIFIER_SIZE - 1 - HASH_LENGTH, HASH_LENGTH + 1, "~%016" PRIx64, writer.hash);
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
