/* Patterns of users' names: POSIX extended regular expressions. */
#ifndef CONFIG_PATTERNS_H
#define CONFIG_PATTERNS_H

#include "config_option.h"
#include "studio/settings.h"

/* config_take_patterns compiles patterns and adds them to a studio_patterns_t. */
config_taker_t config_take_patterns;

/* config_clear_patterns frees them. */
void config_clear_patterns(studio_patterns_t *patterns);

#endif
