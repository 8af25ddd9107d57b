/* A look at the log group by recency: DescribeLogStreams, the newest event first, fifty streams to a page.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
 *
 * A stream that moves to the front while we page is not shown; whoever awaits it must not take it for missing. Streams
 * without events may stand anywhere: they end nothing. */
#ifndef STUDIO_SWEEP_H
#define STUDIO_SWEEP_H

#include "studio/log_stream.h"

typedef enum {
  SWEEP_THROUGH, /* it has shown all streams, or all down to its line */
  SWEEP_ENOUGH,  /* nobody is awaited any more */
  SWEEP_DEAR,    /* going on would cost more than it may */
  SWEEP_ASIDE,   /* it has been put aside: sweep_resume goes on where it stopped */
  SWEEP_FAILED,  /* studio->scan.errors or group_missing says why; what was seen counts */
} sweep_end_t;

typedef enum { SWEEP_GO_ON, SWEEP_STOP, SWEEP_PUT_ASIDE } sweep_choice_t;

typedef struct sweep {
  awaited_t awaited;
  /* The newest event of a stream that nobody needs to see; 0: all are to be seen. */
  int64_t line_ms;
  /* Called at most once, with pages to come: all streams whose newest events are not before recent_ms have been shown,
   * but for those that have passed the sweep. NULL: nobody is to be told. */
  int64_t recent_ms;
  void (*recent_shown)(void *owner);
  /* Whether another page is worth its call, and now. */
  sweep_choice_t (*choose)(const struct sweep *sweep);
  /* Called exactly once, perhaps before sweep_start returns; once more after sweep_resume. */
  void (*done)(void *owner, sweep_end_t end);
  void *owner;
  /* By the sweep itself. */
  size_t pages, began_with; /* how many were awaited */
  size_t barren;            /* pages since the last one that has shown somebody who was awaited */
  char *token;              /* of the page at which it was put aside; NULL: it was not */
  bool through, past_recent;
} sweep_t;

/* sweep_start: everything above "by the sweep itself" is set. */
void sweep_start(sweep_t *sweep);

/* sweep_resume goes on with a sweep that was put aside; sweep_drop forgets where it stopped, if it was. */
void sweep_resume(sweep_t *sweep);
void sweep_drop(sweep_t *sweep);

#endif
