/* Letters as AWS's protocols compare them: ASCII, whatever locale the daemon runs in (in a Turkish one tolower('I') is
 * not 'i'). */
#ifndef UTIL_ASCII_H
#define UTIL_ASCII_H

#include <stdbool.h>
#include <stddef.h>

/* ascii_lower and ascii_upper change a letter's case, and no other character. */
static inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static inline char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

static inline bool ascii_is_digit(char c) { return c >= '0' && c <= '9'; }

static inline bool ascii_is_alphanumeric(char c) {
  return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

/* ascii_compare is strcmp of the two strings in lower case. */
static inline int ascii_compare(const char *a, const char *b) {
  while (*a != '\0' && ascii_lower(*a) == ascii_lower(*b)) {
    a++;
    b++;
  }
  return (int)(unsigned char)ascii_lower(*a) - (int)(unsigned char)ascii_lower(*b);
}

/* ascii_starts says whether text begins with prefix, which is in lower case. */
static inline bool ascii_starts(const char *text, const char *prefix) {
  while (*prefix != '\0' && ascii_lower(*text) == *prefix) {
    text++;
    prefix++;
  }
  return *prefix == '\0';
}

/* ascii_equal says whether two strings differ in nothing but case. */
static inline bool ascii_equal(const char *a, const char *b) { return ascii_compare(a, b) == 0; }

#endif
