#include "report.h"

#include <math.h>
#include <string.h>

#include "plugin.h"
#include "utils/common/common.h"
#include "utils_cache.h"

#define CLAIMS_SIZE 1024

/* report_flush looks every 5 ms, for a second at most. */
#define FLUSH_PAUSE_NS 5000000L
#define FLUSH_PAUSES 200

static void free_claim(struct lh_entry *entry) { free(lh_entry_k(entry)); }

bool report_init(report_t *report) {
  report->claims = lh_kchar_table_new(CLAIMS_SIZE, free_claim);
  return report->claims != NULL;
}

void report_clear(report_t *report) {
  if (report->claims != NULL)
    lh_table_free(report->claims);
  report->claims = NULL;
}

/* One value of a scan on its way out. */
typedef struct {
  report_t *report;
  scanner_target_t *target;
  report_health_t *health;
  value_list_t list;
  value_t value;
} sender_t;

static void set_name(char target[DATA_MAX_NAME_LEN], const char *name) { sstrncpy(target, name, DATA_MAX_NAME_LEN); }

static void dispatch(sender_t *sender, const char *type, const char *type_instance) {
  set_name(sender->list.type, type);
  set_name(sender->list.type_instance, type_instance);
  sender->list.values = &sender->value;
  sender->list.values_len = 1;
  plugin_dispatch_values(&sender->list);
}

static void start(sender_t *sender, scanner_target_t *target, const char *plugin, cdtime_t time, cdtime_t interval) {
  const char *host = target->account->config->host;
  *sender = (sender_t){.target = target, .list = VALUE_LIST_INIT};
  sender->list.time = time;
  sender->list.interval = interval;
  set_name(sender->list.host, host != NULL ? host : hostname_g);
  set_name(sender->list.plugin, plugin);
}

#define CLAIM_SIZE ((size_t)6 * DATA_MAX_NAME_LEN)

static void claim_key(const sender_t *sender, const char *type_instance, char key[CLAIM_SIZE]) {
  const value_list_t *list = &sender->list;
  ssnprintf(key, CLAIM_SIZE, "%s/%s-%s/%s-%s", list->host, list->plugin, list->plugin_instance, list->type,
            type_instance);
}

/* claim makes the identifier that of who; false: somebody else has it. */
static bool claim(sender_t *sender, const char *type_instance, const void *who) {
  char key[CLAIM_SIZE];
  claim_key(sender, type_instance, key);
  void *found = NULL;
  if (lh_table_lookup_ex(sender->report->claims, key, &found)) {
    if (found == who)
      return true;
    if (sender->health->unclaimed++ == 0)
      ssnprintf(sender->health->unclaimed_example, sizeof(sender->health->unclaimed_example), "%s/%s",
                sender->list.plugin_instance, type_instance);
    return false;
  }
  char *owned = strdup(key);
  if (owned != NULL && lh_table_insert(sender->report->claims, owned, who) == 0)
    return true;
  free(owned);
  return false;
}

static void release(sender_t *sender, const char *type_instance) {
  char key[CLAIM_SIZE];
  claim_key(sender, type_instance, key);
  lh_table_delete(sender->report->claims, key);
}

static void add_meta(meta_data_t *meta, const char *key, const char *value) {
  if (meta != NULL && value != NULL)
    meta_data_add_string(meta, key, value);
}

/* For the writers that pass it on: write_log, write_http, write_kafka, amqp. */
static meta_data_t *describe(const idle_value_t *value) {
  meta_data_t *meta = meta_data_create();
  add_meta(meta, "domain_id", value->domain->id);
  add_meta(meta, "domain_name", value->domain->name);
  add_meta(meta, "owner", value->user);
  add_meta(meta, "space", value->space);
  add_meta(meta, "instance_type", value->app != NULL ? value->app->instance_type : value->instance);
  if (value->app != NULL) {
    add_meta(meta, "app_type", value->app->type);
    add_meta(meta, "app_name", value->app->name);
    add_meta(meta, "signal", signals_name(value->signal));
  }
  return meta;
}

/* What a value is called, and whether the account wants it. */
typedef struct {
  const char *plugin, *type;
  bool is_wanted;
  char instance[IDENTIFIER_SIZE];
} place_t;

static place_t place_of(const config_account_t *config, const idle_value_t *value) {
  place_t place = {"sagemaker_instance", "gauge", config->report_by_instance, ""};
  const studio_app_t *app = value->app;
  switch (value->kind) {
  case IDLE_APP:
    place = (place_t){"sagemaker", "duration", config->report_by_app, ""};
    identifier_app(place.instance, app->type, value->space, app->name);
    break;
  case IDLE_PERSON:
    place = (place_t){"sagemaker_user", "duration", config->report_by_user, "max_idle"};
    break;
  case IDLE_INSTANCE:
    place.type = "duration";
    identifier_instance(place.instance, "", value->instance, value->space);
    break;
  case IDLE_COST:
    identifier_instance(place.instance, "hourly_cost-", value->instance, value->space);
    break;
  case IDLE_WASTE:
    identifier_instance(place.instance, "idle_hourly_cost-", value->instance, value->space);
    break;
  case IDLE_VACANCY:
    place = (place_t){"sagemaker_space", "duration", config->report_by_space, ""};
    identifier_join(place.instance, &value->space, 1);
    break;
  case IDLE_VOLUME:
    place = (place_t){"sagemaker_space", "bytes", config->report_by_space, ""};
    identifier_instance(place.instance, "volume-", value->space, NULL);
    break;
  }
  return place;
}

static bool on_value(void *owner, const idle_value_t *value) {
  sender_t *sender = owner;
  const studio_t *studio = sender->target->studio;
  place_t place = place_of(sender->target->account->config, value);
  char label[DATA_MAX_NAME_LEN * 2];
  if (!place.is_wanted || !studio_domain_label(studio, value->domain, label, sizeof(label)))
    return false;
  identifier_owner(sender->list.plugin_instance, label, studio_alias(studio, value->user), value->space);
  set_name(sender->list.plugin, place.plugin);
  set_name(sender->list.type, place.type);
  if (!claim(sender, place.instance, value->who))
    return false;
  sender->value.gauge = value->value;
  sender->list.meta = describe(value);
  dispatch(sender, place.type, place.instance);
  meta_data_destroy(sender->list.meta);
  sender->list.meta = NULL;
  if (isnan(value->value))
    release(sender, place.instance);
  return true;
}

void report_scan(report_t *report, scanner_target_t *target, report_health_t *health, cdtime_t interval) {
  health->scanned = true;
  health->took = target->finished - target->requested;
  health->unclaimed = 0;
  health->counts = (idle_counts_t){0};
  if (target->studio == NULL || target->trouble.code[0] != '\0')
    return;
  /* A scan that took several reads will take as long again: until then its values must not expire. */
  cdtime_t now = cdtime();
  sender_t sender;
  start(&sender, target, "sagemaker", now, interval * (target->reads > 1 ? target->reads : 1));
  sender.report = report;
  sender.health = health;
  int64_t now_ms = (int64_t)CDTIME_T_TO_MS(now) + aws_session_skew_ms(target->session);
  idle_report(target->studio, now_ms, on_value, &sender, &health->counts);
  if (health->counts.complete)
    health->since = target->finished;
}

static void send_gauge(sender_t *sender, const char *type, const char *type_instance, double gauge) {
  sender->value.gauge = gauge;
  dispatch(sender, type, type_instance);
}

static void send_counters(sender_t *sender, const char *type, const counters_t *counters, size_t *introduced) {
  size_t used = counters_used(counters);
  for (size_t i = 0; i < used; i++) {
    char name[IDENTIFIER_SIZE];
    const char *parts[] = {counters_name(counters, i)};
    identifier_join(name, parts, 1);
    sender->value.derive = i < *introduced ? (derive_t)counters_value(counters, i) : 0;
    dispatch(sender, type, name);
  }
  *introduced = used;
}

static void send_counts(sender_t *sender, const idle_counts_t *counts) {
  const struct {
    const char *name;
    size_t count;
  } rows[] = {
      {"apps", counts->apps},         {"users", counts->users},   {"pending", counts->pending},
      {"deleting", counts->deleting}, {"failed", counts->failed}, {"unknown", counts->unknown},
      {"unlogged", counts->unlogged}, {"chatty", counts->chatty}, {"fallback", counts->fallback},
      {"unpriced", counts->unpriced},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    send_gauge(sender, "count", rows[i].name, (double)rows[i].count);
}

void report_health(report_t *report, scanner_target_t *target, report_health_t *health, cdtime_t interval) {
  const char *parts[] = {target->account->config->name, scanner_region(target)};
  sender_t sender;
  start(&sender, target, "sagemaker_scan", cdtime(), interval);
  identifier_join(sender.list.plugin_instance, parts, 2);
  send_counters(&sender, "total_requests", &target->requests, &health->requests_introduced);
  send_counters(&sender, "errors", &target->errors, &health->errors_introduced);
  if (health->scanned)
    send_gauge(&sender, "response_time", "scan", CDTIME_T_TO_DOUBLE(health->took));
  if (health->scanned && health->counts.listed)
    send_counts(&sender, &health->counts);
  health->scanned = false;
  send_gauge(&sender, "duration", "since_complete", CDTIME_T_TO_DOUBLE(scanner_clock() - health->since));
  const value_list_t *last = &sender.list;
  report->last_value = sender.value.gauge;
  ssnprintf(report->last_name, sizeof(report->last_name), "%s/%s-%s/%s-%s", last->host, last->plugin,
            last->plugin_instance, last->type, last->type_instance);
}

/* The queue keeps its order: with the last value in collectd's cache, all before it are with a write thread, and those
 * finish what they have. */
static bool is_flushed(const report_t *report) {
  value_t *values = NULL;
  size_t count = 0;
  if (uc_get_value_by_name(report->last_name, &values, &count) != 0)
    return false;
  bool flushed = count == 1 && values[0].gauge == report->last_value;
  free(values);
  return flushed;
}

void report_flush(const report_t *report) {
  const struct timespec pause = {.tv_nsec = FLUSH_PAUSE_NS};
  for (int i = 0; i < FLUSH_PAUSES && report->last_name[0] != '\0' && !is_flushed(report); i++)
    nanosleep(&pause, NULL);
}
