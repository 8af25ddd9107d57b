#include "studio/owners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_SIZE 64

/* DOMAIN, USER or SPACE, INSTANCE */
#define KEY_SIZE ((size_t)3 * (OWNERS_NAME_LIMIT + 2))

static void space_free(studio_space_t *space) {
  free(space->name);
  free(space->owner);
  free(space);
}

static void person_free(studio_person_t *person) {
  free(person->user);
  free(person->space);
  free(person);
}

static void instance_free(studio_instance_t *instance) {
  free(instance->user);
  free(instance->space);
  free(instance);
}

static void free_space(struct lh_entry *entry) {
  space_free(lh_entry_v(entry));
  free(lh_entry_k(entry));
}

static void free_person(struct lh_entry *entry) {
  person_free(lh_entry_v(entry));
  free(lh_entry_k(entry));
}

static void free_instance(struct lh_entry *entry) {
  instance_free(lh_entry_v(entry));
  free(lh_entry_k(entry));
}

bool owners_init(studio_t *studio) {
  studio->spaces = lh_kchar_table_new(TABLE_SIZE, free_space);
  studio->persons = lh_kchar_table_new(TABLE_SIZE, free_person);
  studio->instances = lh_kchar_table_new(TABLE_SIZE, free_instance);
  return studio->spaces != NULL && studio->persons != NULL && studio->instances != NULL;
}

void owners_clear(studio_t *studio) {
  lh_table *tables[] = {studio->spaces, studio->persons, studio->instances};
  for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
    if (tables[i] != NULL)
      lh_table_free(tables[i]);
  }
}

/* Keeps value under a copy of key; false: no memory. */
static bool keep(lh_table *table, const char *key, void *value) {
  char *owned = strdup(key);
  if (owned != NULL && lh_table_insert(table, owned, value) == 0)
    return true;
  free(owned);
  return false;
}

/* A copy of text in *copy, or NULL for NULL; false: no memory. */
static bool copy_text(const char *text, char **copy) {
  *copy = text != NULL ? strdup(text) : NULL;
  return text == NULL || *copy != NULL;
}

static void space_key(char key[KEY_SIZE], const studio_domain_t *domain, const char *name) {
  snprintf(key, KEY_SIZE, "%s/%s", domain->id, name);
}

studio_space_t *studio_space(studio_t *studio, const studio_domain_t *domain, const char *name) {
  char key[KEY_SIZE];
  void *found = NULL;
  if (strlen(name) > OWNERS_NAME_LIMIT || strlen(domain->id) > OWNERS_NAME_LIMIT)
    return NULL;
  space_key(key, domain, name);
  if (lh_table_lookup_ex(studio->spaces, key, &found))
    return found;
  studio_space_t *space = calloc(1, sizeof(*space));
  if (space == NULL)
    return NULL;
  space->domain = domain;
  if (copy_text(name, &space->name) && keep(studio->spaces, key, space))
    return space;
  space_free(space);
  return NULL;
}

void studio_forget_space(studio_t *studio, studio_space_t *space) {
  char key[KEY_SIZE];
  space_key(key, space->domain, space->name);
  lh_table_delete(studio->spaces, key);
}

static void person_key(char key[KEY_SIZE], const studio_domain_t *domain, const char *user, const char *space) {
  snprintf(key, KEY_SIZE, "%s/%s%s", domain->id, user != NULL ? "" : "/", user != NULL ? user : space);
}

studio_person_t *studio_person(studio_t *studio, const studio_app_t *app) {
  const char *user = NULL;
  if (!studio_owner(app, &user))
    return NULL;
  const char *space = user == NULL ? app->home->name : NULL;
  char key[KEY_SIZE];
  void *found = NULL;
  person_key(key, app->domain, user, space);
  if (lh_table_lookup_ex(studio->persons, key, &found))
    return found;
  studio_person_t *person = calloc(1, sizeof(*person));
  if (person == NULL)
    return NULL;
  person->domain = app->domain;
  if (copy_text(user, &person->user) && copy_text(space, &person->space) && keep(studio->persons, key, person))
    return person;
  person_free(person);
  return NULL;
}

void studio_forget_person(studio_t *studio, studio_person_t *person) {
  char key[KEY_SIZE];
  person_key(key, person->domain, person->user, person->space);
  lh_table_delete(studio->persons, key);
}

/* An instance is a user's or for a space; whose the space is does not matter. */
static void instance_key(char key[KEY_SIZE], const studio_domain_t *domain, const char *user, const char *space,
                         const char *instance) {
  snprintf(key, KEY_SIZE, "%s/%s%s/%s", domain->id, space != NULL ? "/" : "", space != NULL ? space : user, instance);
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
  char key[KEY_SIZE];
  void *found = NULL;
  instance_key(key, app->domain, user, space, instance);
  if (lh_table_lookup_ex(studio->instances, key, &found))
    return found;
  studio_instance_t *made = calloc(1, sizeof(*made));
  if (made == NULL)
    return NULL;
  made->domain = app->domain;
  made->instance = studio_word(studio, instance);
  made->usd_an_hour = price_of(studio, instance);
  if (made->instance != NULL && copy_text(user, &made->user) && copy_text(space, &made->space) &&
      keep(studio->instances, key, made))
    return made;
  instance_free(made);
  return NULL;
}

void studio_forget_instance(studio_t *studio, studio_instance_t *instance) {
  char key[KEY_SIZE];
  instance_key(key, instance->domain, instance->user, instance->space, instance->instance);
  lh_table_delete(studio->instances, key);
}
