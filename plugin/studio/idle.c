#include "studio/idle.h"

#include <math.h>

typedef enum { IDLE_KNOWN, IDLE_UNKNOWN, IDLE_UNCOUNTED } idle_state_t;

static int64_t max_ms(int64_t one, int64_t other) { return one > other ? one : other; }

/* Since when an app is idle. An app of a type whose streams nobody has documented, without a stream, is neither idle
 * nor unknown: nothing can be said of it. */
static idle_state_t idle_since(const studio_t *studio, const studio_app_t *app, int64_t *since_ms) {
  char label[256];
  if (app->looked != studio->scan.number || !studio_domain_label(studio, app->domain, label, sizeof(label)))
    return IDLE_UNKNOWN;
  if (app->stream_state == STREAM_NONE && !studio_app_has_documented_stream(app->type))
    return IDLE_UNCOUNTED;
  *since_ms = max_ms(app->created_ms, app->started_ms);
  if (app->stream_state == STREAM_WITH_EVENTS)
    *since_ms = max_ms(*since_ms, app->last_event_ms);
  return *since_ms > 0 ? IDLE_KNOWN : IDLE_UNKNOWN;
}

static double seconds_since(int64_t now_ms, int64_t since_ms) {
  return since_ms < now_ms ? (double)(now_ms - since_ms) / 1000.0 : 0.0;
}

static idle_value_t value_of_app(const studio_app_t *app, double seconds) {
  return (idle_value_t){app, app->domain, app->user, app->space, app, seconds};
}

static idle_value_t value_of_person(const studio_person_t *person, double seconds) {
  return (idle_value_t){person, person->domain, person->user, person->space, NULL, seconds};
}

typedef struct {
  studio_t *studio;
  int64_t now_ms;
  idle_emit_t *emit;
  void *owner;
  idle_counts_t *counts;
} report_t;

static void note_person(const report_t *report, const studio_app_t *app, idle_state_t state, int64_t since_ms) {
  studio_person_t *person = studio_person(report->studio, app);
  if (person == NULL)
    return;
  if (person->seen != report->studio->scan.number) {
    person->seen = report->studio->scan.number;
    person->countable = false;
    person->unknown = false;
    report->counts->users++;
  }
  person->unknown = person->unknown || state == IDLE_UNKNOWN;
  if (state != IDLE_KNOWN)
    return;
  if (!person->countable || since_ms < person->oldest_ms)
    person->oldest_ms = since_ms;
  person->countable = true;
}

static void report_app(const report_t *report, studio_app_t *app) {
  int64_t since_ms = 0;
  idle_state_t state = idle_since(report->studio, app, &since_ms);
  report->counts->apps++;
  report->counts->unknown += state == IDLE_UNKNOWN ? 1 : 0;
  if (app->looked == report->studio->scan.number && app->stream_state == STREAM_NONE)
    report->counts->unlogged++;
  note_person(report, app, state, since_ms);
  if (state != IDLE_KNOWN)
    return;
  idle_value_t value = value_of_app(app, seconds_since(report->now_ms, since_ms));
  if (report->emit(report->owner, &value))
    app->reported = true;
}

static void report_departed(const report_t *report) {
  studio_t *studio = report->studio;
  for (size_t i = studio->apps_count; i > 0; i--) {
    studio_app_t *app = studio->apps[i - 1];
    if (studio_is_in_service(studio, app))
      continue;
    idle_value_t value = value_of_app(app, NAN);
    if (app->reported)
      report->emit(report->owner, &value);
    studio_forget(studio, app);
  }
}

static void report_person(const report_t *report, studio_person_t *person) {
  bool present = person->seen == report->studio->scan.number;
  idle_value_t value = value_of_person(person, NAN);
  if (present && person->unknown)
    return;
  if (present && person->countable) {
    value.seconds = seconds_since(report->now_ms, person->oldest_ms);
    if (report->emit(report->owner, &value))
      person->reported = true;
    return;
  }
  if (person->reported)
    report->emit(report->owner, &value);
  person->reported = false;
  if (!present)
    studio_forget_person(report->studio, person);
}

void idle_report(studio_t *studio, int64_t now_ms, idle_emit_t *emit, void *owner, idle_counts_t *counts) {
  *counts = (idle_counts_t){.listed = studio->scan.listed};
  report_t report = {studio, now_ms, emit, owner, counts};
  for (size_t i = 0; i < studio->apps_count; i++) {
    if (studio_is_in_service(studio, studio->apps[i]))
      report_app(&report, studio->apps[i]);
  }
  counts->complete = counts->listed && counts->unknown == 0;
  if (!counts->listed)
    return;
  report_departed(&report);
  struct lh_entry *entry;
  struct lh_entry *next;
  lh_foreach_safe(studio->persons, entry, next) report_person(&report, lh_entry_v(entry));
}
