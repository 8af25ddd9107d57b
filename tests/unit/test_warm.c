/* links: studio unit/studio_fixture unit/fake_aws */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/scan.h"
#include "studio/stream_index.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define NOW INT64_C(1795466160000)
#define LOG_LAG (2 * HOUR)
#define OPERATION "DescribeLogStreams"

/* The last sweep began five minutes ago; a page's journey may have taken a minute. */
#define SWEPT (NOW - 5 * MINUTE)
#define LINE (SWEPT - MINUTE - LOG_LAG)

/* One call's worth of credit, see stream_index.c. */
#define CALL 64

static int begin(void **state) {
  static const int64_t confirm_after[] = {6 * HOUR};
  int status = studio_begin(state);
  if (status != 0)
    return status;
  studio->settings.log_lag_ms = LOG_LAG;
  studio->settings.confirm_after_ms = confirm_after;
  studio->settings.confirm_after_count = COUNT(confirm_after);
  studio->swept_in_scan = studio->scan.number;
  studio->swept_ms = SWEPT;
  studio->credit = INT64_C(10) * CALL;
  return 0;
}

/* An app of which the last scan has found this event, a day ago. */
static studio_app_t *add_known(const char *name) {
  studio_app_t *app = studio_add("u", name);
  app->log.looked_at_in_scan = studio->scan.number;
  app->listing.created_ms = NOW - 30 * HOUR;
  app->log.state = STREAM_WITH_EVENTS;
  app->log.newest_event_ms = app->search.to_ms = NOW - 24 * HOUR;
  return app;
}

typedef struct {
  const char *name;
  int64_t at_ms; /* 0: it has no event; negative: retention has removed them, the last was ingested then */
} shown_t;

static void give(const char *token_in, const char *input, const shown_t *shown, size_t count, const char *token_out) {
  char asked[512];
  char page[4096] = "{\"logStreams\":[";
  snprintf(asked, sizeof(asked), "{\"logGroupName\":\"group\",%s%s%s%s}", input,
           token_in != NULL ? ",\"nextToken\":\"" : "", token_in != NULL ? token_in : "", token_in != NULL ? "\"" : "");
  for (size_t i = 0; i < count; i++) {
    size_t length = strlen(page);
    length += (size_t)snprintf(page + length, sizeof(page) - length, "%s{\"logStreamName\":\"%s\"", i > 0 ? "," : "",
                               shown[i].name);
    if (shown[i].at_ms != 0)
      length += (size_t)snprintf(page + length, sizeof(page) - length, ",\"%s\":%lld",
                                 shown[i].at_ms > 0 ? "lastEventTimestamp" : "lastIngestionTime",
                                 (long long)(shown[i].at_ms > 0 ? shown[i].at_ms : -shown[i].at_ms));
    snprintf(page + length, sizeof(page) - length, "}");
  }
  size_t length = strlen(page);
  snprintf(page + length, sizeof(page) - length, "]%s%s%s}", token_out != NULL ? ",\"nextToken\":\"" : "",
           token_out != NULL ? token_out : "", token_out != NULL ? "\"" : "");
  fake_aws_page(OPERATION, asked, page);
}

#define BY_RECENCY "\"orderBy\":\"LastEventTime\",\"descending\":true,\"limit\":50"

/* The page of a sweep that comes for this token (NULL: the first). */
#define SHOW(token_in, token_out, ...)                                                                                 \
  give(token_in, BY_RECENCY, (const shown_t[]){__VA_ARGS__}, COUNT(((const shown_t[]){__VA_ARGS__})), token_out)

/* What asking for a stream by name is answered; at_ms 0: there is none. */
static void response(const char *stream, int64_t at_ms) {
  char input[256];
  const shown_t shown = {stream, at_ms};
  snprintf(input, sizeof(input),
           "\"logStreamNamePrefix\":\"%s\",\"orderBy\":\"LogStreamName\",\"descending\":false,\"limit\":1", stream);
  give(NULL, input, &shown, at_ms > 0 ? 1 : 0, NULL);
}

static void on_done(void *user_data, const stream_index_result_t *result) {
  scan_note_streams(&studio->scan, result);
  (*(int *)user_data)++;
}

/* A scan's look: the sweep, then what was in service in its listing. */
static int look_before(void (*between)(void)) {
  stream_index_t activity;
  int finished = 0;
  int asked = fake_aws_asked(OPERATION);
  studio_next_scan();
  stream_index_init(&activity, studio);
  stream_index_refresh(&activity, on_done, &finished);
  fake_aws_run();
  assert_int_equal(finished, 1);
  for (size_t i = 0; i < studio->apps_count; i++)
    studio->apps[i]->listing.in_scan = studio->scan.number;
  if (between != NULL)
    between();
  stream_index_start(&activity, NULL, on_done, &finished);
  fake_aws_run();
  assert_int_equal(finished, 2);
  return fake_aws_asked(OPERATION) - asked;
}

static int look(void) { return look_before(NULL); }

static bool is_known(const studio_app_t *app) { return app->log.looked_at_in_scan == studio->scan.number; }

static void assert_is(const studio_app_t *app, int64_t last_event_ms) {
  assert_true(is_known(app));
  assert_int_equal(app->log.newest_event_ms, last_event_ms);
}

/* It may stand anywhere in an order by recency. */
static void warm_sweep_goes_on_behind_a_stream_whose_events_retention_has_removed(void **state) {
  (void)state;
  const studio_app_t *moved = add_known("moved");
  const studio_app_t *idle = add_known("idle");
  (void)add_known("other");
  SHOW(NULL, "t", {"d-9/x/KernelGateway/emptied", -(LINE - HOUR)});
  SHOW("t", "u", {"d-1/u/KernelGateway/moved", NOW - MINUTE}, {"d-9/x/KernelGateway/y", LINE - 1});
  assert_int_equal(look(), 2);
  assert_is(moved, NOW - MINUTE);
  assert_is(idle, NOW - 24 * HOUR);
}

static void warm_sweep_takes_what_moved_and_leaves_the_rest_as_it_was_for_one_call(void **state) {
  (void)state;
  const studio_app_t *idle = add_known("idle");
  const studio_app_t *moved = add_known("moved");
  studio_app_t *silent = add_known("silent");
  silent->log.state = STREAM_WITHOUT_EVENTS;
  silent->log.newest_event_ms = 0;
  SHOW(NULL, "t", {"d-1/u/KernelGateway/moved", NOW - MINUTE}, {"d-9/x/KernelGateway/y", LINE - 1});
  assert_int_equal(look(), 1);
  assert_is(moved, NOW - MINUTE);
  assert_is(idle, NOW - 24 * HOUR);
  assert_is(silent, 0);
  assert_int_equal(silent->log.state, STREAM_WITHOUT_EVENTS);
  assert_int_equal(studio->swept_in_scan, studio->scan.number);
  assert_int_equal(studio->swept_ms, NOW);
  /* No more than it takes to ask for all of them by name. */
  assert_int_equal(studio->credit, 3 * CALL);
}

/* An event of 90 minutes ago that the index shows only now. */
static void warm_sweep_takes_an_event_that_shows_up_late(void **state) {
  (void)state;
  const studio_app_t *app = add_known("a");
  add_known("b");
  SHOW(NULL, "t", {"d-9/x/KernelGateway/y", NOW - MINUTE}, {"d-1/u/KernelGateway/a", NOW - 90 * MINUTE},
       {"d-9/x/KernelGateway/z", LINE - 1});
  assert_int_equal(look(), 1);
  assert_is(app, NOW - 90 * MINUTE);
}

static void warm_sweep_stops_at_its_line_and_not_before(void **state) {
  (void)state;
  for (int i = 0; i < 4; i++)
    add_known((const char *const[]){"a", "b", "c", "d"}[i]);
  SHOW(NULL, "t", {"d-9/x/KernelGateway/1", LINE + 1}, {"d-9/x/KernelGateway/2", LINE});
  SHOW("t", "u", {"d-9/x/KernelGateway/3", LINE}, {"d-9/x/KernelGateway/silent", 0});
  SHOW("u", "v", {"d-9/x/KernelGateway/4", LINE - 1});
  assert_int_equal(look(), 3);
}

static void warm_sweep_ends_with_the_last_page(void **state) {
  (void)state;
  const studio_app_t *app = add_known("a");
  add_known("b");
  SHOW(NULL, NULL, {"d-9/x/KernelGateway/1", NOW});
  assert_int_equal(look(), 1);
  assert_is(app, NOW - 24 * HOUR);
}

static void warm_sweep_with_nobody_to_wait_for_costs_nothing(void **state) {
  (void)state;
  add_known("a");
  studio_next_scan();
  stream_index_t activity;
  int finished = 0;
  studio->swept_in_scan = studio->scan.number;
  stream_index_init(&activity, studio);
  stream_index_refresh(&activity, on_done, &finished);
  assert_int_equal(finished, 1);
  assert_int_equal(fake_aws_asked(OPERATION), 0);
}

static void warm_scan_asks_for_a_new_app_by_name(void **state) {
  (void)state;
  const studio_app_t *known = add_known("known");
  const studio_app_t *new = studio_add("u", "new");
  SHOW(NULL, "t", {"d-9/x/KernelGateway/1", LINE - 1});
  response("d-1/u/KernelGateway/new", NOW - HOUR);
  assert_int_equal(look(), 2);
  assert_is(known, NOW - 24 * HOUR);
  assert_is(new, NOW - HOUR);
}

/* What has been swept was: the new app alone is asked for again. */
static void warm_scan_that_cannot_ask_for_a_new_app_asks_for_it_in_the_next(void **state) {
  (void)state;
  add_known("known");
  const studio_app_t *new = studio_add("u", "new");
  SHOW(NULL, "t", {"d-9/x/KernelGateway/1", LINE - 1});
  fake_aws_fail(OPERATION, NULL, "ThrottlingException", 400);
  assert_int_equal(look(), 2);
  assert_false(is_known(new));
  assert_int_equal(studio->swept_ms, NOW);
  SHOW(NULL, "t", {"d-9/x/KernelGateway/1", NOW - MINUTE - LOG_LAG - 1});
  response("d-1/u/KernelGateway/new", NOW - HOUR);
  assert_int_equal(look(), 2);
  assert_is(new, NOW - HOUR);
}

/* Nothing is half believed: what was seen counts, the rest is unknown, and the next sweep goes down to the old line. */
static void warm_sweep_that_breaks_off_is_made_up_for_by_the_next(void **state) {
  (void)state;
  const studio_app_t *seen = add_known("seen");
  const studio_app_t *behind = add_known("behind");
  add_known("third");
  SHOW(NULL, "t", {"d-1/u/KernelGateway/seen", NOW - MINUTE});
  fake_aws_fail(OPERATION, NULL, "ThrottlingException", 400);
  uint64_t swept = studio->swept_in_scan;
  assert_int_equal(look(), 2);
  assert_is(seen, NOW - MINUTE);
  assert_false(is_known(behind));
  assert_int_equal(behind->log.newest_event_ms, NOW - 24 * HOUR);
  assert_int_equal(studio->swept_in_scan, swept);
  assert_int_equal(studio->swept_ms, SWEPT);
  fake_aws_set_now_ms(NOW + 10 * MINUTE);
  SHOW(NULL, "t", {"d-9/x/KernelGateway/1", LINE});
  SHOW("t", "u", {"d-1/u/KernelGateway/behind", LINE}, {"d-9/x/KernelGateway/2", LINE - 1});
  assert_int_equal(look(), 2);
  assert_is(behind, LINE);
  assert_is(seen, NOW - MINUTE);
  assert_int_equal(studio->swept_ms, NOW + 10 * MINUTE);
}

static void warm_sweep_that_is_too_dear_is_given_up_and_all_are_asked_for_by_name(void **state) {
  (void)state;
  studio->credit = INT64_C(2) * CALL;
  for (int i = 0; i < 4; i++)
    add_known((const char *const[]){"a", "b", "c", "d"}[i]);
  SHOW(NULL, "t", {"d-9/x/KernelGateway/1", NOW - 1});
  SHOW("t", "u", {"d-9/x/KernelGateway/2", NOW - 2}, {"d-1/u/KernelGateway/b", NOW - 3});
  SHOW("u", "v", {"d-9/x/KernelGateway/3", NOW - 4});
  response("d-1/u/KernelGateway/a", NOW - 5);
  response("d-1/u/KernelGateway/c", 0);
  response("d-1/u/KernelGateway/d", NOW - 24 * HOUR);
  assert_int_equal(look(), 6);
  assert_is(studio->apps[0], NOW - 5);
  assert_is(studio->apps[1], NOW - 3);
  assert_int_equal(studio->apps[2]->log.state, STREAM_NONE);
  assert_is(studio->apps[3], NOW - 24 * HOUR);
  assert_int_equal(studio->swept_in_scan, studio->scan.number);
  /* Four calls would have been enough: two are to be paid back. */
  assert_int_equal(studio->credit, 0);
}

/* However much credit there is: not more pages than calls by name. */
static void warm_sweep_for_one_app_is_one_page(void **state) {
  (void)state;
  add_known("a");
  SHOW(NULL, "t", {"d-9/x/KernelGateway/1", NOW - 1});
  response("d-1/u/KernelGateway/a", NOW - 5);
  assert_int_equal(look(), 2);
}

static void warm_sweep_is_not_tried_without_credit_which_each_scan_by_name_adds_to(void **state) {
  (void)state;
  studio->credit = CALL - 2;
  add_known("a");
  add_known("b");
  for (int scan = 0; scan < 2; scan++) {
    response("d-1/u/KernelGateway/a", NOW - 5);
    response("d-1/u/KernelGateway/b", NOW - 6);
    if (scan == 0)
      assert_int_equal(look(), 2);
    else
      SHOW(NULL, "t", {"d-9/x/KernelGateway/1", LINE - 1});
  }
  assert_int_equal(studio->credit, CALL);
  assert_int_equal(look(), 1);
  /* One call has taken the place of two. */
  assert_int_equal(studio->credit, 2 * CALL);
  studio->credit = CALL - 2;
  assert_int_equal(look(), 2);
}

static void know_owner(void) { studio_own("lab", "u"); }

/* While it was, nobody waited for it: what the sweeps since have shown of it was not looked at. */
static void warm_scan_asks_for_an_app_whose_owner_was_unknown(void **state) {
  (void)state;
  add_known("other");
  studio_app_t *app = studio_add_in("lab", "KernelGateway", "a");
  app->log.looked_at_in_scan = studio->scan.number;
  app->log.state = STREAM_WITH_EVENTS;
  app->log.newest_event_ms = NOW - 24 * HOUR;
  SHOW(NULL, "t", {"d-9/x/KernelGateway/1", LINE - 1});
  assert_int_equal(look(), 1);
  assert_false(is_known(app));
  assert_int_equal(studio->swept_in_scan, studio->scan.number);
  SHOW(NULL, "t", {"d-9/x/KernelGateway/1", NOW - MINUTE - LOG_LAG - 1});
  response("d-1/lab/KernelGateway/a", NOW - HOUR);
  assert_int_equal(look_before(know_owner), 2);
  assert_is(app, NOW - HOUR);
}

static void warm_sweep_takes_the_variant_in_case_that_an_app_is_known_to_log_to(void **state) {
  (void)state;
  studio_own("Lab", "u");
  studio_own("Own", "u");
  studio_app_t *app = studio_add_in("Lab", "JupyterLab", "default");
  studio_app_t *exact = studio_add_in("Own", "JupyterLab", "default");
  app->log.looked_at_in_scan = exact->log.looked_at_in_scan = studio->scan.number;
  app->log.state = exact->log.state = STREAM_WITH_EVENTS;
  app->log.newest_event_ms = exact->log.newest_event_ms = NOW - 24 * HOUR;
  assert_true(app_log_as(app, "d-1/lab/JupyterLab/default"));
  add_known("other");
  SHOW(NULL, "t", {"d-1/lab/JupyterLab/default", NOW - 1}, {"d-1/own/JupyterLab/default", NOW - 2},
       {"d-9/x/KernelGateway/1", LINE - 1});
  assert_int_equal(look(), 1);
  assert_is(app, NOW - 1);
  assert_is(exact, NOW - 24 * HOUR);
  assert_string_equal(app->log.logged_as, "d-1/lab/JupyterLab/default");
  SHOW(NULL, "t", {"d-1/Lab/JupyterLab/default", NOW - 3}, {"d-9/x/KernelGateway/1", NOW - MINUTE - LOG_LAG - 1});
  assert_int_equal(look(), 1);
  assert_is(app, NOW - 3);
  assert_null(app->log.logged_as);
}

static void warm_sweep_takes_the_first_variant_of_an_app_that_had_no_stream(void **state) {
  (void)state;
  studio_own("Lab", "u");
  studio_app_t *app = studio_add_in("Lab", "JupyterLab", "default");
  app->log.looked_at_in_scan = studio->scan.number;
  add_known("other");
  SHOW(NULL, "t", {"d-1/lab/JupyterLab/default", NOW - 1}, {"d-9/x/KernelGateway/1", LINE - 1});
  assert_int_equal(look(), 1);
  assert_is(app, NOW - 1);
  assert_int_equal(app->log.state, STREAM_WITH_EVENTS);
}

static void warm_sweep_that_finds_no_group_knows_that_nobody_has_a_stream(void **state) {
  (void)state;
  const studio_app_t *known = add_known("known");
  const studio_app_t *new = studio_add("u", "new");
  fake_aws_fail(OPERATION, NULL, "ResourceNotFoundException", 400);
  assert_int_equal(look(), 1);
  assert_is(known, NOW - 24 * HOUR);
  assert_int_equal(known->log.state, STREAM_NONE);
  assert_is(new, 0);
  assert_true(studio->scan.group_missing);
  assert_string_equal(studio->scan.errors[OPERATION_DESCRIBE_LOG_STREAMS].code, "");
}

/* That there is no stream was told by an index that may trail behind: once more before it is told beyond six hours. */
static void warm_scan_asks_again_for_an_app_without_a_stream_before_it_passes_a_threshold(void **state) {
  (void)state;
  studio_app_t *app = add_known("a");
  studio_app_t *younger = add_known("b");
  app->log.state = younger->log.state = STREAM_NONE;
  app->log.newest_event_ms = younger->log.newest_event_ms = 0;
  app->listing.created_ms = NOW - 6 * HOUR;
  younger->listing.created_ms = NOW - 6 * HOUR + 2 * MINUTE;
  app->search.to_ms = younger->search.to_ms = NOW - 5 * HOUR;
  SHOW(NULL, "t", {"d-9/x/KernelGateway/1", LINE - 1});
  response("d-1/u/KernelGateway/a", 0);
  assert_int_equal(look(), 2);
  assert_is(app, 0);
  assert_is(younger, 0);
  SHOW(NULL, "t", {"d-9/x/KernelGateway/1", NOW - MINUTE - LOG_LAG - 1});
  assert_int_equal(look(), 1);
  assert_is(app, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(warm_sweep_goes_on_behind_a_stream_whose_events_retention_has_removed),
      TEST(warm_sweep_takes_what_moved_and_leaves_the_rest_as_it_was_for_one_call),
      TEST(warm_sweep_takes_an_event_that_shows_up_late),
      TEST(warm_sweep_stops_at_its_line_and_not_before),
      TEST(warm_sweep_ends_with_the_last_page),
      TEST(warm_sweep_with_nobody_to_wait_for_costs_nothing),
      TEST(warm_scan_asks_for_a_new_app_by_name),
      TEST(warm_scan_that_cannot_ask_for_a_new_app_asks_for_it_in_the_next),
      TEST(warm_sweep_that_breaks_off_is_made_up_for_by_the_next),
      TEST(warm_sweep_that_is_too_dear_is_given_up_and_all_are_asked_for_by_name),
      TEST(warm_sweep_for_one_app_is_one_page),
      TEST(warm_sweep_is_not_tried_without_credit_which_each_scan_by_name_adds_to),
      TEST(warm_scan_asks_for_an_app_whose_owner_was_unknown),
      TEST(warm_sweep_takes_the_variant_in_case_that_an_app_is_known_to_log_to),
      TEST(warm_sweep_takes_the_first_variant_of_an_app_that_had_no_stream),
      TEST(warm_sweep_that_finds_no_group_knows_that_nobody_has_a_stream),
      TEST(warm_scan_asks_again_for_an_app_without_a_stream_before_it_passes_a_threshold),
  };
  return cmocka_run_group_tests_name("warm", tests, NULL, NULL);
}
