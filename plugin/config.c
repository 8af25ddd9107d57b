#include "config.h"

#include <math.h>
#include <string.h>

#include "plugin.h"

#include "aws/endpoint.h"
#include "studio/identifier.h"

#define INTERVAL_DEFAULT_S 300
#define TIMEOUT_DEFAULT_S 10

/* A day: longer than any answer is worth waiting for, and far from what overflows. */
#define SECONDS_MAX 86400.0

static void free_strings(config_strings_t *strings) {
  for (size_t i = 0; i < strings->count; i++)
    free(strings->items[i]);
  free(strings->items);
}

static void free_account(config_account_t *account) {
  free(account->name);
  free_strings(&account->regions);
  free(account->profile);
  free(account->config_file);
  free(account->credentials_file);
  free(account->ca_cert);
  for (size_t i = 0; i < AWS_SERVICES; i++)
    free(account->endpoints[i]);
  free_strings(&account->domains);
  free_strings(&account->app_types);
  free(account->log_group);
  free(account->host);
}

config_t *config_new(void) {
  config_t *config = calloc(1, sizeof(*config));
  if (config != NULL)
    config->interval = TIME_T_TO_CDTIME_T(INTERVAL_DEFAULT_S);
  return config;
}

void config_free(config_t *config) {
  if (config == NULL)
    return;
  for (size_t i = 0; i < config->accounts_count; i++)
    free_account(&config->accounts[i]);
  free(config->accounts);
  free(config);
}

/* What an option was given, as a person wrote it. */
static void show_value(const oconfig_value_t *value, char *shown, size_t size) {
  if (value->type == OCONFIG_TYPE_STRING)
    snprintf(shown, size, "\"%s\"", value->value.string);
  else if (value->type == OCONFIG_TYPE_NUMBER)
    snprintf(shown, size, "%g", value->value.number);
  else
    snprintf(shown, size, "%s", value->value.boolean ? "true" : "false");
}

static int refuse(const oconfig_item_t *item, const char *allowed) {
  char shown[512] = "";
  for (int i = 0; i < item->values_num; i++) {
    char one[160];
    show_value(&item->values[i], one, sizeof(one));
    size_t length = strlen(shown);
    snprintf(shown + length, sizeof(shown) - length, " %s", one);
  }
  P_ERROR("option %s%s is not valid: %s.", item->key, shown[0] != '\0' ? shown : " without a value", allowed);
  return -1;
}

static bool is_printable(const char *text) {
  for (const char *at = text; *at != '\0'; at++) {
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      return false;
  }
  return text[0] != '\0';
}

typedef bool check_t(const char *text);

static bool consists_of(const char *text, const char *characters, size_t longest) {
  size_t length = strlen(text);
  return length > 0 && length <= longest && strspn(text, characters) == length;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool is_profile(const char *text) { return is_printable(text) && strpbrk(text, "/@") == NULL; }

static bool is_domain_id(const char *text) {
  return strncmp(text, "d-", 2) == 0 && consists_of(text + 2, "abcdefghijklmnopqrstuvwxyz" DIGITS "-", 61);
}

static bool is_app_type(const char *text) { return consists_of(text, LETTERS DIGITS, 63); }

static bool is_log_group(const char *text) { return consists_of(text, LETTERS DIGITS "-_./#", 512); }

static bool is_host(const char *text) { return is_printable(text) && strlen(text) < DATA_MAX_NAME_LEN; }

static bool is_string(const oconfig_item_t *item, int index, check_t *check) {
  return item->values[index].type == OCONFIG_TYPE_STRING && check(item->values[index].value.string);
}

static int no_memory(void) {
  P_ERROR("no memory for the configuration.");
  return -1;
}

static int take_string(const oconfig_item_t *item, char **target, check_t *check, const char *allowed) {
  if (item->values_num != 1 || item->children_num != 0 || !is_string(item, 0, check))
    return refuse(item, allowed);
  char *copy = strdup(item->values[0].value.string);
  if (copy == NULL)
    return no_memory();
  free(*target);
  *target = copy;
  return 0;
}

static int take_strings(const oconfig_item_t *item, config_strings_t *target, check_t *check, const char *allowed) {
  if (item->values_num < 1 || item->children_num != 0)
    return refuse(item, allowed);
  for (int i = 0; i < item->values_num; i++) {
    if (!is_string(item, i, check))
      return refuse(item, allowed);
    char **longer = realloc(target->items, (target->count + 1) * sizeof(*longer));
    if (longer == NULL)
      return no_memory();
    target->items = longer;
    longer[target->count] = strdup(item->values[i].value.string);
    if (longer[target->count] == NULL)
      return no_memory();
    target->count++;
  }
  return 0;
}

static int take_boolean(const oconfig_item_t *item, bool *target) {
  if (item->values_num != 1 || item->children_num != 0 || item->values[0].type != OCONFIG_TYPE_BOOLEAN)
    return refuse(item, "true or false is wanted, without quotes");
  *target = item->values[0].value.boolean != 0;
  return 0;
}

static int take_seconds(const oconfig_item_t *item, cdtime_t *target) {
  double seconds = 0.0;
  if (item->values_num == 1 && item->children_num == 0 && item->values[0].type == OCONFIG_TYPE_NUMBER)
    seconds = item->values[0].value.number;
  if (!(seconds >= 0.001 && seconds <= SECONDS_MAX))
    return refuse(item, "a number of seconds is wanted, above 0 and at most 86400, fractions allowed");
  *target = DOUBLE_TO_CDTIME_T(seconds);
  return 0;
}

static int take_label(const oconfig_item_t *item, bool *label_by_name) {
  const char *word = item->values_num == 1 && item->children_num == 0 && item->values[0].type == OCONFIG_TYPE_STRING
                         ? item->values[0].value.string
                         : "";
  if (strcmp(word, "id") != 0 && strcmp(word, "name") != 0)
    return refuse(item, "\"id\" or \"name\" is wanted");
  *label_by_name = strcmp(word, "name") == 0;
  return 0;
}

static int take_endpoint(const oconfig_item_t *item, config_account_t *account) {
  static const endpoint_service_t services[] = {ENDPOINT_SAGEMAKER, ENDPOINT_LOGS, ENDPOINT_STS};
  const char *allowed = "\"sagemaker\", \"logs\" or \"sts\" is wanted, and an http or https URL without a query";
  if (item->values_num != 2 || item->children_num != 0 || item->values[0].type != OCONFIG_TYPE_STRING ||
      !is_string(item, 1, endpoint_url_is_valid))
    return refuse(item, allowed);
  for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
    if (strcmp(item->values[0].value.string, endpoint_service_name(services[i])) != 0)
      continue;
    free(account->endpoints[services[i]]);
    account->endpoints[services[i]] = strdup(item->values[1].value.string);
    return account->endpoints[services[i]] != NULL ? 0 : no_memory();
  }
  return refuse(item, allowed);
}

static bool is(const oconfig_item_t *item, const char *name) { return strcasecmp(item->key, name) == 0; }

static int take_regions(const oconfig_item_t *item, config_strings_t *regions) {
  int status = take_strings(item, regions, endpoint_region_is_valid, "regions like \"us-east-1\" are wanted");
  for (size_t i = 0; status == 0 && i < regions->count; i++) {
    for (size_t j = 0; j < i; j++) {
      if (strcmp(regions->items[i], regions->items[j]) == 0)
        return refuse(item, "a region is wanted once in an account");
    }
  }
  return status;
}

static int take_source_option(const oconfig_item_t *item, config_account_t *account) {
  if (is(item, "Region"))
    return take_regions(item, &account->regions);
  if (is(item, "Profile"))
    return take_string(item, &account->profile, is_profile, "the name of a profile is wanted, without '/' or '@'");
  if (is(item, "ConfigFile"))
    return take_string(item, &account->config_file, is_printable, "the path of a file is wanted");
  if (is(item, "CredentialsFile"))
    return take_string(item, &account->credentials_file, is_printable, "the path of a file is wanted");
  if (is(item, "CACert"))
    return take_string(item, &account->ca_cert, is_printable, "the path of a file with certificates is wanted");
  if (is(item, "Endpoint"))
    return take_endpoint(item, account);
  if (is(item, "Timeout"))
    return take_seconds(item, &account->timeout);
  return 1;
}

static int take_view_option(const oconfig_item_t *item, config_account_t *account) {
  if (is(item, "Domain"))
    return take_strings(item, &account->domains, is_domain_id, "ids of domains like \"d-abcdefghijkl\" are wanted");
  if (is(item, "AppType"))
    return take_strings(item, &account->app_types, is_app_type, "types of apps like \"JupyterLab\" are wanted");
  if (is(item, "LogGroup"))
    return take_string(item, &account->log_group, is_log_group, "the name of a log group is wanted");
  if (is(item, "Host"))
    return take_string(item, &account->host, is_host, "a host name of at most 127 characters is wanted");
  if (is(item, "DomainLabel"))
    return take_label(item, &account->label_by_name);
  if (is(item, "ReportByApp"))
    return take_boolean(item, &account->report_by_app);
  if (is(item, "ReportByUser"))
    return take_boolean(item, &account->report_by_user);
  return 1;
}

static int take_account_options(const oconfig_item_t *block, config_account_t *account) {
  for (int i = 0; i < block->children_num; i++) {
    const oconfig_item_t *item = &block->children[i];
    int status = take_source_option(item, account);
    if (status > 0)
      status = take_view_option(item, account);
    if (status > 0)
      P_ERROR("option %s is not known in <Account \"%s\">; allowed are Region, Profile, ConfigFile, CredentialsFile, "
              "CACert, Endpoint, Timeout, Domain, AppType, LogGroup, Host, DomainLabel, ReportByApp and ReportByUser.",
              item->key, account->name);
    if (status != 0)
      return -1;
  }
  return 0;
}

/* The account belongs to config from here on, complete or not. */
static config_account_t *add_account(config_t *config, const char *name) {
  config_account_t *longer = realloc(config->accounts, (config->accounts_count + 1) * sizeof(*longer));
  if (longer == NULL)
    return NULL;
  config->accounts = longer;
  config_account_t *account = &longer[config->accounts_count++];
  *account = (config_account_t){
      .name = strdup(name),
      .log_group = strdup("/aws/sagemaker/studio"),
      .report_by_app = true,
      .report_by_user = true,
      .timeout = TIME_T_TO_CDTIME_T(TIMEOUT_DEFAULT_S),
  };
  return account->name != NULL && account->log_group != NULL ? account : NULL;
}

static bool is_same_identifier(const char *one, const char *other) {
  char first[IDENTIFIER_SIZE];
  char second[IDENTIFIER_SIZE];
  identifier_join(first, &one, 1);
  identifier_join(second, &other, 1);
  return strcmp(first, second) == 0;
}

static int take_account(const oconfig_item_t *block, config_t *config) {
  if (block->values_num != 1 || !is_string(block, 0, is_host))
    return refuse(block, "the name of the account is wanted, in quotes");
  const char *name = block->values[0].value.string;
  for (size_t i = 0; i < config->accounts_count; i++) {
    if (is_same_identifier(config->accounts[i].name, name))
      return refuse(block,
                    "there is another account of this name (in identifiers '_' and the like become '-'), and each "
                    "needs its own");
  }
  config_account_t *account = add_account(config, name);
  return account != NULL ? take_account_options(block, account) : no_memory();
}

int config_add(config_t *config, const oconfig_item_t *block) {
  for (int i = 0; i < block->children_num; i++) {
    const oconfig_item_t *item = &block->children[i];
    int status = 1;
    if (is(item, "Account"))
      status = take_account(item, config);
    else if (is(item, "Interval"))
      status = take_seconds(item, &config->interval);
    else
      P_ERROR("option %s is not known in <Plugin sagemaker>; allowed are Interval and <Account> blocks, which take the "
              "other options.",
              item->key);
    if (status != 0)
      return -1;
  }
  return 0;
}

int config_complete(config_t *config) {
  if (config->accounts_count > 0)
    return 0;
  return add_account(config, "default") != NULL ? 0 : no_memory();
}
