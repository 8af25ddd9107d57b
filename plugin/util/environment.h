/* The environment as AWS's tools read it: a variable that is set to nothing is not set. */
#ifndef UTIL_ENVIRONMENT_H
#define UTIL_ENVIRONMENT_H

#include <stdlib.h>

/* environment_value is the variable's value, never "", which lives until the variable is changed; NULL: not set. */
static inline const char *environment_value(const char *name) {
  const char *value = getenv(name);
  return value != NULL && value[0] != '\0' ? value : NULL;
}

#endif
