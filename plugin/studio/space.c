#include "studio/space.h"

#include <stdlib.h>
#include <string.h>

#include "studio/entity_key.h"
#include "studio/studio.h"

static entity_key_t space_key(const studio_space_t *space) {
  return (entity_key_t){.domain = space->domain, .space = space->name};
}

static uint64_t hash_space(const void *item) {
  entity_key_t key = space_key(item);
  return entity_key_hash(&key);
}

static bool is_space(const void *item, const void *wanted) {
  entity_key_t key = space_key(item);
  return entity_key_equals(&key, wanted);
}

void space_init(pointer_set_t *spaces) { spaces->hash_of = hash_space; }

void space_clear(pointer_set_t *spaces) {
  size_t at = 0;
  for (studio_space_t *space = pointer_set_next(spaces, &at); space != NULL; space = pointer_set_next(spaces, &at)) {
    free(space->owner);
    free(space);
  }
  pointer_set_clear(spaces);
}

studio_space_t *space_find(const studio_t *studio, const studio_domain_t *domain, const char *name) {
  const entity_key_t key = {.domain = domain, .space = name};
  return pointer_set_find(&studio->spaces, entity_key_hash(&key), is_space, &key);
}

studio_space_t *space_get(studio_t *studio, const studio_domain_t *domain, const char *name) {
  if (strlen(name) > ENTITY_NAME_LIMIT)
    return NULL;
  studio_space_t *space = space_find(studio, domain, name);
  if (space != NULL)
    return space;
  space = calloc(1, offsetof(studio_space_t, name) + entity_key_name_size(name));
  if (space == NULL)
    return NULL;
  space->domain = domain;
  memcpy(space->name, name, entity_key_name_size(name));
  if (pointer_set_add(&studio->spaces, space))
    return space;
  free(space);
  return NULL;
}

bool space_is_occupied(const studio_t *studio, const studio_space_t *space) {
  return space->occupied_in_scan == studio->scan.number;
}

bool space_is_vacant(const studio_t *studio, const studio_space_t *space) {
  return !space_is_occupied(studio, space) && space->listed_in_scan == studio->scan.number &&
         studio->settings.watch_spaces && space->known && !space->excluded && space->volume_bytes > 0 &&
         space->vacant_ms > 0;
}

void space_forget(studio_t *studio, studio_space_t *space) {
  pointer_set_remove(&studio->spaces, space);
  free(space->owner);
  free(space);
}
