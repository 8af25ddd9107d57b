#include "studio/studio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "studio/hash.h"
#include "studio/owners.h"

/* Stream names are found without regard to case. */
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

static uint64_t hash_word(const void *item) { return hash_text(HASH_INIT, item); }

static bool is_word(const void *item, const void *key) { return strcmp(item, key) == 0; }

studio_t *studio_new(const studio_settings_t *settings, aws_session_t *session) {
  studio_t *studio = calloc(1, sizeof(*studio));
  if (studio == NULL)
    return NULL;
  studio->settings = *settings;
  studio->session = session;
  studio->streams.hash_of = hash_app;
  studio->words.hash_of = hash_word;
  owners_init(studio);
  return studio;
}

static void free_app(studio_app_t *app) {
  free(app->logged_as);
  free(app);
}

void studio_free(studio_t *studio) {
  if (studio == NULL)
    return;
  for (size_t i = 0; i < studio->apps_count; i++)
    free_app(studio->apps[i]);
  free(studio->apps);
  free(studio->queue);
  for (size_t i = 0; i < studio->domains_count; i++) {
    free(studio->domains[i]->id);
    free(studio->domains[i]->name);
    free(studio->domains[i]);
  }
  free(studio->domains);
  pointer_set_clear(&studio->streams);
  size_t at = 0;
  for (void *word = pointer_set_next(&studio->words, &at); word != NULL; word = pointer_set_next(&studio->words, &at))
    free(word);
  pointer_set_clear(&studio->words);
  owners_clear(studio);
  free(studio);
}

studio_domain_t *studio_domain(studio_t *studio, const char *id) {
  for (size_t i = 0; i < studio->domains_count; i++) {
    if (strcmp(studio->domains[i]->id, id) == 0)
      return studio->domains[i];
  }
  if (strlen(id) > OWNERS_NAME_LIMIT)
    return NULL;
  studio_domain_t **longer = realloc(studio->domains, (studio->domains_count + 1) * sizeof(*longer));
  if (longer == NULL)
    return NULL;
  studio->domains = longer;
  studio_domain_t *domain = calloc(1, sizeof(*domain));
  if (domain != NULL)
    domain->id = strdup(id);
  if (domain == NULL || domain->id == NULL) {
    free(domain);
    return NULL;
  }
  studio->domains[studio->domains_count++] = domain;
  return domain;
}

/* A name stays ambiguous once it was: what stands in identifiers should not change when a domain is deleted. */
static void find_namesakes(studio_t *studio, studio_domain_t *domain) {
  for (size_t i = 0; i < studio->domains_count; i++) {
    studio_domain_t *other = studio->domains[i];
    if (other != domain && other->name != NULL && strcmp(other->name, domain->name) == 0) {
      other->ambiguous = true;
      domain->ambiguous = true;
    }
  }
}

bool studio_name_domain(studio_t *studio, const char *id, const char *name) {
  studio_domain_t *domain = studio_domain(studio, id);
  if (domain == NULL)
    return false;
  domain->state = DOMAIN_LISTED;
  domain->listed = studio->scan.number;
  if (domain->name != NULL)
    return true;
  domain->name = strdup(name);
  if (domain->name == NULL)
    return false;
  find_namesakes(studio, domain);
  return true;
}

const char *studio_word(studio_t *studio, const char *text) {
  void *found = pointer_set_find(&studio->words, hash_word(text), is_word, text);
  if (found != NULL)
    return found;
  char *copy = strdup(text);
  if (copy != NULL && pointer_set_add(&studio->words, copy))
    return copy;
  free(copy);
  return NULL;
}

studio_app_t *studio_stream(const studio_t *studio, const char *name) {
  return pointer_set_find(&studio->streams, hash_stream(name), is_stream, name);
}

/* One allocation holds the app and its strings: DOMAIN/OWNER/TYPE/APP, then OWNER once more, on its own. */
static studio_app_t *make_app(const char *stream, const char *user) {
  size_t stream_size = strlen(stream) + 1;
  size_t user_size = user != NULL ? strlen(user) + 1 : 0;
  studio_app_t *app = calloc(1, offsetof(studio_app_t, stream) + stream_size + user_size);
  if (app == NULL)
    return NULL;
  memcpy(app->stream, stream, stream_size);
  if (user != NULL) {
    memcpy(app->stream + stream_size, user, user_size);
    app->user = app->stream + stream_size;
  }
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
  studio_app_t **queue = realloc(studio->queue, capacity * sizeof(*queue));
  if (queue == NULL)
    return false;
  studio->queue = queue;
  studio->apps_capacity = capacity;
  return true;
}

static bool append_app(studio_t *studio, studio_app_t *app) {
  if (!make_room(studio))
    return false;
  studio_app_t *first = studio_stream(studio, app->stream);
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

/* Each app of each scan comes by here: printf would cost more than to find it. false: a name is longer than AWS's. */
static bool name_stream(char stream[4 * (OWNERS_NAME_LIMIT + 1)], const char *const parts[4]) {
  for (size_t i = 0; i < 4; i++) {
    size_t length = strlen(parts[i]);
    if (length > OWNERS_NAME_LIMIT)
      return false;
    memcpy(stream, parts[i], length);
    stream += length;
    *stream++ = i < 3 ? '/' : '\0';
  }
  return true;
}

static const signal_rule_t *rule_of(const studio_settings_t *settings, const char *type) {
  for (size_t i = 0; i < settings->rules_count; i++) {
    if (strcmp(settings->rules[i].app_type, type) == 0)
      return &settings->rules[i];
  }
  return NULL;
}

/* NULL: no memory. */
static studio_app_t *add_app(studio_t *studio, const char *stream, const studio_domain_t *domain, const char *user,
                             studio_space_t *home, const char *type) {
  studio_app_t *app = make_app(stream, user);
  if (app == NULL)
    return NULL;
  app->domain = domain;
  app->home = home;
  app->rule = rule_of(&studio->settings, type);
  app->type = studio_word(studio, type);
  if (app->type != NULL && append_app(studio, app))
    return app;
  free(app);
  return NULL;
}

/* NULL: there is none. */
static studio_app_t *find_app(const studio_t *studio, const char *stream, const studio_space_t *home) {
  studio_app_t *app = studio->next_row < studio->apps_count ? studio->apps[studio->next_row] : NULL;
  if (app != NULL && app->home == home && strcmp(app->stream, stream) == 0)
    return app;
  for (app = studio_stream(studio, stream); app != NULL; app = app->same_stream) {
    if (app->home == home && strcmp(app->stream, stream) == 0)
      return app;
  }
  return NULL;
}

studio_app_t *studio_app(studio_t *studio, const studio_domain_t *domain, const char *user, studio_space_t *home,
                         const char *type, const char *name) {
  const char *const parts[] = {domain->id, user != NULL ? user : home->name, type, name};
  char stream[4 * (OWNERS_NAME_LIMIT + 1)];
  if (!name_stream(stream, parts))
    return NULL;
  studio_app_t *app = find_app(studio, stream, home);
  if (app == NULL)
    app = add_app(studio, stream, domain, user, home, type);
  if (app != NULL)
    studio->next_row = app->row + 1;
  return app;
}

studio_app_t *studio_find_app(studio_t *studio, const char *domain, const char *user, const char *space,
                              const char *type, const char *name) {
  const char *const parts[] = {domain, user != NULL ? user : space, type, name};
  char stream[4 * (OWNERS_NAME_LIMIT + 1)];
  if (!name_stream(stream, parts))
    return NULL;
  for (studio_app_t *app = studio_stream(studio, stream); app != NULL; app = app->same_stream) {
    if ((app->home != NULL) == (space != NULL) && strcmp(app->stream, stream) == 0)
      return app;
  }
  return NULL;
}

/* Takes an app out of its chain. */
static void unchain(studio_t *studio, studio_app_t *app) {
  studio_app_t *first = studio_stream(studio, app->stream);
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

void studio_forget(studio_t *studio, studio_app_t *app) {
  unchain(studio, app);
  studio_app_t *last = studio->apps[--studio->apps_count];
  studio->apps[app->row] = last;
  last->row = app->row;
  free_app(app);
}

bool studio_log_as(studio_app_t *app, const char *name) {
  char *copy = name != NULL ? strdup(name) : NULL;
  if (name != NULL && copy == NULL)
    return false;
  free(app->logged_as);
  app->logged_as = copy;
  return true;
}

void studio_note(studio_t *studio, operation_t operation, const aws_error_t *error) {
  studio->scan.tried[operation] = true;
  if (error != NULL && studio->scan.errors[operation].code[0] == '\0')
    studio->scan.errors[operation] = *error;
}

void studio_mark_beginning(studio_t *studio) {
  int64_t now_ms = aws_session_now_ms(studio->session);
  if (studio->scan.began_ms == 0 || now_ms < studio->scan.began_ms)
    studio->scan.began_ms = now_ms;
}

void studio_note_odd(studio_t *studio, operation_t operation, const char *name) {
  studio->scan.odd[operation]++;
  if (name[0] != '\0' && strlen(name) < sizeof(studio->scan.odd_example))
    memcpy(studio->scan.odd_example, name, strlen(name) + 1);
}

void studio_note_start(studio_app_t *app) {
  int64_t absent_ms = app->returned_ms - (int64_t)app->absent_s * 1000;
  if (app->returned_ms == 0 || app->last_event_ms <= absent_ms)
    return;
  app->started_ms = app->returned_ms;
  app->returned_ms = 0;
}

bool studio_is_missed(const studio_t *studio, const studio_app_t *app) {
  bool was_there = studio->scan.odd_apps > 0 || (app->listed >= studio->listing_before && studio->listing_before > 0);
  return was_there && app->listed < studio->last_listing && app->off_listed != studio->last_listing;
}

bool studio_is_in_service(const studio_t *studio, const studio_app_t *app) {
  return app->listed == studio->scan.number;
}

bool studio_is_watched(const studio_t *studio, const studio_app_t *app) {
  return studio_is_in_service(studio, app) && !app->excluded;
}

const char *studio_app_name(const studio_app_t *app) { return strrchr(app->stream, '/') + 1; }

bool studio_owner(const studio_app_t *app, const char **user) {
  *user = app->home != NULL ? app->home->owner : app->user;
  return app->home == NULL || app->home->known;
}

bool studio_alias_is_taken(const studio_t *studio, const studio_domain_t *domain, const studio_alias_t *alias) {
  return strcmp(alias->alias, alias->user) != 0 && studio_find_user(studio, domain, alias->alias) != NULL;
}

const char *studio_alias(const studio_t *studio, const studio_domain_t *domain, const char *user) {
  for (size_t i = 0; user != NULL && i < studio->settings.aliases_count; i++) {
    const studio_alias_t *alias = &studio->settings.aliases[i];
    if (strcmp(alias->user, user) == 0)
      return studio_alias_is_taken(studio, domain, alias) ? user : alias->alias;
  }
  return user;
}

signal_t studio_signal(const studio_t *studio, const studio_app_t *app, const char **pattern) {
  *pattern = app->switched || app->rule == NULL ? studio->settings.match_pattern : app->rule->pattern;
  if (app->switched)
    return SIGNAL_MATCH;
  return app->rule != NULL ? app->rule->signal : SIGNAL_LAST_EVENT;
}

bool studio_app_has_documented_stream(const char *type) {
  static const char *const types[] = {"JupyterServer", "KernelGateway", "JupyterLab", "CodeEditor"};
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
    if (strcmp(type, types[i]) == 0)
      return true;
  }
  return false;
}

bool studio_domain_label(const studio_t *studio, const studio_domain_t *domain, char *label, size_t size) {
  int length;
  if (!studio->settings.label_by_name)
    length = snprintf(label, size, "%s", domain->id);
  else if (domain->name == NULL)
    return false;
  else if (domain->ambiguous)
    length = snprintf(label, size, "%s~%s", domain->name, domain->id);
  else
    length = snprintf(label, size, "%s", domain->name);
  return length >= 0 && (size_t)length < size;
}
