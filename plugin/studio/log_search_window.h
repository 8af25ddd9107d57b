/* The pattern and the window of one call of a log search: its first app's, widened for the others. */
#ifndef STUDIO_LOG_SEARCH_WINDOW_H
#define STUDIO_LOG_SEARCH_WINDOW_H

#include "studio/log_search.h"

/* log_search_open_window gives the query the pattern and the window of its first app. */
void log_search_open_window(const log_search_t *search, const studio_app_t *app, log_search_query_t *query);

/* log_search_fits: the app may be searched in the same window; log_search_widen_window then makes room for it. */
bool log_search_fits(const log_search_t *search, const log_search_query_t *query, const studio_app_t *app);
void log_search_widen_window(const log_search_t *search, const studio_app_t *app, log_search_query_t *query);

#endif
