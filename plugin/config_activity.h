/* <Activity "TYPE"> blocks: what counts as activity of an app type. */
#ifndef CONFIG_ACTIVITY_H
#define CONFIG_ACTIVITY_H

#include "config_option.h"
#include "studio/settings.h"

/* config_activity takes a block into the rules of a studio_settings_t. */
config_taker_t config_activity;

/* config_activity_complete adds the rules of the app types that no block names; -1: no memory. */
int config_activity_complete(studio_settings_t *settings);

/* config_activity_clear frees the rules. */
void config_activity_clear(studio_settings_t *settings);

#endif
