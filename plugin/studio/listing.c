#include "studio/listing.h"

#include <stddef.h>
#include <string.h>

#include "aws/answer.h"
#include "studio/owners.h"

#define GIB ((int64_t)1 << 30)

/* The largest volume of EBS is 64 TiB. */
#define VOLUME_GIB_MAX 65536

/* A name that is empty or has a '/' would make the parts of a stream's name ambiguous; AWS allows neither, nor names as
 * long as that. */
static bool is_name(const char *name) {
  return name[0] != '\0' && strchr(name, '/') == NULL && strlen(name) <= OWNERS_NAME_LIMIT;
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
  static const answer_field_t fields[] = {
      {"AppName", answer_as_text, offsetof(app_item_t, app.name)},
      {"AppType", answer_as_text, offsetof(app_item_t, app.type)},
      {"DomainId", answer_as_text, offsetof(app_item_t, app.domain)},
      {"SpaceName", answer_as_text, offsetof(app_item_t, app.space)},
      {"UserProfileName", answer_as_text, offsetof(app_item_t, app.user)},
      {"Status", answer_as_text, offsetof(app_item_t, app.status)},
      {"CreationTime", answer_as_seconds, offsetof(app_item_t, app.created_ms)},
      {"ResourceSpec", answer_as_object, offsetof(app_item_t, resource)},
  };
  static const answer_field_t resource_fields[] = {
      {"InstanceType", answer_as_text, offsetof(app_item_t, app.instance_type)},
      {"TrainingPlanArn", answer_as_text, offsetof(app_item_t, plan)},
  };
  app_item_t read = {.resource = NULL};
  if (!answer_read(item, fields, COUNT(fields), &read) ||
      (read.resource != NULL && !answer_read(read.resource, resource_fields, COUNT(resource_fields), &read)))
    return false;
  *app = read.app;
  app->on_plan = read.plan != NULL && read.plan[0] != '\0';
  return is_present_name(app->domain) && is_present_name(app->type) && is_present_name(app->name) &&
         app->status != NULL && is_absent_or_name(app->user) && is_absent_or_name(app->space) &&
         (app->user != NULL) != (app->space != NULL);
}

bool listing_domain(json_object *item, listing_domain_t *domain) {
  static const answer_field_t fields[] = {
      {"DomainId", answer_as_text, offsetof(listing_domain_t, id)},
      {"DomainName", answer_as_text, offsetof(listing_domain_t, name)},
  };
  *domain = (listing_domain_t){0};
  return answer_read(item, fields, COUNT(fields), domain) && is_present_name(domain->id) &&
         is_present_name(domain->name);
}

/* Follows the names of nested objects; *found is NULL where one is absent. false: one is no object. */
static bool descend(json_object *item, const char *const *names, size_t count, json_object **found) {
  *found = item;
  for (size_t i = 0; i < count && *found != NULL; i++) {
    json_object *next = NULL;
    if (answer_object(*found, names[i], &next) == ANSWER_WRONG)
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

bool listing_space(json_object *item, listing_space_t *space) {
  static const answer_field_t fields[] = {
      {"SpaceName", answer_as_text, offsetof(space_item_t, space.name)},
      {"DomainId", answer_as_text, offsetof(space_item_t, space.domain)},
      {"LastModifiedTime", answer_as_seconds, offsetof(space_item_t, space.modified_ms)},
      {"OwnershipSettingsSummary", answer_as_object, offsetof(space_item_t, ownership)},
      {"SpaceSettingsSummary", answer_as_object, offsetof(space_item_t, settings)},
  };
  static const char *const storage[] = {"SpaceStorageSettings", "EbsStorageSettings"};
  space_item_t read = {.ownership = NULL};
  json_object *volume = NULL;
  int64_t gib = 0;
  if (!answer_read(item, fields, COUNT(fields), &read) ||
      (read.ownership != NULL &&
       answer_text(read.ownership, "OwnerUserProfileName", &read.space.owner) == ANSWER_WRONG) ||
      (read.settings != NULL && !descend(read.settings, storage, COUNT(storage), &volume)) ||
      (volume != NULL && answer_integer(volume, "EbsVolumeSizeInGb", &gib) == ANSWER_WRONG) || gib < 0 ||
      gib > VOLUME_GIB_MAX)
    return false;
  *space = read.space;
  space->volume_bytes = gib * GIB;
  return is_present_name(space->domain) && is_present_name(space->name) && is_absent_or_name(space->owner);
}
