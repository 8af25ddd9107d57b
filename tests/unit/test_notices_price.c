/* links: rim unit/complaints_fixture unit/target_fixture unit/fake_aws unit/fake_collectd */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "complaints_fixture.h"
#include "studio/settle.h"

static char region[] = "us-east-1", medium[] = "ml.t3.medium";
static const billing_price_t prices[] = {{region, medium, 0.05}};

static int begin(void **state) {
  int status = complaints_fixture_begin(state);
  one.target.studio->settings.prices = prices;
  one.target.studio->settings.prices_count = COUNT(prices);
  return status;
}

static void run_on(const char *user, const char *instance_type) {
  studio_app_t *app = target_add(&one, user, "a", 60);
  app->instance_type = instance_type;
  app->told.unlogged = true;
}

/* settled is what is said of a scan that has ended so. */
static const char *settled(void) {
  one.target.studio->scan.listing_complete = true;
  settle_scan(one.target.studio);
  return said();
}

static void pass_hours(int hours) { fake_aws_set_now_ms((TARGET_NOW_S + INT64_C(3600) * hours) * INT64_C(1000)); }

static void prices_that_are_missing_are_named_once_a_day(void **state) {
  (void)state;
  run_on("user01", medium);
  assert_string_equal(settled(), "");
  run_on("user02", "ml.p4d.24xlarge");
  run_on("user03", "ml.p4d.24xlarge");
  run_on("user04", "ml.trn1.32xlarge");
  const char *line = settled();
  assert_memory_equal(line, "NOTICE " ABOUT, strlen("NOTICE " ABOUT));
  assert_non_null(strstr(line, "3 of what is billed has no price"));
  assert_non_null(strstr(line, "ml.p4d.24xlarge"));
  assert_non_null(strstr(line, "ml.trn1.32xlarge"));
  assert_non_null(strstr(line, "\"sudo sagemaker-prices us-east-1\""));
  assert_null(strstr(line, medium));
  pass_hours(23);
  assert_string_equal(settled(), "");
  pass_hours(24);
  assert_string_not_equal(settled(), "");
}

static void prices_are_not_missed_where_none_is_configured_or_a_plan_pays(void **state) {
  (void)state;
  target_add(&one, "user01", "a", 60)->instance_type = "ml.p5.48xlarge";
  one.target.studio->apps[0]->on_plan = true;
  assert_string_equal(settled(), "");
  run_on("user02", "ml.p4d.24xlarge");
  one.target.studio->settings.prices_count = 0;
  assert_string_equal(settled(), "");
}

static void prices_of_many_types_are_named_in_part(void **state) {
  (void)state;
  static const char *const types[] = {"ml.ax", "ml.bx", "ml.cx", "ml.dx", "ml.ex", "ml.fx", "ml.gx", "ml.hx", "ml.ix"};
  char user[8];
  for (size_t i = 0; i < COUNT(types); i++) {
    snprintf(user, sizeof(user), "user%zu", i);
    run_on(user, types[i]);
  }
  const char *line = settled();
  assert_non_null(strstr(line, " and others; "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, complaints_fixture_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(prices_that_are_missing_are_named_once_a_day),
      TEST(prices_are_not_missed_where_none_is_configured_or_a_plan_pays),
      TEST(prices_of_many_types_are_named_in_part),
  };
  return cmocka_run_group_tests_name("notices_price", tests, NULL, NULL);
}
