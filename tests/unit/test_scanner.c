/* links: rim unit/fake_scans unit/fake_collectd */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "fake_collectd.h"
#include "fake_scans.h"

static char name[] = "prod";
static char state_file[8];
static const char *const regions[] = {"us-east-1", "eu-west-1"};
static config_account_t accounts[2];
static config_t config;
static scanner_t *scanner;

/* Two targets; of the account without regions, where none is asked for, one. */
static void make_scanner(size_t regions_count) {
  accounts[0] = (config_account_t){.name = name,
                                   .regions = {regions, regions_count},
                                   .aws = {.timeout_ms = 10000},
                                   .studio = {.log_group = "group"}};
  config = (config_t){.accounts = accounts, .accounts_count = 1, .state_file = state_file, .interval_ms = 60000};
  scanner = scanner_new(&config);
  assert_non_null(scanner);
}

static int begin(void **state) {
  fake_scans_begin();
  state_file[0] = '\0';
  return fake_collectd_begin(state);
}

static int end(void **state) {
  (void)state;
  scanner_free(scanner);
  scanner = NULL;
  return 0;
}

#define FOR_EVER (scanner_clock() + TIME_T_TO_CDTIME_T(60))

static void scanner_has_a_target_for_each_region_of_each_account(void **state) {
  (void)state;
  make_scanner(2);
  assert_int_equal(scanner_targets(scanner), 2);
  assert_string_equal(scanner_region(scanner_target(scanner, 1)), "eu-west-1");
  scanner_free(scanner);
  accounts[1] = accounts[0];
  accounts[1].regions.count = 0;
  config.accounts_count = 2;
  scanner = scanner_new(&config);
  assert_int_equal(scanner_targets(scanner), 3);
  assert_string_equal(scanner_region(scanner_target(scanner, 2)), "unknown");
  assert_ptr_equal(scanner_target(scanner, 2)->account->config, &accounts[1]);
}

static void scanner_hands_an_accounts_settings_to_the_client(void **state) {
  (void)state;
  make_scanner(2);
  scanner_free(scanner);
  accounts[0].aws = (aws_settings_t){.role_arn = "role", .profile = "p", .region = "eu-west-1", .timeout_ms = 10000};
  scanner = scanner_new(&config);
  assert_memory_equal(&fake.settings, &accounts[0].aws, sizeof(fake.settings));
}

static void scanner_hands_an_accounts_settings_to_its_studios(void **state) {
  (void)state;
  make_scanner(1);
  accounts[0].studio.lookback_ms = 7200000;
  accounts[0].studio.watch_spaces = true;
  scanner_start(scanner);
  scanner_request(scanner);
  const scanner_target_t *target = scanner_next(scanner, FOR_EVER);
  assert_non_null(target);
  assert_memory_equal(&target->studio->settings, &accounts[0].studio, sizeof(target->studio->settings));
}

static void scanner_keeps_what_is_to_be_said_of_the_accounts_files(void **state) {
  (void)state;
  make_scanner(1);
  scanner_start(scanner);
  static const struct {
    const char *warning, *expected;
    bool broken;
  } cases[] = {{"open", "open", false}, {"open", "open", true}, {NULL, "", false}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fake.warning = cases[i].warning;
    fake.files_broken = cases[i].broken;
    scanner_request(scanner);
    const scanner_target_t *target = scanner_next(scanner, FOR_EVER);
    assert_non_null(target);
    assert_string_equal(target->warning, cases[i].expected);
  }
}

static void scanner_gives_each_target_once_when_its_scan_is_done(void **state) {
  (void)state;
  make_scanner(2);
  assert_true(scanner_start(scanner));
  assert_true(scanner_start(scanner));
  assert_null(scanner_next(scanner, FOR_EVER));
  scanner_request(scanner);
  const scanner_target_t *first = scanner_next(scanner, FOR_EVER);
  const scanner_target_t *second = scanner_next(scanner, FOR_EVER);
  assert_non_null(first);
  assert_non_null(second);
  assert_ptr_not_equal(first, second);
  assert_null(scanner_next(scanner, FOR_EVER));
  assert_int_equal(first->state, TARGET_IDLE);
  assert_int_equal(first->studio->scan.number, 1);
  assert_int_equal(first->reads, 1);
  assert_true(first->finished >= first->requested && first->requested > 0);
  assert_string_equal(first->studio->settings.log_group, "group");
}

static void scanner_scans_again_with_what_it_knew(void **state) {
  (void)state;
  make_scanner(1);
  scanner_start(scanner);
  const studio_t *studio = NULL;
  for (uint64_t scan = 1; scan <= 50; scan++) {
    scanner_request(scanner);
    const scanner_target_t *target = scanner_next(scanner, FOR_EVER);
    assert_non_null(target);
    assert_int_equal(target->studio->scan.number, scan);
    if (studio != NULL)
      assert_ptr_equal(target->studio, studio);
    studio = target->studio;
  }
}

static void scanner_returns_at_the_deadline_while_a_scan_goes_on(void **state) {
  (void)state;
  make_scanner(1);
  fake_scans_hold(true);
  scanner_start(scanner);
  scanner_request(scanner);
  fake_scans_await(1);
  assert_null(scanner_next(scanner, 0));
  cdtime_t deadline = scanner_clock() + MS_TO_CDTIME_T(20);
  assert_null(scanner_next(scanner, deadline));
  assert_true(scanner_clock() >= deadline);
  assert_true(scanner_clock() < deadline + TIME_T_TO_CDTIME_T(10));
  fake_scans_hold(false);
  assert_non_null(scanner_next(scanner, FOR_EVER));
}

static void scanner_counts_the_reads_that_a_scan_takes_and_does_not_start_it_again(void **state) {
  (void)state;
  make_scanner(1);
  fake_scans_hold(true);
  scanner_start(scanner);
  scanner_request(scanner);
  fake_scans_await(1);
  scanner_request(scanner);
  scanner_request(scanner);
  fake_scans_hold(false);
  const scanner_target_t *target = scanner_next(scanner, FOR_EVER);
  assert_non_null(target);
  assert_int_equal(target->reads, 3);
  assert_int_equal(fake.started, 1);
  scanner_request(scanner);
  target = scanner_next(scanner, FOR_EVER);
  assert_non_null(target);
  assert_int_equal(target->reads, 1);
}

static void scanner_keeps_a_done_scan_for_the_next_read(void **state) {
  (void)state;
  make_scanner(2);
  scanner_start(scanner);
  scanner_request(scanner);
  assert_non_null(scanner_next(scanner, FOR_EVER));
  assert_non_null(scanner_next(scanner, FOR_EVER));
  scanner_request(scanner);
  assert_non_null(scanner_next(scanner, FOR_EVER));
  fake_scans_await(4);
  scanner_request(scanner);
  assert_non_null(scanner_next(scanner, FOR_EVER));
  assert_non_null(scanner_next(scanner, FOR_EVER));
  assert_null(scanner_next(scanner, 0));
}

static void scanner_finds_a_region_that_is_not_configured_once(void **state) {
  (void)state;
  make_scanner(0);
  scanner_start(scanner);
  scanner_request(scanner);
  const scanner_target_t *target = scanner_next(scanner, FOR_EVER);
  assert_non_null(target);
  assert_string_equal(scanner_region(target), "ap-northeast-1");
  assert_string_equal(target->failure.code, "");
  fake.region = "us-west-2";
  scanner_request(scanner);
  target = scanner_next(scanner, FOR_EVER);
  assert_string_equal(scanner_region(target), "ap-northeast-1");
}

static void scanner_tells_why_a_scan_could_not_begin_and_tries_again(void **state) {
  (void)state;
  make_scanner(0);
  scanner_start(scanner);
  for (int i = 0; i < 2; i++) {
    fake.region = NULL;
    scanner_request(scanner);
    scanner_target_t *target = scanner_next(scanner, FOR_EVER);
    assert_string_equal(target->failure.code, "region");
    assert_null(target->studio);
    assert_string_equal(counters_name(&target->errors, 0), "region");
    assert_int_equal(counters_value(&target->errors, 0), i + 1);
  }
  fake.files_broken = true;
  scanner_request(scanner);
  assert_string_equal(scanner_next(scanner, FOR_EVER)->failure.code, "credentials");
  fake.files_broken = false;
  fake.region = "ap-northeast-1";
  fake.no_studio = true;
  scanner_request(scanner);
  assert_string_equal(scanner_next(scanner, FOR_EVER)->failure.code, "internal");
  fake.no_studio = false;
  fake.no_scan = true;
  scanner_request(scanner);
  assert_string_equal(scanner_next(scanner, FOR_EVER)->failure.code, "internal");
  fake.no_scan = false;
  scanner_request(scanner);
  const scanner_target_t *target = scanner_next(scanner, FOR_EVER);
  assert_string_equal(target->failure.code, "");
  assert_non_null(target->studio);
}

static void scanner_names_the_environments_region_while_files_are_unusable(void **state) {
  (void)state;
  static const struct {
    const char *environment, *expected;
  } cases[] = {{NULL, "unknown"}, {"a/b", "unknown"}, {"us-west-2", "us-west-2"}};
  make_scanner(0);
  scanner_start(scanner);
  fake.files_broken = true;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fake.environment = cases[i].environment;
    scanner_request(scanner);
    assert_string_equal(scanner_region(scanner_next(scanner, FOR_EVER)), cases[i].expected);
  }
}

static void scanner_stops_at_once_while_a_scan_hangs(void **state) {
  (void)state;
  make_scanner(2);
  fake_scans_hold(true);
  scanner_start(scanner);
  scanner_request(scanner);
  fake_scans_await(2);
}

static void scanner_stops_while_it_has_nothing_to_do_and_before_it_has_begun(void **state) {
  (void)state;
  make_scanner(1);
  scanner_request(scanner);
  scanner_free(scanner);
  make_scanner(1);
  scanner_start(scanner);
  scanner_free(scanner);
  scanner = NULL;
  scanner_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

static void scanner_recalls_a_target_before_its_first_scan(void **state) {
  (void)state;
  strcpy(state_file, "state");
  make_scanner(1);
  scanner_start(scanner);
  scanner_request(scanner);
  scanner_target_t *target = scanner_next(scanner, FOR_EVER);
  assert_int_equal(target->studio->scan.number, 42);
  assert_string_equal(target->recalled.text, "");
  scanner_request(scanner);
  assert_int_equal(scanner_next(scanner, FOR_EVER)->studio->scan.number, 43);
  assert_int_equal(fake.recalled, 1);
}

static void scanner_starts_cold_where_nothing_can_be_recalled(void **state) {
  (void)state;
  strcpy(state_file, "state");
  fake.forgotten = "damaged";
  make_scanner(1);
  scanner_start(scanner);
  scanner_request(scanner);
  const scanner_target_t *target = scanner_next(scanner, FOR_EVER);
  assert_int_equal(target->studio->scan.number, 1);
  assert_string_equal(target->recalled.text, "damaged");
}

static scanner_target_t *next(void) {
  scanner_target_t *target = scanner_next(scanner, FOR_EVER);
  assert_non_null(target);
  return target;
}

/* From now on both targets' listings reach their ends. */
static void make_scanner_that_remembers(void) {
  strcpy(state_file, "state");
  make_scanner(2);
  scanner_start(scanner);
  scanner_request(scanner);
  next()->studio->scan.listing_complete = true;
  next()->studio->scan.listing_complete = true;
  assert_int_equal(fake.put + fake.saved, 0);
}

/* A listing that did not reach its end would make the rest forgotten. */
static void scanner_remembers_what_a_complete_listing_has_left(void **state) {
  (void)state;
  state_complaint_t complaint = {"unset"};
  make_scanner_that_remembers();
  scanner_remembered(scanner, &complaint);
  assert_string_equal(complaint.text, "");
  scanner_target(scanner, 0)->studio->scan.listing_complete = false;
  scanner_request(scanner);
  next();
  next();
  assert_int_equal(fake.put, 1);
  assert_string_equal(fake.saved_keys, "prod us-east-1 group, prod eu-west-1 group, ");
  assert_string_equal(fake.put_key, "prod eu-west-1 group");
  scanner_remembered(scanner, &complaint);
  assert_string_equal(complaint.text, "full");
}

/* Whoever has the last target of a round finds the file written. */
static void scanner_writes_the_state_file_once_for_all_targets_of_a_round(void **state) {
  (void)state;
  make_scanner_that_remembers();
  for (size_t round = 1; round <= 3; round++) {
    scanner_request(scanner);
    next();
    next();
    assert_int_equal(fake.put, 2 * round);
    assert_int_equal(fake.saved, round);
  }
  fake.files_broken = true;
  scanner_request(scanner);
  next();
  next();
  assert_int_equal(fake.saved, 3);
}

/* One target is never done: what the other has left is written an interval later, and no earlier. */
static void scanner_does_not_wait_for_a_slow_target_for_longer_than_an_interval(void **state) {
  (void)state;
  make_scanner_that_remembers();
  fake_scans_keep(1);
  scanner_request(scanner);
  next();
  fake_scans_pass(59999);
  assert_int_equal(fake.put, 1);
  assert_int_equal(fake.saved, 0);
  fake_scans_pass(1);
  assert_int_equal(fake.saved, 1);
  fake_scans_pass(600000);
  assert_int_equal(fake.saved, 1);
}

static void scanner_writes_what_is_not_yet_written_when_it_stops(void **state) {
  (void)state;
  make_scanner_that_remembers();
  fake_scans_keep(1);
  scanner_request(scanner);
  next();
  assert_int_equal(fake.saved, 0);
  scanner_free(scanner);
  scanner = NULL;
  assert_int_equal(fake.saved, 1);
  assert_int_equal(fake.put, 1);
}

static void scanner_without_a_state_file_reads_and_writes_none(void **state) {
  (void)state;
  make_scanner(1);
  scanner_start(scanner);
  scanner_request(scanner);
  scanner_next(scanner, FOR_EVER)->studio->scan.listing_complete = true;
  scanner_request(scanner);
  assert_non_null(scanner_next(scanner, FOR_EVER));
  assert_int_equal(fake.recalled + fake.put + fake.saved, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(scanner_has_a_target_for_each_region_of_each_account),
      TEST(scanner_hands_an_accounts_settings_to_the_client),
      TEST(scanner_hands_an_accounts_settings_to_its_studios),
      TEST(scanner_keeps_what_is_to_be_said_of_the_accounts_files),
      TEST(scanner_gives_each_target_once_when_its_scan_is_done),
      TEST(scanner_scans_again_with_what_it_knew),
      TEST(scanner_returns_at_the_deadline_while_a_scan_goes_on),
      TEST(scanner_counts_the_reads_that_a_scan_takes_and_does_not_start_it_again),
      TEST(scanner_keeps_a_done_scan_for_the_next_read),
      TEST(scanner_finds_a_region_that_is_not_configured_once),
      TEST(scanner_tells_why_a_scan_could_not_begin_and_tries_again),
      TEST(scanner_names_the_environments_region_while_files_are_unusable),
      TEST(scanner_stops_at_once_while_a_scan_hangs),
      TEST(scanner_stops_while_it_has_nothing_to_do_and_before_it_has_begun),
      TEST(scanner_recalls_a_target_before_its_first_scan),
      TEST(scanner_starts_cold_where_nothing_can_be_recalled),
      TEST(scanner_remembers_what_a_complete_listing_has_left),
      TEST(scanner_writes_the_state_file_once_for_all_targets_of_a_round),
      TEST(scanner_does_not_wait_for_a_slow_target_for_longer_than_an_interval),
      TEST(scanner_writes_what_is_not_yet_written_when_it_stops),
      TEST(scanner_without_a_state_file_reads_and_writes_none),
  };
  return cmocka_run_group_tests_name("scanner", tests, NULL, NULL);
}
