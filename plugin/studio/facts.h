/* What is known of an app that may count as activity: one function for each fact that a signal names. Pure.
 *
 * A new witness of activity is a row here and a row of signals.c; one that asks a service of its own has a phase in
 * scan.c, a struct in app.h and a field in snapshot.c besides. */
#ifndef STUDIO_FACTS_H
#define STUDIO_FACTS_H

#include "studio/studio.h"

typedef struct {
  bool is_known;        /* the last scan has confirmed it */
  int64_t last_ms;      /* when it happened last; 0: never, as far as was looked */
  int64_t absent_to_ms; /* where last_ms is 0: up to then it may have happened unseen; 0: it did not */
} fact_found_t;

/* facts_find tells what is known of a fact of an app. */
fact_found_t facts_find(const studio_t *studio, const studio_app_t *app, fact_t fact);

/* facts_of_rule is the fact that the app's own rule counts. */
fact_found_t facts_of_rule(const studio_t *studio, const studio_app_t *app);

#endif
