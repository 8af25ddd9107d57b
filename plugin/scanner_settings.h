/* An account's options, as the layers below take them; they point into the configuration. */
#ifndef SCANNER_SETTINGS_H
#define SCANNER_SETTINGS_H

#include "config.h"

#include "aws/client.h"
#include "studio/settings.h"

aws_settings_t scanner_aws_settings(const config_account_t *config);

/* Prices are those of the whole configuration. */
studio_settings_t scanner_studio_settings(const config_t *whole, const config_account_t *config);

#endif
