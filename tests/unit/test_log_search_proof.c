/* links: studio unit/log_search_fixture unit/log_model unit/studio_fixture unit/fake_aws */

/* What the log proves is claimed, and no more: over restarts, for young apps, and where lines are late. */
#include <stdio.h>
#include <stdlib.h>

#include "test.h"

#include "log_model.h"
#include "log_search_fixture.h"
#include "studio/snapshot.h"

#define MINUTE MATCHING_MINUTE
#define HOUR MATCHING_HOUR
#define NOW MATCHING_NOW
#define DAY (24 * HOUR)

static char words[][16] = {"JupyterLab", LOG_MODEL_MATCH};
static const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1], NULL, false}};

static int begin(void **state) {
  int status = matching_begin(state, rules, COUNT(rules));
  if (status == 0)
    studio->settings.log_lag_ms = 2 * HOUR;
  return status;
}

/* An app whose server chatters, and that was worked with once. */
static studio_app_t *add_saved(int64_t ago_ms) {
  studio_app_t *app = matching_add("JupyterLab", "lab");
  for (int64_t at_ms = NOW - 3 * DAY; at_ms < NOW + 3 * DAY; at_ms += MINUTE)
    log_model_add(app->stream, at_ms, 0);
  log_model_add(app->stream, NOW - ago_ms, LOG_MODEL_COUNTS);
  return app;
}

/* The studio of a daemon that has been started again. */
static studio_app_t *restart(void) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  assert_true(snapshot_save(studio, out));
  assert_int_equal(fclose(out), 0);
  studio_t *fresh = studio_new(&studio->settings, fake_aws_session());
  FILE *in = fmemopen(text, size, "r");
  assert_non_null(in);
  assert_int_equal(snapshot_load(fresh, in), SNAPSHOT_LOADED);
  assert_int_equal(fclose(in), 0);
  free(text);
  studio_free(studio);
  studio = fresh;
  studio->apps[0]->listing.created_ms = NOW - 5 * DAY;
  return studio->apps[0];
}

static void proof_of_an_app_younger_than_the_lookback_ends_where_its_log_begins(void **state) {
  (void)state;
  studio_app_t *app = add_saved(30 * HOUR);
  app->listing.created_ms = NOW - 40 * HOUR;
  log_model_set_retention(DAY);
  scan_at(NOW);
  assert_int_equal((NOW - log_model_idle_since(app)) / HOUR, 24);
}

static void proof_that_is_still_owed_is_owed_after_a_restart(void **state) {
  (void)state;
  studio_app_t *app = add_saved(40 * HOUR);
  app->listing.created_ms = NOW - 5 * DAY;
  app->listing.started_ms = NOW - HOUR;
  app->search.goal_ms = NOW - 3 * DAY;
  log_model_set_retention(DAY);
  scan_at(NOW);
  app = restart();
  scan_at(NOW + 4 * HOUR);
  assert_int_equal((NOW + 4 * HOUR - log_model_idle_since(app)) / HOUR, 24);
}

static void proof_goes_on_from_what_the_last_look_knew_after_a_restart(void **state) {
  (void)state;
  const int64_t late_ms = 40 * MINUTE;
  studio_app_t *app = matching_add("JupyterLab", "late");
  for (int64_t at_ms = NOW - 3 * HOUR; at_ms < NOW + 3 * HOUR; at_ms += MINUTE)
    log_model_add_delayed(app->stream, at_ms, 0, at_ms + late_ms, 0);
  for (int64_t at_ms = NOW - 50 * MINUTE; at_ms <= NOW - 30 * MINUTE; at_ms += 20 * MINUTE)
    log_model_add_delayed(app->stream, at_ms, LOG_MODEL_COUNTS, at_ms + late_ms, 0);
  scan_at(NOW);
  /* The stream index is read, and the log is not. */
  look_at(NOW + 30 * MINUTE);
  app = restart();
  scan_at(NOW + 35 * MINUTE);
  assert_int_equal((NOW + 35 * MINUTE - log_model_idle_since(app)) / MINUTE, 65);
}

/* An agent's outage: what happened within an hour arrives at its end, behind what others have written. */
static void proof_of_a_stream_that_was_cut_off_is_found_beside_many_that_were_not(void **state) {
  (void)state;
  for (int i = 0; i < 140; i++) {
    char name[16];
    snprintf(name, sizeof(name), "app-%d", i);
    const studio_app_t *other = matching_add("JupyterLab", name);
    for (int64_t at_ms = NOW - HOUR + INT64_C(100) * i; at_ms < NOW + 75 * MINUTE; at_ms += MINUTE)
      log_model_add(other->stream, at_ms, 0);
    log_model_add(other->stream, NOW - 2 * HOUR, LOG_MODEL_COUNTS);
  }
  const studio_app_t *app = matching_add("JupyterLab", "cut-off");
  for (int64_t at_ms = NOW - 3 * HOUR; at_ms < NOW; at_ms += MINUTE)
    log_model_add(app->stream, at_ms, 0);
  log_model_add(app->stream, NOW - 3 * HOUR, LOG_MODEL_COUNTS);
  for (int64_t at_ms = NOW + MINUTE; at_ms < NOW + HOUR; at_ms += MINUTE)
    log_model_add_delayed(app->stream, at_ms, 0, NOW + 62 * MINUTE, 0);
  log_model_add_delayed(app->stream, NOW + 20 * MINUTE, LOG_MODEL_COUNTS, NOW + 62 * MINUTE, 0);
  for (int64_t now_ms = NOW; now_ms <= NOW + 70 * MINUTE; now_ms += 5 * MINUTE)
    scan_at(now_ms);
  assert_int_equal((NOW + 70 * MINUTE - log_model_idle_since(app)) / MINUTE, 50);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(proof_of_an_app_younger_than_the_lookback_ends_where_its_log_begins),
      TEST(proof_that_is_still_owed_is_owed_after_a_restart),
      TEST(proof_goes_on_from_what_the_last_look_knew_after_a_restart),
      TEST(proof_of_a_stream_that_was_cut_off_is_found_beside_many_that_were_not),
  };
  return cmocka_run_group_tests_name("log_search_proof", tests, NULL, NULL);
}
