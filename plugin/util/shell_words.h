/* A line taken apart as a POSIX shell does, without running one: quotes and backslashes, no expansions. Python's
 * shlex.split, which the AWS command line uses for section names and for credential_process. Pure. */
#ifndef UTIL_SHELL_WORDS_H
#define UTIL_SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* words is NULL-terminated (an argv) whenever it is not NULL. */
typedef struct {
  char **words;
  size_t count;
} shell_words_t;

#define SHELL_WORDS_INIT ((shell_words_t){.count = 0})

/* shell_words_split fills words, which must be empty and which the caller clears. false: an open quote or a final
 * backslash (*failure names it), or no memory; words stays empty. */
bool shell_words_split(const char *text, shell_words_t *words, const char **failure);

/* shell_words_clear wipes the words (a command line may hold a secret) and returns to pristine; safe twice. */
void shell_words_clear(shell_words_t *words);

#endif
