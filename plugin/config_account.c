#include "config_account.h"

#include <string.h>

#include "plugin.h"

#include "aws/protocol/endpoint.h"
#include "config_activity.h"
#include "identifier.h"
#include "studio/operations.h"

#define TIMEOUT_DEFAULT_S 10
#define LOOKBACK_DEFAULT_S 172800
#define LOG_LAG_DEFAULT_S 7200
#define CONFIRM_AFTER_DEFAULT_S 86400
#define IDLE_AFTER_DEFAULT_S 3600

/* A day: longer than any answer is worth waiting for. */
#define TIMEOUT_MAX_S 86400.0

/* A month: at four pages for a chattering stream's day, already hours of calls.
 */
#define LOOKBACK_MAX_S 2678400.0

/* A sweep reads all that has moved in this time, and nothing trails behind for a week. */
#define LOG_LAG_MAX_S 604800.0

#define CONFIRM_AFTER_MAX_S 31536000.0
#define IDLE_AFTER_MAX_S 31536000.0

/* Calls a second. */
#define RATE_MIN 0.01
#define RATE_MAX 1000.0

bool config_account_init(config_account_t *account, const char *name) {
  *account = (config_account_t){
      .name = strdup(name),
      .log_group = strdup("/aws/sagemaker/studio"),
      .report_by_app = true,
      .report_by_user = true,
      .report_by_instance = true,
      .timeout = TIME_T_TO_CDTIME_T(TIMEOUT_DEFAULT_S),
      .lookback = TIME_T_TO_CDTIME_T(LOOKBACK_DEFAULT_S),
      .log_lag = TIME_T_TO_CDTIME_T(LOG_LAG_DEFAULT_S),
      .idle_after = TIME_T_TO_CDTIME_T(IDLE_AFTER_DEFAULT_S),
  };
  return account->name != NULL && account->log_group != NULL;
}

static void clear_patterns(config_patterns_t *patterns) {
  for (size_t i = 0; i < patterns->count; i++)
    regfree(&patterns->items[i]);
  free(patterns->items);
}

void config_account_clear(config_account_t *account) {
  free(account->name);
  config_strings_clear(&account->regions);
  free(account->profile);
  free(account->config_file);
  free(account->credentials_file);
  free(account->role_arn);
  config_clear_secret(&account->external_id);
  free(account->ca_cert);
  for (size_t i = 0; i < AWS_SERVICES; i++)
    free(account->endpoints[i]);
  config_strings_clear(&account->domains);
  config_strings_clear(&account->app_types);
  clear_patterns(&account->users);
  clear_patterns(&account->ignored_users);
  for (size_t i = 0; i < account->aliases_count; i++) {
    free(account->aliases[i].user);
    free(account->aliases[i].alias);
  }
  free(account->aliases);
  for (size_t i = 0; i < account->rates_count; i++)
    free(account->rates[i].operation);
  free(account->rates);
  config_activity_clear(account);
  free(account->confirm_after.items_ms);
  free(account->log_group);
  free(account->host);
}

int config_account_complete(config_account_t *account) {
  if (account->confirm_after.count > 0)
    return 0;
  account->confirm_after.items_ms = malloc(sizeof(*account->confirm_after.items_ms));
  if (account->confirm_after.items_ms == NULL)
    return config_no_memory();
  account->confirm_after.items_ms[account->confirm_after.count++] = INT64_C(1000) * CONFIRM_AFTER_DEFAULT_S;
  return 0;
}

static int take_regions(const oconfig_item_t *item, config_strings_t *regions) {
  int status = config_take_strings(item, regions, endpoint_region_is_valid, "regions like \"us-east-1\" are wanted");
  for (size_t i = 0; status == 0 && i < regions->count; i++) {
    for (size_t j = 0; j < i; j++) {
      if (strcmp(regions->items[i], regions->items[j]) == 0)
        return config_refuse(item, "a region is wanted once in an account");
    }
  }
  return status;
}

static int take_endpoint(const oconfig_item_t *item, config_account_t *account) {
  static const endpoint_service_t services[] = {ENDPOINT_SAGEMAKER, ENDPOINT_LOGS, ENDPOINT_STS};
  const char *allowed = "\"sagemaker\", \"logs\" or \"sts\" is wanted, and an "
                        "http or https URL without a query";
  const char *name = config_text(item, 0, config_is_printable);
  const char *url = config_text(item, 1, endpoint_url_is_valid);
  if (item->values_num != 2 || item->children_num != 0 || name == NULL || url == NULL)
    return config_refuse(item, allowed);
  for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
    if (strcmp(name, endpoint_service_name(services[i])) != 0)
      continue;
    free(account->endpoints[services[i]]);
    account->endpoints[services[i]] = strdup(url);
    return account->endpoints[services[i]] != NULL ? 0 : config_no_memory();
  }
  return config_refuse(item, allowed);
}

/* The bytes of what a regular expression begins with: an escaped character, a bracket expression with its classes, a
 * bound in braces, else one character. */
static size_t piece_length(const char *pattern) {
  const char *at = pattern + 1;
  if (*pattern == '\\' && *at != '\0')
    return 2;
  if (*pattern == '{')
    return strcspn(at, "}") + (strchr(at, '}') != NULL ? 2 : 1);
  if (*pattern != '[')
    return 1;
  at += *at == '^' ? 1 : 0;
  at += *at == ']' ? 1 : 0;
  while (*at != '\0' && *at != ']') {
    const char *end = at[0] == '[' && at[1] == ':' ? strstr(at, ":]") : NULL;
    at = end != NULL ? end + 2 : at + 1;
  }
  return (size_t)(at - pattern) + (*at == ']' ? 1 : 0);
}

/* "a++": POSIX does not say what it means, and glibc takes twice the memory for each further sign. */
static bool repeats_a_repetition(const char *pattern) {
  bool is_behind_one = false;
  while (*pattern != '\0') {
    bool is_repetition = strchr("*+?{", *pattern) != NULL;
    if (is_repetition && is_behind_one)
      return true;
    is_behind_one = is_repetition;
    pattern += piece_length(pattern);
  }
  return false;
}

static int take_patterns(const oconfig_item_t *item, config_patterns_t *patterns) {
  if (item->values_num < 1 || item->children_num != 0)
    return config_refuse(item, "POSIX extended regular expressions are wanted");
  for (int i = 0; i < item->values_num; i++) {
    const char *text = config_text(item, i, config_is_printable);
    if (text == NULL)
      return config_refuse(item, "POSIX extended regular expressions are wanted");
    if (repeats_a_repetition(text))
      return config_refuse(item,
                           "a repetition (*, +, ? or {}) stands right behind another, which POSIX leaves undefined");
    regex_t *longer = realloc(patterns->items, (patterns->count + 1) * sizeof(*longer));
    if (longer == NULL)
      return config_no_memory();
    patterns->items = longer;
    int status = regcomp(&longer[patterns->count], text, REG_EXTENDED | REG_NOSUB);
    if (status != 0) {
      char reason[128];
      regerror(status, &longer[patterns->count], reason, sizeof(reason));
      return config_refuse(item, reason);
    }
    patterns->count++;
  }
  return 0;
}

/* What stands under the same name cannot be told apart. NULL: the alias is nobody else's. */
static const char *confusion_of(const config_account_t *account, const char *user, const char *alias) {
  for (size_t i = 0; i < account->aliases_count; i++) {
    const studio_alias_t *other = &account->aliases[i];
    if (strcmp(other->user, user) == 0)
      continue;
    if (identifier_is_same(other->alias, alias))
      return "another user has this alias (in identifiers '_' and '/' become '-'), and each needs its own";
    if (identifier_is_same(other->user, alias) || identifier_is_same(other->alias, user))
      return "the alias of one user is the name of another, and they would stand under one name";
  }
  return NULL;
}

static int take_alias(const oconfig_item_t *item, config_account_t *account) {
  const char *user = config_text(item, 0, config_is_name);
  const char *alias = config_text(item, 1, config_is_name);
  if (item->values_num != 2 || item->children_num != 0 || user == NULL || alias == NULL)
    return config_refuse(item, "the name of a user as AWS has it, and what it "
                               "is to be called, are wanted");
  const char *confusion = confusion_of(account, user, alias);
  if (confusion != NULL)
    return config_refuse(item, confusion);
  char kept[IDENTIFIER_SIZE];
  identifier_join(kept, &alias, 1);
  studio_alias_t *longer = realloc(account->aliases, (account->aliases_count + 1) * sizeof(*longer));
  if (longer == NULL)
    return config_no_memory();
  account->aliases = longer;
  studio_alias_t *added = &longer[account->aliases_count++];
  *added = (studio_alias_t){.user = strdup(user), .alias = strdup(kept)};
  return added->user != NULL && added->alias != NULL ? 0 : config_no_memory();
}

static int take_label(const oconfig_item_t *item, bool *label_by_name) {
  const char *word =
      item->values_num == 1 && item->children_num == 0 ? config_text(item, 0, config_is_printable) : NULL;
  if (word == NULL || (strcmp(word, "id") != 0 && strcmp(word, "name") != 0))
    return config_refuse(item, "\"id\" or \"name\" is wanted");
  *label_by_name = strcmp(word, "name") == 0;
  return 0;
}

static bool is_operation(const char *text) {
  for (size_t i = 0; i < OPERATIONS; i++) {
    if (strcmp(operation_table[i].name, text) == 0)
      return true;
  }
  return false;
}

static int take_rate(const oconfig_item_t *item, config_account_t *account) {
  const char *operation = config_text(item, 0, is_operation);
  bool is_number = item->values_num == 2 && item->children_num == 0 && item->values[1].type == OCONFIG_TYPE_NUMBER;
  double rate = is_number ? item->values[1].value.number : 0.0;
  if (operation == NULL || !(rate >= RATE_MIN && rate <= RATE_MAX))
    return config_refuse(item, "ListDomains, ListApps, ListSpaces, "
                               "DescribeLogStreams or FilterLogEvents is wanted, and "
                               "a number of calls a second from 0.01 to 1000");
  for (size_t i = 0; i < account->rates_count; i++) {
    if (strcmp(account->rates[i].operation, operation) == 0) {
      account->rates[i].rate = rate;
      return 0;
    }
  }
  aws_rate_t *longer = realloc(account->rates, (account->rates_count + 1) * sizeof(*longer));
  if (longer == NULL)
    return config_no_memory();
  account->rates = longer;
  longer[account->rates_count] = (aws_rate_t){.operation = strdup(operation), .rate = rate};
  return longer[account->rates_count++].operation != NULL ? 0 : config_no_memory();
}

/* The takers of options return 1 for one that is not theirs. */

static int take_source_option(const oconfig_item_t *item, config_account_t *account) {
  if (config_is(item, "Region"))
    return take_regions(item, &account->regions);
  if (config_is(item, "Profile"))
    return config_take_string(item, &account->profile, config_is_profile,
                              "the name of a profile is wanted, without '/' or '@'");
  if (config_is(item, "ConfigFile"))
    return config_take_string(item, &account->config_file, config_is_printable, "the path of a file is wanted");
  if (config_is(item, "CredentialsFile"))
    return config_take_string(item, &account->credentials_file, config_is_printable, "the path of a file is wanted");
  if (config_is(item, "RoleArn"))
    return config_take_string(item, &account->role_arn, config_is_role_arn,
                              "the ARN of a role like \"arn:aws:iam::123456789012:role/name\" is "
                              "wanted");
  if (config_is(item, "ExternalId"))
    return config_take_secret(item, &account->external_id, config_is_external_id,
                              "2 to 1224 letters, digits and _+=,.@:/- are wanted, in quotes");
  if (config_is(item, "CACert"))
    return config_take_string(item, &account->ca_cert, config_is_printable,
                              "the path of a file with certificates is wanted");
  if (config_is(item, "Endpoint"))
    return take_endpoint(item, account);
  if (config_is(item, "RateLimit"))
    return take_rate(item, account);
  if (config_is(item, "Timeout"))
    return config_take_seconds(item, &account->timeout, TIMEOUT_MAX_S);
  return 1;
}

static int take_log_group(const oconfig_item_t *item, config_account_t *account) {
  int status = config_take_string(item, &account->log_group, config_is_log_group,
                                  "the name of a log group is wanted, or the ARN of one in another account");
  if (status == 0)
    config_cut_log_group(account->log_group);
  return status;
}

static int take_app_types(const oconfig_item_t *item, config_strings_t *app_types) {
  size_t count = app_types->count;
  int status = config_take_strings(item, app_types, config_is_app_type, "types of apps like \"JupyterLab\" are wanted");
  for (size_t i = count; status == 0 && i < app_types->count; i++)
    config_check_app_type(item, app_types->items[i]);
  return status;
}

static int take_filter_option(const oconfig_item_t *item, config_account_t *account) {
  if (config_is(item, "Domain"))
    return config_take_strings(item, &account->domains, config_is_domain_id,
                               "ids of domains like \"d-abcdefghijkl\" are wanted");
  if (config_is(item, "AppType"))
    return take_app_types(item, &account->app_types);
  if (config_is(item, "User"))
    return take_patterns(item, &account->users);
  if (config_is(item, "IgnoreUser"))
    return take_patterns(item, &account->ignored_users);
  if (config_is(item, "LogGroup"))
    return take_log_group(item, account);
  if (config_is(item, "Activity"))
    return config_activity(item, account);
  if (config_is(item, "Lookback"))
    return config_take_seconds(item, &account->lookback, LOOKBACK_MAX_S);
  if (config_is(item, "LogLag"))
    return config_take_seconds(item, &account->log_lag, LOG_LAG_MAX_S);
  if (config_is(item, "ConfirmAfter"))
    return config_take_times(item, &account->confirm_after, CONFIRM_AFTER_MAX_S);
  return 1;
}

static int take_report_option(const oconfig_item_t *item, config_account_t *account) {
  if (config_is(item, "Host"))
    return config_take_string(item, &account->host, config_is_host, "a host name of at most 127 characters is wanted");
  if (config_is(item, "DomainLabel"))
    return take_label(item, &account->label_by_name);
  if (config_is(item, "UserAlias"))
    return take_alias(item, account);
  if (config_is(item, "ReportByApp"))
    return config_take_boolean(item, &account->report_by_app);
  if (config_is(item, "ReportByUser"))
    return config_take_boolean(item, &account->report_by_user);
  if (config_is(item, "ReportByInstance"))
    return config_take_boolean(item, &account->report_by_instance);
  if (config_is(item, "ReportBySpace"))
    return config_take_boolean(item, &account->report_by_space);
  if (config_is(item, "IdleAfter"))
    return config_take_seconds(item, &account->idle_after, IDLE_AFTER_MAX_S);
  return 1;
}

int config_account(const oconfig_item_t *block, config_account_t *account) {
  for (int i = 0; i < block->children_num; i++) {
    const oconfig_item_t *item = &block->children[i];
    int status = take_source_option(item, account);
    if (status > 0)
      status = take_filter_option(item, account);
    if (status > 0)
      status = take_report_option(item, account);
    if (status > 0)
      P_ERROR("option %s is not known in <Account \"%s\">; allowed are Region, "
              "Profile, ConfigFile, CredentialsFile, "
              "RoleArn, ExternalId, CACert, Endpoint, RateLimit, Timeout, "
              "Domain, AppType, User, IgnoreUser, LogGroup, <Activity>, "
              "Lookback, LogLag, ConfirmAfter, Host, "
              "DomainLabel, UserAlias, ReportByApp, ReportByUser, "
              "ReportByInstance, ReportBySpace and IdleAfter.",
              item->key, account->name);
    if (status != 0)
      return -1;
  }
  if (account->external_id == NULL || account->role_arn != NULL)
    return 0;
  P_ERROR("option ExternalId in <Account \"%s\"> needs option RoleArn: it goes "
          "with the role that is assumed.",
          account->name);
  return -1;
}
