#include "studio/domain_settings.h"

#include <stdlib.h>
#include <string.h>

#include "studio/refusal.h"
#include "studio/request.h"
#include "util/json.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define HOUR_MS ((int64_t)3600 * 1000)
#define DAY_MS (24 * HOUR_MS)

/* MINUTES_MIN and MINUTES_MAX are AWS's limits of a timeout. */
#define MINUTES_MIN 60
#define MINUTES_MAX 525600

struct domain_settings_query {
  domain_settings_t *settings;
  studio_domain_t *domain;
  domain_facts_t read; /* of the answer */
};

static bool is_lab(const studio_app_t *app) { return strcmp(app->type, "JupyterLab") == 0; }

bool domain_settings_apply(const studio_app_t *app) { return is_lab(app) || strcmp(app->type, "CodeEditor") == 0; }

idle_shutdown_t domain_settings_idle_shutdown(const studio_app_t *app) {
  static const idle_shutdown_t unknown = {IDLE_SHUTDOWN_UNKNOWN, 0};
  const domain_facts_t *facts = &app->domain->facts;
  if (!domain_settings_apply(app))
    return unknown;
  if (app->space == NULL || app->space->sharing == SPACE_PRIVATE)
    return is_lab(app) ? facts->lab : facts->editor;
  return is_lab(app) && app->space->sharing == SPACE_SHARED ? facts->shared_lab : unknown;
}

static idle_shutdown_t read_idle_settings(json_object *idle_settings) {
  idle_shutdown_t shutdown = {IDLE_SHUTDOWN_UNKNOWN, 0};
  const char *management = "DISABLED";
  int64_t minutes = 0;
  if (json_member_text(idle_settings, "LifecycleManagement", &management) == JSON_WRONG)
    return shutdown;
  if (strcmp(management, "DISABLED") == 0)
    shutdown.state = IDLE_SHUTDOWN_OFF;
  else if (strcmp(management, "ENABLED") == 0 &&
           json_member_integer(idle_settings, "IdleTimeoutInMinutes", &minutes) == JSON_PRESENT &&
           minutes >= MINUTES_MIN && minutes <= MINUTES_MAX)
    shutdown = (idle_shutdown_t){IDLE_SHUTDOWN_ON, (uint32_t)minutes};
  return shutdown;
}

/* read_shutdown reads the idle shutdown of one type of app in a group of settings: what is not set is off. */
static idle_shutdown_t read_shutdown(json_object *group, const char *app_settings) {
  const char *const names[] = {app_settings, "AppLifecycleManagement", "IdleSettings"};
  json_object *found = group;
  for (size_t i = 0; i < COUNT(names); i++) {
    json_object *next = NULL;
    json_member_t member = json_member_object(found, names[i], &next);
    if (member != JSON_PRESENT)
      return (idle_shutdown_t){member == JSON_ABSENT ? IDLE_SHUTDOWN_OFF : IDLE_SHUTDOWN_UNKNOWN, 0};
    found = next;
  }
  return read_idle_settings(found);
}

static auth_mode_t read_auth_mode(json_object *out) {
  const char *mode = json_member_name(out, "AuthMode");
  if (strcmp(mode, "IAM") == 0)
    return AUTH_MODE_IAM;
  return strcmp(mode, "SSO") == 0 ? AUTH_MODE_SSO : AUTH_MODE_UNKNOWN;
}

/* read_facts reads what it understands: the rest stays unknown. Every domain has DefaultUserSettings; without
 * DefaultSpaceSettings nothing is set for shared spaces. */
static domain_facts_t read_facts(json_object *out) {
  domain_facts_t facts = {.auth_mode = read_auth_mode(out)};
  json_object *group = NULL;
  if (json_member_object(out, "DefaultUserSettings", &group) == JSON_PRESENT) {
    facts.lab = read_shutdown(group, "JupyterLabAppSettings");
    facts.editor = read_shutdown(group, "CodeEditorAppSettings");
  }
  json_member_t spaces = json_member_object(out, "DefaultSpaceSettings", &group);
  if (spaces == JSON_PRESENT)
    facts.shared_lab = read_shutdown(group, "JupyterLabAppSettings");
  else if (spaces == JSON_ABSENT)
    facts.shared_lab.state = IDLE_SHUTDOWN_OFF;
  return facts;
}

static aws_verdict_t on_page(void *user_data, json_object *out) {
  domain_settings_query_t *query = user_data;
  if (strcmp(json_member_name(out, "DomainId"), query->domain->id) != 0)
    return AWS_MALFORMED;
  query->read = read_facts(out);
  return AWS_ENOUGH;
}

static void finish(domain_settings_t *settings) {
  if (--settings->waiting > 0)
    return;
  domain_settings_drop(settings);
  settings->done(settings->user_data);
}

static void on_done(void *user_data, const aws_error_t *error) {
  const domain_settings_query_t *query = user_data;
  domain_settings_t *settings = query->settings;
  studio_domain_t *domain = query->domain;
  int64_t now_ms = aws_session_now_ms(settings->studio->session);
  studio_note(settings->studio, OPERATION_DESCRIBE_DOMAIN, error);
  domain->facts = error == NULL ? query->read : (domain_facts_t){0};
  domain->turn.is_refused = error != NULL && refusal_is_lasting(error, OPERATION_DESCRIBE_DOMAIN);
  if (error == NULL)
    domain->turn.due_ms = now_ms + DAY_MS;
  else
    domain->turn.due_ms = domain->turn.is_refused ? now_ms + HOUR_MS : 0;
  finish(settings);
}

static void ask(domain_settings_query_t *query) {
  json_object *input = json_object_new_object();
  bool is_complete = request_add(input, "DomainId", json_object_new_string(query->domain->id));
  request_submit(query->settings->studio, OPERATION_DESCRIBE_DOMAIN, input, is_complete, on_page, on_done, query);
}

static void mark_wanted(studio_t *studio) {
  uint32_t number = studio->scan.number;
  for (size_t i = 0; i < studio->apps_count; i++) {
    const studio_app_t *app = studio->apps[i];
    if (app->domain->turn.wanted_in_scan == number || !app_is_watched(studio, app) || !domain_settings_apply(app))
      continue;
    studio_domain_t *domain = domain_get(studio, app->domain->id);
    if (domain != NULL)
      domain->turn.wanted_in_scan = number;
  }
}

static bool is_wanted(const studio_t *studio, const studio_domain_t *domain) {
  return domain->turn.wanted_in_scan == studio->scan.number;
}

/* is_due holds, too, where the clock has been set back. */
static bool is_due(const studio_t *studio, const studio_domain_t *domain) {
  int64_t now_ms = aws_session_now_ms(studio->session);
  return is_wanted(studio, domain) && (domain->turn.due_ms <= now_ms || domain->turn.due_ms > now_ms + DAY_MS);
}

static bool any_is_due(const studio_t *studio) {
  for (size_t i = 0; i < studio->domains_count; i++) {
    if (is_due(studio, studio->domains[i]))
      return true;
  }
  return false;
}

/* submit asks for what is due, and for what was refused, too: an answer for one domain does not hide that another's is
 * still refused. */
static void submit(domain_settings_t *settings) {
  const studio_t *studio = settings->studio;
  size_t count = 0;
  for (size_t i = 0; i < studio->domains_count; i++) {
    studio_domain_t *domain = studio->domains[i];
    if (is_due(studio, domain) || (is_wanted(studio, domain) && domain->turn.is_refused))
      settings->queries[count++] = (domain_settings_query_t){.settings = settings, .domain = domain};
  }
  settings->waiting += count;
  domain_settings_query_t *queries = settings->queries;
  for (size_t i = 0; i < count; i++)
    ask(&queries[i]);
}

void domain_settings_start(domain_settings_t *settings, studio_t *studio, domain_settings_done_t *done,
                           void *user_data) {
  *settings = (domain_settings_t){.studio = studio, .done = done, .user_data = user_data, .waiting = 1};
  mark_wanted(studio);
  if (any_is_due(studio))
    settings->queries = calloc(studio->domains_count, sizeof(*settings->queries));
  if (settings->queries != NULL)
    submit(settings);
  finish(settings);
}

void domain_settings_drop(domain_settings_t *settings) {
  free(settings->queries);
  settings->queries = NULL;
}
