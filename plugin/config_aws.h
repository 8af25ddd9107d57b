/* The settings of the AWS client that have rows of their own: endpoints by service, rates by operation. */
#ifndef CONFIG_AWS_H
#define CONFIG_AWS_H

#include "aws/protocol/settings.h"
#include "config_option.h"

/* config_take_endpoint adds the URL of a service to an aws_settings_t, or replaces it. */
config_taker_t config_take_endpoint;

/* config_is_operation: the plugin sends an operation of this name. */
config_check_t config_is_operation;

/* config_take_rate adds the calls a second of an operation to an aws_settings_t, or replaces them. */
config_taker_t config_take_rate;

/* config_clear_aws frees all that the settings own. */
void config_clear_aws(aws_settings_t *aws);

#endif
