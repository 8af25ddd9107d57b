#include "util/percent.h"

#include <string.h>

#include "util/ascii.h"

bool percent_add(buffer_t *buffer, const char *text) {
  for (; *text != '\0'; text++) {
    bool is_plain = ascii_is_alphanumeric(*text) || strchr("-._~", *text) != NULL;
    bool added = is_plain ? buffer_add(buffer, text, 1) : buffer_add_format(buffer, "%%%02X", (unsigned char)*text);
    if (!added)
      return false;
  }
  return true;
}
