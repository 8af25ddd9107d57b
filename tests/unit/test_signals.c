/* links: studio unit/fake_aws */
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "studio/phrases.h"
#include "studio/signals.h"

static void signals_make_a_pattern_of_any_or_of_none(void **state) {
  (void)state;
  static const char *const phrases[] = {"Saving file", "Kernel started"};
  char *any = signals_pattern(SIGNAL_MATCH, phrases, COUNT(phrases));
  char *none = signals_pattern(SIGNAL_IGNORE, phrases, COUNT(phrases));
  assert_string_equal(any, "?\"Saving file\" ?\"Kernel started\"");
  assert_string_equal(none, "-\"Saving file\" -\"Kernel started\"");
  free(any);
  free(none);
}

static void signals_refuse_what_no_pattern_can_say(void **state) {
  (void)state;
  static const char *const quoted[] = {"say \"hello\""};
  static const char *const empty[] = {""};
  assert_null(signals_pattern(SIGNAL_MATCH, quoted, 1));
  assert_null(signals_pattern(SIGNAL_MATCH, empty, 1));
  assert_null(signals_pattern(SIGNAL_MATCH, empty, 0));
}

static void signals_keep_to_1024_characters(void **state) {
  (void)state;
  char phrase[SIGNALS_PATTERN_MAX];
  memset(phrase, 'x', sizeof(phrase));
  const char *const phrases[] = {phrase};
  phrase[SIGNALS_PATTERN_MAX - 3] = '\0';
  char *pattern = signals_pattern(SIGNAL_MATCH, phrases, 1);
  assert_non_null(pattern);
  assert_int_equal(strlen(pattern), SIGNALS_PATTERN_MAX);
  free(pattern);
  phrase[SIGNALS_PATTERN_MAX - 3] = 'x';
  phrase[SIGNALS_PATTERN_MAX - 2] = '\0';
  assert_null(signals_pattern(SIGNAL_MATCH, phrases, 1));
}

static void signals_have_defaults_by_app_type(void **state) {
  (void)state;
  assert_int_equal(signals_default("JupyterLab"), SIGNAL_MATCH);
  assert_int_equal(signals_default("CodeEditor"), SIGNAL_MATCH);
  assert_int_equal(signals_default("KernelGateway"), SIGNAL_IGNORE);
  assert_int_equal(signals_default("JupyterServer"), SIGNAL_LAST_EVENT);
  assert_int_equal(signals_default("SomethingNew"), SIGNAL_LAST_EVENT);
  assert_string_equal(signals_chatty_type("JupyterLab"), "JupyterLab");
  assert_string_equal(signals_chatty_type("CodeEditor"), "CodeEditor");
  assert_string_equal(signals_chatty_type("KernelGateway"), "JupyterLab");
  assert_null(signals_chatty_type("JupyterServer"));
  assert_null(signals_phrases("KernelGateway", SIGNAL_MATCH));
}

/* Each phrase once, as in both of the defaults is that of the beacon; a phrase may look like what stands between two.
 */
static void signals_join_the_phrases_of_all_that_match(void **state) {
  (void)state;
  static char words[][24] = {"?\"saved?\" ?\"beacon\"", "-\"x\"", "?\"beacon\" ?\"opened\"", "?\" ?\"", "?\"run\""};
  signal_rule_t chatty = {.signal = SIGNAL_MATCH, .pattern = words[4]};
  signal_rule_t rules[] = {{.signal = SIGNAL_MATCH, .pattern = words[0]},
                           {.signal = SIGNAL_IGNORE, .pattern = words[1], .chatty_rule = &chatty},
                           {.signal = SIGNAL_LAST_EVENT},
                           {.signal = SIGNAL_MATCH, .pattern = words[2]},
                           {.signal = SIGNAL_MATCH, .pattern = words[3]}};
  char *joined = signals_join(rules, COUNT(rules));
  assert_string_equal(joined, "?\"saved?\" ?\"beacon\" ?\"opened\" ?\" ?\" ?\"run\"");
  assert_true(rules[0].is_joined && rules[3].is_joined && rules[4].is_joined && chatty.is_joined);
  assert_false(rules[1].is_joined || rules[2].is_joined);
  free(joined);
  assert_null(signals_join(&rules[1], 0));
  assert_null(signals_join(&rules[2], 1));
}

static void signals_join_what_finds_room_and_leave_the_rest_apart(void **state) {
  (void)state;
  char words[3][SIGNALS_PATTERN_MAX + 1];
  signal_rule_t rules[3];
  for (size_t i = 0; i < COUNT(rules); i++) {
    /* 600 characters, and as many as fill the rest but for the blank between, and one more than that. */
    size_t length = i == 0 ? 600 : SIGNALS_PATTERN_MAX - 601 + (i == 1 ? 1 : 0);
    memset(words[i], 'a' + (int)i, length);
    memcpy(words[i], "?\"", 2);
    memcpy(&words[i][length - 1], "\"", 2);
    rules[i] = (signal_rule_t){.signal = SIGNAL_MATCH, .pattern = words[i]};
  }
  char *joined = signals_join(rules, COUNT(rules));
  assert_int_equal(strlen(joined), SIGNALS_PATTERN_MAX);
  assert_true(rules[0].is_joined && !rules[1].is_joined && rules[2].is_joined);
  assert_true(phrases_match(joined, &words[2][1]));
  assert_false(phrases_match(joined, &words[1][1]));
  free(joined);
}

static void signals_find_a_phrase_in_a_text(void **state) {
  (void)state;
  static const char pattern[] = "?\"Saving file\" ?\"] opened\"";
  assert_true(phrases_match(pattern, "Saving file at /a"));
  assert_true(phrases_match(pattern, "[I 7] opened"));
  assert_false(phrases_match(pattern, "saving file"));
  assert_false(phrases_match(pattern, "Saving fil"));
  assert_false(phrases_match(pattern, "\" ?\""));
  assert_false(phrases_match(pattern, ""));
}

/* The manual says under Match and Ignore what each phrase means. */
static void signals_default_phrases_are_those_that_were_read_in_the_servers_sources(void **state) {
  (void)state;
  static const struct {
    const char *app_type;
    signal_t signal;
    const char *pattern;
  } cases[] = {
      {"JupyterLab", SIGNAL_MATCH,
       "?\"Saving file\" ?\"Saving the content from room\" ?\"jl-cell-executed\" ?\"Kernel started\" "
       "?\"Kernel restarted\" ?\"Kernel interrupted\" ?\"Creating new\" ?\"Uploading file to\" "
       "?\"Trusting notebook\" ?\"from checkpoint\" ?\"chat handler resolved\" ?\"prompt_and_reply\" "
       "?\"New terminal with automatic name\" ?\"Trying to establish websocket connection\" "
       "?\"status of post startup script\" ?\"Connecting to kernel\" ?\"Completed handshake with client\" "
       "?\"Request for Y document\" ?\"Connected yroom\" ?\"Starting buffering for\" ?\"Freeing room\" "
       "?\"collectd-sagemaker: \""},
      {"JupyterLab", SIGNAL_IGNORE,
       "-\"auto-stop-idle\" -\"Y patches in one minute\" -\"Connected Y users\" -\"404 GET\" -\"302 GET\" "
       "-\"Client connected. ID\" -\"Client disconnected. ID\" -\"WebSocket ping timeout\" "
       "-\"Starting buffering for\" -\"Restoring connection for\" -\"Discarding\" -\"Adapting from protocol\" "
       "-\"Replacing stale connection\" -\"zmq message arrived\" -\"Culling\" -\"Cleaning room\" "
       "-\"Deleting Y document\" -\"Out-of-band changes\" -\"Garbage collection\" -\"Freeing room\" "
       "-\"Freed YRoom\""},
      {"CodeEditor", SIGNAL_MATCH,
       "?\"ManagementConnection] New connection established\" "
       "?\"ManagementConnection] The client has disconnected\" ?\"collectd-sagemaker: \""},
      {"KernelGateway", SIGNAL_IGNORE,
       "-\"GET /api\" -\"HEAD /\" -\"Culling\" -\"zmq message arrived\" -\"iopub messages resumed\""},
      {"CodeEditor", SIGNAL_IGNORE,
       "-\"auto-stop-idle\" -\"The client has disconnected\" -\"The client has reconnected\" "
       "-\"reconnection grace time\" -\"reconnection short grace time\" -\"Another client has connected\" "
       "-\"No ptyHost heartbeat\" -\"Error checking terminal activity\" -\"File not found\" "
       "-\"Extension Host Process exited\" -\"Persistent process\" -\"Deleted uninstalled extension\""},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    const char *const *phrases = signals_phrases(cases[i].app_type, cases[i].signal);
    size_t count = 0;
    while (phrases[count] != NULL)
      count++;
    char *pattern = signals_pattern(cases[i].signal, phrases, count);
    assert_non_null(pattern);
    assert_string_equal(pattern, cases[i].pattern);
    /* An administrator's own phrases find room beside them. */
    assert_true(strlen(pattern) <= SIGNALS_PATTERN_MAX - 256);
    free(pattern);
  }
}

static void signals_have_the_names_of_the_option(void **state) {
  (void)state;
  assert_string_equal(signals_name(SIGNAL_LAST_EVENT), "last-event");
  assert_string_equal(signals_name(SIGNAL_MATCH), "match");
  assert_string_equal(signals_name(SIGNAL_IGNORE), "ignore");
  assert_string_equal(signals_name(SIGNAL_METRIC), "metric");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(signals_make_a_pattern_of_any_or_of_none),
      cmocka_unit_test(signals_refuse_what_no_pattern_can_say),
      cmocka_unit_test(signals_keep_to_1024_characters),
      cmocka_unit_test(signals_join_the_phrases_of_all_that_match),
      cmocka_unit_test(signals_join_what_finds_room_and_leave_the_rest_apart),
      cmocka_unit_test(signals_find_a_phrase_in_a_text),
      cmocka_unit_test(signals_have_defaults_by_app_type),
      cmocka_unit_test(signals_default_phrases_are_those_that_were_read_in_the_servers_sources),
      cmocka_unit_test(signals_have_the_names_of_the_option),
  };
  return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}
