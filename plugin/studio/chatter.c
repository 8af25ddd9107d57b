#include "studio/chatter.h"

#include "studio/log_search_progress.h"
#include "studio/log_stream.h"
#include "studio/signals.h"
#include "studio/studio.h"

#define HOUR_MS ((int64_t)3600 * 1000)
#define DAY_HOURS 24
#define CHATTY_HOURS 23
#define QUIET_HOURS 5
#define QUIET_MS (QUIET_HOURS * HOUR_MS)

/* A stream under match is watched for deaf phrases once nothing has matched for so long. */
#define UNMATCHED_MS (48 * HOUR_MS)

/* Of CHATTER_HOURS a person's log moves in so many. */
#define DEAF_HOURS_MIN 2
#define DEAF_HOURS_MAX 18

/* RECUR_HOURS: what a schedule or a server does by itself, it does daily or twice a day. */
#define RECUR_HOURS 12

/* A server that starts writes by itself for so long at the most. */
#define STARTING_MS (HOUR_MS / 2)

static int count_hours(uint64_t hours, int limit) {
  int count = 0;
  for (int i = 0; i < limit; i++)
    count += (int)(hours >> i & 1);
  return count;
}

/* pass_hours makes room for those that have passed; of a log those in between, which nothing was seen of, are set. */
static void pass_hours(chatter_t *chatter, int64_t now_ms) {
  uint64_t hour = (uint64_t)(now_ms / HOUR_MS) & CHATTER_HOURS_AT_MAX;
  if (hour <= chatter->hours_at)
    return;
  uint64_t passed = hour - chatter->hours_at;
  uint64_t room = passed < CHATTER_HOURS ? (UINT64_C(1) << passed) - 1 : CHATTER_HOURS_MASK;
  uint64_t kept = passed < CHATTER_HOURS ? chatter->hours << passed : 0;
  chatter->hours = (kept | (chatter->watches_log ? room & ~UINT64_C(1) : 0)) & CHATTER_HOURS_MASK;
  chatter->hours_at = hour & CHATTER_HOURS_AT_MAX;
}

static void set_hour(chatter_t *chatter, int64_t moved_ms) {
  int64_t ago = (int64_t)chatter->hours_at - moved_ms / HOUR_MS;
  if (ago >= 0 && ago < CHATTER_HOURS)
    chatter->hours = (chatter->hours | UINT64_C(1) << ago) & CHATTER_HOURS_MASK;
}

void chatter_note(chatter_t *chatter, int64_t moved_ms, int64_t now_ms) {
  pass_hours(chatter, now_ms);
  set_hour(chatter, moved_ms);
  if (now_ms - moved_ms >= QUIET_MS)
    chatter->is_chatty = false;
  else if (count_hours(chatter->hours, DAY_HOURS) >= CHATTY_HOURS)
    chatter->is_chatty = true;
}

/* watch_log notes the newest event, whatever it is, but for those of a start. */
static void watch_log(studio_app_t *app, int64_t now_ms) {
  int64_t start_ms = app_start_ms(app);
  int64_t moved_ms = app->log.newest_event_ms;
  pass_hours(&app->chatter, now_ms);
  if (moved_ms < start_ms || moved_ms >= start_ms + STARTING_MS)
    set_hour(&app->chatter, moved_ms);
}

/* is_unmatched: the search has shown that nothing has matched for two days. */
static bool is_unmatched(const studio_app_t *app, fact_t fact, int64_t now_ms) {
  return !app->chatter.is_switched && signals_row(app->rule->signal)->is_rare &&
         (fact.last_ms > 0 ? fact.last_ms : fact.absent_to_ms) <= now_ms - UNMATCHED_MS;
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
  bool is_quiet = is_unmatched(app, fact, now_ms);
  if (is_quiet != (bool)app->chatter.watches_log) {
    app->chatter.watches_log = is_quiet;
    app->chatter.hours = is_quiet ? CHATTER_HOURS_MASK : 0;
  }
  if (fact.last_ms > 0 && !is_quiet)
    chatter_note(&app->chatter, fact.last_ms, now_ms);
  if (is_quiet) {
    app->chatter.is_chatty = false;
    watch_log(app, now_ms);
  }
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

bool chatter_is_void(const studio_app_t *app) {
  return app->chatter.is_chatty && !app->chatter.is_switched && !signals_row(app->rule->signal)->is_rare;
}

static bool has_quiet_run(uint64_t hours) {
  int run = 0;
  for (int i = 0; i < CHATTER_HOURS && run < QUIET_HOURS; i++)
    run = (hours >> i & 1) == 0 ? run + 1 : 0;
  return run == QUIET_HOURS;
}

bool chatter_is_deaf(const studio_t *studio, const studio_app_t *app) {
  uint64_t hours = app->chatter.hours;
  uint64_t distinct = 0;
  for (int i = 0; i < CHATTER_HOURS; i += RECUR_HOURS)
    distinct |= hours >> i;
  return app->chatter.watches_log && app_is_searched(studio, app) && !log_search_progress_has_beacon(studio, app) &&
         count_hours(distinct, RECUR_HOURS) >= DEAF_HOURS_MIN && count_hours(hours, CHATTER_HOURS) <= DEAF_HOURS_MAX &&
         has_quiet_run(hours);
}
