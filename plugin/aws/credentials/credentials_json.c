#include "aws/credentials/credentials_json.h"

#include <string.h>

#include "util/date.h"
#include "util/json.h"

const credentials_json_fields_t credentials_json_metadata_fields = {
    .id = "AccessKeyId",
    .secret = "SecretAccessKey",
    .token = "Token",
    .expires = "Expiration",
    .time = CREDENTIALS_JSON_ISO8601,
    .needs_token = true,
    .needs_expiry = true,
};

static json_member_t read_expiry(json_object *object, const credentials_json_fields_t *fields, int64_t *expires_ms) {
  const char *text = "";
  json_member_t member = JSON_WRONG;
  if (fields->time == CREDENTIALS_JSON_MILLISECONDS)
    return json_member_integer(object, fields->expires, expires_ms);
  if (fields->time == CREDENTIALS_JSON_SECONDS_OR_ISO8601)
    member = json_member_seconds(object, fields->expires, expires_ms);
  if (member != JSON_WRONG)
    return member;
  member = json_member_text(object, fields->expires, &text);
  return member == JSON_PRESENT && !date_parse_iso8601(text, expires_ms) ? JSON_WRONG : member;
}

bool credentials_json_read(json_object *object, const credentials_json_fields_t *fields, const char *source,
                           credentials_t *credentials, const char **wrong) {
  const char *id = "";
  const char *secret = "";
  const char *token = "";
  int64_t expires_ms = 0;
  *wrong = NULL;
  if (json_member_text(object, fields->id, &id) != JSON_PRESENT || id[0] == '\0')
    *wrong = "it has no access key id";
  else if (json_member_text(object, fields->secret, &secret) != JSON_PRESENT || secret[0] == '\0')
    *wrong = "it has no secret access key";
  else if (json_member_text(object, fields->token, &token) == JSON_WRONG || (fields->needs_token && token[0] == '\0'))
    *wrong = "it has no session token";
  if (*wrong == NULL && credentials_find_unsendable(id, secret, token) != NULL)
    *wrong = "a key in it has a blank, a line end or another character that none has";
  json_member_t expiry = *wrong == NULL ? read_expiry(object, fields, &expires_ms) : JSON_ABSENT;
  if (*wrong == NULL && (expiry == JSON_WRONG || (fields->needs_expiry && expiry == JSON_ABSENT)))
    *wrong = "it does not say when the keys expire, or not as AWS writes times";
  return *wrong == NULL && credentials_set(credentials, id, secret, token, expires_ms, source);
}

bool credentials_json_is_json(const char *bytes, size_t length) {
  json_object *object = json_parse(bytes, length);
  json_put_wiped(object);
  return object != NULL;
}

bool credentials_json_set(json_object *document, const char *name, const char *value) {
  json_object *old = NULL;
  json_object *text = json_object_new_string(value);
  if (text == NULL)
    return false;
  if (json_object_object_get_ex(document, name, &old))
    json_wipe(old);
  if (json_object_object_add(document, name, text) == 0)
    return true;
  json_put_wiped(text);
  return false;
}

static bool write_string(const char *string, size_t length, buffer_t *text) {
  bool written = buffer_add_text(text, "\"");
  for (size_t i = 0; written && i < length; i++) {
    if (string[i] == '"' || string[i] == '\\')
      written = buffer_add_text(text, "\\") && buffer_add(text, &string[i], 1);
    else if ((unsigned char)string[i] < ' ')
      written = buffer_add_format(text, "\\u%04x", (unsigned)string[i]);
    else
      written = buffer_add(text, &string[i], 1);
  }
  return written && buffer_add_text(text, "\"");
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as json_parse reads */
static bool write_members(json_object *object, buffer_t *text) {
  bool written = buffer_add_text(text, "{");
  const char *separator = "";
  struct lh_entry *entry;
  lh_foreach(json_object_get_object(object), entry) {
    const char *name = lh_entry_k(entry);
    written = written && buffer_add_text(text, separator) && write_string(name, strlen(name), text) &&
              buffer_add_text(text, ":") && credentials_json_write((json_object *)lh_entry_v(entry), text);
    separator = ",";
  }
  return written && buffer_add_text(text, "}");
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as json_parse reads */
static bool write_items(json_object *array, buffer_t *text) {
  bool written = buffer_add_text(text, "[");
  for (size_t i = 0; written && i < json_object_array_length(array); i++)
    written =
        (i == 0 || buffer_add_text(text, ",")) && credentials_json_write(json_object_array_get_idx(array, i), text);
  return written && buffer_add_text(text, "]");
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as json_parse reads */
bool credentials_json_write(json_object *object, buffer_t *text) {
  switch (json_object_get_type(object)) {
  case json_type_object:
    return write_members(object, text);
  case json_type_array:
    return write_items(object, text);
  case json_type_string:
    return write_string(json_object_get_string(object), (size_t)json_object_get_string_len(object), text);
  default:
    return buffer_add_text(text,
                           object != NULL ? json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN) : "null");
  }
}
