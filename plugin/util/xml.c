#include "util/xml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/buffer.h"
#include "util/json.h"
#include "util/utf8.h"

/* STS's responses are nested at most four deep: AssumeRoleResponse, AssumeRoleResult, Credentials, AccessKeyId. */
#define DEPTH_MAX 8

#define NAME_MAX_BYTES 63

/* Session tokens have some kilobytes. */
#define TEXT_LIMIT_BYTES ((size_t)64 * 1024)

#define BLANKS " \t\r\n"

/* element_t is an element that has begun. Its object is NULL until an element begins in it. */
typedef struct {
  char name[NAME_MAX_BYTES + 1];
  json_object *object;
} element_t;

typedef struct {
  const char *at;                /* NUL-terminated */
  element_t open[DEPTH_MAX + 1]; /* the first stands for the document */
  size_t depth;
  buffer_t text; /* since the last tag */
} reader_t;

bool xml_is_meant(const char *bytes, size_t length) {
  size_t blanks = 0;
  while (blanks < length && bytes[blanks] != '\0' && strchr(BLANKS, bytes[blanks]) != NULL)
    blanks++;
  return blanks < length && bytes[blanks] == '<';
}

static bool skip_past(reader_t *reader, const char *end) {
  const char *found = strstr(reader->at, end);
  if (found != NULL)
    reader->at = found + strlen(end);
  return found != NULL;
}

/* read_name reads a name and leaves its prefix out; false: the text has no name here, or a longer one than AWS uses. */
static bool read_name(reader_t *reader, char name[NAME_MAX_BYTES + 1]) {
  size_t length = 0;
  for (;; reader->at++) {
    char c = *reader->at;
    if (c == ':') {
      length = 0;
      continue;
    }
    if (!ascii_is_alphanumeric(c) && (c == '\0' || strchr("_-.", c) == NULL))
      break;
    if (length == NAME_MAX_BYTES)
      return false;
    name[length++] = c;
  }
  name[length] = '\0';
  return length > 0;
}

/* read_tag_end goes to the end of a tag, past attributes. false: there is no end. */
static bool read_tag_end(reader_t *reader, bool *is_empty) {
  char quote = '\0';
  for (; *reader->at != '\0'; reader->at++) {
    char c = *reader->at;
    if (quote != '\0') {
      quote = c == quote ? '\0' : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '<') {
      return false;
    } else if (c == '>') {
      *is_empty = reader->at[-1] == '/';
      reader->at++;
      return true;
    }
  }
  return false;
}

static bool begin_element(reader_t *reader) {
  if (reader->depth == DEPTH_MAX)
    return false;
  element_t *parent = &reader->open[reader->depth];
  if (parent->object == NULL)
    parent->object = json_object_new_object();
  reader->depth++;
  reader->open[reader->depth].object = NULL;
  buffer_clear(&reader->text);
  reader->text = BUFFER_INIT(TEXT_LIMIT_BYTES);
  return parent->object != NULL && read_name(reader, reader->open[reader->depth].name);
}

/* end_element makes the element that has begun last a member of the one around it. false: no memory. */
static bool end_element(reader_t *reader) {
  element_t *element = &reader->open[reader->depth];
  json_object *around = reader->open[reader->depth - 1].object;
  json_object *value = element->object;
  element->object = NULL;
  reader->depth--;
  if (value == NULL)
    value = json_object_new_string(reader->text.data != NULL ? reader->text.data : "");
  buffer_clear(&reader->text);
  reader->text = BUFFER_INIT(TEXT_LIMIT_BYTES);
  bool is_first = !json_object_object_get_ex(around, element->name, NULL);
  if (value != NULL && is_first && json_object_object_add(around, element->name, value) == 0)
    return true;
  json_put_wiped(value);
  return value != NULL && !is_first;
}

/* read_end_tag reads what follows "</". false: it is not the end of the element that has begun last. */
static bool read_end_tag(reader_t *reader) {
  char name[NAME_MAX_BYTES + 1];
  bool is_empty = false;
  return reader->depth > 0 && read_name(reader, name) && strcmp(name, reader->open[reader->depth].name) == 0 &&
         reader->at[strspn(reader->at, BLANKS)] == '>' && read_tag_end(reader, &is_empty) && end_element(reader);
}

static bool read_tag(reader_t *reader) {
  bool is_empty = false;
  reader->at++;
  if (*reader->at == '?')
    return skip_past(reader, "?>");
  if (strncmp(reader->at, "!--", 3) == 0)
    return skip_past(reader, "-->");
  if (*reader->at == '/') {
    reader->at++;
    return read_end_tag(reader);
  }
  return begin_element(reader) && read_tag_end(reader, &is_empty) && (!is_empty || end_element(reader));
}

static bool add_character(buffer_t *text, unsigned long character) {
  char bytes[UTF8_SIZE_MAX];
  if (character == 0 || character > 0x10ffff || (character >= 0xd800 && character < 0xe000))
    return false;
  size_t length = utf8_encode((uint32_t)character, bytes);
  return buffer_add(text, bytes, length);
}

/* read_reference reads "&amp;", "&#38;" or "&#x26;". false: it is no such reference. */
static bool read_reference(reader_t *reader) {
  static const struct {
    const char *name;
    char character;
  } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
    size_t length = strlen(entities[i].name);
    if (strncmp(reader->at, entities[i].name, length) == 0) {
      reader->at += length;
      return buffer_add(&reader->text, &entities[i].character, 1);
    }
  }
  if (reader->at[1] != '#')
    return false;
  bool is_hex = reader->at[2] == 'x';
  const char *digits = reader->at + (is_hex ? 3 : 2);
  size_t length = strspn(digits, is_hex ? "0123456789abcdefABCDEF" : "0123456789");
  if (length == 0 || length > 7 || digits[length] != ';')
    return false;
  reader->at = digits + length + 1;
  return add_character(&reader->text, strtoul(digits, NULL, is_hex ? 16 : 10));
}

static bool read_piece(reader_t *reader) {
  if (*reader->at == '<')
    return read_tag(reader);
  if (*reader->at == '&')
    return read_reference(reader);
  size_t length = strcspn(reader->at, "<&");
  bool is_around = reader->depth == 0;
  bool read = is_around ? strspn(reader->at, BLANKS) >= length : buffer_add(&reader->text, reader->at, length);
  reader->at += length;
  return read;
}

static bool is_utf8(const char *bytes, size_t length) {
  uint32_t character = 0;
  for (size_t at = 0, size = 0; at < length; at += size) {
    size = utf8_decode(bytes + at, length - at, &character);
    if (size == 0 || character == 0)
      return false;
  }
  return true;
}

json_object *xml_parse(const char *bytes, size_t length) {
  reader_t reader = {.text = BUFFER_INIT(TEXT_LIMIT_BYTES)};
  char *copy = is_utf8(bytes, length) ? strndup(bytes, length) : NULL;
  bool read = copy != NULL;
  reader.at = copy;
  while (read && *reader.at != '\0')
    read = read_piece(&reader);
  json_object *document = reader.open[0].object;
  for (size_t i = 1; i <= reader.depth; i++)
    json_put_wiped(reader.open[i].object);
  buffer_clear(&reader.text);
  if (copy != NULL)
    explicit_bzero(copy, length);
  free(copy);
  if (read && reader.depth == 0 && document != NULL && json_object_object_length(document) == 1)
    return document;
  json_put_wiped(document);
  return NULL;
}
