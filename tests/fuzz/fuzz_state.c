/* links: rim unit/fake_aws unit/seal fuzz/scans fuzz/input */
/* The state file, and the pages of scans that go on from what it tells (fuzz_snapshot.c writes it again). The first
 * byte chooses the settings and, by its highest bit, whether the lines get the end that fits them, without which
 * nothing behind the parser would ever be reached. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fake_aws.h"
#include "seal.h"
#include "state.h"
#include "studio/snapshot.h"

#include "scans.h"

static const state_key_t key = {"prod", "us-east-1", "group"};

static void load_as_it_is(const char *text, size_t length, studio_t *studio) {
  char path[64];
  state_complaint_t complaint;
  int fd = memfd_create("state", MFD_CLOEXEC);
  INPUT_PROMISE(fd >= 0 && write(fd, text, length) == (ssize_t)length);
  (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
  state_t *state = state_new(path);
  INPUT_PROMISE(state != NULL);
  if (state_load(state, &key, studio, &complaint))
    INPUT_PROMISE(complaint.text[0] == '\0');
  else
    INPUT_PROMISE(input_is_line(complaint.text));
  state_free(state);
  (void)close(fd);
}

/* The lines up to the last newline, and an end with their number and hash. */
static bool load_completed(const char *text, size_t length, studio_t *studio) {
  const char *last = memrchr(text, '\n', length);
  size_t whole = last != NULL ? (size_t)(last + 1 - text) : 0;
  char *completed = malloc(whole + SEAL_SIZE);
  INPUT_PROMISE(completed != NULL);
  memcpy(completed, text, whole);
  size_t end = seal(completed, whole, completed + whole);
  FILE *in = fmemopen(completed, whole + end, "r");
  snapshot_result_t loaded = snapshot_load(studio, in);
  (void)fclose(in);
  free(completed);
  return loaded == SNAPSHOT_LOADED;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  uint8_t how = input_byte(&input);
  const studio_settings_t settings = scans_settings(how);
  size_t length = 0;
  const char *text = input_record(&input, &length);
  (void)fake_aws_begin(NULL);
  fake_aws_set_now_ms(SCANS_START_MS);
  studio_t *studio = studio_new(&settings, fake_aws_session());
  if (text != NULL && (how & 0x80U) == 0) {
    load_as_it_is(text, length, studio);
  } else if (text != NULL && load_completed(text, length, studio)) {
    scans_run(studio, &input, SCANS_START_MS + SCANS_EVERY_MS);
    scans_run(studio, &input, SCANS_START_MS + 2 * SCANS_EVERY_MS);
  }
  studio_free(studio);
  (void)fake_aws_end(NULL);
  input_clear(&input);
  return 0;
}
