/* links: rim unit/fake_aws -lcmocka */
/* How much memory an app takes for good: a studio of so many apps on an AWS that answers at once, scanned and reported.
 *
 * usage: memory APPS
 *
 * The apps are those of the benchmark's mixed world: 45 % kernel gateways of users, the rest JupyterLabs and Code
 * Editors in spaces of their owners, four apps to a user, on priced instances. Prints a line: apps, bytes that are in
 * use after the first scan and report and were not before, and after two more of each. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"
#include "utils/common/common.h"
#include "utils_cache.h"

#include "dispatch.h"
#include "fake_aws.h"

#define INTERVAL TIME_T_TO_CDTIME_T(300)
#define NOW_MS INT64_C(1795466160000)
#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define LIST_PAGE 100
#define STREAMS_PAGE 50
#define DOMAINS 10
#define APPS_PER_USER 4

static char hostname[] = "localhost";
char *hostname_g = hostname;

static size_t apps;

/* What dispatch.c asks of collectd and of the scanner; nothing is kept. */
cdtime_t cdtime(void) { return MS_TO_CDTIME_T(NOW_MS); }

cdtime_t scanner_clock(void) { return TIME_T_TO_CDTIME_T(1000); }

const char *scanner_region(const scanner_target_t *target) { return target->region; }

int plugin_dispatch_values(value_list_t const *vl) {
  (void)vl;
  return 0;
}

int uc_get_value_by_name(const char *name, value_t **ret_values, size_t *ret_values_num) {
  (void)name;
  *ret_values = NULL;
  *ret_values_num = 0;
  return -1;
}

/* A pointer that nobody looks behind. */
meta_data_t *meta_data_create(void) { return (meta_data_t *)&apps; }

void meta_data_destroy(meta_data_t *md) { (void)md; }

int meta_data_add_string(meta_data_t *md, const char *key, const char *value) {
  (void)md;
  (void)key;
  (void)value;
  return 0;
}

char *sstrncpy(char *dest, const char *src, size_t n) {
  (void)snprintf(dest, n, "%s", src);
  return dest;
}

int ssnprintf(char *str, size_t size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(str, size, format, arguments);
  va_end(arguments);
  return length;
}

/* The nth app of the world. */
typedef struct {
  char domain[32], owner[32], place[32];
  const char *type, *name;
  char gateway[32];
  const char *instance;
  bool in_space;
  int64_t last_event_ms;
} app_t;

static void describe(app_t *app, size_t number) {
  static const char *const instances[] = {"ml.t3.medium", "ml.m5.xlarge", "ml.t3.medium", "ml.g4dn.xlarge"};
  size_t user = number / APPS_PER_USER;
  app->in_space = number % 20 >= 9;
  app->type = number % 20 < 9 ? "KernelGateway" : (number % 20 < 17 ? "JupyterLab" : "CodeEditor");
  (void)snprintf(app->domain, sizeof(app->domain), "d-bench%07zu", user % DOMAINS);
  (void)snprintf(app->owner, sizeof(app->owner), "user%05zu", user);
  (void)snprintf(app->place, sizeof(app->place), app->in_space ? "space%06zu" : "user%05zu",
                 app->in_space ? number : user);
  (void)snprintf(app->gateway, sizeof(app->gateway), "gateway-%zu", number % APPS_PER_USER);
  app->name = app->in_space ? "default" : app->gateway;
  app->instance = instances[number % 4];
  app->last_event_ms = NOW_MS - (int64_t)(number % 1000) * DAY_MS / 100;
}

static void add_text(json_object *item, const char *name, const char *value) {
  json_object_object_add(item, name, json_object_new_string(value));
}

static json_object *app_item(const app_t *app) {
  json_object *item = json_object_new_object();
  json_object *spec = json_object_new_object();
  add_text(item, "DomainId", app->domain);
  add_text(item, app->in_space ? "SpaceName" : "UserProfileName", app->place);
  add_text(item, "AppType", app->type);
  add_text(item, "AppName", app->name);
  add_text(item, "Status", "InService");
  json_object_object_add(item, "CreationTime", json_object_new_double((double)(NOW_MS - 30 * DAY_MS) / 1000));
  add_text(spec, "InstanceType", app->instance);
  json_object_object_add(item, "ResourceSpec", spec);
  return item;
}

static json_object *space_item(const app_t *app) {
  json_object *item = json_object_new_object();
  json_object *ownership = json_object_new_object();
  add_text(item, "DomainId", app->domain);
  add_text(item, "SpaceName", app->place);
  add_text(item, "Status", "InService");
  add_text(ownership, "OwnerUserProfileName", app->owner);
  json_object_object_add(item, "OwnershipSettingsSummary", ownership);
  return item;
}

static json_object *stream_item(const app_t *app) {
  char name[256];
  json_object *item = json_object_new_object();
  (void)snprintf(name, sizeof(name), "%s/%s/%s/%s", app->domain, app->place, app->type, app->name);
  add_text(item, "logStreamName", name);
  json_object_object_add(item, "lastEventTimestamp", json_object_new_int64(app->last_event_ms));
  return item;
}

/* One page of a listing of all apps, whose token is the number of the page's first. */
static json_object *page(json_object *input, const char *token, const char *member, size_t size,
                         json_object *(*item)(const app_t *app)) {
  json_object *given = NULL;
  size_t start = 0;
  if (json_object_object_get_ex(input, token, &given))
    start = strtoul(json_object_get_string(given), NULL, 10);
  json_object *output = json_object_new_object();
  json_object *items = json_object_new_array();
  for (size_t number = start; number < start + size && number < apps; number++) {
    app_t app;
    describe(&app, number);
    if (item != space_item || app.in_space)
      json_object_array_add(items, item(&app));
  }
  json_object_object_add(output, member, items);
  if (start + size < apps) {
    char next[32];
    (void)snprintf(next, sizeof(next), "%zu", start + size);
    add_text(output, token, next);
  }
  return output;
}

/* Every stream that is searched has one event that counts, its newest. */
static json_object *events(json_object *input) {
  json_object *names = NULL;
  json_object *output = json_object_new_object();
  json_object *found = json_object_new_array();
  if (json_object_object_get_ex(input, "logStreamNames", &names)) {
    for (size_t i = 0; i < json_object_array_length(names); i++) {
      json_object *event = json_object_new_object();
      json_object_object_add(event, "logStreamName", json_object_get(json_object_array_get_idx(names, i)));
      json_object_object_add(event, "timestamp", json_object_new_int64(NOW_MS - DAY_MS / 24));
      json_object_array_add(found, event);
    }
  }
  json_object_object_add(output, "events", found);
  return output;
}

static bool serve(const char *operation, json_object *input, json_object **output, aws_error_t *error) {
  if (strcmp(operation, "ListApps") == 0)
    *output = page(input, "NextToken", "Apps", LIST_PAGE, app_item);
  else if (strcmp(operation, "ListSpaces") == 0)
    *output = page(input, "NextToken", "Spaces", LIST_PAGE, space_item);
  else if (strcmp(operation, "DescribeLogStreams") == 0)
    *output = page(input, "nextToken", "logStreams", STREAMS_PAGE, stream_item);
  else if (strcmp(operation, "FilterLogEvents") == 0)
    *output = events(input);
  else if (strcmp(operation, "DescribeDomain") == 0)
    *output = json_object_get(input);
  else
    aws_error_set(error, "AccessDeniedException", operation, 400, "not here");
  return *output != NULL;
}

static void on_done(void *user_data) { (void)user_data; }

static size_t in_use(void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

static void scan_and_report(scanner_target_t *target, dispatch_t *report, dispatch_health_t *health) {
  scan_start(target->scan, on_done, NULL);
  fake_aws_run();
  dispatch_scan(report, target, health, INTERVAL);
}

static char any_region[] = "*", medium[] = "ml.t3.medium", xlarge[] = "ml.m5.xlarge", gpu[] = "ml.g4dn.xlarge";
static const billing_price_t prices[] = {
    {any_region, medium, 0.05}, {any_region, xlarge, 0.23}, {any_region, gpu, 0.736}};
static char lab[] = "JupyterLab", editor[] = "CodeEditor", saving[] = "?\"Saving file\"",
            stop[] = "-\"auto-stop-idle\"";
static const signal_rule_t rules[] = {{lab, SIGNAL_MATCH, saving, NULL, false},
                                      {editor, SIGNAL_IGNORE, stop, NULL, false}};
static char log_group[] = "/aws/sagemaker/studio";
static const int64_t confirm_after_ms[] = {DAY_MS};
static const studio_settings_t settings = {.rules = rules,
                                           .rules_count = 2,
                                           .prices = prices,
                                           .prices_count = 3,
                                           .log_group = log_group,
                                           .lookback_ms = 2 * DAY_MS,
                                           .log_lag_ms = DAY_MS / 12,
                                           .confirm_after_ms = confirm_after_ms,
                                           .confirm_after_count = 1,
                                           .idle_after_ms = DAY_MS / 24};

int main(int count, char **arguments) {
  apps = count == 2 ? strtoul(arguments[1], NULL, 10) : 0;
  if (apps == 0) {
    (void)fprintf(stderr, "usage: memory APPS\n");
    return 1;
  }
  fake_aws_begin(NULL);
  fake_aws_set_now_ms(NOW_MS);
  fake_aws_serve(serve);
  config_account_t config = {.report_by_app = true, .report_by_user = true, .report_by_instance = true};
  scanner_account_t account = {.config = &config};
  dispatch_health_t health = {.since = 0};
  dispatch_t report = {.last_value = 0.0};
  scanner_target_t target = {.account = &account, .region = "us-east-1", .session = fake_aws_session(), .reads = 1};
  size_t before = in_use();
  target.studio = studio_new(&settings, fake_aws_session());
  target.scan = target.studio != NULL ? scan_new(target.studio) : NULL;
  if (target.scan == NULL || !(dispatch_init(&report), true))
    return 1;
  scan_and_report(&target, &report, &health);
  size_t first = in_use() - before;
  scan_and_report(&target, &report, &health);
  scan_and_report(&target, &report, &health);
  printf("%zu %zu %zu\n", apps, first, in_use() - before);
  bool complete = health.counts.apps == apps && health.counts.unknown == 0;
  dispatch_clear(&report);
  scan_free(target.scan);
  studio_free(target.studio);
  if (!complete)
    (void)fprintf(stderr, "memory: the scan is not complete\n");
  return complete ? 0 : 1;
}
