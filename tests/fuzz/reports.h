/* What collectd is given of whole reads: every value has a name that its writers take, every trouble is one line. */
#ifndef FUZZ_REPORTS_H
#define FUZZ_REPORTS_H

#include <stddef.h>
#include <stdint.h>

/* reports_check holds each value and each line to that from now on, until fake_collectd_begin. What printf prints for a
 * string that is not there may stand in a line only where it stands in the input: libFuzzer guesses it. */
void reports_check(const uint8_t *data, size_t size);

#endif
