/* links: studio unit/log_search_fixture unit/log_model unit/studio_fixture unit/fake_aws */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "log_model.h"
#include "log_search_fixture.h"

#include "studio/refusal.h"
#include "util/times.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define NOW INT64_C(1795466160000)
#define LOOKBACK (48 * HOUR)
#define OPERATION "FilterLogEvents"

/* KernelGateways are measured by Match, TensorBoards by Ignore. */
static char words[][16] = {"KernelGateway", LOG_MODEL_MATCH, "TensorBoard", LOG_MODEL_IGNORE};
static const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1], NULL, false},
                                      {words[2], SIGNAL_IGNORE, words[3], NULL, false}};

static int begin(void **state) { return matching_begin(state, rules, COUNT(rules)); }

/* An app that was made five days ago. */
static studio_app_t *add(const char *name) {
  studio_app_t *app = studio_add("u", name);
  app->listing.created_ms = NOW - 120 * HOUR;
  return app;
}

static bool is_known(const studio_app_t *app) { return app->search.confirmed_in_scan == studio->scan.number; }

static void chatter(const studio_app_t *app, int64_t from_ms, int64_t to_ms, int64_t every_ms) {
  for (int64_t at = from_ms; at <= to_ms; at += every_ms)
    log_model_add(app->stream, at, 0);
}

static void matching_asks_nothing_where_the_newest_event_counts_or_is_older_than_the_lookback(void **state) {
  (void)state;
  studio_app_t *by_event = app_get(studio, domain_get(studio, "d-1"), "u", NULL, "Canvas", "a");
  studio_app_t *old = add("old");
  studio_app_t *silent = add("silent");
  log_model_add(by_event->stream, NOW - HOUR, 0);
  log_model_add(old->stream, NOW - LOOKBACK - HOUR, 0);
  scan_at(NOW);
  assert_int_equal(log_model_calls(), 0);
  assert_true(is_known(old));
  assert_int_equal(old->search.last_match_ms, NOW - LOOKBACK - HOUR);
  assert_false(is_known(silent));
  assert_false(is_known(by_event));
}

static void matching_asks_again_for_the_rest_alone_from_where_the_page_stopped(void **state) {
  (void)state;
  const studio_app_t *one = add("one");
  const studio_app_t *other = add("other");
  log_model_add(one->stream, NOW - 5 * MINUTE, LOG_MODEL_COUNTS);
  log_model_add(one->stream, NOW - 6 * MINUTE, LOG_MODEL_COUNTS);
  log_model_add(other->stream, NOW - 9 * MINUTE, LOG_MODEL_COUNTS);
  log_model_add(other->stream, NOW - 10 * MINUTE, 0);
  log_model_set_page_size(1);
  scan_at(NOW);
  assert_int_equal(log_model_calls(), 2);
  const log_model_call_t *second = log_model_call(1);
  assert_int_equal(second->streams, 1);
  assert_string_equal(second->first, other->stream);
  assert_int_equal(second->to_ms, NOW - 5 * MINUTE);
  assert_int_equal(other->search.last_match_ms, NOW - 9 * MINUTE);
}

static void matching_searches_a_quiet_stream_back_to_the_lookback_without_a_gap(void **state) {
  (void)state;
  const studio_app_t *app = add("a");
  log_model_add(app->stream, NOW - MINUTE, 0);
  scan_at(NOW);
  int64_t reached_ms = NOW;
  for (size_t i = 0; i < log_model_calls(); i++) {
    assert_int_equal(log_model_call(i)->to_ms, reached_ms);
    assert_true(log_model_call(i)->from_ms < reached_ms);
    reached_ms = log_model_call(i)->from_ms;
  }
  assert_int_equal(reached_ms, NOW - LOOKBACK);
  assert_in_range(log_model_calls(), 2, 8);
  assert_true(is_known(app));
  assert_int_equal(log_model_idle_since(app), NOW - LOOKBACK);
  /* The lower bound stays where it is: idleness grows. */
  log_model_add(app->stream, NOW + 9 * MINUTE, 0);
  scan_at(NOW + 10 * MINUTE);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(log_model_idle_since(app), NOW - LOOKBACK);
}

static void matching_searches_no_farther_than_the_apps_creation_or_start(void **state) {
  (void)state;
  studio_app_t *created = add("created");
  studio_app_t *started = add("started");
  created->listing.created_ms = NOW - 30 * MINUTE;
  started->listing.started_ms = NOW - 20 * MINUTE;
  chatter(created, NOW - 5 * HOUR, NOW, 10 * MINUTE);
  chatter(started, NOW - 5 * HOUR, NOW, 10 * MINUTE);
  log_model_add(created->stream, NOW - HOUR, LOG_MODEL_COUNTS);
  log_model_add(started->stream, NOW - HOUR, LOG_MODEL_COUNTS);
  scan_at(NOW);
  for (size_t i = 0; i < log_model_calls(); i++)
    assert_true(log_model_call(i)->from_ms >= NOW - 30 * MINUTE);
  assert_int_equal(log_model_idle_since(created), NOW - 30 * MINUTE);
  assert_int_equal(log_model_idle_since(started), NOW - 20 * MINUTE);
}

static void matching_goes_on_where_an_app_is_started_again(void **state) {
  (void)state;
  studio_app_t *app = add("a");
  log_model_add(app->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  log_model_add(app->stream, NOW + 8 * MINUTE, 0);
  scan_at(NOW);
  assert_int_equal(log_model_idle_since(app), NOW - MINUTE);
  app->listing.started_ms = NOW + 7 * MINUTE;
  scan_at(NOW + 10 * MINUTE);
  assert_true(is_known(app));
  assert_int_equal(app->search.last_match_ms, NOW - MINUTE);
  assert_int_equal(log_model_idle_since(app), NOW + 7 * MINUTE);
  assert_int_equal(log_model_calls(), 1);
  log_model_add(app->stream, NOW + 4 * HOUR, 0);
  scan_at(NOW + 7 * MINUTE + 4 * HOUR - 1);
  assert_int_equal(log_model_idle_since(app), NOW + 7 * MINUTE);
  scan_at(NOW + 7 * MINUTE + 4 * HOUR);
  assert_int_equal(log_model_idle_since(app), NOW - MINUTE);
  assert_int_equal(log_model_calls(), 0);
}

/* began_ms is when the log began, as its stream tells; what the app did before its start counts again, as far back as
 * that or the lookback goes. */
static void matching_counts_a_start_for_four_hours_where_nothing_matched_since(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int64_t began_ms, match_ms, since_ms;
  } cases[] = {
      {"worked the day before", NOW - 31 * HOUR, NOW - 30 * HOUR, NOW - 30 * HOUR},
      {"is as old as its start", NOW - 4 * HOUR + MINUTE, 0, NOW - 4 * HOUR},
      {"began at an unknown time", 0, NOW - 30 * HOUR, NOW - 4 * HOUR},
      {"began without a match", NOW - 20 * HOUR, 0, NOW - 20 * HOUR},
      {"matched before the lookback", NOW - 99 * HOUR, NOW - 60 * HOUR, NOW - MINUTE - LOOKBACK},
      {"worked since the start", NOW - 31 * HOUR, NOW - 3 * HOUR, NOW - 3 * HOUR},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    studio_app_t *app = add(cases[i].name);
    app->listing.created_ms = NOW - 4 * HOUR;
    app->search.goal_ms = cases[i].began_ms;
    chatter(app, cases[i].began_ms > 0 ? cases[i].began_ms : NOW - 31 * HOUR, NOW, HOUR);
    if (cases[i].match_ms > 0)
      log_model_add(app->stream, cases[i].match_ms, LOG_MODEL_COUNTS);
  }
  scan_at(NOW - MINUTE);
  for (size_t i = 0; i < log_model_calls(); i++)
    assert_true(log_model_call(i)->from_ms >= NOW - 4 * HOUR);
  for (size_t i = 0; i < COUNT(cases); i++)
    assert_int_equal(log_model_idle_since(studio->apps[i]), max_ms(NOW - 4 * HOUR, cases[i].since_ms));
  scan_at(NOW);
  for (size_t i = 0; i < COUNT(cases); i++) {
    if (log_model_idle_since(studio->apps[i]) != cases[i].since_ms)
      fail_msg("%s: %lld", cases[i].name, (long long)(NOW - log_model_idle_since(studio->apps[i])) / 60000);
  }
}

/* A log that has not gone on since the start proves nothing of the time since then. */
static void matching_lets_a_start_count_where_the_log_has_not_gone_on(void **state) {
  (void)state;
  studio_app_t *app = add("a");
  app->listing.created_ms = NOW - 9 * HOUR;
  app->search.goal_ms = NOW - 31 * HOUR;
  log_model_add(app->stream, NOW - 30 * HOUR, LOG_MODEL_COUNTS);
  scan_at(NOW);
  assert_int_equal(log_model_idle_since(app), NOW - 9 * HOUR);
}

static void matching_asks_for_moved_streams_alone_each_from_its_own_last_look(void **state) {
  (void)state;
  const studio_app_t *moving = add("moving");
  const studio_app_t *resting = add("resting");
  log_model_add(moving->stream, NOW - 10 * MINUTE, LOG_MODEL_COUNTS);
  log_model_add(resting->stream, NOW - 10 * MINUTE, LOG_MODEL_COUNTS);
  scan_at(NOW);
  log_model_add(moving->stream, NOW + 4 * MINUTE, 0);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(log_model_call(0)->streams, 1);
  assert_string_equal(log_model_call(0)->first, moving->stream);
  assert_int_equal(log_model_call(0)->from_ms, NOW - 5 * MINUTE);
  assert_int_equal(log_model_call(0)->to_ms, NOW + 5 * MINUTE);
  assert_true(is_known(resting));
  log_model_add(resting->stream, NOW + 18 * MINUTE, LOG_MODEL_COUNTS);
  scan_at(NOW + 20 * MINUTE);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(log_model_call(0)->from_ms, NOW - 5 * MINUTE);
  assert_int_equal(resting->search.last_match_ms, NOW + 18 * MINUTE);
  assert_int_equal(moving->search.last_match_ms, NOW - 10 * MINUTE);
}

static void matching_puts_a_hundred_streams_of_one_pattern_into_a_call(void **state) {
  (void)state;
  char name[16];
  for (int i = 0; i < 250; i++) {
    snprintf(name, sizeof(name), "app-%d", i);
    log_model_add(add(name)->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  }
  studio_app_t *other = app_get(studio, domain_get(studio, "d-1"), "u", NULL, "TensorBoard", "a");
  log_model_add(other->stream, NOW - 2 * MINUTE, LOG_MODEL_COUNTS);
  log_model_add(other->stream, NOW - 3 * MINUTE, LOG_MODEL_PLAIN);
  scan_at(NOW);
  assert_int_equal(log_model_calls(), 4);
  size_t streams = 0;
  for (size_t i = 0; i < 4; i++)
    streams += log_model_call(i)->streams;
  assert_int_equal(streams, 251);
  assert_int_equal(other->search.last_match_ms, NOW - 3 * MINUTE);
}

/* What is to be read stands together, however the apps came. */
static void matching_searches_those_first_that_moved_last(void **state) {
  (void)state;
  for (int i = 0; i < 150; i++) {
    char name[16];
    int place = (i * 7 + 3) % 150;
    snprintf(name, sizeof(name), "app-%03d", place);
    log_model_add(add(name)->stream, NOW - (place + 1) * MINUTE, LOG_MODEL_COUNTS);
  }
  scan_at(NOW);
  assert_int_equal(log_model_calls(), 2);
  assert_string_equal(log_model_call(0)->first, "d-1/u/KernelGateway/app-000");
  assert_string_equal(log_model_call(1)->first, "d-1/u/KernelGateway/app-100");
}

static void matching_asks_once_for_a_stream_of_two_apps(void **state) {
  (void)state;
  const studio_app_t *of_user = add("app");
  studio_own("u", NULL);
  const studio_app_t *of_space = studio_add_in("u", "KernelGateway", "app");
  log_model_add(of_user->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  scan_at(NOW);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(log_model_call(0)->streams, 1);
  assert_int_equal(of_user->search.last_match_ms, NOW - MINUTE);
  assert_int_equal(of_space->search.last_match_ms, NOW - MINUTE);
}

static void matching_asks_for_a_stream_by_the_name_that_it_has(void **state) {
  (void)state;
  studio_app_t *app = add("App");
  assert_true(app_log_as(app, "d-1/u/KernelGateway/app"));
  log_model_add(app->log.logged_as, NOW - MINUTE, LOG_MODEL_COUNTS);
  scan_at(NOW);
  assert_int_equal(app->search.last_match_ms, NOW - MINUTE);
}

/* An hour passes before the index of streams shows an event that FilterLogEvents has shown all the time. */
static void matching_finds_what_surfaces_an_hour_late(void **state) {
  (void)state;
  const studio_app_t *warm = add("warm");
  const studio_app_t *cold = add("cold");
  log_model_add(warm->stream, NOW - 100 * MINUTE, LOG_MODEL_COUNTS);
  log_model_add(cold->stream, NOW - 60 * HOUR, LOG_MODEL_COUNTS);
  log_model_add_late(warm->stream, NOW + 2 * MINUTE, LOG_MODEL_COUNTS, HOUR);
  log_model_add_late(cold->stream, NOW - 50 * MINUTE, LOG_MODEL_COUNTS, HOUR);
  for (int64_t now = NOW; now <= NOW + 70 * MINUTE; now += 5 * MINUTE)
    scan_at(now);
  assert_int_equal(warm->search.last_match_ms, NOW + 2 * MINUTE);
  assert_int_equal(cold->search.last_match_ms, NOW - 50 * MINUTE);
}

static void matching_goes_through_partial_and_empty_pages(void **state) {
  (void)state;
  const studio_app_t *app = add("a");
  chatter(app, NOW - HOUR, NOW, MINUTE);
  log_model_add(app->stream, NOW - 40 * MINUTE, LOG_MODEL_COUNTS);
  log_model_set_page_size(3);
  scan_at(NOW);
  assert_int_equal(app->search.last_match_ms, NOW - 40 * MINUTE);
  assert_in_range(fake_aws_asked(OPERATION), 13, 15);
}

/* Twenty empty pages three times, in shorter windows, then twice as many: what has an end is found by and by. */
static void matching_has_more_patience_with_empty_pages_from_scan_to_scan(void **state) {
  (void)state;
  const studio_app_t *app = add("a");
  chatter(app, NOW - HOUR, NOW, MINUTE / 4);
  log_model_add(app->stream, NOW - 50 * MINUTE, LOG_MODEL_COUNTS);
  log_model_set_page_size(1);
  scan_at(NOW);
  assert_int_equal(fake_aws_asked(OPERATION), 60);
  assert_ptr_equal(studio->scan.endless, app);
  assert_int_equal(studio->scan.endless_count, 1);
  assert_false(is_known(app));
  for (size_t i = 0; i < 12 && !is_known(app); i++) {
    int before = fake_aws_asked(OPERATION);
    scan_at(NOW);
    assert_in_range(fake_aws_asked(OPERATION) - before, 1, 500);
  }
  assert_int_equal(app->search.last_match_ms, NOW - 50 * MINUTE);
  assert_int_equal(studio->patience, 0);
}

static void matching_spends_at_most_500_pages_a_scan_and_goes_on_in_the_next(void **state) {
  (void)state;
  char name[16];
  studio_app_t *apps[20];
  for (size_t i = 0; i < COUNT(apps); i++) {
    snprintf(name, sizeof(name), "app-%zu", i);
    apps[i] = add(name);
    chatter(apps[i], NOW - LOOKBACK + (int64_t)i * 1000, NOW, 7 * MINUTE);
  }
  log_model_add(apps[3]->stream, NOW - 47 * HOUR, LOG_MODEL_COUNTS);
  log_model_set_page_size(3);
  size_t scans = 0;
  size_t known = 0;
  for (; known < COUNT(apps) && scans < 15; scans++) {
    int before = fake_aws_asked(OPERATION);
    scan_at(NOW + (int64_t)scans * 5 * MINUTE);
    assert_in_range(fake_aws_asked(OPERATION) - before, 1, 500);
    known = 0;
    for (size_t i = 0; i < COUNT(apps); i++)
      known += is_known(apps[i]) ? 1 : 0;
    if (scans == 0)
      assert_int_equal(known, 0);
  }
  /* 20 streams of 411 events, three to a page: 2,740 pages at least */
  assert_in_range(scans, 6, 12);
  assert_int_equal(apps[3]->search.last_match_ms, NOW - 47 * HOUR);
  assert_int_equal(apps[4]->search.last_match_ms, 0);
}

static void matching_finds_the_deleted_stream_that_spoils_a_call(void **state) {
  (void)state;
  char name[16];
  studio_app_t *apps[100];
  for (size_t i = 0; i < COUNT(apps); i++) {
    snprintf(name, sizeof(name), "app-%zu", i);
    apps[i] = add(name);
    log_model_add(apps[i]->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  }
  log_model_delete(apps[37]->stream);
  log_model_delete(apps[70]->stream);
  scan_at(NOW);
  for (size_t i = 0; i < COUNT(apps); i++)
    assert_int_equal(is_known(apps[i]), i != 37 && i != 70);
  assert_string_equal(studio->scan.errors[OPERATION_FILTER_LOG_EVENTS].code, "");
  assert_false(studio->scan.fallback);
  /* halves, twice over, and then the rest at once */
  assert_in_range(log_model_calls(), 14, 40);
}

/* Quiet streams have made slices long; one of them holds more than a scan may read. */
static void matching_shortens_a_slice_that_a_scan_cannot_read(void **state) {
  (void)state;
  const studio_app_t *quiet = add("quiet");
  log_model_add(quiet->stream, NOW - MINUTE, 0);
  scan_at(NOW);
  assert_true(studio->slice_ms >= 24 * HOUR);
  const studio_app_t *busy = add("busy");
  chatter(busy, NOW - LOOKBACK, NOW, 2 * MINUTE);
  log_model_set_page_size(1);
  size_t scans = 0;
  for (bool known = false; !known && scans < 10; scans++) {
    scan_at(NOW + (int64_t)scans * MINUTE);
    known = is_known(busy);
  }
  assert_in_range(scans, 3, 7);
}

static void matching_of_streams_that_are_all_gone_ends_within_its_budget(void **state) {
  (void)state;
  char name[16];
  for (int i = 0; i < 600; i++) {
    snprintf(name, sizeof(name), "app-%d", i);
    const studio_app_t *app = add(name);
    log_model_add(app->stream, NOW - MINUTE, 0);
    log_model_delete(app->stream);
  }
  scan_at(NOW);
  assert_in_range(log_model_calls(), 1, 500);
}

/* A denial of something else, as of a role, says nothing about the log. */
static void matching_falls_back_for_no_refusal_of_another_operation(void **state) {
  (void)state;
  aws_error_t error;
  aws_error_set(&error, "AccessDenied", "AssumeRole", 403, "the message");
  assert_false(refusal_is_lasting(&error, OPERATION_FILTER_LOG_EVENTS));
}

static void matching_that_is_refused_for_good_falls_back(void **state) {
  (void)state;
  static const struct {
    const char *code;
    int status;
    bool fallback;
  } cases[] = {{"AccessDeniedException", 400, true},
               {"AccessDenied", 403, true},
               {"InvalidOperationException", 400, true}, /* the log class INFREQUENT_ACCESS */
               {"KMSDisabledException", 400, true},
               {"UnknownOperationException", 404, true},
               {"InvalidParameterException", 400, true},
               {"InternalFailure", 501, true},
               {"ThrottlingException", 400, false},
               {"LimitExceededException", 400, false},
               {"ServiceUnavailableException", 503, false},
               {"InternalFailure", 500, false},
               {"ExpiredTokenException", 400, false},
               {"InvalidClientTokenId", 403, false},
               {"403", 403, false}, /* not in AWS's form */
               {"parse", 400, false},
               {"timeout", 0, false}};
  const studio_app_t *app = add("a");
  log_model_add(app->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  for (size_t i = 0; i < COUNT(cases); i++) {
    fake_aws_fail(OPERATION, NULL, cases[i].code, cases[i].status);
    scan_at(NOW + (int64_t)i);
    assert_int_equal(studio->scan.fallback, cases[i].fallback);
    assert_string_equal(studio->scan.errors[OPERATION_FILTER_LOG_EVENTS].code, cases[i].code);
    assert_false(is_known(app));
  }
  scan_at(NOW + MINUTE);
  assert_false(studio->scan.fallback);
  assert_int_equal(app->search.last_match_ms, NOW - MINUTE);
}

static void matching_keeps_what_was_known_before_a_failure_of_others(void **state) {
  (void)state;
  const studio_app_t *resting = add("resting");
  const studio_app_t *moving = add("moving");
  log_model_add(resting->stream, NOW - HOUR, LOG_MODEL_COUNTS);
  log_model_add(moving->stream, NOW - HOUR, LOG_MODEL_COUNTS);
  scan_at(NOW);
  log_model_add(moving->stream, NOW + 4 * MINUTE, LOG_MODEL_COUNTS);
  fake_aws_fail(OPERATION, NULL, "AccessDeniedException", 400);
  scan_at(NOW + 5 * MINUTE);
  assert_true(is_known(resting));
  assert_false(is_known(moving));
  scan_at(NOW + 10 * MINUTE);
  assert_int_equal(moving->search.last_match_ms, NOW + 4 * MINUTE);
}

static void matching_calls_a_page_malformed_that_it_cannot_read(void **state) {
  (void)state;
  static const char *const pages[] = {
      "{}",
      "{\"events\":{}}",
      "{\"events\":[7]}",
      "{\"events\":[{\"timestamp\":7}]}",
      "{\"events\":[{\"logStreamName\":7,\"timestamp\":7}]}",
      "{\"events\":[{\"logStreamName\":\"s\"}]}",
      "{\"events\":[{\"logStreamName\":\"s\",\"timestamp\":\"7\"}]}",
  };
  const studio_app_t *app = add("a");
  log_model_add(app->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  for (size_t i = 0; i < COUNT(pages); i++) {
    fake_aws_page(OPERATION, NULL, pages[i]);
    scan_at(NOW + (int64_t)i);
    if (is_known(app) || strcmp(studio->scan.errors[OPERATION_FILTER_LOG_EVENTS].code, "parse") != 0)
      fail_msg("%s", pages[i]);
  }
}

static void matching_takes_no_event_from_beside_the_interval_that_it_asked_for(void **state) {
  (void)state;
  char page[256];
  const studio_app_t *app = add("a");
  log_model_add(app->stream, NOW - MINUTE, 0);
  (void)snprintf(page, sizeof(page),
                 "{\"events\":[{\"logStreamName\":\"%s\",\"timestamp\":%" PRId64 "},"
                 "{\"logStreamName\":\"%s\",\"timestamp\":%" PRId64 "}]}",
                 app->stream, NOW + HOUR, app->stream, NOW - INT64_C(400) * 24 * HOUR);
  fake_aws_page(OPERATION, NULL, page);
  scan_at(NOW);
  assert_true(is_known(app));
  assert_int_equal(app->search.last_match_ms, 0);
}

static void matching_without_memory_for_a_call_ends_once_and_knows_nothing(void **state) {
  (void)state;
  const studio_app_t *app = add("a");
  log_model_add(app->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  fake_aws_refuse(1);
  scan_at(NOW);
  assert_false(is_known(app));
  assert_string_equal(studio->scan.errors[OPERATION_FILTER_LOG_EVENTS].code, "internal");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(matching_asks_nothing_where_the_newest_event_counts_or_is_older_than_the_lookback),
      TEST(matching_asks_again_for_the_rest_alone_from_where_the_page_stopped),
      TEST(matching_searches_a_quiet_stream_back_to_the_lookback_without_a_gap),
      TEST(matching_searches_no_farther_than_the_apps_creation_or_start),
      TEST(matching_goes_on_where_an_app_is_started_again),
      TEST(matching_counts_a_start_for_four_hours_where_nothing_matched_since),
      TEST(matching_lets_a_start_count_where_the_log_has_not_gone_on),
      TEST(matching_asks_for_moved_streams_alone_each_from_its_own_last_look),
      TEST(matching_puts_a_hundred_streams_of_one_pattern_into_a_call),
      TEST(matching_searches_those_first_that_moved_last),
      TEST(matching_asks_once_for_a_stream_of_two_apps),
      TEST(matching_asks_for_a_stream_by_the_name_that_it_has),
      TEST(matching_finds_what_surfaces_an_hour_late),
      TEST(matching_goes_through_partial_and_empty_pages),
      TEST(matching_has_more_patience_with_empty_pages_from_scan_to_scan),
      TEST(matching_spends_at_most_500_pages_a_scan_and_goes_on_in_the_next),
      TEST(matching_finds_the_deleted_stream_that_spoils_a_call),
      TEST(matching_shortens_a_slice_that_a_scan_cannot_read),
      TEST(matching_of_streams_that_are_all_gone_ends_within_its_budget),
      TEST(matching_that_is_refused_for_good_falls_back),
      TEST(matching_falls_back_for_no_refusal_of_another_operation),
      TEST(matching_keeps_what_was_known_before_a_failure_of_others),
      TEST(matching_calls_a_page_malformed_that_it_cannot_read),
      TEST(matching_takes_no_event_from_beside_the_interval_that_it_asked_for),
      TEST(matching_without_memory_for_a_call_ends_once_and_knows_nothing),
  };
  return cmocka_run_group_tests_name("matching_calls", tests, NULL, NULL);
}
