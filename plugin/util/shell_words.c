#include "util/shell_words.h"

#include <stdlib.h>
#include <string.h>

#include "util/buffer.h"

static bool words_is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* words_read_quoted reads what stands between quotes; at is behind the opening one. A backslash quotes only itself and
 * the quote itself, and that in double quotes only. It returns what is behind the closing quote; NULL: the text ends
 * before it. */
static const char *words_read_quoted(const char *at, char quote, buffer_t *word) {
  while (*at != quote) {
    if (*at == '\0')
      return NULL;
    if (quote == '"' && at[0] == '\\' && (at[1] == '\\' || at[1] == '"'))
      at++;
    (void)buffer_add(word, at, 1);
    at++;
  }
  return at + 1;
}

/* words_read reads one word and returns what is behind it; NULL: *failure says why it does not end. */
static const char *words_read(const char *at, buffer_t *word, const char **failure) {
  /* An empty addition gives "" its memory: two quotes and nothing between them are a word. */
  (void)buffer_add(word, "", 0);
  while (*at != '\0' && !words_is_blank(*at)) {
    if (*at == '"' || *at == '\'') {
      at = words_read_quoted(at + 1, *at, word);
      if (at == NULL) {
        *failure = "a quote is not closed";
        return NULL;
      }
      continue;
    }
    if (*at == '\\')
      at++;
    if (*at == '\0') {
      *failure = "nothing follows the final backslash";
      return NULL;
    }
    (void)buffer_add(word, at, 1);
    at++;
  }
  return at;
}

static bool words_append(shell_words_t *words, const char *word) {
  char **grown = calloc(words->count + 2, sizeof(*grown));
  char *copy = strdup(word);
  if (grown == NULL || copy == NULL) {
    free(grown);
    free(copy);
    return false;
  }
  if (words->words != NULL)
    memcpy(grown, words->words, words->count * sizeof(*grown));
  grown[words->count] = copy;
  free(words->words);
  words->words = grown;
  words->count++;
  return true;
}

bool shell_words_split(const char *text, shell_words_t *words, const char **failure) {
  buffer_t word = BUFFER_INIT(strlen(text) + 1);
  const char *at = text;
  bool ok = true;
  *failure = "no memory";
  while (ok) {
    while (words_is_blank(*at))
      at++;
    if (*at == '\0')
      break;
    buffer_reset(&word);
    at = words_read(at, &word, failure);
    ok = at != NULL && !word.failed && words_append(words, word.data);
  }
  buffer_clear(&word);
  if (!ok)
    shell_words_clear(words);
  return ok;
}

void shell_words_clear(shell_words_t *words) {
  for (size_t i = 0; i < words->count; i++) {
    explicit_bzero(words->words[i], strlen(words->words[i]));
    free(words->words[i]);
  }
  free(words->words);
  words->words = NULL;
  words->count = 0;
}
