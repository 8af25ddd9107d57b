#include "config_option.h"

#include <string.h>

#include "plugin.h"

/* <Account> has 27 names of 9 bytes on the average, and ", " between them. */
#define LIST_SIZE 640

static const config_option_t *find_option(const config_table_t *table, const oconfig_item_t *item) {
  for (size_t i = 0; i < table->count; i++) {
    if (strcasecmp(item->key, table->options[i].name) == 0)
      return &table->options[i];
  }
  return NULL;
}

const char *config_before(size_t index, size_t count, const char *last) {
  if (index == 0)
    return "";
  return index + 1 < count ? ", " : last;
}

/* list_options writes "A, <B> and C". */
static void list_options(const config_table_t *table, char list[LIST_SIZE]) {
  size_t length = 0;
  for (size_t i = 0; i < table->count && length < LIST_SIZE; i++) {
    const config_option_t *option = &table->options[i];
    length += (size_t)snprintf(list + length, LIST_SIZE - length, option->is_block ? "%s<%s>" : "%s%s",
                               config_before(i, table->count, " and "), option->name);
  }
}

static int refuse_unknown(const oconfig_item_t *item, const config_table_t *table, const char *name) {
  char list[LIST_SIZE] = "";
  list_options(table, list);
  const char *quote = name != NULL ? "\"" : "";
  P_ERROR("option %s is not known in <%s%s%s%s%s>; allowed are %s%s.", item->key, table->block, name != NULL ? " " : "",
          quote, name != NULL ? name : "", quote, list, table->remark != NULL ? table->remark : "");
  return -1;
}

int config_take_options(const oconfig_item_t *block, const config_table_t *table, const char *name, void *target) {
  for (int i = 0; i < block->children_num; i++) {
    const oconfig_item_t *item = &block->children[i];
    const config_option_t *option = find_option(table, item);
    if (option == NULL)
      return refuse_unknown(item, table, name);
    if (option->take(item, (char *)target + option->offset, option) != 0)
      return -1;
  }
  return 0;
}
