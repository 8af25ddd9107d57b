/* links: rim unit/complaints_fixture unit/target_fixture unit/fake_aws unit/fake_collectd */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "complaints_fixture.h"
#include "studio/settle.h"
#include "studio/silence.h"
#include "studio/stall.h"
#include "studio/words.h"

/* An app whose log never rests, as chatter.c marks it. */
static signal_rule_t chatty_rule = {.signal = SIGNAL_MATCH};
static const signal_rule_t switching = {.signal = SIGNAL_IGNORE, .chatty_rule = &chatty_rule};

static studio_app_t *add_chatty(const char *user) {
  studio_app_t *app = target_add(&one, user, "a", 60);
  app->log.state = STREAM_WITH_EVENTS;
  app->chatter.is_chatty = app->chatter.is_switched = true;
  app->rule = &switching;
  return app;
}

static void trouble_with_a_chattering_log_is_one_notice_for_all_and_each_time(void **state) {
  (void)state;
  studio_app_t *app = add_chatty("user01");
  assert_string_equal(
      said(), "NOTICE " ABOUT
              "the log of app d-1/user01/KernelGateway/a (KernelGateway, signal \"ignore\") has moved in nearly every "
              "hour of a day, which no person's does; it is now measured by \"match\"; if that is wrong, give its type "
              "an <Activity \"KernelGateway\"> block with Match phrases that only people cause.");
  assert_string_equal(said(), "");
  add_chatty("user02");
  add_chatty("user03");
  assert_non_null(strstr(said(), "the log of app d-1/user03/KernelGateway/a and 1 more (KernelGateway, "));
  app->chatter.is_chatty = false;
  assert_string_equal(said(), "");
  app->chatter.is_chatty = true;
  assert_non_null(strstr(said(), "the log of app d-1/user01/KernelGateway/a (KernelGateway, "));
}

/* An app of a type whose phrases do not fit its image, as chatter.c watches it. */
static studio_app_t *add_deaf(const char *space) {
  static const signal_rule_t match = {.signal = SIGNAL_MATCH};
  studio_app_t *app = target_enter(&one, target_space(&one, space, "user01"), "JupyterLab", 60);
  app->rule = &match;
  app->log.state = STREAM_WITH_EVENTS;
  app->search.confirmed_in_scan = one.target.studio->scan.number;
  app->chatter.watches_log = true;
  app->chatter.hours = 7;
  return app;
}

/* Each type and each of its signals has a line of its own, which says what becomes of its apps. */
static void trouble_with_signals_is_told_by_type_and_signal(void **state) {
  (void)state;
  static const signal_rule_t matching = {.signal = SIGNAL_MATCH};
  add_chatty("user01");
  studio_app_t *active = add_chatty("user02");
  active->rule = &matching;
  active->chatter.is_switched = false;
  studio_app_t *unknown = add_chatty("user03");
  unknown->rule = &app_rule_by_newest_event;
  unknown->chatter.is_switched = false;
  add_deaf("a");
  static const char *const parts[] = {
      "user01/KernelGateway/a (KernelGateway, signal \"ignore\") has moved in nearly every hour of a day",
      "user02/KernelGateway/a (KernelGateway, signal \"match\") has moved in nearly every hour of a day, which no "
      "person's "
      "does; it counts all the same",
      "user03/KernelGateway/a (KernelGateway, signal \"last-event\") has moved in nearly every hour of a day, which no "
      "person's does; no phrases are known for its type, so it has no idle time and is in count-chatty",
      "the log of app d-1/a/JupyterLab/default (JupyterLab) moves as a person's does, and for two days none of its "
      "type's Match phrases has been in it",
  };
  fake_lines_forget();
  complaints_scan(&trouble, &account, 0, &one.target);
  assert_int_equal(fake_lines(), COUNT(parts));
  for (size_t i = 0; i < COUNT(parts); i++)
    assert_non_null(strstr(fake_line(i), parts[i]));
  assert_string_equal(said(), "");
}

static void trouble_with_deaf_phrases_is_one_notice_for_a_type_and_again_after_a_match(void **state) {
  (void)state;
  add_deaf("a");
  studio_app_t *app = add_deaf("b");
  assert_non_null(strstr(said(), "d-1/b/JupyterLab/default and 1 more (JupyterLab) moves as a person's does"));
  assert_string_equal(said(), "");
  app->chatter.watches_log = false;
  assert_string_equal(said(), "");
  app->chatter.watches_log = true;
  assert_non_null(strstr(said(), "add what it writes while somebody works to an <Activity \"JupyterLab\"> block"));
}

static void trouble_with_a_chattering_log_is_none_of_who_is_not_watched(void **state) {
  (void)state;
  add_chatty("left")->listing.in_scan = 0;
  add_chatty("excluded")->excluded = true;
  assert_string_equal(said(), "");
}

static void trouble_with_apps_that_do_not_log_is_one_notice_for_all_and_each(void **state) {
  (void)state;
  target_add(&one, "user01", "young", 3599);
  assert_string_equal(said(), "");
  target_add(&one, "user01", "old", 3600);
  assert_string_equal(said(), "NOTICE " ABOUT
                              "app d-1/user01/KernelGateway/old has no log stream an hour after its creation, so its "
                              "idle time counts from there; its execution role needs logs:CreateLogStream and "
                              "logs:PutLogEvents.");
  assert_string_equal(said(), "");
  target_add(&one, "user02", "a", 7200);
  target_add(&one, "user02", "b", 7200);
  target_add(&one, "user02", "c", 7200);
  assert_non_null(strstr(said(), "app d-1/user02/KernelGateway/c and 2 more has no log stream"));
}

static void trouble_with_logging_is_none_of_these(void **state) {
  (void)state;
  target_add(&one, "logs", "a", 7200)->log.state = STREAM_WITH_EVENTS;
  target_add(&one, "silent", "a", 7200)->log.state = STREAM_WITHOUT_EVENTS;
  target_add(&one, "unknown", "a", 7200)->log.looked_at_in_scan = 0;
  target_add(&one, "timeless", "a", 7200)->listing.created_ms = 0;
  target_add(&one, "canvas", "a", 3599)->type = words_get(&one.target.studio->words, "Canvas");
  assert_string_equal(said(), "");
  target_add(&one, "user01", "a", 7200);
  one.target.studio->scan.group_missing = true;
  said();
  assert_string_equal(said(), "");
}

static void trouble_with_a_type_that_has_no_stream_names_the_app_and_its_age(void **state) {
  (void)state;
  target_add(&one, "mallory", "default", 518400)->type = words_get(&one.target.studio->words, "RSessionGateway");
  settle_scan(one.target.studio);
  assert_string_equal(said(), "NOTICE " ABOUT
                              "app d-1/mallory/KernelGateway/default is billed and has run for 6 days, and nothing can "
                              "tell whether it is idle: it has no log stream, and AWS documents none for its type; it "
                              "has an uptime only, and is in count-blind; ask whether somebody still needs it.");
  assert_string_equal(said(), "");
}

static void trouble_with_a_canvas_without_its_metric_has_its_own_reason(void **state) {
  (void)state;
  studio_t *studio = one.target.studio;
  target_add(&one, "mallory", "default", 518400)->type = words_get(&studio->words, "Canvas");
  settle_scan(studio);
  assert_non_null(strstr(said(), "nothing can tell whether it is idle: option CanvasMetric is false; it has"));
  studio->settings.canvas_metric = true;
  target_add(&one, "mallory", "other", 518400)->type = words_get(&studio->words, "Canvas");
  settle_scan(studio);
  assert_non_null(strstr(said(), "idle: CloudWatch tells no fresh TimeSinceLastActive of it; it has"));
}

static void trouble_with_a_type_that_has_no_stream_is_none_where_it_is_free_or_excluded(void **state) {
  (void)state;
  studio_t *studio = one.target.studio;
  studio_app_t *free_of_charge = target_add(&one, "admin", "default", 518400);
  free_of_charge->type = words_get(&studio->words, "RStudioServerPro");
  free_of_charge->instance_type = words_get(&studio->words, "system");
  studio_app_t *excluded = target_add(&one, "svc", "default", 518400);
  excluded->type = words_get(&studio->words, "Canvas");
  settle_scan(studio);
  excluded->excluded = true;
  assert_string_equal(said(), "");
}

static void list(const char *user, const char *status, int64_t created_s_ago) {
  listing_app_t listed = {.domain = "d-1",
                          .user = user,
                          .type = "JupyterLab",
                          .name = "default",
                          .status = status,
                          .instance_type = "ml.p4d.24xlarge",
                          .created_ms = (TARGET_NOW_S - created_s_ago) * INT64_C(1000)};
  stall_note(one.target.studio, &listed);
}

static void trouble_with_apps_that_are_stuck_is_one_notice_for_each_status_with_the_age(void **state) {
  (void)state;
  list("user01", "Pending", 3599);
  list("user02", "Failed", 864000);
  assert_string_equal(said(), "");
  list("user03", "Pending", 259200);
  list("user04", "Pending", 7200);
  assert_string_equal(said(), "NOTICE " ABOUT
                              "app d-1/user03/JupyterLab/default on ml.p4d.24xlarge has been Pending for 3 days, and 1 "
                              "more for an hour or longer; it has no value until it is in service; if nobody waits for "
                              "it any more, delete it.");
  assert_string_equal(said(), "");
}

/* A creation time says nothing about when it has failed. */
static void trouble_with_a_failed_app_is_said_once_it_was_seen_so_for_an_hour(void **state) {
  (void)state;
  list("user02", "Failed", 864000);
  assert_string_equal(said(), "");
  fake_aws_set_now_ms((TARGET_NOW_S + 3660) * INT64_C(1000));
  target_next_scan(&one);
  list("user02", "Failed", 864000);
  assert_string_equal(said(), "NOTICE " ABOUT
                              "app d-1/user02/JupyterLab/default on ml.p4d.24xlarge has been Failed for 61 minutes; it "
                              "does not run; delete it, and look in its log for the reason.");
  target_next_scan(&one);
  stall_forget(one.target.studio);
  list("user02", "Failed", 864000);
  assert_string_equal(said(), "");
}

static void trouble_with_domains_of_one_name_is_said_where_names_are_shown(void **state) {
  (void)state;
  domain_set_name(one.target.studio, "d-1", "science");
  domain_set_name(one.target.studio, "d-2", "science");
  assert_string_equal(said(), "");
  one.target.studio->settings.label_by_name = true;
  assert_string_equal(said(),
                      "NOTICE " ABOUT "several domains are named \"science\"; they stand as science~d-1 and the like.");
  assert_string_equal(said(), "");
}

static const char *said_at_the_beginning(values_counts_t counts) {
  dispatch_health_t health = {.counts = counts};
  fake_lines_forget();
  complaints_begin(&trouble, &one.target, &health);
  return fake_lines() == 1 ? fake_line(0) : "";
}

static void trouble_tells_once_what_the_first_complete_scan_has_found(void **state) {
  static const struct {
    size_t apps, users;
    const char *line;
  } cases[] = {
      {0, 0, "found no app; if some run, check the region and the options Domain, AppType, User and IgnoreUser."},
      {1, 1, "found 1 app of 1 user."},
      {3, 2, "found 3 apps of 2 users."},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char expected[256];
    complaints_fixture_end(state);
    complaints_fixture_begin(state);
    assert_string_equal(said_at_the_beginning((values_counts_t){.listing_complete = true, .apps = 7, .unknown = 1}),
                        "");
    snprintf(expected, sizeof(expected), "INFO " ABOUT "the first complete scan %s", cases[i].line);
    values_counts_t counts = {
        .listing_complete = true, .complete = true, .apps = cases[i].apps, .users = cases[i].users};
    assert_string_equal(said_at_the_beginning(counts), expected);
    counts.apps++;
    assert_string_equal(said_at_the_beginning(counts), "");
  }
}

/* Takes the app's value away, as a silence of that kind does, or gives it one (SILENCE_NONE). */
static void silence(studio_app_t *app, silence_t kind) {
  static const int64_t day_ms = INT64_C(86400000);
  static const signal_rule_t rule = {.signal = SIGNAL_MATCH};
  studio_t *studio = one.target.studio;
  app->space->known = kind != SILENCE_SPACE;
  studio->settings.label_by_name = kind == SILENCE_DOMAIN;
  app->log.looked_at_in_scan = kind == SILENCE_STREAM ? 0 : studio->scan.number;
  app->rule = kind == SILENCE_SEARCH ? &rule : &app_rule_by_newest_event;
  app->listing.created_ms = kind == SILENCE_UNDATED ? 0 : INT64_C(1000) * (TARGET_NOW_S - 172800);
  studio->settings.confirm_after_ms = &day_ms;
  studio->settings.confirm_after_count = kind == SILENCE_CONFIRM ? 1 : 0;
  app->series.hash = kind == SILENCE_NONE ? 1 : 0;
}

/* What is said after a report, in the next scan, so many seconds later. */
static const char *said_later(studio_app_t *app, int64_t seconds, silence_t kind) {
  fake_aws_set_now_ms(aws_session_now_ms(fake_aws_session()) + seconds * 1000);
  silence(app, kind);
  dispatch_health_t health = {.kept_back = 0};
  fake_lines_forget();
  settle_scan(one.target.studio);
  complaints_series(&trouble, &one.target, &health);
  assert_in_range(fake_lines(), 0, 1);
  return fake_lines() == 1 ? fake_line(0) : "";
}

#define SILENT "NOTICE " ABOUT "app d-1/lab/JupyterLab/default has had no value for an hour"

/* Each way in which a value can be missing. */
static void trouble_with_a_value_that_is_missing_for_an_hour_has_the_reason_and_the_remedy(void **state) {
  static const struct {
    silence_t silence;
    const char *line;
  } cases[] = {
      {SILENCE_SPACE, ": ListSpaces does not tell whose its space is (AccessDenied); if the space is gone, delete the "
                      "app, else allow sagemaker:ListSpaces for every domain."},
      {SILENCE_DOMAIN,
       ": ListDomains does not tell the name of its domain (AccessDenied); allow sagemaker:ListDomains, "
       "or set option DomainLabel \"id\"."},
      {SILENCE_STREAM, ": DescribeLogStreams does not tell of its log stream (AccessDenied); allow "
                       "logs:DescribeLogStreams for the log group; if the stream was deleted, restart the app."},
      {SILENCE_SEARCH, ": the search of its log for events that count has not come to an end (AccessDenied); a shorter "
                       "Lookback, or more calls for FilterLogEvents by option RateLimit, make it end sooner."},
      {SILENCE_UNDATED, ": AWS tells neither when it was created nor of an event; restart the app."},
      {SILENCE_CONFIRM, ": the exact look at its log that option ConfirmAfter asks for could not be had "
                        "(AccessDenied); if that stays so, set ConfirmAfter above the thresholds in use."},
      {SILENCE_IDENTIFIER, ": another value stands under its identifier; set option Host in one of the <Account> "
                           "blocks, or another UserAlias."},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    complaints_fixture_end(state);
    complaints_fixture_begin(state);
    studio_t *studio = one.target.studio;
    studio_app_t *app = target_enter(&one, target_space(&one, "lab", "alice"), "JupyterLab", 172800);
    app->log.state = STREAM_WITH_EVENTS;
    for (size_t j = 0; j < OPERATIONS; j++)
      aws_error_set(&studio->scan.errors[j], "AccessDenied", "x", 403, "the message");
    studio->scan.began_ms = INT64_C(1000) * TARGET_NOW_S;
    silence_t kind = cases[i].silence;
    assert_string_equal(said_later(app, 0, kind), "");
    assert_string_equal(said_later(app, 3599, kind), "");
    const char *line = said_later(app, 2, kind);
    if (strstr(line, cases[i].line) == NULL)
      fail_msg("%s", line);
    assert_int_equal(memcmp(line, SILENT, strlen(SILENT)), 0);
    assert_string_equal(said_later(app, 3601, kind), "");
    assert_string_equal(said_later(app, 0, SILENCE_NONE), "");
    assert_string_equal(said_later(app, 0, kind), "");
    assert_string_not_equal(said_later(app, 3601, kind), "");
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, complaints_fixture_begin, complaints_fixture_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(trouble_with_a_chattering_log_is_one_notice_for_all_and_each_time),
      TEST(trouble_with_signals_is_told_by_type_and_signal),
      TEST(trouble_with_deaf_phrases_is_one_notice_for_a_type_and_again_after_a_match),
      TEST(trouble_with_a_chattering_log_is_none_of_who_is_not_watched),
      TEST(trouble_with_apps_that_do_not_log_is_one_notice_for_all_and_each),
      TEST(trouble_with_logging_is_none_of_these),
      TEST(trouble_with_a_type_that_has_no_stream_names_the_app_and_its_age),
      TEST(trouble_with_a_canvas_without_its_metric_has_its_own_reason),
      TEST(trouble_with_a_type_that_has_no_stream_is_none_where_it_is_free_or_excluded),
      TEST(trouble_with_apps_that_are_stuck_is_one_notice_for_each_status_with_the_age),
      TEST(trouble_with_a_failed_app_is_said_once_it_was_seen_so_for_an_hour),
      TEST(trouble_with_a_value_that_is_missing_for_an_hour_has_the_reason_and_the_remedy),
      TEST(trouble_with_domains_of_one_name_is_said_where_names_are_shown),
      TEST(trouble_tells_once_what_the_first_complete_scan_has_found),
  };
  return cmocka_run_group_tests_name("notices", tests, NULL, NULL);
}
