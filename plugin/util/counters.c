#include "util/counters.h"

#include <stdio.h>
#include <string.h>

static size_t find(const counters_t *counters, const char *name, size_t used) {
  size_t row = 0;
  while (row < used && strncmp(counters->rows[row].name, name, sizeof(counters->rows[row].name) - 1) != 0)
    row++;
  return row;
}

void counters_add(counters_t *counters, const char *name, uint64_t amount) {
  size_t used = atomic_load_explicit(&counters->used, memory_order_relaxed);
  size_t row = find(counters, name, used);
  if (row == used && used == COUNTERS_MAX)
    row = COUNTERS_MAX - 1;
  if (row < used) {
    atomic_fetch_add_explicit(&counters->rows[row].value, amount, memory_order_relaxed);
    return;
  }
  const char *shown = row == COUNTERS_MAX - 1 ? COUNTERS_OTHER : name;
  snprintf(counters->rows[row].name, sizeof(counters->rows[row].name), "%s", shown);
  atomic_store_explicit(&counters->rows[row].value, amount, memory_order_relaxed);
  atomic_store_explicit(&counters->used, row + 1, memory_order_release);
}

size_t counters_used(const counters_t *counters) { return atomic_load_explicit(&counters->used, memory_order_acquire); }

const char *counters_name(const counters_t *counters, size_t row) { return counters->rows[row].name; }

uint64_t counters_value(const counters_t *counters, size_t row) {
  return atomic_load_explicit(&counters->rows[row].value, memory_order_relaxed);
}
