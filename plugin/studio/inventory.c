#include "studio/inventory.h"

#include <string.h>

#include "aws/answer.h"
#include "studio/request.h"

/* Short and empty pages are legal, but a hundred empty ones in a row are a server that sends us round in circles. */
#define BARREN_PAGES_MAX 100

static bool contains(const studio_names_t *names, const char *name) {
  for (size_t i = 0; i < names->count; i++) {
    if (strcmp(names->items[i], name) == 0)
      return true;
  }
  return false;
}

static bool is_selected(const studio_settings_t *settings, const char *domain, const char *type, const char *instance) {
  if (settings->domains.count > 0 && !contains(&settings->domains, domain))
    return false;
  if (settings->app_types.count > 0)
    return contains(&settings->app_types, type);
  return studio_app_is_billed(type, instance);
}

/* A name that is empty or has a '/' would make the parts of a stream's name ambiguous; AWS allows neither. */
static bool read_name(json_object *item, const char *member, const char **name) {
  return answer_text(item, member, name) == ANSWER_PRESENT && (*name)[0] != '\0' && strchr(*name, '/') == NULL;
}

typedef struct {
  const char *domain, *user, *space, *type, *name, *status, *instance_type;
  int64_t created_ms;
} listed_app_t;

static bool read_app(json_object *item, listed_app_t *app) {
  json_object *resource = NULL;
  *app = (listed_app_t){0};
  if (!read_name(item, "DomainId", &app->domain) || !read_name(item, "AppType", &app->type) ||
      !read_name(item, "AppName", &app->name) || answer_text(item, "Status", &app->status) != ANSWER_PRESENT ||
      answer_seconds(item, "CreationTime", &app->created_ms) == ANSWER_WRONG ||
      answer_object(item, "ResourceSpec", &resource) == ANSWER_WRONG ||
      (resource != NULL && answer_text(resource, "InstanceType", &app->instance_type) == ANSWER_WRONG))
    return false;
  bool has_user = read_name(item, "UserProfileName", &app->user);
  return has_user != read_name(item, "SpaceName", &app->space);
}

/* An app that was not in service in the last complete listing and is now has just been started, whatever its creation
 * time says: that of an app which is started again within a day may be the old one. */
static bool note_in_service(studio_t *studio, const studio_domain_t *domain, const listed_app_t *listed) {
  studio_app_t *app = studio_app(studio, domain, listed->user, listed->space, listed->type, listed->name);
  if (app == NULL)
    return false;
  if (listed->instance_type != NULL) {
    app->instance_type = studio_word(studio, listed->instance_type);
    if (app->instance_type == NULL)
      return false;
  }
  if (app->listed < studio->last_listing)
    app->started_ms = aws_session_now_ms(studio->session);
  app->created_ms = listed->created_ms;
  app->listed = studio->scan.number;
  return true;
}

static bool note_app(studio_t *studio, const listed_app_t *listed) {
  if (strcmp(listed->status, "InService") != 0 ||
      !is_selected(&studio->settings, listed->domain, listed->type, listed->instance_type))
    return true;
  studio_domain_t *domain = studio_domain(studio, listed->domain);
  if (domain == NULL)
    return false;
  /* Asked before, and it was not there: it has been made since. */
  if (domain->state == DOMAIN_ABSENT)
    domain->state = DOMAIN_UNASKED;
  return note_in_service(studio, domain, listed);
}

static aws_verdict_t on_apps(void *owner, json_object *out) {
  inventory_t *inventory = owner;
  json_object *apps = NULL;
  if (answer_array(out, "Apps", &apps) != ANSWER_PRESENT)
    return AWS_MALFORMED;
  size_t count = json_object_array_length(apps);
  inventory->barren_pages = count > 0 ? 0 : inventory->barren_pages + 1;
  if (inventory->barren_pages > BARREN_PAGES_MAX)
    return AWS_MALFORMED;
  for (size_t i = 0; i < count; i++) {
    listed_app_t listed;
    if (!read_app(json_object_array_get_idx(apps, i), &listed) || !note_app(inventory->studio, &listed))
      return AWS_MALFORMED;
  }
  return AWS_MORE;
}

static aws_verdict_t on_domains(void *owner, json_object *out) {
  inventory_t *inventory = owner;
  json_object *domains = NULL;
  if (answer_array(out, "Domains", &domains) != ANSWER_PRESENT)
    return AWS_MALFORMED;
  size_t count = json_object_array_length(domains);
  inventory->barren_pages = count > 0 ? 0 : inventory->barren_pages + 1;
  if (inventory->barren_pages > BARREN_PAGES_MAX)
    return AWS_MALFORMED;
  for (size_t i = 0; i < count; i++) {
    json_object *item = json_object_array_get_idx(domains, i);
    const char *id = NULL;
    const char *name = NULL;
    if (!read_name(item, "DomainId", &id) || !read_name(item, "DomainName", &name) ||
        !studio_name_domain(inventory->studio, id, name))
      return AWS_MALFORMED;
  }
  return AWS_MORE;
}

static void on_domains_done(void *owner, const aws_error_t *error) {
  inventory_t *inventory = owner;
  studio_t *studio = inventory->studio;
  studio_note(studio, OPERATION_LIST_DOMAINS, error);
  for (size_t i = 0; error == NULL && i < studio->domains_count; i++) {
    if (studio->domains[i]->state == DOMAIN_UNASKED)
      studio->domains[i]->state = DOMAIN_ABSENT;
  }
  inventory->done(inventory->owner);
}

/* Names do not change: ListDomains is asked for only when a domain shows up that has not been asked for. */
static bool wants_domains(studio_t *studio) {
  for (size_t i = 0; i < studio->settings.domains.count; i++)
    studio_domain(studio, studio->settings.domains.items[i]);
  for (size_t i = 0; i < studio->domains_count; i++) {
    if (studio->domains[i]->state == DOMAIN_UNASKED)
      return true;
  }
  return false;
}

static void on_apps_done(void *owner, const aws_error_t *error) {
  inventory_t *inventory = owner;
  studio_t *studio = inventory->studio;
  studio_note(studio, OPERATION_LIST_APPS, error);
  studio->scan.listed = error == NULL;
  if (studio->scan.listed)
    studio->last_listing = studio->scan.number;
  inventory->barren_pages = 0;
  if (wants_domains(studio))
    request_list_domains(studio, on_domains, on_domains_done, inventory);
  else
    inventory->done(inventory->owner);
}

void inventory_start(inventory_t *inventory, studio_t *studio, inventory_done_t *done, void *owner) {
  *inventory = (inventory_t){.studio = studio, .done = done, .owner = owner};
  const studio_names_t *domains = &studio->settings.domains;
  request_list_apps(studio, domains->count == 1 ? domains->items[0] : NULL, on_apps, on_apps_done, inventory);
}
