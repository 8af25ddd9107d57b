#include "util/utf8.h"

size_t utf8_decode(const char *text, size_t length, uint32_t *character) {
  /* smallest has the least character of each length: one that is below has a shorter form. */
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};

  if (length == 0)
    return 0;
  unsigned char first = (unsigned char)text[0];
  if (first < 0x80) {
    *character = first;
    return 1;
  }

  size_t size = (first & 0xe0) == 0xc0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : (first & 0xf8) == 0xf0 ? 4 : 0;
  if (size == 0 || size > length)
    return 0;
  uint32_t value = first & (0xffU >> (size + 1));
  for (size_t i = 1; i < size; i++) {
    unsigned char next = (unsigned char)text[i];
    if ((next & 0xc0) != 0x80)
      return 0;
    value = (value << 6) | (next & 0x3fU);
  }
  if (value < smallest[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return 0;
  *character = value;
  return size;
}

size_t utf8_encode(uint32_t character, char bytes[UTF8_SIZE_MAX]) {
  size_t size = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  /* first has the bits that a first byte of each length begins with; each other byte has six bits of the character. */
  static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = size - 1; i > 0; i--) {
    bytes[i] = (char)(0x80 | (character & 0x3f));
    character >>= 6;
  }
  bytes[0] = (char)(first[size] | character);
  return size;
}

bool utf8_is_space(uint32_t character) {
  return (character >= 0x09 && character <= 0x0d) || (character >= 0x1c && character <= 0x20) || character == 0x85 ||
         character == 0xa0 || character == 0x1680 || (character >= 0x2000 && character <= 0x200a) ||
         character == 0x2028 || character == 0x2029 || character == 0x202f || character == 0x205f ||
         character == 0x3000;
}

bool utf8_is_printable(uint32_t character) {
  bool is_control = character < 0x20 || (character >= 0x7f && character < 0xa0);
  bool is_direction = (character >= 0x200e && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
                      (character >= 0x2066 && character <= 0x2069);
  return !is_control && !is_direction;
}
