/* The values of single options: their types, their checks, and what is said of those that are refused. */
#ifndef CONFIG_VALUES_H
#define CONFIG_VALUES_H

#include "config_option.h"
#include "studio/settings.h"

/* config_is_printable: the text is not empty and has no control characters. The other checks are for what AWS or
 * collectd allows of the thing they name. */
config_check_t config_is_printable, config_is_profile, config_is_domain_id, config_is_app_type, config_is_log_group,
    config_is_host, config_is_name, config_is_role_arn, config_is_external_id;

/* config_check_app_type says in a notice that AWS documents no such type: it may be a new one, or mistyped. */
void config_check_app_type(const oconfig_item_t *item, const char *app_type);

/* config_refuse logs the line about a refused value and is -1. */
int config_refuse(const oconfig_item_t *item, const char *wanted);

/* config_no_memory logs that and is -1. */
int config_no_memory(void);

/* config_text is the string at index; NULL: the option has none there, or it fails the check. */
const char *config_text(const oconfig_item_t *item, int index, config_check_t *check);

/* A config_each_t takes one text of an option into the option's field; -1 after one line, as a taker's. */
typedef int config_each_t(const oconfig_item_t *item, const char *text, void *field);

/* config_take_each hands each of an option's texts, one or several, to take. */
int config_take_each(const oconfig_item_t *item, void *field, const config_option_t *option, config_each_t *take);

/* config_milliseconds is the number of seconds at index; 0: not a number, not above 0, or more than longest_s. */
int64_t config_milliseconds(const oconfig_item_t *item, int index, double longest_s);

/* config_refuse_seconds is config_refuse for "a number of seconds is" and the like. */
int config_refuse_seconds(const oconfig_item_t *item, const char *what, double longest_s);

/* config_take_string fills a text with one string. */
config_taker_t config_take_string;

/* config_take_secret is config_take_string for a value that no line may repeat. */
config_taker_t config_take_secret;

/* config_take_names adds one string or several to a studio_names_t. */
config_taker_t config_take_names;

/* config_take_boolean fills a bool. */
config_taker_t config_take_boolean;

/* config_take_seconds fills milliseconds with one number of seconds, above 0 and at most the row's longest_s. */
config_taker_t config_take_seconds;

/* config_owned is what a setting points to, for freeing and growing: settings show it as const, the configuration owns
 * it. */
void *config_owned(const void *setting);

/* config_grow makes room for one more item; NULL: no memory, which it has logged, and the items are as they were. */
void *config_grow(const void *items, size_t count, size_t item_size);

/* config_clear_text frees a text and forgets it; safe twice. */
void config_clear_text(const char **text);

/* config_clear_secret is config_clear_text for a text that it wipes first. */
void config_clear_secret(const char **text);

/* config_clear_names frees the names. */
void config_clear_names(studio_names_t *names);

/* config_cut_log_group takes ":*" from the end of a log group's ARN. */
void config_cut_log_group(char *text);

#endif
