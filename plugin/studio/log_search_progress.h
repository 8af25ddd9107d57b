/* How far the log of an app under the signals match and ignore was searched, and what of it is to be searched next.
 *
 * Forwards from where the last search ended, once the stream has moved; backwards, after the first one, until something
 * that counts is found or goal_ms is reached. */
#ifndef STUDIO_LOG_SEARCH_PROGRESS_H
#define STUDIO_LOG_SEARCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "studio/fact.h"
#include "studio/types.h"

/* search_facts_t is how far an app's log was searched. Under every signal to_ms is up to when it was looked at exactly,
 * see confirm.h. */
typedef struct {
  int64_t last_match_ms;   /* the newest event that counts without a beacon; 0: no such event was found */
  int64_t goal_ms;         /* the search back in time ends when from_ms has reached it; before the first search (to_ms
                              is 0): when the log began, 0 if that is not known */
  int64_t from_ms, to_ms;  /* between them nothing newer than last_match_ms counts */
  int64_t newest_event_ms; /* the stream's newest event when the search had reached to_ms */
  uint32_t confirmed_in_scan; /* the scan that last confirmed last_match_ms */
  uint32_t lag_s : 31; /* how far behind to_ms newest_event_ms was when a search last found that the stream had moved */
  uint32_t awaits_reach : 1; /* goal_ms is where the lookback begins, and the log may begin later */
} search_facts_t;

/* log_search_progress_pattern is the filter pattern that finds what counts, and what counts for the types that it is
 * joined with; NULL: the newest event of any text counts. */
const char *log_search_progress_pattern(const studio_t *studio, const studio_app_t *app);

/* log_search_progress_has_pattern: that is the same pattern, or neither has one. */
bool log_search_progress_has_pattern(const studio_t *studio, const studio_app_t *app, const char *pattern);

/* log_search_progress_has_log: the app is watched, and the current scan has found its stream.
 * log_search_progress_is_candidate: moreover, the stream has events, and a filter pattern says which of them count. */
bool log_search_progress_has_log(const studio_t *studio, const studio_app_t *app);
bool log_search_progress_is_candidate(const studio_t *studio, const studio_app_t *app);

/* log_search_progress_was_searched: its log was, when it had events. log_search_progress_begin makes ready an app that
 * was not. */
bool log_search_progress_was_searched(const studio_app_t *app);
void log_search_progress_begin(const studio_t *studio, studio_app_t *app, int64_t now_ms);

/* log_search_progress_start_ends_ms is until when the app's start counts like any other activity, which is not for
 * long: what a schedule starts each morning is not used. */
int64_t log_search_progress_start_ends_ms(const studio_t *studio, const studio_app_t *app);

/* log_search_progress_outlasts_start: the app's start counts no more, and its log, which is searched, has gone on. */
bool log_search_progress_outlasts_start(const studio_t *studio, const studio_app_t *app);

/* log_search_progress_goal_ms is how far back the search goes: to the start while that counts, else to goal_ms. */
int64_t log_search_progress_goal_ms(const studio_t *studio, const studio_app_t *app);

/* log_search_progress_awaits_reach: nothing counted in the whole lookback, and it is not known how far back the log
 * goes. log_search_progress_bound takes where the log begins as goal_ms: what was before that is not proven. Where the
 * app's newest event was before it, the app has been idle since that event. */
bool log_search_progress_awaits_reach(const studio_t *studio, const studio_app_t *app);
void log_search_progress_bound(const studio_t *studio, studio_app_t *app, int64_t begin_ms);

/* log_search_progress_wants_forwards: the stream has moved since its last search. log_search_progress_wants_backwards:
 * no event that counts was found yet, and the search has not reached its goal. */
bool log_search_progress_wants_forwards(const studio_app_t *app);
bool log_search_progress_wants_backwards(const studio_t *studio, const studio_app_t *app);

/* log_search_progress_reach notes that the stream was searched up to to_ms, which is now, and what its newest event was
 * then. Events of a stream arrive in the order in which they happened: later ones may surface yet, older ones may not.
 */
void log_search_progress_reach(const studio_t *studio, studio_app_t *app, int64_t to_ms);

/* log_search_progress_recall completes a search that was remembered over a restart: its lag is that of the newest event
 * that it knew. Call it when all other fields are set. */
void log_search_progress_recall(const studio_t *studio, studio_app_t *app, bool awaits_reach);

/* log_search_progress_lag keeps how late the stream's events arrive, where its newest event shows it at now_ms. */
void log_search_progress_lag(const studio_t *studio, studio_app_t *app, int64_t now_ms);

/* log_search_progress_is_late: events of the stream arrive so late that its window would be too long for others. */
bool log_search_progress_is_late(const studio_app_t *app);

/* log_search_progress_reaches: nothing of the stream before from_ms is left to be searched. */
bool log_search_progress_reaches(const studio_app_t *app, int64_t from_ms);

/* log_search_progress_has_beacon: the app carries a beacon that was alive when this scan began, and has written
 * since the app's start. Its lines alone count. */
bool log_search_progress_has_beacon(const studio_t *studio, const studio_app_t *app);

/* log_search_progress_take takes an event that matches log_search_progress_pattern, the newest first; found: a newer
 * one was the result of the search. It returns whether the search has its result now: an event that counts for the app.
 */
bool log_search_progress_take(studio_t *studio, studio_app_t *app, int64_t at_ms, const char *message, bool found);

/* log_search_progress_forget forgets what searches by another pattern, or of an app that was started since, found. */
void log_search_progress_forget(studio_app_t *app);

/* log_search_progress_last_match is the fact that an app's log had an event which counts: one that matches its filter
 * pattern, or, where a beacon is alive, a line of the beacon. */
fact_finder_t log_search_progress_last_match;

/* log_search_progress_from_ms is where a search forwards begins: at the newest event that the last look knew, or at the
 * one that has surfaced behind it. */
int64_t log_search_progress_from_ms(const studio_app_t *app);

#endif
