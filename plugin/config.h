/* collectd's option tree as a plain struct, and every complaint about it. */
#ifndef CONFIG_H_SAGEMAKER
#define CONFIG_H_SAGEMAKER

#include "config_values.h"

#include <regex.h>

#include "aws/client.h"
#include "studio/settings.h"

typedef struct {
  regex_t *items;
  size_t count;
} config_patterns_t;

/* One <Account> block. Strings are owned, NULL where nothing was set and there is no default. */
typedef struct {
  char *name;
  config_strings_t regions; /* none: found as every AWS tool finds it */
  char *profile;
  char *config_file;
  char *credentials_file;
  char *role_arn;
  char *external_id;
  char *ca_cert;
  char *endpoints[AWS_SERVICES];
  config_strings_t domains;
  config_strings_t app_types;
  config_patterns_t users, ignored_users;
  studio_alias_t *aliases;
  size_t aliases_count;
  signal_rule_t *rules;
  size_t rules_count;
  char *match_pattern; /* of chattering streams: see studio_settings_t */
  char *log_group;
  char *host; /* NULL: collectd's */
  bool label_by_name;
  bool report_by_app, report_by_user, report_by_instance, report_by_space;
  aws_rate_t *rates;
  size_t rates_count;
  config_times_t confirm_after; /* the default where nothing was set, from config_complete on */
  cdtime_t timeout, lookback, log_lag, idle_after;
} config_account_t;

typedef struct {
  cdtime_t interval;
  char *state_file; /* what is remembered over restarts; "": nothing */
  config_account_t *accounts;
  size_t accounts_count;
  billing_price_t *prices; /* of all accounts */
  size_t prices_count;
} config_t;

/* config_new has the defaults and no account; NULL: no memory. */
config_t *config_new(void);
void config_free(config_t *config);

/* config_add takes one <Plugin sagemaker> block. Not 0: an option is unknown, of the wrong type or nonsense; a line
 * that names the option, the value and what is allowed has been logged. */
int config_add(config_t *config, const oconfig_item_t *block);

/* config_complete adds the account "default" where no block had one, and what
 * follows from defaults. Not 0: no memory.
 */
int config_complete(config_t *config);

#endif
