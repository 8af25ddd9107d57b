/* From what a scan found to idle seconds: of apps, of people; who came and who left. No I/O. */
#ifndef STUDIO_IDLE_H
#define STUDIO_IDLE_H

#include "studio/studio.h"

/* The idle seconds of an app, or of a person, who is as idle as the most idle of their apps. seconds is NAN for what
 * has left: sent once, for what had a value before. who tells one app or person from every other. */
typedef struct {
  const void *who;
  const studio_domain_t *domain;
  const char *user, *space; /* of a person without a name (user is NULL), the space */
  const studio_app_t *app;  /* NULL: the value is a person's */
  double seconds;
} idle_value_t;

/* How many apps and people; only to be believed where listed is true. */
typedef struct {
  bool listed;
  bool complete;   /* the listing reached its end and no app is unknown */
  size_t apps;     /* in service */
  size_t users;    /* who have them */
  size_t unknown;  /* without a confirmed answer */
  size_t unlogged; /* without a stream */
} idle_counts_t;

/* Returns whether the value was taken: only then is its end reported later. */
typedef bool idle_emit_t(void *owner, const idle_value_t *value);

/* idle_report emits what the last scan confirmed, each value once: idle seconds at now_ms (by AWS's clock), then what
 * has left, which it forgets. People are reported after a complete listing only, and only when none of their apps is
 * unknown: the most idle of some is a guess. */
void idle_report(studio_t *studio, int64_t now_ms, idle_emit_t *emit, void *owner, idle_counts_t *counts);

#endif
