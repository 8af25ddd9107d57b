/* links: rim unit/fake_aws unit/seal fuzz/scans fuzz/input */
/* state_put and state_write over whatever stands in the state file's place. The first byte chooses the settings, the
 * second what stands there and whether our own region is known; the file's text comes first, then the pages of a scan,
 * which is what is saved. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_aws.h"
#include "seal.h"
#include "state.h"
#include "studio/snapshot.h"

#include "scans.h"

#define FIRST_LINE "collectd-sagemaker state 1\n"

static char folder[] = "/tmp/fuzz-save-XXXXXX";
static char path[64];

static void remove_all(void) {
  (void)unlink(path);
  (void)rmdir(folder);
}

int LLVMFuzzerInitialize(const int *count, char ***arguments);

int LLVMFuzzerInitialize(const int *count, char ***arguments) {
  (void)count;
  (void)arguments;
  INPUT_PROMISE(mkdtemp(folder) != NULL);
  (void)snprintf(path, sizeof(path), "%s/state", folder);
  return atexit(remove_all);
}

/* As it is, or as a file of ours with a section of another target that is whole. */
static void write_file(const char *text, size_t length, bool is_ours) {
  FILE *out = fopen(path, "we");
  INPUT_PROMISE(out != NULL);
  if (is_ours) {
    const char *last = memrchr(text, '\n', length);
    size_t whole = last != NULL ? (size_t)(last + 1 - text) : 0;
    char end[SEAL_SIZE];
    (void)fprintf(out, FIRST_LINE "target other eu-west-1 group\n");
    (void)fwrite(text, 1, whole, out);
    (void)fwrite(end, 1, seal(text, whole, end), out);
  } else {
    (void)fwrite(text, 1, length, out);
  }
  INPUT_PROMISE(fclose(out) == 0);
}

static bool is_foreign(const char *text, size_t length) {
  static const char words[] = "collectd-sagemaker state ";
  size_t compared = length < sizeof(words) - 1 ? length : sizeof(words) - 1;
  return length > 0 && text[0] != '\0' && memcmp(text, words, compared) != 0;
}

/* As a daemon does that has just been started. */
static state_t *open_state(void) {
  state_t *state = state_new(path);
  INPUT_PROMISE(state != NULL);
  return state;
}

static size_t load(const state_key_t *key, const studio_settings_t *settings, bool *loaded) {
  state_complaint_t complaint;
  state_t *state = open_state();
  studio_t *studio = studio_new(settings, fake_aws_session());
  INPUT_PROMISE(studio != NULL);
  *loaded = state_load(state, key, studio, &complaint);
  INPUT_PROMISE(input_is_line(complaint.text) && (!*loaded || complaint.text[0] == '\0'));
  size_t apps = studio->apps_count;
  studio_free(studio);
  state_free(state);
  return apps;
}

static void write_state(state_t *state, const studio_t *studio, const studio_settings_t *settings, bool may_replace) {
  const state_key_t keys[] = {{"prod", "us-east-1", "group"}, {"other", "eu-west-1", "group"}, {"new", NULL, "group"}};
  state_complaint_t complaint = {""};
  bool had_other = false;
  bool has_other = false;
  bool loaded = false;
  size_t of_other = load(&keys[1], settings, &had_other);
  INPUT_PROMISE(state_put(state, &keys[0], studio));
  bool written = state_write(state, keys, 3, &complaint);
  INPUT_PROMISE(input_is_line(complaint.text) && written == may_replace && (written || complaint.text[0] != '\0'));
  if (!written)
    return;
  (void)load(&keys[0], settings, &loaded);
  INPUT_PROMISE(loaded);
  INPUT_PROMISE(load(&keys[1], settings, &has_other) == of_other && has_other == had_other);
  INPUT_PROMISE(state_put(state, &keys[0], studio) && state_write(state, keys, 3, &complaint));
}

static void save(input_t *input, const studio_settings_t *settings, bool may_replace) {
  state_t *state = open_state();
  studio_t *studio = studio_new(settings, fake_aws_session());
  INPUT_PROMISE(studio != NULL);
  scans_run(studio, input, SCANS_START_MS);
  write_state(state, studio, settings, may_replace);
  studio_free(studio);
  state_free(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  const studio_settings_t settings = scans_settings(input_byte(&input));
  uint8_t place = input_byte(&input);
  size_t length = 0;
  const char *text = input_record(&input, &length);
  (void)fake_aws_begin(NULL);
  fake_aws_set_now_ms(SCANS_START_MS);
  (void)unlink(path);
  bool is_there = text != NULL && place % 4 != 0;
  bool is_ours = place % 4 == 1;
  if (is_there)
    write_file(text, length, is_ours);
  save(&input, &settings, !is_there || is_ours || !is_foreign(text, length));
  (void)fake_aws_end(NULL);
  input_clear(&input);
  return 0;
}
