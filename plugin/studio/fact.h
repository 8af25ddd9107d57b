/* A fact is what a signal counts as activity: when it happened last, to an app. The module that finds something out
 * tells it, in a function of its own: log_stream_newest_event, log_search_progress_last_match. */
#ifndef STUDIO_FACT_H
#define STUDIO_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "studio/types.h"

typedef struct {
  bool is_known;        /* it is up to date: the last scan has looked, or, of a metric, its newest point is fresh */
  int64_t last_ms;      /* when it happened last; 0: never, as far as was looked */
  int64_t absent_to_ms; /* where last_ms is 0: up to then it may have happened unseen; 0: it did not */
  bool outlasts_start;  /* the app's start counts no more: its time is over, and the log has gone on since */
} fact_t;

/* A fact_finder_t tells what is known of a fact of an app. Pure. */
typedef fact_t fact_finder_t(const studio_t *studio, const studio_app_t *app);

#endif
