#include "util/redact.h"

#include <stdbool.h>
#include <string.h>

#include "util/ascii.h"

#define WORD_MIN 4
#define SECRET_MIN 16
#define SECRET_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"

static bool has_any(const char *text, size_t length, char first, char last) {
  for (size_t i = 0; i < length; i++) {
    if (text[i] >= first && text[i] <= last)
      return true;
  }
  return false;
}

/* word_at is the length of the word that text begins with; 0: it begins with no word. */
static size_t word_at(const char *text, char *const *words, size_t count) {
  size_t longest = 0;
  for (size_t i = 0; i < count; i++) {
    size_t length = strlen(words[i]);
    if (length >= WORD_MIN && length > longest && strncmp(text, words[i], length) == 0)
      longest = length;
  }
  return longest;
}

/* secret_at is the length of what looks like a secret at text's start; 0: nothing does. */
static size_t secret_at(const char *text) {
  size_t length = strspn(text, SECRET_CHARACTERS);
  bool is_path = memchr(text, '/', length) != NULL;
  bool is_mixed = has_any(text, length, 'a', 'z') && has_any(text, length, 'A', 'Z');
  return length >= SECRET_MIN && has_any(text, length, '0', '9') && (is_mixed || !is_path) ? length : 0;
}

void redact(const char *line, char *const *words, size_t count, char *shown, size_t size) {
  size_t used = 0;
  bool inside = false; /* in a run that as a whole is no secret: its parts are no secrets either */
  while (*line != '\0') {
    size_t hidden = word_at(line, words, count);
    if (hidden == 0 && !inside)
      hidden = secret_at(line);
    const char *piece = hidden > 0 ? "[...]" : line;
    size_t taken = hidden > 0 ? strlen(piece) : 1;
    if (used + taken >= size)
      break;
    memcpy(shown + used, piece, taken);
    used += taken;
    inside = hidden == 0 && strchr(SECRET_CHARACTERS, *line) != NULL;
    line += hidden > 0 ? hidden : 1;
  }
  shown[used] = '\0';
}
