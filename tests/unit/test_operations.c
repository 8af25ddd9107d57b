/* links: studio */
#include <string.h>

#include "test.h"

#include "studio/operations.h"

static void operations_only_read(void **state) {
  (void)state;
  static const char *const reading[] = {"List", "Describe", "Filter", "Get"};
  for (size_t i = 0; i < OPERATIONS; i++) {
    bool reads = false;
    for (size_t k = 0; k < COUNT(reading); k++)
      reads = reads || strncmp(operation_table[i].name, reading[k], strlen(reading[k])) == 0;
    assert_true(reads);
  }
}

static void operations_have_all_that_a_call_needs(void **state) {
  (void)state;
  for (size_t i = 0; i < OPERATIONS; i++) {
    const aws_operation_t *operation = &operation_table[i];
    assert_true(operation->service->signing_name[0] != '\0' && operation->service->target_prefix[0] != '\0');
    assert_true(operation->token_in[0] != '\0' && operation->token_out[0] != '\0');
    assert_true(operation->rate > 0 && operation->burst >= 1);
    for (size_t k = 0; k < i; k++)
      assert_string_not_equal(operation->name, operation_table[k].name);
  }
}

static void operations_stand_at_their_number(void **state) {
  (void)state;
  assert_string_equal(operation_table[OPERATION_LIST_DOMAINS].name, "ListDomains");
  assert_string_equal(operation_table[OPERATION_LIST_APPS].name, "ListApps");
  assert_string_equal(operation_table[OPERATION_LIST_SPACES].name, "ListSpaces");
  assert_string_equal(operation_table[OPERATION_DESCRIBE_DOMAIN].name, "DescribeDomain");
  assert_string_equal(operation_table[OPERATION_DESCRIBE_LOG_STREAMS].name, "DescribeLogStreams");
  assert_string_equal(operation_table[OPERATION_FILTER_LOG_EVENTS].name, "FilterLogEvents");
  assert_string_equal(operation_table[OPERATION_GET_METRIC_DATA].name, "GetMetricData");
}

static void operations_have_the_names_that_policies_have(void **state) {
  (void)state;
  assert_string_equal(operation_iam_prefix(OPERATION_LIST_APPS), "sagemaker");
  assert_string_equal(operation_iam_prefix(OPERATION_FILTER_LOG_EVENTS), "logs");
  assert_string_equal(operation_iam_prefix(OPERATION_GET_METRIC_DATA), "cloudwatch");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(operations_only_read),
      cmocka_unit_test(operations_have_all_that_a_call_needs),
      cmocka_unit_test(operations_stand_at_their_number),
      cmocka_unit_test(operations_have_the_names_that_policies_have),
  };
  return cmocka_run_group_tests_name("operations", tests, NULL, NULL);
}
