/* links: studio */

/* Lets a test in another language ask our modules: one JSON object a line on stdin, one on stdout for each. The member
 * "command" says which module; every command answers what it found, or {"error": why}. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "aws/protocol/endpoint.h"
#include "aws/protocol/ini.h"
#include "aws/protocol/profile.h"
#include "aws/protocol/sigv4.h"
#include "studio/operations.h"
#include "util/shell_words.h"

#define AUTHORIZATION_LIMIT_BYTES ((size_t)1024 * 1024)

typedef void command_t(json_object *question, json_object *response);

/* The member's text, never NULL. */
static const char *member_text(json_object *object, const char *name) {
  const char *text = json_object_get_string(json_object_object_get(object, name));
  return text != NULL ? text : "";
}

static bool member_flag(json_object *object, const char *name) {
  return json_object_get_boolean(json_object_object_get(object, name));
}

static void json_member_text(json_object *response, const char *name, const char *text) {
  (void)json_object_object_add(response, name, text != NULL ? json_object_new_string(text) : NULL);
}

/* The member's hexadecimal digits as bytes: JSON strings cannot hold what is not UTF-8. */
static void member_bytes(json_object *object, const char *name, buffer_t *bytes) {
  (void)buffer_add_text(bytes, "");
  for (const char *hex = member_text(object, name); hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
    const char digits[] = {hex[0], hex[1], '\0'};
    char byte = (char)strtoul(digits, NULL, 16);
    (void)buffer_add(bytes, &byte, 1);
  }
}

static void command_sign(json_object *question, json_object *response) {
  json_object *pairs = json_object_object_get(question, "headers");
  size_t count = json_object_array_length(pairs);
  sigv4_header_t *headers = calloc(count + 1, sizeof(*headers));
  buffer_t body = BUFFER_INIT(AUTHORIZATION_LIMIT_BYTES);
  buffer_t authorization = BUFFER_INIT(AUTHORIZATION_LIMIT_BYTES);
  credentials_t credentials = CREDENTIALS_INIT;
  sigv4_key_t key = {.scope = ""};
  char date[SIGV4_DATE_SIZE];

  for (size_t i = 0; headers != NULL && i < count; i++) {
    json_object *pair = json_object_array_get_idx(pairs, i);
    headers[i].name = json_object_get_string(json_object_array_get_idx(pair, 0));
    headers[i].value = json_object_get_string(json_object_array_get_idx(pair, 1));
  }
  member_bytes(question, "body", &body);
  sigv4_request_t request = {.method = member_text(question, "method"),
                             .path = member_text(question, "path"),
                             .query = member_text(question, "query"),
                             .headers = headers,
                             .headers_count = count,
                             .body = body.data,
                             .body_length = body.length};
  bool ok = headers != NULL && !body.failed &&
            credentials_set(&credentials, member_text(question, "access_key_id"), member_text(question, "secret"), NULL,
                            0, "driver") &&
            sigv4_date(json_object_get_int64(json_object_object_get(question, "time")), date) &&
            sigv4_sign(&request, &credentials, member_text(question, "region"), member_text(question, "service"), date,
                       &key, &authorization);
  json_member_text(response, ok ? "authorization" : "error", ok ? authorization.data : "not signed");
  if (ok)
    json_member_text(response, "date", date);

  sigv4_key_clear(&key);
  credentials_clear(&credentials);
  buffer_clear(&authorization);
  buffer_clear(&body);
  free(headers);
}

/* {key: value or {nested key: value}} */
static json_object *section_object(const ini_section_t *section) {
  json_object *object = json_object_new_object();
  for (size_t i = 0; i < section->entries_count; i++) {
    const ini_entry_t *entry = &section->entries[i];
    if (entry->nested_key == NULL) {
      json_member_text(object, entry->key, entry->value);
      continue;
    }
    json_object *nest = json_object_object_get(object, entry->key);
    if (nest == NULL) {
      nest = json_object_new_object();
      (void)json_object_object_add(object, entry->key, nest);
    }
    json_member_text(nest, entry->nested_key, entry->value);
  }
  return object;
}

static void command_ini(json_object *question, json_object *response) {
  buffer_t text = BUFFER_INIT(PROFILE_FILE_LIMIT_BYTES);
  ini_t ini = INI_INIT;
  ini_error_t error = {0, ""};
  member_bytes(question, "text", &text);
  if (ini_parse(&ini, text.data, text.length, &error)) {
    json_object *sections = json_object_new_object();
    for (size_t i = 0; i < ini.sections_count; i++)
      (void)json_object_object_add(sections, ini.sections[i].name, section_object(&ini.sections[i]));
    (void)json_object_object_add(response, "sections", sections);
    (void)json_object_object_add(response, "defaults", section_object(&ini.defaults));
  } else {
    json_member_text(response, "error", error.reason);
  }
  ini_clear(&ini);
  buffer_clear(&text);
}

/* One of ["profile" | "sso-session" | "services", name, key] and ["exists", name]. */
static json_object *profile_answer(const profile_files_t *files, json_object *query) {
  const char *kind = json_object_get_string(json_object_array_get_idx(query, 0));
  const char *name = json_object_get_string(json_object_array_get_idx(query, 1));
  const char *key = json_object_get_string(json_object_array_get_idx(query, 2));
  if (strcmp(kind, "exists") == 0)
    return json_object_new_boolean(profile_exists(files, name));
  const char *value = strcmp(kind, "profile") == 0    ? profile_value(files, name, key)
                      : strcmp(kind, "services") == 0 ? profile_section_value(files, PROFILE_SERVICES, name, key)
                                                      : profile_section_value(files, PROFILE_SSO_SESSION, name, key);
  return value != NULL ? json_object_new_string(value) : NULL;
}

static void command_profile(json_object *question, json_object *response) {
  aws_error_t error = {.message = "no memory"};
  profile_files_t *files = profile_files_new();
  if (files != NULL &&
      profile_files_load(files, member_text(question, "config"), member_text(question, "credentials"), &error)) {
    json_object *queries = json_object_object_get(question, "queries");
    json_object *values = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(queries); i++)
      (void)json_object_array_add(values, profile_answer(files, json_object_array_get_idx(queries, i)));
    (void)json_object_object_add(response, "values", values);
  } else {
    json_member_text(response, "error", error.message);
  }
  profile_files_free(files);
}

/* Rows of services that the plugin does not ask, as one would be added: hosts by the rule, and of their own. */
static const aws_service_t made_up[] = {
    {.name = "cloudtrail", .setting = "cloudtrail", .host = "cloudtrail"},
    {.name = "runtime.sagemaker",
     .setting = "sagemaker_runtime",
     .host = "runtime.sagemaker",
     .fips_host_commercial = "runtime-fips.sagemaker"},
};

static void command_host(json_object *question, json_object *response) {
  char host[256] = "";
  endpoint_variant_t variant = {.fips = member_flag(question, "fips"), .dualstack = member_flag(question, "dualstack")};
  const aws_service_t *services[] = {&service_sagemaker, &service_logs,     &service_monitoring, &aws_service_sts,
                                     &aws_service_sso,   &aws_service_oidc, &made_up[0],         &made_up[1]};
  for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
    if (strcmp(services[i]->name, member_text(question, "service")) == 0 &&
        endpoint_host(services[i], member_text(question, "region"), variant, host, sizeof(host))) {
      json_member_text(response, "host", host);
      return;
    }
  json_member_text(response, "error", "no host");
}

static void command_words(json_object *question, json_object *response) {
  shell_words_t words = SHELL_WORDS_INIT;
  const char *failure = NULL;
  if (shell_words_split(member_text(question, "text"), &words, &failure)) {
    json_object *array = json_object_new_array();
    for (size_t i = 0; i < words.count; i++)
      (void)json_object_array_add(array, json_object_new_string(words.words[i]));
    (void)json_object_object_add(response, "words", array);
  } else {
    json_member_text(response, "error", failure);
  }
  shell_words_clear(&words);
}

static command_t *find_command(const char *name) {
  static const struct {
    const char *name;
    command_t *command;
  } commands[] = {
      {"sign", command_sign}, {"ini", command_ini},     {"profile", command_profile},
      {"host", command_host}, {"words", command_words},
  };
  for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
    if (strcmp(commands[i].name, name) == 0)
      return commands[i].command;
  return NULL;
}

int main(void) {
  char *line = NULL;
  size_t size = 0;
  int status = EXIT_SUCCESS;
  while (status == EXIT_SUCCESS && getline(&line, &size, stdin) >= 0) {
    json_object *question = json_tokener_parse(line);
    json_object *response = json_object_new_object();
    command_t *command = question != NULL ? find_command(member_text(question, "command")) : NULL;
    if (command != NULL)
      command(question, response);
    else
      status = EXIT_FAILURE;
    (void)puts(json_object_to_json_string_ext(response, JSON_C_TO_STRING_PLAIN));
    (void)json_object_put(response);
    (void)json_object_put(question);
  }
  free(line);
  return status;
}
