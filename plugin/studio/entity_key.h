/* What a space, an owner or an instance is found by. */
#ifndef STUDIO_ENTITY_KEY_H
#define STUDIO_ENTITY_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/domain.h"

/* AWS's names have at most 63 characters; this limit keeps a hostile answer from filling the memory. */
#define ENTITY_NAME_LIMIT 255

/* entity_key_t: the parts that an entity does not have are NULL. */
typedef struct {
  const studio_domain_t *domain;
  const char *user, *space, *instance;
} entity_key_t;

/* entity_key_hash and entity_key_equals compare all parts; of the domain its id is hashed, its address compared. */
uint64_t entity_key_hash(const entity_key_t *key);
bool entity_key_equals(const entity_key_t *one, const entity_key_t *other);

/* entity_key_name_size is the size of a copy of name, its NUL included; 0 for NULL. */
size_t entity_key_name_size(const char *name);

/* entity_key_put_name copies name to *end and moves *end behind the copy. NULL for NULL. */
const char *entity_key_put_name(char **end, const char *name);

#endif
