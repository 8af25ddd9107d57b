/* What is said of the targets of target_fixture.h: what the tests of trouble.h share. */
#ifndef UNIT_TROUBLE_FIXTURE_H
#define UNIT_TROUBLE_FIXTURE_H

#include "target_fixture.h"

#include "complaints.h"

#define ABOUT "sagemaker plugin: account \"prod\", region us-east-1: "

extern complaints_account_t account;
extern complaints_target_t trouble, other_trouble;

/* For a test's setup and teardown. */
int trouble_fixture_begin(void **state);
int trouble_fixture_end(void **state);

/* Says the trouble of a scan, and returns the only line; "" for none. */
const char *said(void);

#endif
