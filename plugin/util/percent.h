/* RFC 3986's percent-encoding, as forms and queries of AWS want it: all but letters, digits and -._~ is encoded. */
#ifndef UTIL_PERCENT_H
#define UTIL_PERCENT_H

#include "util/buffer.h"

/* percent_add appends text, encoded. false: the buffer has failed (buffer.h). */
bool percent_add(buffer_t *buffer, const char *text);

#endif
