#include "studio/owners.h"

#include <stdlib.h>
#include <string.h>

#include "studio/hash.h"

/* What a space, a person or an instance is found by; parts are NULL where there are none. */
typedef struct {
  const studio_domain_t *domain;
  const char *user, *space, *instance;
} owner_key_t;

static uint64_t hash_key(const owner_key_t *key) {
  uint64_t hash = hash_text(HASH_INIT, key->domain->id);
  hash = hash_text(hash, key->user != NULL ? key->user : "");
  hash = hash_text(hash, key->space != NULL ? key->space : "");
  return hash_text(hash, key->instance != NULL ? key->instance : "");
}

static bool is_same(const char *one, const char *other) {
  return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

static bool is_same_key(const owner_key_t *one, const owner_key_t *other) {
  return one->domain == other->domain && is_same(one->user, other->user) && is_same(one->space, other->space) &&
         is_same(one->instance, other->instance);
}

static owner_key_t key_of_space(const studio_space_t *space) {
  return (owner_key_t){.domain = space->domain, .space = space->name};
}

static owner_key_t key_of_person(const studio_person_t *person) {
  return (owner_key_t){.domain = person->domain, .user = person->user, .space = person->space};
}

/* An instance is a user's or for a space; whose the space is does not matter. */
static owner_key_t instance_key(const studio_domain_t *domain, const char *user, const char *space,
                                const char *instance) {
  return (owner_key_t){.domain = domain, .user = space == NULL ? user : NULL, .space = space, .instance = instance};
}

static owner_key_t key_of_instance(const studio_instance_t *instance) {
  return instance_key(instance->domain, instance->user, instance->space, instance->instance);
}

#define DEFINE_SET(kind)                                                                                               \
  static uint64_t hash_##kind(const void *item) {                                                                      \
    owner_key_t key = key_of_##kind(item);                                                                             \
    return hash_key(&key);                                                                                             \
  }                                                                                                                    \
  static bool is_##kind(const void *item, const void *wanted) {                                                        \
    owner_key_t key = key_of_##kind(item);                                                                             \
    return is_same_key(&key, wanted);                                                                                  \
  }

DEFINE_SET(space)
DEFINE_SET(person)
DEFINE_SET(instance)

#undef DEFINE_SET

void owners_init(studio_t *studio) {
  studio->spaces.hash_of = hash_space;
  studio->persons.hash_of = hash_person;
  studio->instances.hash_of = hash_instance;
}

void owners_clear(studio_t *studio) {
  size_t at = 0;
  for (studio_space_t *space = pointer_set_next(&studio->spaces, &at); space != NULL;
       space = pointer_set_next(&studio->spaces, &at)) {
    free(space->owner);
    free(space);
  }
  at = 0;
  for (void *person = pointer_set_next(&studio->persons, &at); person != NULL;
       person = pointer_set_next(&studio->persons, &at))
    free(person);
  at = 0;
  for (void *instance = pointer_set_next(&studio->instances, &at); instance != NULL;
       instance = pointer_set_next(&studio->instances, &at))
    free(instance);
  at = 0;
  for (void *stall = pointer_set_next(&studio->stalls, &at); stall != NULL;
       stall = pointer_set_next(&studio->stalls, &at))
    free(stall);
  pointer_set_clear(&studio->stalls);
  pointer_set_clear(&studio->spaces);
  pointer_set_clear(&studio->persons);
  pointer_set_clear(&studio->instances);
}

/* The bytes that a name takes among an owner's names. */
static size_t room_for(const char *name) { return name != NULL ? strlen(name) + 1 : 0; }

/* Puts a copy of name where *end is; NULL for NULL. */
static const char *put_name(char **end, const char *name) {
  if (name == NULL)
    return NULL;
  const char *put = memcpy(*end, name, room_for(name));
  *end += room_for(name);
  return put;
}

studio_space_t *studio_find_space(const studio_t *studio, const studio_domain_t *domain, const char *name) {
  const owner_key_t key = {.domain = domain, .space = name};
  return pointer_set_find(&studio->spaces, hash_key(&key), is_space, &key);
}

studio_space_t *studio_space(studio_t *studio, const studio_domain_t *domain, const char *name) {
  if (strlen(name) > OWNERS_NAME_LIMIT)
    return NULL;
  studio_space_t *space = studio_find_space(studio, domain, name);
  if (space != NULL)
    return space;
  space = calloc(1, offsetof(studio_space_t, name) + room_for(name));
  if (space == NULL)
    return NULL;
  space->domain = domain;
  memcpy(space->name, name, room_for(name));
  if (pointer_set_add(&studio->spaces, space))
    return space;
  free(space);
  return NULL;
}

void studio_forget_space(studio_t *studio, studio_space_t *space) {
  pointer_set_remove(&studio->spaces, space);
  free(space->owner);
  free(space);
}

studio_person_t *studio_find_user(const studio_t *studio, const studio_domain_t *domain, const char *user) {
  const owner_key_t key = {.domain = domain, .user = user};
  return pointer_set_find(&studio->persons, hash_key(&key), is_person, &key);
}

studio_person_t *studio_person(studio_t *studio, const studio_app_t *app) {
  const char *user = NULL;
  if (!studio_owner(app, &user))
    return NULL;
  const char *space = user == NULL ? app->home->name : NULL;
  const owner_key_t key = {.domain = app->domain, .user = user, .space = space};
  studio_person_t *person = pointer_set_find(&studio->persons, hash_key(&key), is_person, &key);
  if (person != NULL)
    return person;
  person = calloc(1, offsetof(studio_person_t, names) + room_for(user) + room_for(space));
  if (person == NULL)
    return NULL;
  char *end = person->names;
  person->domain = app->domain;
  person->user = put_name(&end, user);
  person->space = put_name(&end, space);
  if (pointer_set_add(&studio->persons, person))
    return person;
  free(person);
  return NULL;
}

void studio_forget_person(studio_t *studio, studio_person_t *person) {
  pointer_set_remove(&studio->persons, person);
  free(person);
}

static double price_of(const studio_t *studio, const char *instance) {
  double price = 0.0;
  bool found = billing_price(studio->settings.prices, studio->settings.prices_count,
                             aws_session_region(studio->session), instance, &price);
  return found ? price : -1.0;
}

studio_instance_t *studio_instance(studio_t *studio, const studio_app_t *app, const char *instance) {
  const char *user = NULL;
  if (!studio_owner(app, &user))
    return NULL;
  const char *space = app->home != NULL ? app->home->name : NULL;
  const owner_key_t key = instance_key(app->domain, user, space, instance);
  studio_instance_t *made = pointer_set_find(&studio->instances, hash_key(&key), is_instance, &key);
  if (made != NULL)
    return made;
  made = calloc(1, offsetof(studio_instance_t, names) + room_for(user) + room_for(space));
  if (made == NULL)
    return NULL;
  char *end = made->names;
  made->domain = app->domain;
  made->user = put_name(&end, user);
  made->space = put_name(&end, space);
  made->instance = studio_word(studio, instance);
  made->usd_an_hour = price_of(studio, instance);
  if (made->instance != NULL && pointer_set_add(&studio->instances, made))
    return made;
  free(made);
  return NULL;
}

void studio_forget_instance(studio_t *studio, studio_instance_t *instance) {
  pointer_set_remove(&studio->instances, instance);
  free(instance);
}
