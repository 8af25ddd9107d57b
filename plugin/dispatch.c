#include "dispatch.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "plugin.h"
#include "utils/common/common.h"
#include "utils_cache.h"

#include "studio/confirm.h"
#include "util/hash.h"

/* dispatch_flush looks every 5 ms, for a second at most. */
#define FLUSH_PAUSE_NS 5000000L
#define FLUSH_PAUSES 200

static uint64_t hash_of_series(const void *item) { return ((const series_t *)item)->hash; }

static bool is_series(const void *item, const void *key) {
  return ((const series_t *)item)->hash == *(const uint64_t *)key;
}

void dispatch_init(dispatch_t *dispatch) { *dispatch = (dispatch_t){.series = {.hash_of = hash_of_series}}; }

void dispatch_clear(dispatch_t *dispatch) { pointer_set_clear(&dispatch->series); }

/* sender_t is what the values of one target have in common, and the value that is sent next. */
typedef struct {
  dispatch_t *dispatch;
  scanner_target_t *target;
  dispatch_health_t *health;
  value_list_t list;
  value_t value;
} sender_t;

static void set_name(char target[DATA_MAX_NAME_LEN], const char *name) { sstrncpy(target, name, DATA_MAX_NAME_LEN); }

static void send_list(sender_t *sender, const char *type, const char *type_instance) {
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

/* hash_of_name covers a name and what collectd puts before it. Two names of one hash would keep one value back:
 * among a million names, one in nine thousand times. */
static uint64_t hash_of_name(const sender_t *sender, const char *name) {
  const value_list_t *list = &sender->list;
  const char *parts[] = {list->host, list->plugin, list->plugin_instance, name};
  uint64_t hash = HASH_INIT;
  for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
    hash = hash_text(hash, parts[i]);
  hash &= SERIES_HASH_MASK;
  return hash != 0 ? hash : 1;
}

static void release(sender_t *sender, series_t *series) {
  if (series->hash != 0)
    pointer_set_remove(&sender->dispatch->series, series);
  *series = (series_t){0};
}

/* take gives the name to the series; false: another series has it. */
static bool take(sender_t *sender, const char *name, series_t *series) {
  uint64_t hash = hash_of_name(sender, name);
  if (series->hash == hash)
    return true;
  release(sender, series);
  if (pointer_set_find(&sender->dispatch->series, hash, is_series, &hash) != NULL) {
    if (sender->health->kept_back++ == 0)
      ssnprintf(sender->health->kept_back_example, sizeof(sender->health->kept_back_example), "%s/%s",
                sender->list.plugin_instance, name);
    return false;
  }
  series->hash = hash & SERIES_HASH_MASK;
  if (pointer_set_add(&sender->dispatch->series, series))
    return true;
  series->hash = 0;
  return false;
}

static void add_meta(meta_data_t *meta, const char *key, const char *value) {
  if (meta != NULL && value != NULL)
    meta_data_add_string(meta, key, value);
}

static const char *instance_type_of(const values_item_t *value) {
  const studio_app_t *app = value->app;
  return app != NULL ? billing_instance_type(app->type, app->instance_type) : value->instance;
}

/* add_idle_shutdown tells what the domain has set for the app: minutes, or "off". */
static void add_idle_shutdown(meta_data_t *meta, const studio_app_t *app) {
  char minutes[16];
  idle_shutdown_t shutdown = domain_settings_idle_shutdown(app);
  ssnprintf(minutes, sizeof(minutes), "%" PRIu32, shutdown.minutes);
  if (shutdown.state != IDLE_SHUTDOWN_UNKNOWN)
    add_meta(meta, "idle_shutdown", shutdown.state == IDLE_SHUTDOWN_ON ? minutes : "off");
}

/* describe is the meta data of a value, which some writers pass on: write_log, write_http, write_kafka, amqp. */
static meta_data_t *describe(const scanner_target_t *target, const values_item_t *value) {
  meta_data_t *meta = meta_data_create();
  add_meta(meta, "account", target->account->config->name);
  add_meta(meta, "region", scanner_region(target));
  add_meta(meta, "domain_id", value->domain->id);
  add_meta(meta, "domain_name", value->domain->name);
  add_meta(meta, "owner", value->user);
  add_meta(meta, "space", value->space);
  add_meta(meta, "instance_type", instance_type_of(value));
  add_meta(meta, "training_plan", value->on_plan ? "true" : NULL);
  if (value->app != NULL) {
    add_meta(meta, "app_type", value->app->type);
    add_meta(meta, "app_name", app_name(value->app));
    add_meta(meta, "signal", signals_name(value->rule->signal));
    add_meta(meta, "remote_access", value->app->space != NULL && value->app->space->remote ? "enabled" : NULL);
    add_meta(meta, "beacon", value->has_beacon ? "alive" : NULL);
    add_idle_shutdown(meta, value->app);
  }
  return meta;
}

/* series_name_t is what a value is called, and whether the account wants it. Values of one app, owner, space or
 * instance share a series, which has the identifier of type instance `whole`. */
typedef struct {
  const char *plugin, *type, *prefix;
  bool is_wanted;
  char whole[IDENTIFIER_SIZE];
} series_name_t;

static series_name_t series_name_of(const config_account_t *config, const values_item_t *value) {
  series_name_t series_name = {"sagemaker_instance", "gauge", "", config->report_by_instance, ""};
  switch (value->kind) {
  case VALUES_APP:
    series_name = (series_name_t){"sagemaker", "duration", "", config->report_by_app, ""};
    identifier_app(series_name.whole, value->app->type, value->space, app_name(value->app));
    return series_name;
  case VALUES_OWNER:
    return (series_name_t){"sagemaker_user", "duration", "", config->report_by_user, "max_idle"};
  case VALUES_VACANCY:
    series_name = (series_name_t){"sagemaker_space", "duration", "", config->studio.watch_spaces, ""};
    break;
  case VALUES_VOLUME:
    series_name = (series_name_t){"sagemaker_space", "bytes", "volume-", config->studio.watch_spaces, ""};
    break;
  case VALUES_UPKEEP:
    series_name = (series_name_t){"sagemaker_space", "gauge", "hourly_cost-", config->studio.watch_spaces, ""};
    break;
  case VALUES_INSTANCE:
    series_name.type = "duration";
    break;
  case VALUES_COST:
    series_name.prefix = "hourly_cost-";
    break;
  case VALUES_WASTE:
    series_name.prefix = "idle_hourly_cost-";
    break;
  case VALUES_UPTIME:
    series_name.type = "uptime";
    break;
  }
  identifier_instance(series_name.whole, "", value->instance, value->space);
  return series_name;
}

static void send_value(sender_t *sender, const values_item_t *value, const series_name_t *series_name) {
  char prefixed[IDENTIFIER_SIZE];
  const char *name = series_name->whole;
  if (series_name->prefix[0] != '\0') {
    identifier_instance(prefixed, series_name->prefix, value->instance, value->space);
    name = prefixed;
  }
  sender->value.gauge = value->value;
  sender->list.meta = describe(sender->target, value);
  send_list(sender, series_name->type, name);
  meta_data_destroy(sender->list.meta);
  sender->list.meta = NULL;
}

static void on_value(void *user_data, const values_item_t *value) {
  sender_t *sender = user_data;
  const studio_t *studio = sender->target->studio;
  if (!series_wants(value->series, value->kind, value->value))
    return;
  series_name_t series_name = series_name_of(sender->target->account->config, value);
  char label[DATA_MAX_NAME_LEN * 2];
  bool taken = series_name.is_wanted && domain_label(studio, value->domain, label, sizeof(label));
  if (taken) {
    identifier_owner(sender->list.plugin_instance, label, owner_alias(studio, value->domain, value->user),
                     value->space);
    set_name(sender->list.plugin, series_name.plugin);
    taken = take(sender, series_name.whole, value->series);
  }
  if (taken)
    send_value(sender, value, &series_name);
  if (taken && !series_note(value->series, value->kind, value->value))
    release(sender, value->series);
}

void dispatch_scan(dispatch_t *dispatch, scanner_target_t *target, dispatch_health_t *health, cdtime_t interval) {
  health->scanned = true;
  health->took = target->finished - target->requested;
  health->kept_back = 0;
  health->counts = (values_counts_t){0};
  if (target->studio == NULL || target->failure.code[0] != '\0')
    return;
  /* A scan that took several reads will take as long again, and its values must not expire before. */
  cdtime_t now = cdtime();
  sender_t sender;
  start(&sender, target, "sagemaker", now, interval * (target->reads > 1 ? target->reads : 1));
  sender.dispatch = dispatch;
  sender.health = health;
  /* The skew is read now: the machine's clock may have been set since the scan. */
  int64_t now_ms = (int64_t)CDTIME_T_TO_MS(now) + aws_session_skew_ms(target->session);
  confirm_note_report(target->studio, now_ms);
  health->counts = values_of(target->studio, now_ms, on_value, &sender);
  if (health->counts.complete)
    health->since = target->finished;
}

static void send_gauge(sender_t *sender, const char *type, const char *type_instance, double gauge) {
  sender->value.gauge = gauge;
  send_list(sender, type, type_instance);
}

static void send_counters(sender_t *sender, const char *type, const counters_t *counters, size_t *introduced) {
  size_t used = counters_used(counters);
  for (size_t i = 0; i < used; i++) {
    char name[IDENTIFIER_SIZE];
    const char *parts[] = {counters_name(counters, i)};
    identifier_join(name, parts, 1);
    sender->value.derive = i < *introduced ? (derive_t)counters_value(counters, i) : 0;
    send_list(sender, type, name);
  }
  *introduced = used;
}

static void send_counts(sender_t *sender, const values_counts_t *counts) {
  const struct {
    const char *name;
    size_t count;
  } rows[] = {
      {"apps", counts->apps},         {"users", counts->users},   {"pending", counts->pending},
      {"deleting", counts->deleting}, {"failed", counts->failed}, {"unknown", counts->unknown},
      {"unlogged", counts->unlogged}, {"chatty", counts->chatty}, {"fallback", counts->fallback},
      {"unpriced", counts->unpriced}, {"remote", counts->remote}, {"deaf", counts->deaf},
      {"blind", counts->blind},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    send_gauge(sender, "count", rows[i].name, (double)rows[i].count);
  if (counts->shutdown_known) {
    send_gauge(sender, "count", "unprotected", (double)counts->unprotected);
    send_gauge(sender, "count", "overdue", (double)counts->overdue);
  }
}

void dispatch_health(dispatch_t *dispatch, scanner_target_t *target, dispatch_health_t *health, cdtime_t interval) {
  const char *parts[] = {target->account->config->name, scanner_region(target)};
  sender_t sender;
  start(&sender, target, "sagemaker_scan", cdtime(), interval);
  identifier_join(sender.list.plugin_instance, parts, 2);
  send_counters(&sender, "total_requests", &target->requests, &health->requests_introduced);
  send_counters(&sender, "errors", &target->errors, &health->errors_introduced);
  if (health->scanned)
    send_gauge(&sender, "response_time", "scan", CDTIME_T_TO_DOUBLE(health->took));
  if (health->scanned && health->counts.listing_complete)
    send_counts(&sender, &health->counts);
  health->scanned = false;
  send_gauge(&sender, "duration", "since_complete", CDTIME_T_TO_DOUBLE(scanner_clock() - health->since));
  const value_list_t *last = &sender.list;
  dispatch->last_value = sender.value.gauge;
  ssnprintf(dispatch->last_name, sizeof(dispatch->last_name), "%s/%s-%s/%s-%s", last->host, last->plugin,
            last->plugin_instance, last->type, last->type_instance);
}

/* is_flushed looks for the last value in collectd's cache. The queue keeps its order, so all values before it are with
 * a write thread then, and write threads finish what they have. */
static bool is_flushed(const dispatch_t *dispatch) {
  value_t *values = NULL;
  size_t count = 0;
  if (uc_get_value_by_name(dispatch->last_name, &values, &count) != 0)
    return false;
  bool flushed = count == 1 && values[0].gauge == dispatch->last_value;
  free(values);
  return flushed;
}

void dispatch_flush(const dispatch_t *dispatch) {
  const struct timespec pause = {.tv_nsec = FLUSH_PAUSE_NS};
  for (int i = 0; i < FLUSH_PAUSES && dispatch->last_name[0] != '\0' && !is_flushed(dispatch); i++)
    nanosleep(&pause, NULL);
}
