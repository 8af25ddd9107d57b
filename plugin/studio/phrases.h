/* The phrases of a filter pattern (signals.h): the texts between its quotation marks. Pure. */
#ifndef STUDIO_PHRASES_H
#define STUDIO_PHRASES_H

#include <stdbool.h>
#include <stddef.h>

/* phrases_next gives the phrase of a filter pattern that begins behind *at, and goes on to its end; NULL: it was the
 * last. */
const char *phrases_next(const char **at, size_t *length);

/* phrases_have: the filter pattern has a phrase that is just this text. */
bool phrases_have(const char *pattern, const char *text, size_t length);

/* phrases_match: the text has one of the phrases of a filter pattern in it. */
bool phrases_match(const char *pattern, const char *text);

#endif
