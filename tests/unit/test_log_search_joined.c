/* links: studio unit/log_search_fixture unit/log_model unit/studio_fixture unit/fake_aws */
#include <stdio.h>

#include "test.h"

#include "log_model.h"
#include "log_search_fixture.h"

#define MINUTE MATCHING_MINUTE
#define HOUR MATCHING_HOUR
#define NOW MATCHING_NOW

/* JupyterLabs and CodeEditors are searched in one call, each by a phrase of its own; KernelGateways by Ignore. */
static char words[][16] = {"JupyterLab",          LOG_MODEL_MATCH, "CodeEditor",
                           LOG_MODEL_OTHER_MATCH, "KernelGateway", LOG_MODEL_IGNORE};
static const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1], NULL, true},
                                      {words[2], SIGNAL_MATCH, words[3], NULL, true},
                                      {words[4], SIGNAL_IGNORE, words[5], NULL, false}};

static int begin(void **state) {
  int status = matching_begin(state, rules, COUNT(rules));
  if (status == 0)
    studio->settings.joined_pattern = LOG_MODEL_JOINED;
  return status;
}

static void matching_asks_once_for_all_types_that_match(void **state) {
  (void)state;
  const studio_app_t *lab = matching_add("JupyterLab", "a");
  const studio_app_t *editor = matching_add("CodeEditor", "a");
  const studio_app_t *gateway = matching_add("KernelGateway", "a");
  log_model_add(lab->stream, NOW - 2 * MINUTE, LOG_MODEL_COUNTS);
  log_model_add(editor->stream, NOW - 3 * MINUTE, LOG_MODEL_OTHER);
  log_model_add(gateway->stream, NOW - 4 * MINUTE, LOG_MODEL_PLAIN);
  scan_at(NOW);
  assert_int_equal(log_model_calls(), 2);
  assert_int_equal(log_model_call(0)->streams + log_model_call(1)->streams, 3);
  assert_int_equal(lab->search.last_match_ms, NOW - 2 * MINUTE);
  assert_int_equal(editor->search.last_match_ms, NOW - 3 * MINUTE);
  assert_int_equal(gateway->search.last_match_ms, NOW - 4 * MINUTE);
}

/* The search goes on behind what counts for another type, to the next page and to the next slice. */
static void matching_counts_no_phrase_of_another_type(void **state) {
  (void)state;
  const studio_app_t *lab = matching_add("JupyterLab", "a");
  const studio_app_t *editor = matching_add("CodeEditor", "a");
  const studio_app_t *quiet = matching_add("CodeEditor", "quiet");
  for (int64_t ago = MINUTE; ago < 20 * HOUR; ago += HOUR) {
    log_model_add(lab->stream, NOW - ago, LOG_MODEL_OTHER);
    log_model_add(editor->stream, NOW - ago, LOG_MODEL_COUNTS);
    log_model_add(quiet->stream, NOW - ago, LOG_MODEL_COUNTS);
  }
  log_model_add(lab->stream, NOW - 90 * MINUTE, LOG_MODEL_COUNTS);
  log_model_add(editor->stream, NOW - 21 * HOUR, LOG_MODEL_OTHER | LOG_MODEL_COUNTS);
  log_model_set_page_size(1);
  scan_at(NOW);
  assert_int_equal(log_model_idle_since(lab), NOW - 90 * MINUTE);
  assert_int_equal(log_model_idle_since(editor), NOW - 21 * HOUR);
  assert_int_equal(log_model_idle_since(quiet), NOW - MATCHING_LOOKBACK);
  log_model_add(lab->stream, NOW + MINUTE, LOG_MODEL_OTHER);
  log_model_add(editor->stream, NOW + MINUTE, LOG_MODEL_OTHER);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_idle_since(lab), NOW - 90 * MINUTE);
  assert_int_equal(log_model_idle_since(editor), NOW + MINUTE);
}

/* Without a text that explains why AWS has found it, an event counts, as it does in a search of one type. */
static void matching_counts_what_no_phrase_explains(void **state) {
  (void)state;
  const studio_app_t *lab = matching_add("JupyterLab", "a");
  char page[160];
  log_model_add(lab->stream, NOW - MINUTE, 0);
  (void)snprintf(page, sizeof(page), "{\"events\":[{\"logStreamName\":\"%s\",\"timestamp\":%lld}]}", lab->stream,
                 (long long)(NOW - MINUTE));
  fake_aws_page("FilterLogEvents", NULL, page);
  scan_at(NOW);
  assert_int_equal(lab->search.last_match_ms, NOW - MINUTE);
}

/* More than a hundred streams: the whole group is searched, once for all types. */
static void matching_searches_the_group_for_all_types_at_once(void **state) {
  (void)state;
  const studio_app_t *last = NULL;
  for (int i = 0; i < 240; i++) {
    char name[16];
    snprintf(name, sizeof(name), "app-%d", i);
    last = matching_add(i % 2 == 0 ? "JupyterLab" : "CodeEditor", name);
    log_model_add(last->stream, NOW - HOUR, i % 2 == 0 ? LOG_MODEL_COUNTS : LOG_MODEL_OTHER);
    log_model_add(last->stream, NOW + MINUTE, i % 2 == 0 ? LOG_MODEL_OTHER : LOG_MODEL_COUNTS);
  }
  scan_at(NOW);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_calls(), 1);
  assert_int_equal(log_model_call(0)->streams, 0);
  assert_int_equal(last->search.last_match_ms, NOW - HOUR);
}

/* A phrase that is another type's chatter: to read past it costs more than a call of one's own. */
static void matching_searches_apart_where_foreign_phrases_fill_pages(void **state) {
  (void)state;
  const studio_app_t *lab = matching_add("JupyterLab", "a");
  const studio_app_t *editor = matching_add("CodeEditor", "a");
  for (int64_t i = 0; i < 4999; i++)
    log_model_add(editor->stream, NOW - HOUR - i * 1000, LOG_MODEL_COUNTS);
  log_model_add(lab->stream, NOW - MINUTE, LOG_MODEL_COUNTS);
  log_model_add(editor->stream, NOW - 7 * HOUR, LOG_MODEL_OTHER);
  scan_at(NOW);
  assert_int_equal(studio->foreign_hits, 4999);
  scan_at(NOW + MINUTE);
  assert_false(studio->searches_apart);
  for (int64_t i = 0; i < 5000; i++)
    log_model_add(editor->stream, NOW + MINUTE + i * 10, LOG_MODEL_COUNTS);
  log_model_add(lab->stream, NOW + 2 * MINUTE, LOG_MODEL_OTHER);
  scan_at(NOW + 5 * MINUTE);
  assert_int_equal(log_model_calls(), 1);
  log_model_add(lab->stream, NOW + 6 * MINUTE, LOG_MODEL_OTHER);
  log_model_add(editor->stream, NOW + 6 * MINUTE, LOG_MODEL_COUNTS);
  scan_at(NOW + 10 * MINUTE);
  assert_true(studio->searches_apart);
  assert_int_equal(log_model_calls(), 2);
  assert_int_equal(log_model_idle_since(lab), NOW - MINUTE);
  assert_int_equal(log_model_idle_since(editor), NOW - 7 * HOUR);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(matching_asks_once_for_all_types_that_match),
      TEST(matching_counts_no_phrase_of_another_type),
      TEST(matching_counts_what_no_phrase_explains),
      TEST(matching_searches_the_group_for_all_types_at_once),
      TEST(matching_searches_apart_where_foreign_phrases_fill_pages),
  };
  return cmocka_run_group_tests_name("matching_joined", tests, NULL, NULL);
}
