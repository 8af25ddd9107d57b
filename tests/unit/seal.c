#include "seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/hash.h"

size_t seal(const char *records, size_t length, char end[SEAL_SIZE]) {
  uint64_t hash = HASH_INIT;
  uint64_t count = 0;
  const char *const stop = records + length;
  for (const char *at = records; at < stop; count++) {
    const char *newline = memchr(at, '\n', (size_t)(stop - at));
    const char *line_end = newline != NULL ? newline : stop;
    hash = hash_line(hash, at, (size_t)(line_end - at));
    at = line_end + 1;
  }
  return (size_t)snprintf(end, SEAL_SIZE, "end %" PRIu64 " %016" PRIx64 "\n", count, hash);
}
