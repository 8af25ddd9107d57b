/* UTF-8 (RFC 3629), one character at a time. Pure. */
#ifndef UTIL_UTF8_H
#define UTIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No character takes more bytes. */
#define UTF8_SIZE_MAX 4

/* utf8_decode reads the character at text, of which length bytes may be read, and returns the bytes that it takes; 0:
 * no UTF-8 starts here (overlong forms, surrogates and what lies beyond U+10FFFF are none), *character is then
 * untouched. */
size_t utf8_decode(const char *text, size_t length, uint32_t *character);

/* utf8_encode writes a character (up to U+10FFFF and no surrogate) and returns how many bytes it takes. */
size_t utf8_encode(uint32_t character, char bytes[UTF8_SIZE_MAX]);

/* utf8_is_space says whether it is white space, as Unicode and Python's str.isspace have it. */
bool utf8_is_space(uint32_t character);

/* utf8_is_printable says whether it is no control character, and none that breaks a line or turns its direction where
 * it is shown. */
bool utf8_is_printable(uint32_t character);

#endif
