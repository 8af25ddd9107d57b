#include "config.h"

#include <string.h>

#include "plugin.h"

#include "aws/protocol/endpoint.h"
#include "config_account.h"
#include "config_activity.h"
#include "identifier.h"

#define INTERVAL_DEFAULT_S 300
#define INTERVAL_MAX_S 86400.0

/* collectd's working directory is its BaseDir. */
#define STATE_FILE_DEFAULT "sagemaker.state"

/* More than any machine costs: a price beyond it is a slip. */
#define USD_MAX 100000.0

config_t *config_new(void) {
  config_t *config = calloc(1, sizeof(*config));
  if (config == NULL)
    return NULL;
  config->interval = TIME_T_TO_CDTIME_T(INTERVAL_DEFAULT_S);
  config->state_file = strdup(STATE_FILE_DEFAULT);
  if (config->state_file != NULL)
    return config;
  free(config);
  return NULL;
}

void config_free(config_t *config) {
  if (config == NULL)
    return;
  for (size_t i = 0; i < config->accounts_count; i++)
    config_account_clear(&config->accounts[i]);
  free(config->accounts);
  for (size_t i = 0; i < config->prices_count; i++) {
    free(config->prices[i].region);
    free(config->prices[i].instance_type);
  }
  free(config->prices);
  free(config->state_file);
  free(config);
}

/* The account belongs to config from here on, complete or not. */
static config_account_t *add_account(config_t *config, const char *name) {
  config_account_t *longer = realloc(config->accounts, (config->accounts_count + 1) * sizeof(*longer));
  if (longer == NULL)
    return NULL;
  config->accounts = longer;
  config_account_t *account = &longer[config->accounts_count++];
  return config_account_init(account, name) ? account : NULL;
}

static int take_account(const oconfig_item_t *block, config_t *config) {
  const char *name = block->values_num == 1 ? config_text(block, 0, config_is_name) : NULL;
  if (name == NULL)
    return config_refuse(block, "the name of the account is wanted, in quotes");
  for (size_t i = 0; i < config->accounts_count; i++) {
    if (identifier_is_same(config->accounts[i].name, name))
      return config_refuse(block, "there is another account of this name (in identifiers '_' and '/' become '-'), "
                                  "and each needs its own");
  }
  config_account_t *account = add_account(config, name);
  return account != NULL ? config_account(block, account) : config_no_memory();
}

static bool is_price_region(const char *text) { return strcmp(text, "*") == 0 || endpoint_region_is_valid(text); }

static int take_price(const oconfig_item_t *item, config_t *config) {
  const char *region = config_text(item, 0, is_price_region);
  const char *instance_type = config_text(item, 1, config_is_name);
  bool is_number = item->values_num == 3 && item->children_num == 0 && item->values[2].type == OCONFIG_TYPE_NUMBER;
  double price = is_number ? item->values[2].value.number : -1.0;
  if (region == NULL || instance_type == NULL || !(price >= 0.0 && price <= USD_MAX))
    return config_refuse(item, "a region or \"*\", an instance type and a number of USD an hour are wanted");
  billing_price_t *longer = realloc(config->prices, (config->prices_count + 1) * sizeof(*longer));
  if (longer == NULL)
    return config_no_memory();
  config->prices = longer;
  billing_price_t *added = &longer[config->prices_count++];
  *added = (billing_price_t){.region = strdup(region), .instance_type = strdup(instance_type), .usd_an_hour = price};
  return added->region != NULL && added->instance_type != NULL ? 0 : config_no_memory();
}

static bool is_state_file(const char *text) { return text[0] == '\0' || config_is_printable(text); }

int config_add(config_t *config, const oconfig_item_t *block) {
  for (int i = 0; i < block->children_num; i++) {
    const oconfig_item_t *item = &block->children[i];
    int status = 1;
    if (config_is(item, "Account"))
      status = take_account(item, config);
    else if (config_is(item, "Interval"))
      status = config_take_seconds(item, &config->interval, INTERVAL_MAX_S);
    else if (config_is(item, "StateFile"))
      status = config_take_string(item, &config->state_file, is_state_file, "the path of a file is wanted, or \"\"");
    else if (config_is(item, "Price"))
      status = take_price(item, config);
    else
      P_ERROR(
          "option %s is not known in <Plugin sagemaker>; allowed are Interval, StateFile, Price and <Account> blocks, "
          "which take the other options.",
          item->key);
    if (status != 0)
      return -1;
  }
  return 0;
}

int config_complete(config_t *config) {
  if (config->accounts_count == 0 && add_account(config, "default") == NULL)
    return config_no_memory();
  for (size_t i = 0; i < config->accounts_count; i++) {
    if (config_account_complete(&config->accounts[i]) != 0 || config_activity_complete(&config->accounts[i]) != 0)
      return -1;
  }
  return 0;
}
