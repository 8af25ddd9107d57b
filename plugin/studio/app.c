#include "studio/app.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "studio/entity_key.h"
#include "studio/studio.h"
#include "studio/words.h"
#include "util/hash.h"
#include "util/times.h"

/* hash_stream hashes a name without regard to case: streams are found so. */
static uint64_t hash_stream(const char *name) {
  uint64_t hash = HASH_INIT;
  for (; *name != '\0'; name++)
    hash = hash_byte(hash, (unsigned char)(*name >= 'A' && *name <= 'Z' ? *name | 0x20 : *name));
  return hash;
}

static uint64_t hash_app(const void *item) { return hash_stream(((const studio_app_t *)item)->stream); }

static bool is_stream(const void *item, const void *key) {
  return strcasecmp(((const studio_app_t *)item)->stream, key) == 0;
}

void app_init(pointer_set_t *streams) { streams->hash_of = hash_app; }

void app_free(studio_app_t *app) {
  free(app->log.logged_as);
  free(app->canvas);
  free(app);
}

studio_app_t *app_find_by_stream(const studio_t *studio, const char *name) {
  return pointer_set_find(&studio->streams, hash_stream(name), is_stream, name);
}

/* app_make puts the app and its strings into one allocation: DOMAIN/OWNER/TYPE/APP, then OWNER once more, on its own.
 */
static studio_app_t *app_make(const char *stream, const char *user) {
  size_t stream_size = strlen(stream) + 1;
  size_t user_size = user != NULL ? strlen(user) + 1 : 0;
  studio_app_t *app = calloc(1, offsetof(studio_app_t, stream) + stream_size + user_size);
  if (app == NULL)
    return NULL;
  memcpy(app->stream, stream, stream_size);
  if (user != NULL)
    memcpy(app->stream + stream_size, user, user_size);
  return app;
}

static bool make_room(studio_t *studio) {
  if (studio->apps_count < studio->apps_capacity)
    return true;
  size_t capacity = studio->apps_capacity + studio->apps_capacity / 8 + 16;
  studio_app_t **apps = realloc(studio->apps, capacity * sizeof(*apps));
  if (apps == NULL)
    return false;
  studio->apps = apps;
  studio->apps_capacity = capacity;
  return true;
}

static bool append_app(studio_t *studio, studio_app_t *app) {
  if (!make_room(studio))
    return false;
  studio_app_t *first = app_find_by_stream(studio, app->stream);
  if (first != NULL) {
    app->same_stream = first->same_stream;
    first->same_stream = app;
  } else if (!pointer_set_add(&studio->streams, app)) {
    return false;
  }
  app->row = (uint32_t)studio->apps_count;
  studio->apps[studio->apps_count++] = app;
  return true;
}

/* name_stream joins the parts with "/", for each app of each scan: printf would cost more than to find the app. false:
 * a name is longer than any of AWS's. */
static bool name_stream(char stream[4 * (ENTITY_NAME_LIMIT + 1)], const char *const parts[4]) {
  for (size_t i = 0; i < 4; i++) {
    size_t length = strlen(parts[i]);
    if (length > ENTITY_NAME_LIMIT)
      return false;
    memcpy(stream, parts[i], length);
    stream += length;
    *stream++ = i < 3 ? '/' : '\0';
  }
  return true;
}

const signal_rule_t app_rule_by_newest_event = {.signal = SIGNAL_LAST_EVENT};
const signal_rule_t app_rule_by_metric = {.signal = SIGNAL_METRIC};

static const signal_rule_t *rule_of(const studio_settings_t *settings, const char *type) {
  for (size_t i = 0; i < settings->rules_count; i++) {
    if (strcmp(settings->rules[i].app_type, type) == 0)
      return &settings->rules[i];
  }
  return &app_rule_by_newest_event;
}

/* add_app makes an app that the studio does not know yet; NULL: no memory. */
static studio_app_t *add_app(studio_t *studio, const char *stream, const studio_domain_t *domain, const char *user,
                             studio_space_t *space, const char *type) {
  studio_app_t *app = app_make(stream, user);
  if (app == NULL)
    return NULL;
  app->domain = domain;
  app->space = space;
  app->rule = rule_of(&studio->settings, type);
  app->type = words_get(&studio->words, type);
  if (app->type != NULL && append_app(studio, app))
    return app;
  free(app);
  return NULL;
}

/* find_app finds an app among those of its stream; NULL: the studio does not know it. */
static studio_app_t *find_app(const studio_t *studio, const char *stream, const studio_space_t *space) {
  studio_app_t *app = studio->next_row < studio->apps_count ? studio->apps[studio->next_row] : NULL;
  if (app != NULL && app->space == space && strcmp(app->stream, stream) == 0)
    return app;
  for (app = app_find_by_stream(studio, stream); app != NULL; app = app->same_stream) {
    if (app->space == space && strcmp(app->stream, stream) == 0)
      return app;
  }
  return NULL;
}

studio_app_t *app_get(studio_t *studio, const studio_domain_t *domain, const char *user, studio_space_t *space,
                      const char *type, const char *name) {
  const char *const parts[] = {domain->id, user != NULL ? user : space->name, type, name};
  char stream[4 * (ENTITY_NAME_LIMIT + 1)];
  if (!name_stream(stream, parts))
    return NULL;
  studio_app_t *app = find_app(studio, stream, space);
  if (app == NULL)
    app = add_app(studio, stream, domain, user, space, type);
  if (app != NULL)
    studio->next_row = app->row + 1;
  return app;
}

studio_app_t *app_find(studio_t *studio, const char *domain, const char *user, const char *space, const char *type,
                       const char *name) {
  const char *const parts[] = {domain, user != NULL ? user : space, type, name};
  char stream[4 * (ENTITY_NAME_LIMIT + 1)];
  if (!name_stream(stream, parts))
    return NULL;
  for (studio_app_t *app = app_find_by_stream(studio, stream); app != NULL; app = app->same_stream) {
    if ((app->space != NULL) == (space != NULL) && strcmp(app->stream, stream) == 0)
      return app;
  }
  return NULL;
}

/* unchain takes an app out of the chain of its stream. */
static void unchain(studio_t *studio, studio_app_t *app) {
  studio_app_t *first = app_find_by_stream(studio, app->stream);
  if (first != app) {
    while (first != NULL && first->same_stream != app)
      first = first->same_stream;
    if (first != NULL)
      first->same_stream = app->same_stream;
    return;
  }
  if (app->same_stream != NULL)
    pointer_set_replace(&studio->streams, app, app->same_stream);
  else
    pointer_set_remove(&studio->streams, app);
}

void app_forget(studio_t *studio, studio_app_t *app) {
  unchain(studio, app);
  studio_app_t *last = studio->apps[--studio->apps_count];
  studio->apps[app->row] = last;
  last->row = app->row;
  app_free(app);
}

bool app_log_as(studio_app_t *app, const char *name) {
  char *copy = name != NULL ? strdup(name) : NULL;
  if (name != NULL && copy == NULL)
    return false;
  free(app->log.logged_as);
  app->log.logged_as = copy;
  return true;
}

int64_t app_start_ms(const studio_app_t *app) { return max_ms(app->listing.created_ms, app->listing.started_ms); }

void app_note_start(studio_app_t *app) {
  int64_t absent_ms = app->listing.returned_ms - (int64_t)app->listing.absent_s * 1000;
  if (app->listing.returned_ms == 0 || app->log.newest_event_ms <= absent_ms)
    return;
  app->listing.started_ms = app->listing.returned_ms;
  app->listing.returned_ms = 0;
}

bool app_is_missed(const studio_t *studio, const studio_app_t *app) {
  bool was_there =
      studio->scan.odd_apps > 0 || (app->listing.in_scan >= studio->listing_before && studio->listing_before > 0);
  return was_there && app->listing.in_scan < studio->last_listing && app->listing.off_in_scan != studio->last_listing;
}

bool app_has_left(const studio_t *studio, const studio_app_t *app) {
  return studio->scan.listing_complete && !app_is_in_service(studio, app) && !app_is_missed(studio, app);
}

const char *app_name(const studio_app_t *app) { return strrchr(app->stream, '/') + 1; }

const char *app_user(const studio_app_t *app) {
  return app->space == NULL ? app->stream + strlen(app->stream) + 1 : NULL;
}

bool app_owner(const studio_app_t *app, const char **user) {
  *user = app->space != NULL ? app->space->owner : app_user(app);
  return app_owner_is_known(app);
}

const signal_rule_t *app_rule(const studio_app_t *app) {
  return app->chatter.is_switched && app->rule->chatty_rule != NULL ? app->rule->chatty_rule : app->rule;
}
