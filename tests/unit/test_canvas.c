/* links: studio unit/studio_fixture unit/fake_aws */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/canvas.h"
#include "studio/confirm.h"
#include "studio/idle.h"
#include "studio/silence.h"
#include "studio/values.h"

#define NOW_S INT64_C(1795466160) /* a whole minute */
#define NOW_MS (NOW_S * 1000)

static canvas_t canvas;
static int finished;

static void on_done(void *user_data) {
  (void)user_data;
  finished++;
}

static int begin(void **state) {
  int status = studio_begin(state);
  if (status != 0)
    return status;
  fake_aws_set_now_ms(NOW_MS);
  studio->settings.canvas_metric = true;
  studio->scan.listing_complete = true;
  return 0;
}

static studio_app_t *add(const char *user) {
  studio_app_t *app = app_get(studio, domain_get(studio, "d-1"), user, NULL, "Canvas", "default");
  assert_non_null(app);
  app->listing.in_scan = app->log.looked_at_in_scan = studio->scan.number;
  app->listing.created_ms = NOW_MS - INT64_C(518400000);
  return app;
}

static void ask(void) {
  finished = 0;
  canvas_start(&canvas, studio, on_done, NULL);
  fake_aws_run();
  assert_int_equal(finished, 1);
}

#define RESULTS(items) "{\"MetricDataResults\":[" items "]}"
#define RESULT(id, status, times, values)                                                                              \
  "{\"Id\":\"" id "\",\"Label\":\"x\",\"StatusCode\":\"" status "\",\"Timestamps\":[" times "],\"Values\":[" values "]}"
#define ONE(status, times, values) RESULTS(RESULT("m0", status, times, values))

static void canvas_asks_for_what_the_api_takes(void **state) {
  (void)state;
  add("mallory");
  fake_aws_page("GetMetricData",
                "{\"MetricDataQueries\":[{\"Id\":\"m0\",\"MetricStat\":{\"Metric\":{"
                "\"Namespace\":\"/aws/sagemaker/Canvas/AppActivity\",\"MetricName\":\"TimeSinceLastActive\","
                "\"Dimensions\":[{\"Name\":\"DomainId\",\"Value\":\"d-1\"},{\"Name\":\"UserProfileName\","
                "\"Value\":\"mallory\"}]},\"Period\":60,\"Stat\":\"Minimum\"}}],\"StartTime\":1795464360,"
                "\"EndTime\":1795466220,\"ScanBy\":\"TimestampDescending\"}",
                RESULTS(""));
  ask();
  assert_true(studio->scan.tried[OPERATION_GET_METRIC_DATA]);
  assert_string_equal(studio->scan.errors[OPERATION_GET_METRIC_DATA].code, "");
}

static void canvas_is_as_idle_as_its_newest_point_says_and_the_time_since(void **state) {
  (void)state;
  studio_app_t *app = add("mallory");
  fake_aws_page("GetMetricData", NULL, ONE("Complete", "1795465980,1795466040.0,1.79546592e9", "3480,3540.5,3420"));
  ask();
  assert_int_equal(canvas_state(studio, app), CANVAS_TOLD);
  idle_since_t idle = idle_settle(studio, app);
  assert_int_equal(idle.state, IDLE_KNOWN);
  assert_int_equal(idle.since_ms, (INT64_C(1795466040) - 3540) * 1000 - 500);
  assert_int_equal(idle.rule->signal, SIGNAL_METRIC);
  assert_int_equal(idle_settled(app).rule->signal, SIGNAL_METRIC);
  assert_int_equal(silence_of(studio, app, NOW_MS), SILENCE_NONE);
  assert_false(idle_is_blind(app));
}

/* Each is no answer, and none of them is zero. */
static void canvas_is_blind_where_the_metric_tells_nothing(void **state) {
  static const char *const pages[] = {
      RESULTS(""),
      ONE("Complete", "", ""),
      ONE("PartialData", "1795466040", "60"),
      ONE("InternalError", "1795466040", "60"),
      ONE("Forbidden", "1795466040", "60"),
      ONE("", "1795466040", "60"),
      ONE("Complete", "1795466040,1795465980", "60"),
      ONE("Complete", "1795466040", "-1"),
      ONE("Complete", "1795466040", "\"60\""),
      ONE("Complete", "null", "60"),
      ONE("Complete", "1795476960", "60"),
      RESULTS(RESULT("m1", "Complete", "1795466040", "60")),
      RESULTS(RESULT("m0x", "Complete", "1795466040", "60")),
      RESULTS(RESULT("0", "Complete", "1795466040", "60")),
      RESULTS("{\"Id\":\"m0\",\"StatusCode\":\"Complete\"}"),
  };
  for (size_t i = 0; i < COUNT(pages); i++) {
    studio_end(state);
    begin(state);
    studio_app_t *app = add("mallory");
    fake_aws_page("GetMetricData", NULL, pages[i]);
    ask();
    if (idle_settle(studio, app).state != IDLE_BLIND || !idle_is_blind(app))
      fail_msg("page %zu", i);
    assert_int_equal(silence_of(studio, app, NOW_MS), SILENCE_BLIND);
  }
}

static void canvas_without_permission_is_noted_and_blind(void **state) {
  (void)state;
  studio_app_t *app = add("mallory");
  fake_aws_fail("GetMetricData", NULL, "AccessDeniedException", 400);
  ask();
  assert_string_equal(studio->scan.errors[OPERATION_GET_METRIC_DATA].code, "AccessDeniedException");
  assert_int_equal(idle_settle(studio, app).state, IDLE_BLIND);
}

static void canvas_that_is_forbidden_is_noted_as_an_error(void **state) {
  (void)state;
  add("mallory");
  fake_aws_page("GetMetricData", NULL, ONE("Forbidden", "", ""));
  ask();
  const aws_error_t *error = &studio->scan.errors[OPERATION_GET_METRIC_DATA];
  assert_string_equal(error->code, "Forbidden");
  assert_string_equal(error->message, "AWS may not tell TimeSinceLastActive of 1 Canvas apps");
}

/* A status of a further page is the result's. */
static void canvas_reads_a_result_that_is_spread_over_pages(void **state) {
  (void)state;
  studio_app_t *app = add("mallory");
  fake_aws_page("GetMetricData", NULL,
                "{\"MetricDataResults\":[" RESULT("m0", "PartialData", "1795466040", "100") "],\"NextToken\":\"t\"}");
  fake_aws_page("GetMetricData", NULL, ONE("Complete", "1795465980", "40"));
  ask();
  assert_int_equal(idle_settle(studio, app).since_ms, (INT64_C(1795466040) - 100) * 1000);
}

static void canvas_gives_up_pages_without_end_and_more_results_than_were_asked_for(void **state) {
  (void)state;
  add("mallory");
  for (int i = 0; i < 101; i++)
    fake_aws_page("GetMetricData", NULL, "{\"MetricDataResults\":[],\"NextToken\":\"t\"}");
  ask();
  assert_string_equal(studio->scan.errors[OPERATION_GET_METRIC_DATA].code, "parse");
  studio->scan.errors[OPERATION_GET_METRIC_DATA].code[0] = '\0';
  fake_aws_set_now_ms(NOW_MS + 900000);
  fake_aws_page("GetMetricData", NULL, RESULTS(RESULT("m0", "Complete", "", "") "," RESULT("m0", "Complete", "", "")));
  ask();
  assert_string_equal(studio->scan.errors[OPERATION_GET_METRIC_DATA].code, "parse");
}

static void canvas_is_asked_for_four_times_an_hour_at_most(void **state) {
  (void)state;
  add("mallory");
  for (int64_t s = 0; s < 3600; s += 60) {
    fake_aws_set_now_ms(NOW_MS + s * 1000);
    if (s % 900 == 0)
      fake_aws_page("GetMetricData", NULL, RESULTS(""));
    ask();
  }
  assert_int_equal(fake_aws_asked("GetMetricData"), 4);
}

static void canvas_bears_a_clock_that_goes_back(void **state) {
  (void)state;
  add("mallory");
  fake_aws_page("GetMetricData", NULL, RESULTS(""));
  ask();
  fake_aws_set_now_ms(NOW_MS - 1000);
  ask();
  assert_int_equal(fake_aws_asked("GetMetricData"), 1);
  fake_aws_set_now_ms(NOW_MS - 900000);
  fake_aws_page("GetMetricData", NULL, RESULTS(""));
  ask();
}

static void canvas_asks_for_nothing_else(void **state) {
  (void)state;
  studio_add("u", "a")->type = "KernelGateway";
  (void)studio_add_in("lab", "Canvas", "default");
  add("excluded")->excluded = true;
  add("left")->listing.in_scan = 0;
  ask();
  add("mallory");
  studio->settings.canvas_metric = false;
  ask();
  assert_int_equal(fake_aws_asked("GetMetricData"), 0);
}

/* serve answers each query of a call: a Canvas is idle for as many seconds as its place. */
static size_t batches[8];
static size_t served;

static bool serve(const char *operation, json_object *input, json_object **output, aws_error_t *error) {
  (void)error;
  assert_string_equal(operation, "GetMetricData");
  json_object *queries = json_object_object_get(input, "MetricDataQueries");
  json_object *results = json_object_new_array();
  batches[served++] = json_object_array_length(queries);
  for (size_t i = 0; i < json_object_array_length(queries); i++) {
    char text[256];
    json_object *query = json_object_array_get_idx(queries, i);
    snprintf(text, sizeof(text), RESULT("%s", "Complete", "1795466040", "%zu"),
             json_object_get_string(json_object_object_get(query, "Id")), i);
    json_object_array_add(results, json_tokener_parse(text));
  }
  *output = json_object_new_object();
  json_object_object_add(*output, "MetricDataResults", results);
  return true;
}

static void canvas_asks_in_batches_of_500(void **state) {
  (void)state;
  for (int i = 0; i < 1001; i++) {
    char name[16];
    snprintf(name, sizeof(name), "u%04d", i);
    add(name);
  }
  served = 0;
  fake_aws_serve(serve);
  ask();
  assert_int_equal(served, 3);
  assert_int_equal(batches[0] + batches[1], 1000);
  assert_int_equal(batches[2], 1);
  for (size_t i = 0; i < 1001; i++)
    assert_int_equal(studio->apps[i]->canvas->last_active_ms, (INT64_C(1795466040) - (int64_t)(i % 500)) * 1000);
  fake_aws_serve(NULL);
}

static void canvas_ends_without_memory(void **state) {
  (void)state;
  studio_app_t *app = add("mallory");
  fake_aws_refuse(1);
  ask();
  assert_string_equal(studio->scan.errors[OPERATION_GET_METRIC_DATA].code, "internal");
  assert_int_equal(canvas_state(studio, app), CANVAS_SILENT);
}

static void canvas_becomes_unknown_and_then_blind_when_its_metric_ends(void **state) {
  static const struct {
    int64_t age_s;
    canvas_state_t expected;
    idle_state_t idle;
  } cases[] = {{0, CANVAS_TOLD, IDLE_KNOWN},
               {1800, CANVAS_TOLD, IDLE_KNOWN},
               {1801, CANVAS_STALE, IDLE_UNKNOWN},
               {3600, CANVAS_STALE, IDLE_UNKNOWN},
               {3601, CANVAS_SILENT, IDLE_BLIND}};
  (void)state;
  studio_app_t *app = add("mallory");
  *canvas_facts(app) = (canvas_facts_t){.last_active_ms = NOW_MS - 5000, .told_s = (uint32_t)NOW_S};
  for (size_t i = 0; i < COUNT(cases); i++) {
    fake_aws_set_now_ms(NOW_MS + cases[i].age_s * 1000);
    assert_int_equal(canvas_state(studio, app), cases[i].expected);
    assert_int_equal(idle_settle(studio, app).state, cases[i].idle);
    assert_int_equal(silence_of(studio, app, NOW_MS) == SILENCE_METRIC, cases[i].expected == CANVAS_STALE);
  }
}

static void canvas_counts_from_its_start_and_no_point_of_the_one_before_it(void **state) {
  (void)state;
  studio_app_t *app = add("mallory");
  *canvas_facts(app) = (canvas_facts_t){.last_active_ms = NOW_MS - 500000, .told_s = (uint32_t)NOW_S};
  app->listing.created_ms = NOW_MS - 90000;
  assert_int_equal(idle_settle(studio, app).since_ms, NOW_MS - 90000);
  app->listing.started_ms = NOW_MS + 60000;
  assert_int_equal(canvas_state(studio, app), CANVAS_SILENT);
  app->listing.started_ms = NOW_MS + 59999;
  assert_int_equal(canvas_state(studio, app), CANVAS_TOLD);
}

static void canvas_needs_neither_its_stream_nor_an_exact_look(void **state) {
  (void)state;
  static const int64_t after_ms = 86400000;
  studio->settings.confirm_after_ms = &after_ms;
  studio->settings.confirm_after_count = 1;
  studio->scan.began_ms = NOW_MS;
  studio_app_t *app = add("mallory");
  app->log.looked_at_in_scan = 0;
  *canvas_facts(app) = (canvas_facts_t){.last_active_ms = NOW_MS - 2 * after_ms, .told_s = (uint32_t)NOW_S};
  assert_false(confirm_is_due(studio, app));
  int64_t since_ms = idle_settle(studio, app).since_ms;
  assert_int_equal(since_ms, NOW_MS - 2 * after_ms);
  assert_true(confirm_permits(studio, app, since_ms, NOW_MS));
}

static char told[512];

static void on_value(void *user_data, const values_item_t *value) {
  (void)user_data;
  size_t length = strlen(told);
  snprintf(told + length, sizeof(told) - length, "%d=%g ", (int)value->kind, value->value);
}

/* Its owner and what is billed follow from it. */
static void canvas_idleness_reaches_every_value(void **state) {
  (void)state;
  static char words[][8] = {"*", "Canvas"};
  static const billing_price_t price = {words[0], words[1], 1.9};
  studio->settings.prices = &price;
  studio->settings.prices_count = 1;
  studio->settings.idle_after_ms = 3600000;
  studio_app_t *app = add("mallory");
  *canvas_facts(app) = (canvas_facts_t){.last_active_ms = NOW_MS - 7200000, .told_s = (uint32_t)NOW_S};
  told[0] = '\0';
  values_counts_t counts = studio_report(NOW_MS, on_value, NULL);
  assert_told(told, "0=7200 1=7200 8=518400 2=7200 3=1.9 4=1.9 ");
  assert_int_equal(counts.blind, 0);
  assert_int_equal(counts.unknown, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(canvas_asks_for_what_the_api_takes),
      TEST(canvas_is_as_idle_as_its_newest_point_says_and_the_time_since),
      TEST(canvas_is_blind_where_the_metric_tells_nothing),
      TEST(canvas_without_permission_is_noted_and_blind),
      TEST(canvas_that_is_forbidden_is_noted_as_an_error),
      TEST(canvas_reads_a_result_that_is_spread_over_pages),
      TEST(canvas_gives_up_pages_without_end_and_more_results_than_were_asked_for),
      TEST(canvas_is_asked_for_four_times_an_hour_at_most),
      TEST(canvas_bears_a_clock_that_goes_back),
      TEST(canvas_asks_for_nothing_else),
      TEST(canvas_asks_in_batches_of_500),
      TEST(canvas_ends_without_memory),
      TEST(canvas_becomes_unknown_and_then_blind_when_its_metric_ends),
      TEST(canvas_counts_from_its_start_and_no_point_of_the_one_before_it),
      TEST(canvas_needs_neither_its_stream_nor_an_exact_look),
      TEST(canvas_idleness_reaches_every_value),
  };
  return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
