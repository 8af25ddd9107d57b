/* links: studio */
#include <math.h>
#include <string.h>

#include "test.h"

#include "studio/billing.h"

static void billing_knows_what_is_free(void **state) {
  (void)state;
  static const struct {
    const char *app_type, *instance_type;
    bool is_free;
  } cases[] = {
      {"KernelGateway", "ml.t3.medium", false}, {"KernelGateway", "system", false},
      {"KernelGateway", NULL, false},           {"JupyterLab", NULL, false},
      {"JupyterServer", "system", true},        {"JupyterServer", NULL, true},
      {"JupyterServer", "ml.t3.medium", false}, {"RStudioServerPro", "system", true},
      {"RStudioServerPro", NULL, true},         {"RStudioServerPro", "ml.c5.xlarge", false},
      {"SomethingNew", "system", false},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    assert_int_equal(billing_is_free(cases[i].app_type, cases[i].instance_type), cases[i].is_free);
}

static void billing_knows_what_is_billed_together(void **state) {
  (void)state;
  static const struct {
    const char *app_type, *instance_type, *instance;
    bool by_session;
  } cases[] = {
      {"KernelGateway", "ml.m5.4xlarge", "ml.m5.4xlarge", false},
      {"KernelGateway", "system", "ml.t3.medium", false},
      {"KernelGateway", NULL, "unknown", false},
      {"JupyterLab", NULL, "unknown", false},
      {"SomethingNew", NULL, "unknown", false},
      {"JupyterServer", "system", NULL, false},
      {"JupyterServer", NULL, NULL, false},
      {"JupyterServer", "ml.t3.medium", "ml.t3.medium", false},
      {"JupyterLab", "ml.g5.xlarge", "ml.g5.xlarge", false},
      {"CodeEditor", "ml.t3.medium", "ml.t3.medium", false},
      {"Canvas", "system", "Canvas", true},
      {"Canvas", NULL, "Canvas", true},
      {"RSessionGateway", "ml.m5.xlarge", "RSessionGateway", true},
      {"RStudioServerPro", "system", NULL, false},
      {"RStudioServerPro", "ml.c5.4xlarge", "RStudioServerPro", true},
      {"TensorBoard", "ml.m5.xlarge", "ml.m5.xlarge", false},
      {"SomethingNew", "ml.new.large", "ml.new.large", false},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    billing_unit_t unit = billing_unit(cases[i].app_type, cases[i].instance_type);
    if (cases[i].instance == NULL)
      assert_null(unit.instance);
    else
      assert_string_equal(unit.instance, cases[i].instance);
    assert_int_equal(unit.by_session, cases[i].by_session);
  }
}

static void billing_takes_the_regions_price_before_that_of_any(void **state) {
  (void)state;
  char any[] = "*";
  char here[] = "us-east-1";
  char type[] = "ml.m5.4xlarge";
  char other[] = "ml.g5.xlarge";
  const billing_price_t prices[] = {{any, type, 1.0}, {here, type, 0.922}, {here, type, 0.5},
                                    {any, type, 2.0}, {any, other, 3.0},   {here, other, 0.0}};
  double price = -1.0;
  assert_true(billing_price(prices, COUNT(prices), "us-east-1", "ml.m5.4xlarge", &price));
  assert_true(price == 0.922);
  assert_true(billing_price(prices, COUNT(prices), "eu-west-1", "ml.m5.4xlarge", &price));
  assert_true(price == 1.0);
  assert_true(billing_price(prices, COUNT(prices), "us-east-1", "ml.g5.xlarge", &price));
  assert_true(price == 0.0);
  assert_false(billing_price(prices, COUNT(prices), "us-east-1", "ml.m5.xlarge", &price));
  assert_false(billing_price(NULL, 0, "us-east-1", "ml.m5.xlarge", &price));
}

static void billing_prices_a_volume_by_gigabyte_and_month(void **state) {
  (void)state;
  char any[] = "*";
  char here[] = "us-east-1";
  char volume[] = "volume";
  char type[] = "ml.m5.4xlarge";
  const billing_price_t prices[] = {{any, type, 1.0}, {here, volume, 0.112}};
  const int64_t gib = INT64_C(1) << 30;
  double price = -1.0;
  assert_true(billing_volume_price(prices, COUNT(prices), "us-east-1", 100 * gib, &price));
  assert_true(fabs(price - 11.2 / 730.0) < 1e-12);
  assert_false(billing_volume_price(prices, COUNT(prices), "eu-west-1", 100 * gib, &price));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(billing_knows_what_is_free),
      cmocka_unit_test(billing_knows_what_is_billed_together),
      cmocka_unit_test(billing_takes_the_regions_price_before_that_of_any),
      cmocka_unit_test(billing_prices_a_volume_by_gigabyte_and_month),
  };
  return cmocka_run_group_tests_name("billing", tests, NULL, NULL);
}
