#include "studio/confirm.h"

#include "studio/idle.h"
#include "util/times.h"

/* SLACK_MS is how much later than expected a report comes, at the most. */
#define SLACK_MS ((int64_t)60 * 1000)

/* passed_ms is the largest confirm_after_ms that an idle time has passed; 0: it has passed none. */
static int64_t passed_ms(const studio_settings_t *settings, int64_t idle_ms) {
  int64_t passed = 0;
  for (size_t i = 0; i < settings->confirm_after_count; i++) {
    int64_t after_ms = settings->confirm_after_ms[i];
    if (after_ms < idle_ms && after_ms > passed)
      passed = after_ms;
  }
  return passed;
}

/* expected_ms is when this scan will be reported: as long after its looks as the last one was. */
static int64_t expected_ms(const studio_t *studio) {
  return aws_session_now_ms(studio->session) + studio->report_delay_ms + SLACK_MS;
}

/* coming_ms is the largest confirm_after_ms that the app will have passed when this scan is reported; 0: it will have
 * passed none. */
static int64_t coming_ms(const studio_t *studio, const studio_app_t *app, int64_t *since_ms) {
  idle_since_t idle = idle_since(studio, app);
  *since_ms = idle.since_ms;
  bool is_of_log = idle.rule != &app_rule_by_metric;
  return idle.state == IDLE_KNOWN && is_of_log ? passed_ms(&studio->settings, expected_ms(studio) - idle.since_ms) : 0;
}

/* An idle time that begins before the app's start is told once the start counts no more. */
static int64_t told_from_ms(const studio_t *studio, const studio_app_t *app, int64_t since_ms) {
  return since_ms < app_start_ms(app) ? log_search_progress_start_ends_ms(studio, app) : since_ms;
}

bool confirm_is_due(const studio_t *studio, const studio_app_t *app) {
  int64_t since_ms = 0;
  int64_t passed = coming_ms(studio, app, &since_ms);
  return passed > 0 && app->search.to_ms < max_ms(since_ms + passed, told_from_ms(studio, app, since_ms));
}

int64_t confirm_from_ms(const studio_t *studio, const studio_app_t *app) {
  int64_t since_ms = 0;
  return expected_ms(studio) - coming_ms(studio, app, &since_ms);
}

int64_t confirm_until_ms(const studio_t *studio, const studio_app_t *app, int64_t since_ms) {
  const studio_settings_t *settings = &studio->settings;
  int64_t until_ms = INT64_MAX;
  if (app->idle.by_metric || app->search.to_ms >= studio->scan.began_ms)
    return until_ms;
  for (size_t i = 0; i < settings->confirm_after_count; i++) {
    int64_t passes_ms = max_ms(since_ms + settings->confirm_after_ms[i], told_from_ms(studio, app, since_ms));
    if (app->search.to_ms < passes_ms)
      until_ms = min_ms(until_ms, passes_ms);
  }
  return until_ms;
}

bool confirm_permits(const studio_t *studio, const studio_app_t *app, int64_t since_ms, int64_t now_ms) {
  return now_ms <= confirm_until_ms(studio, app, since_ms);
}

void confirm_note_report(studio_t *studio, int64_t now_ms) {
  int64_t looked_ms = studio->scan.looked_ms;
  studio->report_delay_ms = looked_ms > 0 && looked_ms < now_ms ? now_ms - looked_ms : 0;
}
