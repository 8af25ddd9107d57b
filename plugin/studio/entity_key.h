/* What a space, an owner or an instance is found by. */
#ifndef STUDIO_ENTITY_KEY_H
#define STUDIO_ENTITY_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "studio/domain.h"

/* AWS's names have at most 63 characters; this limit keeps a hostile response from filling the memory. */
#define ENTITY_NAME_LIMIT 255

/* entity_key_t: the parts that an entity does not have are NULL. */
typedef struct {
  const studio_domain_t *domain;
  const char *user, *space, *instance;
} entity_key_t;

/* entity_key_hash is of all parts; of the domain its id is hashed. */
uint64_t entity_key_hash(const entity_key_t *key);

static inline bool entity_key_has_same(const char *one, const char *other) {
  return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

/* entity_key_equals compares all parts, of the domain its address. Inline: a scan finds an owner and an instance for
 * each app, past several others. */
static inline bool entity_key_equals(const entity_key_t *one, const entity_key_t *other) {
  return one->domain == other->domain && entity_key_has_same(one->user, other->user) &&
         entity_key_has_same(one->space, other->space) && entity_key_has_same(one->instance, other->instance);
}

/* entity_key_name_size is the size of a copy of name, its NUL included; 0 for NULL. */
size_t entity_key_name_size(const char *name);

/* entity_key_put_name copies name to *end and moves *end behind the copy. NULL for NULL. */
const char *entity_key_put_name(char **end, const char *name);

#endif
