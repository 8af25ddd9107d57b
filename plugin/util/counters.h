/* Counts by name that one thread adds to and any thread may read while it does: no lock, rows are only ever appended.
 */
#ifndef UTIL_COUNTERS_H
#define UTIL_COUNTERS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* Names come from responses, too: what does not fit is counted under COUNTERS_OTHER, so that a hostile server cannot
 * make series without end. */
#define COUNTERS_MAX 32
#define COUNTERS_OTHER "other"

typedef struct {
  struct {
    char name[64];
    atomic_uint_fast64_t value;
  } rows[COUNTERS_MAX];
  atomic_size_t used;
} counters_t;

/* counters_add adds amount to the count of that name; an amount of 0 makes the name known. One thread only. */
void counters_add(counters_t *counters, const char *name, uint64_t amount);

/* counters_used is the number of rows; those below it stay as they are but for their growing values. */
size_t counters_used(const counters_t *counters);

/* counters_name and counters_value are those of a row below counters_used. */
const char *counters_name(const counters_t *counters, size_t row);
uint64_t counters_value(const counters_t *counters, size_t row);

#endif
