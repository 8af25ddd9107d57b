/* Since when an app is idle: the one formula. Pure. */
#ifndef STUDIO_IDLE_H
#define STUDIO_IDLE_H

#include "studio/studio.h"

typedef enum {
  IDLE_KNOWN,
  IDLE_UNKNOWN,   /* not confirmed in the last scan */
  IDLE_UNCOUNTED, /* of a type whose streams nobody has documented, without one: nothing can be said of it */
} idle_state_t;

typedef struct {
  idle_state_t state;
  int64_t since_ms;
  signal_t signal;
  bool fallback; /* its signal may not be read: its newest event counts */
} idle_since_t;

/* idle_since: the newest of the last event that counts, the creation and the start that we saw. Where none counts in
 * the whole lookback, the lookback's beginning: a lower bound that grows. */
idle_since_t idle_since(const studio_t *studio, const studio_app_t *app);

#endif
