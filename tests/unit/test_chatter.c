/* links: studio unit/studio_fixture unit/fake_aws */
#include "test.h"

#include "studio_fixture.h"

#include "studio/chatter.h"
#include "studio/idle.h"

#define HOUR_MS INT64_C(3600000)
#define START_MS (INT64_C(500000) * HOUR_MS)

/* The app's signal moves in each of these hours, and is noted in each. */
static void move(studio_app_t *app, int from, int to) {
  for (int hour = from; hour < to; hour++)
    chatter_note(&app->chatter, START_MS + hour * HOUR_MS + 60000, START_MS + hour * HOUR_MS + 120000);
}

static void chatter_is_what_moves_in_23_of_24_hours(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  move(app, 0, 22);
  assert_false(app->chatter.is_chatty);
  move(app, 22, 23);
  assert_true(app->chatter.is_chatty);
}

static void chatter_may_miss_one_hour_of_a_day_but_not_two(void **state) {
  (void)state;
  studio_app_t *one = studio_add("u", "one");
  move(one, 0, 10);
  move(one, 11, 24);
  assert_true(one->chatter.is_chatty);
  studio_app_t *two = studio_add("u", "two");
  move(two, 0, 10);
  move(two, 12, 33);
  assert_false(two->chatter.is_chatty);
}

static void chatter_is_no_more_after_five_quiet_hours(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  move(app, 0, 24);
  int64_t moved_ms = START_MS + 23 * HOUR_MS + 60000;
  chatter_note(&app->chatter, moved_ms, moved_ms + 5 * HOUR_MS - 1);
  assert_true(app->chatter.is_chatty);
  chatter_note(&app->chatter, moved_ms, moved_ms + 5 * HOUR_MS);
  assert_false(app->chatter.is_chatty);
}

static void chatter_of_a_clock_that_jumps_is_none(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  move(app, 0, 20);
  move(app, 1000, 1003);
  assert_false(app->chatter.is_chatty);
  move(app, 0, 3);
  assert_false(app->chatter.is_chatty);
}

static signal_rule_t chatty = {.signal = SIGNAL_MATCH, .pattern = "?\"Saving\""};

/* Phrases serve a chatty kernel gateway, and no other chatty app. */
static const signal_rule_t rules[] = {{"CodeEditor", SIGNAL_IGNORE, "-\"x\"", NULL, false},
                                      {"KernelGateway", SIGNAL_LAST_EVENT, NULL, &chatty, false}};

static studio_app_t *add_under(const signal_rule_t *of_types, size_t count, const char *type) {
  studio->settings.rules = of_types;
  studio->settings.rules_count = count;
  studio_app_t *app = app_get(studio, domain_get(studio, "d-1"), "u", NULL, type, "app");
  app->listing.in_scan = app->log.looked_at_in_scan = studio->scan.number;
  app->log.state = STREAM_WITH_EVENTS;
  return app;
}

static studio_app_t *add(const char *type) { return add_under(rules, COUNT(rules), type); }

static void review(studio_app_t *app, int hour) {
  fake_aws_set_now_ms(START_MS + hour * HOUR_MS + 120000);
  app->log.newest_event_ms = app->search.last_match_ms = START_MS + hour * HOUR_MS + 60000;
  app->search.confirmed_in_scan = studio->scan.number;
  chatter_review(studio, log_stream_newest_event);
  chatter_review(studio, log_search_progress_last_match);
}

static void chatter_switches_a_kernel_gateway_to_match_and_back(void **state) {
  (void)state;
  studio_app_t *app = add("KernelGateway");
  app->search.to_ms = 1;
  for (int hour = 0; hour < 22; hour++)
    review(app, hour);
  assert_int_equal(app_rule(app)->signal, SIGNAL_LAST_EVENT);
  review(app, 22);
  assert_int_equal(app_rule(app)->signal, SIGNAL_MATCH);
  assert_string_equal(app_rule(app)->pattern, "?\"Saving\"");
  assert_int_equal(app->search.to_ms, 0);
  assert_int_equal(app->search.last_match_ms, 0);
  fake_aws_set_now_ms(START_MS + 28 * HOUR_MS);
  chatter_review(studio, log_stream_newest_event);
  assert_int_equal(app_rule(app)->signal, SIGNAL_LAST_EVENT);
}

static void chatter_of_a_type_without_phrases_leaves_nothing_to_tell(void **state) {
  (void)state;
  studio_app_t *app = add("CodeEditor");
  assert_false(chatter_is_void(app));
  for (int hour = 0; hour < 24; hour++)
    review(app, hour);
  assert_true(app->chatter.is_chatty);
  assert_false(app->chatter.is_switched);
  assert_int_equal(app_rule(app)->signal, SIGNAL_IGNORE);
  assert_true(chatter_is_void(app));
  assert_int_equal(idle_since(studio, app).state, IDLE_VOID);
}

static void chatter_is_not_reviewed_without_an_answer(void **state) {
  (void)state;
  studio_app_t *app = add("KernelGateway");
  app->log.looked_at_in_scan = 0;
  for (int hour = 0; hour < 24; hour++)
    review(app, hour);
  assert_false(app->chatter.is_chatty);
}

/* A clock that was set back notes hours of an earlier day: two half days are not one. */
static void chatter_counts_hours_by_the_newest_clock(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  move(app, 100, 110);
  move(app, 60, 75);
  assert_false(app->chatter.is_chatty);
  move(app, 110, 122);
  assert_false(app->chatter.is_chatty);
  move(app, 122, 123);
  assert_true(app->chatter.is_chatty);
}

static void chatter_of_one_old_event_noted_again_and_again_is_none(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  for (int hour = 0; hour < 60; hour++)
    chatter_note(&app->chatter, START_MS, START_MS + hour * HOUR_MS);
  assert_false(app->chatter.is_chatty);
}

/* Code runs on with a tab open: that is activity, and there is no better signal. */
static void chatter_under_match_is_counted_and_switches_nothing(void **state) {
  (void)state;
  static char match[][16] = {"JupyterLab", "?\"own\""};
  static const signal_rule_t rule = {match[0], SIGNAL_MATCH, match[1], NULL, false};
  studio_app_t *app = add_under(&rule, 1, "JupyterLab");
  for (int hour = 0; hour < 24; hour++) {
    review(app, hour);
    chatter_review(studio, log_search_progress_last_match);
  }
  assert_true(app->chatter.is_chatty);
  assert_int_equal(app_rule(app)->signal, SIGNAL_MATCH);
  assert_string_equal(app_rule(app)->pattern, "?\"own\"");
  assert_int_equal(app->search.confirmed_in_scan, studio->scan.number);
}

static void chatter_under_ignore_switches_a_type_with_phrases(void **state) {
  (void)state;
  static char ignore[][16] = {"JupyterLab", "-\"own\""};
  static const signal_rule_t rule = {ignore[0], SIGNAL_IGNORE, ignore[1], &chatty, false};
  studio_app_t *app = add_under(&rule, 1, "JupyterLab");
  for (int hour = 0; hour < 23; hour++) {
    assert_int_equal(app_rule(app)->signal, SIGNAL_IGNORE);
    review(app, hour);
  }
  assert_int_equal(app_rule(app)->signal, SIGNAL_MATCH);
  assert_string_equal(app_rule(app)->pattern, "?\"Saving\"");
  assert_int_equal(app->search.confirmed_in_scan, 0);
}

/* Under match and ignore it is what counts that chatters, not what the server writes. */
static void chatter_of_the_server_is_none_where_nothing_of_it_counts(void **state) {
  (void)state;
  studio_app_t *app = add("CodeEditor");
  for (int hour = 0; hour < 48; hour++) {
    fake_aws_set_now_ms(START_MS + hour * HOUR_MS + 120000);
    app->log.newest_event_ms = START_MS + hour * HOUR_MS + 60000;
    app->search.last_match_ms = START_MS;
    app->search.confirmed_in_scan = studio->scan.number;
    chatter_review(studio, log_stream_newest_event);
    chatter_review(studio, log_search_progress_last_match);
  }
  assert_false(app->chatter.is_chatty);
}

static void chatter_is_not_reviewed_while_what_counts_is_unknown(void **state) {
  (void)state;
  studio_app_t *app = add("CodeEditor");
  for (int hour = 0; hour < 24; hour++) {
    fake_aws_set_now_ms(START_MS + hour * HOUR_MS + 120000);
    app->search.last_match_ms = START_MS + hour * HOUR_MS + 60000;
    chatter_review(studio, log_search_progress_last_match);
  }
  assert_false(app->chatter.is_chatty);
}

static studio_app_t *add_unmatched(void) {
  static char match[][16] = {"JupyterLab", "?\"own\""};
  static const signal_rule_t rule = {match[0], SIGNAL_MATCH, match[1], NULL, false};
  studio_app_t *app = add_under(&rule, 1, "JupyterLab");
  app->search.goal_ms = START_MS - 48 * HOUR_MS;
  return app;
}

/* The log is looked at in each of these hours, and has moved in those of the day that are set in `moves`. */
static void watch(studio_app_t *app, int from, int to, uint32_t moves) {
  for (int hour = from; hour < to; hour++) {
    fake_aws_set_now_ms(START_MS + hour * HOUR_MS + 120000);
    if ((moves >> hour % 24 & 1) != 0)
      app->log.newest_event_ms = START_MS + hour * HOUR_MS + 60000;
    app->search.confirmed_in_scan = studio->scan.number;
    chatter_review(studio, log_search_progress_last_match);
  }
}

#define WORKING_DAY 0x3fe00U /* from 9 to 18 */

static void chatter_finds_phrases_that_do_not_fit_a_persons_log(void **state) {
  (void)state;
  studio_app_t *app = add_unmatched();
  watch(app, 0, 24, WORKING_DAY);
  assert_false(chatter_is_deaf(studio, app));
  watch(app, 24, 48, WORKING_DAY);
  assert_true(chatter_is_deaf(studio, app));
  assert_false(app->chatter.is_chatty);
  app->search.last_match_ms = START_MS + 47 * HOUR_MS;
  watch(app, 48, 49, WORKING_DAY);
  assert_false(chatter_is_deaf(studio, app));
  /* For two days after a match, and what was before them is not kept. */
  watch(app, 49, 47 + 48, WORKING_DAY);
  assert_false(chatter_is_deaf(studio, app));
  watch(app, 47 + 48, 47 + 96, WORKING_DAY);
  assert_true(chatter_is_deaf(studio, app));
}

static void chatter_calls_no_machine_a_person(void **state) {
  (void)state;
  static const uint32_t machines[] = {
      0,        /* rests */
      0xffffff, /* writes in every hour */
      0x000008, /* is restarted each night */
      0x008008, /* looks for updates twice a day */
      0x555555, /* writes in every other hour: it never rests for five */
  };
  for (size_t i = 0; i < COUNT(machines); i++) {
    studio_app_t *app = add_unmatched();
    watch(app, 0, 72, machines[i]);
    if (chatter_is_deaf(studio, app))
      fail_msg("machine %zu", i);
    app_forget(studio, app);
  }
}

static void chatter_of_a_start_is_no_sign_of_a_person(void **state) {
  (void)state;
  studio_app_t *app = add_unmatched();
  for (int hour = 0; hour < 72; hour++) {
    if (hour % 9 == 0)
      app->listing.started_ms = START_MS + hour * HOUR_MS + 50000;
    watch(app, hour, hour + 1, hour % 9 == 0 ? UINT32_MAX : 0);
  }
  assert_false(chatter_is_deaf(studio, app));
}

static void chatter_of_hours_that_were_not_watched_is_not_known(void **state) {
  (void)state;
  studio_app_t *app = add_unmatched();
  for (int day = 0; day < 4; day++)
    watch(app, 24 * day + 9, 24 * day + 12, WORKING_DAY);
  assert_false(chatter_is_deaf(studio, app));
}

static void chatter_is_not_watched_for_where_no_phrases_say_what_counts(void **state) {
  (void)state;
  studio_app_t *app = add("KernelGateway");
  app->search.goal_ms = START_MS - 48 * HOUR_MS;
  watch(app, 0, 48, WORKING_DAY);
  assert_false(chatter_is_deaf(studio, app));
  studio_app_t *young = add_unmatched();
  young->search.goal_ms = START_MS;
  watch(young, 0, 47, WORKING_DAY);
  assert_false(young->chatter.watches_log);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, studio_begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(chatter_is_what_moves_in_23_of_24_hours),
      TEST(chatter_may_miss_one_hour_of_a_day_but_not_two),
      TEST(chatter_is_no_more_after_five_quiet_hours),
      TEST(chatter_of_a_clock_that_jumps_is_none),
      TEST(chatter_switches_a_kernel_gateway_to_match_and_back),
      TEST(chatter_of_a_type_without_phrases_leaves_nothing_to_tell),
      TEST(chatter_is_not_reviewed_without_an_answer),
      TEST(chatter_counts_hours_by_the_newest_clock),
      TEST(chatter_of_one_old_event_noted_again_and_again_is_none),
      TEST(chatter_under_match_is_counted_and_switches_nothing),
      TEST(chatter_under_ignore_switches_a_type_with_phrases),
      TEST(chatter_of_the_server_is_none_where_nothing_of_it_counts),
      TEST(chatter_is_not_reviewed_while_what_counts_is_unknown),
      TEST(chatter_finds_phrases_that_do_not_fit_a_persons_log),
      TEST(chatter_calls_no_machine_a_person),
      TEST(chatter_of_a_start_is_no_sign_of_a_person),
      TEST(chatter_of_hours_that_were_not_watched_is_not_known),
      TEST(chatter_is_not_watched_for_where_no_phrases_say_what_counts),
  };
  return cmocka_run_group_tests_name("chatter", tests, NULL, NULL);
}
