/* links: studio unit/studio_fixture unit/fake_aws */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/values.h"

#define NOW_MS INT64_C(1000000000)

static char emitted[1024]; /* "app=12.5 user:max=12.5 ", in the order of emission */
static values_counts_t counts;
static bool refuses;

static void on_value(void *user_data, const values_item_t *value) {
  (void)user_data;
  if ((value->kind != VALUES_APP && value->kind != VALUES_OWNER) || !studio_dispatches(value, !refuses))
    return;
  const char *name = value->user != NULL ? value->user : value->space;
  size_t length = strlen(emitted);
  char *at = emitted + length;
  size_t size = sizeof(emitted) - length;
  assert_string_equal(value->domain->id, "d-1");
  assert_non_null(value->series);
  if (isnan(value->value))
    snprintf(at, size, "%s%s=nan ", name, value->app != NULL ? "/" : ":max");
  else
    snprintf(at, size, "%s%s=%g ", name, value->app != NULL ? "/" : ":max", value->value);
}

static const char *report(void) {
  emitted[0] = '\0';
  counts = studio_report(NOW_MS, on_value, NULL);
  return emitted;
}

static int begin(void **state) {
  int status = studio_begin(state);
  if (status != 0)
    return status;
  fake_aws_set_now_ms(NOW_MS);
  studio->scan.listing_complete = true;
  refuses = false;
  return 0;
}

/* The scan lists the app again, and looks at it. */
static void see(studio_app_t *app) { app->listing.in_scan = app->log.looked_at_in_scan = studio->scan.number; }

static studio_app_t *add(const char *user, int64_t created_s_ago) {
  studio_app_t *app = studio_add(user, "app");
  app->listing.created_ms = NOW_MS - created_s_ago * 1000;
  see(app);
  return app;
}

static studio_app_t *add_of_type(const char *user, const char *type, int64_t created_s_ago) {
  studio_app_t *app = app_get(studio, domain_get(studio, "d-1"), user, NULL, type, "app");
  assert_non_null(app);
  app->listing.created_ms = NOW_MS - created_s_ago * 1000;
  see(app);
  return app;
}

static void next_scan(bool listed) {
  studio_next_scan();
  studio->scan.listing_complete = listed;
}

static void idle_counts_from_the_latest_of_event_creation_and_start(void **state) {
  static const struct {
    stream_state_t stream;
    int64_t event_ms, created_ms, started_ms;
    const char *expected; /* "" : unknown */
  } cases[] = {
      {STREAM_WITH_EVENTS, NOW_MS - 60000, NOW_MS - 90000, 0, "u/=60 u:max=60 "},
      {STREAM_WITH_EVENTS, NOW_MS - 604800000, NOW_MS - 3600000, 0, "u/=3600 u:max=3600 "},
      {STREAM_WITH_EVENTS, NOW_MS - 604800000, NOW_MS - 604800000, NOW_MS - 5000, "u/=5 u:max=5 "},
      {STREAM_WITH_EVENTS, NOW_MS - 4000, NOW_MS - 604800000, NOW_MS - 5000, "u/=4 u:max=4 "},
      {STREAM_NONE, 0, NOW_MS - 7000, 0, "u/=7 u:max=7 "},
      /* Its stream was deleted: what it did has happened all the same. */
      {STREAM_NONE, NOW_MS - 1000, NOW_MS - 7000, 0, "u/=1 u:max=1 "},
      {STREAM_WITHOUT_EVENTS, 0, NOW_MS - 7000, 0, "u/=7 u:max=7 "},
      {STREAM_WITHOUT_EVENTS, 0, NOW_MS - 7000, NOW_MS - 2000, "u/=2 u:max=2 "},
      {STREAM_WITH_EVENTS, NOW_MS - 1234, NOW_MS - 9000, 0, "u/=1.234 u:max=1.234 "},
      {STREAM_WITH_EVENTS, NOW_MS, NOW_MS - 9000, 0, "u/=0 u:max=0 "},
      {STREAM_WITH_EVENTS, NOW_MS + 30000, NOW_MS - 9000, 0, "u/=0 u:max=0 "},
      {STREAM_WITH_EVENTS, INT64_MAX, NOW_MS - 9000, 0, "u/=0 u:max=0 "},
      {STREAM_WITH_EVENTS, NOW_MS - 8000, 0, 0, "u/=8 u:max=8 "},
      {STREAM_WITH_EVENTS, INT64_MIN, NOW_MS - 9000, 0, "u/=9 u:max=9 "},
      {STREAM_NONE, 0, 0, 0, ""},
      {STREAM_NONE, 0, -1, 0, ""},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    studio_end(state);
    begin(state);
    studio_app_t *app = add("u", 1);
    app->log.state = cases[i].stream & 3U;
    app->log.newest_event_ms = cases[i].event_ms;
    app->listing.created_ms = cases[i].created_ms;
    app->listing.started_ms = cases[i].started_ms;
    if (strcmp(report(), cases[i].expected) != 0)
      fail_msg("case %zu: \"%s\"", i, emitted);
    assert_int_equal(counts.unknown, cases[i].expected[0] == '\0');
  }
}

static void idle_of_a_person_is_that_of_their_most_idle_app(void **state) {
  (void)state;
  add("u", 10);
  add_of_type("u", "JupyterLab", 50);
  add_of_type("u", "CodeEditor", 30);
  add("v", 20);
  report();
  assert_non_null(strstr(emitted, "u:max=50 "));
  assert_non_null(strstr(emitted, "v:max=20 "));
  assert_int_equal(counts.apps, 4);
  assert_int_equal(counts.users, 2);
  assert_true(counts.complete);
}

static void idle_of_a_space_and_a_user_of_one_name_is_kept_apart(void **state) {
  (void)state;
  add("same", 10);
  studio_space_t *space = space_get(studio, domain_get(studio, "d-1"), "same");
  space->known = true;
  studio_app_t *app = app_get(studio, space->domain, NULL, space, "KernelGateway", "app");
  app->listing.created_ms = NOW_MS - 50000;
  see(app);
  report();
  assert_non_null(strstr(emitted, "same:max=10 "));
  assert_non_null(strstr(emitted, "same:max=50 "));
  assert_int_equal(counts.users, 2);
}

static void idle_of_what_has_left_is_nan_once(void **state) {
  (void)state;
  add("u", 10);
  add_of_type("u", "JupyterLab", 20);
  report();
  next_scan(true);
  see(studio_add("u", "app"));
  assert_told(report(), "u/=10 u/=nan u:max=10 ");
  next_scan(true);
  assert_told(report(), "u/=nan u:max=nan ");
  assert_int_equal(studio->apps_count, 0);
  assert_int_equal(studio->owners.count, 0);
  next_scan(true);
  assert_told(report(), "");
}

static void idle_of_what_has_come_back_is_a_number_again(void **state) {
  (void)state;
  add("u", 10);
  report();
  next_scan(true);
  report();
  next_scan(true);
  add("u", 5);
  assert_told(report(), "u/=5 u:max=5 ");
}

static void idle_sends_no_nan_for_what_was_never_taken(void **state) {
  (void)state;
  refuses = true;
  add("u", 10);
  assert_told(report(), "u/=10 u:max=10 ");
  next_scan(true);
  assert_told(report(), "");
  assert_int_equal(studio->apps_count, 0);
}

static void idle_reports_what_an_incomplete_listing_has_shown_and_lets_nobody_leave(void **state) {
  (void)state;
  add("u", 10);
  add("v", 20);
  report();
  next_scan(false);
  see(studio_add("u", "app"));
  assert_told(report(), "u/=10 ");
  assert_false(counts.listing_complete);
  assert_false(counts.complete);
  assert_int_equal(studio->apps_count, 2);
  next_scan(true);
  see(studio_add("u", "app"));
  assert_told(report(), "u/=10 v/=nan u:max=10 v:max=nan ");
}

static void idle_of_an_unknown_app_and_its_owner_is_not_sent(void **state) {
  (void)state;
  add("u", 10);
  add_of_type("u", "JupyterLab", 20);
  add("v", 30);
  report();
  next_scan(true);
  studio_add("u", "app");
  see(add_of_type("u", "JupyterLab", 20));
  see(studio_add("v", "app"));
  assert_told(report(), "u/=20 v/=30 v:max=30 ");
  assert_int_equal(counts.unknown, 1);
  assert_int_equal(counts.apps, 3);
  assert_false(counts.complete);
  next_scan(true);
  see(studio_add("v", "app"));
  report();
  assert_non_null(strstr(emitted, "u:max=nan "));
}

static void idle_of_an_undocumented_type_is_sent_once_it_has_a_stream(void **state) {
  (void)state;
  studio_app_t *app = add_of_type("u", "Canvas", 10);
  assert_told(report(), "");
  assert_int_equal(counts.apps, 1);
  assert_int_equal(counts.users, 1);
  assert_int_equal(counts.unlogged, 1);
  assert_int_equal(counts.unknown, 0);
  assert_true(counts.complete);
  app->log.state = STREAM_WITHOUT_EVENTS;
  next_scan(true);
  see(app);
  assert_told(report(), "u/=10 u:max=10 ");
  assert_int_equal(counts.unlogged, 0);
}

static void idle_of_a_person_leaves_out_apps_of_which_nothing_can_be_said(void **state) {
  (void)state;
  add_of_type("u", "Canvas", 100);
  add("u", 10);
  assert_told(report(), "u/=10 u:max=10 ");
  next_scan(true);
  see(add_of_type("u", "Canvas", 100));
  assert_told(report(), "u/=nan u:max=nan ");
  next_scan(true);
  see(add_of_type("u", "Canvas", 100));
  assert_told(report(), "");
}

static void idle_counts_apps_without_a_stream(void **state) {
  (void)state;
  add("u", 10);
  add("v", 10)->log.state = STREAM_WITH_EVENTS;
  add("w", 10)->log.state = STREAM_WITHOUT_EVENTS;
  studio_add("x", "app");
  report();
  assert_int_equal(counts.unlogged, 1);
  assert_int_equal(counts.unknown, 1);
}

static void idle_is_unknown_while_a_wanted_domain_name_is(void **state) {
  (void)state;
  studio->settings.label_by_name = true;
  studio_app_t *app = add("u", 10);
  assert_told(report(), "");
  assert_int_equal(counts.unknown, 1);
  domain_set_name(studio, "d-1", "science");
  next_scan(true);
  see(app);
  assert_told(report(), "u/=10 u:max=10 ");
}

/* What may be told of the app alone may be told of its owner: up to the ConfirmAfter, and beyond it once the log was
 * looked at, or where it may not be. */
static void idle_of_a_person_is_unknown_while_an_app_past_confirm_after_was_not_looked_at(void **state) {
  static const int64_t after_ms = 30000;
  static const struct {
    int64_t idle_s, looked_at_ms;
    bool fallback;
    const char *expected;
  } cases[] = {
      {30, 0, false, "u/=10 u/=30 u:max=30 "},
      {31, 0, false, "u/=10 "},
      {31, NOW_MS, false, "u/=10 u/=31 u:max=31 "},
      {31, 0, true, "u/=10 u/=31 u:max=31 "},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    studio_end(state);
    begin(state);
    studio->settings.confirm_after_ms = &after_ms;
    studio->settings.confirm_after_count = 1;
    studio->scan.began_ms = NOW_MS;
    studio->scan.fallback = cases[i].fallback;
    add("u", 10);
    add_of_type("u", "JupyterServer", cases[i].idle_s)->search.to_ms = cases[i].looked_at_ms;
    assert_told(report(), cases[i].expected);
  }
}

static void idle_of_an_empty_listing_is_complete(void **state) {
  (void)state;
  assert_told(report(), "");
  assert_true(counts.complete);
  next_scan(false);
  report();
  assert_false(counts.complete);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(idle_counts_from_the_latest_of_event_creation_and_start),
      TEST(idle_of_a_person_is_that_of_their_most_idle_app),
      TEST(idle_of_a_space_and_a_user_of_one_name_is_kept_apart),
      TEST(idle_of_what_has_left_is_nan_once),
      TEST(idle_of_what_has_come_back_is_a_number_again),
      TEST(idle_sends_no_nan_for_what_was_never_taken),
      TEST(idle_reports_what_an_incomplete_listing_has_shown_and_lets_nobody_leave),
      TEST(idle_of_an_unknown_app_and_its_owner_is_not_sent),
      TEST(idle_of_an_undocumented_type_is_sent_once_it_has_a_stream),
      TEST(idle_of_a_person_leaves_out_apps_of_which_nothing_can_be_said),
      TEST(idle_counts_apps_without_a_stream),
      TEST(idle_is_unknown_while_a_wanted_domain_name_is),
      TEST(idle_of_a_person_is_unknown_while_an_app_past_confirm_after_was_not_looked_at),
      TEST(idle_of_an_empty_listing_is_complete),
  };
  return cmocka_run_group_tests_name("idle", tests, NULL, NULL);
}
