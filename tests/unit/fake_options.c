#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "fake_collectd.h"

static oconfig_item_t item_of(const char *key) { return (oconfig_item_t){.key = strdup(key)}; }

static oconfig_value_t *add_value(oconfig_item_t *item, int type) {
  oconfig_value_t *longer = realloc(item->values, ((size_t)item->values_num + 1) * sizeof(*longer));
  assert_non_null(longer);
  item->values = longer;
  longer[item->values_num].type = type;
  return &longer[item->values_num++];
}

static oconfig_item_t *add_item(oconfig_item_t *block, oconfig_item_t item) {
  oconfig_item_t *longer = realloc(block->children, ((size_t)block->children_num + 1) * sizeof(*longer));
  assert_non_null(longer);
  block->children = longer;
  longer[block->children_num] = item;
  return &longer[block->children_num++];
}

static oconfig_item_t block_of(const char *key, const char *value) {
  oconfig_item_t block = item_of(key);
  if (value != NULL)
    add_value(&block, OCONFIG_TYPE_STRING)->value.string = strdup(value);
  return block;
}

oconfig_item_t *fake_block(const char *key, const char *value) {
  oconfig_item_t *block = malloc(sizeof(*block));
  assert_non_null(block);
  *block = block_of(key, value);
  return block;
}

oconfig_item_t *fake_child(oconfig_item_t *parent, const char *key, const char *value) {
  return add_item(parent, block_of(key, value));
}

void fake_option(oconfig_item_t *block, const char *key, const char *values, ...) {
  va_list arguments;
  oconfig_item_t item = item_of(key);
  va_start(arguments, values);
  for (; *values != '\0'; values++) {
    if (*values == 's')
      add_value(&item, OCONFIG_TYPE_STRING)->value.string = strdup(va_arg(arguments, const char *));
    else if (*values == 'n')
      add_value(&item, OCONFIG_TYPE_NUMBER)->value.number = va_arg(arguments, double);
    else
      add_value(&item, OCONFIG_TYPE_BOOLEAN)->value.boolean = va_arg(arguments, int);
  }
  va_end(arguments);
  add_item(block, item);
}

/* NOLINTNEXTLINE(misc-no-recursion): three levels at most, as the tests build them */
static void clear_item(oconfig_item_t *item) {
  for (int i = 0; i < item->values_num; i++) {
    if (item->values[i].type == OCONFIG_TYPE_STRING)
      free(item->values[i].value.string);
  }
  free(item->values);
  for (int i = 0; i < item->children_num; i++)
    clear_item(&item->children[i]);
  free(item->children);
  free(item->key);
}

void fake_block_free(oconfig_item_t *block) {
  clear_item(block);
  free(block);
}
