/* links: rim unit/fake_aws unit/fake_collectd fuzz/input */
/* The option tree as collectd hands it over. A record is an option, its values behind bytes 1: a number behind '#', a
 * boolean behind '?', else a string; a record that begins with '<' opens a block, one with '>' closes one. */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "fake_collectd.h"

#include "input.h"

#define DEPTH_MAX 4
#define VALUES_MAX 8
#define CHILDREN_MAX INPUT_RECORDS_MAX

static oconfig_value_t value_of(char *text) {
  oconfig_value_t value = {.type = OCONFIG_TYPE_STRING, .value.string = text};
  if (text[0] == '#')
    value = (oconfig_value_t){.type = OCONFIG_TYPE_NUMBER, .value.number = strtod(text + 1, NULL)};
  else if (text[0] == '?')
    value = (oconfig_value_t){.type = OCONFIG_TYPE_BOOLEAN, .value.boolean = text[1] == 't'};
  /* glibc's regcomp copies what is repeated: groups of repetitions within repetitions take gigabytes, and are an
   * administrator's own business. */
  for (char *at = text; *at != '\0'; at++)
    *at = *at == '{' || (*at == '+' && at > text && at[-1] == ')') ? ')' : *at;
  return value;
}

static void read_item(oconfig_item_t *item, char *text) {
  item->key = strsep(&text, "\1");
  item->values = calloc(VALUES_MAX, sizeof(*item->values));
  item->children = calloc(CHILDREN_MAX, sizeof(*item->children));
  while (text != NULL && item->values_num < VALUES_MAX)
    item->values[item->values_num++] = value_of(strsep(&text, "\1"));
}

static void read_tree(oconfig_item_t *root, input_t *input) {
  oconfig_item_t *path[DEPTH_MAX] = {root};
  size_t depth = 0;
  size_t length = 0;
  for (char *text = input_record(input, &length); text != NULL; text = input_record(input, &length)) {
    if (text[0] == '>') {
      depth -= depth > 0 ? 1 : 0;
      continue;
    }
    bool is_block = text[0] == '<' && depth + 1 < DEPTH_MAX;
    oconfig_item_t *item = &path[depth]->children[path[depth]->children_num++];
    read_item(item, text + (is_block ? 1 : 0));
    if (is_block)
      path[++depth] = item;
  }
}

/* NOLINTNEXTLINE(misc-no-recursion): DEPTH_MAX levels at most */
static void clear_tree(oconfig_item_t *item) {
  for (int i = 0; i < item->children_num; i++)
    clear_tree(&item->children[i]);
  free(item->children);
  free(item->values);
}

/* What is taken may be remarked on. */
static bool are_all_notices(void) {
  for (size_t i = 0; i < fake_lines(); i++) {
    if (strncmp(fake_line(i), "NOTICE ", 7) != 0)
      return false;
  }
  return true;
}

/* What is not is refused in one line. */
static bool is_one_refusal(void) {
  size_t refusals = 0;
  for (size_t i = 0; i < fake_lines(); i++)
    refusals += strncmp(fake_line(i), "ERROR ", 6) == 0 ? 1 : 0;
  return refusals == 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  oconfig_item_t root = {.key = (char *)"Plugin"};
  fake_lines_forget();
  root.children = calloc(CHILDREN_MAX, sizeof(*root.children));
  read_tree(&root, &input);
  config_t *config = config_new();
  bool taken = config_add(config, &root) == 0;
  INPUT_PROMISE(taken ? are_all_notices() : is_one_refusal());
  if (taken)
    INPUT_PROMISE(config_complete(config) == 0 && config->accounts_count > 0);
  config_free(config);
  clear_tree(&root);
  input_clear(&input);
  return 0;
}
