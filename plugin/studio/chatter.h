/* Finds signals that say nothing. A person sleeps: what people cause has a quiet run of some hours in every day. A
 * signal that moves in nearly every hour of one is made by a machine. */
#ifndef STUDIO_CHATTER_H
#define STUDIO_CHATTER_H

#include "studio/studio.h"

/* chatter_note takes the newest event that counts for an app: it is chatty once its signal has moved in 23 of the last
 * 24 hours, until it has been quiet for five. */
void chatter_note(studio_app_t *app, int64_t moved_ms, int64_t now_ms);

/* chatter_review goes through the apps whose rule counts that fact and whose streams this scan has looked at. An app
 * that is chatty under last-event or ignore is switched to the Match phrases that signals_fallback names, and back once
 * it is not. */
void chatter_review(studio_t *studio, fact_t fact);

#endif
