#include "studio/values.h"

#include <math.h>

#include "studio/confirm.h"
#include "studio/idle.h"
#include "studio/log_search_progress.h"

_Static_assert(VALUES_UPTIME < SERIES_KINDS, "a series has a bit for each kind");

typedef struct {
  const studio_t *studio;
  int64_t now_ms;
  values_emit_t *emit;
  void *user_data;
  values_counts_t counts;
  size_t shutdown_known, shutdown_unknown; /* apps that idle shutdown is for */
} values_report_t;

static double seconds_since(const values_report_t *report, int64_t since_ms) {
  return since_ms < report->now_ms ? (double)(report->now_ms - since_ms) / 1000.0 : 0.0;
}

static void emit(const values_report_t *report, values_item_t item, values_kind_t kind, double value) {
  item.kind = kind;
  item.value = value;
  report->emit(report->user_data, &item);
}

static values_item_t item_of_app(studio_app_t *app, const signal_rule_t *rule) {
  values_item_t item = {.series = &app->series, .domain = app->domain, .app = app, .rule = rule};
  app_owner(app, &item.user);
  item.space = app->space != NULL ? app->space->name : NULL;
  return item;
}

static values_item_t item_of_known(const studio_t *studio, studio_app_t *app, const idle_since_t *idle) {
  values_item_t item = item_of_app(app, idle->rule);
  item.has_beacon = !idle->fallback && log_search_progress_has_beacon(studio, app);
  return item;
}

static values_item_t item_of_owner(studio_owner_t *owner) {
  return (values_item_t){.series = &owner->series,
                         .domain = owner->domain,
                         .user = owner_user(owner),
                         .space = owner->is_space ? owner->name : NULL};
}

static values_item_t item_of_instance(studio_instance_t *instance) {
  return (values_item_t){.series = &instance->series,
                         .domain = instance->domain,
                         .user = instance->user,
                         .space = instance->space,
                         .instance = instance->instance,
                         .on_plan = instance->on_plan};
}

static values_item_t item_of_space(studio_space_t *space) {
  return (values_item_t){.series = &space->series, .domain = space->domain, .user = space->owner, .space = space->name};
}

/* confirmed is what may be told of an app: past ConfirmAfter an idle time that could not be confirmed is unknown;
 * without permission to confirm it is reported and counted in fallback. */
static idle_since_t confirmed(const values_report_t *report, const studio_app_t *app) {
  idle_since_t idle = idle_settled(app);
  if (idle.state != IDLE_KNOWN || confirm_permits(report->studio, app, idle.since_ms, report->now_ms))
    return idle;
  idle.fallback = report->studio->scan.fallback;
  idle.state = idle.fallback ? IDLE_KNOWN : IDLE_UNKNOWN;
  return idle;
}

/* count_shutdown: only what is known to be off, or to be late, counts. */
static void count_shutdown(values_report_t *report, const studio_app_t *app, const idle_since_t *idle) {
  if (!domain_settings_apply(app))
    return;
  idle_shutdown_t shutdown = domain_settings_idle_shutdown(app);
  bool is_known = shutdown.state != IDLE_SHUTDOWN_UNKNOWN;
  report->shutdown_known += is_known ? 1 : 0;
  report->shutdown_unknown += is_known ? 0 : 1;
  report->counts.unprotected += shutdown.state == IDLE_SHUTDOWN_OFF ? 1 : 0;
  if (shutdown.state == IDLE_SHUTDOWN_ON && idle->state == IDLE_KNOWN)
    report->counts.overdue += seconds_since(report, idle->since_ms) > shutdown.minutes * 60.0 ? 1 : 0;
}

static void report_watched(values_report_t *report, studio_app_t *app) {
  idle_since_t idle = confirmed(report, app);
  values_counts_t *counts = &report->counts;
  bool is_unlogged = app_is_looked_at(report->studio, app) && app->log.state == STREAM_NONE;
  counts->apps++;
  counts->unknown += idle.state == IDLE_UNKNOWN ? 1 : 0;
  counts->unlogged += is_unlogged ? 1 : 0;
  counts->blind += idle_is_blind(app) ? 1 : 0;
  counts->remote += app->space != NULL && app->space->remote ? 1 : 0;
  counts->chatty += app->chatter.is_chatty ? 1 : 0;
  counts->deaf += chatter_is_deaf(report->studio, app) ? 1 : 0;
  counts->fallback += idle.fallback ? 1 : 0;
  count_shutdown(report, app, &idle);
  if (idle.state == IDLE_KNOWN)
    emit(report, item_of_known(report->studio, app, &idle), VALUES_APP, seconds_since(report, idle.since_ms));
}

static void report_apps(values_report_t *report) {
  const studio_t *studio = report->studio;
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (app_is_watched(studio, app))
      report_watched(report, app);
    else if (app_has_left(studio, app))
      emit(report, item_of_app(app, &app_rule_by_newest_event), VALUES_APP, NAN);
  }
}

static void report_owner(values_report_t *report, studio_owner_t *owner) {
  bool is_present = owner_is_present(report->studio, owner);
  values_item_t item = item_of_owner(owner);
  report->counts.users += is_present ? 1 : 0;
  if (!report->counts.listing_complete || (is_present && report->now_ms > owner->known_until_ms))
    return;
  bool has_value = is_present && owner->countable;
  emit(report, item, VALUES_OWNER, has_value ? seconds_since(report, owner->oldest_ms) : NAN);
}

static void report_owners(values_report_t *report) {
  size_t at = 0;
  for (studio_owner_t *owner = pointer_set_next(&report->studio->owners, &at); owner != NULL;
       owner = pointer_set_next(&report->studio->owners, &at))
    report_owner(report, owner);
}

/* report_money: what an instance costs is known even while its idleness is not. */
static void report_money(values_report_t *report, const studio_instance_t *instance, values_item_t item) {
  if (instance->on_plan)
    return;
  if (instance->usd_an_hour < 0.0) {
    report->counts.unpriced++;
    return;
  }
  double cost = instance->usd_an_hour * (double)instance->units;
  bool is_wasted = report->now_ms - instance->newest_ms >= report->studio->settings.idle_after_ms;
  emit(report, item, VALUES_COST, cost);
  if (report->now_ms <= instance->known_until_ms)
    emit(report, item, VALUES_WASTE, is_wasted ? cost : 0.0);
}

static void report_instance(values_report_t *report, studio_instance_t *instance) {
  values_item_t item = item_of_instance(instance);
  if (!instance_is_present(report->studio, instance)) {
    emit(report, item, VALUES_INSTANCE, NAN);
    emit(report, item, VALUES_COST, NAN);
    emit(report, item, VALUES_WASTE, NAN);
    emit(report, item, VALUES_UPTIME, NAN);
    return;
  }
  if (instance->began_ms > 0)
    emit(report, item, VALUES_UPTIME, seconds_since(report, (int64_t)instance->began_ms));
  if (report->now_ms <= instance->known_until_ms)
    emit(report, item, VALUES_INSTANCE, seconds_since(report, instance->newest_ms));
  report_money(report, instance, item);
}

static void report_instances(values_report_t *report) {
  size_t at = 0;
  for (studio_instance_t *instance = pointer_set_next(&report->studio->instances, &at); instance != NULL;
       instance = pointer_set_next(&report->studio->instances, &at))
    report_instance(report, instance);
}

static void report_upkeep(const values_report_t *report, const studio_space_t *space, values_item_t item) {
  const studio_settings_t *settings = &report->studio->settings;
  double usd_an_hour = 0.0;
  if (billing_volume_price(settings->prices, settings->prices_count, aws_session_region(report->studio->session),
                           space->volume_bytes, &usd_an_hour))
    emit(report, item, VALUES_UPKEEP, usd_an_hour);
}

static void report_space(const values_report_t *report, studio_space_t *space) {
  const studio_t *studio = report->studio;
  values_item_t item = item_of_space(space);
  if (space_is_vacant(studio, space)) {
    emit(report, item, VALUES_VACANCY, seconds_since(report, space->vacant_ms));
    emit(report, item, VALUES_VOLUME, (double)space->volume_bytes);
    report_upkeep(report, space, item);
  } else if (space_is_occupied(studio, space) || studio->scan.spaces_listed) {
    emit(report, item, VALUES_VACANCY, NAN);
    emit(report, item, VALUES_VOLUME, NAN);
    emit(report, item, VALUES_UPKEEP, NAN);
  }
}

static void report_spaces(const values_report_t *report) {
  size_t at = 0;
  for (studio_space_t *space = pointer_set_next(&report->studio->spaces, &at); space != NULL;
       space = pointer_set_next(&report->studio->spaces, &at))
    report_space(report, space);
}

values_counts_t values_of(const studio_t *studio, int64_t now_ms, values_emit_t *emit_item, void *user_data) {
  const studio_scan_t *scan = &studio->scan;
  values_report_t report = {.studio = studio,
                            .now_ms = now_ms,
                            .emit = emit_item,
                            .user_data = user_data,
                            .counts = {.listing_complete = scan->listing_complete,
                                       .pending = scan->pending,
                                       .deleting = scan->deleting,
                                       .failed = scan->failed,
                                       .unknown = scan->odd_apps}};
  report_apps(&report);
  report.counts.shutdown_known = report.shutdown_known > 0 || report.shutdown_unknown == 0;
  report.counts.complete = scan->listing_complete && report.counts.unknown == 0;
  report_owners(&report);
  if (scan->listing_complete) {
    report_instances(&report);
    report_spaces(&report);
  }
  return report.counts;
}
