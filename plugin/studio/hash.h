/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/: for tables and checks of what nobody gains anything by forging.
 */
#ifndef STUDIO_HASH_H
#define STUDIO_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_INIT UINT64_C(14695981039346656037)

static inline uint64_t hash_byte(uint64_t hash, unsigned char byte) { return (hash ^ byte) * UINT64_C(1099511628211); }

static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    hash = hash_byte(hash, ((const unsigned char *)bytes)[i]);
  return hash;
}

/* hash_text takes the text's NUL with it: what follows is told apart from what belongs to it. */
static inline uint64_t hash_text(uint64_t hash, const char *text) {
  for (; *text != '\0'; text++)
    hash = hash_byte(hash, (unsigned char)*text);
  return hash_byte(hash, 0);
}

#endif
