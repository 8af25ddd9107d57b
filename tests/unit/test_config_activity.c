/* links: rim unit/config_fixture unit/fake_collectd unit/fake_options unit/fake_aws */
#include <string.h>

#include "test.h"

#include "config_fixture.h"

static size_t lines_of(const line_t lines[3]) {
  size_t count = 0;
  while (count < 3 && lines[count].key != NULL)
    count++;
  return count;
}

#define IGNORED_JUPYTERLAB "-\"auto-stop-idle\" -\"Y patches in one minute\" "
#define IGNORED_CODE_EDITOR "-\"auto-stop-idle\" -\"The client has disconnected\" "
#define IGNORED_KERNEL_GATEWAY                                                                                         \
  "-\"GET /api\" -\"HEAD /\" -\"Culling\" -\"zmq message arrived\" -\"iopub messages resumed\""
#define MATCHED "?\"Saving file\" ?\"Saving the content from room\" "
#define MATCHED_CODE_EDITOR                                                                                            \
  "?\"ManagementConnection] New connection established\" ?\"ManagementConnection] The client has disconnected\" "      \
  "?\"collectd-sagemaker: \""

/* pattern is its beginning where it ends in a blank; NULL: none. */
static void config_takes_what_counts_as_activity(void **state) {
  static const struct {
    const char *app_type;
    line_t lines[3];
    signal_t signal;
    const char *pattern;
  } cases[] = {
      {"JupyterLab", {{NULL, NULL, {NULL}, 0, 0}}, SIGNAL_MATCH, MATCHED},
      {"CodeEditor", {{NULL, NULL, {NULL}, 0, 0}}, SIGNAL_MATCH, MATCHED_CODE_EDITOR},
      {"KernelGateway", {{NULL, NULL, {NULL}, 0, 0}}, SIGNAL_IGNORE, IGNORED_KERNEL_GATEWAY},
      {"KernelGateway", {{"Signal", "s", {"last-event"}, 0, 0}}, SIGNAL_LAST_EVENT, NULL},
      {"CodeEditor", {{"Signal", "s", {"ignore"}, 0, 0}}, SIGNAL_IGNORE, IGNORED_CODE_EDITOR},
      {"CodeEditor",
       {{"Match", "ss", {"+a", "+b c"}, 0, 0}, {"Match", "s", {"++"}, 0, 0}},
       SIGNAL_MATCH,
       MATCHED_CODE_EDITOR " ?\"a\" ?\"b c\" ?\"+\""},
      {"KernelGateway", {{"Ignore", "s", {"+a"}, 0, 0}}, SIGNAL_IGNORE, IGNORED_KERNEL_GATEWAY " -\"a\""},
      {"CodeEditor",
       {{"Ignore", "s", {"+a"}, 0, 0}, {"Signal", "s", {"ignore"}, 0, 0}},
       SIGNAL_IGNORE,
       IGNORED_CODE_EDITOR},
      {"JupyterLab", {{"Match", "s", {"a+"}, 0, 0}}, SIGNAL_MATCH, "?\"a+\""},
      {"JupyterLab", {{"Signal", "s", {"last-event"}, 0, 0}}, SIGNAL_LAST_EVENT, NULL},
      {"JupyterLab", {{"Signal", "s", {"ignore"}, 0, 0}}, SIGNAL_IGNORE, IGNORED_JUPYTERLAB},
      {"JupyterLab", {{"signal", "s", {"match"}, 0, 0}}, SIGNAL_MATCH, MATCHED},
      {"JupyterLab", {{"Match", "ss", {"a", "b c"}, 0, 0}}, SIGNAL_MATCH, "?\"a\" ?\"b c\""},
      {"JupyterLab", {{"Ignore", "s", {"a"}, 0, 0}, {"Ignore", "s", {"b"}, 0, 0}}, SIGNAL_IGNORE, "-\"a\" -\"b\""},
      {"CodeEditor", {{"Match", "s", {"Saved"}, 0, 0}}, SIGNAL_MATCH, "?\"Saved\""},
      {"KernelGateway",
       {{"Signal", "s", {"match"}, 0, 0}, {"Match", "s", {"execute_request"}, 0, 0}},
       SIGNAL_MATCH,
       "?\"execute_request\""},
      {"Unheard0f", {{"Ignore", "s", {"ping"}, 0, 0}}, SIGNAL_IGNORE, "-\"ping\""},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    fake_collectd_begin(state);
    config_t *config = configure_activity(cases[i].app_type, cases[i].lines, lines_of(cases[i].lines), 1);
    if (config == NULL) {
      fail_msg("%s", fake_line(0));
      return;
    }
    /* A type that is not documented may be a new one, or mistyped. */
    bool is_new = strcmp(cases[i].app_type, "Unheard0f") == 0;
    assert_int_equal(fake_lines(), is_new ? 1 : 0);
    if (is_new)
      assert_non_null(strstr(fake_line(0), "NOTICE sagemaker plugin: option Activity \"Unheard0f\": "));
    assert_int_equal(config->accounts[0].studio.rules_count, 1);
    const signal_rule_t *rule = &config->accounts[0].studio.rules[0];
    assert_string_equal(rule->app_type, cases[i].app_type);
    assert_int_equal(rule->signal, cases[i].signal);
    const char *pattern = cases[i].pattern;
    if (pattern == NULL)
      assert_null(rule->pattern);
    else if (pattern[strlen(pattern) - 1] == ' ')
      assert_memory_equal(rule->pattern, pattern, strlen(pattern));
    else
      assert_string_equal(rule->pattern, pattern);
    config_free(config);
  }
}

static void config_refuses_activity_that_aws_could_not_look_for(void **state) {
  static const struct {
    const char *app_type;
    line_t lines[3];
    int times;
    const char *words;
  } cases[] = {
      {"JupyterLab",
       {{"Match", "s", {"a"}, 0, 0}, {"Ignore", "s", {"b"}, 0, 0}},
       1,
       "option Activity \"JupyterLab\" is not valid: Match and Ignore exclude each other"},
      {"JupyterLab",
       {{"Match", "s", {"say \"hi\""}, 0, 0}},
       1,
       "option Match \"say \"hi\"\" is not valid: phrases of log events are wanted, without '\"'"},
      {"JupyterLab",
       {{"Match", "s", {""}, 0, 0}},
       1,
       "option Match \"\" is not valid: phrases of log events are wanted"},
      {"JupyterLab", {{"Ignore", "", {NULL}, 0, 0}}, 1, "option Ignore without a value is not valid: phrases"},
      {"JupyterLab", {{"Ignore", "n", {NULL}, 5, 0}}, 1, "option Ignore 5 is not valid: phrases"},
      {"JupyterLab",
       {{"Signal", "s", {"ignore"}, 0, 0}, {"Match", "s", {"a"}, 0, 0}},
       1,
       "option Activity \"JupyterLab\" is not valid: its phrases contradict its Signal"},
      {"CodeEditor",
       {{"Match", "s", {"a"}, 0, 0}, {"Signal", "s", {"last-event"}, 0, 0}},
       1,
       "option Activity \"CodeEditor\" is not valid: its phrases contradict its Signal"},
      {"CodeEditor",
       {{"Signal", "s", {"match"}, 0, 0}, {"Ignore", "s", {"a"}, 0, 0}},
       1,
       "option Activity \"CodeEditor\" is not valid: its phrases contradict its Signal"},
      {"KernelGateway",
       {{"Signal", "s", {"match"}, 0, 0}},
       1,
       "option Activity \"KernelGateway\" is not valid: this type has no default phrases for its Signal"},
      {"KernelGateway",
       {{"Match", "s", {"+a"}, 0, 0}},
       1,
       "option Activity \"KernelGateway\" is not valid: this type has no default phrases to add to: give its phrases "
       "without '+'"},
      {"JupyterLab",
       {{"Match", "s", {"+"}, 0, 0}},
       1,
       "option Match \"+\" is not valid: phrases of log events are wanted"},
      {"JupyterLab",
       {{"Match", "s", {"+a"}, 0, 0}, {"Match", "s", {"b"}, 0, 0}},
       1,
       "option Activity \"JupyterLab\" is not valid: of its phrases either all or none begin with '+'"},
      {"JupyterLab",
       {{"Ignore", "ss", {"a", "+b"}, 0, 0}},
       1,
       "option Activity \"JupyterLab\" is not valid: of its phrases either all or none begin with '+'"},
      {"JupyterLab",
       {{"Signal", "s", {"sometimes"}, 0, 0}},
       1,
       "option Signal \"sometimes\" is not valid: \"last-event\", \"match\" or \"ignore\" is wanted"},
      {"JupyterLab",
       {{"Signal", "ss", {"match", "ignore"}, 0, 0}},
       1,
       "option Signal \"match\" \"ignore\" is not valid"},
      {"JupyterLab",
       {{"Matches", "s", {"a"}, 0, 0}},
       1,
       "option Matches is not known in <Activity \"JupyterLab\">; allowed are Signal, Match and Ignore."},
      {"JupyterLab",
       {{"Match", "s", {"a"}, 0, 0}},
       2,
       "option Activity \"JupyterLab\" is not valid: there is another <Activity> block for this type"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    fake_collectd_begin(state);
    if (configure_activity(cases[i].app_type, cases[i].lines, lines_of(cases[i].lines), cases[i].times) != NULL)
      fail_msg("%zu was taken", i);
    assert_int_equal(fake_lines(), 1);
    if (strstr(fake_line(0), cases[i].words) == NULL)
      fail_msg("\"%s\" is not in: %s", cases[i].words, fake_line(0));
  }
}

static void config_takes_filter_patterns_of_1024_characters_and_no_longer(void **state) {
  char phrase[1024];
  for (size_t length = 1021; length <= 1022; length++) {
    fake_collectd_begin(state);
    memset(phrase, 'x', sizeof(phrase));
    phrase[length] = '\0';
    const line_t line = {"Match", "s", {phrase}, 0, 0};
    config_t *config = configure_activity("JupyterLab", &line, 1, 1);
    assert_int_equal(config != NULL, length == 1021);
    if (config != NULL)
      assert_int_equal(strlen(config->accounts[0].studio.rules[0].pattern), 1024);
    else
      assert_non_null(strstr(fake_line(0), "option Activity \"JupyterLab\" is not valid: its phrases are too long: AWS "
                                           "allows 1024 characters"));
    assert_int_equal(fake_lines(), config != NULL ? 0 : 1);
    config_free(config);
  }
}

static const signal_rule_t *rule_of(const config_account_t *account, const char *app_type) {
  const signal_rule_t *found = NULL;
  for (size_t i = 0; i < account->studio.rules_count; i++) {
    if (strcmp(account->studio.rules[i].app_type, app_type) == 0) {
      assert_null(found);
      found = &account->studio.rules[i];
    }
  }
  assert_non_null(found);
  return found;
}

/* Chatty apps are measured by the Match phrases that serve their type, whatever its own signal. */
static void config_completes_what_no_block_says_of_activity(void **state) {
  static const struct {
    line_t line;
    signal_t signal;
    const char *pattern;
    bool has_chatty_rule;
    const char *chatty;
  } cases[] = {
      {{"Match", "s", {"mine"}, 0, 0}, SIGNAL_MATCH, "?\"mine\"", false, "?\"mine\""},
      {{"Match", "s", {"+mine"}, 0, 0}, SIGNAL_MATCH, NULL, false, MATCHED},
      {{"Ignore", "s", {"mine"}, 0, 0}, SIGNAL_IGNORE, "-\"mine\"", true, MATCHED},
      {{"Signal", "s", {"last-event"}, 0, 0}, SIGNAL_LAST_EVENT, NULL, true, MATCHED},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    fake_collectd_begin(state);
    config_t *config = configure_activity("JupyterLab", &cases[i].line, 1, 1);
    assert_non_null(config);
    assert_int_equal(config_complete(config), 0);
    const config_account_t *account = &config->accounts[0];
    assert_int_equal(account->studio.rules_count, 3);
    assert_int_equal(rule_of(account, "JupyterLab")->signal, cases[i].signal);
    if (cases[i].pattern != NULL)
      assert_string_equal(rule_of(account, "JupyterLab")->pattern, cases[i].pattern);
    assert_int_equal(rule_of(account, "JupyterLab")->chatty_rule != NULL, cases[i].has_chatty_rule);
    if (cases[i].has_chatty_rule)
      assert_memory_equal(rule_of(account, "JupyterLab")->chatty_rule->pattern, MATCHED, strlen(MATCHED));
    assert_int_equal(rule_of(account, "CodeEditor")->signal, SIGNAL_MATCH);
    assert_string_equal(rule_of(account, "CodeEditor")->pattern, MATCHED_CODE_EDITOR);
    assert_null(rule_of(account, "CodeEditor")->chatty_rule);
    assert_string_equal(rule_of(account, "KernelGateway")->pattern, IGNORED_KERNEL_GATEWAY);
    assert_int_equal(rule_of(account, "KernelGateway")->chatty_rule->signal, SIGNAL_MATCH);
    assert_memory_equal(rule_of(account, "KernelGateway")->chatty_rule->pattern, cases[i].chatty,
                        strlen(cases[i].chatty));
    config_free(config);
  }
}

static void config_measures_a_chatty_code_editor_by_its_own_phrases(void **state) {
  (void)state;
  const line_t line = {"Signal", "s", {"ignore"}, 0, 0};
  config_t *config = configure_activity("CodeEditor", &line, 1, 1);
  assert_non_null(config);
  assert_int_equal(config_complete(config), 0);
  assert_string_equal(rule_of(&config->accounts[0], "CodeEditor")->chatty_rule->pattern, MATCHED_CODE_EDITOR);
  config_free(config);
}

/* What counts by phrases is searched in one call; phrases that find no room in it are searched apart. */
static void config_joins_what_counts_by_phrases(void **state) {
  (void)state;
  char mine[600];
  const line_t lines[] = {{"Match", "s", {"mine"}, 0, 0}, {"Match", "s", {mine}, 0, 0}};
  memset(mine, 'a', sizeof(mine) - 1);
  mine[sizeof(mine) - 1] = '\0';
  for (size_t i = 0; i < COUNT(lines); i++) {
    config_t *config = configure_activity("JupyterServer", &lines[i], 1, 1);
    assert_non_null(config);
    assert_int_equal(config_complete(config), 0);
    const config_account_t *account = &config->accounts[0];
    const char *joined = account->studio.joined_pattern;
    assert_true(strlen(joined) <= SIGNALS_PATTERN_MAX);
    assert_true(rule_of(account, "JupyterServer")->is_joined);
    assert_non_null(strstr(joined, rule_of(account, "JupyterServer")->pattern));
    assert_int_equal(rule_of(account, "JupyterLab")->is_joined, i == 0);
    assert_int_equal(strstr(joined, "?\"Saving file\"") != NULL, i == 0);
    assert_true(rule_of(account, "CodeEditor")->is_joined);
    assert_non_null(strstr(joined, "?\"ManagementConnection] New connection established\""));
    assert_false(rule_of(account, "KernelGateway")->is_joined);
    assert_null(strstr(joined, "iopub"));
    config_free(config);
  }
}

#define TEST(name) cmocka_unit_test_setup(name, config_fixture_begin)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(config_takes_what_counts_as_activity),
      TEST(config_refuses_activity_that_aws_could_not_look_for),
      TEST(config_takes_filter_patterns_of_1024_characters_and_no_longer),
      TEST(config_completes_what_no_block_says_of_activity),
      TEST(config_measures_a_chatty_code_editor_by_its_own_phrases),
      TEST(config_joins_what_counts_by_phrases),
  };
  return cmocka_run_group_tests_name("config_activity", tests, NULL, NULL);
}
