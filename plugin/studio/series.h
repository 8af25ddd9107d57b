/* What the dispatcher remembers of the values of one thing: under which name they stand, and which it has had. */
#ifndef STUDIO_SERIES_H
#define STUDIO_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#define SERIES_HASH_BITS 52
#define SERIES_HASH_MASK ((UINT64_C(1) << SERIES_HASH_BITS) - 1)
#define SERIES_KINDS (64 - SERIES_HASH_BITS)

/* series_t is the dispatcher's alone: a studio keeps it with everything that has values, and neither reads nor writes
 * it. hash is that of the name that the values stand under (0: they have none); bit n of kinds is set while the newest
 * value of kind n was a number. */
typedef struct {
  uint64_t hash : SERIES_HASH_BITS;
  uint64_t kinds : SERIES_KINDS;
} series_t;

/* series_wants: the value is to be dispatched. A number always is; NaN, the end of a value, only once and only for what
 * has had one. */
bool series_wants(const series_t *series, unsigned kind, double value);

/* series_note remembers that the value was dispatched. false: no kind has a value any more. */
bool series_note(series_t *series, unsigned kind, double value);

#endif
