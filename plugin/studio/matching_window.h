/* The pattern and the window of a batch of matching's, those of its first app. */
#ifndef STUDIO_MATCHING_WINDOW_H
#define STUDIO_MATCHING_WINDOW_H

#include "studio/matching.h"

void matching_open_window(const matching_t *matching, const studio_app_t *app, search_t *search);

/* matching_fits: the app may be searched in the same window; matching_widen_window then makes room for it. */
bool matching_fits(const matching_t *matching, const search_t *search, const studio_app_t *app);
void matching_widen_window(const matching_t *matching, const studio_app_t *app, search_t *search);

#endif
