#include "studio/instance.h"

#include <stdlib.h>
#include <string.h>

#include "studio/billing.h"
#include "studio/entity_key.h"
#include "studio/studio.h"
#include "studio/words.h"

/* instance_key is the key of a user's instance, or of one for a space: whose the space is does not matter. */
static entity_key_t instance_key(const studio_domain_t *domain, const char *user, const char *space,
                                 const char *instance) {
  return (entity_key_t){.domain = domain, .user = space == NULL ? user : NULL, .space = space, .instance = instance};
}

static entity_key_t key_of_instance(const studio_instance_t *instance) {
  return instance_key(instance->domain, instance->user, instance->space, instance->instance);
}

static uint64_t hash_instance(const void *item) {
  entity_key_t key = key_of_instance(item);
  return entity_key_hash(&key);
}

static bool is_instance(const void *item, const void *wanted) {
  entity_key_t key = key_of_instance(item);
  return entity_key_equals(&key, wanted);
}

void instance_init(pointer_set_t *instances) { instances->hash_of = hash_instance; }

void instance_clear(pointer_set_t *instances) {
  size_t at = 0;
  for (void *instance = pointer_set_next(instances, &at); instance != NULL; instance = pointer_set_next(instances, &at))
    free(instance);
  pointer_set_clear(instances);
}

static double price_of(const studio_t *studio, const char *instance) {
  double price = 0.0;
  bool found = billing_price(studio->settings.prices, studio->settings.prices_count,
                             aws_session_region(studio->session), instance, &price);
  return found ? price : -1.0;
}

studio_instance_t *instance_get(studio_t *studio, const studio_app_t *app, const char *instance) {
  const char *user = NULL;
  if (!app_owner(app, &user))
    return NULL;
  const char *space = app->space != NULL ? app->space->name : NULL;
  const entity_key_t key = instance_key(app->domain, user, space, instance);
  studio_instance_t *made = pointer_set_find(&studio->instances, entity_key_hash(&key), is_instance, &key);
  if (made != NULL)
    return made;
  made = calloc(1, offsetof(studio_instance_t, user_name) + entity_key_name_size(user));
  if (made == NULL)
    return NULL;
  char *end = made->user_name;
  made->domain = app->domain;
  made->user = entity_key_put_name(&end, user);
  made->space = space;
  made->instance = words_get(&studio->words, instance);
  made->usd_an_hour = price_of(studio, instance);
  if (made->instance != NULL && pointer_set_add(&studio->instances, made))
    return made;
  free(made);
  return NULL;
}

bool instance_is_present(const studio_t *studio, const studio_instance_t *instance) {
  return instance->seen_in_scan == studio->scan.number;
}

void instance_forget(studio_t *studio, studio_instance_t *instance) {
  pointer_set_remove(&studio->instances, instance);
  free(instance);
}
