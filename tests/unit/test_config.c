/* links: rim unit/config_fixture unit/fake_collectd unit/fake_options unit/fake_aws */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "config_fixture.h"

#include "studio/operations.h"

static void config_without_options_is_one_account_with_the_defaults(void **state) {
  (void)state;
  config_t *config = accepted(NULL, 0, false);
  assert_int_equal(config_complete(config), 0);
  assert_int_equal(config->interval_ms, 300000);
  assert_int_equal(config->accounts_count, 1);
  const config_account_t *account = &config->accounts[0];
  assert_string_equal(account->name, "default");
  assert_string_equal(account->studio.log_group, "/aws/sagemaker/studio");
  assert_int_equal(account->aws.timeout_ms, 10000);
  assert_true(account->report_by_app);
  assert_true(account->report_by_user);
  assert_true(account->report_by_instance);
  assert_false(account->studio.watch_spaces);
  assert_int_equal(account->studio.lookback_ms, 172800000);
  assert_int_equal(account->studio.log_lag_ms, 7200000);
  assert_int_equal(account->studio.confirm_after_count, 1);
  assert_int_equal(account->studio.confirm_after_ms[0], 86400000);
  assert_string_equal(config->state_file, "sagemaker.state");
  assert_int_equal(account->studio.idle_after_ms, 3600000);
  assert_int_equal(account->studio.users.count + account->studio.ignored_users.count + account->studio.aliases_count,
                   0);
  assert_int_equal(account->aws.rates_count, 0);
  assert_int_equal(config->prices_count, 0);
  assert_null(account->aws.role_arn);
  assert_null(account->aws.external_id);
  assert_false(account->studio.label_by_name);
  assert_null(account->host);
  assert_null(account->aws.profile);
  assert_int_equal(account->regions.count, 0);
  assert_null(account->aws.region);
  assert_int_equal(config_complete(config), 0);
  assert_int_equal(config->accounts_count, 1);
  config_free(config);
}

/* Cross-account observability: requests and the state file have the ARN without what the console puts behind it. */
static void config_takes_the_arn_of_a_log_group(void **state) {
  (void)state;
  static const struct {
    const char *given, *taken;
  } cases[] = {
      {"arn:aws:logs:us-east-1:210987654321:log-group:/aws/sagemaker/studio",
       "arn:aws:logs:us-east-1:210987654321:log-group:/aws/sagemaker/studio"},
      {"arn:aws-us-gov:logs:us-gov-west-1:210987654321:log-group:a.b_c#d:*",
       "arn:aws-us-gov:logs:us-gov-west-1:210987654321:log-group:a.b_c#d"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    const line_t line = {"LogGroup", "s", {cases[i].given}, 0, 0};
    config_t *config = accepted(&line, 1, true);
    assert_string_equal(config->accounts[0].studio.log_group, cases[i].taken);
    config_free(config);
  }
}

/* It may be newer than the plugin, or mistyped. */
static void config_takes_a_type_of_app_that_aws_does_not_document_with_a_notice(void **state) {
  (void)state;
  static const line_t lines[] = {
      {"AppType", "s", {"SomethingNew2"}, 0, 0},
      {"AppType", "ss", {"JupyterLab", "Jupyter"}, 0, 0},
  };
  static const char *const types[] = {"SomethingNew2", "Jupyter"};
  config_t *config = configure(lines, COUNT(lines), true);
  assert_non_null(config);
  assert_int_equal(config->accounts[0].studio.app_types.count, 3);
  assert_int_equal(fake_lines(), COUNT(types));
  for (size_t i = 0; i < COUNT(types); i++) {
    char expected[320];
    snprintf(expected, sizeof(expected),
             "NOTICE sagemaker plugin: option AppType \"%s\": AWS documents no such type of app, so this may fit none; "
             "it documents Canvas, CodeEditor, DetailedProfiler, JupyterLab, JupyterServer, KernelGateway, "
             "RSessionGateway, RStudioServerPro and TensorBoard.",
             types[i]);
    assert_string_equal(fake_line(i), expected);
  }
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
      {"AppType", "ss", {"JupyterLab", "KernelGateway"}, 0, 0},
      {"LogGroup", "s", {"/my/group-1_a.b#c"}, 0, 0},
      {"Host", "s", {"aws-prod"}, 0, 0},
      {"DomainLabel", "s", {"name"}, 0, 0},
      {"ReportByApp", "b", {NULL}, 0, 0},
      {"ReportByUser", "b", {NULL}, 0, 0},
      {"ReportByInstance", "b", {NULL}, 0, 0},
      {"ReportBySpace", "b", {NULL}, 0, 1},
      {"RoleArn", "s", {"arn:aws-us-gov:iam::123456789012:role/path/studio.reader@x"}, 0, 0},
      {"ExternalId", "s", {"a_b+c=d,e.f@g:h/i-9"}, 0, 0},
      {"Lookback", "n", {NULL}, 86400.5, 0},
      {"LogLag", "n", {NULL}, 604800, 0},
      {"IdleAfter", "n", {NULL}, 1800, 0},
      {"RateLimit", "sn", {"ListApps"}, 0.01, 0},
      {"RateLimit", "sn", {"FilterLogEvents"}, 1000, 0},
      {"RateLimit", "sn", {"ListApps"}, 2.5, 0},
      {"UserAlias", "ss", {"user-x1", "jane"}, 0, 0},
      {"UserAlias", "ss", {"user-x2", "joe"}, 0, 0},
  };
  config_t *config = accepted(lines, COUNT(lines), true);
  assert_int_equal(config->accounts_count, 1);
  const config_account_t *account = &config->accounts[0];
  assert_string_equal(account->name, "a");
  assert_int_equal(account->regions.count, 3);
  assert_string_equal(account->regions.items[2], "eu-west-1");
  assert_string_equal(account->aws.profile, "studio");
  assert_string_equal(account->aws.config_file, "/config");
  assert_string_equal(account->aws.credentials_file, "/credentials");
  assert_string_equal(account->aws.ca_file, "/ca.pem");
  const aws_settings_t *aws = &account->aws;
  assert_int_equal(aws->endpoints_count, 3);
  assert_string_equal(endpoint_configured(aws->endpoints, 3, &service_sagemaker), "http://127.0.0.1:1");
  assert_string_equal(endpoint_configured(aws->endpoints, 3, &service_logs), "https://logs.test/path");
  assert_string_equal(endpoint_configured(aws->endpoints, 3, &aws_service_sts), "https://sts.test");
  assert_string_equal(aws->role_session_name, "collectd-sagemaker");
  assert_int_equal(account->aws.timeout_ms, 500);
  assert_int_equal(account->studio.domains.count, 3);
  assert_string_equal(account->studio.app_types.items[1], "KernelGateway");
  assert_string_equal(account->studio.log_group, "/my/group-1_a.b#c");
  assert_string_equal(account->host, "aws-prod");
  assert_true(account->studio.label_by_name);
  assert_false(account->report_by_app);
  assert_false(account->report_by_user);
  assert_false(account->report_by_instance);
  assert_true(account->studio.watch_spaces);
  assert_string_equal(account->aws.role_arn, "arn:aws-us-gov:iam::123456789012:role/path/studio.reader@x");
  assert_string_equal(account->aws.external_id, "a_b+c=d,e.f@g:h/i-9");
  assert_int_equal(account->studio.lookback_ms, 86400500);
  assert_int_equal(account->studio.log_lag_ms, 604800000);
  assert_int_equal(account->studio.idle_after_ms, 1800000);
  assert_int_equal(account->studio.aliases_count, 2);
  assert_string_equal(account->studio.aliases[1].user, "user-x2");
  assert_string_equal(account->studio.aliases[1].alias, "joe");
  assert_int_equal(config_complete(config), 0);
  assert_string_equal(account->aws.region, "us-east-1");
  config_free(config);
}

static void config_takes_the_last_rate_of_an_operation(void **state) {
  (void)state;
  static const line_t lines[] = {{"RateLimit", "sn", {"ListApps"}, 0.01, 0},
                                 {"RateLimit", "sn", {"FilterLogEvents"}, 1000, 0},
                                 {"RateLimit", "sn", {"ListApps"}, 2.5, 0}};
  config_t *config = accepted(lines, COUNT(lines), true);
  const config_account_t *account = &config->accounts[0];
  assert_int_equal(account->aws.rates_count, 2);
  assert_string_equal(account->aws.rates[0].operation, "ListApps");
  assert_true(account->aws.rates[0].rate == 2.5);
  assert_string_equal(account->aws.rates[1].operation, "FilterLogEvents");
  assert_true(account->aws.rates[1].rate == 1000.0);
  config_free(config);
}

/* Those of an <Account> block, one or several to a line; given, they take the place of the default. */
static void config_takes_several_times_in_a_line_and_several_lines(void **state) {
  static const int64_t expected_ms[] = {21600000, 86400500, 1, INT64_C(31536000000)};
  (void)state;
  config_t *config = config_new();
  oconfig_item_t *plugin = fake_block("Plugin", "sagemaker");
  oconfig_item_t *account = fake_child(plugin, "Account", "a");
  fake_option(account, "ConfirmAfter", "nn", 21600.0, 86400.5);
  fake_option(account, "confirmafter", "n", 0.001);
  fake_option(account, "ConfirmAfter", "n", 31536000.0);
  assert_int_equal(config_add(config, plugin), 0);
  assert_int_equal(config_complete(config), 0);
  assert_int_equal(config->accounts[0].studio.confirm_after_count, COUNT(expected_ms));
  assert_memory_equal(config->accounts[0].studio.confirm_after_ms, expected_ms, sizeof(expected_ms));
  fake_block_free(plugin);
  config_free(config);
}

/* An app in whose log nothing counts is idle since Lookback began. */
static void config_says_that_a_lookback_is_shorter_than_a_threshold(void **state) {
  static const struct {
    double lookback_s, confirm_after_s;
    const char *line;
  } cases[] = {
      {86400, 86400, NULL},
      {2678400, 31536000, NULL},
      {86399.5, 86400,
       "NOTICE sagemaker plugin: account \"a\": option Lookback 86399.5 is shorter than ConfirmAfter 86400: "},
      {3600, 31536000, "set Lookback to 2678400 or more."},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    fake_collectd_begin(state);
    config_t *config = config_new();
    oconfig_item_t *plugin = fake_block("Plugin", "sagemaker");
    oconfig_item_t *account = fake_child(plugin, "Account", "a");
    fake_option(account, "Lookback", "n", cases[i].lookback_s);
    fake_option(account, "ConfirmAfter", "nn", 60.0, cases[i].confirm_after_s);
    assert_int_equal(config_add(config, plugin), 0);
    assert_int_equal(config_complete(config), 0);
    assert_int_equal(fake_lines(), cases[i].line != NULL ? 1 : 0);
    if (cases[i].line != NULL)
      assert_non_null(strstr(fake_line(0), cases[i].line));
    fake_block_free(plugin);
    config_free(config);
  }
}

static void config_refuses_a_bad_time_among_good_ones(void **state) {
  static const double times[] = {0, -1, 31536001, __builtin_nan("")};
  for (size_t i = 0; i < COUNT(times); i++) {
    fake_collectd_begin(state);
    config_t *config = config_new();
    oconfig_item_t *plugin = fake_block("Plugin", "sagemaker");
    fake_option(fake_child(plugin, "Account", "a"), "ConfirmAfter", "nn", 3600.0, times[i]);
    assert_int_not_equal(config_add(config, plugin), 0);
    assert_int_equal(fake_lines(), 1);
    assert_non_null(strstr(fake_line(0), "option ConfirmAfter 3600 "));
    assert_non_null(strstr(fake_line(0), "numbers of seconds are wanted, above 0 and at most 31536000"));
    fake_block_free(plugin);
    config_free(config);
  }
}

static void config_takes_the_path_of_the_state_file_or_none(void **state) {
  static const char *const paths[] = {"/var/lib/collectd/a b.state", "relative.state", ""};
  (void)state;
  for (size_t i = 0; i < COUNT(paths); i++) {
    const line_t lines[] = {{"StateFile", "s", {"old"}, 0, 0}, {"statefile", "s", {paths[i]}, 0, 0}};
    config_t *config = accepted(lines, COUNT(lines), false);
    assert_string_equal(config->state_file, paths[i]);
    config_free(config);
  }
}

static void config_refuses_a_bad_path_of_the_state_file(void **state) {
  static const struct {
    line_t line;
    const char *shown;
  } cases[] = {
      {{"StateFile", "s", {"a\nb"}, 0, 0}, " \"a?b\" "},      {{"StateFile", "n", {NULL}, 5, 0}, " 5 "},
      {{"StateFile", "b", {NULL}, 0, 0}, " false "},          {{"StateFile", "ss", {"a", "b"}, 0, 0}, " \"a\" \"b\" "},
      {{"StateFile", "", {NULL}, 0, 0}, " without a value "},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char expected[160];
    fake_collectd_begin(state);
    assert_null(configure(&cases[i].line, 1, false));
    assert_int_equal(fake_lines(), 1);
    snprintf(expected, sizeof(expected),
             "ERROR sagemaker plugin: option StateFile%sis not valid: the path of a file is wanted, or \"\".",
             cases[i].shown);
    assert_string_equal(fake_line(0), expected);
  }
}

static bool matches(const studio_patterns_t *patterns, size_t index, const char *text) {
  assert_in_range(index, 0, patterns->count - 1);
  return regexec(&patterns->items[index], text, 0, NULL, 0) == 0;
}

static void config_compiles_extended_regular_expressions_of_users(void **state) {
  (void)state;
  static const line_t lines[] = {{"User", "ss", {"^team-(a|b)-", "x+$"}, 0, 0},
                                 {"user", "s", {"third"}, 0, 0},
                                 {"IgnoreUser", "s", {"^service-[0-9]{2}$"}, 0, 0}};
  config_t *config = accepted(lines, COUNT(lines), true);
  const config_account_t *account = &config->accounts[0];
  assert_int_equal(account->studio.users.count, 3);
  assert_true(matches(&account->studio.users, 0, "team-b-jane"));
  assert_false(matches(&account->studio.users, 0, "team-c-jane"));
  assert_true(matches(&account->studio.users, 1, "maxx"));
  assert_true(matches(&account->studio.users, 2, "the third one"));
  assert_int_equal(account->studio.ignored_users.count, 1);
  assert_true(matches(&account->studio.ignored_users, 0, "service-01"));
  assert_false(matches(&account->studio.ignored_users, 0, "service-1"));
  config_free(config);
}

static void config_says_what_is_wrong_with_a_regular_expression(void **state) {
  static const line_t lines[] = {{"User", "ss", {"fine", "team-("}, 0, 0}, {"IgnoreUser", "s", {"[a"}, 0, 0}};
  static const char *const reasons[] = {"\"team-(\" is not valid: Unmatched ( ", "\"[a\" is not valid: Unmatched [, "};
  for (size_t i = 0; i < COUNT(lines); i++) {
    fake_collectd_begin(state);
    assert_null(configure(&lines[i], 1, true));
    assert_int_equal(fake_lines(), 1);
    if (strstr(fake_line(0), lines[i].key) == NULL || strstr(fake_line(0), reasons[i]) == NULL)
      fail_msg("%s", fake_line(0));
  }
}

/* Sixty signs would take more memory than there is. */
static void config_refuses_a_repetition_of_a_repetition(void **state) {
  static const line_t refused[] = {
      {"User", "s", {"b+++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++"}, 0, 0},
      {"User", "ss", {"fine", "x*?"}, 0, 0},
      {"IgnoreUser", "s", {"x{2}{3}"}, 0, 0},
      {"IgnoreUser", "s", {"[]*]**"}, 0, 0}};
  static const line_t taken[] = {{"User", "sss", {"a+b*c?", "[*+?]+", "x\\+*"}, 0, 0},
                                 {"User", "sss", {"(a+)+", "[^]+*]+", "[[:alpha:]+]{2,3}$"}, 0, 0}};
  for (size_t i = 0; i < COUNT(refused); i++) {
    fake_collectd_begin(state);
    assert_null(configure(&refused[i], 1, true));
    assert_int_equal(fake_lines(), 1);
    assert_non_null(strstr(fake_line(0), "right behind another"));
  }
  fake_collectd_begin(state);
  config_free(accepted(taken, COUNT(taken), true));
}

#define EXTERNAL_ID "an-external-id"

static void config_never_shows_an_external_id(void **state) {
  static const line_t role = {"RoleArn", "s", {"arn:aws:iam::123456789012:role/r"}, 0, 0};
  static const line_t lines[] = {{"ExternalId", "s", {EXTERNAL_ID " with blanks"}, 0, 0},
                                 {"ExternalId", "ss", {EXTERNAL_ID, EXTERNAL_ID}, 0, 0},
                                 {"ExternalId", "s", {"1"}, 0, 0},
                                 {"ExternalId", "s", {""}, 0, 0},
                                 {"ExternalId", "", {NULL}, 0, 0},
                                 {"ExternalId", "n", {NULL}, 123456, 0}};
  for (size_t i = 0; i < COUNT(lines); i++) {
    fake_collectd_begin(state);
    const line_t both[] = {role, lines[i]};
    assert_null(configure(both, COUNT(both), true));
    assert_int_equal(fake_lines(), 1);
    assert_string_equal(fake_line(0),
                        "ERROR sagemaker plugin: option ExternalId is not valid (its value is not shown): "
                        "2 to 1224 letters, digits and _+=,.@:/- are wanted, in quotes.");
  }
}

static void config_refuses_an_external_id_without_a_role(void **state) {
  (void)state;
  static const line_t line = {"ExternalId", "s", {EXTERNAL_ID}, 0, 0};
  assert_null(configure(&line, 1, true));
  assert_int_equal(fake_lines(), 1);
  assert_string_equal(fake_line(0),
                      "ERROR sagemaker plugin: option ExternalId in <Account \"a\"> needs option RoleArn: "
                      "it goes with the role that is assumed.");
}

static void config_takes_an_external_id_ahead_of_its_role(void **state) {
  (void)state;
  static const line_t lines[] = {{"ExternalId", "s", {EXTERNAL_ID}, 0, 0},
                                 {"RoleArn", "s", {"arn:aws:iam::123456789012:role/r"}, 0, 0}};
  config_free(accepted(lines, COUNT(lines), true));
}

static void config_takes_prices_of_all_accounts(void **state) {
  (void)state;
  static const line_t lines[] = {{"Price", "ssn", {"*", "ml.t3.medium"}, 0.05, 0},
                                 {"price", "ssn", {"eu-west-1", "ml.p4d.24xlarge"}, 100000, 0},
                                 {"Price", "ssn", {"us-east-1", "Canvas"}, 0, 0}};
  config_t *config = accepted(lines, COUNT(lines), false);
  assert_int_equal(config->accounts_count, 0);
  assert_int_equal(config->prices_count, 3);
  assert_string_equal(config->prices[0].region, "*");
  assert_string_equal(config->prices[0].instance_type, "ml.t3.medium");
  assert_true(config->prices[0].usd == 0.05);
  assert_string_equal(config->prices[1].region, "eu-west-1");
  assert_int_equal(config_complete(config), 0);
  assert_int_equal(config->accounts_count, 1);
  assert_string_equal(config->accounts[0].name, "default");
  assert_ptr_equal(config->accounts[0].studio.prices, config->prices);
  assert_int_equal(config->accounts[0].studio.prices_count, 3);
  config_free(config);
}

static void config_takes_seconds_with_fractions(void **state) {
  (void)state;
  static const struct {
    double seconds;
    int64_t taken_ms;
  } cases[] = {{0.001, 1}, {0.25, 250}, {0.2996, 300}, {4.35, 4350}, {300, 300000}, {86400, 86400000}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    line_t line = {"Interval", "n", {NULL}, cases[i].seconds, 0};
    config_t *config = accepted(&line, 1, false);
    assert_int_equal(config->interval_ms, cases[i].taken_ms);
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
    {"LogGroup", "s", {"arn:aws:logs:us-east-1:210987654321:log-group:"}, 0, 0},
    {"LogGroup", "s", {"arn:aws:logs:us-east-1:210987654321:log-group:a b"}, 0, 0},
    {"LogGroup", "s", {"arn:aws:logs:us-east-1:210987654321:log-group:a:log-stream:b"}, 0, 0},
    {"LogGroup", "s", {"arn:aws:logs:us-east-1:21098765432:log-group:a"}, 0, 0},
    {"LogGroup", "s", {"arn:aws:logs::210987654321:log-group:a"}, 0, 0},
    {"LogGroup", "s", {"arn:aws:s3:us-east-1:210987654321:log-group:a"}, 0, 0},
    {"LogGroup", "s", {"arn:aws:logs:us-east-1:210987654321:alarm:a"}, 0, 0},
    {"LogGroup", "s", {"arn:aws:logs:us-east-1:210987654321:log-group:a:*:*"}, 0, 0},
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
    {"ReportByInstance", "s", {"yes"}, 0, 0},
    {"ReportBySpace", "n", {NULL}, 1, 0},
    {"RoleArn", "s", {""}, 0, 0},
    {"RoleArn", "s", {"reader"}, 0, 0},
    {"RoleArn", "s", {"arn:aws:iam::12345678901:role/r"}, 0, 0},
    {"RoleArn", "s", {"arn:aws:iam::1234567890123:role/r"}, 0, 0},
    {"RoleArn", "s", {"arn:aws:iam::12345678901x:role/r"}, 0, 0},
    {"RoleArn", "s", {"arn:aws:iam::123456789012:user/r"}, 0, 0},
    {"RoleArn", "s", {"arn:aws:iam::123456789012:role/"}, 0, 0},
    {"RoleArn", "s", {"arn:aws:iam::123456789012:role/path/"}, 0, 0},
    {"RoleArn", "s", {"arn:aws:iam::123456789012:role/a b"}, 0, 0},
    {"RoleArn", "s", {"arn:aws:sts::123456789012:assumed-role/r/s"}, 0, 0},
    {"RoleArn", "s", {"arn:aws:x:iam::123456789012:role/r"}, 0, 0},
    {"RoleArn", "s", {"urn:aws:iam::123456789012:role/r"}, 0, 0},
    {"RoleArn", "n", {NULL}, 1, 0},
    {"User", "", {NULL}, 0, 0},
    {"User", "s", {""}, 0, 0},
    {"User", "s", {"a\nb"}, 0, 0},
    {"User", "n", {NULL}, 1, 0},
    {"IgnoreUser", "ss", {"fine", ""}, 0, 0},
    {"IgnoreUser", "b", {NULL}, 0, 1},
    {"UserAlias", "s", {"user-x1"}, 0, 0},
    {"UserAlias", "ss", {"user-x1", ""}, 0, 0},
    {"UserAlias", "ss", {"", "jane"}, 0, 0},
    {"UserAlias", "sss", {"user-x1", "jane", "joe"}, 0, 0},
    {"UserAlias", "sn", {"user-x1"}, 1, 0},
    {"Lookback", "n", {NULL}, 0, 0},
    {"Lookback", "n", {NULL}, -1, 0},
    {"Lookback", "n", {NULL}, 2678401, 0},
    {"Lookback", "s", {"86400"}, 0, 0},
    {"LogLag", "n", {NULL}, 0, 0},
    {"LogLag", "n", {NULL}, -1, 0},
    {"LogLag", "n", {NULL}, 604801, 0},
    {"LogLag", "s", {"7200"}, 0, 0},
    {"ConfirmAfter", "n", {NULL}, 0, 0},
    {"ConfirmAfter", "n", {NULL}, -1, 0},
    {"ConfirmAfter", "n", {NULL}, 31536001, 0},
    {"ConfirmAfter", "s", {"86400"}, 0, 0},
    {"ConfirmAfter", "", {NULL}, 0, 0},
    {"IdleAfter", "n", {NULL}, 0, 0},
    {"IdleAfter", "n", {NULL}, 31536001, 0},
    {"IdleAfter", "b", {NULL}, 0, 1},
    {"RateLimit", "sn", {"ListApps"}, 0, 0},
    {"RateLimit", "sn", {"ListApps"}, 0.009, 0},
    {"RateLimit", "sn", {"ListApps"}, 1000.5, 0},
    {"RateLimit", "sn", {"ListApps"}, __builtin_nan(""), 0},
    {"RateLimit", "sn", {"listapps"}, 1, 0},
    {"RateLimit", "sn", {"DescribeApp"}, 1, 0},
    {"RateLimit", "s", {"ListApps"}, 0, 0},
    {"RateLimit", "ss", {"ListApps", "5"}, 0, 0},
    {"RateLimit", "n", {NULL}, 5, 0},
    {"Activity", "", {NULL}, 0, 0},
    {"Activity", "s", {"Jupyter Lab"}, 0, 0},
    {"Activity", "ss", {"JupyterLab", "CodeEditor"}, 0, 0},
    {"Activity", "n", {NULL}, 1, 0},
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
    snprintf(shown, sizeof(shown), " %.15g", line->number);
  else
    snprintf(shown, sizeof(shown), " %s", line->values[0] == 'b' ? (line->boolean ? "true" : "false") : "without");
  for (char *at = shown; *at != '\0'; at++)
    *at = *at < ' ' ? '?' : *at;
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

/* The second line is refused; NULL: both are taken. */
static void config_refuses_aliases_under_which_two_people_would_be_one(void **state) {
  static const struct {
    line_t lines[2];
    const char *said;
  } cases[] = {
      {{{"UserAlias", "ss", {"u1", "a_b"}, 0, 0}, {"UserAlias", "ss", {"u2", "a/b"}, 0, 0}},
       "option UserAlias \"u2\" \"a/b\" is not valid: another user has this alias"},
      {{{"UserAlias", "ss", {"u1", "u2"}, 0, 0}, {"UserAlias", "ss", {"u2", "x"}, 0, 0}},
       "the alias of one user is the name of another"},
      {{{"UserAlias", "ss", {"u1", "x"}, 0, 0}, {"UserAlias", "ss", {"u2", "u1"}, 0, 0}},
       "the alias of one user is the name of another"},
      {{{"UserAlias", "ss", {"u1", "x"}, 0, 0}, {"UserAlias", "ss", {"u1", "x"}, 0, 0}}, NULL},
      {{{"UserAlias", "ss", {"u1", "佐藤 由紀"}, 0, 0}, {"UserAlias", "ss", {"u2", "鈴木 一郎"}, 0, 0}}, NULL},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    fake_collectd_begin(state);
    config_t *config = configure(cases[i].lines, 2, true);
    assert_int_equal(config == NULL, cases[i].said != NULL);
    if (cases[i].said != NULL)
      assert_non_null(strstr(fake_line(0), cases[i].said));
    config_free(config);
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

static void config_lists_the_operations_that_a_rate_may_be_of(void **state) {
  (void)state;
  static const line_t line = {"RateLimit", "sn", {"ListBuckets"}, 1, 0};
  assert_null(configure(&line, 1, true));
  assert_int_equal(fake_lines(), 1);
  assert_string_equal(
      fake_line(0),
      "ERROR sagemaker plugin: option RateLimit \"ListBuckets\" 1 is not valid: ListDomains, ListApps, "
      "ListSpaces, DescribeDomain, DescribeLogStreams, FilterLogEvents or GetMetricData is wanted, and a number of "
      "calls a second from 0.01 to 1000.");
}

static void config_refuses_a_bad_price(void **state) {
  static const line_t lines[] = {{"Price", "ssn", {"*", "ml.t3.medium"}, -0.01, 0},
                                 {"Price", "ssn", {"*", "ml.t3.medium"}, 100001, 0},
                                 {"Price", "ssn", {"*", "ml.t3.medium"}, __builtin_nan(""), 0},
                                 {"Price", "ssn", {"EU West", "ml.t3.medium"}, 1, 0},
                                 {"Price", "ssn", {"", "ml.t3.medium"}, 1, 0},
                                 {"Price", "ssn", {"*", ""}, 1, 0},
                                 {"Price", "sn", {"ml.t3.medium"}, 1, 0},
                                 {"Price", "ss", {"*", "ml.t3.medium"}, 0, 0},
                                 {"Price", "sss", {"*", "ml.t3.medium", "0.05"}, 0, 0},
                                 {"Price", "n", {NULL}, 1, 0},
                                 {"Price", "", {NULL}, 0, 0}};
  for (size_t i = 0; i < COUNT(lines); i++) {
    fake_collectd_begin(state);
    if (configure(&lines[i], 1, false) != NULL)
      fail_msg("%zu was taken", i);
    assert_refused(&lines[i]);
  }
}

#define KNOWN_IN_PLUGIN                                                                                                \
  "<Plugin sagemaker>; allowed are Interval, StateFile, Price and <Account> blocks, which take the other options."

#define KNOWN_IN_ACCOUNT                                                                                               \
  "<Account \"a\">; allowed are Region, Profile, ConfigFile, CredentialsFile, RoleArn, ExternalId, CACert, Endpoint, " \
  "RateLimit, Timeout, Domain, AppType, User, IgnoreUser, LogGroup, <Activity>, Lookback, LogLag, ConfirmAfter, "      \
  "Host, DomainLabel, UserAlias, ReportByApp, ReportByUser, ReportByInstance, ReportBySpace, CanvasMetric and "        \
  "IdleAfter."

static void config_names_an_unknown_option_and_those_that_are_known(void **state) {
  static const struct {
    line_t line;
    bool in_account;
  } cases[] = {
      {{"Regions", "s", {"us-east-1"}, 0, 0}, true}, {{"Interval", "n", {NULL}, 300, 0}, true},
      {{"StateFile", "s", {"a"}, 0, 0}, true},       {{"LogLag", "n", {NULL}, 1, 0}, false},
      {{"Account", "s", {"b"}, 0, 0}, true},         {{"Region", "s", {"us-east-1"}, 0, 0}, false},
      {{"Timeout", "n", {NULL}, 10, 0}, false},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char expected[512];
    fake_collectd_begin(state);
    assert_null(configure(&cases[i].line, 1, cases[i].in_account));
    assert_int_equal(fake_lines(), 1);
    snprintf(expected, sizeof(expected), "ERROR sagemaker plugin: option %s is not known in %s", cases[i].line.key,
             cases[i].in_account ? KNOWN_IN_ACCOUNT : KNOWN_IN_PLUGIN);
    assert_string_equal(fake_line(0), expected);
  }
}

static void config_refuses_an_option_that_is_a_block(void **state) {
  static const char *const keys[] = {"Region",       "Profile",   "Endpoint",  "Timeout",  "DomainLabel",
                                     "ReportByApp",  "User",      "UserAlias", "Lookback", "LogLag",
                                     "ConfirmAfter", "RateLimit", "RoleArn"};
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

#define TEST(name) cmocka_unit_test_setup(name, config_fixture_begin)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(config_without_options_is_one_account_with_the_defaults),
      TEST(config_takes_every_option),
      TEST(config_takes_the_arn_of_a_log_group),
      TEST(config_takes_a_type_of_app_that_aws_does_not_document_with_a_notice),
      TEST(config_takes_the_last_rate_of_an_operation),
      TEST(config_lists_the_operations_that_a_rate_may_be_of),
      TEST(config_takes_several_times_in_a_line_and_several_lines),
      TEST(config_says_that_a_lookback_is_shorter_than_a_threshold),
      TEST(config_refuses_a_bad_time_among_good_ones),
      TEST(config_takes_the_path_of_the_state_file_or_none),
      TEST(config_refuses_a_bad_path_of_the_state_file),
      TEST(config_compiles_extended_regular_expressions_of_users),
      TEST(config_says_what_is_wrong_with_a_regular_expression),
      TEST(config_refuses_a_repetition_of_a_repetition),
      TEST(config_never_shows_an_external_id),
      TEST(config_refuses_an_external_id_without_a_role),
      TEST(config_takes_an_external_id_ahead_of_its_role),
      TEST(config_takes_prices_of_all_accounts),
      TEST(config_refuses_a_bad_price),
      TEST(config_takes_seconds_with_fractions),
      TEST(config_refuses_nonsense_in_one_line_with_option_and_value),
      TEST(config_refuses_aliases_under_which_two_people_would_be_one),
      TEST(config_refuses_a_bad_interval),
      TEST(config_names_an_unknown_option_and_those_that_are_known),
      TEST(config_refuses_an_option_that_is_a_block),
      TEST(config_collects_accounts_of_several_blocks),
      TEST(config_refuses_accounts_that_cannot_be_told_apart),
  };
  return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
