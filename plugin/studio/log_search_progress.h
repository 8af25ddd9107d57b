/* How far the log of an app under the signals match and ignore was searched, and what of it is to be searched next.
 *
 * Forwards from where the last search ended, once the stream has moved; backwards, after the first one, until something
 * that counts is found or search_goal_ms is reached. studio_app_t has the times. */
#ifndef STUDIO_LOG_SEARCH_PROGRESS_H
#define STUDIO_LOG_SEARCH_PROGRESS_H

#include "studio/studio.h"

/* log_search_progress_pattern is the filter pattern of what counts; NULL: the newest event of any text does. */
const char *log_search_progress_pattern(const studio_t *studio, const studio_app_t *app);

/* log_search_progress_has_pattern: that is the same pattern, or none both times. */
bool log_search_progress_has_pattern(const studio_t *studio, const studio_app_t *app, const char *pattern);

/* log_search_progress_has_log: the app is watched, and the current scan has found its stream.
 * log_search_progress_is_candidate: and in that are events of which a pattern says what counts. */
bool log_search_progress_has_log(const studio_t *studio, const studio_app_t *app);
bool log_search_progress_is_candidate(const studio_t *studio, const studio_app_t *app);

/* log_search_progress_begin makes ready an app that was never searched, or has been started since. */
void log_search_progress_begin(const studio_t *studio, studio_app_t *app, int64_t now_ms);

bool log_search_progress_wants_forwards(const studio_app_t *app);
bool log_search_progress_wants_backwards(const studio_app_t *app);

/* log_search_progress_from_ms is where a search forwards begins. */
int64_t log_search_progress_from_ms(const studio_app_t *app);

#endif
