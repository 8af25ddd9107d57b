#include "config.h"

#include <string.h>

#include "plugin.h"

#include "aws/protocol/endpoint.h"
#include "config_account.h"
#include "config_values.h"
#include "identifier.h"

#define INTERVAL_DEFAULT_MS ((int64_t)300 * 1000)
#define INTERVAL_MAX_S 86400.0

/* The path is relative to collectd's working directory, which is its BaseDir. */
#define STATE_FILE_DEFAULT "sagemaker.state"

/* No machine costs as much an hour: a higher price is a slip. */
#define USD_MAX 100000.0

config_t *config_new(void) {
  config_t *config = calloc(1, sizeof(*config));
  if (config == NULL)
    return NULL;
  config->interval_ms = INTERVAL_DEFAULT_MS;
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
  config_clear_text(&config->state_file);
  free(config);
}

/* add_account adds an account, which belongs to config even if it stays incomplete; NULL: no memory, which was logged.
 */
static config_account_t *add_account(config_t *config, const char *name) {
  config_account_t *longer = config_grow(config->accounts, config->accounts_count, sizeof(*longer));
  if (longer == NULL)
    return NULL;
  config->accounts = longer;
  config_account_t *account = &longer[config->accounts_count++];
  if (config_account_init(account, name))
    return account;
  (void)config_no_memory();
  return NULL;
}

static int take_account(const oconfig_item_t *block, void *field, const config_option_t *option) {
  config_t *config = field;
  const char *name = block->values_num == 1 ? config_text(block, 0, option->check) : NULL;
  if (name == NULL)
    return config_refuse(block, option->wanted);
  for (size_t i = 0; i < config->accounts_count; i++) {
    if (identifier_is_same(config->accounts[i].name, name))
      return config_refuse(block, "there is another account of this name (in identifiers '_' and '/' become '-'), "
                                  "and each needs its own");
  }
  config_account_t *account = add_account(config, name);
  return account != NULL ? config_account(block, account) : -1;
}

static bool is_price_region(const char *text) { return strcmp(text, "*") == 0 || endpoint_region_is_valid(text); }

static int take_price(const oconfig_item_t *item, void *field, const config_option_t *option) {
  config_t *config = field;
  const char *region = config_text(item, 0, option->check);
  const char *instance_type = config_text(item, 1, config_is_name);
  bool is_number = item->values_num == 3 && item->children_num == 0 && item->values[2].type == OCONFIG_TYPE_NUMBER;
  double price = is_number ? item->values[2].value.number : -1.0;
  if (region == NULL || instance_type == NULL || !(price >= 0.0 && price <= USD_MAX))
    return config_refuse(item, option->wanted);
  billing_price_t *longer = config_grow(config->prices, config->prices_count, sizeof(*longer));
  if (longer == NULL)
    return -1;
  config->prices = longer;
  billing_price_t *added = &longer[config->prices_count++];
  *added = (billing_price_t){.region = strdup(region), .instance_type = strdup(instance_type), .usd = price};
  return added->region != NULL && added->instance_type != NULL ? 0 : config_no_memory();
}

static bool is_state_file(const char *text) { return text[0] == '\0' || config_is_printable(text); }

static const config_option_t options[] = {
    {.name = "Interval",
     .take = config_take_seconds,
     .offset = offsetof(config_t, interval_ms),
     .longest_s = INTERVAL_MAX_S},
    {.name = "StateFile",
     .take = config_take_string,
     .offset = offsetof(config_t, state_file),
     .check = is_state_file,
     .wanted = "the path of a file is wanted, or \"\""},
    {.name = "Price",
     .take = take_price,
     .check = is_price_region,
     .wanted = "a region or \"*\", an instance type and a number of USD an hour are wanted"},
    {.name = "Account",
     .take = take_account,
     .check = config_is_name,
     .wanted = "the name of the account is wanted, in quotes",
     .is_block = true},
};

int config_add(config_t *config, const oconfig_item_t *block) {
  static const config_table_t table = {"Plugin sagemaker", options, sizeof(options) / sizeof(options[0]),
                                       " blocks, which take the other options"};
  return config_take_options(block, &table, NULL, config);
}

int config_complete(config_t *config) {
  if (config->accounts_count == 0 && add_account(config, "default") == NULL)
    return -1;
  for (size_t i = 0; i < config->accounts_count; i++) {
    config_account_t *account = &config->accounts[i];
    account->studio.prices = config->prices;
    account->studio.prices_count = config->prices_count;
    if (config_account_complete(account) != 0)
      return -1;
  }
  return 0;
}
