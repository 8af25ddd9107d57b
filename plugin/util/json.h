/* Reading JSON responses: tolerant of members that we do not know, strict about the types of those that we do. Pure.
 *
 * The caller of json_parse frees the object, once, by json_object_put, or by json_put_wiped where it may hold a secret.
 * What the readers hand out is borrowed from the object, and lives as long. */
#ifndef UTIL_JSON_H
#define UTIL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

/* json_parse reads exactly one JSON object, nested at most 32 levels, with white space around it: RFC 8259's grammar
 * to the letter, whatever json-c's version. Inside strings, which people and programs fill as they please, a byte that
 * is not UTF-8 and half a surrogate pair become U+FFFD, and a control character stays as it is. An integer beyond 64
 * bits is a double; a member whose name has a NUL inside is left out; of two members of one name the last counts.
 * No copy of a string stays in memory but the object's, and none where the text is refused. NULL: the text is not such
 * an object, or there is no memory. */
json_object *json_parse(const char *bytes, size_t length) __attribute__((warn_unused_result));

/* json_wipe overwrites every string of object, which may be NULL and is not freed. */
void json_wipe(json_object *object);

/* json_member_t says what a member of an object is. A null counts as absent. */
typedef enum { JSON_ABSENT, JSON_PRESENT, JSON_WRONG } json_member_t;

/* The readers leave *value alone unless they return JSON_PRESENT. A string with a NUL inside is wrong. */
json_member_t json_member_text(json_object *object, const char *name, const char **value);
json_member_t json_member_object(json_object *object, const char *name, json_object **value);
json_member_t json_member_array(json_object *object, const char *name, json_object **value);

/* json_member_integer reads an integer as it stands. */
json_member_t json_member_integer(json_object *object, const char *name, int64_t *value);

/* json_member_seconds reads a timestamp in seconds, perhaps with a fraction, as milliseconds. */
json_member_t json_member_seconds(json_object *object, const char *name, int64_t *value_ms);

/* json_member_name is the text of a member that names the object; "": the object has no such text. */
const char *json_member_name(json_object *object, const char *name);

/* A member that json_read looks for, and where in a struct what the reader of that kind gives is put. */
typedef struct {
  const char *name;
  json_member_t (*read)(json_object *value, void *target);
  size_t offset;
} json_field_t;

/* For json_field_t: into a const char *, a json_object *, an int64_t of milliseconds. */
json_member_t json_as_text(json_object *value, void *target);
json_member_t json_as_object(json_object *value, void *target);
json_member_t json_as_seconds(json_object *value, void *target);

/* json_read goes through an object's members once, for responses that have thousands of them: to look each one up costs
 * more than to parse it. What is absent is left alone. false: it is no object, or a member is wrong. */
bool json_read(json_object *object, const json_field_t *fields, size_t count, void *target);

/* json_put_wiped wipes every string in the document before it is freed; object may be NULL. */
void json_put_wiped(json_object *object);

#endif
