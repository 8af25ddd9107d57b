#include "aws/answer.h"

#include <math.h>
#include <string.h>

/* The year 9999: no timestamp of AWS is beyond it, and a double that is cannot become an int64_t. */
#define SECONDS_MAX 253402300800.0

static answer_member_t find(json_object *object, const char *name, json_object **value) {
  *value = NULL;
  if (!json_object_is_type(object, json_type_object))
    return ANSWER_WRONG;
  return json_object_object_get_ex(object, name, value) && *value != NULL ? ANSWER_PRESENT : ANSWER_ABSENT;
}

static answer_member_t as(json_object *value, json_type type, json_object **target) {
  if (!json_object_is_type(value, type))
    return ANSWER_WRONG;
  *target = value;
  return ANSWER_PRESENT;
}

answer_member_t answer_as_object(json_object *value, void *target) { return as(value, json_type_object, target); }

answer_member_t answer_as_text(json_object *value, void *target) {
  if (!json_object_is_type(value, json_type_string))
    return ANSWER_WRONG;
  const char *text = json_object_get_string(value);
  if (text == NULL || strlen(text) != (size_t)json_object_get_string_len(value))
    return ANSWER_WRONG;
  *(const char **)target = text;
  return ANSWER_PRESENT;
}

answer_member_t answer_as_seconds(json_object *value, void *target) {
  if (!json_object_is_type(value, json_type_double) && !json_object_is_type(value, json_type_int))
    return ANSWER_WRONG;
  double seconds = json_object_get_double(value);
  if (!isfinite(seconds) || fabs(seconds) > SECONDS_MAX)
    return ANSWER_WRONG;
  *(int64_t *)target = llround(seconds * 1000.0);
  return ANSWER_PRESENT;
}

static const answer_field_t *field_of(const answer_field_t *fields, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (fields[i].name[0] == name[0] && strcmp(fields[i].name, name) == 0)
      return &fields[i];
  }
  return NULL;
}

bool answer_read(json_object *object, const answer_field_t *fields, size_t count, void *target) {
  if (!json_object_is_type(object, json_type_object))
    return false;
  struct lh_entry *entry;
  lh_foreach(json_object_get_object(object), entry) {
    json_object *value = (json_object *)lh_entry_v(entry);
    const answer_field_t *field = value != NULL ? field_of(fields, count, lh_entry_k(entry)) : NULL;
    if (field != NULL && field->read(value, (char *)target + field->offset) == ANSWER_WRONG)
      return false;
  }
  return true;
}

answer_member_t answer_object(json_object *object, const char *name, json_object **value) {
  json_object *found = NULL;
  answer_member_t is = find(object, name, &found);
  return is == ANSWER_PRESENT ? answer_as_object(found, value) : is;
}

answer_member_t answer_array(json_object *object, const char *name, json_object **value) {
  json_object *found = NULL;
  answer_member_t is = find(object, name, &found);
  return is == ANSWER_PRESENT ? as(found, json_type_array, value) : is;
}

answer_member_t answer_text(json_object *object, const char *name, const char **value) {
  json_object *found = NULL;
  answer_member_t is = find(object, name, &found);
  return is == ANSWER_PRESENT ? answer_as_text(found, value) : is;
}

const char *answer_name(json_object *object, const char *name) {
  const char *text = "";
  (void)answer_text(object, name, &text);
  return text;
}

answer_member_t answer_integer(json_object *object, const char *name, int64_t *value) {
  json_object *found = NULL;
  answer_member_t is = find(object, name, &found);
  if (is != ANSWER_PRESENT)
    return is;
  if (!json_object_is_type(found, json_type_int))
    return ANSWER_WRONG;
  *value = json_object_get_int64(found);
  return ANSWER_PRESENT;
}

answer_member_t answer_seconds(json_object *object, const char *name, int64_t *value_ms) {
  json_object *found = NULL;
  answer_member_t is = find(object, name, &found);
  return is == ANSWER_PRESENT ? answer_as_seconds(found, value_ms) : is;
}
