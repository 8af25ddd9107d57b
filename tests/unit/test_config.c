/* links: config studio/identifier aws/endpoint aws/profile aws/profile_load aws/ini aws/shell_words aws/buffer */
/* links: aws/error aws/utf8 unit/fake_collectd unit/fake_options -lcrypto -lm -lpthread */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_collectd.h"

#include "config.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One option line: values as fake_option takes them. */
typedef struct {
  const char *key, *values;
  const char *text[3];
  double number;
  int boolean;
} line_t;

static void add_line(oconfig_item_t *block, const line_t *line) {
  if (line->values[0] == 'n')
    fake_option(block, line->key, line->values, line->number, line->number);
  else if (line->values[0] == 'b')
    fake_option(block, line->key, line->values, line->boolean, line->boolean);
  else if (strcmp(line->values, "sn") == 0)
    fake_option(block, line->key, line->values, line->text[0], line->number);
  else
    fake_option(block, line->key, line->values, line->text[0], line->text[1], line->text[2]);
}

/* <Plugin sagemaker> with these lines, in <Account "a"> or outside; NULL: refused. */
static config_t *configure(const line_t *lines, size_t count, bool in_account) {
  config_t *config = config_new();
  assert_non_null(config);
  oconfig_item_t *plugin = fake_block("Plugin", "sagemaker");
  oconfig_item_t *block = in_account ? fake_child(plugin, "Account", "a") : plugin;
  for (size_t i = 0; i < count; i++)
    add_line(block, &lines[i]);
  int status = config_add(config, plugin);
  fake_block_free(plugin);
  if (status == 0)
    return config;
  config_free(config);
  return NULL;
}

static config_t *accepted(const line_t *lines, size_t count, bool in_account) {
  config_t *config = configure(lines, count, in_account);
  if (config == NULL)
    fail_msg("%s", fake_line(0));
  assert_int_equal(fake_lines(), 0);
  return config;
}

static void config_without_options_is_one_account_with_the_defaults(void **state) {
  (void)state;
  config_t *config = accepted(NULL, 0, false);
  assert_int_equal(config_complete(config), 0);
  assert_int_equal(config->interval, TIME_T_TO_CDTIME_T(300));
  assert_int_equal(config->accounts_count, 1);
  const config_account_t *account = &config->accounts[0];
  assert_string_equal(account->name, "default");
  assert_string_equal(account->log_group, "/aws/sagemaker/studio");
  assert_int_equal(account->timeout, TIME_T_TO_CDTIME_T(10));
  assert_true(account->report_by_app);
  assert_true(account->report_by_user);
  assert_false(account->label_by_name);
  assert_null(account->host);
  assert_null(account->profile);
  assert_int_equal(account->regions.count, 0);
  assert_int_equal(config_complete(config), 0);
  assert_int_equal(config->accounts_count, 1);
  config_free(config);
}

static void config_takes_every_option(void **state) {
  (void)state;
  static const line_t lines[] = {
      {"Region", "ss", {"us-east-1", "ap-northeast-1"}, 0, 0},
      {"region", "s", {"eu-west-1"}, 0, 0},
      {"Profile", "s", {"old"}, 0, 0},
      {"PROFILE", "s", {"studio"}, 0, 0},
      {"ConfigFile", "s", {"/config"}, 0, 0},
      {"CredentialsFile", "s", {"/credentials"}, 0, 0},
      {"CACert", "s", {"/ca.pem"}, 0, 0},
      {"Endpoint", "ss", {"sagemaker", "http://127.0.0.1:1"}, 0, 0},
      {"Endpoint", "ss", {"logs", "https://logs.test/path"}, 0, 0},
      {"Endpoint", "ss", {"sts", "https://old.test"}, 0, 0},
      {"Endpoint", "ss", {"sts", "https://sts.test"}, 0, 0},
      {"Timeout", "n", {NULL}, 0.5, 0},
      {"Domain", "sss", {"d-abcdefghijkl", "d-2", "d-3"}, 0, 0},
      {"AppType", "ss", {"JupyterLab", "SomethingNew2"}, 0, 0},
      {"LogGroup", "s", {"/my/group-1_a.b#c"}, 0, 0},
      {"Host", "s", {"aws-prod"}, 0, 0},
      {"DomainLabel", "s", {"name"}, 0, 0},
      {"ReportByApp", "b", {NULL}, 0, 0},
      {"ReportByUser", "b", {NULL}, 0, 0},
  };
  config_t *config = accepted(lines, COUNT(lines), true);
  assert_int_equal(config->accounts_count, 1);
  const config_account_t *account = &config->accounts[0];
  assert_string_equal(account->name, "a");
  assert_int_equal(account->regions.count, 3);
  assert_string_equal(account->regions.items[2], "eu-west-1");
  assert_string_equal(account->profile, "studio");
  assert_string_equal(account->config_file, "/config");
  assert_string_equal(account->credentials_file, "/credentials");
  assert_string_equal(account->ca_cert, "/ca.pem");
  assert_string_equal(account->endpoints[ENDPOINT_SAGEMAKER], "http://127.0.0.1:1");
  assert_string_equal(account->endpoints[ENDPOINT_LOGS], "https://logs.test/path");
  assert_string_equal(account->endpoints[ENDPOINT_STS], "https://sts.test");
  assert_int_equal(account->timeout, DOUBLE_TO_CDTIME_T(0.5));
  assert_int_equal(account->domains.count, 3);
  assert_string_equal(account->app_types.items[1], "SomethingNew2");
  assert_string_equal(account->log_group, "/my/group-1_a.b#c");
  assert_string_equal(account->host, "aws-prod");
  assert_true(account->label_by_name);
  assert_false(account->report_by_app);
  assert_false(account->report_by_user);
  config_free(config);
}

static void config_takes_seconds_with_fractions(void **state) {
  (void)state;
  static const double seconds[] = {0.001, 0.25, 1, 300, 86400};
  for (size_t i = 0; i < COUNT(seconds); i++) {
    line_t line = {"Interval", "n", {NULL}, seconds[i], 0};
    config_t *config = accepted(&line, 1, false);
    assert_int_equal(config->interval, DOUBLE_TO_CDTIME_T(seconds[i]));
    config_free(config);
  }
}

#define HOST_128                                                                                                       \
  "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123" \
  "4"                                                                                                                  \
  "5678901234567"

static const line_t refused_lines[] = {
    {"Region", "", {NULL}, 0, 0},
    {"Region", "s", {""}, 0, 0},
    {"Region", "s", {"us_east_1"}, 0, 0},
    {"Region", "ss", {"us-east-1", "a/b"}, 0, 0},
    {"Region", "n", {NULL}, 1, 0},
    {"Region", "b", {NULL}, 0, 1},
    {"Region", "ss", {"us-east-1", "us-east-1"}, 0, 0},
    {"Profile", "s", {""}, 0, 0},
    {"Profile", "ss", {"a", "b"}, 0, 0},
    {"Profile", "n", {NULL}, 1, 0},
    {"Profile", "s", {"a/b"}, 0, 0},
    {"Profile", "s", {"a@b"}, 0, 0},
    {"ConfigFile", "s", {""}, 0, 0},
    {"ConfigFile", "", {NULL}, 0, 0},
    {"CredentialsFile", "b", {NULL}, 0, 1},
    {"CACert", "n", {NULL}, 1, 0},
    {"Endpoint", "s", {"sagemaker"}, 0, 0},
    {"Endpoint", "s", {"https://host"}, 0, 0},
    {"Endpoint", "ss", {"s3", "https://host"}, 0, 0},
    {"Endpoint", "ss", {"sagemaker", "host"}, 0, 0},
    {"Endpoint", "ss", {"sagemaker", "https://user@host"}, 0, 0},
    {"Endpoint", "ss", {"sagemaker", "https://host/?a=b"}, 0, 0},
    {"Endpoint", "sn", {"sagemaker"}, 1, 0},
    {"Endpoint", "sss", {"sagemaker", "https://a", "https://b"}, 0, 0},
    {"Timeout", "n", {NULL}, 0, 0},
    {"Timeout", "n", {NULL}, -1, 0},
    {"Timeout", "n", {NULL}, 86401, 0},
    {"Timeout", "n", {NULL}, 1e300, 0},
    {"Timeout", "n", {NULL}, __builtin_nan(""), 0},
    {"Timeout", "s", {"10"}, 0, 0},
    {"Timeout", "nn", {NULL}, 10, 0},
    {"Domain", "s", {"abcdefghijkl"}, 0, 0},
    {"Domain", "s", {"d-"}, 0, 0},
    {"Domain", "s", {"d-ABC"}, 0, 0},
    {"Domain", "s", {"d-a_b"}, 0, 0},
    {"AppType", "s", {"Jupyter Lab"}, 0, 0},
    {"AppType", "s", {""}, 0, 0},
    {"LogGroup", "s", {"a b"}, 0, 0},
    {"LogGroup", "s", {""}, 0, 0},
    {"Host", "s", {""}, 0, 0},
    {"Host", "s", {"a\tb"}, 0, 0},
    {"Host", "s", {HOST_128}, 0, 0},
    {"DomainLabel", "s", {"arn"}, 0, 0},
    {"DomainLabel", "b", {NULL}, 0, 1},
    {"DomainLabel", "ss", {"id", "name"}, 0, 0},
    {"ReportByApp", "s", {"true"}, 0, 0},
    {"ReportByApp", "n", {NULL}, 1, 0},
    {"ReportByUser", "bb", {NULL}, 0, 1},
    {"ReportByUser", "", {NULL}, 0, 0},
};

/* "ERROR sagemaker plugin: option KEY "VALUE" is not valid: what is allowed." */
static void assert_refused(const line_t *line) {
  char shown[400];
  if (fake_lines() != 1)
    fail_msg("%s: %zu lines", line->key, fake_lines());
  const char *said = fake_line(0);
  snprintf(shown, sizeof(shown), "ERROR sagemaker plugin: option %s ", line->key);
  assert_memory_equal(said, shown, strlen(shown));
  if (line->values[0] == 's')
    snprintf(shown, sizeof(shown), " \"%s\"", line->text[0]);
  else if (line->values[0] == 'n')
    snprintf(shown, sizeof(shown), " %g", line->number);
  else
    snprintf(shown, sizeof(shown), " %s", line->values[0] == 'b' ? (line->boolean ? "true" : "false") : "without");
  if (strstr(said, shown) == NULL || strstr(said, " wanted") == NULL)
    fail_msg("%s", said);
  assert_null(strchr(said, '\n'));
}

static void config_refuses_nonsense_in_one_line_with_option_and_value(void **state) {
  for (size_t i = 0; i < COUNT(refused_lines); i++) {
    fake_collectd_begin(state);
    if (configure(&refused_lines[i], 1, true) != NULL)
      fail_msg("%s \"%s\" was taken", refused_lines[i].key, refused_lines[i].text[0]);
    assert_refused(&refused_lines[i]);
  }
}

static void config_refuses_a_bad_interval(void **state) {
  static const line_t lines[] = {{"Interval", "n", {NULL}, 0, 0},
                                 {"Interval", "n", {NULL}, -5, 0},
                                 {"Interval", "s", {"300"}, 0, 0},
                                 {"Interval", "b", {NULL}, 0, 1},
                                 {"Interval", "", {NULL}, 0, 0}};
  for (size_t i = 0; i < COUNT(lines); i++) {
    fake_collectd_begin(state);
    assert_null(configure(&lines[i], 1, false));
    assert_refused(&lines[i]);
  }
}

static void config_names_an_unknown_option_and_those_that_are_known(void **state) {
  static const struct {
    line_t line;
    bool in_account;
    const char *place, *known;
  } cases[] = {
      {{"Regions", "s", {"us-east-1"}, 0, 0}, true, "<Account \"a\">", "Region, Profile"},
      {{"Interval", "n", {NULL}, 300, 0}, true, "<Account \"a\">", "Timeout"},
      {{"Account", "s", {"b"}, 0, 0}, true, "<Account \"a\">", "Timeout"},
      {{"Region", "s", {"us-east-1"}, 0, 0}, false, "<Plugin sagemaker>", "Interval"},
      {{"Timeout", "n", {NULL}, 10, 0}, false, "<Plugin sagemaker>", "Interval"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    fake_collectd_begin(state);
    assert_null(configure(&cases[i].line, 1, cases[i].in_account));
    assert_int_equal(fake_lines(), 1);
    assert_non_null(strstr(fake_line(0), cases[i].line.key));
    assert_non_null(strstr(fake_line(0), cases[i].place));
    assert_non_null(strstr(fake_line(0), cases[i].known));
  }
}

static void config_refuses_an_option_that_is_a_block(void **state) {
  static const char *const keys[] = {"Region", "Profile", "Endpoint", "Timeout", "DomainLabel", "ReportByApp"};
  for (size_t i = 0; i < COUNT(keys); i++) {
    fake_collectd_begin(state);
    config_t *config = config_new();
    oconfig_item_t *plugin = fake_block("Plugin", "sagemaker");
    oconfig_item_t *block = fake_child(fake_child(plugin, "Account", "a"), keys[i], "name");
    fake_option(block, "Inner", "s", "x");
    assert_int_not_equal(config_add(config, plugin), 0);
    assert_int_equal(fake_lines(), 1);
    assert_non_null(strstr(fake_line(0), keys[i]));
    fake_block_free(plugin);
    config_free(config);
  }
}

static void config_collects_accounts_of_several_blocks(void **state) {
  (void)state;
  config_t *config = config_new();
  static const char *const names[] = {"prod", "test"};
  for (size_t i = 0; i < COUNT(names); i++) {
    oconfig_item_t *plugin = fake_block("Plugin", "sagemaker");
    fake_child(plugin, "Account", names[i]);
    assert_int_equal(config_add(config, plugin), 0);
    fake_block_free(plugin);
  }
  assert_int_equal(config_complete(config), 0);
  assert_int_equal(config->accounts_count, 2);
  assert_string_equal(config->accounts[1].name, "test");
  config_free(config);
}

static void config_refuses_accounts_that_cannot_be_told_apart(void **state) {
  static const char *const names[][2] = {{"prod", "prod"}, {"a_b", "a-b"}, {NULL, NULL}, {"", ""}};
  for (size_t i = 0; i < COUNT(names); i++) {
    fake_collectd_begin(state);
    config_t *config = config_new();
    oconfig_item_t *plugin = fake_block("Plugin", "sagemaker");
    fake_child(plugin, "Account", names[i][0]);
    fake_child(plugin, "Account", names[i][1]);
    assert_int_not_equal(config_add(config, plugin), 0);
    assert_int_equal(fake_lines(), 1);
    assert_non_null(strstr(fake_line(0), "option Account"));
    fake_block_free(plugin);
    config_free(config);
  }
}

static int begin(void **state) {
  static const char *const variables[] = {"AWS_ENDPOINT_URL", "AWS_REGION"};
  for (size_t i = 0; i < COUNT(variables); i++)
    unsetenv(variables[i]);
  return fake_collectd_begin(state);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(config_without_options_is_one_account_with_the_defaults),
      TEST(config_takes_every_option),
      TEST(config_takes_seconds_with_fractions),
      TEST(config_refuses_nonsense_in_one_line_with_option_and_value),
      TEST(config_refuses_a_bad_interval),
      TEST(config_names_an_unknown_option_and_those_that_are_known),
      TEST(config_refuses_an_option_that_is_a_block),
      TEST(config_collects_accounts_of_several_blocks),
      TEST(config_refuses_accounts_that_cannot_be_told_apart),
  };
  return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
