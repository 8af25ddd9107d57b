/* The words that repeat from app to app, each kept once: instance types, app types, statuses. */
#ifndef STUDIO_WORDS_H
#define STUDIO_WORDS_H

#include "util/pointer_set.h"

/* words_init prepares a set of words, words_clear frees all that are in it. */
void words_init(pointer_set_t *words);
void words_clear(pointer_set_t *words);

/* words_get is the set's own copy of text, the same for the same text, until words_clear. NULL: no memory. */
const char *words_get(pointer_set_t *words, const char *text);

#endif
