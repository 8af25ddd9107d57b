#include "log_search_fixture.h"

#include "test.h"

#include "log_model.h"

#include "studio/log_search.h"
#include "studio/scan.h"

int matching_begin(void **state, const signal_rule_t *rules, size_t count) {
  if (studio_begin(state) != 0)
    return -1;
  studio->settings.rules = rules;
  studio->settings.rules_count = count;
  log_model_begin();
  return 0;
}

studio_app_t *matching_add(const char *type, const char *name) {
  studio_app_t *app = app_get(studio, domain_get(studio, "d-1"), "u", NULL, type, name);
  assert_non_null(app);
  app->listing.created_ms = MATCHING_NOW - 120 * MATCHING_HOUR;
  return app;
}

studio_app_t *matching_add_chattering(void) {
  studio_app_t *app = matching_add("JupyterLab", "chattering");
  int64_t begin_ms = MATCHING_NOW - MATCHING_LOOKBACK;
  for (int64_t at_ms = begin_ms + MATCHING_MINUTE / 2; at_ms <= MATCHING_NOW; at_ms += MATCHING_MINUTE)
    log_model_add(app->stream, at_ms, 0);
  return app;
}

/* What activity finds: the stream and its newest event. */
static void find(studio_app_t *app, int64_t now_ms) {
  int64_t shown_ms = log_model_indexed(app->log.logged_as != NULL ? app->log.logged_as : app->stream, now_ms);
  app->listing.in_scan = app->log.looked_at_in_scan = studio->scan.number;
  if (shown_ms > app->log.newest_event_ms)
    app->log.newest_event_ms = shown_ms;
  app->log.state = app->log.newest_event_ms > 0 ? STREAM_WITH_EVENTS : STREAM_WITHOUT_EVENTS;
}

static void on_done(void *user_data, const log_search_result_t *result) {
  scan_note_search(&studio->scan, result);
  (*(int *)user_data)++;
}

void look_at(int64_t now_ms) {
  studio_next_scan();
  studio->scan.listing_complete = true;
  studio->scan.began_ms = now_ms;
  fake_aws_set_now_ms(now_ms);
  log_model_start_counting(now_ms);
  for (size_t i = 0; i < studio->apps_count; i++)
    find(studio->apps[i], now_ms);
}

void scan_at(int64_t now_ms) {
  log_search_t matching;
  int finished = 0;
  look_at(now_ms);
  log_search_start(&matching, studio, on_done, &finished);
  fake_aws_run();
  assert_int_equal(finished, 1);
}
