/* links: rim unit/fake_aws fuzz/scans fuzz/input */
/* What AWS answers a scan, page by page. Several scans see the records in turn, an hour apart. The first byte chooses
 * the settings. */
#include "fake_aws.h"

#include "scans.h"

#define SCANS_MAX 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  const studio_settings_t settings = scans_settings(input_byte(&input));
  (void)fake_aws_begin(NULL);
  studio_t *studio = studio_new(&settings, fake_aws_session());
  for (int i = 0; i < SCANS_MAX && (i == 0 || input.left > 0); i++)
    scans_run(studio, &input, SCANS_START_MS + i * SCANS_EVERY_MS);
  studio_free(studio);
  (void)fake_aws_end(NULL);
  input_clear(&input);
  return 0;
}
