#include "studio/entity_key.h"

#include <string.h>

#include "util/hash.h"

static uint64_t hash_part(uint64_t hash, const char *part) {
  return part != NULL ? hash_line(hash, part, strlen(part)) : hash_byte(hash, 0);
}

uint64_t entity_key_hash(const entity_key_t *key) {
  uint64_t hash = hash_part(key->domain->id_hash, key->user);
  hash = hash_part(hash, key->space);
  return hash_part(hash, key->instance);
}

size_t entity_key_name_size(const char *name) { return name != NULL ? strlen(name) + 1 : 0; }

const char *entity_key_put_name(char **end, const char *name) {
  if (name == NULL)
    return NULL;
  const char *put = memcpy(*end, name, entity_key_name_size(name));
  *end += entity_key_name_size(name);
  return put;
}
