#include "scanner_settings.h"

aws_settings_t scanner_aws_settings(const config_account_t *config) {
  aws_settings_t settings = {
      .profile = config->profile,
      .config_file = config->config_file,
      .credentials_file = config->credentials_file,
      .role_arn = config->role_arn,
      .external_id = config->external_id,
      .region = config->regions.count > 0 ? config->regions.items[0] : NULL,
      .ca_file = config->ca_cert,
      .timeout_ms = (int64_t)CDTIME_T_TO_MS(config->timeout),
      .rates = config->rates,
      .rates_count = config->rates_count,
  };
  for (size_t i = 0; i < AWS_SERVICES; i++)
    settings.endpoints[i] = config->endpoints[i];
  return settings;
}

studio_settings_t scanner_studio_settings(const config_t *whole, const config_account_t *config) {
  return (studio_settings_t){
      .domains = {(const char *const *)config->domains.items, config->domains.count},
      .app_types = {(const char *const *)config->app_types.items, config->app_types.count},
      .users = {config->users.items, config->users.count},
      .ignored_users = {config->ignored_users.items, config->ignored_users.count},
      .aliases = config->aliases,
      .aliases_count = config->aliases_count,
      .rules = config->rules,
      .rules_count = config->rules_count,
      .match_pattern = config->match_pattern,
      .prices = whole->prices,
      .prices_count = whole->prices_count,
      .log_group = config->log_group,
      .label_by_name = config->label_by_name,
      .watch_spaces = config->report_by_space,
      .lookback_ms = (int64_t)CDTIME_T_TO_MS(config->lookback),
      .log_lag_ms = (int64_t)CDTIME_T_TO_MS(config->log_lag),
      .confirm_after_ms = config->confirm_after.items_ms,
      .confirm_after_count = config->confirm_after.count,
      .idle_after_ms = (int64_t)CDTIME_T_TO_MS(config->idle_after),
  };
}
