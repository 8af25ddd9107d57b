#include "studio/owner.h"

#include <stdlib.h>
#include <string.h>

#include "studio/entity_key.h"
#include "studio/studio.h"

const char *owner_user(const studio_owner_t *owner) { return owner->is_space ? NULL : owner->name; }

static entity_key_t owner_key(const studio_owner_t *owner) {
  return (entity_key_t){
      .domain = owner->domain, .user = owner_user(owner), .space = owner->is_space ? owner->name : NULL};
}

static uint64_t hash_owner(const void *item) {
  entity_key_t key = owner_key(item);
  return entity_key_hash(&key);
}

static bool is_owner(const void *item, const void *wanted) {
  entity_key_t key = owner_key(item);
  return entity_key_equals(&key, wanted);
}

void owner_init(pointer_set_t *owners) { owners->hash_of = hash_owner; }

void owner_clear(pointer_set_t *owners) {
  size_t at = 0;
  for (void *owner = pointer_set_next(owners, &at); owner != NULL; owner = pointer_set_next(owners, &at))
    free(owner);
  pointer_set_clear(owners);
}

bool owner_alias_is_taken(const studio_t *studio, const studio_domain_t *domain, const studio_alias_t *alias) {
  return strcmp(alias->alias, alias->user) != 0 && owner_find(studio, domain, alias->alias) != NULL;
}

const char *owner_alias(const studio_t *studio, const studio_domain_t *domain, const char *user) {
  for (size_t i = 0; user != NULL && i < studio->settings.aliases_count; i++) {
    const studio_alias_t *alias = &studio->settings.aliases[i];
    if (strcmp(alias->user, user) == 0)
      return owner_alias_is_taken(studio, domain, alias) ? user : alias->alias;
  }
  return user;
}

studio_owner_t *owner_find(const studio_t *studio, const studio_domain_t *domain, const char *user) {
  const entity_key_t key = {.domain = domain, .user = user};
  return pointer_set_find(&studio->owners, entity_key_hash(&key), is_owner, &key);
}

studio_owner_t *owner_get(studio_t *studio, const studio_app_t *app) {
  const char *user = NULL;
  if (!app_owner(app, &user))
    return NULL;
  const char *space = user == NULL ? app->space->name : NULL;
  const char *name = user != NULL ? user : space;
  const entity_key_t key = {.domain = app->domain, .user = user, .space = space};
  studio_owner_t *owner = pointer_set_find(&studio->owners, entity_key_hash(&key), is_owner, &key);
  if (owner != NULL)
    return owner;
  owner = calloc(1, offsetof(studio_owner_t, name) + entity_key_name_size(name));
  if (owner == NULL)
    return NULL;
  owner->domain = app->domain;
  owner->is_space = user == NULL;
  memcpy(owner->name, name, entity_key_name_size(name));
  if (pointer_set_add(&studio->owners, owner))
    return owner;
  free(owner);
  return NULL;
}

bool owner_is_present(const studio_t *studio, const studio_owner_t *owner) {
  return owner->seen_in_scan == studio->scan.number;
}

void owner_forget(studio_t *studio, studio_owner_t *owner) {
  pointer_set_remove(&studio->owners, owner);
  free(owner);
}
