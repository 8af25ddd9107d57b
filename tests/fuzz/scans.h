/* Scans of a studio that a hostile AWS answers, and the report after each: no value may be what none can be. */
#ifndef FUZZ_SCANS_H
#define FUZZ_SCANS_H

#include "input.h"
#include "studio/studio.h"

#define SCANS_START_MS INT64_C(1795466160000)
#define SCANS_EVERY_MS INT64_C(3600000)

/* scans_settings are those that a byte chooses. */
studio_settings_t scans_settings(uint8_t how);

/* scans_run makes one scan at now_ms and reports it. Each record of the input is a page, one that begins with '!' an
 * error; when they are used up every call fails. */
void scans_run(studio_t *studio, input_t *input, int64_t now_ms);

#endif
