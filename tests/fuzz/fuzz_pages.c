/* links: studio/scan studio/inventory studio/listing studio/activity studio/matching studio/chatter studio/signals */
/* links: studio/request studio/operations studio/studio studio/owners studio/pointer_set studio/billing studio/idle */
/* links: studio/idle_since studio/sweep studio/by_name studio/log_stream studio/search studio/confirm */
/* links: studio/identifier aws/answer aws/buffer aws/error aws/utf8 unit/fake_aws fuzz/input -lcrypto -ljson-c -lm */
/* What AWS answers a scan, page by page: each record is a page, one that begins with '!' an error. Several scans see
 * the records in turn, an hour apart, and what they found is reported after each. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aws/answer.h"
#include "fake_aws.h"
#include "studio/identifier.h"
#include "studio/idle.h"
#include "studio/scan.h"

#include "input.h"

#define SCANS_MAX 4
#define START_MS INT64_C(1795466160000)
#define HOUR_MS INT64_C(3600000)

static input_t input;

static bool serve(const char *operation, json_object *asked, json_object **output, aws_error_t *error) {
  (void)asked;
  size_t length = 0;
  const char *record = input_record(&input, &length);
  if (record != NULL && record[0] != '!') {
    *output = answer_parse(record, length);
    if (*output != NULL)
      return true;
  }
  aws_error_set(error, record != NULL && record[0] == '!' ? record + 1 : "parse", operation, 400, "the message");
  return false;
}

static void check_name(const char identifier[IDENTIFIER_SIZE]) {
  INPUT_PROMISE(memchr(identifier, '\0', IDENTIFIER_SIZE) != NULL && identifier[0] != '\0');
  INPUT_PROMISE(strpbrk(identifier, "/\n\"' ") == NULL && input_is_line(identifier));
}

static bool on_value(void *owner, const idle_value_t *value) {
  (void)owner;
  char identifier[IDENTIFIER_SIZE];
  INPUT_PROMISE(isnan(value->value) || (isfinite(value->value) && value->value >= 0.0));
  identifier_owner(identifier, value->domain->id, value->user, value->space);
  check_name(identifier);
  if (value->app != NULL) {
    identifier_app(identifier, value->app->type, value->space, studio_app_name(value->app));
    check_name(identifier);
  }
  return true;
}

static void on_done(void *owner) { (*(int *)owner)++; }

static void scan(studio_t *studio, int64_t now_ms) {
  scan_t scanned;
  idle_counts_t counts;
  int finished = 0;
  fake_aws_set_now_ms(now_ms);
  scan_start(&scanned, studio, on_done, &finished);
  fake_aws_run();
  INPUT_PROMISE(finished == 1);
  idle_report(studio, now_ms, on_value, NULL, &counts);
  INPUT_PROMISE(counts.unknown <= counts.apps && counts.users <= counts.apps && counts.chatty <= counts.apps);
  INPUT_PROMISE(!counts.complete || (counts.listed && counts.unknown == 0));
}

/* The first byte chooses the settings. */
static studio_settings_t settings_of(uint8_t how) {
  static const char *const domains[] = {"d-1", "d-2"};
  static const char *const types[] = {"KernelGateway", "JupyterLab", "Canvas"};
  static const signal_rule_t rules[] = {{(char *)"JupyterLab", SIGNAL_MATCH, (char *)"?\"Saving file\""},
                                        {(char *)"CodeEditor", SIGNAL_IGNORE, (char *)"-\"File not found\""}};
  static const billing_price_t prices[] = {{(char *)"*", (char *)"ml.t3.medium", 0.05}};
  return (studio_settings_t){
      .domains = {domains, how & 3U},
      .app_types = {types, (how & 4U) != 0 ? 3 : 0},
      .rules = rules,
      .rules_count = 2,
      .match_pattern = "?\"Saving file\"",
      .prices = prices,
      .prices_count = 1,
      .log_group = "group",
      .label_by_name = (how & 8U) != 0,
      .watch_spaces = (how & 16U) != 0,
      .lookback_ms = 48 * HOUR_MS,
      .idle_after_ms = HOUR_MS,
  };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input = input_of(data, size);
  uint8_t how = input_byte(&input);
  studio_settings_t settings = settings_of(how % 4 == 3 ? (uint8_t)(how - 1) : how);
  (void)fake_aws_begin(NULL);
  fake_aws_serve(serve);
  studio_t *studio = studio_new(&settings, fake_aws_session());
  for (int i = 0; i < SCANS_MAX && (i == 0 || input.left > 0); i++)
    scan(studio, START_MS + i * HOUR_MS);
  studio_free(studio);
  (void)fake_aws_end(NULL);
  input_clear(&input);
  return 0;
}
