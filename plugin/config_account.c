#include "config_account.h"

#include <math.h>
#include <string.h>

#include "plugin.h"

#include "aws/protocol/endpoint.h"
#include "config_activity.h"
#include "config_aws.h"
#include "config_patterns.h"
#include "config_values.h"
#include "identifier.h"

#define TIMEOUT_DEFAULT_MS ((int64_t)10 * 1000)
#define LOOKBACK_DEFAULT_MS ((int64_t)172800 * 1000)
#define LOG_LAG_DEFAULT_MS ((int64_t)7200 * 1000)
#define CONFIRM_AFTER_DEFAULT_MS ((int64_t)86400 * 1000)
#define IDLE_AFTER_DEFAULT_MS ((int64_t)3600 * 1000)

/* No response is worth waiting for longer than a day. */
#define TIMEOUT_MAX_S 86400.0

/* A month of a chattering stream, at four pages for a day, costs hours of calls already. */
#define LOOKBACK_MAX_S 2678400.0

/* A sweep reads every stream that has moved in this time, and no stream trails behind the logs for a week. */
#define LOG_LAG_MAX_S 604800.0

#define CONFIRM_AFTER_MAX_S 31536000.0
#define IDLE_AFTER_MAX_S 31536000.0

bool config_account_init(config_account_t *account, const char *name) {
  *account = (config_account_t){
      .name = strdup(name),
      .aws = {.role_session_name = "collectd-sagemaker", .timeout_ms = TIMEOUT_DEFAULT_MS},
      .studio = {.log_group = strdup("/aws/sagemaker/studio"),
                 .lookback_ms = LOOKBACK_DEFAULT_MS,
                 .log_lag_ms = LOG_LAG_DEFAULT_MS,
                 .idle_after_ms = IDLE_AFTER_DEFAULT_MS,
                 .canvas_metric = true},
      .report_by_app = true,
      .report_by_user = true,
      .report_by_instance = true,
  };
  return account->name != NULL && account->studio.log_group != NULL;
}

static void clear_studio(studio_settings_t *studio) {
  config_clear_names(&studio->domains);
  config_clear_names(&studio->app_types);
  config_clear_patterns(&studio->users);
  config_clear_patterns(&studio->ignored_users);
  for (size_t i = 0; i < studio->aliases_count; i++) {
    free(studio->aliases[i].user);
    free(studio->aliases[i].alias);
  }
  free(config_owned(studio->aliases));
  config_activity_clear(studio);
  config_clear_text(&studio->log_group);
  free(config_owned(studio->confirm_after_ms));
}

void config_account_clear(config_account_t *account) {
  free(account->name);
  config_clear_text(&account->host);
  config_clear_names(&account->regions);
  config_clear_aws(&account->aws);
  clear_studio(&account->studio);
}

static int add_confirm_after(studio_settings_t *studio, int64_t time_ms) {
  int64_t *longer = config_grow(studio->confirm_after_ms, studio->confirm_after_count, sizeof(*longer));
  if (longer == NULL)
    return -1;
  studio->confirm_after_ms = longer;
  longer[studio->confirm_after_count++] = time_ms;
  return 0;
}

/* check_lookback: an app in whose log nothing counts is idle since Lookback began, and for no longer. */
static void check_lookback(const config_account_t *account) {
  const studio_settings_t *studio = &account->studio;
  double longest_s = 0;
  for (size_t i = 0; i < studio->confirm_after_count; i++)
    longest_s = fmax(longest_s, (double)studio->confirm_after_ms[i] / 1000);
  double lookback_s = (double)studio->lookback_ms / 1000;
  if (lookback_s < fmin(longest_s, LOOKBACK_MAX_S))
    P_NOTICE("account \"%s\": option Lookback %.15g is shorter than ConfirmAfter %.15g: an app in whose log nothing "
             "counts is at first idle for as long as Lookback, so most of what is idle for longer than ConfirmAfter is "
             "told late or never; set Lookback to %.15g or more.",
             account->name, lookback_s, longest_s, fmin(longest_s, LOOKBACK_MAX_S));
}

int config_account_complete(config_account_t *account) {
  studio_settings_t *studio = &account->studio;
  account->aws.region = account->regions.count > 0 ? account->regions.items[0] : NULL;
  if (studio->confirm_after_count == 0 && add_confirm_after(studio, CONFIRM_AFTER_DEFAULT_MS) != 0)
    return -1;
  check_lookback(account);
  return config_activity_complete(studio);
}

static int take_confirm_after(const oconfig_item_t *item, void *field, const config_option_t *option) {
  if (item->values_num < 1 || item->children_num != 0)
    return config_refuse_seconds(item, "numbers of seconds are", option->longest_s);
  for (int i = 0; i < item->values_num; i++) {
    int64_t time_ms = config_milliseconds(item, i, option->longest_s);
    if (time_ms == 0)
      return config_refuse_seconds(item, "numbers of seconds are", option->longest_s);
    if (add_confirm_after(field, time_ms) != 0)
      return -1;
  }
  return 0;
}

static int take_regions(const oconfig_item_t *item, void *field, const config_option_t *option) {
  const studio_names_t *regions = field;
  int status = config_take_names(item, field, option);
  for (size_t i = 0; status == 0 && i < regions->count; i++) {
    for (size_t j = 0; j < i; j++) {
      if (strcmp(regions->items[i], regions->items[j]) == 0)
        return config_refuse(item, "a region is wanted once in an account");
    }
  }
  return status;
}

/* confusion_of is why an alias would put two users under one name; NULL: it does not. */
static const char *confusion_of(const studio_settings_t *studio, const char *user, const char *alias) {
  for (size_t i = 0; i < studio->aliases_count; i++) {
    const studio_alias_t *other = &studio->aliases[i];
    if (strcmp(other->user, user) == 0)
      continue;
    if (identifier_is_same(other->alias, alias))
      return "another user has this alias (in identifiers '_' and '/' become '-'), and each needs its own";
    if (identifier_is_same(other->user, alias) || identifier_is_same(other->alias, user))
      return "the alias of one user is the name of another, and they would stand under one name";
  }
  return NULL;
}

static int take_alias(const oconfig_item_t *item, void *field, const config_option_t *option) {
  studio_settings_t *studio = field;
  const char *user = config_text(item, 0, option->check);
  const char *alias = config_text(item, 1, option->check);
  if (item->values_num != 2 || item->children_num != 0 || user == NULL || alias == NULL)
    return config_refuse(item, option->wanted);
  const char *confusion = confusion_of(studio, user, alias);
  if (confusion != NULL)
    return config_refuse(item, confusion);
  char kept[IDENTIFIER_SIZE];
  identifier_join(kept, &alias, 1);
  studio_alias_t *longer = config_grow(studio->aliases, studio->aliases_count, sizeof(*longer));
  if (longer == NULL)
    return -1;
  studio->aliases = longer;
  studio_alias_t *added = &longer[studio->aliases_count++];
  *added = (studio_alias_t){.user = strdup(user), .alias = strdup(kept)};
  return added->user != NULL && added->alias != NULL ? 0 : config_no_memory();
}

static int take_label(const oconfig_item_t *item, void *field, const config_option_t *option) {
  const char *word = item->values_num == 1 && item->children_num == 0 ? config_text(item, 0, option->check) : NULL;
  if (word == NULL || (strcmp(word, "id") != 0 && strcmp(word, "name") != 0))
    return config_refuse(item, option->wanted);
  *(bool *)field = strcmp(word, "name") == 0;
  return 0;
}

static int take_log_group(const oconfig_item_t *item, void *field, const config_option_t *option) {
  const char **log_group = field;
  int status = config_take_string(item, field, option);
  if (status == 0)
    config_cut_log_group(config_owned(*log_group));
  return status;
}

static int take_app_types(const oconfig_item_t *item, void *field, const config_option_t *option) {
  const studio_names_t *app_types = field;
  size_t count = app_types->count;
  int status = config_take_names(item, field, option);
  for (size_t i = count; status == 0 && i < app_types->count; i++)
    config_check_app_type(item, app_types->items[i]);
  return status;
}

#define PATTERNS_WANTED "POSIX extended regular expressions are wanted"

#define FIELD(member) offsetof(config_account_t, member)

static const config_option_t options[] = {
    {.name = "Region",
     .take = take_regions,
     .offset = FIELD(regions),
     .check = endpoint_region_is_valid,
     .wanted = "regions like \"us-east-1\" are wanted"},
    {.name = "Profile",
     .take = config_take_string,
     .offset = FIELD(aws.profile),
     .check = config_is_profile,
     .wanted = "the name of a profile is wanted, without '/' or '@'"},
    {.name = "ConfigFile",
     .take = config_take_string,
     .offset = FIELD(aws.config_file),
     .check = config_is_printable,
     .wanted = "the path of a file is wanted"},
    {.name = "CredentialsFile",
     .take = config_take_string,
     .offset = FIELD(aws.credentials_file),
     .check = config_is_printable,
     .wanted = "the path of a file is wanted"},
    {.name = "RoleArn",
     .take = config_take_string,
     .offset = FIELD(aws.role_arn),
     .check = config_is_role_arn,
     .wanted = "the ARN of a role like \"arn:aws:iam::123456789012:role/name\" is wanted"},
    {.name = "ExternalId",
     .take = config_take_secret,
     .offset = FIELD(aws.external_id),
     .check = config_is_external_id,
     .wanted = "2 to 1224 letters, digits and _+=,.@:/- are wanted, in quotes"},
    {.name = "CACert",
     .take = config_take_string,
     .offset = FIELD(aws.ca_file),
     .check = config_is_printable,
     .wanted = "the path of a file with certificates is wanted"},
    {.name = "Endpoint", .take = config_take_endpoint, .offset = FIELD(aws), .check = endpoint_url_is_valid},
    {.name = "RateLimit", .take = config_take_rate, .offset = FIELD(aws), .check = config_is_operation},
    {.name = "Timeout", .take = config_take_seconds, .offset = FIELD(aws.timeout_ms), .longest_s = TIMEOUT_MAX_S},
    {.name = "Domain",
     .take = config_take_names,
     .offset = FIELD(studio.domains),
     .check = config_is_domain_id,
     .wanted = "ids of domains like \"d-abcdefghijkl\" are wanted"},
    {.name = "AppType",
     .take = take_app_types,
     .offset = FIELD(studio.app_types),
     .check = config_is_app_type,
     .wanted = "types of apps like \"JupyterLab\" are wanted"},
    {.name = "User",
     .take = config_take_patterns,
     .offset = FIELD(studio.users),
     .check = config_is_printable,
     .wanted = PATTERNS_WANTED},
    {.name = "IgnoreUser",
     .take = config_take_patterns,
     .offset = FIELD(studio.ignored_users),
     .check = config_is_printable,
     .wanted = PATTERNS_WANTED},
    {.name = "LogGroup",
     .take = take_log_group,
     .offset = FIELD(studio.log_group),
     .check = config_is_log_group,
     .wanted = "the name of a log group is wanted, or the ARN of one in another account"},
    {.name = "Activity",
     .take = config_activity,
     .offset = FIELD(studio),
     .check = config_is_app_type,
     .wanted = "a type of app like \"JupyterLab\" is wanted",
     .is_block = true},
    {.name = "Lookback", .take = config_take_seconds, .offset = FIELD(studio.lookback_ms), .longest_s = LOOKBACK_MAX_S},
    {.name = "LogLag", .take = config_take_seconds, .offset = FIELD(studio.log_lag_ms), .longest_s = LOG_LAG_MAX_S},
    {.name = "ConfirmAfter", .take = take_confirm_after, .offset = FIELD(studio), .longest_s = CONFIRM_AFTER_MAX_S},
    {.name = "Host",
     .take = config_take_string,
     .offset = FIELD(host),
     .check = config_is_host,
     .wanted = "a host name of at most 127 characters is wanted"},
    {.name = "DomainLabel",
     .take = take_label,
     .offset = FIELD(studio.label_by_name),
     .check = config_is_printable,
     .wanted = "\"id\" or \"name\" is wanted"},
    {.name = "UserAlias",
     .take = take_alias,
     .offset = FIELD(studio),
     .check = config_is_name,
     .wanted = "the name of a user as AWS has it, and what it is to be called, are wanted"},
    {.name = "ReportByApp", .take = config_take_boolean, .offset = FIELD(report_by_app)},
    {.name = "ReportByUser", .take = config_take_boolean, .offset = FIELD(report_by_user)},
    {.name = "ReportByInstance", .take = config_take_boolean, .offset = FIELD(report_by_instance)},
    {.name = "ReportBySpace", .take = config_take_boolean, .offset = FIELD(studio.watch_spaces)},
    {.name = "CanvasMetric", .take = config_take_boolean, .offset = FIELD(studio.canvas_metric)},
    {.name = "IdleAfter",
     .take = config_take_seconds,
     .offset = FIELD(studio.idle_after_ms),
     .longest_s = IDLE_AFTER_MAX_S},
};

int config_account(const oconfig_item_t *block, config_account_t *account) {
  static const config_table_t table = {"Account", options, sizeof(options) / sizeof(options[0]), NULL};
  if (config_take_options(block, &table, account->name, account) != 0)
    return -1;
  if (account->aws.external_id == NULL || account->aws.role_arn != NULL)
    return 0;
  P_ERROR("option ExternalId in <Account \"%s\"> needs option RoleArn: it goes with the role that is assumed.",
          account->name);
  return -1;
}
