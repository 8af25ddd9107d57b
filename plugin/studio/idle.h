/* Since when an app is idle: the one formula. Pure. */
#ifndef STUDIO_IDLE_H
#define STUDIO_IDLE_H

#include "studio/studio.h"

typedef enum {
  IDLE_KNOWN,
  IDLE_UNKNOWN,   /* not confirmed in the last scan */
  IDLE_UNCOUNTED, /* without a stream, and of a type whose streams AWS does not document: nothing can be said of it */
} idle_state_t;

typedef struct {
  idle_state_t state;
  int64_t since_ms;
  const signal_rule_t *rule; /* by which activity was recognised */
  bool fallback;             /* its own rule's signal may not be read: its newest event counts */
} idle_since_t;

/* idle_since is the newest of three times: the last event that counts, the creation, and the start that a scan saw. In
 * place of an event that no search found within the lookback stands the lookback's beginning: a lower bound that grows.
 * Which event counts the app's rule says (signals.h). */
idle_since_t idle_since(const studio_t *studio, const studio_app_t *app);

/* idle_fact is the fact that the app's own rule counts. */
fact_t idle_fact(const studio_t *studio, const studio_app_t *app);

#endif
