#include "util/wiped_memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void wiped_memory_free(void *memory) {
  if (memory != NULL)
    explicit_bzero(memory, malloc_usable_size(memory));
  free(memory);
}

void *wiped_memory_realloc(void *memory, size_t size) {
  void *moved = malloc(size);
  if (moved == NULL || memory == NULL)
    return moved;
  size_t had = malloc_usable_size(memory);
  memcpy(moved, memory, had < size ? had : size);
  wiped_memory_free(memory);
  return moved;
}
