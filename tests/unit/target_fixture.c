#include "target_fixture.h"

#include <string.h>

#include "test.h"

target_t one, other;

static cdtime_t clock_now;

cdtime_t scanner_clock(void) { return clock_now; }

const char *scanner_region(const scanner_target_t *target) {
  return target->region != NULL ? target->region : "unknown";
}

void target_set_clock(cdtime_t now) { clock_now = now; }

static char account_name[] = "prod";
static char log_group[] = "group";

static bool make(target_t *made) {
  static const studio_settings_t settings = {.log_group = log_group, .idle_after_ms = INT64_C(3600) * 1000};
  memset(made, 0, sizeof(*made));
  made->config = (config_account_t){.name = account_name,
                                    .studio = {.log_group = log_group, .watch_spaces = true},
                                    .report_by_app = true,
                                    .report_by_user = true,
                                    .report_by_instance = true};
  made->account.config = &made->config;
  made->target.account = &made->account;
  made->target.region = "us-east-1";
  made->target.state = TARGET_DONE;
  made->target.session = fake_aws_session();
  made->target.studio = studio_new(&settings, fake_aws_session());
  made->target.reads = 1;
  if (made->target.studio != NULL)
    target_next_scan(made);
  return made->target.studio != NULL;
}

int target_begin(void **state) {
  fake_collectd_begin(state);
  fake_aws_begin(state);
  fake_aws_set_now_ms(INT64_C(1000) * TARGET_NOW_S);
  target_set_clock(TIME_T_TO_CDTIME_T(5000));
  return make(&one) && make(&other) ? 0 : -1;
}

int target_end(void **state) {
  studio_free(one.target.studio);
  studio_free(other.target.studio);
  return fake_aws_end(state);
}

void target_next_scan(target_t *target) {
  studio_t *studio = target->target.studio;
  studio->scan = (studio_scan_t){.number = studio->scan.number + 1, .listing_complete = true};
}

static studio_app_t *enter(studio_t *studio, studio_app_t *app, int64_t created_s_ago) {
  assert_non_null(app);
  app->listing.in_scan = app->log.looked_at_in_scan = studio->scan.number;
  app->listing.created_ms = (TARGET_NOW_S - created_s_ago) * INT64_C(1000);
  return app;
}

studio_space_t *target_space(target_t *target, const char *name, const char *owner) {
  studio_t *studio = target->target.studio;
  studio_space_t *space = space_get(studio, domain_get(studio, "d-1"), name);
  assert_non_null(space);
  if (owner != NULL && space->owner == NULL)
    space->owner = strdup(owner);
  space->known = true;
  space->listed_in_scan = studio->scan.number;
  return space;
}

studio_app_t *target_enter(target_t *target, studio_space_t *space, const char *type, int64_t created_s_ago) {
  studio_t *studio = target->target.studio;
  space->occupied_in_scan = studio->scan.number;
  return enter(studio, app_get(studio, space->domain, NULL, space, type, "default"), created_s_ago);
}

studio_app_t *target_add(target_t *target, const char *user, const char *name, int64_t created_s_ago) {
  studio_t *studio = target->target.studio;
  studio_domain_t *domain = domain_get(studio, "d-1");
  return enter(studio, app_get(studio, domain, user, NULL, "KernelGateway", name), created_s_ago);
}
