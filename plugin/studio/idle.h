/* Since when an app is idle: the one formula. */
#ifndef STUDIO_IDLE_H
#define STUDIO_IDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "studio/fact.h"
#include "studio/signals.h"
#include "studio/types.h"

typedef enum {
  IDLE_KNOWN,
  IDLE_UNKNOWN, /* the last scan has not confirmed its owner, its domain's name where that labels it, its stream, its
                   metric, or which events count; or neither a start nor an event has a time */
  IDLE_BLIND,   /* without a stream, and of a type whose streams AWS does not document: nothing can be said of it */
  IDLE_VOID,    /* chatty, and no phrases are known for its type: likewise */
} idle_state_t;

typedef struct {
  idle_state_t state;
  int64_t since_ms;          /* of IDLE_KNOWN */
  const signal_rule_t *rule; /* by which activity was recognised */
  bool fallback;             /* its own rule's signal may not be read: its newest event counts */
} idle_since_t;

/* idle_facts_t is what idle_settle keeps of an app's idle_since, in eight bytes. */
typedef struct {
  uint64_t since_ms : 60;
  uint64_t state : 2; /* an idle_state_t */
  uint64_t fallback : 1;
  uint64_t by_metric : 1; /* rule is app_rule_by_metric */
} idle_facts_t;

/* idle_since is the newest of three times: the last event that counts, the creation, and the start that a scan saw.
 * Creation and start count no more after four hours, after one where a beacon lives, if the log was searched and has
 * gone on since: then what was done before them counts again. In place of an event that no search found stands
 * fact.absent_to_ms, the beginning of what the log can prove, the lookback's or the log's own: the idle time is then a
 * lower bound, which grows. Which event counts the app's rule says (signals.h); of a Canvas whose metric tells, that
 * alone counts (canvas.h). Whether the idle time may be reported before an exact look is another question: confirm.h.
 * Pure. */
idle_since_t idle_since(const studio_t *studio, const studio_app_t *app);

/* idle_settle is idle_since at the end of a scan, and keeps it; idle_settled tells what was kept, in the read that
 * reports the scan. */
idle_since_t idle_settle(const studio_t *studio, studio_app_t *app);
idle_since_t idle_settled(const studio_app_t *app);

/* idle_is_blind: the app is billed, and IDLE_BLIND in the last scan, which is settled. */
bool idle_is_blind(const studio_app_t *app);

/* idle_fact is the fact that the app's own rule counts. */
fact_t idle_fact(const studio_t *studio, const studio_app_t *app);

#endif
