/* A target whose scan is done, without a scanner: what the tests of dispatch.c, complaints.c and notices.c share. */
#ifndef UNIT_TARGET_FIXTURE_H
#define UNIT_TARGET_FIXTURE_H

#include "fake_aws.h"
#include "fake_collectd.h"

#include "scanner.h"

/* Account "prod", region us-east-1, log group "group", every kind of value wanted, wasted after an hour. */
typedef struct {
  config_account_t config;
  scanner_account_t account;
  scanner_target_t target;
} target_t;

extern target_t one, other;

/* For a test's setup and teardown: both targets, whose first scan has listed nothing. */
int target_begin(void **state);
int target_end(void **state);

/* A KernelGateway of a user in domain d-1, in service and looked at in the target's scan. */
studio_app_t *target_add(target_t *target, const char *user, const char *name, int64_t created_s_ago);

/* A space of domain d-1, as ListSpaces has told of it in the target's scan (owner NULL: a shared one without), and the
 * app "default" in it. */
studio_space_t *target_space(target_t *target, const char *name, const char *owner);
studio_app_t *target_enter(target_t *target, studio_space_t *space, const char *type, int64_t created_s_ago);

/* The target's next scan, which lists nothing yet. */
void target_next_scan(target_t *target);

/* What scanner_clock shows. */
void target_set_clock(cdtime_t now);

#define TARGET_NOW_S 1000000

#endif
