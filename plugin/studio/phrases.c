#include "studio/phrases.h"

#include <string.h>

const char *phrases_next(const char **at, size_t *length) {
  const char *begin = strchr(*at, '"');
  const char *end = begin != NULL ? strchr(begin + 1, '"') : NULL;
  if (end == NULL)
    return NULL;
  *length = (size_t)(end - begin) - 1;
  *at = end + 1;
  return begin + 1;
}

bool phrases_have(const char *pattern, const char *text, size_t length) {
  size_t other_length = 0;
  const char *other = NULL;
  while ((other = phrases_next(&pattern, &other_length)) != NULL) {
    if (other_length == length && memcmp(other, text, length) == 0)
      return true;
  }
  return false;
}

bool phrases_match(const char *pattern, const char *text) {
  size_t text_length = strlen(text);
  size_t length = 0;
  const char *phrase = NULL;
  bool has = false;
  while (!has && (phrase = phrases_next(&pattern, &length)) != NULL)
    has = memmem(text, text_length, phrase, length) != NULL;
  return has;
}
