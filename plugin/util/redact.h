/* Lines that programs write, for people: without what may be a secret. Pure. */
#ifndef UTIL_REDACT_H
#define UTIL_REDACT_H

#include <stddef.h>

/* redact copies line into shown, cut to its size, with "[...]" in place of each of the words in it (those of fewer than
 * four bytes are no secrets), and of what looks like a key or a token: 16 or more of the characters of base64 with a
 * digit among them. A path counts as such only if its letters are in both cases. */
void redact(const char *line, char *const *words, size_t count, char *shown, size_t size);

#endif
