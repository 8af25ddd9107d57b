#include "dispatch_fixture.h"

#include <math.h>

#include "test.h"

#include "studio/settle.h"

dispatch_t report;
dispatch_health_t health, other_health;

int reporting_begin(void **state) {
  report = (dispatch_t){.last_value = 0.0};
  health = (dispatch_health_t){.since = TIME_T_TO_CDTIME_T(5000)};
  other_health = health;
  dispatch_init(&report);
  return target_begin(state);
}

int reporting_end(void **state) {
  dispatch_clear(&report);
  dispatch_clear(&report);
  return target_end(state);
}

/* A scan's end, its report, and the beginning of the next one. */
static void report_target(target_t *target, dispatch_health_t *target_health) {
  settle_scan(target->target.studio);
  dispatch_scan(&report, &target->target, target_health, INTERVAL);
  settle_forget(target->target.studio);
}

void scan_other(void) { report_target(&other, &other_health); }

void scan(void) {
  fake_values_forget();
  report_target(&one, &health);
}

void tell_health(void) {
  fake_values_forget();
  dispatch_health(&report, &one.target, &health, INTERVAL);
}

void assert_gauge(const char *name, double expected) {
  const fake_value_t *value = fake_value_named(name);
  if (value == NULL)
    fail_msg("%s was not dispatched", name);
  else if (value->value.gauge != expected && !(isnan(expected) && isnan(value->value.gauge)))
    fail_msg("%s is %g", name, value->value.gauge);
}

void assert_absent(const char *name) {
  if (fake_value_named(name) != NULL)
    fail_msg("%s was dispatched", name);
}
