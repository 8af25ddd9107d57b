#include "studio/words.h"

#include <stdlib.h>
#include <string.h>

#include "util/hash.h"

static uint64_t hash_word(const void *item) { return hash_text(HASH_INIT, item); }

static bool is_word(const void *item, const void *key) { return strcmp(item, key) == 0; }

void words_init(pointer_set_t *words) { words->hash_of = hash_word; }

void words_clear(pointer_set_t *words) {
  size_t at = 0;
  for (void *word = pointer_set_next(words, &at); word != NULL; word = pointer_set_next(words, &at))
    free(word);
  pointer_set_clear(words);
}

const char *words_get(pointer_set_t *words, const char *text) {
  void *found = pointer_set_find(words, hash_word(text), is_word, text);
  if (found != NULL)
    return found;
  char *copy = strdup(text);
  if (copy != NULL && pointer_set_add(words, copy))
    return copy;
  free(copy);
  return NULL;
}
