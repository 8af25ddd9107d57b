#include "scans.h"

#include <math.h>
#include <string.h>

#include "fake_aws.h"
#include "identifier.h"
#include "studio/confirm.h"
#include "studio/scan.h"
#include "studio/values.h"
#include "util/json.h"

#define HOUR_MS INT64_C(3600000)

static input_t *pages;

static bool serve(const char *operation, json_object *asked, json_object **output, aws_error_t *error) {
  (void)asked;
  size_t length = 0;
  const char *record = input_record(pages, &length);
  if (record != NULL && record[0] != '!') {
    *output = json_parse(record, length);
    if (*output != NULL)
      return true;
  }
  aws_error_set(error, record != NULL && record[0] == '!' ? record + 1 : "parse", operation, 400, "the message");
  return false;
}

static void check_name(const char identifier[IDENTIFIER_SIZE]) {
  INPUT_PROMISE(memchr(identifier, '\0', IDENTIFIER_SIZE) != NULL && identifier[0] != '\0');
  INPUT_PROMISE(strchr(identifier, '/') == NULL && input_is_line(identifier));
}

static void on_value(void *user_data, const values_item_t *value) {
  (void)user_data;
  char identifier[IDENTIFIER_SIZE];
  INPUT_PROMISE(isnan(value->value) || (isfinite(value->value) && value->value >= 0.0));
  identifier_owner(identifier, value->domain->id, value->user, value->space);
  check_name(identifier);
  if (value->app != NULL) {
    identifier_app(identifier, value->app->type, value->space, app_name(value->app));
    check_name(identifier);
  }
}

static void on_done(void *user_data) { (*(int *)user_data)++; }

void scans_run(studio_t *studio, input_t *input, int64_t now_ms) {
  pages = input;
  fake_aws_serve(serve);
  scan_t *scan = scan_new(studio);
  int finished = 0;
  INPUT_PROMISE(scan != NULL);
  fake_aws_set_now_ms(now_ms);
  scan_start(scan, on_done, &finished);
  fake_aws_run();
  INPUT_PROMISE(finished == 1);
  scan_free(scan);
  confirm_note_report(studio, now_ms);
  values_counts_t counts = values_of(studio, now_ms, on_value, NULL);
  /* An odd item of a listing may be an app; what one listing leaves out still has its user. */
  INPUT_PROMISE(counts.unknown <= counts.apps + studio->scan.odd_apps);
  INPUT_PROMISE(counts.users <= studio->apps_count && counts.chatty <= counts.apps);
  INPUT_PROMISE(!counts.complete || (counts.listing_complete && counts.unknown == 0));
}

studio_settings_t scans_settings(uint8_t how) {
  static const char *const domains[] = {"d-1", "d-2"};
  static const char *const types[] = {"KernelGateway", "JupyterLab", "Canvas"};
  static signal_rule_t chatty = {.signal = SIGNAL_MATCH, .pattern = (char *)"?\"Saving file\""};
  static const signal_rule_t rules[] = {
      {(char *)"JupyterLab", SIGNAL_MATCH, (char *)"?\"Saving file\"", NULL, false},
      {(char *)"CodeEditor", SIGNAL_IGNORE, (char *)"-\"File not found\"", &chatty, false}};
  static const int64_t confirm_after_ms = 24 * HOUR_MS;
  static const billing_price_t prices[] = {{(char *)"*", (char *)"ml.t3.medium", 0.05}};
  return (studio_settings_t){
      .domains = {domains, how % 3},
      .app_types = {types, (how & 4U) != 0 ? 3 : 0},
      .rules = rules,
      .rules_count = 2,
      .prices = prices,
      .prices_count = 1,
      .log_group = "group",
      .label_by_name = (how & 8U) != 0,
      .watch_spaces = (how & 16U) != 0,
      .lookback_ms = 48 * HOUR_MS,
      .log_lag_ms = 2 * HOUR_MS,
      .confirm_after_ms = &confirm_after_ms,
      .confirm_after_count = (how & 32U) != 0 ? 1 : 0,
      .idle_after_ms = HOUR_MS,
      .canvas_metric = (how & 64U) != 0,
  };
}
