/* When each app last did something: the newest event of its own log stream, by a sweep by recency
 * (stream_index_sweep.h) or by name (stream_index_lookup.h), whichever costs fewer calls.
 *
 * Warm, a sweep goes down to a line: the time when the last sweep began, less the settings' log_lag_ms. A stream that
 * the sweep does not show above its line is as it was then, and costs nothing. A warm sweep needs no listing of
 * apps, and runs beside that. Apps that are new, or were left unknown, are looked at after both.
 *
 * Cold, the length of a sweep is a ski rental: after k pages with r apps still unknown, it stops when k >= r, and those
 * r are asked for by name. That is at most twice what the best choice would have cost. A stream that moves while a long
 * sweep goes down is above it then, and the sweep does not show it. So the top is looked at when the sweep has not
 * shown an awaited app for a while, and before the rest is asked for by name, for as long as that shows awaited apps
 * and saves as many calls as it costs. A look that shows no app is one page, for each fifty calls at the most.
 *
 * Asking for all by name is what a scan may cost at the most. A warm sweep may cost more only as far as there is
 * credit: calls that earlier scans have saved, with a little on top, so that it is tried again where it had not been
 * worth it. */
#ifndef STUDIO_STREAM_INDEX_H
#define STUDIO_STREAM_INDEX_H

#include "studio/stream_index_lookup.h"
#include "studio/stream_index_sweep.h"

/* stream_index_result_t is how a scan's look at streams went. It lives during the call of done. */
typedef struct {
  int64_t began_ms;   /* when it began, by AWS's clock as far as responses have told it */
  bool group_missing; /* AWS knows no such log group: no app has logged yet */
} stream_index_result_t;

typedef void stream_index_recent_t(void *user_data);
typedef void stream_index_done_t(void *user_data, const stream_index_result_t *result);

typedef struct {
  studio_t *studio;
  stream_index_recent_t *recent;
  stream_index_done_t *done;
  void *user_data;
  stream_index_result_t result;               /* of the whole scan, so far */
  size_t swept_pages;                         /* of sweeps that have ended */
  bool sweep_failed, sweep_was_too_expensive; /* the warm one */
  awaited_t awaited;                          /* by name */
  stream_index_sweep_t sweep, top;
  size_t top_pages; /* of the sweep when the top was looked at last */
  stream_index_lookup_t lookup;
} stream_index_t;

/* stream_index_init makes ready for one scan; stream_index lives until that has ended. */
void stream_index_init(stream_index_t *stream_index, studio_t *studio);

/* stream_index_refresh looks at the apps that the scans before have known, at the beginning of a scan. done is called
 * exactly once, perhaps before it returns. */
void stream_index_refresh(stream_index_t *stream_index, stream_index_done_t *done, void *user_data);

/* stream_index_start looks at every app in service that has not been looked at, after the listing and
 * stream_index_refresh. done likewise; apps that could be looked at have their looked_at_in_scan set to the scan's
 * number then. recent (NULL: not wanted) is called at most once, before done: stream_index_refresh had nothing to look
 * at, the look at others goes on, and every stream with an event within the settings' lookback has been shown, but for
 * those that have passed it. */
void stream_index_start(stream_index_t *stream_index, stream_index_recent_t *recent, stream_index_done_t *done,
                        void *user_data);

/* stream_index_drop frees what a stream index that is never to end has kept, and nothing of one that has ended or was
 * never begun (zeroed). */
void stream_index_drop(stream_index_t *stream_index);

#endif
