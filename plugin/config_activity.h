/* <Activity "TYPE"> blocks: what counts as activity of an app type. */
#ifndef CONFIG_ACTIVITY_H
#define CONFIG_ACTIVITY_H

#include "config.h"

/* config_activity takes a block into the account's rules; -1: refused, with one line. */
int config_activity(const oconfig_item_t *item, config_account_t *account);

/* config_activity_complete adds the rules of the app types that no block names; -1: no memory. */
int config_activity_complete(config_account_t *account);

void config_activity_clear(config_account_t *account);

#endif
