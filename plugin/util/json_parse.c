/* json-c builds the objects; its parser takes no part. What the parser's strict mode takes differs from version to
 * version (0.18 refuses every string with a byte beyond ASCII), and what its other mode takes is not JSON. */
#include "util/json.h"

#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json_visit.h>

#include "util/buffer.h"
#include "util/utf8.h"

/* The deepest response of AWS has five levels. */
#define DEPTH_MAX 32

/* The longest page has 10,000 events. An empty object takes two bytes of text and 700 bytes of memory: without a
 * ceiling a response of 16 MB would take gigabytes. */
#define CONTAINERS_MAX 200000

/* No int64_t has more digits. */
#define INTEGER_DIGITS_MAX 19

#define REPLACEMENT_CHARACTER 0xfffd

/* reader_t reads from `at`, never beyond `end`. The scratch is a stack: a level uses what lies above its mark and gives
 * it back. */
typedef struct {
  const char *at, *end;
  buffer_t scratch;
  locale_t locale;
  size_t depth, containers;
} reader_t;

static bool read_value(reader_t *reader, json_object **value);

static void skip_space(reader_t *reader) {
  while (reader->at < reader->end &&
         (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\n' || *reader->at == '\r'))
    reader->at++;
}

/* took goes behind the character if it is the next. false: another one is. */
static bool took(reader_t *reader, char character) {
  if (reader->at == reader->end || *reader->at != character)
    return false;
  reader->at++;
  return true;
}

static bool took_token(reader_t *reader, char token) {
  skip_space(reader);
  return took(reader, token);
}

static bool took_word(reader_t *reader, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
    return false;
  reader->at += length;
  return true;
}

/* skip_plain goes on to what cannot be taken as it stands: a quote, a backslash, a byte that is not UTF-8, or the end.
 */
static void skip_plain(reader_t *reader) {
  const char *at = reader->at;
  const char *end = reader->end;
  while (at < end && *at != '"' && *at != '\\') {
    uint32_t character = 0;
    size_t size = (unsigned char)*at < 0x80 ? 1 : utf8_decode(at, (size_t)(end - at), &character);
    if (size == 0)
      break;
    at += size;
  }
  reader->at = at;
}

static bool add_character(reader_t *reader, uint32_t character) {
  char bytes[UTF8_SIZE_MAX];
  size_t length = utf8_encode(character, bytes);
  return buffer_add(&reader->scratch, bytes, length);
}

/* next_unit gives the UTF-16 unit of the escape \uXXXX that stands next; the reader stays before it. false: no such
 * escape stands there. */
static bool next_unit(const reader_t *reader, uint32_t *unit) {
  if (reader->end - reader->at < 6 || reader->at[0] != '\\' || reader->at[1] != 'u')
    return false;
  *unit = 0;
  for (int i = 2; i < 6; i++) {
    char c = reader->at[i];
    uint32_t lower = (unsigned char)c | 0x20U;
    if (c >= '0' && c <= '9')
      *unit = (*unit << 4) | (uint32_t)(c - '0');
    else if (lower >= 'a' && lower <= 'f')
      *unit = (*unit << 4) | (lower - 'a' + 10);
    else
      return false;
  }
  return true;
}

static bool read_unicode_escape(reader_t *reader) {
  uint32_t unit = 0;
  uint32_t low = 0;
  if (!next_unit(reader, &unit))
    return false;
  reader->at += 6;
  if (unit >= 0xd800 && unit <= 0xdbff && next_unit(reader, &low) && low >= 0xdc00 && low <= 0xdfff) {
    reader->at += 6;
    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
  }
  return add_character(reader, unit >= 0xd800 && unit <= 0xdfff ? REPLACEMENT_CHARACTER : unit);
}

static bool read_escape(reader_t *reader) {
  static const char letters[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  if (reader->end - reader->at < 2)
    return false;
  if (reader->at[1] == 'u')
    return read_unicode_escape(reader);
  const char *letter = memchr(letters, reader->at[1], sizeof(letters) - 1);
  reader->at += 2;
  return letter != NULL && buffer_add(&reader->scratch, &meanings[letter - letters], 1);
}

/* read_odd_string puts the rest of a string, and its first `length` bytes before it, on top of the scratch. */
static bool read_odd_string(reader_t *reader, const char *first, size_t length) {
  bool read = buffer_add(&reader->scratch, first, length);
  while (read && !took(reader, '"')) {
    const char *run = reader->at;
    if (run == reader->end)
      return false;
    skip_plain(reader);
    if (reader->at > run) {
      read = buffer_add(&reader->scratch, run, (size_t)(reader->at - run));
    } else if (*run == '\\') {
      read = read_escape(reader);
    } else {
      reader->at++;
      read = add_character(reader, REPLACEMENT_CHARACTER);
    }
  }
  return read;
}

/* read_string reads a string behind its opening quote. *bytes is in the text where nothing had to be changed, else on
 * top of the scratch. */
static bool read_string(reader_t *reader, const char **bytes, size_t *length) {
  size_t mark = reader->scratch.length;
  *bytes = reader->at;
  skip_plain(reader);
  *length = (size_t)(reader->at - *bytes);
  if (took(reader, '"'))
    return true;
  if (!read_odd_string(reader, *bytes, *length))
    return false;
  *bytes = reader->scratch.data + mark;
  *length = reader->scratch.length - mark;
  return true;
}

static bool read_text(reader_t *reader, json_object **value) {
  size_t mark = reader->scratch.length;
  const char *bytes = NULL;
  size_t length = 0;
  reader->at++;
  if (!read_string(reader, &bytes, &length))
    return false;
  *value = json_object_new_string_len(bytes, (int)length);
  reader->scratch.length = mark;
  return *value != NULL;
}

static size_t skip_digits(reader_t *reader) {
  const char *first = reader->at;
  while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
    reader->at++;
  return (size_t)(reader->at - first);
}

/* integer_of makes an int64_t of digits and a sign before them. false: they are beyond it. */
static bool integer_of(const char *text, size_t length, int64_t *integer) {
  bool negative = text[0] == '-';
  uint64_t value = 0;
  if (length > (negative ? INTEGER_DIGITS_MAX + 1 : INTEGER_DIGITS_MAX))
    return false;
  for (size_t i = negative ? 1 : 0; i < length; i++)
    value = value * 10 + (uint64_t)(text[i] - '0');
  if (value > (uint64_t)INT64_MAX + negative)
    return false;
  *integer = (int64_t)(negative ? -value : value);
  return true;
}

/* double_of makes a number that an int64_t cannot be; NULL: no memory. json-c keeps its text, too, and writes it as it
 * came. */
static json_object *double_of(reader_t *reader, const char *text, size_t length) {
  size_t mark = reader->scratch.length;
  if (!buffer_add(&reader->scratch, text, length))
    return NULL;
  const char *copy = reader->scratch.data + mark;
  json_object *value = json_object_new_double_s(strtod_l(copy, NULL, reader->locale), copy);
  reader->scratch.length = mark;
  return value;
}

static bool read_number(reader_t *reader, json_object **value) {
  const char *text = reader->at;
  bool whole = true;
  int64_t integer = 0;
  (void)took(reader, '-');
  bool zero = took(reader, '0');
  if (!zero && skip_digits(reader) == 0)
    return false;
  if (took(reader, '.')) {
    whole = false;
    if (skip_digits(reader) == 0)
      return false;
  }
  if (took(reader, 'e') || took(reader, 'E')) {
    whole = false;
    (void)(took(reader, '+') || took(reader, '-'));
    if (skip_digits(reader) == 0)
      return false;
  }
  size_t length = (size_t)(reader->at - text);
  *value =
      whole && integer_of(text, length, &integer) ? json_object_new_int64(integer) : double_of(reader, text, length);
  return *value != NULL;
}

/* enter counts a container that begins, and takes its bracket. false: it is too deep, or one too many. */
static bool enter(reader_t *reader) {
  reader->at++;
  return ++reader->depth <= DEPTH_MAX && ++reader->containers <= CONTAINERS_MAX;
}

/* read_name puts the name of a member, behind its opening quote, on top of the scratch with a NUL behind it. */
static bool read_name(reader_t *reader, size_t *length) {
  const char *bytes = NULL;
  size_t mark = reader->scratch.length;
  if (!read_string(reader, &bytes, length))
    return false;
  return (reader->scratch.length > mark || buffer_add(&reader->scratch, bytes, *length)) &&
         buffer_add(&reader->scratch, "", 1);
}

/* read_member puts a broken value into the object, too, to be wiped and freed with it. */
/* NOLINTNEXTLINE(misc-no-recursion): at most DEPTH_MAX deep */
static bool read_member(reader_t *reader, json_object *object) {
  size_t mark = reader->scratch.length;
  size_t length = 0;
  json_object *value = NULL;
  if (!took_token(reader, '"') || !read_name(reader, &length) || !took_token(reader, ':'))
    return false;
  bool read = read_value(reader, &value);
  const char *name = reader->scratch.data + mark;
  bool known = strlen(name) == length;
  if (!known || json_object_object_add(object, name, value) != 0) {
    json_wipe(value);
    json_object_put(value);
    read = read && !known;
  }
  reader->scratch.length = mark;
  return read;
}

/* NOLINTNEXTLINE(misc-no-recursion): at most DEPTH_MAX deep */
static bool read_object(reader_t *reader, json_object **value) {
  *value = json_object_new_object();
  if (*value == NULL || !enter(reader))
    return false;
  if (!took_token(reader, '}')) {
    do {
      if (!read_member(reader, *value))
        return false;
    } while (took_token(reader, ','));
    if (!took(reader, '}'))
      return false;
  }
  reader->depth--;
  return true;
}

/* NOLINTNEXTLINE(misc-no-recursion): at most DEPTH_MAX deep */
static bool read_item(reader_t *reader, json_object *array) {
  json_object *item = NULL;
  bool read = read_value(reader, &item);
  if (json_object_array_add(array, item) == 0)
    return read;
  json_wipe(item);
  json_object_put(item);
  return false;
}

/* NOLINTNEXTLINE(misc-no-recursion): at most DEPTH_MAX deep */
static bool read_array(reader_t *reader, json_object **value) {
  *value = json_object_new_array();
  if (*value == NULL || !enter(reader))
    return false;
  if (!took_token(reader, ']')) {
    do {
      if (!read_item(reader, *value))
        return false;
    } while (took_token(reader, ','));
    if (!took(reader, ']'))
      return false;
  }
  reader->depth--;
  return true;
}

/* read_value sets *value to what was read so far, also where it returns false; NULL is a null, too. */
/* NOLINTNEXTLINE(misc-no-recursion): at most DEPTH_MAX deep */
static bool read_value(reader_t *reader, json_object **value) {
  skip_space(reader);
  switch (reader->at < reader->end ? *reader->at : '\0') {
  case '{':
    return read_object(reader, value);
  case '[':
    return read_array(reader, value);
  case '"':
    return read_text(reader, value);
  case 't':
    return took_word(reader, "true") && (*value = json_object_new_boolean(true)) != NULL;
  case 'f':
    return took_word(reader, "false") && (*value = json_object_new_boolean(false)) != NULL;
  case 'n':
    return took_word(reader, "null");
  default:
    return read_number(reader, value);
  }
}

json_object *json_parse(const char *bytes, size_t length) {
  if (length > INT_MAX / 3)
    return NULL;
  /* The scratch may be larger than the text: a byte that is not UTF-8 becomes three, and each level has a NUL on it. */
  reader_t reader = {.at = bytes, .end = bytes + length, .scratch = BUFFER_INIT(3 * length + DEPTH_MAX)};
  json_object *object = NULL;
  /* JSON's numbers have a point, whatever the process's locale has. */
  reader.locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (reader.locale == (locale_t)0)
    return NULL;
  skip_space(&reader);
  bool read = reader.at < reader.end && *reader.at == '{' && read_value(&reader, &object);
  skip_space(&reader);
  read = read && reader.at == reader.end;
  buffer_clear(&reader.scratch);
  freelocale(reader.locale);
  if (read)
    return object;
  json_wipe(object);
  json_object_put(object);
  return NULL;
}

/* wipe overwrites a string in the memory that json-c gives out; json-c says what a visitor looks like. */
/* NOLINTNEXTLINE(readability-non-const-parameter) */
static int wipe(json_object *object, int flags, json_object *parent, const char *name, size_t *index, void *user_data) {
  (void)flags;
  (void)parent;
  (void)name;
  (void)index;
  (void)user_data;
  if (json_object_is_type(object, json_type_string))
    explicit_bzero((char *)json_object_get_string(object), (size_t)json_object_get_string_len(object));
  return JSON_C_VISIT_RETURN_CONTINUE;
}

void json_wipe(json_object *object) {
  if (object != NULL)
    (void)json_c_visit(object, 0, wipe, NULL);
}
