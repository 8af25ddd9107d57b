/* A set of things, found by what they are called; each holds its own name. Eight bytes and some room for each: json-c's
 * tables take 60 to 120 and a copy of the name, which for a hundred thousand items is most of what a program would
 * keep.
 */
#ifndef UTIL_POINTER_SET_H
#define UTIL_POINTER_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed but for hash_of it is empty. */
typedef struct {
  uint64_t (*hash_of)(const void *item);
  void **slots;
  size_t capacity; /* below 2^32 */
  size_t count;
  size_t used; /* slots that hold an item, or have */
} pointer_set_t;

/* pointer_set_find is the item of that hash which equals the key; NULL: it is not in the set. */
void *pointer_set_find(const pointer_set_t *set, uint64_t hash, bool (*equals)(const void *item, const void *key),
                       const void *key);

/* pointer_set_add adds an item that is not in it; false: no memory. */
bool pointer_set_add(pointer_set_t *set, void *item) __attribute__((warn_unused_result));

/* pointer_set_remove takes out an item, if it is there. */
void pointer_set_remove(pointer_set_t *set, const void *item);

/* pointer_set_replace puts other, which is found by the same hash, in the place of an item. */
void pointer_set_replace(pointer_set_t *set, const void *item, void *other);

/* pointer_set_next goes through all items: *at is 0 at first, NULL the end. The item may be removed meanwhile, nothing
 * added. */
void *pointer_set_next(const pointer_set_t *set, size_t *at);

/* pointer_set_clear frees the set, not its items. */
void pointer_set_clear(pointer_set_t *set);

#endif
