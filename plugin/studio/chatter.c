#include "studio/chatter.h"

#include "studio/log_search_progress.h"
#include "studio/log_stream.h"
#include "studio/signals.h"
#include "studio/studio.h"

#define HOUR_MS ((int64_t)3600 * 1000)
#define HOURS_KEPT 32
#define DAY_HOURS 24
#define CHATTY_HOURS 23
#define QUIET_MS (5 * HOUR_MS)

static int count_hours(uint32_t hours) {
  int count = 0;
  for (int i = 0; i < DAY_HOURS; i++)
    count += (int)(hours >> i & 1);
  return count;
}

void chatter_note(chatter_t *chatter, int64_t moved_ms, int64_t now_ms) {
  uint32_t hour = (uint32_t)(now_ms / HOUR_MS) & CHATTER_HOURS_AT_MAX;
  uint32_t passed = hour - chatter->hours_at;
  if (hour > chatter->hours_at) {
    chatter->hours = passed < HOURS_KEPT ? chatter->hours << passed : 0;
    chatter->hours_at = hour & CHATTER_HOURS_AT_MAX;
  }
  int64_t ago = (int64_t)chatter->hours_at - moved_ms / HOUR_MS;
  if (ago >= 0 && ago < HOURS_KEPT)
    chatter->hours |= UINT32_C(1) << ago;
  if (now_ms - moved_ms >= QUIET_MS)
    chatter->is_chatty = false;
  else if (count_hours(chatter->hours) >= CHATTY_HOURS)
    chatter->is_chatty = true;
}

/* set_switched changes the app's rule. Its search begins anew: what was found under the other rule does not count. */
static void set_switched(studio_app_t *app, bool switched) {
  app->chatter.is_switched = switched;
  log_search_progress_forget(app);
}

/* fact_of is the fact that tells whether an app chatters. A switched app's is its newest event, which goes on to tell
 * whether its own signal still says nothing. */
static fact_finder_t *fact_of(const studio_app_t *app) {
  return app->chatter.is_switched ? log_stream_newest_event : signals_row(app->rule->signal)->fact;
}

/* A beacon knows what works: a job of a day and a night is no chatter. */
static void review_app(const studio_t *studio, studio_app_t *app, fact_t fact, int64_t now_ms) {
  if (!fact.is_known)
    return;
  if (fact.last_ms > 0)
    chatter_note(&app->chatter, fact.last_ms, now_ms);
  if (log_search_progress_has_beacon(studio, app))
    app->chatter.is_chatty = false;
  bool may_switch = app->chatter.is_switched || !signals_row(app->rule->signal)->is_rare;
  if (may_switch && app->rule->chatty_rule != NULL && app->chatter.is_chatty != app->chatter.is_switched)
    set_switched(app, app->chatter.is_chatty);
}

void chatter_review(studio_t *studio, fact_finder_t *fact) {
  int64_t now_ms = aws_session_now_ms(studio->session);
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (app_is_watched(studio, app) && app_is_looked_at(studio, app) && app->log.state == STREAM_WITH_EVENTS &&
        fact_of(app) == fact)
      review_app(studio, app, fact(studio, app), now_ms);
  }
}
