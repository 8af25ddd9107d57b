/* Options as tables: what the tests of config.h share. */
#ifndef UNIT_CONFIG_FIXTURE_H
#define UNIT_CONFIG_FIXTURE_H

#include "fake_collectd.h"

#include "config.h"

/* One option line: values as fake_option takes them. */
typedef struct {
  const char *key, *values;
  const char *text[3];
  double number;
  int boolean;
} line_t;

/* config_fixture_add adds a line to a block. */
void config_fixture_add(oconfig_item_t *block, const line_t *line);

/* configure is <Plugin sagemaker> with these lines, in <Account "a"> or outside; NULL: refused. */
config_t *configure(const line_t *lines, size_t count, bool in_account);

/* configure_activity is <Activity "TYPE"> in <Account "a"> with these lines, so many times over. */
config_t *configure_activity(const char *app_type, const line_t *lines, size_t count, int times);

/* accepted is configure, which must say nothing. */
config_t *accepted(const line_t *lines, size_t count, bool in_account);

/* For a test's setup. */
int config_fixture_begin(void **state);

#endif
