/* The dialect of INI that the AWS command line reads: that of Python's configparser with its defaults, and one level of
 * nesting on top (botocore's configloader). Its marks: a line indented deeper than its setting continues the value; '#'
 * and ';' start a comment only as the first character of a line, so that "a # b" is a value; '=' and ':' both separate;
 * [DEFAULT] holds settings that every section has; a section or a setting that is there twice, a line that is neither,
 * and bytes that are not UTF-8 refuse the whole text.
 *
 * Differences: keys are lowered as ASCII, not as Unicode; a NUL byte refuses the text, and so does a line below a key
 * of [DEFAULT] that is not "key = value", whether or not a section takes it over. Pure: bytes in, sections out. */
#ifndef AWS_PROTOCOL_INI_H
#define AWS_PROTOCOL_INI_H

#include <stdbool.h>
#include <stddef.h>

/* "key = value", or "nested_key = value" below "key ="; nested_key is NULL for the former. key is in lower case,
 * nested_key, as in botocore, as it was written. */
typedef struct {
  char *key;
  char *nested_key;
  char *value;
  size_t line;
  size_t order;
} ini_entry_t;

typedef struct {
  char *name;
  size_t line;
  ini_entry_t *entries; /* sorted by key, then as written */
  size_t entries_count;
  size_t entries_capacity;
} ini_section_t;

typedef struct {
  ini_section_t *sections; /* as written */
  size_t sections_count;
  size_t sections_capacity;
  ini_section_t defaults; /* [DEFAULT] */
} ini_t;

#define INI_INIT ((ini_t){.sections_count = 0})

/* reason is a phrase about the line, a constant. */
typedef struct {
  size_t line;
  const char *reason;
} ini_error_t;

/* ini_parse fills ini, which must be empty. false: error names a line that cannot be (0: no memory) and ini
 * stays empty. */
bool ini_parse(ini_t *ini, const char *text, size_t length, ini_error_t *error);

/* ini_has says whether the section or [DEFAULT] has that key, be it a value or a nest. */
bool ini_has(const ini_t *ini, const ini_section_t *section, const char *key);

/* ini_value is the value of key, or with nested_key not NULL of nested_key below key; NULL: there is none. */
const char *ini_value(const ini_t *ini, const ini_section_t *section, const char *key, const char *nested_key);

/* ini_clear wipes the values, frees everything and returns to pristine; safe twice. */
void ini_clear(ini_t *ini);

#endif
