/* collectd's functions, under their own names: what a plugin dispatches, registers and logs is recorded. */
#ifndef UNIT_FAKE_COLLECTD_H
#define UNIT_FAKE_COLLECTD_H

#include "collectd.h"

#include "configfile.h"
#include "plugin.h"

typedef struct {
  char name[6 * DATA_MAX_NAME_LEN]; /* "host/plugin-instance/type-type_instance" */
  value_t value;
  cdtime_t time, interval;
  char meta[1024]; /* "key=value " for each, in their order; "" without meta data */
} fake_value_t;

/* For a test's setup: nothing recorded, cdtime is 1000000 s. */
int fake_collectd_begin(void **state);

size_t fake_values(void);
const fake_value_t *fake_value(size_t index);

/* The value of that name that was dispatched last; NULL: none. */
const fake_value_t *fake_value_named(const char *name);
void fake_values_forget(void);

/* Until it is allowed again, nothing that is dispatched turns up in collectd's cache. */
void fake_cache_set_reached(bool reached);

/* From now until fake_collectd_begin, value and line are called for each value and each logged line, and only the last
 * one is recorded. */
void fake_collectd_check(void (*value)(const value_list_t *list), void (*line)(const char *text));

/* The lines that were logged: "ERROR text", "WARNING text", "NOTICE text", "INFO text". */
size_t fake_lines(void);
const char *fake_line(size_t index);
void fake_lines_forget(void);

void fake_cdtime_set(cdtime_t now);

/* What was registered; NULL and 0 where nothing was. */
typedef struct {
  int (*config)(oconfig_item_t *);
  plugin_init_cb init;
  plugin_shutdown_cb shutdown;
  plugin_read_cb read;
  cdtime_t interval;
  user_data_t data;
} fake_registered_t;

const fake_registered_t *fake_registered(void);

/* Option trees. fake_block makes <KEY "VALUE"> (value NULL: <KEY>), fake_option adds "KEY values" to a block, where
 * values is one letter for each argument: s (const char *), n (double), b (int). fake_child adds a block to a block and
 * returns it, good until the next addition to parent. */
oconfig_item_t *fake_block(const char *key, const char *value);
oconfig_item_t *fake_child(oconfig_item_t *parent, const char *key, const char *value);
void fake_option(oconfig_item_t *block, const char *key, const char *values, ...);
void fake_block_free(oconfig_item_t *block);

#endif
