#include "studio/entity_key.h"

#include <string.h>

#include "util/hash.h"

uint64_t entity_key_hash(const entity_key_t *key) {
  uint64_t hash = hash_text(HASH_INIT, key->domain->id);
  hash = hash_text(hash, key->user != NULL ? key->user : "");
  hash = hash_text(hash, key->space != NULL ? key->space : "");
  return hash_text(hash, key->instance != NULL ? key->instance : "");
}

static bool is_same(const char *one, const char *other) {
  return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

bool entity_key_equals(const entity_key_t *one, const entity_key_t *other) {
  return one->domain == other->domain && is_same(one->user, other->user) && is_same(one->space, other->space) &&
         is_same(one->instance, other->instance);
}

/* The bytes that a name takes among an owner's names. */
size_t entity_key_name_size(const char *name) { return name != NULL ? strlen(name) + 1 : 0; }

/* Puts a copy of name where *end is; NULL for NULL. */
const char *entity_key_put_name(char **end, const char *name) {
  if (name == NULL)
    return NULL;
  const char *put = memcpy(*end, name, entity_key_name_size(name));
  *end += entity_key_name_size(name);
  return put;
}
