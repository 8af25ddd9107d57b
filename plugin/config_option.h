/* Options are rows of a table, one table for each kind of block: a row names an option, the taker of its values, the
 * field that they fill and their limits. The line about an unknown option lists the rows. */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include "collectd.h"

#include "configfile.h"

/* A check is true for a text that an option may have. */
typedef bool config_check_t(const char *text);

typedef struct config_option config_option_t;

/* A taker fills the field with an option's values and returns 0; it returns -1 after one line that names the option,
 * its values and what is wanted. */
typedef int config_taker_t(const oconfig_item_t *item, void *field, const config_option_t *option);

struct config_option {
  const char *name;
  config_taker_t *take;
  size_t offset;         /* of the field, in what the block fills; 0: the taker fills several fields of it */
  config_check_t *check; /* of each text */
  const char *wanted;    /* what the line about a refused value asks for */
  double longest_s;      /* of each time */
  bool is_block;         /* the line about an unknown option shows it as <NAME> */
};

/* config_table_t is the options of a kind of block. */
typedef struct {
  const char *block; /* its kind, as the line about an unknown option shows it */
  const config_option_t *options;
  size_t count;
  const char *remark; /* ends that line; NULL: the list does */
} config_table_t;

/* config_before is what divides an item of a list from the one before it: last (" and ") ahead of the last item, a
 * comma and a blank ahead of the others, "" ahead of the first. */
const char *config_before(size_t index, size_t count, const char *last);

/* config_take_options hands each option of a block to the taker of its row, names being compared without case as
 * collectd does. target is what the offsets are of, name the block's own; NULL: it has none. -1: an option is unknown
 * or was refused, and a line was logged. */
int config_take_options(const oconfig_item_t *block, const config_table_t *table, const char *name, void *target);

#endif
