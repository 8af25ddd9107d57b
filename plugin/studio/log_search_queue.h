/* The queue of a log search's phase: which apps it wants, and in which order. */
#ifndef STUDIO_LOG_SEARCH_QUEUE_H
#define STUDIO_LOG_SEARCH_QUEUE_H

#include "studio/log_search.h"

/* log_search_fill_queue begins a phase with the apps that it wants. Streams of one pattern stand together, those that
 * are farthest behind first. */
void log_search_fill_queue(log_search_t *search, log_search_phase_t phase);

/* log_search_queue_prepare makes ready every app that was never searched. What is searched back in time ends where the
 * log begins, as far as that is known. */
void log_search_queue_prepare(const log_search_t *search);

/* log_search_queue_awaits_reach: an app awaits how far back the log goes. */
bool log_search_queue_awaits_reach(const log_search_t *search);

#endif
