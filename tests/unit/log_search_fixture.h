/* Searches of a log_model, scan by scan: what the tests of matching share. */
#ifndef UNIT_LOG_SEARCH_FIXTURE_H
#define UNIT_LOG_SEARCH_FIXTURE_H

#include "studio_fixture.h"

#define MATCHING_MINUTE INT64_C(60000)
#define MATCHING_HOUR (60 * MATCHING_MINUTE)
#define MATCHING_NOW INT64_C(1795466160000)
#define MATCHING_LOOKBACK (48 * MATCHING_HOUR)

/* An empty log group, and the signals of the test's app types. For a test's setup; studio_end is its teardown. */
int matching_begin(void **state, const signal_rule_t *rules, size_t count);

/* matching_add is an app of a user that was made five days before MATCHING_NOW; matching_add_chattering a JupyterLab
 * whose server says every minute of the lookback that it is up, 480 times in eight hours. */
studio_app_t *matching_add(const char *type, const char *name);
studio_app_t *matching_add_chattering(void);

/* look_at begins one more scan, in which every app is found as the index of streams shows it then; the calls of it
 * alone stand in the model. scan_at has matching search it, too. */
void look_at(int64_t now_ms);
void scan_at(int64_t now_ms);

#endif
