#include "studio/values.h"

#include <math.h>

#include "studio/confirm.h"
#include "studio/idle.h"

typedef struct {
  studio_t *studio;
  int64_t now_ms;
  values_emit_t *emit;
  void *user_data;
  values_counts_t *counts;
} values_report_t;

static double seconds_since(const values_report_t *report, int64_t since_ms) {
  return since_ms < report->now_ms ? (double)(report->now_ms - since_ms) / 1000.0 : 0.0;
}

static bool send(const values_report_t *report, values_item_t value, values_kind_t kind, double number) {
  value.kind = kind;
  value.value = number;
  return report->emit(report->user_data, &value);
}

static values_item_t value_of_app(studio_app_t *app, signal_t signal) {
  values_item_t value = {.series = &app->series, .domain = app->domain, .app = app, .signal = signal};
  app_owner(app, &value.user);
  value.space = app->space != NULL ? app->space->name : NULL;
  return value;
}

static values_item_t value_of_owner(studio_owner_t *owner) {
  return (values_item_t){.series = &owner->series, .domain = owner->domain, .user = owner->user, .space = owner->space};
}

static values_item_t value_of_instance(studio_instance_t *instance) {
  return (values_item_t){.series = &instance->series,
                         .domain = instance->domain,
                         .user = instance->user,
                         .space = instance->space,
                         .instance = instance->instance};
}

static values_item_t value_of_space(studio_space_t *space) {
  return (values_item_t){.series = &space->series, .domain = space->domain, .user = space->owner, .space = space->name};
}

static void note_person(const values_report_t *report, const studio_app_t *app, const idle_since_t *idle) {
  uint32_t scan = report->studio->scan.number;
  studio_owner_t *owner = owner_get(report->studio, app);
  if (owner == NULL)
    return;
  if (owner->seen_in_scan != scan) {
    owner->seen_in_scan = scan;
    owner->countable = false;
    owner->unknown = false;
    report->counts->users++;
  }
  owner->unknown = owner->unknown || idle->state == IDLE_UNKNOWN;
  if (idle->state != IDLE_KNOWN)
    return;
  if (!owner->countable || idle->since_ms < owner->oldest_ms)
    owner->oldest_ms = idle->since_ms;
  owner->countable = true;
}

static void note_instance(const values_report_t *report, const studio_app_t *app, const idle_since_t *idle) {
  uint32_t scan = report->studio->scan.number;
  billing_unit_t unit = billing_unit(app->type, app->instance_type);
  studio_instance_t *instance = unit.instance != NULL ? instance_get(report->studio, app, unit.instance) : NULL;
  if (instance == NULL)
    return;
  if (instance->seen_in_scan != scan) {
    instance->seen_in_scan = scan;
    instance->known = true;
    instance->on_plan = false;
    instance->units = 0;
    instance->newest_ms = 0;
  }
  instance->known = instance->known && idle->state == IDLE_KNOWN;
  instance->on_plan = instance->on_plan || app->on_plan;
  if (unit.by_session || instance->units == 0)
    instance->units++;
  if (idle->since_ms > instance->newest_ms)
    instance->newest_ms = idle->since_ms;
}

/* What may not be told before an exact look that could not be had is unknown; where it is not permitted, it is told all
 * the same. */
static idle_since_t confirmed(const values_report_t *report, const studio_app_t *app) {
  idle_since_t idle = idle_since(report->studio, app);
  if (idle.state != IDLE_KNOWN || confirm_permits(report->studio, app, idle.since_ms, report->now_ms))
    return idle;
  idle.fallback = report->studio->scan.fallback;
  idle.state = idle.fallback ? IDLE_KNOWN : IDLE_UNKNOWN;
  return idle;
}

static void report_app(const values_report_t *report, studio_app_t *app) {
  idle_since_t idle = confirmed(report, app);
  values_counts_t *counts = report->counts;
  bool looked = app_is_looked_at(report->studio, app);
  counts->apps++;
  counts->unknown += idle.state == IDLE_UNKNOWN ? 1 : 0;
  counts->unlogged += looked && app->stream_state == STREAM_NONE ? 1 : 0;
  counts->chatty += app->chatty ? 1 : 0;
  counts->fallback += idle.fallback ? 1 : 0;
  if (idle.state == IDLE_KNOWN)
    app->told = report->studio->scan.number;
  note_person(report, app, &idle);
  note_instance(report, app, &idle);
  if (idle.state == IDLE_KNOWN &&
      send(report, value_of_app(app, idle.signal), VALUES_APP, seconds_since(report, idle.since_ms)))
    app->reported = true;
}

/* A listing may leave out what is there: until the next one nothing is known of the app, nor of what it is part of. */
static void report_missed(const values_report_t *report, studio_app_t *app) {
  const idle_since_t unknown = {.state = IDLE_UNKNOWN};
  if (app->excluded)
    return;
  note_person(report, app, &unknown);
  note_instance(report, app, &unknown);
  if (app->space != NULL)
    app->space->occupied_in_scan = report->studio->scan.number;
}

static void forget_apps(const values_report_t *report) {
  studio_t *studio = report->studio;
  for (size_t i = studio->apps_count; i > 0; i--) {
    studio_app_t *app = studio->apps[i - 1];
    if (app_is_in_service(studio, app))
      continue;
    if (app_is_missed(studio, app)) {
      report_missed(report, app);
      continue;
    }
    bool left_before = app->off > app->listed_in_scan && app->off < studio->scan.number;
    if (app->reported)
      send(report, value_of_app(app, SIGNAL_LAST_EVENT), VALUES_APP, NAN);
    app->reported = false;
    if (app->space != NULL && !left_before && app->space->vacant_ms < report->now_ms)
      app->space->vacant_ms = report->now_ms;
    /* As long as it is listed as deleted, it may be started again under its old creation time. */
    if (app->off_listed != studio->scan.number)
      app_forget(studio, app);
    else if (app->space != NULL)
      app->space->kept = studio->scan.number;
  }
}

static void report_owner(const values_report_t *report, studio_owner_t *owner) {
  bool present = owner->seen_in_scan == report->studio->scan.number;
  if (present && owner->unknown)
    return;
  if (present && owner->countable) {
    if (send(report, value_of_owner(owner), VALUES_OWNER, seconds_since(report, owner->oldest_ms)))
      owner->reported = true;
    return;
  }
  if (owner->reported)
    send(report, value_of_owner(owner), VALUES_OWNER, NAN);
  owner->reported = false;
  if (!present)
    owner_forget(report->studio, owner);
}

/* Sends a value of an instance; *reported says whether it ever had one. */
static void send_instance(const values_report_t *report, studio_instance_t *instance, values_kind_t kind, double number,
                          bool *reported) {
  if (send(report, value_of_instance(instance), kind, number))
    *reported = true;
}

/* What it costs is known while nobody knows how idle it is. */
static void report_money(const values_report_t *report, studio_instance_t *instance) {
  if (instance->on_plan)
    return;
  if (instance->usd_an_hour < 0.0) {
    report->counts->unpriced++;
    return;
  }
  double cost = instance->usd_an_hour * (double)instance->units;
  bool wasted = report->now_ms - instance->newest_ms >= report->studio->settings.idle_after_ms;
  send_instance(report, instance, VALUES_COST, cost, &instance->cost_reported);
  if (instance->known)
    send_instance(report, instance, VALUES_WASTE, wasted ? cost : 0.0, &instance->waste_reported);
}

static void report_instance(const values_report_t *report, studio_instance_t *instance) {
  if (instance->seen_in_scan == report->studio->scan.number) {
    if (instance->known)
      send_instance(report, instance, VALUES_INSTANCE, seconds_since(report, instance->newest_ms), &instance->reported);
    report_money(report, instance);
    return;
  }
  if (instance->reported)
    send(report, value_of_instance(instance), VALUES_INSTANCE, NAN);
  if (instance->cost_reported)
    send(report, value_of_instance(instance), VALUES_COST, NAN);
  if (instance->waste_reported)
    send(report, value_of_instance(instance), VALUES_WASTE, NAN);
  instance_forget(report->studio, instance);
}

static bool is_chosen(const studio_t *studio, const studio_space_t *space) {
  return studio->settings.watch_spaces && space->known && !space->excluded && space->volume_bytes > 0 &&
         space->vacant_ms > 0;
}

static void report_space(const values_report_t *report, studio_space_t *space) {
  studio_t *studio = report->studio;
  bool occupied = space->occupied_in_scan == studio->scan.number;
  bool exists = space->listed_in_scan == studio->scan.number;
  values_item_t value = value_of_space(space);
  if (!occupied && exists && is_chosen(studio, space)) {
    bool taken = send(report, value, VALUES_VACANCY, seconds_since(report, space->vacant_ms));
    space->reported = send(report, value, VALUES_VOLUME, (double)space->volume_bytes) || taken;
    return;
  }
  if (space->reported && (occupied || studio->scan.spaces_listed)) {
    send(report, value, VALUES_VACANCY, NAN);
    send(report, value, VALUES_VOLUME, NAN);
    space->reported = false;
  }
  /* Its apps are forgotten: nothing points to it. Another one of its name may be made by somebody else: unless it is
   * watched, who comes next into it is asked for again. */
  bool is_gone = !exists && (studio->scan.spaces_listed || space->listed_in_scan == 0);
  if (!occupied && space->kept != studio->scan.number && (is_gone || !studio->settings.watch_spaces))
    space_forget(studio, space);
}

/* Everybody is known before anybody is told of: whose alias is another's name shows only then. */
static void meet_persons(studio_t *studio) {
  for (size_t i = 0; studio->settings.aliases_count > 0 && i < studio->apps_count; i++) {
    if (app_is_watched(studio, studio->apps[i]))
      (void)owner_get(studio, studio->apps[i]);
  }
}

void values_report(studio_t *studio, int64_t now_ms, values_emit_t *emit, void *user_data, values_counts_t *counts) {
  *counts = (values_counts_t){.listing_complete = studio->scan.listing_complete,
                              .pending = studio->scan.pending,
                              .deleting = studio->scan.deleting,
                              .failed = studio->scan.failed,
                              .unknown = studio->scan.odd_apps};
  values_report_t report = {studio, now_ms, emit, user_data, counts};
  studio->report_delay_ms =
      studio->scan.looked_ms > 0 && studio->scan.looked_ms < now_ms ? now_ms - studio->scan.looked_ms : 0;
  meet_persons(studio);
  for (size_t i = 0; i < studio->apps_count; i++) {
    if (app_is_watched(studio, studio->apps[i]))
      report_app(&report, studio->apps[i]);
  }
  counts->complete = counts->listing_complete && counts->unknown == 0;
  if (!counts->listing_complete)
    return;
  forget_apps(&report);
  size_t at = 0;
  for (void *owner = pointer_set_next(&studio->owners, &at); owner != NULL;
       owner = pointer_set_next(&studio->owners, &at))
    report_owner(&report, owner);
  at = 0;
  for (void *instance = pointer_set_next(&studio->instances, &at); instance != NULL;
       instance = pointer_set_next(&studio->instances, &at))
    report_instance(&report, instance);
  at = 0;
  for (void *space = pointer_set_next(&studio->spaces, &at); space != NULL;
       space = pointer_set_next(&studio->spaces, &at))
    report_space(&report, space);
}
