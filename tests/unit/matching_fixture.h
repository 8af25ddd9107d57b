/* Searches of a log_model, scan by scan: what the tests of matching share. */
#ifndef MATCHING_FIXTURE_H
#define MATCHING_FIXTURE_H

#include "studio_fixture.h"

/* An empty log group, and the signals of the test's app types. For a test's setup; studio_end is its teardown. */
int matching_begin(void **state, const signal_rule_t *rules, size_t count);

/* look_at begins one more scan, in which every app is found as the index of streams shows it then; the calls of it
 * alone stand in the model. scan_at has matching search it, too. */
void look_at(int64_t now_ms);
void scan_at(int64_t now_ms);

#endif
