#include "util/json.h"

#include <math.h>
#include <string.h>

/* The year 9999: no timestamp of AWS is beyond it, and a double that is cannot become an int64_t. */
#define SECONDS_MAX 253402300800.0

static json_member_t find(json_object *object, const char *name, json_object **value) {
  *value = NULL;
  if (!json_object_is_type(object, json_type_object))
    return JSON_WRONG;
  return json_object_object_get_ex(object, name, value) && *value != NULL ? JSON_PRESENT : JSON_ABSENT;
}

static json_member_t as(json_object *value, json_type type, json_object **target) {
  if (!json_object_is_type(value, type))
    return JSON_WRONG;
  *target = value;
  return JSON_PRESENT;
}

json_member_t json_as_object(json_object *value, void *target) { return as(value, json_type_object, target); }

json_member_t json_as_text(json_object *value, void *target) {
  if (!json_object_is_type(value, json_type_string))
    return JSON_WRONG;
  const char *text = json_object_get_string(value);
  if (text == NULL || strlen(text) != (size_t)json_object_get_string_len(value))
    return JSON_WRONG;
  *(const char **)target = text;
  return JSON_PRESENT;
}

json_member_t json_as_seconds(json_object *value, void *target) {
  if (!json_object_is_type(value, json_type_double) && !json_object_is_type(value, json_type_int))
    return JSON_WRONG;
  double seconds = json_object_get_double(value);
  if (!isfinite(seconds) || fabs(seconds) > SECONDS_MAX)
    return JSON_WRONG;
  *(int64_t *)target = llround(seconds * 1000.0);
  return JSON_PRESENT;
}

static const json_field_t *field_of(const json_field_t *fields, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (fields[i].name[0] == name[0] && strcmp(fields[i].name, name) == 0)
      return &fields[i];
  }
  return NULL;
}

bool json_read(json_object *object, const json_field_t *fields, size_t count, void *target) {
  if (!json_object_is_type(object, json_type_object))
    return false;
  struct lh_entry *entry;
  lh_foreach(json_object_get_object(object), entry) {
    json_object *value = (json_object *)lh_entry_v(entry);
    const json_field_t *field = value != NULL ? field_of(fields, count, lh_entry_k(entry)) : NULL;
    if (field != NULL && field->read(value, (char *)target + field->offset) == JSON_WRONG)
      return false;
  }
  return true;
}

json_member_t json_member_object(json_object *object, const char *name, json_object **value) {
  json_object *found = NULL;
  json_member_t member = find(object, name, &found);
  return member == JSON_PRESENT ? json_as_object(found, value) : member;
}

json_member_t json_member_array(json_object *object, const char *name, json_object **value) {
  json_object *found = NULL;
  json_member_t member = find(object, name, &found);
  return member == JSON_PRESENT ? as(found, json_type_array, value) : member;
}

json_member_t json_member_text(json_object *object, const char *name, const char **value) {
  json_object *found = NULL;
  json_member_t member = find(object, name, &found);
  return member == JSON_PRESENT ? json_as_text(found, value) : member;
}

const char *json_member_name(json_object *object, const char *name) {
  const char *text = "";
  (void)json_member_text(object, name, &text);
  return text;
}

json_member_t json_member_integer(json_object *object, const char *name, int64_t *value) {
  json_object *found = NULL;
  json_member_t member = find(object, name, &found);
  if (member != JSON_PRESENT)
    return member;
  if (!json_object_is_type(found, json_type_int))
    return JSON_WRONG;
  *value = json_object_get_int64(found);
  return JSON_PRESENT;
}

json_member_t json_member_seconds(json_object *object, const char *name, int64_t *value_ms) {
  json_object *found = NULL;
  json_member_t member = find(object, name, &found);
  return member == JSON_PRESENT ? json_as_seconds(found, value_ms) : member;
}

void json_put_wiped(json_object *object) {
  json_wipe(object);
  (void)json_object_put(object);
}
