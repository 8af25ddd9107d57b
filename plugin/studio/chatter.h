/* Finds signals that say nothing. A person sleeps: what people cause has a quiet run of some hours in every day. A
 * signal that moves in nearly every hour of one is made by a machine: it is chatty. And a log that moves as a person's
 * does while nothing in it counts has other words than its type's phrases: they are deaf. */
#ifndef STUDIO_CHATTER_H
#define STUDIO_CHATTER_H

#include <stdbool.h>
#include <stdint.h>

#include "studio/fact.h"
#include "studio/types.h"

#define CHATTER_HOURS 40
#define CHATTER_HOURS_MASK ((UINT64_C(1) << CHATTER_HOURS) - 1)

/* So many bits have the hours since the epoch, until the year 2089. */
#define CHATTER_HOURS_AT_MAX ((UINT64_C(1) << 20) - 1)

/* chatter_t is what is known of how an app's signal, or its log, moves, in eight bytes. */
typedef struct {
  uint64_t hours : CHATTER_HOURS; /* bit n: it moved n hours before hours_at */
  uint64_t hours_at : 20;         /* hours since the epoch */
  uint64_t is_chatty : 1;         /* the signal moves in nearly every hour of a day: what people cause does not */
  uint64_t is_switched : 1;       /* so the app's own signal says nothing: Match phrases count instead */
  uint64_t watches_log : 1;       /* nothing has matched for two days: hours are those in which the log moved; an hour
                                     in which no scan looked counts as one of them */
} chatter_t;

/* chatter_note takes the newest event that counts for an app: the app is chatty once its signal has moved in 23 of the
 * last 24 hours, until it has been quiet for five. */
void chatter_note(chatter_t *chatter, int64_t moved_ms, int64_t now_ms);

/* chatter_review goes through the apps whose rule counts that fact, and whose streams this scan has looked at. An app
 * that is chatty under last-event or ignore is switched to its rule's chatty_rule, where there is one, and back once it
 * is not. */
void chatter_review(studio_t *studio, fact_finder_t *fact);

/* chatter_is_void: the app is chatty, and no phrases are known that would tell its activity. */
bool chatter_is_void(const studio_app_t *app);

/* chatter_is_deaf: the phrases of the app's rule are deaf. Nothing in its log has matched for two days, and the log has
 * moved as a person's does: in 2 to 18 of the last 40 hours, with a quiet run of five. Hours that are twelve apart
 * count as one of the two: what recurs so is a machine's. */
bool chatter_is_deaf(const studio_t *studio, const studio_app_t *app);

#endif
