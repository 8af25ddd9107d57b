/* What to do about an error, in words that end a log line. */
#ifndef REMEDY_H
#define REMEDY_H

#include <stddef.h>

#include "config.h"

/* remedy_write writes what to do about an error and, of a lasting refusal, what is lost until then. */
void remedy_write(const aws_error_t *error, const config_account_t *config, char *text, size_t size);

#endif
