/* links: rim unit/fake_aws unit/fake_collectd unit/fake_options */
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "fake_aws.h"
#include "fake_collectd.h"

#include "scanner.h"

/* In place of scanner.c: one target, whose scan is done when the test says so. */
struct scanner {
  scanner_account_t account;
  scanner_target_t target;
};

static struct {
  bool no_thread, done;
  int requested, freed;
  cdtime_t deadline; /* of the last scanner_next */
  const config_t *config;
  state_complaint_t complaint;
} fake;

scanner_t *scanner_new(const config_t *config) {
  scanner_t *scanner = calloc(1, sizeof(*scanner));
  assert_non_null(scanner);
  fake.config = config;
  scanner->account.config = &config->accounts[0];
  scanner->target.account = &scanner->account;
  scanner->target.region = "us-east-1";
  return scanner;
}

void scanner_free(scanner_t *scanner) {
  fake.freed++;
  free(scanner);
}

bool scanner_start(scanner_t *scanner) {
  (void)scanner;
  return !fake.no_thread;
}

size_t scanner_targets(const scanner_t *scanner) {
  (void)scanner;
  return 1;
}

scanner_target_t *scanner_target(scanner_t *scanner, size_t index) {
  assert_int_equal(index, 0);
  return &scanner->target;
}

const char *scanner_region(const scanner_target_t *target) { return target->region; }

void scanner_request(scanner_t *scanner) {
  (void)scanner;
  fake.requested++;
}

cdtime_t scanner_clock(void) { return TIME_T_TO_CDTIME_T(50); }

scanner_target_t *scanner_next(scanner_t *scanner, cdtime_t deadline) {
  fake.deadline = deadline;
  if (!fake.done)
    return NULL;
  fake.done = false;
  aws_error_set(&scanner->target.failure, "region", "region", 0, "none");
  return &scanner->target;
}

void scanner_remembered(scanner_t *scanner, state_complaint_t *complaint) {
  (void)scanner;
  *complaint = fake.complaint;
}

static int begin(void **state) {
  memset(&fake, 0, sizeof(fake));
  fake_collectd_begin(state);
  module_register();
  return 0;
}

/* collectd frees a read's data when the read is unregistered. */
static int end(void **state) {
  (void)state;
  const user_data_t *data = &fake_registered()->data;
  if (data->free_func != NULL)
    data->free_func(data->data);
  assert_int_equal(fake_registered()->shutdown(), 0);
  return 0;
}

static int read_once(void) {
  user_data_t data = fake_registered()->data;
  fake_values_forget();
  return fake_registered()->read(&data);
}

/* A second <Plugin sagemaker> block, as another file has it. */
static int configure_price(double usd) {
  oconfig_item_t *plugin = fake_block("Plugin", "sagemaker");
  fake_option(plugin, "Price", "ssn", "*", "ml.t3.medium", usd);
  int status = fake_registered()->config(plugin);
  fake_block_free(plugin);
  return status;
}

static int configure(double interval, double timeout) {
  oconfig_item_t *plugin = fake_block("Plugin", "sagemaker");
  fake_option(plugin, "Interval", "n", interval);
  fake_option(fake_child(plugin, "Account", "prod"), "Timeout", "n", timeout);
  int status = fake_registered()->config(plugin);
  fake_block_free(plugin);
  return status;
}

#define HEARTBEAT "localhost/sagemaker_scan-default_us-east-1/duration-since_complete"

static void sagemaker_without_a_block_reads_every_300_seconds(void **state) {
  (void)state;
  assert_null(fake_registered()->read);
  assert_int_equal(fake_registered()->init(), 0);
  assert_int_equal(fake_registered()->interval, TIME_T_TO_CDTIME_T(300));
  assert_int_equal(read_once(), 0);
  assert_non_null(fake_value_named(HEARTBEAT));
}

static void sagemaker_reads_by_its_configuration(void **state) {
  (void)state;
  assert_int_equal(configure(60, 2.5), 0);
  assert_int_equal(fake_registered()->init(), 0);
  assert_int_equal(fake_registered()->interval, TIME_T_TO_CDTIME_T(60));
  assert_int_equal(read_once(), 0);
  assert_int_equal(fake.requested, 1);
  assert_int_equal(fake.deadline, DOUBLE_TO_CDTIME_T(52.5));
}

static void sagemaker_takes_prices_from_a_file_of_their_own(void **state) {
  (void)state;
  assert_int_equal(configure_price(0.05), 0);
  assert_int_equal(configure(60, 2.5), 0);
  assert_int_equal(configure_price(0.06), 0);
  assert_int_equal(fake_registered()->init(), 0);
  assert_int_equal(fake_lines(), 0);
  assert_int_equal(fake.config->accounts_count, 1);
  assert_string_equal(fake.config->accounts[0].name, "prod");
  assert_int_equal(fake.config->accounts[0].studio.rules_count, 3);
  assert_int_equal(fake.config->prices_count, 2);
  assert_true(fake.config->prices[1].usd == 0.06);
}

static void sagemaker_refuses_a_bad_configuration(void **state) {
  (void)state;
  assert_int_not_equal(configure(-1, 10), 0);
  assert_int_equal(fake_lines(), 1);
}

static void sagemaker_read_that_fails_succeeds_and_says_so_once(void **state) {
  (void)state;
  fake_registered()->init();
  for (int i = 0; i < 3; i++) {
    fake.done = true;
    assert_int_equal(read_once(), 0);
    assert_int_equal(fake_lines(), 1);
    assert_non_null(fake_value_named(HEARTBEAT));
  }
}

static void sagemaker_read_without_a_thread_succeeds_and_has_the_heartbeat(void **state) {
  (void)state;
  fake_registered()->init();
  fake.no_thread = true;
  assert_int_equal(read_once(), 0);
  assert_int_equal(fake_lines(), 1);
  assert_int_equal(fake.requested, 0);
  assert_non_null(fake_value_named(HEARTBEAT));
}

static void sagemaker_stops_its_scanner_when_collectd_frees_the_read(void **state) {
  (void)state;
  fake_registered()->init();
  fake_registered()->data.free_func(fake_registered()->data.data);
  assert_int_equal(fake.freed, 1);
  fake_collectd_begin(state);
  module_register();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(sagemaker_without_a_block_reads_every_300_seconds),
      TEST(sagemaker_reads_by_its_configuration),
      TEST(sagemaker_takes_prices_from_a_file_of_their_own),
      TEST(sagemaker_refuses_a_bad_configuration),
      TEST(sagemaker_read_that_fails_succeeds_and_says_so_once),
      TEST(sagemaker_read_without_a_thread_succeeds_and_has_the_heartbeat),
      TEST(sagemaker_stops_its_scanner_when_collectd_frees_the_read),
  };
  return cmocka_run_group_tests_name("sagemaker", tests, NULL, NULL);
}
