/* A look at the log group by recency: DescribeLogStreams, the newest event first, fifty streams to a page.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
 *
 * A stream that moves to the front while we page is not shown; that does not mean that it is missing. Streams
 * without events may stand anywhere: they end nothing. */
#ifndef STUDIO_STREAM_INDEX_SWEEP_H
#define STUDIO_STREAM_INDEX_SWEEP_H

#include "studio/log_stream.h"

typedef enum {
  SWEEP_COMPLETE,      /* it has shown all streams, or all down to its line */
  SWEEP_SATISFIED,     /* no app is awaited any more */
  SWEEP_TOO_EXPENSIVE, /* going on would cost more than it may */
  SWEEP_SUSPENDED,     /* it stopped before its end: stream_index_sweep_resume goes on where it stopped */
  SWEEP_FAILED,        /* the scan's errors or group_missing say why; what was seen counts */
} stream_index_sweep_result_t;

typedef enum { SWEEP_GO_ON, SWEEP_STOP, SWEEP_SUSPEND } stream_index_sweep_choice_t;

typedef struct sweep {
  awaited_t awaited;
  /* line_ms: streams whose newest event is older need not be shown; 0: all streams are to be shown. */
  int64_t line_ms;
  /* Called at most once, with pages to come: all streams whose newest events are not before recent_ms have been shown,
   * but for those that have passed the sweep. NULL: not wanted. */
  int64_t recent_ms;
  void (*recent_shown)(void *user_data);
  /* Whether another page is worth its call, and now. */
  stream_index_sweep_choice_t (*choose)(const struct sweep *sweep);
  /* Called exactly once, perhaps before stream_index_sweep_start returns; once more after stream_index_sweep_resume. */
  void (*done)(void *user_data, stream_index_sweep_result_t result);
  void *user_data;
  /* By the sweep itself. */
  int64_t began_ms;         /* when it began, by the clock as its pages corrected it */
  bool group_missing;       /* AWS knows no such log group */
  size_t pages, began_with; /* how many were awaited */
  size_t empty_pages;       /* pages since the last one that has shown an awaited app */
  char *token;              /* of the page at which it was suspended; NULL: it was not */
  bool through, past_recent;
} stream_index_sweep_t;

/* stream_index_sweep_start: everything above "by the sweep itself" is set. */
void stream_index_sweep_start(stream_index_sweep_t *sweep);

/* stream_index_sweep_resume goes on with a suspended sweep; stream_index_sweep_drop forgets where it stopped,
 * if it was. */
void stream_index_sweep_resume(stream_index_sweep_t *sweep);
void stream_index_sweep_drop(stream_index_sweep_t *sweep);

#endif
