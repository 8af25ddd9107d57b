#include "config_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

void config_fixture_add(oconfig_item_t *block, const line_t *line) {
  if (line->values[0] == 'n')
    fake_option(block, line->key, line->values, line->number, line->number);
  else if (line->values[0] == 'b')
    fake_option(block, line->key, line->values, line->boolean, line->boolean);
  else if (strcmp(line->values, "sn") == 0)
    fake_option(block, line->key, line->values, line->text[0], line->number);
  else if (strcmp(line->values, "ssn") == 0)
    fake_option(block, line->key, line->values, line->text[0], line->text[1], line->number);
  else
    fake_option(block, line->key, line->values, line->text[0], line->text[1], line->text[2]);
}

config_t *configure(const line_t *lines, size_t count, bool in_account) {
  config_t *config = config_new();
  assert_non_null(config);
  oconfig_item_t *plugin = fake_block("Plugin", "sagemaker");
  oconfig_item_t *block = in_account ? fake_child(plugin, "Account", "a") : plugin;
  for (size_t i = 0; i < count; i++)
    config_fixture_add(block, &lines[i]);
  int status = config_add(config, plugin);
  fake_block_free(plugin);
  if (status == 0)
    return config;
  config_free(config);
  return NULL;
}

config_t *accepted(const line_t *lines, size_t count, bool in_account) {
  config_t *config = configure(lines, count, in_account);
  if (config == NULL)
    fail_msg("%s", fake_line(0));
  assert_int_equal(fake_lines(), 0);
  return config;
}

config_t *configure_activity(const char *app_type, const line_t *lines, size_t count, int times) {
  config_t *config = config_new();
  oconfig_item_t *plugin = fake_block("Plugin", "sagemaker");
  oconfig_item_t *account = fake_child(plugin, "Account", "a");
  for (int i = 0; i < times; i++) {
    oconfig_item_t *block = fake_child(account, "Activity", app_type);
    for (size_t line = 0; line < count; line++)
      config_fixture_add(block, &lines[line]);
  }
  int status = config_add(config, plugin);
  fake_block_free(plugin);
  if (status == 0)
    return config;
  config_free(config);
  return NULL;
}

int config_fixture_begin(void **state) {
  static const char *const variables[] = {"AWS_ENDPOINT_URL", "AWS_REGION"};
  for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
    unsetenv(variables[i]);
  return fake_collectd_begin(state);
}
