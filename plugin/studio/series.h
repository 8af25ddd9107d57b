/* The identity under which the values of one thing are dispatched. */
#ifndef STUDIO_SERIES_H
#define STUDIO_SERIES_H

#include <stdint.h>

/* series_t is what the dispatcher keeps with everything that has a value: the hash of the name that its values stand
 * under. 0: it has no name yet. */
typedef struct {
  uint64_t hash;
} series_t;

#endif
