/* links: studio unit/studio_fixture unit/fake_aws */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/domain_settings.h"
#include "studio/values.h"

#define NOW_MS INT64_C(1795466160000)
#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define OPERATION "DescribeDomain"

#define IDLE(settings) "{\"AppLifecycleManagement\":{\"IdleSettings\":" settings "}}"
#define ON(minutes) IDLE("{\"LifecycleManagement\":\"ENABLED\",\"IdleTimeoutInMinutes\":" minutes "}")
#define OFF IDLE("{\"LifecycleManagement\":\"DISABLED\",\"IdleTimeoutInMinutes\":120}")
#define DOMAIN(rest) "{\"DomainId\":\"d-1\",\"AuthMode\":\"IAM\"" rest "}"
#define LABS(settings) DOMAIN(",\"DefaultUserSettings\":{\"JupyterLabAppSettings\":" settings "}")

static domain_settings_t settings;
static int finished;
static values_counts_t counts;

static void on_done(void *user_data) {
  (void)user_data;
  finished++;
}

static void on_value(void *user_data, const values_item_t *item) {
  (void)user_data;
  (void)item;
}

static void ask(void) {
  finished = 0;
  domain_settings_start(&settings, studio, on_done, NULL);
  fake_aws_run();
  assert_int_equal(finished, 1);
}

static int begin(void **state) {
  int status = studio_begin(state);
  if (status != 0)
    return status;
  fake_aws_set_now_ms(NOW_MS);
  studio->scan.listing_complete = true;
  return 0;
}

static studio_app_t *add_in(const char *domain_id, const char *type, const char *name, int64_t idle_ms) {
  studio_app_t *app = app_get(studio, domain_get(studio, domain_id), "u", NULL, type, name);
  assert_non_null(app);
  app->listing.in_scan = app->log.looked_at_in_scan = studio->scan.number;
  app->listing.created_ms = NOW_MS - idle_ms;
  return app;
}

static studio_app_t *add(const char *type, const char *name, int64_t idle_ms) {
  return add_in("d-1", type, name, idle_ms);
}

static studio_app_t *add_shared(const char *type, space_sharing_t sharing) {
  studio_own("s", "u")->sharing = (uint8_t)sharing;
  return studio_add_in("s", type, "default");
}

/* The scan after, which lists the same apps. */
static void next_scan_at(int64_t now_ms) {
  studio_next_scan();
  studio->scan.listing_complete = true;
  fake_aws_set_now_ms(now_ms);
  for (size_t i = 0; i < studio->apps_count; i++)
    studio->apps[i]->listing.in_scan = studio->apps[i]->log.looked_at_in_scan = studio->scan.number;
}

static void count_at(int64_t now_ms) { counts = studio_report(now_ms, on_value, NULL); }

/* A timeout in minutes, 0 for off, -1 for not known. */
static int64_t shutdown_of(const studio_app_t *app) {
  idle_shutdown_t shutdown = domain_settings_idle_shutdown(app);
  assert_int_equal(shutdown.minutes > 0, shutdown.state == IDLE_SHUTDOWN_ON);
  return shutdown.state == IDLE_SHUTDOWN_UNKNOWN ? -1 : (int64_t)shutdown.minutes;
}

static void settings_are_read_as_far_as_they_are_understood(void **state) {
  static const struct {
    const char *output;
    int64_t lab, editor, shared;
  } cases[] = {
      {LABS(ON("120")), 120, 0, 0},
      {LABS(ON("60")), 60, 0, 0},
      {LABS(ON("525600")), 525600, 0, 0},
      {LABS(OFF), 0, 0, 0},
      {DOMAIN(",\"DefaultUserSettings\":{}"), 0, 0, 0},
      {DOMAIN(",\"DefaultUserSettings\":{\"CodeEditorAppSettings\":" ON("90") "}"), 0, 90, 0},
      {DOMAIN(",\"DefaultUserSettings\":{},\"DefaultSpaceSettings\":{\"JupyterLabAppSettings\":" ON("180") "}"), 0, 0,
       180},
      {DOMAIN(",\"DefaultUserSettings\":{},\"DefaultSpaceSettings\":{}"), 0, 0, 0},
      {LABS("{}"), 0, 0, 0},
      {LABS("null"), 0, 0, 0},
      {LABS("{\"AppLifecycleManagement\":{}}"), 0, 0, 0},
      {LABS(IDLE("{}")), 0, 0, 0},
      {LABS(IDLE("{\"IdleTimeoutInMinutes\":120}")), 0, 0, 0},
      {DOMAIN(""), -1, -1, 0},
      {DOMAIN(",\"DefaultUserSettings\":[],\"DefaultSpaceSettings\":7"), -1, -1, -1},
      {LABS("7"), -1, 0, 0},
      {LABS("{\"AppLifecycleManagement\":\"on\"}"), -1, 0, 0},
      {LABS(IDLE("[]")), -1, 0, 0},
      {LABS(IDLE("{\"LifecycleManagement\":true}")), -1, 0, 0},
      {LABS(IDLE("{\"LifecycleManagement\":\"PAUSED\",\"IdleTimeoutInMinutes\":120}")), -1, 0, 0},
      {LABS(IDLE("{\"LifecycleManagement\":\"ENABLED\"}")), -1, 0, 0},
      {LABS(ON("\"120\"")), -1, 0, 0},
      {LABS(ON("120.5")), -1, 0, 0},
      {LABS(ON("59")), -1, 0, 0},
      {LABS(ON("0")), -1, 0, 0},
      {LABS(ON("-120")), -1, 0, 0},
      {LABS(ON("525601")), -1, 0, 0},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    studio_end(state);
    begin(state);
    const studio_app_t *lab = add("JupyterLab", "lab", 0);
    const studio_app_t *editor = add("CodeEditor", "editor", 0);
    const studio_app_t *shared = add_shared("JupyterLab", SPACE_SHARED);
    fake_aws_page(OPERATION, "{\"DomainId\":\"d-1\"}", cases[i].output);
    ask();
    if (shutdown_of(lab) != cases[i].lab || shutdown_of(editor) != cases[i].editor ||
        shutdown_of(shared) != cases[i].shared)
      fail_msg("%s: %d %d %d", cases[i].output, (int)shutdown_of(lab), (int)shutdown_of(editor),
               (int)shutdown_of(shared));
  }
}

static void settings_of_a_space_are_those_of_users_unless_it_is_shared(void **state) {
  static const struct {
    const char *type;
    space_sharing_t sharing;
    int64_t minutes;
  } cases[] = {
      {"JupyterLab", SPACE_PRIVATE, 120}, {"JupyterLab", SPACE_SHARED, 180}, {"JupyterLab", SPACE_SHARING_UNKNOWN, -1},
      {"CodeEditor", SPACE_PRIVATE, 90},  {"CodeEditor", SPACE_SHARED, -1},  {"KernelGateway", SPACE_PRIVATE, -1},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    studio_end(state);
    begin(state);
    add("JupyterLab", "lab", 0);
    const studio_app_t *app = add_shared(cases[i].type, cases[i].sharing);
    fake_aws_page(OPERATION, NULL,
                  DOMAIN(",\"DefaultUserSettings\":{\"JupyterLabAppSettings\":" ON(
                      "120") ",\"CodeEditorAppSettings\":" ON("90") "},\"DefaultSpaceSettings\":{"
                                                                    "\"JupyterLabAppSettings\":" ON("180") "}"));
    ask();
    assert_int_equal(shutdown_of(app), cases[i].minutes);
  }
}

static void settings_tell_how_people_log_in(void **state) {
  static const struct {
    const char *output;
    auth_mode_t mode;
  } cases[] = {
      {"{\"DomainId\":\"d-1\",\"AuthMode\":\"IAM\"}", AUTH_MODE_IAM},
      {"{\"DomainId\":\"d-1\",\"AuthMode\":\"SSO\"}", AUTH_MODE_SSO},
      {"{\"DomainId\":\"d-1\",\"AuthMode\":\"OTP\"}", AUTH_MODE_UNKNOWN},
      {"{\"DomainId\":\"d-1\",\"AuthMode\":1}", AUTH_MODE_UNKNOWN},
      {"{\"DomainId\":\"d-1\"}", AUTH_MODE_UNKNOWN},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    studio_end(state);
    begin(state);
    add("JupyterLab", "lab", 0);
    fake_aws_page(OPERATION, NULL, cases[i].output);
    ask();
    assert_int_equal(studio->domains[0]->facts.auth_mode, cases[i].mode);
  }
}

static void settings_are_asked_for_where_a_lab_or_an_editor_is_reported(void **state) {
  (void)state;
  add_in("d-kernel", "KernelGateway", "a", 0);
  add_in("d-lab", "JupyterLab", "a", 0);
  add_in("d-lab", "JupyterLab", "b", 0);
  add_in("d-editor", "CodeEditor", "a", 0);
  add_in("d-gone", "JupyterLab", "a", 0)->listing.in_scan = 0;
  add_in("d-excluded", "JupyterLab", "a", 0)->excluded = true;
  domain_get(studio, "d-empty");
  fake_aws_page(OPERATION, "{\"DomainId\":\"d-lab\"}", "{\"DomainId\":\"d-lab\"}");
  fake_aws_page(OPERATION, "{\"DomainId\":\"d-editor\"}", "{\"DomainId\":\"d-editor\"}");
  ask();
  assert_int_equal(fake_aws_asked(OPERATION), 2);
  assert_int_equal(fake_aws_waiting_peak(), 2);
}

static void settings_are_asked_for_once_a_day(void **state) {
  (void)state;
  const studio_app_t *lab = add("JupyterLab", "lab", 0);
  fake_aws_page(OPERATION, NULL, LABS(OFF));
  ask();
  next_scan_at(NOW_MS + DAY_MS - 1);
  ask();
  assert_int_equal(fake_aws_asked(OPERATION), 1);
  assert_int_equal(shutdown_of(lab), 0);
  next_scan_at(NOW_MS + DAY_MS);
  fake_aws_page(OPERATION, NULL, LABS(ON("240")));
  ask();
  assert_int_equal(fake_aws_asked(OPERATION), 2);
  assert_int_equal(shutdown_of(lab), 240);
  /* The clock was a year ahead, and has been set right. */
  next_scan_at(NOW_MS - 365 * DAY_MS);
  fake_aws_page(OPERATION, NULL, LABS(OFF));
  ask();
  assert_int_equal(shutdown_of(lab), 0);
}

static void settings_that_are_refused_are_not_known_and_asked_for_in_an_hour(void **state) {
  (void)state;
  const studio_app_t *lab = add("JupyterLab", "lab", 0);
  fake_aws_page(OPERATION, NULL, LABS(OFF));
  ask();
  next_scan_at(NOW_MS + DAY_MS);
  fake_aws_fail(OPERATION, NULL, "AccessDeniedException", 400);
  ask();
  assert_int_equal(shutdown_of(lab), -1);
  assert_int_equal(studio->domains[0]->facts.auth_mode, AUTH_MODE_UNKNOWN);
  assert_string_equal(studio->scan.errors[OPERATION_DESCRIBE_DOMAIN].code, "AccessDeniedException");
  next_scan_at(NOW_MS + DAY_MS + HOUR_MS - 1);
  ask();
  assert_int_equal(fake_aws_asked(OPERATION), 2);
  assert_false(studio->scan.tried[OPERATION_DESCRIBE_DOMAIN]);
  next_scan_at(NOW_MS + DAY_MS + HOUR_MS);
  fake_aws_page(OPERATION, NULL, LABS(ON("60")));
  ask();
  assert_int_equal(shutdown_of(lab), 60);
}

/* Else the answer for the one would say that it works again, an hour before the other's refusal is said anew. */
static void settings_that_are_refused_are_asked_for_with_those_of_another_domain(void **state) {
  (void)state;
  add_in("d-refused", "JupyterLab", "a", 0);
  fake_aws_fail(OPERATION, NULL, "AccessDeniedException", 400);
  ask();
  next_scan_at(NOW_MS + 1);
  add_in("d-new", "JupyterLab", "a", 0);
  fake_aws_fail(OPERATION, "{\"DomainId\":\"d-refused\"}", "AccessDeniedException", 400);
  fake_aws_page(OPERATION, "{\"DomainId\":\"d-new\"}", "{\"DomainId\":\"d-new\"}");
  ask();
  assert_string_equal(studio->scan.errors[OPERATION_DESCRIBE_DOMAIN].code, "AccessDeniedException");
}

static void settings_after_trouble_that_passes_are_asked_for_in_the_next_scan(void **state) {
  (void)state;
  const studio_app_t *lab = add("JupyterLab", "lab", 0);
  static const char *const outputs[] = {"{}", "[]", "{\"DomainId\":\"d-2\"}", "{\"DomainId\":1}"};
  fake_aws_fail(OPERATION, NULL, "ThrottlingException", 400);
  ask();
  assert_int_equal(shutdown_of(lab), -1);
  for (size_t i = 0; i < COUNT(outputs); i++) {
    next_scan_at(NOW_MS + 1);
    fake_aws_page(OPERATION, NULL, outputs[i]);
    ask();
    assert_int_equal(shutdown_of(lab), -1);
    assert_string_equal(studio->scan.errors[OPERATION_DESCRIBE_DOMAIN].code, "parse");
  }
  next_scan_at(NOW_MS + 1);
  fake_aws_refuse(1);
  ask();
  assert_string_equal(studio->scan.errors[OPERATION_DESCRIBE_DOMAIN].code, "internal");
  next_scan_at(NOW_MS + 1);
  fake_aws_page(OPERATION, NULL, LABS(ON("60")));
  ask();
  assert_int_equal(shutdown_of(lab), 60);
}

/* As when collectd ends: what is not freed valgrind and AddressSanitizer see. */
static void settings_that_are_dropped_under_way_keep_nothing(void **state) {
  (void)state;
  add("JupyterLab", "lab", 0);
  finished = 0;
  domain_settings_start(&settings, studio, on_done, NULL);
  fake_aws_drop();
  domain_settings_drop(&settings);
  assert_int_equal(finished, 0);
}

static void counts_have_what_is_unprotected_and_what_is_overdue(void **state) {
  (void)state;
  add("JupyterLab", "late", 120 * INT64_C(60000) + 1000);
  add("JupyterLab", "used", 120 * INT64_C(60000));
  add("JupyterLab", "unknown", 9 * DAY_MS)->log.looked_at_in_scan = 0;
  add("CodeEditor", "editor", 9 * DAY_MS);
  add("KernelGateway", "a", 9 * DAY_MS);
  fake_aws_page(OPERATION, NULL, LABS(ON("120")));
  ask();
  count_at(NOW_MS);
  assert_true(counts.shutdown_known);
  assert_int_equal(counts.overdue, 1);
  assert_int_equal(counts.unprotected, 1);
}

static void counts_are_known_where_something_could_be_asked_or_nothing_had_to_be(void **state) {
  (void)state;
  add("KernelGateway", "a", DAY_MS);
  ask();
  count_at(NOW_MS);
  assert_true(counts.shutdown_known);
  next_scan_at(NOW_MS);
  add_in("d-refused", "JupyterLab", "a", DAY_MS);
  fake_aws_fail(OPERATION, NULL, "AccessDeniedException", 400);
  ask();
  count_at(NOW_MS);
  assert_false(counts.shutdown_known);
  assert_true(counts.complete);
  next_scan_at(NOW_MS + HOUR_MS);
  add_in("d-1", "JupyterLab", "a", DAY_MS);
  fake_aws_fail(OPERATION, "{\"DomainId\":\"d-refused\"}", "AccessDeniedException", 400);
  fake_aws_page(OPERATION, "{\"DomainId\":\"d-1\"}", LABS(OFF));
  ask();
  count_at(NOW_MS + HOUR_MS);
  assert_true(counts.shutdown_known);
  assert_int_equal(counts.unprotected, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(settings_are_read_as_far_as_they_are_understood),
      TEST(settings_of_a_space_are_those_of_users_unless_it_is_shared),
      TEST(settings_tell_how_people_log_in),
      TEST(settings_are_asked_for_where_a_lab_or_an_editor_is_reported),
      TEST(settings_are_asked_for_once_a_day),
      TEST(settings_that_are_refused_are_not_known_and_asked_for_in_an_hour),
      TEST(settings_that_are_refused_are_asked_for_with_those_of_another_domain),
      TEST(settings_after_trouble_that_passes_are_asked_for_in_the_next_scan),
      TEST(settings_that_are_dropped_under_way_keep_nothing),
      TEST(counts_have_what_is_unprotected_and_what_is_overdue),
      TEST(counts_are_known_where_something_could_be_asked_or_nothing_had_to_be),
  };
  return cmocka_run_group_tests_name("domain_settings", tests, NULL, NULL);
}
