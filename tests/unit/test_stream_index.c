/* links: studio unit/studio_fixture unit/fake_aws */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/scan.h"
#include "studio/stream_index.h"

#define SWEEP "{\"logGroupName\":\"group\",\"orderBy\":\"LastEventTime\",\"descending\":true,\"limit\":50}"
#define BY_NAME(name)                                                                                                  \
  "{\"logGroupName\":\"group\",\"logStreamNamePrefix\":\"" name                                                        \
  "\",\"orderBy\":\"LogStreamName\",\"descending\":false,\"limit\":1}"
#define STREAM(name, event) "{\"logStreamName\":\"" name "\",\"lastEventTimestamp\":" event "}"
#define SILENT(name) "{\"logStreamName\":\"" name "\",\"creationTime\":5}"
#define EMPTIED(name, ingested) "{\"logStreamName\":\"" name "\",\"creationTime\":5,\"lastIngestionTime\":" ingested "}"
#define PAGE(list) "{\"logStreams\":[" list "]}"
#define OPERATION "DescribeLogStreams"

static int finished;

static void on_done(void *user_data, const stream_index_result_t *result) {
  scan_note_streams(&studio->scan, result);
  (void)user_data;
  finished++;
}

static void look(void) {
  stream_index_t activity;
  finished = 0;
  stream_index_init(&activity, studio);
  stream_index_start(&activity, NULL, on_done, NULL);
  fake_aws_run();
  assert_int_equal(finished, 1);
}

static void assert_looked(const studio_app_t *app, stream_state_t is, int64_t last_event_ms) {
  assert_int_equal(app->log.looked_at_in_scan, studio->scan.number);
  assert_int_equal(app->log.state, is);
  assert_int_equal(app->log.newest_event_ms, last_event_ms);
}

static bool is_unknown(const studio_app_t *app) { return app->log.looked_at_in_scan != studio->scan.number; }

static void activity_asks_nothing_where_no_app_runs(void **state) {
  (void)state;
  studio_add("u", "gone")->listing.in_scan = 0;
  look();
  assert_int_equal(fake_aws_asked(OPERATION), 0);
}

static void activity_takes_the_last_event_of_each_apps_own_stream(void **state) {
  (void)state;
  studio_app_t *one = studio_add("u", "one");
  studio_app_t *silent = studio_add("u", "silent");
  fake_aws_page(OPERATION, SWEEP,
                PAGE(SILENT("d-1/u/KernelGateway/silent") "," STREAM("d-1/u/KernelGateway/one", "1795466160123")));
  look();
  assert_looked(one, STREAM_WITH_EVENTS, INT64_C(1795466160123));
  assert_looked(silent, STREAM_WITHOUT_EVENTS, 0);
}

/* Of another account: logGroupIdentifier, and no logGroupName beside it. */
/* A log that is kept for some days: the stream stays, and when its last event came. */
static void activity_takes_the_last_ingestion_where_retention_has_removed_the_events(void **state) {
  (void)state;
  const studio_app_t *swept = studio_add("u", "swept");
  const studio_app_t *named = studio_add("u", "named");
  fake_aws_page(OPERATION, SWEEP, PAGE(EMPTIED("d-1/u/KernelGateway/swept", "1794466160123")));
  fake_aws_page(OPERATION, BY_NAME("d-1/u/KernelGateway/named"),
                PAGE(EMPTIED("d-1/u/KernelGateway/named", "1794466160124")));
  look();
  assert_looked(swept, STREAM_WITH_EVENTS, INT64_C(1794466160123));
  assert_looked(named, STREAM_WITH_EVENTS, INT64_C(1794466160124));
}

static void activity_names_a_group_of_another_account_by_its_arn(void **state) {
  (void)state;
#define ARN "arn:aws:logs:us-east-1:210987654321:log-group:/aws/sagemaker/studio"
  studio->settings.log_group = ARN;
  studio_app_t *one = studio_add("u", "one");
  studio_app_t *two = studio_add("u", "two");
  fake_aws_page(OPERATION,
                "{\"logGroupIdentifier\":\"" ARN "\",\"orderBy\":\"LastEventTime\",\"descending\":true,\"limit\":50}",
                PAGE(STREAM("d-1/u/KernelGateway/one", "9")));
  fake_aws_page(OPERATION,
                "{\"logGroupIdentifier\":\"" ARN "\",\"logStreamNamePrefix\":\"d-1/u/KernelGateway/two\","
                "\"orderBy\":\"LogStreamName\",\"descending\":false,\"limit\":1}",
                PAGE(STREAM("d-1/u/KernelGateway/two", "8")));
  look();
  assert_looked(one, STREAM_WITH_EVENTS, 9);
  assert_looked(two, STREAM_WITH_EVENTS, 8);
#undef ARN
}

/* What is taken for an app's stream when a prefix is not looked at closely. */
static void activity_takes_no_other_stream_for_an_apps(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  static const char others[] = PAGE(STREAM("d-1/u/KernelGateway/app/LifecycleConfigOnStart", "9") "," STREAM(
      "d-1/u/KernelGateway/app2", "9") "," STREAM("d-1/u/KernelGateway/ap",
                                                  "9") "," STREAM("d-2/u/KernelGateway/app",
                                                                  "9") "," STREAM("d-1/u/JupyterServer/app", "9"));
  fake_aws_page(OPERATION, SWEEP, others);
  fake_aws_page(OPERATION, BY_NAME("d-1/u/KernelGateway/app"), PAGE(STREAM("d-1/u/KernelGateway/app/x", "9")));
  look();
  assert_looked(app, STREAM_NONE, 0);
}

static void activity_by_name_takes_the_stream_itself(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  fake_aws_page(OPERATION, SWEEP, PAGE(""));
  fake_aws_page(OPERATION, BY_NAME("d-1/u/KernelGateway/app"),
                PAGE(STREAM("d-1/u/KernelGateway/app", "77") "," STREAM("d-1/u/KernelGateway/app/x", "99")));
  look();
  assert_looked(app, STREAM_WITH_EVENTS, 77);
}

static void activity_by_name_follows_an_empty_page_with_a_token(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  fake_aws_page(OPERATION, SWEEP, PAGE(""));
  fake_aws_page(OPERATION, BY_NAME("d-1/u/KernelGateway/app"), "{\"logStreams\":[],\"nextToken\":\"t\"}");
  fake_aws_page(OPERATION, NULL, "{\"logStreams\":[" STREAM("d-1/u/KernelGateway/app", "77") "],\"nextToken\":\"u\"}");
  look();
  assert_looked(app, STREAM_WITH_EVENTS, 77);
}

static void activity_by_name_ends_where_empty_pages_do_not(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  fake_aws_page(OPERATION, SWEEP, PAGE(""));
  fake_aws_page(OPERATION, BY_NAME("d-1/u/KernelGateway/app"), "{\"logStreams\":[],\"nextToken\":\"t\"}");
  for (int i = 0; i < 100; i++)
    fake_aws_page(OPERATION, NULL, "{\"logStreams\":[],\"nextToken\":\"t\"}");
  look();
  assert_true(is_unknown(app));
}

static void activity_gives_a_stream_to_the_user_and_the_space_of_one_name(void **state) {
  (void)state;
  studio_app_t *of_user = studio_add("same", "app");
  studio_space_t *space = space_get(studio, domain_get(studio, "d-1"), "same");
  space->known = true;
  studio_app_t *of_space = app_get(studio, space->domain, NULL, space, "KernelGateway", "app");
  of_space->listing.in_scan = studio->scan.number;
  fake_aws_page(OPERATION, SWEEP, PAGE(STREAM("d-1/same/KernelGateway/app", "7")));
  look();
  assert_looked(of_user, STREAM_WITH_EVENTS, 7);
  assert_looked(of_space, STREAM_WITH_EVENTS, 7);
}

/* Its stream was deleted: what was seen in it has happened all the same. */
static void activity_keeps_the_last_event_of_a_stream_that_is_gone(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  fake_aws_page(OPERATION, SWEEP, PAGE(STREAM("d-1/u/KernelGateway/app", "7")));
  look();
  studio_next_scan();
  app->listing.in_scan = studio->scan.number;
  fake_aws_page(OPERATION, SWEEP, PAGE(""));
  fake_aws_page(OPERATION, BY_NAME("d-1/u/KernelGateway/app"), PAGE(""));
  look();
  assert_looked(app, STREAM_NONE, 7);
}

/* The index trails behind what an exact look has shown. */
static void activity_believes_no_older_event_than_it_knows(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  app->log.newest_event_ms = 9;
  fake_aws_page(OPERATION, SWEEP, PAGE(STREAM("d-1/u/KernelGateway/app", "7")));
  look();
  assert_looked(app, STREAM_WITH_EVENTS, 9);
}

static void activity_knows_that_nobody_logged_where_the_group_is_missing(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  fake_aws_fail(OPERATION, SWEEP, "ResourceNotFoundException", 400);
  look();
  assert_looked(app, STREAM_NONE, 0);
  assert_true(studio->scan.group_missing);
  assert_string_equal(studio->scan.errors[OPERATION_DESCRIBE_LOG_STREAMS].code, "");
}

/* Apps are asked for by name where to sweep would cost more than it has saved. */
static void activity_knows_it_in_the_next_scan_too(void **state) {
  (void)state;
  studio_app_t *apps[] = {studio_add("u", "app"), studio_add("V", "app")};
  fake_aws_fail(OPERATION, SWEEP, "ResourceNotFoundException", 400);
  look();
  studio_next_scan();
  studio->credit = -1000;
  for (size_t i = 0; i < COUNT(apps); i++) {
    apps[i]->listing.in_scan = studio->scan.number;
    fake_aws_fail(OPERATION, NULL, "ResourceNotFoundException", 400);
  }
  stream_index_t activity;
  stream_index_init(&activity, studio);
  stream_index_refresh(&activity, on_done, NULL);
  stream_index_start(&activity, NULL, on_done, NULL);
  fake_aws_run();
  for (size_t i = 0; i < COUNT(apps); i++)
    assert_looked(apps[i], STREAM_NONE, 0);
  assert_true(studio->scan.group_missing);
  assert_string_equal(studio->scan.errors[OPERATION_DESCRIBE_LOG_STREAMS].code, "");
}

static void activity_leaves_apps_unknown_when_it_may_not_ask(void **state) {
  (void)state;
  const studio_app_t *app = studio_add("u", "app");
  fake_aws_fail(OPERATION, SWEEP, "AccessDeniedException", 400);
  look();
  assert_true(is_unknown(app));
  assert_false(studio->scan.group_missing);
  assert_string_equal(studio->scan.errors[OPERATION_DESCRIBE_LOG_STREAMS].code, "AccessDeniedException");
}

static void activity_calls_a_page_malformed_that_it_cannot_read(void **state) {
  (void)state;
  static const char *const pages[] = {"{}",
                                      "{\"logStreams\":{}}",
                                      "{\"logStreams\":[7]}",
                                      "{\"logStreams\":[{\"lastEventTimestamp\":7}]}",
                                      "{\"logStreams\":[{\"logStreamName\":7}]}",
                                      "{\"logStreams\":[{\"logStreamName\":\"s\",\"lastEventTimestamp\":\"7\"}]}",
                                      "{\"logStreams\":[{\"logStreamName\":\"s\",\"lastEventTimestamp\":7.5}]}",
                                      "{\"logStreams\":[{\"logStreamName\":\"s\",\"lastEventTimestamp\":-1}]}",
                                      PAGE(STREAM("s", "9223372036854775807"))};
  studio_app_t *app = studio_add("u", "app");
  for (size_t by_name = 0; by_name <= 1; by_name++) {
    for (size_t i = 0; i < COUNT(pages); i++) {
      studio_next_scan();
      app->listing.in_scan = studio->scan.number;
      if (by_name)
        fake_aws_page(OPERATION, SWEEP, PAGE(""));
      fake_aws_page(OPERATION, NULL, pages[i]);
      look();
      assert_true(is_unknown(app));
      assert_string_equal(studio->scan.errors[OPERATION_DESCRIBE_LOG_STREAMS].code, "parse");
    }
  }
}

static void add_many(int count) {
  char name[16];
  for (int i = 0; i < count; i++) {
    snprintf(name, sizeof(name), "app-%04d", i);
    studio_add("u", name);
  }
}

static size_t count_unknown(void) {
  size_t count = 0;
  for (size_t i = 0; i < studio->apps_count; i++)
    count += is_unknown(studio->apps[i]) ? 1 : 0;
  return count;
}

static void activity_goes_on_by_name_after_single_failures(void **state) {
  (void)state;
  add_many(60);
  fake_aws_page(OPERATION, SWEEP, PAGE(""));
  for (int i = 0; i < 60; i++) {
    if (i % 3 == 0)
      fake_aws_fail(OPERATION, NULL, "ThrottlingException", 400);
    else
      fake_aws_page(OPERATION, NULL, PAGE(""));
  }
  look();
  assert_int_equal(count_unknown(), 20);
}

/* 32 calls are under way when the fifth in a row has failed: they are the last. */
static void activity_stops_asking_by_name_after_failures_in_a_row(void **state) {
  (void)state;
  add_many(200);
  fake_aws_page(OPERATION, SWEEP, PAGE(""));
  for (int i = 0; i < 36; i++)
    fake_aws_fail(OPERATION, NULL, "timeout", 0);
  look();
  assert_int_equal(count_unknown(), 200);
  assert_int_equal(fake_aws_waiting_peak(), 32);
}

static void activity_without_memory_for_calls_ends_once_and_knows_nothing(void **state) {
  (void)state;
  add_many(40);
  fake_aws_refuse(1);
  look();
  assert_int_equal(count_unknown(), 40);
  fake_aws_page(OPERATION, SWEEP, PAGE(""));
  stream_index_t activity;
  finished = 0;
  stream_index_init(&activity, studio);
  stream_index_start(&activity, NULL, on_done, NULL);
  fake_aws_refuse(1000);
  studio->scan.errors[OPERATION_DESCRIBE_LOG_STREAMS].code[0] = '\0';
  fake_aws_run();
  fake_aws_refuse(0);
  assert_int_equal(finished, 1);
  assert_int_equal(count_unknown(), 40);
  assert_string_equal(studio->scan.errors[OPERATION_DESCRIBE_LOG_STREAMS].code, "internal");
}

/* The lab of a space, or of a user, called Lab. */
static studio_app_t *add_lab(bool in_space) {
  if (!in_space) {
    studio_app_t *app = app_get(studio, domain_get(studio, "d-1"), "Lab", NULL, "JupyterLab", "default");
    assert_non_null(app);
    app->listing.in_scan = studio->scan.number;
    return app;
  }
  studio_own("Lab", "u");
  return studio_add_in("Lab", "JupyterLab", "default");
}

/* Streams of the space or user Lab that the sweep shows, before it is asked for by name; what an app takes of them. */
static void activity_takes_the_exact_stream_or_else_the_newest_that_differs_in_case(void **state) {
  static const struct {
    const char *swept;
    const char *by_name; /* of the exact name, NULL: it is not asked */
    const char *lower;   /* of the owner in lower case, likewise */
    stream_state_t is;
    int64_t last_event_ms;
    const char *logged_as;
  } cases[] = {
      {PAGE(STREAM("d-1/Lab/JupyterLab/default", "5")), NULL, NULL, STREAM_WITH_EVENTS, 5, NULL},
      {PAGE(STREAM("d-1/lab/JupyterLab/default", "9") "," STREAM("d-1/Lab/JupyterLab/default", "5")), NULL, NULL,
       STREAM_WITH_EVENTS, 5, NULL},
      {PAGE(STREAM("d-1/lab/JupyterLab/default", "9") "," SILENT("d-1/Lab/JupyterLab/default")), NULL, NULL,
       STREAM_WITHOUT_EVENTS, 0, NULL},
      {PAGE(STREAM("d-1/lab/JupyterLab/default", "9")), PAGE(STREAM("d-1/Lab/JupyterLab/default", "5")), NULL,
       STREAM_WITH_EVENTS, 5, NULL},
      {PAGE(STREAM("d-1/LAB/JupyterLab/default", "9") "," STREAM("d-1/lab/JupyterLab/default", "8")), PAGE(""), NULL,
       STREAM_WITH_EVENTS, 9, "d-1/LAB/JupyterLab/default"},
      {PAGE(STREAM("d-1/lab/JupyterLab/default", "8") "," STREAM("d-1/LAB/JupyterLab/default", "9")), PAGE(""), NULL,
       STREAM_WITH_EVENTS, 9, "d-1/LAB/JupyterLab/default"},
      {PAGE(""), PAGE(""), PAGE(STREAM("d-1/lab/JupyterLab/default", "7")), STREAM_WITH_EVENTS, 7,
       "d-1/lab/JupyterLab/default"},
      {PAGE(""), PAGE(""), PAGE(STREAM("d-1/lab/JupyterLab/default/x", "7")), STREAM_NONE, 0, NULL},
      {PAGE(""), PAGE(""), PAGE(SILENT("d-1/lab/JupyterLab/default")), STREAM_NONE, 0, NULL},
      {PAGE(SILENT("d-1/lab/JupyterLab/default")), PAGE(""), PAGE(""), STREAM_NONE, 0, NULL},
  };
  for (size_t turn = 0; turn < 2 * COUNT(cases); turn++) {
    size_t i = turn / 2;
    studio_end(state);
    studio_begin(state);
    const studio_app_t *app = add_lab(turn % 2 == 0);
    studio_add("u", "other"); /* so that one page does not end the sweep */
    fake_aws_page(OPERATION, SWEEP, cases[i].swept);
    if (cases[i].by_name != NULL)
      fake_aws_page(OPERATION, BY_NAME("d-1/Lab/JupyterLab/default"), cases[i].by_name);
    if (cases[i].lower != NULL)
      fake_aws_page(OPERATION, BY_NAME("d-1/lab/JupyterLab/default"), cases[i].lower);
    fake_aws_page(OPERATION, BY_NAME("d-1/u/KernelGateway/other"), PAGE(""));
    look();
    assert_looked(app, cases[i].is, cases[i].last_event_ms);
    assert_int_equal(app->log.logged_as != NULL, cases[i].logged_as != NULL);
    if (cases[i].logged_as != NULL)
      assert_string_equal(app->log.logged_as, cases[i].logged_as);
  }
}

static void activity_gives_no_app_the_stream_that_has_just_the_name_of_another(void **state) {
  (void)state;
  studio_own("Lab", "u");
  studio_own("lab", "v");
  const studio_app_t *upper = studio_add_in("Lab", "JupyterLab", "default");
  const studio_app_t *lower = studio_add_in("lab", "JupyterLab", "default");
  fake_aws_page(OPERATION, SWEEP, PAGE(STREAM("d-1/lab/JupyterLab/default", "9")));
  fake_aws_page(OPERATION, BY_NAME("d-1/Lab/JupyterLab/default"), PAGE(""));
  look();
  assert_looked(lower, STREAM_WITH_EVENTS, 9);
  assert_looked(upper, STREAM_NONE, 0);
}

static void activity_returns_to_the_exact_stream_when_there_is_one(void **state) {
  (void)state;
  studio_own("Lab", "u");
  studio_app_t *app = studio_add_in("Lab", "JupyterLab", "default");
  fake_aws_page(OPERATION, SWEEP, PAGE(STREAM("d-1/lab/JupyterLab/default", "9")));
  fake_aws_page(OPERATION, BY_NAME("d-1/Lab/JupyterLab/default"), PAGE(""));
  look();
  assert_looked(app, STREAM_WITH_EVENTS, 9);
  studio_next_scan();
  app->listing.in_scan = studio->scan.number;
  fake_aws_page(OPERATION, SWEEP, PAGE(STREAM("d-1/Lab/JupyterLab/default", "5")));
  look();
  assert_looked(app, STREAM_WITH_EVENTS, 5);
  assert_null(app->log.logged_as);
}

static void activity_that_may_not_ask_by_name_does_not_take_a_variant_for_an_answer(void **state) {
  (void)state;
  studio_own("Lab", "u");
  const studio_app_t *app = studio_add_in("Lab", "JupyterLab", "default");
  fake_aws_page(OPERATION, SWEEP, PAGE(STREAM("d-1/lab/JupyterLab/default", "9")));
  fake_aws_fail(OPERATION, BY_NAME("d-1/Lab/JupyterLab/default"), "ThrottlingException", 400);
  look();
  assert_true(is_unknown(app));
}

static void activity_asks_nothing_for_apps_that_cannot_be_reported(void **state) {
  (void)state;
  const studio_app_t *unowned = studio_add_in("new", "JupyterLab", "default");
  studio_app_t *excluded = studio_add("svc-x", "a");
  excluded->excluded = true;
  look();
  assert_int_equal(fake_aws_asked(OPERATION), 0);
  studio_app_t *wanted = studio_add("u", "a");
  fake_aws_page(OPERATION, SWEEP,
                PAGE(STREAM("d-1/new/JupyterLab/default", "9") "," STREAM("d-1/svc-x/KernelGateway/a", "8")));
  fake_aws_page(OPERATION, BY_NAME("d-1/u/KernelGateway/a"), PAGE(""));
  look();
  assert_looked(wanted, STREAM_NONE, 0);
  assert_true(is_unknown(unowned));
  assert_true(is_unknown(excluded));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, studio_begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(activity_asks_nothing_where_no_app_runs),
      TEST(activity_takes_the_last_event_of_each_apps_own_stream),
      TEST(activity_takes_the_last_ingestion_where_retention_has_removed_the_events),
      TEST(activity_names_a_group_of_another_account_by_its_arn),
      TEST(activity_takes_no_other_stream_for_an_apps),
      TEST(activity_by_name_takes_the_stream_itself),
      TEST(activity_by_name_follows_an_empty_page_with_a_token),
      TEST(activity_by_name_ends_where_empty_pages_do_not),
      TEST(activity_gives_a_stream_to_the_user_and_the_space_of_one_name),
      TEST(activity_keeps_the_last_event_of_a_stream_that_is_gone),
      TEST(activity_believes_no_older_event_than_it_knows),
      TEST(activity_knows_that_nobody_logged_where_the_group_is_missing),
      TEST(activity_knows_it_in_the_next_scan_too),
      TEST(activity_leaves_apps_unknown_when_it_may_not_ask),
      TEST(activity_calls_a_page_malformed_that_it_cannot_read),
      TEST(activity_goes_on_by_name_after_single_failures),
      TEST(activity_stops_asking_by_name_after_failures_in_a_row),
      TEST(activity_without_memory_for_calls_ends_once_and_knows_nothing),
      TEST(activity_takes_the_exact_stream_or_else_the_newest_that_differs_in_case),
      TEST(activity_gives_no_app_the_stream_that_has_just_the_name_of_another),
      TEST(activity_returns_to_the_exact_stream_when_there_is_one),
      TEST(activity_that_may_not_ask_by_name_does_not_take_a_variant_for_an_answer),
      TEST(activity_asks_nothing_for_apps_that_cannot_be_reported),
  };
  return cmocka_run_group_tests_name("activity", tests, NULL, NULL);
}
