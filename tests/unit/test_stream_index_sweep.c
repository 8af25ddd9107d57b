/* links: studio unit/studio_fixture unit/fake_aws */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/scan.h"
#include "studio/stream_index.h"

/* A log group by recency, as DescribeLogStreams shows it. Streams without events stand anywhere. */
#define STREAMS_MAX 4000
#define PAGE_SIZE ((size_t)50)

typedef struct {
  char name[48];
  int64_t last_event_ms; /* 0: no events */
} stream_t;

static struct {
  stream_t streams[STREAMS_MAX];
  size_t count;
  size_t moving_page; /* before it is asked for, the stream that stands on it first moves to the front; 0: none does */
  bool moving;        /* on every page, but each only once */
  int failing_page;   /* of all that are asked for; 0: none fails */
} group;

static json_object *describe(const stream_t *stream) {
  json_object *item = json_object_new_object();
  json_object_object_add(item, "logStreamName", json_object_new_string(stream->name));
  if (stream->last_event_ms != 0)
    json_object_object_add(item, "lastEventTimestamp", json_object_new_int64(stream->last_event_ms));
  return item;
}

static void move_to_front(size_t index) {
  stream_t moved = group.streams[index];
  memmove(&group.streams[1], &group.streams[0], index * sizeof(moved));
  moved.last_event_ms += 1000000;
  group.streams[0] = moved;
}

static bool has_moved(size_t index) { return group.streams[index].last_event_ms > 2500000; }

static json_object *page_by_recency(json_object *input) {
  json_object *token = NULL;
  size_t page = json_object_object_get_ex(input, "nextToken", &token) ? (size_t)json_object_get_int64(token) : 0;
  bool moves = page == group.moving_page || (group.moving && !has_moved(page * PAGE_SIZE));
  if (page > 0 && page * PAGE_SIZE < group.count && moves)
    move_to_front(page * PAGE_SIZE);
  json_object *output = json_object_new_object();
  json_object *streams = json_object_new_array();
  for (size_t i = page * PAGE_SIZE; i < group.count && i < (page + 1) * PAGE_SIZE; i++)
    json_object_array_add(streams, describe(&group.streams[i]));
  json_object_object_add(output, "logStreams", streams);
  if ((page + 1) * PAGE_SIZE < group.count) {
    char next[16];
    snprintf(next, sizeof(next), "%zu", page + 1);
    json_object_object_add(output, "nextToken", json_object_new_string(next));
  }
  return output;
}

static json_object *page_by_name(const char *prefix) {
  const stream_t *first = NULL;
  for (size_t i = 0; i < group.count; i++) {
    if (strncmp(group.streams[i].name, prefix, strlen(prefix)) == 0 &&
        (first == NULL || strcmp(group.streams[i].name, first->name) < 0))
      first = &group.streams[i];
  }
  json_object *output = json_object_new_object();
  json_object *streams = json_object_new_array();
  if (first != NULL)
    json_object_array_add(streams, describe(first));
  json_object_object_add(output, "logStreams", streams);
  return output;
}

static bool serve(const char *operation, json_object *input, json_object **output, aws_error_t *error) {
  assert_string_equal(operation, "DescribeLogStreams");
  if (fake_aws_asked(operation) == group.failing_page) {
    aws_error_set(error, "ThrottlingException", operation, 400, "Rate exceeded");
    return false;
  }
  json_object *prefix = NULL;
  if (json_object_object_get_ex(input, "logStreamNamePrefix", &prefix))
    *output = page_by_name(json_object_get_string(prefix));
  else
    *output = page_by_recency(input);
  return true;
}

/* The same numbers in every run: a failure can be looked at again. */
static uint64_t chance;

static size_t below(size_t limit) {
  chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (size_t)(chance >> 33) % limit;
}

static void add_stream(const char *name, int64_t last_event_ms) {
  stream_t *stream = &group.streams[group.count++];
  snprintf(stream->name, sizeof(stream->name), "%s", name);
  stream->last_event_ms = last_event_ms;
}

/* apps apps, the streams of which (but for one in eight) stand among the first `depth` of `streams` streams. */
static void make_group(size_t apps, size_t streams, size_t depth) {
  char name[48];
  group.count = 0;
  group.moving_page = 0;
  group.moving = false;
  group.failing_page = 0;
  for (size_t i = 0; i < streams; i++) {
    snprintf(name, sizeof(name), "d-1/u/KernelGateway/old-%04zu", i);
    add_stream(name, below(10) == 0 ? 0 : (int64_t)(2000000 - i));
  }
  for (size_t i = 0; i < apps; i++) {
    snprintf(name, sizeof(name), "app-%04zu", i);
    const studio_app_t *app = studio_add("u", name);
    size_t place = below(depth);
    bool is_free = strstr(group.streams[place].name, "old") != NULL;
    if (is_free && below(8) > 0)
      snprintf(group.streams[place].name, sizeof(group.streams[place].name), "%s", app->stream);
  }
}

/* An app whose stream stands there. */
static void add_at(size_t place, const char *name) {
  snprintf(group.streams[place].name, sizeof(group.streams[place].name), "%s", studio_add("u", name)->stream);
}

static const stream_t *find_stream(const char *name) {
  for (size_t i = 0; i < group.count; i++) {
    if (strcmp(group.streams[i].name, name) == 0)
      return &group.streams[i];
  }
  return NULL;
}

/* The fewest calls of all who know beforehand what each page will show: k pages, then the rest by name. */
static size_t best_with_foresight(void) {
  size_t unknown = studio->apps_count;
  size_t best = unknown;
  for (size_t page = 0; page * PAGE_SIZE < group.count || page == 0; page++) {
    for (size_t i = page * PAGE_SIZE; i < group.count && i < (page + 1) * PAGE_SIZE; i++)
      unknown -= app_find_by_stream(studio, group.streams[i].name) != NULL ? 1 : 0;
    if (page + 1 + unknown < best)
      best = page + 1 + unknown;
  }
  return best;
}

static void on_done(void *user_data, const stream_index_result_t *result) {
  scan_note_streams(&studio->scan, result);
  (*(int *)user_data)++;
}

static void assert_all_right(void) {
  for (size_t i = 0; i < studio->apps_count; i++) {
    const studio_app_t *app = studio->apps[i];
    const stream_t *stream = find_stream(app->stream);
    assert_int_equal(app->log.looked_at_in_scan, studio->scan.number);
    assert_int_equal(app->log.state, stream == NULL               ? STREAM_NONE
                                     : stream->last_event_ms == 0 ? STREAM_WITHOUT_EVENTS
                                                                  : STREAM_WITH_EVENTS);
    assert_int_equal(app->log.newest_event_ms, stream != NULL ? stream->last_event_ms : 0);
  }
}

/* The page that was there when all recent streams were told to have been shown; 0: that was not told. */
static int recent_page;

static void on_recent(void *user_data) {
  (void)user_data;
  assert_int_equal(recent_page, 0);
  recent_page = fake_aws_asked("DescribeLogStreams");
}

/* Pages that sweeps of the same scan have shown before. */
static size_t swept_before;

static int look(void) {
  stream_index_t activity;
  int finished = 0;
  recent_page = 0;
  fake_aws_serve(serve);
  stream_index_init(&activity, studio);
  activity.swept_pages = swept_before;
  stream_index_start(&activity, on_recent, on_done, &finished);
  fake_aws_run();
  assert_int_equal(finished, 1);
  return fake_aws_asked("DescribeLogStreams");
}

static void sweep_costs_at_most_twice_the_best_choice_with_foresight(void **state) {
  static const size_t apps[] = {1, 2, 3, 5, 8, 20, 60, 150};
  for (size_t round = 0; round < 400; round++) {
    studio_end(state);
    studio_begin(state);
    chance = round;
    size_t streams = 1 + below(STREAMS_MAX);
    make_group(apps[round % 8], streams, 1 + below(streams));
    size_t best = best_with_foresight();
    int calls = look();
    assert_all_right();
    /* One page in vain at the top, after fifty. */
    if ((size_t)calls > 2 * best + best / 50)
      fail_msg("round %zu: %d calls, %zu would have done", round, calls, best);
  }
}

/* The apps' streams stand side by side: it is dear to have stopped just before them, and to have gone on for nothing.
 */
static void sweep_costs_no_more_where_all_apps_are_on_one_page(void **state) {
  static const size_t apps[] = {1, 2, 5, 10, 20, 30, 45};
  for (size_t round = 0; round < 168; round++) {
    studio_end(state);
    studio_begin(state);
    make_group(0, 1200, 1200);
    for (size_t i = 0; i < apps[round % 7]; i++) {
      char name[32];
      snprintf(name, sizeof(name), "app-%04zu", i);
      add_at(round / 7 * PAGE_SIZE + i, name);
    }
    size_t best = best_with_foresight();
    int calls = look();
    assert_all_right();
    if ((size_t)calls > 2 * best)
      fail_msg("%zu apps on page %zu: %d calls, %zu would have done", apps[round % 7], round / 7 + 1, calls, best);
  }
}

static void sweep_of_one_app_is_one_page_and_one_name(void **state) {
  (void)state;
  make_group(1, 500, 500);
  group.streams[0] = group.streams[499];
  for (size_t i = 0; i < group.count; i++)
    snprintf(group.streams[i].name, sizeof(group.streams[i].name), "other-%04zu", i);
  assert_int_equal(look(), 2);
}

static void sweep_of_many_recent_apps_asks_for_none_by_name(void **state) {
  (void)state;
  chance = 1;
  make_group(0, 1000, 1000);
  for (size_t i = 0; i < 150; i++) {
    char name[32];
    snprintf(name, sizeof(name), "app-%04zu", i);
    add_at(i, name);
  }
  assert_int_equal(look(), 3);
  assert_all_right();
}

static void sweep_goes_past_streams_without_events(void **state) {
  (void)state;
  chance = 2;
  make_group(100, 200, 200);
  for (size_t i = 0; i < 50; i++)
    group.streams[i].last_event_ms = 0;
  look();
  assert_all_right();
}

/* The stream that is on the next page when its page is not yet asked for is never shown by the sweep. */
static void sweep_asks_by_name_for_a_stream_that_has_moved_past_it(void **state) {
  for (size_t page = 1; page < 4; page++) {
    studio_end(state);
    studio_begin(state);
    chance = page;
    make_group(0, 300, 300);
    for (size_t i = 0; i < 100; i++) {
      char name[32];
      snprintf(name, sizeof(name), "app-%04zu", i);
      add_at(i * 3, name);
      group.streams[i * 3].last_event_ms = (int64_t)(1000 - i);
    }
    add_at(page * PAGE_SIZE, "moving");
    group.moving_page = page;
    look();
    assert_all_right();
  }
}

static void add_row(size_t first, size_t count, size_t apart, const char *prefix) {
  for (size_t i = 0; i < count; i++) {
    char name[32];
    snprintf(name, sizeof(name), "%s-%04zu", prefix, i);
    add_at(first + i * apart, name);
  }
}

/* Nobody's streams, each with events that are older than those of the one before it. */
static void make_events(size_t streams) {
  make_group(0, streams, streams);
  for (size_t i = 0; i < group.count; i++)
    group.streams[i].last_event_ms = (int64_t)(2000000 - i);
  fake_aws_set_now_ms(2500000);
}

/* Sixty pages on each of which somebody is at work, and a crowd on the last. */
static void make_long_group(void) {
  make_events(61 * PAGE_SIZE);
  add_row(PAGE_SIZE, 60, PAGE_SIZE, "busy");
  add_row(60 * PAGE_SIZE + 1, 45, 1, "crowd");
}

/* Apps without a stream: whoever stood there before is nobody's. */
static void add_unlogged(size_t first, size_t count) {
  add_row(first, count, 1, "unlogged");
  for (size_t i = first; i < first + count; i++)
    snprintf(group.streams[i].name, sizeof(group.streams[i].name), "other-%04zu", i);
}

/* A page each has what went by until page 50 and after it, and what did not move is below. */
static void sweep_that_was_long_looks_at_the_top_for_what_has_passed_it(void **state) {
  (void)state;
  make_long_group();
  add_unlogged(120, 30);
  group.moving = true;
  assert_in_range(look(), 61 + 2 + 30, 61 + 2 + 30 + 3);
  assert_all_right();
}

/* All but the twenty who are farther down have passed the sweep when page 50 is there: it does not go on for them. */
static void sweep_that_shows_nobody_looks_at_the_top_and_ends(void **state) {
  (void)state;
  make_events(STREAMS_MAX);
  add_row(PAGE_SIZE, 49, PAGE_SIZE, "busy");
  add_row(51 * PAGE_SIZE, 20, 1, "deep");
  group.moving = true;
  assert_in_range(look(), 50 + 1 + 20, 50 + 1 + 20 + 1);
  assert_all_right();
}

/* Fifteen pages below where it is put aside it shows a hundred of 150 apps; before fifty calls by name one page more.
 */
static void sweep_goes_on_after_a_look_at_the_top(void **state) {
  (void)state;
  make_events(STREAMS_MAX);
  add_row(65 * PAGE_SIZE, 150, 1, "deep");
  assert_int_equal(look(), 50 + 1 + 17 + 1 + 50);
  assert_all_right();
}

static void sweep_goes_on_after_a_look_at_the_top_that_failed(void **state) {
  (void)state;
  make_events(STREAMS_MAX);
  add_row(65 * PAGE_SIZE, 150, 1, "deep");
  group.failing_page = 51;
  assert_int_equal(look(), 50 + 1 + 17 + 1 + 50);
  assert_all_right();
}

/* What was seen counts. */
static void sweep_that_cannot_go_on_leaves_the_rest_unknown(void **state) {
  (void)state;
  make_group(0, STREAMS_MAX, STREAMS_MAX);
  add_row(0, 10, 1, "recent");
  add_row(65 * PAGE_SIZE, 150, 1, "deep");
  group.failing_page = 53;
  assert_int_equal(look(), 53);
  for (size_t i = 0; i < studio->apps_count; i++)
    assert_int_equal(studio->apps[i]->log.looked_at_in_scan, i < 10 ? studio->scan.number : 0);
}

/* Above where the sweep began are the streams of two hours, as far as the index may trail: they are not gone through
 * for one page that has shown fifty apps. */
static void sweep_does_not_pay_with_what_the_top_has_saved(void **state) {
  (void)state;
  make_long_group();
  add_unlogged(120, 30);
  studio->settings.log_lag_ms = 2000000;
  group.moving = true;
  assert_in_range(look(), 61 + 2 + 2 + 30, 61 + 6 + 30);
  assert_all_right();
}

/* At the sweep's end four pages of others stand above what it has begun with. */
static void sweep_looks_at_the_top_only_as_long_as_pages_bring_somebody(void **state) {
  (void)state;
  make_long_group();
  add_unlogged(120, 30);
  for (size_t i = 0; i < 4 * PAGE_SIZE; i++)
    group.streams[i].last_event_ms += 1000000;
  assert_int_equal(look(), 61 + 1 + 30);
  assert_all_right();
}

/* It was to save calls: without it they are made. */
static void sweep_that_cannot_look_at_the_top_asks_by_name(void **state) {
  (void)state;
  make_long_group();
  add_unlogged(120, 30);
  group.failing_page = 62;
  assert_int_equal(look(), 61 + 1 + 30);
  assert_all_right();
}

static void sweep_that_was_short_does_not_look_at_the_top(void **state) {
  (void)state;
  make_group(0, 49 * PAGE_SIZE, 49 * PAGE_SIZE);
  add_row(48 * PAGE_SIZE, 49, 1, "crowd");
  add_unlogged(1, 10);
  assert_int_equal(look(), 49 + 10);
}

/* The 76th stream is the first that is too old to be searched: it stands on the second page. */
static void sweep_tells_once_that_recent_streams_have_been_shown(void **state) {
  (void)state;
  make_events(1000);
  add_row(0, 150, 1, "app");
  fake_aws_set_now_ms(2000000 - 75 + studio->settings.lookback_ms + 1);
  look();
  assert_int_equal(recent_page, 2);
}

/* With nothing to come there is nothing to be done meanwhile; after a complete sweep there is more than the recent. */
static void sweep_does_not_tell_of_recent_streams_at_its_end_or_later(void **state) {
  for (size_t swept = 0; swept <= 1; swept++) {
    studio_end(state);
    studio_begin(state);
    make_group(0, 1000, 1000);
    add_row(0, 100 + 50 * swept, 1, "app");
    fake_aws_set_now_ms(2000000 - 75 + studio->settings.lookback_ms);
    swept_before = swept;
    look();
    swept_before = 0;
    assert_int_equal(recent_page, 0);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, studio_begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(sweep_costs_at_most_twice_the_best_choice_with_foresight),
      TEST(sweep_costs_no_more_where_all_apps_are_on_one_page),
      TEST(sweep_of_one_app_is_one_page_and_one_name),
      TEST(sweep_of_many_recent_apps_asks_for_none_by_name),
      TEST(sweep_goes_past_streams_without_events),
      TEST(sweep_asks_by_name_for_a_stream_that_has_moved_past_it),
      TEST(sweep_that_was_long_looks_at_the_top_for_what_has_passed_it),
      TEST(sweep_that_shows_nobody_looks_at_the_top_and_ends),
      TEST(sweep_goes_on_after_a_look_at_the_top),
      TEST(sweep_goes_on_after_a_look_at_the_top_that_failed),
      TEST(sweep_that_cannot_go_on_leaves_the_rest_unknown),
      TEST(sweep_does_not_pay_with_what_the_top_has_saved),
      TEST(sweep_looks_at_the_top_only_as_long_as_pages_bring_somebody),
      TEST(sweep_that_cannot_look_at_the_top_asks_by_name),
      TEST(sweep_that_was_short_does_not_look_at_the_top),
      TEST(sweep_tells_once_that_recent_streams_have_been_shown),
      TEST(sweep_does_not_tell_of_recent_streams_at_its_end_or_later),
  };
  return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
