/* The queue of a log search's phase: which apps it wants, and in which order. */
#ifndef STUDIO_LOG_SEARCH_QUEUE_H
#define STUDIO_LOG_SEARCH_QUEUE_H

#include "studio/log_search.h"

/* log_search_fill_queue begins a phase with the apps that it wants. Streams of one pattern stand together, those that
 * are farthest behind first. */
void log_search_fill_queue(log_search_t *search, log_search_phase_t phase);

#endif
