#include "studio/listing.h"

#include <stddef.h>
#include <string.h>

#include "studio/entity_key.h"
#include "util/json.h"

#define GIB ((int64_t)1 << 30)

/* VOLUME_GIB_MAX is EBS's largest volume, 64 TiB. */
#define VOLUME_GIB_MAX 65536

/* is_name refuses a name that is empty or has a '/', which would make the parts of a stream's name ambiguous; AWS
 * allows neither, nor names as long as that. */
static bool is_name(const char *name) {
  return name[0] != '\0' && strchr(name, '/') == NULL && strlen(name) <= ENTITY_NAME_LIMIT;
}

static bool is_present_name(const char *name) { return name != NULL && is_name(name); }

static bool is_absent_or_name(const char *name) { return name == NULL || is_name(name); }

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What an item holds in parts of its own is read in a second step. */
typedef struct {
  listing_app_t app;
  json_object *resource;
  const char *plan;
} app_item_t;

bool listing_app(json_object *item, listing_app_t *app) {
  static const json_field_t fields[] = {
      {"AppName", json_as_text, offsetof(app_item_t, app.name)},
      {"AppType", json_as_text, offsetof(app_item_t, app.type)},
      {"DomainId", json_as_text, offsetof(app_item_t, app.domain)},
      {"SpaceName", json_as_text, offsetof(app_item_t, app.space)},
      {"UserProfileName", json_as_text, offsetof(app_item_t, app.user)},
      {"Status", json_as_text, offsetof(app_item_t, app.status)},
      {"CreationTime", json_as_seconds, offsetof(app_item_t, app.created_ms)},
      {"ResourceSpec", json_as_object, offsetof(app_item_t, resource)},
  };
  static const json_field_t resource_fields[] = {
      {"InstanceType", json_as_text, offsetof(app_item_t, app.instance_type)},
      {"TrainingPlanArn", json_as_text, offsetof(app_item_t, plan)},
  };
  app_item_t read = {.resource = NULL};
  if (!json_read(item, fields, COUNT(fields), &read) ||
      (read.resource != NULL && !json_read(read.resource, resource_fields, COUNT(resource_fields), &read)))
    return false;
  *app = read.app;
  if (app->instance_type != NULL && app->instance_type[0] == '\0')
    app->instance_type = NULL;
  app->on_plan = read.plan != NULL && read.plan[0] != '\0';
  return is_present_name(app->domain) && is_present_name(app->type) && is_present_name(app->name) &&
         app->status != NULL && is_absent_or_name(app->user) && is_absent_or_name(app->space) &&
         (app->user != NULL) != (app->space != NULL);
}

bool listing_domain(json_object *item, listing_domain_t *domain) {
  static const json_field_t fields[] = {
      {"DomainId", json_as_text, offsetof(listing_domain_t, id)},
      {"DomainName", json_as_text, offsetof(listing_domain_t, name)},
  };
  *domain = (listing_domain_t){0};
  return json_read(item, fields, COUNT(fields), domain) && is_present_name(domain->id) && is_present_name(domain->name);
}

/* descend follows the names of nested objects; *found is NULL where an object is absent. false: a member is there and
 * is no object. */
static bool descend(json_object *item, const char *const *names, size_t count, json_object **found) {
  *found = item;
  for (size_t i = 0; i < count && *found != NULL; i++) {
    json_object *next = NULL;
    if (json_member_object(*found, names[i], &next) == JSON_WRONG)
      return false;
    *found = next;
  }
  return true;
}

/* What an item holds in parts of its own is read in further steps. */
typedef struct {
  listing_space_t space;
  json_object *ownership, *settings;
} space_item_t;

/* sharing_of: a space is one although its sharing is not understood, as it is without. */
static const char *sharing_of(json_object *item) {
  json_object *sharing = NULL;
  bool is_there = json_member_object(item, "SpaceSharingSettingsSummary", &sharing) == JSON_PRESENT;
  return is_there ? json_member_name(sharing, "SharingType") : "";
}

bool listing_space(json_object *item, listing_space_t *space) {
  static const json_field_t fields[] = {
      {"SpaceName", json_as_text, offsetof(space_item_t, space.name)},
      {"DomainId", json_as_text, offsetof(space_item_t, space.domain)},
      {"LastModifiedTime", json_as_seconds, offsetof(space_item_t, space.modified_ms)},
      {"OwnershipSettingsSummary", json_as_object, offsetof(space_item_t, ownership)},
      {"SpaceSettingsSummary", json_as_object, offsetof(space_item_t, settings)},
  };
  static const char *const storage[] = {"SpaceStorageSettings", "EbsStorageSettings"};
  space_item_t read = {.ownership = NULL};
  json_object *volume = NULL;
  const char *remote = "";
  int64_t gib = 0;
  if (!json_read(item, fields, COUNT(fields), &read) ||
      (read.ownership != NULL &&
       json_member_text(read.ownership, "OwnerUserProfileName", &read.space.owner) == JSON_WRONG) ||
      (read.settings != NULL && (!descend(read.settings, storage, COUNT(storage), &volume) ||
                                 json_member_text(read.settings, "RemoteAccess", &remote) == JSON_WRONG)) ||
      (volume != NULL && json_member_integer(volume, "EbsVolumeSizeInGb", &gib) == JSON_WRONG) || gib < 0 ||
      gib > VOLUME_GIB_MAX)
    return false;
  *space = read.space;
  space->sharing = sharing_of(item);
  space->volume_bytes = gib * GIB;
  space->remote = strcmp(remote, "ENABLED") == 0;
  return is_present_name(space->domain) && is_present_name(space->name) && is_absent_or_name(space->owner);
}
