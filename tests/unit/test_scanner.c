/* links: scanner aws/counters aws/error aws/utf8 unit/fake_collectd -ljson-c -lm -lpthread */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_collectd.h"

#include "scanner.h"

/* In place of the AWS client and of scan.c: scans that are done when the test says so. All under one lock, for the
 * scanner's thread is a real one. */
static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool woken, hold;
  scan_t *scans[8]; /* under way */
  size_t scans_count, started;
  const char *region;      /* NULL: none is found */
  const char *environment; /* the environment's */
  bool files_broken, no_studio;
} fake = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

const loop_clock_t loop_system_clock;

bool http_init(void) { return true; }

aws_t *aws_new(const loop_clock_t *clock) {
  (void)clock;
  return (aws_t *)&fake;
}

void aws_free(aws_t *aws) { assert_ptr_equal(aws, &fake); }

aws_account_t *aws_account_new(aws_t *aws, const aws_settings_t *settings) {
  assert_ptr_equal(aws, &fake);
  assert_int_equal(settings->timeout_ms, 10000);
  return malloc(1);
}

void aws_account_free(aws_account_t *account) { free(account); }

bool aws_account_refresh(aws_account_t *account, aws_error_t *error) {
  (void)account;
  if (fake.files_broken)
    aws_error_set(error, "credentials", "credentials", 0, "broken");
  return !fake.files_broken;
}

void aws_account_region(aws_account_t *account, aws_region_done_t *done, void *owner) {
  (void)account;
  aws_error_t error;
  aws_error_set(&error, "region", "region", 0, "none");
  done(owner, fake.region, fake.region == NULL ? &error : NULL);
}

const char *aws_environment_region(void) { return fake.environment; }

bool endpoint_region_is_valid(const char *region) { return strchr(region, '/') == NULL; }

aws_session_t *aws_session_new(aws_account_t *account, const char *region, counters_t *requests, counters_t *errors) {
  (void)account;
  (void)requests;
  (void)errors;
  return (aws_session_t *)strdup(region);
}

void aws_session_free(aws_session_t *session) { free(session); }

const char *aws_session_region(const aws_session_t *session) { return (const char *)session; }

int64_t aws_monotonic_ms(const aws_t *aws) {
  (void)aws;
  return 0;
}

void aws_wake(aws_t *aws) {
  (void)aws;
  pthread_mutex_lock(&fake.lock);
  fake.woken = true;
  pthread_cond_broadcast(&fake.changed);
  pthread_mutex_unlock(&fake.lock);
}

/* Ends the scans unless they are held, and waits while they are. */
aws_end_t aws_drive(aws_t *aws, int64_t deadline_ms) {
  (void)aws;
  (void)deadline_ms;
  pthread_mutex_lock(&fake.lock);
  while (fake.hold && fake.scans_count > 0 && !fake.woken)
    pthread_cond_wait(&fake.changed, &fake.lock);
  bool woken = fake.woken;
  fake.woken = false;
  size_t count = fake.hold ? 0 : fake.scans_count;
  fake.scans_count -= count;
  pthread_mutex_unlock(&fake.lock);
  for (size_t i = 0; i < count; i++)
    fake.scans[i]->done(fake.scans[i]->owner);
  return woken ? AWS_WOKEN : AWS_IDLE;
}

studio_t *studio_new(const studio_settings_t *settings, aws_session_t *session) {
  studio_t *studio = fake.no_studio ? NULL : calloc(1, sizeof(*studio));
  if (studio != NULL)
    *studio = (studio_t){.settings = *settings, .session = session};
  return studio;
}

void studio_free(studio_t *studio) { free(studio); }

void scan_start(scan_t *scan, studio_t *studio, scan_done_t *done, void *owner) {
  pthread_mutex_lock(&fake.lock);
  *scan = (scan_t){.studio = studio, .done = done, .owner = owner};
  studio->scan.number++;
  fake.scans[fake.scans_count++] = scan;
  fake.started++;
  pthread_cond_broadcast(&fake.changed);
  pthread_mutex_unlock(&fake.lock);
}

static void set_hold(bool hold) {
  pthread_mutex_lock(&fake.lock);
  fake.hold = hold;
  pthread_cond_broadcast(&fake.changed);
  pthread_mutex_unlock(&fake.lock);
}

/* Waits until so many scans have been started in all. */
static void await_started(size_t count) {
  pthread_mutex_lock(&fake.lock);
  while (fake.started < count)
    pthread_cond_wait(&fake.changed, &fake.lock);
  pthread_mutex_unlock(&fake.lock);
}

static char region_one[] = "us-east-1", region_two[] = "eu-west-1", name[] = "prod", log_group[] = "group";
static char *regions[] = {region_one, region_two};
static config_account_t accounts[2];
static config_t config;
static scanner_t *scanner;

/* Two targets; of the account without regions, where none is asked for, one. */
static void make_scanner(size_t regions_count) {
  accounts[0] = (config_account_t){
      .name = name, .regions = {regions, regions_count}, .log_group = log_group, .timeout = TIME_T_TO_CDTIME_T(10)};
  config = (config_t){.accounts = accounts, .accounts_count = 1};
  scanner = scanner_new(&config);
  assert_non_null(scanner);
}

static int begin(void **state) {
  fake.woken = fake.hold = fake.files_broken = fake.no_studio = false;
  fake.scans_count = fake.started = 0;
  fake.region = "ap-northeast-1";
  fake.environment = NULL;
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
  set_hold(true);
  scanner_start(scanner);
  scanner_request(scanner);
  await_started(1);
  assert_null(scanner_next(scanner, 0));
  cdtime_t deadline = scanner_clock() + MS_TO_CDTIME_T(20);
  assert_null(scanner_next(scanner, deadline));
  assert_true(scanner_clock() >= deadline);
  assert_true(scanner_clock() < deadline + TIME_T_TO_CDTIME_T(10));
  set_hold(false);
  assert_non_null(scanner_next(scanner, FOR_EVER));
}

static void scanner_counts_the_reads_that_a_scan_takes_and_does_not_start_it_again(void **state) {
  (void)state;
  make_scanner(1);
  set_hold(true);
  scanner_start(scanner);
  scanner_request(scanner);
  await_started(1);
  scanner_request(scanner);
  scanner_request(scanner);
  set_hold(false);
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
  await_started(4);
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
  assert_string_equal(target->trouble.code, "");
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
    assert_string_equal(target->trouble.code, "region");
    assert_null(target->studio);
    assert_string_equal(counters_name(&target->errors, 0), "region");
    assert_int_equal(counters_value(&target->errors, 0), i + 1);
  }
  fake.files_broken = true;
  scanner_request(scanner);
  assert_string_equal(scanner_next(scanner, FOR_EVER)->trouble.code, "credentials");
  fake.files_broken = false;
  fake.region = "ap-northeast-1";
  fake.no_studio = true;
  scanner_request(scanner);
  assert_string_equal(scanner_next(scanner, FOR_EVER)->trouble.code, "internal");
  fake.no_studio = false;
  scanner_request(scanner);
  const scanner_target_t *target = scanner_next(scanner, FOR_EVER);
  assert_string_equal(target->trouble.code, "");
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
  set_hold(true);
  scanner_start(scanner);
  scanner_request(scanner);
  await_started(2);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(scanner_has_a_target_for_each_region_of_each_account),
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
  };
  return cmocka_run_group_tests_name("scanner", tests, NULL, NULL);
}
