#include "config_patterns.h"

#include <string.h>

#include "config_values.h"

/* piece_length is the length of the piece that a regular expression begins with: an escaped character, a bracket
 * expression with its classes, a bound in braces, else one character. */
static size_t piece_length(const char *pattern) {
  const char *at = pattern + 1;
  if (*pattern == '\\' && *at != '\0')
    return 2;
  if (*pattern == '{')
    return strcspn(at, "}") + (strchr(at, '}') != NULL ? 2 : 1);
  if (*pattern != '[')
    return 1;
  at += *at == '^' ? 1 : 0;
  at += *at == ']' ? 1 : 0;
  while (*at != '\0' && *at != ']') {
    const char *end = at[0] == '[' && at[1] == ':' ? strstr(at, ":]") : NULL;
    at = end != NULL ? end + 2 : at + 1;
  }
  return (size_t)(at - pattern) + (*at == ']' ? 1 : 0);
}

/* repeats_a_repetition finds "a++", which POSIX leaves undefined; glibc takes twice the memory for each further sign.
 */
static bool repeats_a_repetition(const char *pattern) {
  bool is_behind_one = false;
  while (*pattern != '\0') {
    bool is_repetition = strchr("*+?{", *pattern) != NULL;
    if (is_repetition && is_behind_one)
      return true;
    is_behind_one = is_repetition;
    pattern += piece_length(pattern);
  }
  return false;
}

static int add_pattern(const oconfig_item_t *item, const char *text, void *field) {
  studio_patterns_t *patterns = field;
  if (repeats_a_repetition(text))
    return config_refuse(item,
                         "a repetition (*, +, ? or {}) stands right behind another, which POSIX leaves undefined");
  regex_t *longer = config_grow(patterns->items, patterns->count, sizeof(*longer));
  if (longer == NULL)
    return -1;
  patterns->items = longer;
  int status = regcomp(&longer[patterns->count], text, REG_EXTENDED | REG_NOSUB);
  if (status != 0) {
    char reason[128];
    regerror(status, &longer[patterns->count], reason, sizeof(reason));
    return config_refuse(item, reason);
  }
  patterns->count++;
  return 0;
}

int config_take_patterns(const oconfig_item_t *item, void *field, const config_option_t *option) {
  return config_take_each(item, field, option, add_pattern);
}

void config_clear_patterns(studio_patterns_t *patterns) {
  regex_t *items = config_owned(patterns->items);
  for (size_t i = 0; i < patterns->count; i++)
    regfree(&items[i]);
  free(items);
  *patterns = (studio_patterns_t){NULL, 0};
}
