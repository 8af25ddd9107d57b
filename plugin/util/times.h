/* The earlier and the later of two times. */
#ifndef UTIL_TIMES_H
#define UTIL_TIMES_H

#include <stdint.h>

static inline int64_t min_ms(int64_t one, int64_t other) { return one < other ? one : other; }

static inline int64_t max_ms(int64_t one, int64_t other) { return one > other ? one : other; }

#endif
