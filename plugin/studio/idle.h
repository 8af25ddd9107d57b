/* From what a scan found to what is told: idle seconds of apps, of people, of what is billed; money; forgotten volumes;
 * who came and who left. No I/O. */
#ifndef STUDIO_IDLE_H
#define STUDIO_IDLE_H

#include "studio/studio.h"

typedef enum {
  IDLE_APP,      /* seconds */
  IDLE_PERSON,   /* seconds: of the most idle of their apps */
  IDLE_INSTANCE, /* seconds: of the least idle of the apps that share it */
  IDLE_COST,     /* USD an hour, at list price */
  IDLE_WASTE,    /* the same while it is idle for idle_after_ms or longer, else 0 */
  IDLE_VACANCY,  /* seconds that a space with a volume has been without a running app */
  IDLE_VOLUME,   /* bytes of that volume */
} idle_kind_t;

/* value is NAN for what has left: sent once, for what had a value before. claim, with kind, tells it from every other.
 * user is the owner, NULL for a space without one. */
typedef struct {
  idle_kind_t kind;
  claim_t *claim;
  const studio_domain_t *domain;
  const char *user, *space;
  const studio_app_t *app; /* of IDLE_APP */
  const char *instance;    /* of IDLE_INSTANCE, IDLE_COST, IDLE_WASTE */
  signal_t signal;         /* of IDLE_APP: how its activity was recognised */
  double value;
} idle_value_t;

/* How many apps and people; only to be believed where listed is true. */
typedef struct {
  bool listed;
  bool complete;   /* the listing reached its end and no app is unknown */
  size_t apps;     /* in service */
  size_t users;    /* who have them */
  size_t unknown;  /* without a confirmed answer */
  size_t unlogged; /* without a stream */
  size_t chatty;   /* whose signal hardly ever rests */
  size_t fallback; /* whose newest event counts because their signal may not be read */
  size_t unpriced; /* billed instances without a price */
  size_t pending, deleting, failed;
} idle_counts_t;

/* Returns whether the value was taken: only then is its end reported later. */
typedef bool idle_emit_t(void *owner, const idle_value_t *value);

/* idle_report emits what the last scan confirmed, each value once, at now_ms (by AWS's clock), and what has left, which
 * it forgets. People and instances are reported after a complete listing only, and only when none of their apps is
 * unknown: the most or least idle of some is a guess. */
void idle_report(studio_t *studio, int64_t now_ms, idle_emit_t *emit, void *owner, idle_counts_t *counts);

#endif
