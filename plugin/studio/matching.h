/* When somebody last worked, where the newest event of a log only says that the server is up: FilterLogEvents.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 *
 * Only streams that have moved are searched: one whose newest event is old is idle under every signal. Up to a hundred
 * streams go into one call, the newest event first; the first hit of a stream is its answer, and the rest is asked for
 * again from where the page stopped. Each stream is searched from its own last complete look on, so that one whose
 * events surface late loses none.
 *
 * A stream that was never searched is searched back in time, slice by slice, as far as the settings' lookback or its
 * creation. How long a slice is adapts to how much there is to read. What a scan's pages do not suffice for goes on in
 * the next one; until then the app is unknown. */
#ifndef STUDIO_MATCHING_H
#define STUDIO_MATCHING_H

#include "studio/studio.h"

/* AWS allows so many streams in a call. */
#define MATCHING_BATCH_MAX 100

typedef void matching_done_t(void *owner);

typedef struct {
  studio_t *studio;
  matching_done_t *done;
  void *owner;
  int64_t now_ms;
  size_t pages_left;
  /* what is to be searched, and how far it has been taken into batches */
  studio_app_t **queue;
  size_t queue_count, next;
  bool backwards;
  /* the batch under way */
  size_t batch_limit;
  studio_app_t *batch[MATCHING_BATCH_MAX];
  bool hit[MATCHING_BATCH_MAX];
  size_t batch_count, batch_pages, missing;
  const char *pattern;
  int64_t from_ms, to_ms, asked_to_ms;
  bool stopped; /* by a hit, with pages to come */
} matching_t;

/* matching_start looks at every app whose signal is match or ignore and that activity has looked at in this scan. done
 * is called exactly once, perhaps before it returns; apps whose answer is certain have studio_app_t.matched set to the
 * scan's number. */
void matching_start(matching_t *matching, studio_t *studio, matching_done_t *done, void *owner);

#endif
