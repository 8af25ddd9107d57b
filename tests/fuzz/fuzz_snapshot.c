/* links: studio unit/fake_aws unit/seal fuzz/input */
/* The text of a state file, as it is or with the last line that belongs to its records: otherwise nothing but its hash
 * would ever be looked at. What is taken can be written and read again, and is the same then. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "studio/snapshot.h"

#include "fake_aws.h"
#include "input.h"
#include "seal.h"

static const studio_settings_t settings = {.log_group = "group", .lookback_ms = INT64_C(172800000)};

static snapshot_result_t load(studio_t *studio, char *text, size_t size) {
  FILE *in = fmemopen(text, size, "r");
  INPUT_PROMISE(in != NULL);
  snapshot_result_t result = snapshot_load(studio, in);
  (void)fclose(in);
  return result;
}

static size_t save(const studio_t *studio, char **text) {
  size_t size = 0;
  *text = NULL;
  FILE *out = open_memstream(text, &size);
  INPUT_PROMISE(out != NULL);
  bool saved = snapshot_save(studio, out);
  (void)fclose(out);
  return saved ? size : 0;
}

/* The records with their last line; the caller frees them. */
static char *sealed(const uint8_t *data, size_t size, size_t *length) {
  char *text = malloc(size + SEAL_SIZE);
  INPUT_PROMISE(text != NULL);
  if (size > 0)
    memcpy(text, data, size);
  *length = size + seal(text, size, text + size);
  return text;
}

/* As a scan that finds everything again would leave it. */
static void check_again(studio_t *studio) {
  char *once = NULL;
  char *twice = NULL;
  size_t length = save(studio, &once);
  studio_t *again = studio_new(&settings, fake_aws_session());
  INPUT_PROMISE(again != NULL);
  if (length > 0) {
    INPUT_PROMISE(load(again, once, length) == SNAPSHOT_LOADED);
    INPUT_PROMISE(again->apps_count == studio->apps_count);
    INPUT_PROMISE(save(again, &twice) == length);
  }
  studio_free(again);
  free(once);
  free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t length = 0;
  fake_aws_begin(NULL);
  fake_aws_set_now_ms(INT64_C(1795466160000));
  char *text = sealed(data, size, &length);
  for (int is_sealed = 0; is_sealed <= 1; is_sealed++) {
    studio_t *studio = studio_new(&settings, fake_aws_session());
    INPUT_PROMISE(studio != NULL);
    if (load(studio, text, is_sealed ? length : size) == SNAPSHOT_LOADED)
      check_again(studio);
    studio_free(studio);
  }
  free(text);
  return 0;
}
