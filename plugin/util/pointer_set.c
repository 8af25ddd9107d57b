#include "util/pointer_set.h"

#include <stdlib.h>

#define CAPACITY_FIRST 64

/* A slot points to removed where an item was taken out: a search goes on behind it. */
static char removed;

/* slot_of is where a search for a hash begins: an item stands in the first free slot from there on (open addressing).
 * FNV's last bytes reach its lower bits alone: multiplied by the golden ratio (Knuth, The Art of Computer
 * Programming, 6.4) every bit reaches the highest, which choose the slot. */
static size_t slot_of(uint64_t hash, size_t capacity) {
  return (size_t)((hash * UINT64_C(0x9E3779B97F4A7C15) >> 32) * capacity >> 32);
}

static size_t next_slot(size_t at, size_t capacity) { return at + 1 < capacity ? at + 1 : 0; }

static void put(void **slots, size_t capacity, uint64_t hash, void *item) {
  size_t at = slot_of(hash, capacity);
  while (slots[at] != NULL)
    at = next_slot(at, capacity);
  slots[at] = item;
}

/* make_room leaves one slot of eight empty, so that every search meets an empty one. Growing by a quarter leaves little
 * room unused. false: no memory. */
static bool make_room(pointer_set_t *set) {
  if ((set->used + 1) * 8 <= set->capacity * 7)
    return true;
  size_t capacity = set->capacity > 0 ? set->capacity : CAPACITY_FIRST;
  if ((set->count + 1) * 8 > capacity * 7)
    capacity += capacity / 4;
  void **slots = calloc(capacity, sizeof(*slots));
  if (slots == NULL)
    return false;
  size_t at = 0;
  for (void *item = pointer_set_next(set, &at); item != NULL; item = pointer_set_next(set, &at))
    put(slots, capacity, set->hash_of(item), item);
  free(set->slots);
  set->slots = slots;
  set->capacity = capacity;
  set->used = set->count;
  return true;
}

bool pointer_set_add(pointer_set_t *set, void *item) {
  if (!make_room(set))
    return false;
  put(set->slots, set->capacity, set->hash_of(item), item);
  set->count++;
  set->used++;
  return true;
}

void *pointer_set_find(const pointer_set_t *set, uint64_t hash, bool (*equals)(const void *item, const void *key),
                       const void *key) {
  if (set->capacity == 0)
    return NULL;
  for (size_t at = slot_of(hash, set->capacity); set->slots[at] != NULL; at = next_slot(at, set->capacity)) {
    if (set->slots[at] != &removed && equals(set->slots[at], key))
      return set->slots[at];
  }
  return NULL;
}

/* find_slot is the slot that holds the item; NULL: no slot does. */
static void **find_slot(const pointer_set_t *set, const void *item) {
  if (set->capacity == 0)
    return NULL;
  size_t at = slot_of(set->hash_of(item), set->capacity);
  while (set->slots[at] != NULL && set->slots[at] != item)
    at = next_slot(at, set->capacity);
  return set->slots[at] != NULL ? &set->slots[at] : NULL;
}

void pointer_set_remove(pointer_set_t *set, const void *item) {
  void **slot = find_slot(set, item);
  if (slot == NULL)
    return;
  *slot = &removed;
  set->count--;
}

void pointer_set_replace(pointer_set_t *set, const void *item, void *other) {
  void **slot = find_slot(set, item);
  if (slot != NULL)
    *slot = other;
}

void *pointer_set_next(const pointer_set_t *set, size_t *at) {
  while (*at < set->capacity) {
    void *item = set->slots[(*at)++];
    if (item != NULL && item != &removed)
      return item;
  }
  return NULL;
}

void pointer_set_clear(pointer_set_t *set) {
  free(set->slots);
  *set = (pointer_set_t){.hash_of = set->hash_of};
}
