/* links: rim unit/target_fixture unit/fake_aws unit/fake_collectd fuzz/reports fuzz/scans fuzz/input */
/* The pages of three scans, and what collectd gets of them: every value has a name that its writers take, every trouble
 * is one line. */
#include "complaints.h"
#include "dispatch.h"
#include "target_fixture.h"

#include "reports.h"
#include "scans.h"

#define SCANS 3
#define INTERVAL TIME_T_TO_CDTIME_T(300)

static void scan(dispatch_t *report, dispatch_health_t *health, complaints_target_t *trouble,
                 complaints_account_t *account, input_t *input, int64_t now_ms) {
  scans_run(one.target.studio, input, now_ms);
  fake_cdtime_set(MS_TO_CDTIME_T((uint64_t)now_ms));
  complaints_scan(trouble, account, 0, &one.target);
  dispatch_scan(report, &one.target, health, INTERVAL);
  complaints_series(trouble, &one.target, health);
  complaints_begin(trouble, &one.target, health);
  dispatch_health(report, &one.target, health, INTERVAL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  const studio_settings_t settings = scans_settings(input_byte(&input));
  dispatch_t report;
  dispatch_health_t health = {.since = TIME_T_TO_CDTIME_T(5000)};
  complaints_target_t trouble = {.group = {0}};
  complaints_account_t account;
  INPUT_PROMISE(target_begin(NULL) == 0 && complaints_account_init(&account, &one.config));
  reports_check(data, size);
  studio_free(one.target.studio);
  one.target.studio = studio_new(&settings, fake_aws_session());
  INPUT_PROMISE(one.target.studio != NULL);
  dispatch_init(&report);
  for (int i = 0; i < SCANS; i++)
    scan(&report, &health, &trouble, &account, &input, SCANS_START_MS + i * SCANS_EVERY_MS);
  dispatch_clear(&report);
  complaints_account_clear(&account);
  (void)target_end(NULL);
  input_clear(&input);
  return 0;
}
