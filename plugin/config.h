/* collectd's option tree as a plain struct, and every complaint about it. */
#ifndef CONFIG_H_SAGEMAKER
#define CONFIG_H_SAGEMAKER

#include "collectd.h"

#include "configfile.h"

#include "aws/client.h"
#include "studio/settings.h"

/* config_account_t is one <Account> block. The configuration owns what the settings point to, except for the name of
 * the role's session and the prices of all accounts. A text is NULL where it was not set and has no default. */
typedef struct {
  char *name;
  const char *host;         /* NULL: collectd's */
  studio_names_t regions;   /* empty: the region is found as every AWS tool finds it */
  aws_settings_t aws;       /* its region is the first of regions, from config_complete on */
  studio_settings_t studio; /* its rules, times of ConfirmAfter and prices are complete from config_complete on */
  bool report_by_app, report_by_user, report_by_instance; /* and by space: studio.watch_spaces */
} config_account_t;

/* config_t is all <Plugin sagemaker> blocks together. */
typedef struct {
  int64_t interval_ms;
  const char *state_file; /* "": nothing is remembered over restarts */
  config_account_t *accounts;
  size_t accounts_count;
  billing_price_t *prices; /* of all accounts */
  size_t prices_count;
} config_t;

/* config_new has the defaults and no account; NULL: no memory. */
config_t *config_new(void);

/* config_free takes NULL as well. */
void config_free(config_t *config);

/* config_add takes one <Plugin sagemaker> block. Not 0: an option is unknown, of the wrong type or nonsense; a line
 * that names the option, the value and what is allowed has been logged. */
int config_add(config_t *config, const oconfig_item_t *block);

/* config_complete adds the account "default" where no block had one, and what follows from defaults. Not 0: no memory.
 */
int config_complete(config_t *config);

#endif
