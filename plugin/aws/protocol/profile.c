#include "aws/protocol/profile.h"

#include <stdlib.h>
#include <string.h>

#include "aws/protocol/ini.h"
#include "util/shell_words.h"

/* A setting that is looked for has a short name: "sso_oidc.endpoint_url". */
#define PROFILE_KEY_SIZE 128

/* profile_name_t is a section of a file under the name that people use for it. */
typedef struct {
  profile_section_t kind;
  char *name;
  const ini_section_t *section;
} profile_name_t;

typedef struct {
  char *path;
  bool is_there;
  ini_t ini;
  profile_name_t *names; /* as written */
  size_t names_count;
} profile_table_t;

struct profile_files {
  profile_table_t tables[2]; /* by profile_file_t */
};

static void profile_table_clear(profile_table_t *table) {
  for (size_t i = 0; i < table->names_count; i++)
    free(table->names[i].name);
  free(table->names);
  free(table->path);
  table->path = NULL;
  table->is_there = false;
  table->names = NULL;
  table->names_count = 0;
  ini_clear(&table->ini);
}

static bool profile_name_set(profile_name_t *entry, profile_section_t kind, const char *name) {
  entry->kind = kind;
  entry->name = strdup(name);
  return entry->name != NULL;
}

/* profile_section_kind tells the kind of a section of the config file as botocore does: by how its header begins. */
static bool profile_section_kind(const char *header, profile_section_t *kind) {
  static const struct {
    const char *prefix;
    profile_section_t kind;
  } kinds[] = {
      {"profile", PROFILE_PROFILE},
      {"sso-session", PROFILE_SSO_SESSION},
      {"services", PROFILE_SERVICES},
  };
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    if (strncmp(header, kinds[i].prefix, strlen(kinds[i].prefix)) == 0) {
      *kind = kinds[i].kind;
      return true;
    }
  }
  return false;
}

/* profile_name_config gives a section of the config file its name. A header of other than two words names nothing, and
 * is no error. false: no memory. */
static bool profile_name_config(profile_name_t *entry, const char *header) {
  if (strcmp(header, "default") == 0)
    return profile_name_set(entry, PROFILE_PROFILE, header);

  profile_section_t kind;
  if (!profile_section_kind(header, &kind))
    return true;
  shell_words_t words = SHELL_WORDS_INIT;
  const char *failure = NULL;
  bool ok = true;
  if (shell_words_split(header, &words, &failure) && words.count == 2)
    ok = profile_name_set(entry, kind, words.words[1]);
  shell_words_clear(&words);
  return ok;
}

static bool profile_table_name(profile_table_t *table, profile_file_t file) {
  table->names = calloc(table->ini.sections_count + 1, sizeof(*table->names));
  if (table->names == NULL)
    return false;
  for (size_t i = 0; i < table->ini.sections_count; i++) {
    const ini_section_t *section = &table->ini.sections[i];
    profile_name_t *entry = &table->names[table->names_count];
    bool ok = file == PROFILE_CONFIG_FILE ? profile_name_config(entry, section->name)
                                          : profile_name_set(entry, PROFILE_PROFILE, section->name);
    if (!ok)
      return false;
    entry->section = section;
    table->names_count += entry->name != NULL ? 1 : 0;
  }
  return true;
}

/* profile_table_find searches backwards: a later section of the same name replaces an earlier one as a whole. */
static const ini_section_t *profile_table_find(const profile_table_t *table, profile_section_t kind, const char *name) {
  for (size_t i = table->names_count; i > 0; i--) {
    const profile_name_t *entry = &table->names[i - 1];
    if (entry->kind == kind && strcmp(entry->name, name) == 0)
      return entry->section;
  }
  return NULL;
}

/* profile_table_value is the value of a perhaps dotted key; *has_key says whether the section has the key, or what
 * stands ahead of the dot. */
static const char *profile_table_value(const profile_table_t *table, const ini_section_t *section, const char *key,
                                       bool *has_key) {
  char outer[PROFILE_KEY_SIZE];
  const char *dot = strchr(key, '.');
  size_t length = dot != NULL ? (size_t)(dot - key) : strlen(key);
  *has_key = false;
  if (section == NULL || length >= sizeof(outer))
    return NULL;
  memcpy(outer, key, length);
  outer[length] = '\0';
  *has_key = ini_has(&table->ini, section, outer);
  return ini_value(&table->ini, section, outer, dot != NULL ? dot + 1 : NULL);
}

profile_files_t *profile_files_new(void) { return calloc(1, sizeof(profile_files_t)); }

void profile_files_free(profile_files_t *files) {
  if (files == NULL)
    return;
  profile_table_clear(&files->tables[PROFILE_CONFIG_FILE]);
  profile_table_clear(&files->tables[PROFILE_CREDENTIALS_FILE]);
  free(files);
}

bool profile_files_parse(profile_files_t *files, profile_file_t file, const char *text, size_t length, const char *path,
                         aws_error_t *error) {
  profile_table_t *table = &files->tables[file];
  profile_table_clear(table);
  if (length > PROFILE_FILE_LIMIT_BYTES) {
    aws_error_set(error, "configuration", "profile", 0, "%s is larger than %zu MiB: this is no AWS configuration file",
                  path, PROFILE_FILE_LIMIT_BYTES / 1024 / 1024);
    return false;
  }

  ini_error_t ini_error = {0, NULL};
  table->is_there = text != NULL;
  bool ok = ini_parse(&table->ini, text != NULL ? text : "", length, &ini_error);
  if (!ok && ini_error.line > 0)
    aws_error_set(error, "configuration", "profile", 0, "%s, line %zu: %s", path, ini_error.line, ini_error.reason);
  table->path = strdup(path);
  if ((!ok && ini_error.line == 0) || (ok && (table->path == NULL || !profile_table_name(table, file)))) {
    aws_error_set(error, "internal", "profile", 0, "%s: no memory", path);
    ok = false;
  }
  if (!ok)
    profile_table_clear(table);
  return ok;
}

const char *profile_file_path(const profile_files_t *files, profile_file_t file) {
  return files->tables[file].path != NULL ? files->tables[file].path : "";
}

bool profile_file_is_there(const profile_files_t *files, profile_file_t file) { return files->tables[file].is_there; }

bool profile_exists(const profile_files_t *files, const char *profile) {
  return profile_table_find(&files->tables[PROFILE_CONFIG_FILE], PROFILE_PROFILE, profile) != NULL ||
         profile_table_find(&files->tables[PROFILE_CREDENTIALS_FILE], PROFILE_PROFILE, profile) != NULL;
}

const char *profile_value(const profile_files_t *files, const char *profile, const char *key) {
  static const profile_file_t order[] = {PROFILE_CREDENTIALS_FILE, PROFILE_CONFIG_FILE};
  for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
    const profile_table_t *table = &files->tables[order[i]];
    bool has_key = false;
    const char *value = profile_table_value(table, profile_table_find(table, PROFILE_PROFILE, profile), key, &has_key);
    if (has_key)
      return value;
  }
  return NULL;
}

const char *profile_file_value(const profile_files_t *files, profile_file_t file, const char *profile,
                               const char *key) {
  const profile_table_t *table = &files->tables[file];
  bool has_key = false;
  return profile_table_value(table, profile_table_find(table, PROFILE_PROFILE, profile), key, &has_key);
}

bool profile_section_exists(const profile_files_t *files, profile_section_t section, const char *name) {
  return profile_table_find(&files->tables[PROFILE_CONFIG_FILE], section, name) != NULL;
}

const char *profile_section_value(const profile_files_t *files, profile_section_t section, const char *name,
                                  const char *key) {
  const profile_table_t *table = &files->tables[PROFILE_CONFIG_FILE];
  bool has_key = false;
  return profile_table_value(table, profile_table_find(table, section, name), key, &has_key);
}
