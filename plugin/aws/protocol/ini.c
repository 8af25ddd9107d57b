#include "aws/protocol/ini.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/buffer.h"
#include "util/utf8.h"

/* ini_slice_t is a piece of the text, without a NUL at its end. */
typedef struct {
  const char *data;
  size_t length;
} ini_slice_t;

/* ini_reader_t is what the lines so far mean for the next one. */
typedef struct {
  ini_t *ini;
  ini_section_t *section; /* NULL ahead of the first header */
  size_t line;
  size_t indent; /* of the last header or setting, in characters: a line that is indented deeper continues it */
  char *key;     /* of the setting whose value goes on; NULL: no setting does */
  size_t key_line;
  buffer_t value;
  ini_error_t *error;
} ini_reader_t;

static bool ini_fail(ini_error_t *error, size_t line, const char *reason) {
  error->line = line;
  error->reason = reason;
  return false;
}

static bool ini_fail_memory(ini_error_t *error) { return ini_fail(error, 0, "no memory"); }

/* ini_strip is the text without white space at its ends; *indent is how many characters it leaves out at the start. */
static ini_slice_t ini_strip(ini_slice_t text, size_t *indent) {
  size_t start = SIZE_MAX;
  size_t end = 0;
  size_t characters = 0;
  for (size_t at = 0; at < text.length;) {
    uint32_t character = 0;
    size_t size = utf8_decode(text.data + at, text.length - at, &character);
    if (!utf8_is_space(character)) {
      start = start == SIZE_MAX ? at : start;
      end = at + size;
    } else if (start == SIZE_MAX) {
      characters++;
    }
    at += size;
  }
  if (indent != NULL)
    *indent = characters;
  return start == SIZE_MAX ? (ini_slice_t){text.data, 0} : (ini_slice_t){text.data + start, end - start};
}

/* ini_grow makes room for one more element of size bytes; the new memory replaces *elements. false: no memory. */
static bool ini_grow(void **elements, size_t count, size_t *capacity, size_t size) {
  if (count < *capacity)
    return true;
  size_t doubled = *capacity > 0 ? *capacity * 2 : 8;
  void *grown = calloc(doubled, size);
  if (grown == NULL)
    return false;
  if (count > 0)
    memcpy(grown, *elements, count * size);
  free(*elements);
  *elements = grown;
  *capacity = doubled;
  return true;
}

static bool ini_add_entry(ini_reader_t *reader, const char *nested_key, size_t nested_length, ini_slice_t value) {
  ini_section_t *section = reader->section;
  void *entries = section->entries;
  bool grown = ini_grow(&entries, section->entries_count, &section->entries_capacity, sizeof(*section->entries));
  section->entries = entries;
  if (!grown)
    return ini_fail_memory(reader->error);

  /* The entry counts before it is complete, so that ini_clear frees what an error leaves behind. */
  ini_entry_t *entry = &section->entries[section->entries_count];
  entry->order = section->entries_count++;
  entry->line = reader->key_line;
  entry->key = strdup(reader->key);
  entry->nested_key = nested_key != NULL ? strndup(nested_key, nested_length) : NULL;
  entry->value = strndup(value.data, value.length);
  if (entry->key == NULL || entry->value == NULL || (nested_key != NULL && entry->nested_key == NULL))
    return ini_fail_memory(reader->error);
  return true;
}

/* ini_ends_line says whether Python's str.splitlines takes the character for the end of a line: more characters are
 * than end lines of a file. */
static bool ini_ends_line(uint32_t character) {
  return (character >= 0x0a && character <= 0x0d) || (character >= 0x1c && character <= 0x1e) || character == 0x85 ||
         character == 0x2028 || character == 0x2029;
}

static bool ini_add_nest(ini_reader_t *reader, ini_slice_t nest) {
  size_t start = 0;
  for (size_t at = 0; at <= nest.length;) {
    uint32_t character = '\n';
    size_t size = at < nest.length ? utf8_decode(nest.data + at, nest.length - at, &character) : 1;
    if (!ini_ends_line(character)) {
      at += size;
      continue;
    }
    ini_slice_t line = ini_strip((ini_slice_t){nest.data + start, at - start}, NULL);
    at += size;
    start = at;
    if (line.length == 0)
      continue;
    const char *equals = memchr(line.data, '=', line.length);
    if (equals == NULL)
      return ini_fail(reader->error, reader->key_line, "below it stands an indented line that is not \"key = value\"");
    ini_slice_t key = ini_strip((ini_slice_t){line.data, (size_t)(equals - line.data)}, NULL);
    ini_slice_t value = {equals + 1, (size_t)(line.data + line.length - equals - 1)};
    if (!ini_add_entry(reader, key.data, key.length, ini_strip(value, NULL)))
      return false;
  }
  return true;
}

/* ini_end_setting makes an entry of the setting whose value went on, if there is one. false: no memory. */
static bool ini_end_setting(ini_reader_t *reader) {
  if (reader->key == NULL)
    return true;
  if (reader->value.failed)
    return ini_fail_memory(reader->error);

  /* Python strips the end of the joined value only: a value that starts with a line break is a nest. */
  ini_slice_t value = {reader->value.data, reader->value.length};
  ini_slice_t stripped = ini_strip(value, NULL);
  value.length = stripped.length > 0 ? (size_t)(stripped.data + stripped.length - value.data) : 0;
  bool is_nest = value.length > 0 && value.data[0] == '\n';
  bool ok = is_nest ? ini_add_nest(reader, value) : ini_add_entry(reader, NULL, 0, value);
  free(reader->key);
  reader->key = NULL;
  return ok;
}

static bool ini_start_section(ini_reader_t *reader, ini_slice_t name) {
  ini_t *ini = reader->ini;
  if (!ini_end_setting(reader))
    return false;
  if (name.length == strlen("DEFAULT") && memcmp(name.data, "DEFAULT", name.length) == 0) {
    reader->section = &ini->defaults;
    return true;
  }

  void *sections = ini->sections;
  bool grown = ini_grow(&sections, ini->sections_count, &ini->sections_capacity, sizeof(*ini->sections));
  ini->sections = sections;
  if (!grown)
    return ini_fail_memory(reader->error);
  reader->section = &ini->sections[ini->sections_count++];
  reader->section->line = reader->line;
  reader->section->name = strndup(name.data, name.length);
  return reader->section->name != NULL || ini_fail_memory(reader->error);
}

static bool ini_start_setting(ini_reader_t *reader, ini_slice_t line) {
  size_t separator = 0;
  while (separator < line.length && line.data[separator] != '=' && line.data[separator] != ':')
    separator++;
  if (separator == line.length)
    return ini_fail(reader->error, reader->line, "neither \"[section]\" nor \"key = value\"");
  ini_slice_t key = ini_strip((ini_slice_t){line.data, separator}, NULL);
  if (key.length == 0)
    return ini_fail(reader->error, reader->line, "a value without a key");
  if (!ini_end_setting(reader))
    return false;

  reader->key = strndup(key.data, key.length);
  if (reader->key == NULL)
    return ini_fail_memory(reader->error);
  for (char *at = reader->key; *at != '\0'; at++)
    *at = ascii_lower(*at);
  reader->key_line = reader->line;
  buffer_reset(&reader->value);
  ini_slice_t value = ini_strip((ini_slice_t){line.data + separator + 1, line.length - separator - 1}, NULL);
  return buffer_add(&reader->value, value.data, value.length) || ini_fail_memory(reader->error);
}

/* ini_is_header says whether a line is "[name]", with anything behind its last bracket. The name may hold brackets, but
 * not be empty. */
static bool ini_is_header(ini_slice_t line, ini_slice_t *name) {
  const char *end = line.data[0] == '[' ? memrchr(line.data, ']', line.length) : NULL;
  if (end == NULL || end - line.data < 2)
    return false;
  *name = (ini_slice_t){line.data + 1, (size_t)(end - line.data - 1)};
  return true;
}

static bool ini_read_line(ini_reader_t *reader, ini_slice_t text) {
  size_t indent = 0;
  ini_slice_t line = ini_strip(text, &indent);
  if (line.length == 0) {
    /* An empty line belongs to the value, should more of it follow. */
    return reader->key == NULL || buffer_add_text(&reader->value, "\n") || ini_fail_memory(reader->error);
  }
  if (line.data[0] == '#' || line.data[0] == ';')
    return true;
  if (reader->key != NULL && indent > reader->indent)
    return (buffer_add_text(&reader->value, "\n") && buffer_add(&reader->value, line.data, line.length)) ||
           ini_fail_memory(reader->error);

  reader->indent = indent;
  ini_slice_t name;
  if (ini_is_header(line, &name))
    return ini_start_section(reader, name);
  if (reader->section == NULL)
    return ini_fail(reader->error, reader->line, "a setting ahead of the first \"[section]\"");
  return ini_start_setting(reader, line);
}

static bool ini_check_text(const char *text, size_t length, ini_error_t *error) {
  if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
    return ini_fail(error, 1, "a byte-order mark, which the AWS command line refuses: save the file without it");
  size_t line = 1;
  for (size_t at = 0; at < length;) {
    uint32_t character = 0;
    size_t size = utf8_decode(text + at, length - at, &character);
    if (size == 0)
      return ini_fail(error, line, "bytes that are not UTF-8");
    if (character == 0)
      return ini_fail(error, line, "a NUL byte: this is no text file");
    at += size;
    line += character == '\n' || (character == '\r' && (at == length || text[at] != '\n')) ? 1 : 0;
  }
  return true;
}

static int ini_compare_entries(const void *left, const void *right) {
  const ini_entry_t *a = left;
  const ini_entry_t *b = right;
  int order = strcmp(a->key, b->key);
  return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

static int ini_compare_sections(const void *left, const void *right) {
  const ini_section_t *a = *(const ini_section_t *const *)left;
  const ini_section_t *b = *(const ini_section_t *const *)right;
  int order = strcmp(a->name, b->name);
  return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* ini_sort_section sorts a section's entries. false: a key is there twice. */
static bool ini_sort_section(ini_section_t *section, ini_error_t *error) {
  if (section->entries_count == 0)
    return true;
  qsort(section->entries, section->entries_count, sizeof(*section->entries), ini_compare_entries);
  for (size_t i = 1; i < section->entries_count; i++) {
    const ini_entry_t *entry = &section->entries[i];
    if (strcmp(entry[-1].key, entry->key) == 0 && entry[-1].line != entry->line)
      return ini_fail(error, entry->line, "its key is in this section already");
  }
  return true;
}

/* ini_check_twins finds sections and keys that are there twice by sorting: a hostile file cannot make this slow. */
static bool ini_check_twins(ini_t *ini, ini_error_t *error) {
  if (!ini_sort_section(&ini->defaults, error))
    return false;
  if (ini->sections_count == 0)
    return true;
  const ini_section_t **sorted = calloc(ini->sections_count, sizeof(*sorted));
  if (sorted == NULL)
    return ini_fail_memory(error);
  bool ok = true;
  for (size_t i = 0; ok && i < ini->sections_count; i++) {
    sorted[i] = &ini->sections[i];
    ok = ini_sort_section(&ini->sections[i], error);
  }
  if (ok)
    qsort(sorted, ini->sections_count, sizeof(*sorted), ini_compare_sections);
  for (size_t i = 1; ok && i < ini->sections_count; i++)
    if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0)
      ok = ini_fail(error, sorted[i]->line, "a section of this name is in the file already");
  free(sorted);
  return ok;
}

bool ini_parse(ini_t *ini, const char *text, size_t length, ini_error_t *error) {
  if (!ini_check_text(text, length, error))
    return false;

  ini_reader_t reader = {.ini = ini, .value = BUFFER_INIT(length + 1), .error = error};
  bool ok = true;
  for (size_t at = 0; ok && at < length;) {
    size_t end = at;
    while (end < length && text[end] != '\n' && text[end] != '\r')
      end++;
    reader.line++;
    ok = ini_read_line(&reader, (ini_slice_t){text + at, end - at});
    at = end + (end + 1 < length && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
  }
  ok = ok && ini_end_setting(&reader) && ini_check_twins(ini, error);

  free(reader.key);
  buffer_clear(&reader.value);
  if (!ok)
    ini_clear(ini);
  return ok;
}

/* ini_holder is the section where it has the key, else [DEFAULT] where that has it; NULL: neither has. */
static const ini_section_t *ini_holder(const ini_t *ini, const ini_section_t *section, const char *key) {
  const ini_section_t *const holders[] = {section, &ini->defaults};
  for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++)
    for (size_t j = 0; j < holders[i]->entries_count; j++)
      if (ascii_equal(holders[i]->entries[j].key, key))
        return holders[i];
  return NULL;
}

bool ini_has(const ini_t *ini, const ini_section_t *section, const char *key) {
  return ini_holder(ini, section, key) != NULL;
}

const char *ini_value(const ini_t *ini, const ini_section_t *section, const char *key, const char *nested_key) {
  const ini_section_t *holder = ini_holder(ini, section, key);
  /* The search goes backwards: of nested settings of one name the last one counts. */
  for (size_t i = holder != NULL ? holder->entries_count : 0; i > 0; i--) {
    const ini_entry_t *entry = &holder->entries[i - 1];
    if (!ascii_equal(entry->key, key))
      continue;
    bool is_it = nested_key == NULL ? entry->nested_key == NULL
                                    : entry->nested_key != NULL && strcmp(entry->nested_key, nested_key) == 0;
    if (is_it)
      return entry->value;
  }
  return NULL;
}

static void ini_clear_section(ini_section_t *section) {
  for (size_t i = 0; i < section->entries_count; i++) {
    ini_entry_t *entry = &section->entries[i];
    if (entry->value != NULL)
      explicit_bzero(entry->value, strlen(entry->value));
    free(entry->value);
    free(entry->nested_key);
    free(entry->key);
  }
  free(section->entries);
  free(section->name);
}

void ini_clear(ini_t *ini) {
  for (size_t i = 0; i < ini->sections_count; i++)
    ini_clear_section(&ini->sections[i]);
  free(ini->sections);
  ini_clear_section(&ini->defaults);
  *ini = INI_INIT;
}
