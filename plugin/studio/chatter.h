/* Finds signals that say nothing. A person sleeps: what people cause has a quiet run of some hours in every day. A
 * signal that moves in nearly every hour of one is made by a machine. */
#ifndef STUDIO_CHATTER_H
#define STUDIO_CHATTER_H

#include <stdbool.h>
#include <stdint.h>

#include "studio/fact.h"
#include "studio/types.h"

/* So many bits have the hours since the epoch, for a hundred thousand years. */
#define CHATTER_HOURS_AT_MAX ((UINT32_C(1) << 30) - 1)

/* chatter_t is what is known of how an app's signal moves, in eight bytes. */
typedef struct {
  uint32_t hours;           /* bit n: the signal moved n hours before hours_at */
  uint32_t hours_at : 30;   /* hours since the epoch */
  uint32_t is_chatty : 1;   /* the signal moves in nearly every hour of a day: what people cause does not */
  uint32_t is_switched : 1; /* so the app's own signal says nothing: Match phrases count instead */
} chatter_t;

/* chatter_note takes the newest event that counts for an app: the app is chatty once its signal has moved in 23 of the
 * last 24 hours, until it has been quiet for five. */
void chatter_note(chatter_t *chatter, int64_t moved_ms, int64_t now_ms);

/* chatter_review goes through the apps whose rule counts that fact, and whose streams this scan has looked at. An app
 * that is chatty under last-event or ignore is switched to its rule's chatty_rule, where there is one, and back once it
 * is not. */
void chatter_review(studio_t *studio, fact_finder_t *fact);

#endif
