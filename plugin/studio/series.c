#include "studio/series.h"

#include <math.h>

static uint64_t bit_of(unsigned kind) { return UINT64_C(1) << kind; }

bool series_wants(const series_t *series, unsigned kind, double value) {
  return !isnan(value) || (series->kinds & bit_of(kind)) != 0;
}

bool series_note(series_t *series, unsigned kind, double value) {
  if (isnan(value))
    series->kinds &= (uint8_t)~bit_of(kind);
  else
    series->kinds |= (uint8_t)bit_of(kind);
  return series->kinds != 0;
}
