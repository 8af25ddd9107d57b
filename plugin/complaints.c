#include "complaints.h"

#include <string.h>

#include "plugin.h"
#include "utils/common/common.h"

#include "notices.h"
#include "remedy.h"
#include "studio/refusal.h"

/* A clock that is wrong by this much is worth a line; from a few seconds on it is corrected. */
#define CLOCK_SAID_MS ((int64_t)60 * 1000)

/* collectd's plugin_log cuts a line behind 1023 bytes, and c_complain_once behind 511, which is too short for a list of
 * the places where credentials were looked for. What to do stands at the end: rather cut what AWS says. */
#define LINE_LENGTH_MAX 820

/* "account "prod", us-east-1": what a line is about. */
typedef struct {
  const config_account_t *config;
  char text[256];
} label_t;

static label_t label_of(const scanner_target_t *target) {
  label_t label = {.config = target->account->config};
  ssnprintf(label.text, sizeof(label.text), "account \"%s\", region %s", label.config->name, scanner_region(target));
  return label;
}

/* How much of a message fits into `room` bytes, without half a character at its end. */
static int fitting(const char *message, size_t room) {
  size_t length = strlen(message);
  if (length <= room)
    return (int)length;
  while (room > 0 && ((unsigned char)message[room] & 0xc0) == 0x80)
    room--;
  return (int)room;
}

/* As c_complain_once, but for the length of the line. */
static void complain_at_length(c_complain_t *said, const char *line) {
  if (said->complained_once)
    return;
  *said = (c_complain_t){.last = cdtime(), .interval = TIME_T_TO_CDTIME_T(1), .complained_once = true};
  plugin_log(LOG_ERR, "%s", line);
}

static void say_error(c_complain_t *said, const label_t *label, const aws_error_t *error) {
  char head[384];
  char status[32] = "";
  char what_to_do[320];
  remedy_write(error, label->config, what_to_do, sizeof(what_to_do));
  if (error->status != 0)
    ssnprintf(status, sizeof(status), " (HTTP %d)", error->status);
  /* Of an operation of AWS, what it answered; what was tried before any is told by its message. */
  bool is_response = strcmp(error->operation, error->code) != 0;
  ssnprintf(head, sizeof(head), "sagemaker plugin: %s: %s%s%s%s: ", label->text, error->operation,
            is_response ? ": " : "", is_response ? error->code : "", status);
  size_t around = strlen(head) + strlen("; .") + strlen(what_to_do);
  size_t room = around < LINE_LENGTH_MAX ? LINE_LENGTH_MAX - around : 0;
  char line[LINE_LENGTH_MAX + 1];
  ssnprintf(line, sizeof(line), "%s%.*s; %s.", head, fitting(error->message, room), error->message, what_to_do);
  complain_at_length(said, line);
}

bool complaints_account_init(complaints_account_t *trouble, const config_account_t *config) {
  size_t regions = config->regions.count > 0 ? config->regions.count : 1;
  *trouble = (complaints_account_t){.regions_count = regions};
  trouble->absent = calloc(regions * config->studio.domains.count + 1, sizeof(*trouble->absent));
  trouble->regions = calloc(regions, sizeof(*trouble->regions));
  return trouble->absent != NULL && trouble->regions != NULL;
}

void complaints_account_clear(complaints_account_t *trouble) {
  free(trouble->absent);
  free(trouble->regions);
  trouble->absent = NULL;
  trouble->regions = NULL;
}

static bool domain_is_absent(const studio_t *studio, const char *id) {
  for (size_t i = 0; i < studio->domains_count; i++) {
    if (strcmp(studio->domains[i]->id, id) == 0)
      return studio->domains[i]->state == DOMAIN_ABSENT;
  }
  return false;
}

/* A domain of the configuration that is in none of the account's regions. */
static void check_domains(complaints_account_t *trouble, size_t region, const scanner_target_t *target) {
  const config_account_t *config = target->account->config;
  size_t regions = config->regions.count > 0 ? config->regions.count : 1;
  const char *missing = NULL;
  for (size_t domain = 0; domain < config->studio.domains.count; domain++) {
    trouble->absent[region * config->studio.domains.count + domain] =
        domain_is_absent(target->studio, config->studio.domains.items[domain]);
    bool everywhere = true;
    for (size_t i = 0; i < regions; i++)
      everywhere = everywhere && trouble->absent[i * config->studio.domains.count + domain];
    if (everywhere)
      missing = config->studio.domains.items[domain];
  }
  if (missing != NULL)
    c_complain_once(
        LOG_WARNING, &trouble->domain,
        "sagemaker plugin: account \"%s\": option Domain \"%s\": there is no such domain in %s; give the id "
        "of one that `aws sagemaker list-domains` shows.",
        config->name, missing, regions > 1 ? "any of its regions" : scanner_region(target));
  else
    c_release(LOG_NOTICE, &trouble->domain, "sagemaker plugin: account \"%s\": every configured domain is there now.",
              config->name);
}

static void check_names(complaints_target_t *trouble, const label_t *label, const studio_t *studio) {
  for (size_t i = 0; studio->settings.label_by_name && i < studio->domains_count; i++) {
    const studio_domain_t *domain = studio->domains[i];
    if (domain->ambiguous)
      c_complain_once(LOG_NOTICE, &trouble->names,
                      "sagemaker plugin: %s: several domains are named \"%s\"; they stand as %s~%s and the like.",
                      label->text, domain->name, domain->name, domain->id);
  }
}

static void check_clock(complaints_target_t *trouble, const label_t *label, const studio_t *studio) {
  int64_t skew_ms = aws_session_skew_ms(studio->session);
  if (llabs(skew_ms) > CLOCK_SAID_MS)
    c_complain_once(LOG_WARNING, &trouble->clock,
                    "sagemaker plugin: %s: this machine's clock is %.0f s %s AWS's; signatures and idle seconds are "
                    "corrected, but set it right.",
                    label->text, (double)llabs(skew_ms) / 1000.0, skew_ms > 0 ? "behind" : "ahead of");
  else if (skew_ms == 0)
    c_release(LOG_NOTICE, &trouble->clock, "sagemaker plugin: %s: this machine's clock agrees with AWS's again.",
              label->text);
}

/* Items of answers that were not understood: what they stand for has no value, the others count. */
static void check_odd(complaints_target_t *trouble, const label_t *label, const studio_scan_t *scan) {
  const char *operation = NULL;
  size_t count = 0;
  for (size_t i = 0; i < OPERATIONS; i++) {
    /* An operation that ended with an error has its own line. */
    if (scan->odd[i] == 0 || scan->errors[i].code[0] != '\0')
      continue;
    operation = operation_table[i].name;
    count += scan->odd[i];
  }
  if (count > 0)
    c_complain_once(
        LOG_WARNING, &trouble->odd,
        "sagemaker plugin: %s: %s: %zu item%s of the answers %s not understood and left out, such as \"%s\"; the "
        "others count; compare with `aws` and report it with the plugin's version.",
        label->text, operation, count, count == 1 ? "" : "s", count == 1 ? "was" : "were", scan->odd_example);
  else if (scan->listing_complete)
    c_release(LOG_NOTICE, &trouble->odd, "sagemaker plugin: %s: every item of the answers is understood again.",
              label->text);
}

static void check_group(complaints_target_t *trouble, const label_t *label, const scanner_target_t *target) {
  const studio_scan_t *scan = &target->studio->scan;
  const char *group = target->account->config->studio.log_group;
  if (scan->group_missing)
    c_complain_once(LOG_NOTICE, &trouble->group,
                    "sagemaker plugin: %s: log group \"%s\" does not exist: nobody has logged yet, so apps are idle "
                    "since their creation; if it has another name, set option LogGroup.",
                    label->text, group);
  else if (scan->tried[OPERATION_DESCRIBE_LOG_STREAMS] && scan->errors[OPERATION_DESCRIBE_LOG_STREAMS].code[0] == '\0')
    c_release(LOG_NOTICE, &trouble->group, "sagemaker plugin: %s: log group \"%s\" exists now.", label->text, group);
}

static void check_search(complaints_target_t *trouble, const label_t *label, const studio_scan_t *scan) {
  char others[48] = "";
  if (scan->endless_count > 1)
    ssnprintf(others, sizeof(others), " and %zu more", scan->endless_count - 1);
  if (scan->endless != NULL)
    c_complain_once(
        LOG_WARNING, &trouble->search,
        "sagemaker plugin: %s: FilterLogEvents: the search of the log of app %s%s shows empty pages without "
        "end, so there is no value until it has one; each scan tries again; check option Endpoint, else ask "
        "AWS Support.",
        label->text, scan->endless->stream, others);
  else if (scan->tried[OPERATION_FILTER_LOG_EVENTS] && scan->errors[OPERATION_FILTER_LOG_EVENTS].code[0] == '\0')
    c_release(LOG_NOTICE, &trouble->search, "sagemaker plugin: %s: FilterLogEvents: every search has an end again.",
              label->text);
}

/* What went wrong before an operation could be asked for, or with the keys: every region and operation of the account
 * has it alike. */
static bool is_of_credentials(const aws_error_t *error, operation_t operation) {
  return error->code[0] != '\0' &&
         (strcmp(error->operation, operation_table[operation].name) != 0 || refusal_is_of_keys(error));
}

/* Logs are asked beside the listing: one network that is down is one line, not two. */
static bool is_as_of_listing(const aws_error_t *error, const aws_error_t *listing) {
  return error != listing && error->code[0] != '\0' && error->status == 0 && strcmp(error->code, listing->code) == 0;
}

/* The index of a region that has accepted the keys; regions_count: none has. */
static size_t accepting_region(const complaints_account_t *account) {
  size_t i = 0;
  while (i < account->regions_count && account->regions[i].keys != KEYS_ACCEPTED)
    i++;
  return i;
}

static bool is_refused_anywhere(const complaints_account_t *account) {
  for (size_t i = 0; i < account->regions_count; i++) {
    if (account->regions[i].keys == KEYS_REFUSED)
      return true;
  }
  return false;
}

static bool are_all_scanned(const complaints_account_t *account) {
  for (size_t i = 0; i < account->regions_count; i++) {
    if (!account->regions[i].scanned)
      return false;
  }
  return true;
}

/* What AWS says of keys in a region that is not enabled for their account. */
static bool may_be_of_region(const aws_error_t *error) {
  return strcmp(error->code, "UnrecognizedClientException") == 0 || strcmp(error->code, "InvalidClientTokenId") == 0;
}

static void say_closed(complaints_region_t *region, const label_t *label, const aws_error_t *error,
                       const char *accepting) {
  region->keys = KEYS_UNKNOWN;
  c_complain_once(
      LOG_WARNING, &region->closed,
      "sagemaker plugin: %s: the region is not enabled for the account: %s here (HTTP %d), while %s accepts "
      "the same keys; enable it in AWS's account settings, or take it out of option Region.",
      label->text, error->code, error->status, accepting);
}

/* Keys that another region accepts are not the trouble of this one. Whether another does is known once all have been
 * scanned, and of a region that has accepted them itself, as before they expired, a scan later. */
static void say_unfound(complaints_account_t *account, size_t index, const label_t *label, const aws_error_t *error) {
  complaints_region_t *region = &account->regions[index];
  region->keys = KEYS_REFUSED;
  region->refusals++;
  bool is_late = region->refusals > 1;
  size_t accepting = accepting_region(account);
  bool is_accepted = accepting < account->regions_count && may_be_of_region(error);
  if (is_accepted && (is_late || !region->has_accepted))
    say_closed(region, label, error, label->config->regions.items[accepting]);
  else if (!is_accepted && (is_late || are_all_scanned(account) || !may_be_of_region(error)))
    say_error(&account->credentials, label, error);
}

static void check_keys(complaints_account_t *account, size_t index, const label_t *label, const studio_scan_t *scan,
                       const aws_error_t *credentials_error) {
  complaints_region_t *region = &account->regions[index];
  bool tried = false;
  bool accepted = false;
  for (size_t i = 0; i < OPERATIONS; i++) {
    tried = tried || scan->tried[i];
    accepted = accepted || (scan->tried[i] && scan->errors[i].code[0] == '\0');
  }
  region->scanned = true;
  if (credentials_error != NULL) {
    say_unfound(account, index, label, credentials_error);
    return;
  }
  if (!tried)
    return;
  region->keys = accepted ? KEYS_ACCEPTED : KEYS_UNKNOWN;
  region->has_accepted = region->has_accepted || accepted;
  region->refusals = 0;
  if (accepted)
    c_release(LOG_NOTICE, &region->closed, "sagemaker plugin: %s: AWS accepts the keys in this region now.",
              label->text);
  if (!is_refused_anywhere(account))
    c_release(LOG_NOTICE, &account->credentials, "sagemaker plugin: %s: credentials and region were found.",
              label->text);
}

static void check_operations(complaints_target_t *trouble, complaints_account_t *account, size_t region,
                             const label_t *label, const studio_scan_t *scan) {
  const aws_error_t *credentials_error = NULL;
  for (size_t i = 0; i < OPERATIONS; i++) {
    const aws_error_t *error = &scan->errors[i];
    if (!scan->tried[i])
      continue;
    if (is_of_credentials(error, (operation_t)i))
      credentials_error = error;
    else if (is_as_of_listing(error, &scan->errors[OPERATION_LIST_APPS]))
      continue;
    else if (error->code[0] != '\0')
      say_error(&trouble->operations[i], label, error);
    else
      c_release(LOG_NOTICE, &trouble->operations[i], "sagemaker plugin: %s: %s works again.", label->text,
                operation_table[i].name);
  }
  check_keys(account, region, label, scan, credentials_error);
}

static void check_files(complaints_account_t *account, const scanner_target_t *target) {
  const char *name = target->account->config->name;
  if (target->warning[0] != '\0')
    c_complain_once(LOG_WARNING, &account->files, "sagemaker plugin: account \"%s\": %s.", name, target->warning);
  else
    c_release(LOG_NOTICE, &account->files, "sagemaker plugin: account \"%s\": its AWS files are private now.", name);
}

void complaints_recalled(complaints_state_t *trouble, scanner_target_t *target) {
  bool is_new = target->recalled.text[0] != '\0' && strcmp(target->recalled.text, trouble->recalled.text) != 0;
  if (is_new) {
    WARNING("sagemaker plugin: %s; starting without it.", target->recalled.text);
    trouble->recalled = target->recalled;
  }
  target->recalled.text[0] = '\0';
}

void complaints_remembered(complaints_state_t *trouble, const state_complaint_t *complaint) {
  if (complaint->text[0] != '\0')
    c_complain_once(LOG_WARNING, &trouble->remembered,
                    "sagemaker plugin: %s; a restart will start without it; let the daemon's user write there, or set "
                    "option StateFile.",
                    complaint->text);
  else
    c_release(LOG_NOTICE, &trouble->remembered, "sagemaker plugin: the state file is written again.");
}

void complaints_scan(complaints_target_t *trouble, complaints_account_t *account, size_t region,
                     scanner_target_t *target) {
  label_t label = label_of(target);
  check_files(account, target);
  if (target->trouble.code[0] != '\0') {
    account->regions[region].keys = KEYS_REFUSED;
    say_error(&account->credentials, &label, &target->trouble);
    return;
  }
  check_operations(trouble, account, region, &label, &target->studio->scan);
  check_group(trouble, &label, target);
  check_search(trouble, &label, &target->studio->scan);
  check_domains(account, region, target);
  check_names(trouble, &label, target->studio);
  check_clock(trouble, &label, target->studio);
  check_odd(trouble, &label, &target->studio->scan);
  notices_say(label.text, target->studio);
}

/* NULL: none is. */
static const studio_alias_t *taken_alias(const studio_t *studio) {
  const studio_settings_t *settings = &studio->settings;
  for (size_t i = 0; i < settings->aliases_count; i++) {
    const studio_alias_t *alias = &settings->aliases[i];
    for (size_t j = 0; j < studio->domains_count; j++) {
      if (owner_find(studio, studio->domains[j], alias->user) != NULL &&
          owner_alias_is_taken(studio, studio->domains[j], alias))
        return alias;
    }
  }
  return NULL;
}

static void check_aliases(complaints_target_t *trouble, const label_t *label, const studio_t *studio) {
  const studio_alias_t *taken = taken_alias(studio);
  if (taken != NULL)
    c_complain_once(LOG_WARNING, &trouble->alias,
                    "sagemaker plugin: %s: option UserAlias \"%s\" \"%s\": another user of the domain is named so; "
                    "\"%s\" keeps its own name until it is given another alias.",
                    label->text, taken->user, taken->alias, taken->user);
  else
    c_release(LOG_NOTICE, &trouble->alias, "sagemaker plugin: %s: every alias stands for one user again.", label->text);
}

void complaints_series(complaints_target_t *trouble, scanner_target_t *target, const dispatch_health_t *health) {
  label_t label = label_of(target);
  if (target->studio != NULL && target->trouble.code[0] == '\0') {
    check_aliases(trouble, &label, target->studio);
    notices_say_silent(label.text, target);
  }
  if (health->unclaimed > 0)
    c_complain_once(
        LOG_WARNING, &trouble->series,
        "sagemaker plugin: %s: %zu values, %s among them, stand under the same identifiers as others and are "
        "not dispatched; if two <Account> blocks see the same apps, remove one, else set option Host in one of them.",
        label.text, health->unclaimed, health->unclaimed_example);
  else
    c_release(LOG_NOTICE, &trouble->series, "sagemaker plugin: %s: every value has its own identifier again.",
              label.text);
}

void complaints_begin(complaints_target_t *trouble, const scanner_target_t *target, const dispatch_health_t *health) {
  const values_counts_t *counts = &health->counts;
  if (trouble->began || !counts->complete)
    return;
  trouble->began = true;
  label_t label = label_of(target);
  char others[96] = "";
  if (counts->pending + counts->deleting + counts->failed > 0)
    ssnprintf(others, sizeof(others), " in service, but %zu Pending, %zu Deleting and %zu Failed", counts->pending,
              counts->deleting, counts->failed);
  if (counts->apps > 0)
    INFO("sagemaker plugin: %s: the first complete scan found %zu app%s of %zu user%s.", label.text, counts->apps,
         counts->apps == 1 ? "" : "s", counts->users, counts->users == 1 ? "" : "s");
  else
    INFO("sagemaker plugin: %s: the first complete scan found no app%s; if some run, check the region and "
         "the options Domain, AppType, User and IgnoreUser.",
         label.text, others);
}
