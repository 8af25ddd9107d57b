/* A studio that is saved and loaded again: what the tests of memory share. */
#ifndef UNIT_SNAPSHOT_FIXTURE_H
#define UNIT_SNAPSHOT_FIXTURE_H

#include "studio_fixture.h"

#include "studio/snapshot.h"

#define NOW INT64_C(1795466160000)
#define DAY (INT64_C(24) * 3600 * 1000)

/* What was saved last, and what was loaded last. */
extern char *text;
extern size_t text_size;
extern studio_t *loaded;

/* For a test's setup and teardown. */
int memory_begin(void **state);
int memory_end(void **state);

void save(void);
snapshot_result_t load(const char *from, size_t size);

/* restart saves the studio and loads it into another one. */
void restart(void);

/* found is the app of a stream in the studio that was loaded; find may be NULL. */
studio_app_t *find(const char *stream);
studio_app_t *found(const char *stream);

/* A small account in which every kind of record is. */
void make_account(void);

studio_space_t *space_of(studio_t *of, const char *name);

#endif
