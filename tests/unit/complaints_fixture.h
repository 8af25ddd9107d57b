/* What is said of the targets of target_fixture.h: what the tests of complaints.h and notices.h share. */
#ifndef UNIT_COMPLAINTS_FIXTURE_H
#define UNIT_COMPLAINTS_FIXTURE_H

#include "target_fixture.h"

#include "complaints.h"

#define ABOUT "sagemaker plugin: account \"prod\", region us-east-1: "

extern complaints_account_t account;
extern complaints_target_t trouble, other_trouble;

/* For a test's setup and teardown. */
int complaints_fixture_begin(void **state);
int complaints_fixture_end(void **state);

/* said has a scan's complaints told, and is the only line; "": there is no line. */
const char *said(void);

#endif
