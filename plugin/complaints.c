#include "complaints.h"

#include <string.h>

#include "plugin.h"
#include "utils/common/common.h"

#include "notices.h"

/* A clock that is wrong by a minute is worth a line; requests and idle times are corrected from a few seconds on. */
#define CLOCK_SAID_MS ((int64_t)60 * 1000)

bool complaints_account_init(complaints_account_t *account, const config_account_t *config) {
  size_t regions = config->regions.count > 0 ? config->regions.count : 1;
  *account = (complaints_account_t){.absent = calloc(regions * config->studio.domains.count + 1, sizeof(bool))};
  return complaints_keys_init(&account->keys, regions) && account->absent != NULL;
}

void complaints_account_clear(complaints_account_t *account) {
  free(account->absent);
  account->absent = NULL;
  complaints_keys_clear(&account->keys);
}

static bool domain_is_absent(const studio_t *studio, const char *id) {
  for (size_t i = 0; i < studio->domains_count; i++) {
    if (strcmp(studio->domains[i]->id, id) == 0)
      return studio->domains[i]->state == DOMAIN_ABSENT;
  }
  return false;
}

/* check_domains complains of a configured domain that no region of the account has. */
static void check_domains(complaints_account_t *account, size_t region, const scanner_target_t *target) {
  const config_account_t *config = target->account->config;
  size_t regions = config->regions.count > 0 ? config->regions.count : 1;
  const char *missing = NULL;
  for (size_t domain = 0; domain < config->studio.domains.count; domain++) {
    account->absent[region * config->studio.domains.count + domain] =
        domain_is_absent(target->studio, config->studio.domains.items[domain]);
    bool everywhere = true;
    for (size_t i = 0; i < regions; i++)
      everywhere = everywhere && account->absent[i * config->studio.domains.count + domain];
    if (everywhere)
      missing = config->studio.domains.items[domain];
  }
  if (missing != NULL)
    c_complain_once(
        LOG_WARNING, &account->domain,
        "sagemaker plugin: account \"%s\": option Domain \"%s\": there is no such domain in %s; give the id "
        "of one that `aws sagemaker list-domains` shows.",
        config->name, missing, regions > 1 ? "any of its regions" : scanner_region(target));
  else
    c_release(LOG_NOTICE, &account->domain, "sagemaker plugin: account \"%s\": every configured domain is there now.",
              config->name);
}

static void check_names(complaints_target_t *said, const complaints_label_t *label, const studio_t *studio) {
  for (size_t i = 0; studio->settings.label_by_name && i < studio->domains_count; i++) {
    const studio_domain_t *domain = studio->domains[i];
    if (domain->ambiguous)
      c_complain_once(LOG_NOTICE, &said->names,
                      "sagemaker plugin: %s: several domains are named \"%s\"; they stand as %s~%s and the like.",
                      label->text, domain->name, domain->name, domain->id);
  }
}

static void check_clock(complaints_target_t *said, const complaints_label_t *label, const studio_t *studio) {
  int64_t skew_ms = aws_session_skew_ms(studio->session);
  if (llabs(skew_ms) > CLOCK_SAID_MS)
    c_complain_once(LOG_WARNING, &said->clock,
                    "sagemaker plugin: %s: this machine's clock is %.0f s %s AWS's; signatures and idle seconds are "
                    "corrected, but set it right.",
                    label->text, (double)llabs(skew_ms) / 1000.0, skew_ms > 0 ? "behind" : "ahead of");
  else if (skew_ms == 0)
    c_release(LOG_NOTICE, &said->clock, "sagemaker plugin: %s: this machine's clock agrees with AWS's again.",
              label->text);
}

/* check_odd complains of items in responses that were not understood: what they stand for has no value. */
static void check_odd(complaints_target_t *said, const complaints_label_t *label, const studio_scan_t *scan) {
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
        LOG_WARNING, &said->odd,
        "sagemaker plugin: %s: %s: %zu item%s of the answers %s not understood and left out, such as \"%s\"; the "
        "others count; compare with `aws` and report it with the plugin's version.",
        label->text, operation, count, count == 1 ? "" : "s", count == 1 ? "was" : "were", scan->odd_example);
  else if (scan->listing_complete)
    c_release(LOG_NOTICE, &said->odd, "sagemaker plugin: %s: every item of the answers is understood again.",
              label->text);
}

static void check_group(complaints_target_t *said, const complaints_label_t *label, const scanner_target_t *target) {
  const studio_scan_t *scan = &target->studio->scan;
  const char *group = target->account->config->studio.log_group;
  if (scan->group_missing)
    c_complain_once(LOG_NOTICE, &said->group,
                    "sagemaker plugin: %s: log group \"%s\" does not exist: nobody has logged yet, so apps are idle "
                    "since their creation; if it has another name, set option LogGroup.",
                    label->text, group);
  else if (scan->tried[OPERATION_DESCRIBE_LOG_STREAMS] && scan->errors[OPERATION_DESCRIBE_LOG_STREAMS].code[0] == '\0')
    c_release(LOG_NOTICE, &said->group, "sagemaker plugin: %s: log group \"%s\" exists now.", label->text, group);
}

static void check_search(complaints_target_t *said, const complaints_label_t *label, const studio_scan_t *scan) {
  char others[48] = "";
  if (scan->endless_count > 1)
    ssnprintf(others, sizeof(others), " and %zu more", scan->endless_count - 1);
  if (scan->endless != NULL)
    c_complain_once(
        LOG_WARNING, &said->search,
        "sagemaker plugin: %s: FilterLogEvents: the search of the log of app %s%s shows empty pages without "
        "end, so there is no value until it has one; each scan tries again; check option Endpoint, else ask "
        "AWS Support.",
        label->text, scan->endless->stream, others);
  else if (scan->tried[OPERATION_FILTER_LOG_EVENTS] && scan->errors[OPERATION_FILTER_LOG_EVENTS].code[0] == '\0')
    c_release(LOG_NOTICE, &said->search, "sagemaker plugin: %s: FilterLogEvents: every search has an end again.",
              label->text);
}

/* is_as_of_listing: the logs are asked beside the listing, and one network that is down is one line, not two. */
static bool is_as_of_listing(const aws_error_t *error, const aws_error_t *listing) {
  return error != listing && error->code[0] != '\0' && error->status == 0 && strcmp(error->code, listing->code) == 0;
}

static void check_operations(complaints_target_t *said, const complaints_label_t *label, const studio_scan_t *scan) {
  for (size_t i = 0; i < OPERATIONS; i++) {
    const aws_error_t *error = &scan->errors[i];
    if (!scan->tried[i] || complaints_keys_are_cause(error, (operation_t)i) ||
        is_as_of_listing(error, &scan->errors[OPERATION_LIST_APPS]))
      continue;
    if (error->code[0] != '\0')
      complaints_error(&said->operations[i], label, error);
    else
      c_release(LOG_NOTICE, &said->operations[i], "sagemaker plugin: %s: %s works again.", label->text,
                operation_table[i].name);
  }
}

static void check_files(complaints_account_t *account, const scanner_target_t *target) {
  const char *name = target->account->config->name;
  if (target->warning[0] != '\0')
    c_complain_once(LOG_WARNING, &account->files, "sagemaker plugin: account \"%s\": %s.", name, target->warning);
  else
    c_release(LOG_NOTICE, &account->files, "sagemaker plugin: account \"%s\": its AWS files are private now.", name);
}

void complaints_recalled(complaints_state_t *said, scanner_target_t *target) {
  bool is_new = target->recalled.text[0] != '\0' && strcmp(target->recalled.text, said->recalled.text) != 0;
  if (is_new) {
    WARNING("sagemaker plugin: %s; starting without it.", target->recalled.text);
    said->recalled = target->recalled;
  }
  target->recalled.text[0] = '\0';
}

void complaints_remembered(complaints_state_t *said, const state_complaint_t *complaint) {
  if (complaint->text[0] != '\0')
    c_complain_once(LOG_WARNING, &said->remembered,
                    "sagemaker plugin: %s; a restart will start without it; let the daemon's user write there, or set "
                    "option StateFile.",
                    complaint->text);
  else
    c_release(LOG_NOTICE, &said->remembered, "sagemaker plugin: the state file is written again.");
}

void complaints_scan(complaints_target_t *said, complaints_account_t *account, size_t region,
                     scanner_target_t *target) {
  complaints_label_t label = complaints_label(target);
  check_files(account, target);
  if (target->failure.code[0] != '\0') {
    complaints_keys_fail(&account->keys, region, &label, &target->failure);
    return;
  }
  check_operations(said, &label, &target->studio->scan);
  complaints_keys_scan(&account->keys, region, &label, &target->studio->scan);
  check_group(said, &label, target);
  check_search(said, &label, &target->studio->scan);
  check_domains(account, region, target);
  check_names(said, &label, target->studio);
  check_clock(said, &label, target->studio);
  check_odd(said, &label, &target->studio->scan);
  notices_say(label.text, target->studio);
  notices_say_unpriced(label.text, target);
}

/* taken_alias is an alias that is another owner's name; NULL: every alias is free. */
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

static void check_aliases(complaints_target_t *said, const complaints_label_t *label, const studio_t *studio) {
  const studio_alias_t *taken = taken_alias(studio);
  if (taken != NULL)
    c_complain_once(LOG_WARNING, &said->alias,
                    "sagemaker plugin: %s: option UserAlias \"%s\" \"%s\": another user of the domain is named so; "
                    "\"%s\" keeps its own name until it is given another alias.",
                    label->text, taken->user, taken->alias, taken->user);
  else
    c_release(LOG_NOTICE, &said->alias, "sagemaker plugin: %s: every alias stands for one user again.", label->text);
}

void complaints_series(complaints_target_t *said, scanner_target_t *target, const dispatch_health_t *health) {
  complaints_label_t label = complaints_label(target);
  if (target->studio != NULL && target->failure.code[0] == '\0') {
    check_aliases(said, &label, target->studio);
    notices_say_silent(label.text, target);
  }
  if (health->kept_back > 0)
    c_complain_once(
        LOG_WARNING, &said->series,
        "sagemaker plugin: %s: %zu values, %s among them, stand under the same identifiers as others and are "
        "not dispatched; if two <Account> blocks see the same apps, remove one, else set option Host in one of them.",
        label.text, health->kept_back, health->kept_back_example);
  else
    c_release(LOG_NOTICE, &said->series, "sagemaker plugin: %s: every value has its own identifier again.", label.text);
}

void complaints_begin(complaints_target_t *said, const scanner_target_t *target, const dispatch_health_t *health) {
  const values_counts_t *counts = &health->counts;
  if (said->began || !counts->complete)
    return;
  said->began = true;
  complaints_label_t label = complaints_label(target);
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
