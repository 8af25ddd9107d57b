#include "studio/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "studio/entity_key.h"
#include "studio/log_search_progress.h"
#include "studio/log_stream.h"
#include "studio/snapshot_line.h"
#include "util/hash.h"

/* FUTURE_MS: a clock that is not yet corrected by AWS's may be behind; one that is behind by this much was set. */
#define FUTURE_MS ((int64_t)24 * 3600 * 1000)

enum {
  FLAG_IN_SPACE = 1,
  FLAG_KNOWN = 2,
  FLAG_CHATTY = 4,
  FLAG_SWITCHED = 8,
  FLAG_NOTICED_UNLOGGED = 16,
  FLAG_NOTICED_CHATTY = 32,
  FLAG_WATCHES_LOG = 64,
  FLAG_NOTICED_DEAF = 128,
  FLAG_AWAITS_REACH = 256,
  FLAGS_ALL = 511,
};

enum { SPACE_KNOWN = 1, SPACE_REMOTE = 2, SPACE_FLAGS = 3 };

/* app_times are what an app's line keeps of the app, in this order, between its state and its hours. A time is in
 * milliseconds and not negative. */
static const size_t app_times[] = {
    offsetof(studio_app_t, log.newest_event_ms),    offsetof(studio_app_t, listing.started_ms),
    offsetof(studio_app_t, search.last_match_ms),   offsetof(studio_app_t, search.to_ms),
    offsetof(studio_app_t, search.newest_event_ms), offsetof(studio_app_t, search.from_ms),
    offsetof(studio_app_t, search.goal_ms),
};

#define APP_TIMES (sizeof(app_times) / sizeof(app_times[0]))

/* APP_FIELDS is how many fields an app's line has before logged_as: behind its times two of its hours and two of its
 * beacon, which lines of 1.0.0 do not have. */
#define HOURS_AT (4 + APP_TIMES)
#define BEACON_AT (HOURS_AT + 2)
#define APP_FIELDS (BEACON_AT + 2)

const char snapshot_format[] = "1";

/* hash_of_signals is of what decides which events count: after a change of it they are searched for anew. */
static uint64_t hash_of_signals(const studio_settings_t *settings) {
  uint64_t hash = HASH_INIT;
  for (size_t i = 0; i < settings->rules_count; i++) {
    const signal_rule_t *rule = &settings->rules[i];
    const char *parts[] = {rule->app_type, signals_name(rule->signal), rule->pattern,
                           rule->chatty_rule != NULL ? rule->chatty_rule->pattern : NULL};
    for (size_t j = 0; j < sizeof(parts) / sizeof(parts[0]); j++)
      hash = hash_text(hash, parts[j] != NULL ? parts[j] : "");
  }
  return hash_bytes(hash, &settings->lookback_ms, sizeof(settings->lookback_ms));
}

static void save_studio(snapshot_writer_t *writer, const studio_t *studio) {
  snapshot_put_text(writer, "studio");
  snapshot_put_time(writer, aws_session_now_ms(studio->session));
  snapshot_put_time(writer, studio->last_listing_ms);
  snapshot_put_time(writer, studio->swept_in_scan > 0 ? studio->swept_ms : 0);
  snapshot_put_text(writer, studio->credit < 0 ? "-" : "+");
  snapshot_put_number(writer, (uint64_t)(studio->credit < 0 ? -studio->credit : studio->credit));
  snapshot_put_number(writer, hash_of_signals(&studio->settings));
  snapshot_end_line(writer);
}

static void save_domain(snapshot_writer_t *writer, const studio_domain_t *domain) {
  if (domain->state != DOMAIN_LISTED || domain->name == NULL || !snapshot_is_plain(domain->id) ||
      !snapshot_is_plain(domain->name))
    return;
  snapshot_put_text(writer, "domain");
  snapshot_put_text(writer, domain->id);
  snapshot_put_text(writer, domain->name);
  snapshot_end_line(writer);
}

static void save_space(snapshot_writer_t *writer, const studio_space_t *space) {
  if (!snapshot_is_plain(space->domain->id) || !snapshot_is_plain(space->name) ||
      (space->owner != NULL && !snapshot_is_plain(space->owner)))
    return;
  snapshot_put_text(writer, "space");
  snapshot_put_text(writer, space->domain->id);
  snapshot_put_text(writer, space->name);
  snapshot_put_number(writer, (space->known ? SPACE_KNOWN : 0U) | (space->remote ? SPACE_REMOTE : 0U));
  snapshot_put_time(writer, space->vacant_ms);
  if (space->owner != NULL)
    snapshot_put_text(writer, space->owner);
  snapshot_end_line(writer);
}

static uint64_t flags_of(const studio_t *studio, const studio_app_t *app) {
  bool known = studio->swept_in_scan > 0 && app->log.looked_at_in_scan >= studio->swept_in_scan;
  return (app->space != NULL ? FLAG_IN_SPACE : 0U) | (known ? FLAG_KNOWN : 0U) |
         (app->chatter.is_chatty ? FLAG_CHATTY : 0U) | (app->chatter.is_switched ? FLAG_SWITCHED : 0U) |
         (app->told.unlogged ? FLAG_NOTICED_UNLOGGED : 0U) | (app->told.chatty ? FLAG_NOTICED_CHATTY : 0U) |
         (app->chatter.watches_log ? FLAG_WATCHES_LOG : 0U) | (app->told.deaf ? FLAG_NOTICED_DEAF : 0U) |
         (app->search.awaits_reach ? FLAG_AWAITS_REACH : 0U);
}

static void save_app(snapshot_writer_t *writer, const studio_t *studio, const studio_app_t *app) {
  if ((!app_is_in_service(studio, app) && !app_is_missed(studio, app)) || !snapshot_is_plain(app->stream) ||
      (app->log.logged_as != NULL && !snapshot_is_plain(app->log.logged_as)))
    return;
  snapshot_put_text(writer, "app");
  snapshot_put_text(writer, app->stream);
  snapshot_put_number(writer, flags_of(studio, app));
  snapshot_put_number(writer, (uint64_t)app->log.state);
  for (size_t i = 0; i < APP_TIMES; i++)
    snapshot_put_time(writer, *(const int64_t *)(const void *)((const char *)app + app_times[i]));
  snapshot_put_number(writer, app->chatter.hours);
  snapshot_put_number(writer, app->chatter.hours_at);
  snapshot_put_number(writer, app->beacon.last_line_s);
  snapshot_put_number(writer, app->beacon.last_active_s);
  if (app->log.logged_as != NULL)
    snapshot_put_text(writer, app->log.logged_as);
  snapshot_end_line(writer);
}

bool snapshot_save(const studio_t *studio, FILE *out) {
  snapshot_writer_t writer = {.out = out, .hash = HASH_INIT};
  save_studio(&writer, studio);
  for (size_t i = 0; i < studio->domains_count; i++)
    save_domain(&writer, studio->domains[i]);
  size_t at = 0;
  for (const studio_space_t *space = pointer_set_next(&studio->spaces, &at); space != NULL;
       space = pointer_set_next(&studio->spaces, &at))
    save_space(&writer, space);
  for (size_t i = 0; i < studio->apps_count; i++)
    save_app(&writer, studio, studio->apps[i]);
  return !writer.failed && fprintf(out, "end %" PRIu64 " %016" PRIx64 "\n", writer.records, writer.hash) > 0;
}

typedef struct {
  studio_t *studio;
  bool same_signals;
} snapshot_reader_t;

static snapshot_result_t load_studio(snapshot_reader_t *reader, const snapshot_fields_t *fields) {
  studio_t *studio = reader->studio;
  int64_t saved_ms = 0;
  uint64_t credit = 0;
  char signals[24];
  snprintf(signals, sizeof(signals), "%" PRIu64, hash_of_signals(&studio->settings));
  if (fields->count != 7 || !snapshot_read_time(fields->items[1], &saved_ms) ||
      !snapshot_read_time(fields->items[2], &studio->last_listing_ms) ||
      !snapshot_read_time(fields->items[3], &studio->swept_ms) ||
      (strcmp(fields->items[4], "+") != 0 && strcmp(fields->items[4], "-") != 0) ||
      !snapshot_read_number(fields->items[5], INT64_MAX, &credit))
    return SNAPSHOT_DAMAGED;
  if (saved_ms > aws_session_now_ms(studio->session) + FUTURE_MS)
    return SNAPSHOT_OF_THE_FUTURE;
  studio->spaces_asked_ms = saved_ms;
  studio->scan.number = 1;
  studio->last_listing = 1;
  studio->swept_in_scan = studio->swept_ms > 0 ? 1 : 0;
  studio->credit = fields->items[4][0] == '-' ? -(int64_t)credit : (int64_t)credit;
  reader->same_signals = strcmp(fields->items[6], signals) == 0;
  return SNAPSHOT_LOADED;
}

static snapshot_result_t load_domain(const snapshot_reader_t *reader, const snapshot_fields_t *fields) {
  if (fields->count != 3)
    return SNAPSHOT_DAMAGED;
  return domain_set_name(reader->studio, fields->items[1], fields->items[2]) ? SNAPSHOT_LOADED : SNAPSHOT_OUT_OF_MEMORY;
}

static snapshot_result_t load_space(const snapshot_reader_t *reader, const snapshot_fields_t *fields) {
  uint64_t flags = 0;
  int64_t vacant_ms = 0;
  if ((fields->count != 5 && fields->count != 6) || !snapshot_read_number(fields->items[3], SPACE_FLAGS, &flags) ||
      !snapshot_read_time(fields->items[4], &vacant_ms))
    return SNAPSHOT_DAMAGED;
  const studio_domain_t *domain = domain_get(reader->studio, fields->items[1]);
  studio_space_t *space = domain != NULL ? space_get(reader->studio, domain, fields->items[2]) : NULL;
  if (space == NULL || space->known || space->owner != NULL)
    return space == NULL ? SNAPSHOT_OUT_OF_MEMORY : SNAPSHOT_DAMAGED;
  space->known = (flags & SPACE_KNOWN) != 0;
  space->remote = (flags & SPACE_REMOTE) != 0;
  space->vacant_ms = vacant_ms;
  if (fields->count == 6) {
    space->owner = strdup(fields->items[5]);
    if (space->owner == NULL)
      return SNAPSHOT_OUT_OF_MEMORY;
  }
  return SNAPSHOT_LOADED;
}

/* divide_stream divides DOMAIN/OWNER/TYPE/APP. */
static bool divide_stream(const char *stream, char parts[4][ENTITY_NAME_LIMIT + 1]) {
  for (size_t i = 0; i < 4; i++) {
    size_t length = strcspn(stream, "/");
    if (length == 0 || length > ENTITY_NAME_LIMIT || (stream[length] == '/') != (i < 3))
      return false;
    memcpy(parts[i], stream, length);
    parts[i][length] = '\0';
    stream += length + 1;
  }
  return true;
}

static studio_app_t *find_app(studio_t *studio, const char *stream, bool in_space) {
  char parts[4][ENTITY_NAME_LIMIT + 1];
  if (!divide_stream(stream, parts))
    return NULL;
  const studio_domain_t *domain = domain_get(studio, parts[0]);
  studio_space_t *space = domain != NULL && in_space ? space_get(studio, domain, parts[1]) : NULL;
  if (domain == NULL || (in_space && space == NULL))
    return NULL;
  if (space != NULL)
    space->occupied_in_scan = studio->scan.number;
  return app_get(studio, domain, in_space ? NULL : parts[1], space, parts[2], parts[3]);
}

static void forget_search(studio_app_t *app) {
  log_search_progress_forget(app);
  app->chatter.hours = 0;
  app->chatter.is_chatty = app->chatter.is_switched = app->chatter.watches_log = false;
  app->told.chatty = app->told.deaf = false;
}

/* forget_the_future drops times that cannot be: what they tell of is looked for anew. */
static void forget_the_future(const studio_t *studio, studio_app_t *app) {
  int64_t limit_ms = aws_session_now_ms(studio->session) + LOG_STREAM_AHEAD_MAX_MS;
  if (app->log.newest_event_ms <= limit_ms && app->search.last_match_ms <= limit_ms &&
      app->listing.started_ms <= limit_ms && (int64_t)app->beacon.last_line_s * 1000 <= limit_ms &&
      (int64_t)app->beacon.last_active_s * 1000 <= limit_ms)
    return;
  app->log.newest_event_ms = app->listing.started_ms = 0;
  app->log.looked_at_in_scan = 0;
  forget_search(app);
}

static bool load_hours(const snapshot_fields_t *fields, chatter_t *chatter) {
  uint64_t hours = 0;
  uint64_t hours_at = 0;
  bool is_read = snapshot_read_number(fields->items[HOURS_AT], UINT64_MAX, &hours) &&
                 snapshot_read_number(fields->items[HOURS_AT + 1], UINT32_MAX, &hours_at);
  /* Version 1.0.0 kept 48 hours: those that were long ago stand in the upper bits. */
  chatter->hours = hours & CHATTER_HOURS_MASK;
  chatter->hours_at = hours_at & CHATTER_HOURS_AT_MAX;
  return is_read;
}

static bool load_beacon(const snapshot_fields_t *fields, beacon_facts_t *beacon) {
  uint64_t line_s = 0;
  uint64_t active_s = 0;
  bool is_read = snapshot_read_number(fields->items[BEACON_AT], UINT32_MAX, &line_s) &&
                 snapshot_read_number(fields->items[BEACON_AT + 1], UINT32_MAX, &active_s);
  *beacon = (beacon_facts_t){(uint32_t)line_s, (uint32_t)active_s};
  return is_read;
}

static snapshot_result_t load_app(const snapshot_reader_t *reader, const snapshot_fields_t *fields) {
  uint64_t flags = 0;
  uint64_t state = 0;
  size_t end = fields->count >= APP_FIELDS ? APP_FIELDS : BEACON_AT;
  if ((fields->count != end && fields->count != end + 1) ||
      !snapshot_read_number(fields->items[2], FLAGS_ALL, &flags) ||
      !snapshot_read_number(fields->items[3], STREAM_WITH_EVENTS, &state))
    return SNAPSHOT_DAMAGED;
  studio_app_t *app = find_app(reader->studio, fields->items[1], (flags & FLAG_IN_SPACE) != 0);
  if (app == NULL || app->listing.in_scan != 0)
    return SNAPSHOT_DAMAGED;
  for (size_t i = 0; i < APP_TIMES; i++) {
    if (!snapshot_read_time(fields->items[4 + i], (int64_t *)(void *)((char *)app + app_times[i])))
      return SNAPSHOT_DAMAGED;
  }
  if (!load_hours(fields, &app->chatter) || (end == APP_FIELDS && !load_beacon(fields, &app->beacon)))
    return SNAPSHOT_DAMAGED;
  app->log.state = state & 3U;
  app->listing.in_scan = reader->studio->scan.number;
  app->log.looked_at_in_scan = (flags & FLAG_KNOWN) != 0 ? reader->studio->scan.number : 0;
  app->chatter.is_chatty = (flags & FLAG_CHATTY) != 0;
  app->chatter.is_switched = (flags & FLAG_SWITCHED) != 0;
  app->told.unlogged = (flags & FLAG_NOTICED_UNLOGGED) != 0;
  app->told.chatty = (flags & FLAG_NOTICED_CHATTY) != 0;
  app->chatter.watches_log = (flags & FLAG_WATCHES_LOG) != 0;
  app->told.deaf = (flags & FLAG_NOTICED_DEAF) != 0;
  if (!reader->same_signals)
    forget_search(app);
  log_search_progress_recall(reader->studio, app, reader->same_signals && (flags & FLAG_AWAITS_REACH) != 0);
  forget_the_future(reader->studio, app);
  const char *logged_as = fields->count > end ? fields->items[end] : NULL;
  return app_log_as(app, logged_as) ? SNAPSHOT_LOADED : SNAPSHOT_OUT_OF_MEMORY;
}

static snapshot_result_t load_record(snapshot_reader_t *reader, const snapshot_fields_t *fields, uint64_t number) {
  const char *kind = fields->items[0];
  if ((number == 0) != (strcmp(kind, "studio") == 0))
    return SNAPSHOT_DAMAGED;
  if (number == 0)
    return load_studio(reader, fields);
  if (strcmp(kind, "domain") == 0)
    return load_domain(reader, fields);
  if (strcmp(kind, "space") == 0)
    return load_space(reader, fields);
  return strcmp(kind, "app") == 0 ? load_app(reader, fields) : SNAPSHOT_DAMAGED;
}

snapshot_result_t snapshot_load(studio_t *studio, FILE *in) {
  snapshot_reader_t reader = {.studio = studio};
  char line[SNAPSHOT_LINE_SIZE];
  char expected[64];
  uint64_t hash = HASH_INIT;
  uint64_t records = 0;
  snapshot_result_t result = SNAPSHOT_LOADED;
  while (result == SNAPSHOT_LOADED) {
    snapshot_fields_t fields;
    if (!snapshot_read_line(in, line))
      return SNAPSHOT_DAMAGED;
    snprintf(expected, sizeof(expected), "end %" PRIu64 " %016" PRIx64, records, hash);
    if (records > 0 && strcmp(line, expected) == 0)
      return SNAPSHOT_LOADED;
    hash = hash_line(hash, line, strlen(line));
    result = snapshot_divide(line, &fields) ? load_record(&reader, &fields, records++) : SNAPSHOT_DAMAGED;
  }
  return result;
}
