/* The values of single options: their types, their checks, and what is said of those that are refused. The takers
 * return 0, or -1 after one line that names the option, the value and what is allowed. */
#ifndef CONFIG_VALUES_H
#define CONFIG_VALUES_H

#include "collectd.h"

#include "configfile.h"
#include "utils_time.h"

typedef struct {
  char **items;
  size_t count;
} config_strings_t;

typedef struct {
  int64_t *items_ms;
  size_t count;
} config_times_t;

void config_strings_clear(config_strings_t *strings);

typedef bool config_check_t(const char *text);

config_check_t config_is_printable, config_is_profile, config_is_domain_id, config_is_app_type, config_is_log_group,
    config_is_host, config_is_name, config_is_role_arn, config_is_external_id;

/* config_check_app_type says in a notice that AWS documents no such type: it may be a new one, or mistyped. */
void config_check_app_type(const oconfig_item_t *item, const char *app_type);

/* config_is compares an option's name without case, as collectd does. */
bool config_is(const oconfig_item_t *item, const char *name);

int config_refuse(const oconfig_item_t *item, const char *allowed);
int config_no_memory(void);

/* config_text is the string at index; NULL: there is none, or it fails the check. */
const char *config_text(const oconfig_item_t *item, int index, config_check_t *check);

int config_take_string(const oconfig_item_t *item, char **target, config_check_t *check, const char *allowed);
/* config_take_secret is config_take_string for a value that a complaint must not repeat. */
int config_take_secret(const oconfig_item_t *item, char **target, config_check_t *check, const char *allowed);
/* config_clear_secret wipes and frees it; safe twice. */
void config_clear_secret(char **secret);
int config_take_strings(const oconfig_item_t *item, config_strings_t *target, config_check_t *check,
                        const char *allowed);
int config_take_boolean(const oconfig_item_t *item, bool *target);

/* config_take_seconds: fractions allowed, above 0 and at most longest. */
int config_take_seconds(const oconfig_item_t *item, cdtime_t *target, double longest);
/* config_take_times adds one or several of these. */
int config_take_times(const oconfig_item_t *item, config_times_t *target, double longest);

/* config_cut_log_group takes ":*" from the end of a log group's ARN. */
void config_cut_log_group(char *text);

#endif
