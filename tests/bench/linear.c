/* links: rim unit/fake_aws -lcmocka */
/* What the work grows with: reads one input of so many bytes, or writes and reads so many apps of a state file, and
 * ends. Whoever counts its instructions at two sizes knows.
 *
 * usage: linear page|string|members|profiles|keys|continued BYTES
 *        linear snapshot|sections APPS
 *
 * The apps are those of one target, or of targets of a hundred apps each. Prints the bytes of the input or file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/protocol/profile.h"
#include "fake_aws.h"
#include "state.h"
#include "studio/app.h"
#include "util/json.h"

#define NOW_MS INT64_C(1795466160000)
#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define APPS_OF_TARGET 100

typedef struct {
  const char *kind;
  const char *first, *each, *last; /* each has its number in it, so that no two are alike */
  bool is_json;
} input_t;

static const input_t inputs[] = {
    {"page", "{\"Apps\":[{}",
     ",{\"DomainId\":\"d-1\",\"UserProfileName\":\"佐藤 "
     "\\u7531\\ud83d\\ude00\",\"AppName\":\"app%zu\",\"CreationTime\":1795466160."
     "5}",
     "]}", true},
    {"string", "{\"message\":\"", "Saving \\\"分析\\\" \\u65e5\\ud83d \xff %zu\\n", "\"}", true},
    {"members", "{\"first\":1", ",\"name%zu\":[1,-2.5e3,null,true]", "}", true},
    {"profiles", "[default]\n", "[profile p%zu]\nregion = eu-west-1\ns3 =\n  endpoint_url = http://127.0.0.1\n", "",
     false},
    {"keys", "[default]\n", "key%zu = value # of it\n", "", false},
    {"continued", "[default]\nkey = value\n", "  line %zu\n", "", false},
};

static void require(bool is_right, const char *what) {
  if (is_right)
    return;
  (void)fprintf(stderr, "linear: %s\n", what);
  exit(1);
}

static char *text_of(const input_t *input, size_t bytes, size_t *length) {
  FILE *out = NULL;
  char *text = NULL;
  out = open_memstream(&text, length);
  require(out != NULL && fputs(input->first, out) >= 0, "no memory");
  for (size_t number = 0; (size_t)ftell(out) < bytes; number++) {
    /* NOLINTNEXTLINE(clang-diagnostic-format-nonliteral) */
    require(fprintf(out, input->each, number) > 0, "no memory");
  }
  require(fputs(input->last, out) >= 0 && fclose(out) == 0, "no memory");
  return text;
}

static size_t read_input(const input_t *input, size_t bytes) {
  size_t length = 0;
  char *text = text_of(input, bytes, &length);
  if (input->is_json) {
    json_object *parsed = json_parse(text, length);
    require(parsed != NULL, "the JSON is refused");
    json_object_put(parsed);
  } else {
    aws_error_t error;
    profile_files_t *files = profile_files_new();
    require(files != NULL && profile_files_parse(files, PROFILE_CONFIG_FILE, text, length, "", &error),
            "the profiles are refused");
    profile_files_free(files);
  }
  free(text);
  return length;
}

static studio_t *new_studio(void) {
  static const studio_settings_t settings = {.log_group = "group", .lookback_ms = 2 * DAY_MS};
  studio_t *studio = studio_new(&settings, fake_aws_session());
  require(studio != NULL, "no memory");
  return studio;
}

static void put_target(state_t *state, const state_key_t *key, size_t apps) {
  studio_t *studio = new_studio();
  studio->scan.number = 1;
  for (size_t i = 0; i < apps; i++) {
    char name[32];
    (void)snprintf(name, sizeof(name), "user%07zu", i);
    studio_app_t *app = app_get(studio, domain_get(studio, "d-1"), name, NULL, "KernelGateway", "app");
    require(app != NULL, "no memory");
    app->listing.in_scan = 1;
    app->listing.created_ms = NOW_MS - 30 * DAY_MS;
    app->log.newest_event_ms = NOW_MS - DAY_MS - (int64_t)i;
  }
  require(state_put(state, key, studio), "no memory");
  studio_free(studio);
}

static void load_target(state_t *state, const state_key_t *key, size_t apps) {
  state_complaint_t complaint;
  studio_t *studio = new_studio();
  require(state_load(state, key, studio, &complaint) && studio->apps_count == apps,
          "the file is not as it was written");
  studio_free(studio);
}

static void write_and_read(const char *path, const state_key_t *keys, size_t targets, size_t apps_of_target) {
  state_complaint_t complaint;
  state_t *state = state_new(path);
  require(state != NULL, "no memory");
  for (size_t i = 0; i < targets; i++)
    put_target(state, &keys[i], apps_of_target);
  require(state_write(state, keys, targets, &complaint), "the file cannot be written");
  state_free(state);
  state = state_new(path);
  require(state != NULL, "no memory");
  for (size_t i = 0; i < targets; i++)
    load_target(state, &keys[i], apps_of_target);
  /* As a round does in which only one target is new: the others are copied. */
  put_target(state, &keys[0], apps_of_target);
  require(state_write(state, keys, targets, &complaint), "the file cannot be written");
  state_free(state);
}

static size_t keep_apps(size_t apps, size_t apps_of_target) {
  char folder[] = "/tmp/linear-XXXXXX";
  char path[64];
  struct stat status;
  size_t targets = apps_of_target > 0 ? apps / apps_of_target : 0;
  state_key_t *keys = calloc(targets + 1, sizeof(*keys));
  char(*names)[32] = calloc(targets + 1, sizeof(*names));
  require(keys != NULL && names != NULL && mkdtemp(folder) != NULL, "no memory, or no folder");
  for (size_t i = 0; i < targets; i++) {
    (void)snprintf(names[i], sizeof(names[i]), "account%zu", i);
    keys[i] = (state_key_t){names[i], "us-east-1", "group"};
  }
  (void)snprintf(path, sizeof(path), "%s/state", folder);
  write_and_read(path, keys, targets, apps_of_target);
  require(stat(path, &status) == 0 && unlink(path) == 0 && rmdir(folder) == 0, "the file is not there");
  free(keys);
  free(names);
  return (size_t)status.st_size;
}

static size_t run(const char *kind, size_t size) {
  if (strcmp(kind, "snapshot") == 0)
    return keep_apps(size, size);
  if (strcmp(kind, "sections") == 0)
    return keep_apps(size, APPS_OF_TARGET);
  for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
    if (strcmp(kind, inputs[i].kind) == 0)
      return read_input(&inputs[i], size);
  }
  require(false, "there is no such kind");
  return 0;
}

int main(int count, char **arguments) {
  require(count == 3, "usage: linear page|string|members|profiles|keys|continued BYTES, linear snapshot|sections APPS");
  (void)fake_aws_begin(NULL);
  fake_aws_set_now_ms(NOW_MS);
  printf("%zu\n", run(arguments[1], strtoul(arguments[2], NULL, 10)));
  return 0;
}
