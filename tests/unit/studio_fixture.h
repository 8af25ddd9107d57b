/* A studio on fake_aws: what the tests of studio/ share. */
#ifndef UNIT_STUDIO_FIXTURE_H
#define UNIT_STUDIO_FIXTURE_H

#include "studio/studio.h"
#include "studio/values.h"

#include "fake_aws.h"

extern studio_t *studio;

/* For a test's setup and teardown. The log group is "group", the lookback two days; last events are what counts. */
int studio_begin(void **state);
int studio_end(void **state);

/* A KernelGateway of a user in domain d-1, as if the current scan had listed it in service. */
studio_app_t *studio_add(const char *user, const char *name);

/* The same in a space of that domain whose owner is not known. */
studio_app_t *studio_add_in(const char *space, const char *type, const char *name);

/* studio_own is what ListSpaces tells of a space; owner NULL: it has none. */
studio_space_t *studio_own(const char *space, const char *owner);

/* studio_next_scan begins the next scan as scan_start does. */
void studio_next_scan(void);

/* studio_report settles the scan as its end does, reports it at now_ms, and forgets what has left as the next one does.
 */
values_counts_t studio_report(int64_t now_ms, values_emit_t *emit, void *user_data);

/* studio_dispatches plays the dispatcher, which accepts what it is offered or not; false: the value was not due. */
bool studio_dispatches(const values_item_t *item, bool accepts);

/* assert_told compares what was told, values that end in a space each, in any order. */
void assert_told(const char *told, const char *expected);

#endif
