/* Memory that is wiped before it is given back, for a library that handles secrets and does not wipe them itself:
 * libcurl frees request headers, bodies and what it has received as they are. */
#ifndef UTIL_WIPED_MEMORY_H
#define UTIL_WIPED_MEMORY_H

#include <stddef.h>

/* wiped_memory_free and wiped_memory_realloc are free and realloc for what malloc, calloc and strdup have given, for
 * any thread. NULL: no memory, and the old memory is as it was. */
void wiped_memory_free(void *memory);
void *wiped_memory_realloc(void *memory, size_t size);

#endif
