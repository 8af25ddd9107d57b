/* Scans of two targets that are reported: what the tests of reports share. */
#ifndef UNIT_DISPATCH_FIXTURE_H
#define UNIT_DISPATCH_FIXTURE_H

#include "target_fixture.h"

#include "dispatch.h"

#define INTERVAL TIME_T_TO_CDTIME_T(300)
#define SCAN "localhost/sagemaker_scan-prod_us-east-1/"

extern dispatch_t report;
extern dispatch_health_t health, other_health;

/* For a test's setup and teardown. */
int reporting_begin(void **state);
int reporting_end(void **state);

/* The first target's values, or those about the plugin itself, and no others. */
void scan(void);

/* The same of the other target; what was dispatched before is kept. */
void scan_other(void);
void tell_health(void);

void assert_gauge(const char *name, double expected);
void assert_absent(const char *name);

#endif
