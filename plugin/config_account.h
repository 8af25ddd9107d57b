/* The options of one <Account> block. */
#ifndef CONFIG_ACCOUNT_H
#define CONFIG_ACCOUNT_H

#include "config.h"

/* config_account_init gives an account its name and the defaults; false: no memory. Clear it in every case. */
bool config_account_init(config_account_t *account, const char *name);

/* config_account_clear frees what the account owns. */
void config_account_clear(config_account_t *account);

/* config_account takes the options of a block; -1: refused, with one line. */
int config_account(const oconfig_item_t *block, config_account_t *account);

/* config_account_complete sets what follows from defaults and from other options; -1: no memory. */
int config_account_complete(config_account_t *account);

#endif
