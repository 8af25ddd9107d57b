#include "studio/series.h"

#include <math.h>

#define KINDS_MASK ((UINT64_C(1) << SERIES_KINDS) - 1)

static uint64_t bit_of(unsigned kind) { return UINT64_C(1) << kind & KINDS_MASK; }

bool series_wants(const series_t *series, unsigned kind, double value) {
  return !isnan(value) || (series->kinds & bit_of(kind)) != 0;
}

bool series_note(series_t *series, unsigned kind, double value) {
  uint64_t kinds = series->kinds;
  kinds = isnan(value) ? kinds & ~bit_of(kind) : kinds | bit_of(kind);
  series->kinds = kinds & KINDS_MASK;
  return series->kinds != 0;
}
