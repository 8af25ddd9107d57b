#include "studio/listing.h"

#include <string.h>

#include "aws/answer.h"

#define GIB ((int64_t)1 << 30)

/* The largest volume of EBS is 64 TiB. */
#define VOLUME_GIB_MAX 65536

/* A name that is empty or has a '/' would make the parts of a stream's name ambiguous; AWS allows neither. */
static bool is_name(const char *name) { return name[0] != '\0' && strchr(name, '/') == NULL; }

static bool read_name(json_object *item, const char *member, const char **name) {
  return answer_text(item, member, name) == ANSWER_PRESENT && is_name(*name);
}

/* Absent is well; wrong is not. */
static bool read_optional_name(json_object *item, const char *member, const char **name) {
  answer_member_t is = answer_text(item, member, name);
  return is == ANSWER_ABSENT || (is == ANSWER_PRESENT && is_name(*name));
}

bool listing_app(json_object *item, listing_app_t *app) {
  json_object *resource = NULL;
  const char *plan = NULL;
  *app = (listing_app_t){0};
  if (!read_name(item, "DomainId", &app->domain) || !read_name(item, "AppType", &app->type) ||
      !read_name(item, "AppName", &app->name) || answer_text(item, "Status", &app->status) != ANSWER_PRESENT ||
      !read_optional_name(item, "UserProfileName", &app->user) || !read_optional_name(item, "SpaceName", &app->space) ||
      answer_seconds(item, "CreationTime", &app->created_ms) == ANSWER_WRONG ||
      answer_object(item, "ResourceSpec", &resource) == ANSWER_WRONG)
    return false;
  if (resource != NULL && (answer_text(resource, "InstanceType", &app->instance_type) == ANSWER_WRONG ||
                           answer_text(resource, "TrainingPlanArn", &plan) == ANSWER_WRONG))
    return false;
  app->on_plan = plan != NULL && plan[0] != '\0';
  return (app->user != NULL) != (app->space != NULL);
}

bool listing_domain(json_object *item, listing_domain_t *domain) {
  return read_name(item, "DomainId", &domain->id) && read_name(item, "DomainName", &domain->name);
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

bool listing_space(json_object *item, listing_space_t *space) {
  static const char *const ownership[] = {"OwnershipSettingsSummary"};
  static const char *const storage[] = {"SpaceSettingsSummary", "SpaceStorageSettings", "EbsStorageSettings"};
  json_object *owned = NULL;
  json_object *volume = NULL;
  int64_t gib = 0;
  *space = (listing_space_t){0};
  if (!read_name(item, "DomainId", &space->domain) || !read_name(item, "SpaceName", &space->name) ||
      answer_seconds(item, "LastModifiedTime", &space->modified_ms) == ANSWER_WRONG ||
      !descend(item, ownership, 1, &owned) || !descend(item, storage, 3, &volume))
    return false;
  if (owned != NULL && !read_optional_name(owned, "OwnerUserProfileName", &space->owner))
    return false;
  if (volume != NULL && answer_integer(volume, "EbsVolumeSizeInGb", &gib) == ANSWER_WRONG)
    return false;
  if (gib < 0 || gib > VOLUME_GIB_MAX)
    return false;
  space->volume_bytes = gib * GIB;
  return true;
}
