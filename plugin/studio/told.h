/* What people were told of an app, so that each thing is said once. */
#ifndef STUDIO_TOLD_H
#define STUDIO_TOLD_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint32_t silent_since_s;             /* seconds since the epoch: since when the app has had no value; 0: it has one */
  bool unlogged, chatty, deaf, silent; /* a notice of it was logged */
} told_t;

#endif
