/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/: for tables and checks where a forged match gains nothing.
 */
#ifndef UTIL_HASH_H
#define UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HASH_INIT UINT64_C(14695981039346656037)
#define HASH_PRIME UINT64_C(1099511628211)

/* hash_byte and hash_bytes take bytes into a hash that began as HASH_INIT. */
static inline uint64_t hash_byte(uint64_t hash, unsigned char byte) { return (hash ^ byte) * HASH_PRIME; }

static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    hash = hash_byte(hash, ((const unsigned char *)bytes)[i]);
  return hash;
}

/* hash_line takes eight bytes in a step: a state file has hundreds for each app. Every step can be undone, so that no
 * two texts of one length that differ in one place have the same. Depends on the machine's order of bytes. */
static inline uint64_t hash_line(uint64_t hash, const char *line, size_t length) {
  for (; length >= sizeof(uint64_t); line += sizeof(uint64_t), length -= sizeof(uint64_t)) {
    uint64_t eight = 0;
    memcpy(&eight, line, sizeof(eight));
    hash = (hash ^ eight) * HASH_PRIME;
    hash ^= hash >> 32;
  }
  return hash_byte(hash_bytes(hash, line, length), '\n');
}

/* hash_text takes the text's NUL with it: what follows is told apart from what belongs to it. */
static inline uint64_t hash_text(uint64_t hash, const char *text) {
  for (; *text != '\0'; text++)
    hash = hash_byte(hash, (unsigned char)*text);
  return hash_byte(hash, 0);
}

#endif
