#include "aws/answer.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include <json-c/printbuf.h>

/* The deepest answer that we read has five levels. */
#define DEPTH_MAX 32

/* The year 9999: no timestamp of AWS is beyond it, and a double that is cannot become an int64_t. */
#define SECONDS_MAX 253402300800.0

/* Longer than any key: the parser's own memory does not grow while it holds one, for growing leaves copies behind. */
#define PARSER_ROOM_BYTES ((size_t)64 * 1024)

static void make_room(json_tokener *tokener, size_t length) {
  size_t room = length < PARSER_ROOM_BYTES ? length : PARSER_ROOM_BYTES;
  if (printbuf_memset(tokener->pb, 0, 0, (int)room) == 0)
    printbuf_reset(tokener->pb);
}

json_object *answer_parse(const char *bytes, size_t length) {
  if (length > INT_MAX)
    return NULL;
  json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
  if (tokener == NULL)
    return NULL;
  make_room(tokener, length);
  json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  json_object *object = json_tokener_parse_ex(tokener, bytes, (int)length);
  bool whole = json_tokener_get_error(tokener) == json_tokener_success &&
               json_tokener_get_parse_end(tokener) == length && json_object_is_type(object, json_type_object);
  explicit_bzero(tokener->pb->buf, (size_t)tokener->pb->size);
  json_tokener_free(tokener);
  if (whole)
    return object;
  json_object_put(object);
  return NULL;
}

static answer_member_t member(json_object *object, const char *name, json_type type, json_object **value) {
  json_object *found = NULL;
  if (!json_object_is_type(object, json_type_object))
    return ANSWER_WRONG;
  if (!json_object_object_get_ex(object, name, &found) || found == NULL)
    return ANSWER_ABSENT;
  if (!json_object_is_type(found, type))
    return ANSWER_WRONG;
  *value = found;
  return ANSWER_PRESENT;
}

answer_member_t answer_object(json_object *object, const char *name, json_object **value) {
  return member(object, name, json_type_object, value);
}

answer_member_t answer_array(json_object *object, const char *name, json_object **value) {
  return member(object, name, json_type_array, value);
}

answer_member_t answer_text(json_object *object, const char *name, const char **value) {
  json_object *found = NULL;
  answer_member_t is = member(object, name, json_type_string, &found);
  if (is != ANSWER_PRESENT)
    return is;
  const char *text = json_object_get_string(found);
  if (text == NULL || strlen(text) != (size_t)json_object_get_string_len(found))
    return ANSWER_WRONG;
  *value = text;
  return ANSWER_PRESENT;
}

answer_member_t answer_integer(json_object *object, const char *name, int64_t *value) {
  json_object *found = NULL;
  answer_member_t is = member(object, name, json_type_int, &found);
  if (is == ANSWER_PRESENT)
    *value = json_object_get_int64(found);
  return is;
}

answer_member_t answer_seconds(json_object *object, const char *name, int64_t *value_ms) {
  json_object *found = NULL;
  answer_member_t is = member(object, name, json_type_double, &found);
  if (is == ANSWER_WRONG)
    is = member(object, name, json_type_int, &found);
  if (is != ANSWER_PRESENT)
    return is;
  double seconds = json_object_get_double(found);
  if (!isfinite(seconds) || fabs(seconds) > SECONDS_MAX)
    return ANSWER_WRONG;
  *value_ms = llround(seconds * 1000.0);
  return ANSWER_PRESENT;
}
