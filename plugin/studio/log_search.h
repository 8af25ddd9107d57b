/* The log search finds when an app was last used, where the index of streams does not say it (log_search_query.h).
 *
 * Under the signals match and ignore the newest event of a log only says that the server is up. Only streams that have
 * moved are searched: one whose newest event is old is idle under every signal. Each stream is searched from its own
 * last complete look on, so that one whose events surface late loses none.
 *
 * A stream that was never searched is searched back in time, slice by slice, as far as the settings' lookback or its
 * creation. How long a slice is adapts to how much there is to read. What a scan's pages do not suffice for goes on in
 * the next one; until then the app is unknown.
 *
 * Where nothing counted in the whole lookback, the log is asked how far back it goes (log_reach.h): what retention has
 * removed proves nothing.
 *
 * A search that shows nothing but empty pages is tried in shorter windows, and given up in this scan after some tries:
 * the result names one of its apps.
 *
 * Where more streams have moved than one call may name, a search of the whole group may take fewer pages: people save
 * rarely, servers chatter always. It is tried for as many pages as calls by name would take at least, and less often
 * where that was not enough.
 *
 * Types whose rules are match are searched in one call, by the phrases of all of them (signals_join); a hit counts by
 * the phrases of its own type. Where other types' phrases are so frequent that to read past them costs more than it
 * saves, each type is searched apart from then on.
 *
 * Under every signal, before an app's idle time is told beyond a threshold, its log is looked at exactly (confirm.h).
 *
 * A studio keeps from scan to scan how long a slice is (slice_ms); how many searches of the group in a row were too
 * expensive, and how many scans have passed of the pause after the last (group_losses, group_pause); and how often the
 * empty pages that a search may show were doubled, because the scan before has given one up (patience).
 */
#ifndef STUDIO_LOG_SEARCH_H
#define STUDIO_LOG_SEARCH_H

#include "studio/log_search_query.h"

/* log_search_result_t is how the searches of a scan went. It lives during the call of done. */
typedef struct {
  int64_t began_ms;            /* when log_search_start was called: all looks but those into the logs were done */
  bool fallback;               /* AWS refuses FilterLogEvents for good: the newest event counts in its place */
  const studio_app_t *endless; /* an app whose search shows empty pages without end; NULL: every search has an end */
  size_t endless_count;        /* of such apps */
} log_search_result_t;

typedef void log_search_done_t(void *user_data, const log_search_result_t *result);

typedef enum { LOG_SEARCH_CONFIRM, LOG_SEARCH_FORWARDS, LOG_SEARCH_BACKWARDS } log_search_phase_t;

typedef struct {
  studio_t *studio;
  log_search_done_t *done;
  void *user_data;
  log_search_result_t result;
  int64_t now_ms;
  size_t pages_left;
  /* what is to be searched, owned while the search lasts, and how far it has been taken into batches */
  studio_app_t **queue;
  size_t queue_count, next;
  log_search_phase_t phase;
  size_t group_next; /* how far groups have been tried */
  bool groups_done;
  bool early, finishing_soon; /* see log_search_begin_early */
  size_t empty_searches;      /* that ended in empty pages without end */
  bool confirm_is_empty;      /* exact looks do */
  /* the batch under way */
  size_t batch_limit;
  log_search_query_t query;
  log_reach_query_t reach; /* how far back the log goes, see log_reach.h */
} log_search_t;

/* log_search_begin_early searches back in time in the logs of the apps whose streams the stream index has looked at so
 * far, while the index goes on with streams that are too old to be searched; the rest is left to log_search_start. It
 * ends by itself, or, after log_search_finish_soon, with the search under way. done is called exactly once, perhaps
 * before it returns. */
void log_search_begin_early(log_search_t *search, studio_t *studio, log_search_done_t *done, void *user_data);
void log_search_finish_soon(log_search_t *search);

/* log_search_drop frees what a search that is never to end has kept, and nothing of one that has ended or was never
 * begun (zeroed). */
void log_search_drop(log_search_t *search);

/* log_search_skip is log_search_start after AWS has refused a search of the same scan for good: it asks for nothing. */
void log_search_skip(log_search_t *search, studio_t *studio, log_search_done_t *done, void *user_data);

/* log_search_start searches the logs of the apps whose streams the stream index has looked at in this scan. done is
 * called exactly once, perhaps before it returns. By then search.confirmed_in_scan is the scan's number in each app
 * whose signal is match or ignore and of which nothing is left to be searched. */
void log_search_start(log_search_t *search, studio_t *studio, log_search_done_t *done, void *user_data);

#endif
