/* links: rim unit/target_fixture unit/fake_aws unit/fake_collectd fuzz/scans fuzz/input */
/* The pages of three scans, and what collectd gets of them: every value has a name that its writers take, every trouble
 * is one line. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "complaints.h"
#include "dispatch.h"
#include "target_fixture.h"

#include "scans.h"

#define SCANS 3
#define INTERVAL TIME_T_TO_CDTIME_T(300)
#define PLUGIN "sagemaker"

static void check_part(const char *part, bool may_be_empty) {
  INPUT_PROMISE(memchr(part, '\0', DATA_MAX_NAME_LEN) != NULL && (may_be_empty || part[0] != '\0'));
  INPUT_PROMISE(strchr(part, '/') == NULL && input_is_line(part));
}

static void check_value(const value_list_t *list) {
  check_part(list->host, false);
  check_part(list->plugin, false);
  check_part(list->plugin_instance, false);
  check_part(list->type, false);
  check_part(list->type_instance, true);
  INPUT_PROMISE(strncmp(list->plugin, PLUGIN, strlen(PLUGIN)) == 0 && list->values_len == 1 && list->time > 0);
  if (strcmp(list->type, "duration") == 0)
    INPUT_PROMISE(isnan(list->values[0].gauge) || (isfinite(list->values[0].gauge) && list->values[0].gauge >= 0.0));
}

static void check_line(const char *text) { INPUT_PROMISE(input_is_line(text) && strstr(text, "(null)") == NULL); }

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
  fake_collectd_check(check_value, check_line);
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
