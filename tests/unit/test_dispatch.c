/* links: rim unit/dispatch_fixture unit/target_fixture unit/fake_aws unit/fake_collectd */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "dispatch_fixture.h"

#include "studio/words.h"

static char any_region[] = "*", us_east_1[] = "us-east-1", eu_west_1[] = "eu-west-1", medium[] = "ml.t3.medium",
            large[] = "ml.g5.xlarge", canvas[] = "Canvas";
static const billing_price_t prices[] = {
    {any_region, medium, 0.5}, {us_east_1, medium, 0.25}, {eu_west_1, medium, 9}, {any_region, canvas, 2}};

static void set_prices(void) {
  one.target.studio->settings.prices = prices;
  one.target.studio->settings.prices_count = COUNT(prices);
}

static void report_dispatches_apps_and_people(void **state) {
  (void)state;
  one.config.report_by_instance = other.config.report_by_instance = false;
  target_add(&one, "user01", "a", 60);
  target_add(&one, "user01", "b", 90);
  target_add(&one, "user02", "a", 30);
  scan();
  assert_gauge("localhost/sagemaker-d-1_user01/duration-KernelGateway_a", 60);
  assert_gauge("localhost/sagemaker-d-1_user01/duration-KernelGateway_b", 90);
  assert_gauge("localhost/sagemaker-d-1_user02/duration-KernelGateway_a", 30);
  assert_gauge("localhost/sagemaker_user-d-1_user01/duration-max_idle", 90);
  assert_gauge("localhost/sagemaker_user-d-1_user02/duration-max_idle", 30);
  assert_int_equal(fake_values(), 5);
}

static void report_names_spaces_domains_and_hosts(void **state) {
  (void)state;
  static char host[] = "aws-prod";
  studio_t *studio = one.target.studio;
  domain_set_name(studio, "d-1", "science");
  studio->settings.label_by_name = true;
  one.config.host = host;
  target_enter(&one, target_space(&one, "lab", NULL), "JupyterLab", 10);
  target_enter(&one, target_space(&one, "mine", "user01"), "JupyterLab", 20);
  scan();
  assert_gauge("aws-prod/sagemaker-science_user01/duration-JupyterLab_mine", 20);
  assert_gauge("aws-prod/sagemaker_user-science_user01/duration-max_idle", 20);
  assert_gauge("aws-prod/sagemaker-science_space_lab/duration-JupyterLab_lab", 10);
  assert_gauge("aws-prod/sagemaker_user-science_space_lab/duration-max_idle", 10);
}

static void report_describes_a_value_by_meta_data(void **state) {
  (void)state;
  domain_set_name(one.target.studio, "d-1", "science");
  target_add(&one, "user01", "a", 60)->instance_type = "ml.t3.medium";
  scan();
  assert_string_equal(
      fake_value_named("localhost/sagemaker-d-1_user01/duration-KernelGateway_a")->meta,
      "account=prod region=us-east-1 domain_id=d-1 domain_name=science owner=user01 instance_type=ml.t3.medium "
      "app_type=KernelGateway app_name=a signal=last-event ");
  assert_string_equal(fake_value_named("localhost/sagemaker_user-d-1_user01/duration-max_idle")->meta,
                      "account=prod region=us-east-1 domain_id=d-1 domain_name=science owner=user01 ");
  assert_string_equal(
      fake_value_named("localhost/sagemaker_instance-d-1_user01/duration-ml.t3.medium")->meta,
      "account=prod region=us-east-1 domain_id=d-1 domain_name=science owner=user01 instance_type=ml.t3.medium ");
  studio_app_t *reserved = target_add(&one, "user03", "a", 60);
  reserved->instance_type = "ml.p5.48xlarge";
  reserved->on_plan = true;
  scan();
  assert_string_equal(fake_value_named("localhost/sagemaker_instance-d-1_user03/duration-ml.p5.48xlarge")->meta,
                      "account=prod region=us-east-1 domain_id=d-1 domain_name=science owner=user03 "
                      "instance_type=ml.p5.48xlarge training_plan=true ");
  static char type[] = "JupyterLab";
  static char pattern[] = "?\"x\"";
  static const signal_rule_t rule = {type, SIGNAL_MATCH, pattern, NULL, false};
  other.target.studio->settings.rules = &rule;
  other.target.studio->settings.rules_count = 1;
  target_enter(&other, target_space(&other, "lab", NULL), "JupyterLab", 10);
  target_space(&other, "empty", "user02")->volume_bytes = 5;
  target_space(&other, "empty", "user02")->vacant_ms = 1;
  other.target.studio->settings.watch_spaces = true;
  target_space(&other, "lab", NULL)->remote = true;
  scan_other();
  assert_string_equal(fake_value_named("localhost/sagemaker-d-1_space_lab/duration-JupyterLab_lab")->meta,
                      "account=prod region=us-east-1 domain_id=d-1 space=lab instance_type=unknown "
                      "app_type=JupyterLab app_name=default signal=match remote_access=enabled ");
  assert_string_equal(fake_value_named("localhost/sagemaker_space-d-1_user02/bytes-volume-empty")->meta,
                      "account=prod region=us-east-1 domain_id=d-1 owner=user02 space=empty ");
}

static const char *meta_of(const char *name) {
  scan();
  const fake_value_t *value = fake_value_named(name);
  assert_non_null(value);
  return value->meta;
}

static void report_describes_the_idle_shutdown_of_an_apps_domain(void **state) {
  (void)state;
  static const char name[] = "localhost/sagemaker-d-1_user01/duration-JupyterLab_lab";
  target_enter(&one, target_space(&one, "lab", "user01"), "JupyterLab", 10);
  target_space(&one, "lab", "user01")->sharing = SPACE_PRIVATE;
  domain_facts_t *facts = &one.target.studio->domains[0]->facts;
  assert_null(strstr(meta_of(name), "idle_shutdown"));
  facts->lab = (idle_shutdown_t){IDLE_SHUTDOWN_ON, 525600};
  assert_non_null(strstr(meta_of(name), " idle_shutdown=525600 "));
  facts->lab = (idle_shutdown_t){IDLE_SHUTDOWN_OFF, 0};
  assert_non_null(strstr(meta_of(name), " idle_shutdown=off "));
  assert_null(strstr(meta_of("localhost/sagemaker_user-d-1_user01/duration-max_idle"), "idle_shutdown"));
}

static void report_dispatches_what_is_billed_and_what_it_costs(void **state) {
  (void)state;
  set_prices();
  target_add(&one, "user01", "a", 3600)->instance_type = medium;
  target_add(&one, "user01", "b", 7200)->instance_type = medium;
  target_add(&one, "user02", "a", 3599)->instance_type = medium;
  target_enter(&one, target_space(&one, "lab", "user02"), "JupyterLab", 4000)->instance_type = large;
  scan();
  assert_gauge("localhost/sagemaker_instance-d-1_user01/duration-ml.t3.medium", 3600);
  assert_gauge("localhost/sagemaker_instance-d-1_user01/gauge-hourly_cost-ml.t3.medium", 0.25);
  assert_gauge("localhost/sagemaker_instance-d-1_user01/gauge-idle_hourly_cost-ml.t3.medium", 0.25);
  assert_gauge("localhost/sagemaker_instance-d-1_user02/gauge-hourly_cost-ml.t3.medium", 0.25);
  assert_gauge("localhost/sagemaker_instance-d-1_user02/gauge-idle_hourly_cost-ml.t3.medium", 0);
  assert_gauge("localhost/sagemaker_instance-d-1_user02/duration-ml.g5.xlarge_lab", 4000);
  assert_gauge("localhost/sagemaker_instance-d-1_user01/uptime-ml.t3.medium", 7200);
  assert_gauge("localhost/sagemaker_instance-d-1_user02/uptime-ml.g5.xlarge_lab", 4000);
  assert_absent("localhost/sagemaker_instance-d-1_user02/gauge-hourly_cost-ml.g5.xlarge_lab");
  tell_health();
  assert_gauge(SCAN "count-unpriced", 1);
}

static void report_dispatches_what_sessions_cost_together(void **state) {
  (void)state;
  set_prices();
  studio_t *studio = one.target.studio;
  for (int i = 0; i < 3; i++) {
    static const char *const names[] = {"a", "b", "c"};
    studio_app_t *app = target_add(&one, "user01", names[i], 60);
    app->type = words_get(&studio->words, canvas);
    app->log.state = STREAM_WITH_EVENTS;
  }
  scan();
  assert_gauge("localhost/sagemaker_instance-d-1_user01/gauge-hourly_cost-Canvas", 6);
}

static void report_tells_the_cost_while_nobody_knows_how_idle_it_is(void **state) {
  (void)state;
  set_prices();
  studio_app_t *app = target_add(&one, "user01", "a", 60);
  app->instance_type = medium;
  app->log.looked_at_in_scan = 0;
  scan();
  assert_int_equal(fake_values(), 2);
  assert_gauge("localhost/sagemaker_instance-d-1_user01/gauge-hourly_cost-ml.t3.medium", 0.25);
  assert_gauge("localhost/sagemaker_instance-d-1_user01/uptime-ml.t3.medium", 60);
}

static void report_dispatches_spaces_that_stand_empty_with_a_volume(void **state) {
  (void)state;
  studio_t *studio = one.target.studio;
  studio->settings.watch_spaces = true;
  studio->scan.spaces_listed = true;
  studio_space_t *space = target_space(&one, "old", "user01");
  space->volume_bytes = INT64_C(5) << 30;
  space->vacant_ms = (TARGET_NOW_S - 86400) * INT64_C(1000);
  scan();
  assert_int_equal(fake_values(), 2);
  assert_gauge("localhost/sagemaker_space-d-1_user01/duration-old", 86400);
  assert_gauge("localhost/sagemaker_space-d-1_user01/bytes-volume-old", 5368709120.0);
  target_next_scan(&one);
  target_enter(&one, target_space(&one, "old", "user01"), "JupyterLab", 10);
  scan();
  assert_gauge("localhost/sagemaker_space-d-1_user01/duration-old", NAN);
  assert_gauge("localhost/sagemaker_space-d-1_user01/bytes-volume-old", NAN);
}

static void report_names_people_by_their_alias(void **state) {
  (void)state;
  static char user[] = "user-x1";
  static char alias[] = "\344\275\220\350\227\244 \347\224\261\347\264\200"; /* 佐藤 由紀 */
  static const studio_alias_t aliases[] = {{user, alias}};
  one.target.studio->settings.aliases = aliases;
  one.target.studio->settings.aliases_count = COUNT(aliases);
  target_add(&one, user, "a", 60)->instance_type = medium;
  target_add(&one, "user02", "a", 30);
  scan();
  assert_gauge("localhost/sagemaker-d-1_佐藤 由紀/duration-KernelGateway_a", 60);
  assert_gauge("localhost/sagemaker_user-d-1_佐藤 由紀/duration-max_idle", 60);
  assert_gauge("localhost/sagemaker_instance-d-1_佐藤 由紀/duration-ml.t3.medium", 60);
  assert_gauge("localhost/sagemaker-d-1_user02/duration-KernelGateway_a", 30);
  assert_string_equal(fake_value_named("localhost/sagemaker_user-d-1_佐藤 由紀/duration-max_idle")->meta,
                      "account=prod region=us-east-1 domain_id=d-1 owner=user-x1 ");
}

static void report_of_two_people_of_one_alias_is_that_of_the_first(void **state) {
  (void)state;
  one.config.report_by_instance = other.config.report_by_instance = false;
  static char alias[] = "team";
  static char users[][8] = {"user01", "user02"};
  static const studio_alias_t aliases[] = {{users[0], alias}, {users[1], alias}};
  one.target.studio->settings.aliases = aliases;
  one.target.studio->settings.aliases_count = COUNT(aliases);
  target_add(&one, users[0], "a", 60);
  target_add(&one, users[1], "a", 90);
  scan();
  assert_int_equal(fake_values(), 2);
  assert_gauge("localhost/sagemaker-d-1_team/duration-KernelGateway_a", 60);
  assert_int_equal(health.kept_back, 2);
}

/* The second one keeps its own name, whichever of them is listed first. */
static void report_of_an_alias_that_another_user_is_named_is_of_both(void **state) {
  (void)state;
  static char names[][8] = {"user01", "user02"};
  static const studio_alias_t aliases[] = {{names[0], names[1]}};
  one.target.studio->settings.aliases = aliases;
  one.target.studio->settings.aliases_count = COUNT(aliases);
  target_add(&one, names[0], "a", 60);
  target_add(&one, names[1], "a", 90);
  scan();
  assert_int_equal(health.kept_back, 0);
  assert_gauge("localhost/sagemaker_user-d-1_user01/duration-max_idle", 60);
  assert_gauge("localhost/sagemaker_user-d-1_user02/duration-max_idle", 90);
}

/* A space "x" has bytes-volume-x, a space "volume-x" has duration-volume-x. */
static void report_of_one_name_under_two_types_is_two_values(void **state) {
  (void)state;
  static const char *const names[] = {"x", "volume-x"};
  one.target.studio->settings.watch_spaces = true;
  for (size_t i = 0; i < COUNT(names); i++) {
    studio_space_t *space = target_space(&one, names[i], "user01");
    space->volume_bytes = (int64_t)i + 1;
    space->vacant_ms = (TARGET_NOW_S - 100) * INT64_C(1000);
  }
  scan();
  assert_int_equal(fake_values(), 4);
  assert_gauge("localhost/sagemaker_space-d-1_user01/duration-volume-x", 100);
  assert_gauge("localhost/sagemaker_space-d-1_user01/bytes-volume-x", 1);
  assert_gauge("localhost/sagemaker_space-d-1_user01/bytes-volume-volume-x", 2);
  assert_int_equal(health.kept_back, 0);
}

static void report_sends_nan_once_for_instances_that_have_left(void **state) {
  (void)state;
  set_prices();
  target_add(&one, "user01", "a", 60)->instance_type = medium;
  scan();
  target_next_scan(&one);
  scan();
  assert_gauge("localhost/sagemaker_instance-d-1_user01/duration-ml.t3.medium", NAN);
  assert_gauge("localhost/sagemaker_instance-d-1_user01/gauge-hourly_cost-ml.t3.medium", NAN);
  assert_gauge("localhost/sagemaker_instance-d-1_user01/gauge-idle_hourly_cost-ml.t3.medium", NAN);
  assert_gauge("localhost/sagemaker_instance-d-1_user01/uptime-ml.t3.medium", NAN);
  assert_int_equal(fake_values(), 6);
  target_next_scan(&one);
  scan();
  assert_int_equal(fake_values(), 0);
}

/* One kind alone: its values are there, and at their end nothing else is. */
static void report_leaves_out_what_is_switched_off(void **state) {
  static const struct {
    const char *plugin;
    size_t values;
  } kinds[] = {{"sagemaker-", 1}, {"sagemaker_user-", 1}, {"sagemaker_instance-", 4}, {"sagemaker_space-", 2}};
  for (size_t kind = 0; kind < COUNT(kinds); kind++) {
    reporting_end(state);
    reporting_begin(state);
    one.config.report_by_app = kind == 0;
    one.config.report_by_user = kind == 1;
    one.config.report_by_instance = kind == 2;
    one.config.studio.watch_spaces = kind == 3;
    set_prices();
    one.target.studio->settings.watch_spaces = true;
    one.target.studio->scan.spaces_listed = true;
    target_add(&one, "user01", "a", 60)->instance_type = medium;
    studio_space_t *space = target_space(&one, "empty", "user01");
    space->volume_bytes = space->vacant_ms = 1;
    for (int round = 0; round < 2; round++) {
      scan();
      assert_int_equal(fake_values(), kinds[kind].values);
      for (size_t i = 0; i < fake_values(); i++)
        assert_memory_equal(fake_value(i)->name + strlen("localhost/"), kinds[kind].plugin, strlen(kinds[kind].plugin));
      target_next_scan(&one);
      one.target.studio->scan.spaces_listed = true;
    }
  }
}

static void report_values_carry_now_by_collectd_and_count_by_awss_clock(void **state) {
  (void)state;
  target_add(&one, "user01", "a", 60);
  fake_aws_set_skew_ms(7000);
  scan();
  const fake_value_t *value = fake_value_named("localhost/sagemaker-d-1_user01/duration-KernelGateway_a");
  assert_true(value->value.gauge == 67.0);
  assert_int_equal(value->time, TIME_T_TO_CDTIME_T(TARGET_NOW_S));
}

static void report_values_last_until_a_scan_as_long_has_ended(void **state) {
  (void)state;
  static const struct {
    unsigned reads;
    int64_t interval_s;
  } cases[] = {{0, 300}, {1, 300}, {2, 600}, {7, 2100}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    one.target.reads = cases[i].reads;
    target_next_scan(&one);
    target_add(&one, "user01", "a", 60);
    scan();
    assert_int_equal(fake_value(0)->interval, TIME_T_TO_CDTIME_T(cases[i].interval_s));
  }
  tell_health();
  assert_int_equal(fake_value(0)->interval, INTERVAL);
}

static void report_sends_nan_once_for_what_has_left(void **state) {
  (void)state;
  one.config.report_by_instance = other.config.report_by_instance = false;
  target_add(&one, "user01", "a", 60);
  scan();
  target_next_scan(&one);
  scan();
  assert_gauge("localhost/sagemaker-d-1_user01/duration-KernelGateway_a", NAN);
  assert_gauge("localhost/sagemaker_user-d-1_user01/duration-max_idle", NAN);
  assert_int_equal(fake_values(), 2);
  target_next_scan(&one);
  scan();
  assert_int_equal(fake_values(), 0);
}

static void report_of_one_identifier_for_two_is_that_of_the_first(void **state) {
  (void)state;
  one.config.report_by_instance = other.config.report_by_instance = false;
  target_add(&one, "user01", "a", 60);
  target_add(&other, "user01", "a", 99);
  target_add(&other, "user02", "a", 88);
  scan();
  fake_values_forget();
  scan_other();
  assert_int_equal(fake_values(), 2);
  assert_gauge("localhost/sagemaker-d-1_user02/duration-KernelGateway_a", 88);
  assert_int_equal(other_health.kept_back, 2);
  assert_string_equal(other_health.kept_back_example, "d-1_user01/KernelGateway_a");
  assert_int_equal(health.kept_back, 0);
  target_next_scan(&one);
  target_add(&one, "user01", "a", 61);
  scan();
  assert_gauge("localhost/sagemaker-d-1_user01/duration-KernelGateway_a", 61);
}

static void report_of_two_hosts_is_never_mixed_up(void **state) {
  (void)state;
  static char host[] = "elsewhere";
  other.config.host = host;
  target_add(&one, "user01", "a", 60);
  target_add(&other, "user01", "a", 99);
  scan();
  scan_other();
  assert_gauge("elsewhere/sagemaker-d-1_user01/duration-KernelGateway_a", 99);
  assert_int_equal(other_health.kept_back, 0);
}

static void report_of_who_has_left_frees_the_identifier(void **state) {
  (void)state;
  target_add(&one, "user01", "a", 60);
  scan();
  target_next_scan(&one);
  scan();
  target_add(&other, "user01", "a", 99);
  scan_other();
  assert_gauge("localhost/sagemaker-d-1_user01/duration-KernelGateway_a", 99);
  assert_int_equal(other_health.kept_back, 0);
}

static void report_of_the_second_sends_no_nan_under_the_firsts_identifier(void **state) {
  (void)state;
  target_add(&one, "user01", "a", 60);
  target_add(&other, "user01", "a", 99);
  scan();
  scan_other();
  fake_values_forget();
  target_next_scan(&other);
  scan_other();
  assert_int_equal(fake_values(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, reporting_begin, reporting_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(report_dispatches_apps_and_people),
      TEST(report_names_spaces_domains_and_hosts),
      TEST(report_describes_a_value_by_meta_data),
      TEST(report_describes_the_idle_shutdown_of_an_apps_domain),
      TEST(report_dispatches_what_is_billed_and_what_it_costs),
      TEST(report_dispatches_what_sessions_cost_together),
      TEST(report_tells_the_cost_while_nobody_knows_how_idle_it_is),
      TEST(report_dispatches_spaces_that_stand_empty_with_a_volume),
      TEST(report_names_people_by_their_alias),
      TEST(report_of_an_alias_that_another_user_is_named_is_of_both),
      TEST(report_of_two_people_of_one_alias_is_that_of_the_first),
      TEST(report_of_one_name_under_two_types_is_two_values),
      TEST(report_sends_nan_once_for_instances_that_have_left),
      TEST(report_leaves_out_what_is_switched_off),
      TEST(report_values_carry_now_by_collectd_and_count_by_awss_clock),
      TEST(report_values_last_until_a_scan_as_long_has_ended),
      TEST(report_sends_nan_once_for_what_has_left),
      TEST(report_of_one_identifier_for_two_is_that_of_the_first),
      TEST(report_of_two_hosts_is_never_mixed_up),
      TEST(report_of_who_has_left_frees_the_identifier),
      TEST(report_of_the_second_sends_no_nan_under_the_firsts_identifier),
  };
  return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
