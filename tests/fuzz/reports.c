#include "reports.h"

#include <math.h>
#include <string.h>

#include "fake_collectd.h"

#include "input.h"

#define PLUGIN "sagemaker"

static void check_part(const char *part, bool may_be_empty) {
  INPUT_PROMISE(memchr(part, '\0', DATA_MAX_NAME_LEN) != NULL && (may_be_empty || part[0] != '\0'));
  INPUT_PROMISE(strchr(part, '/') == NULL && input_is_line(part));
}

static void check_value(const value_list_t *list) {
  check_part(list->host, false);
  check_part(list->plugin, false);
  check_part(list->plugin_instance, false);
  check_part(list->type, false);
  check_part(list->type_instance, true);
  INPUT_PROMISE(strncmp(list->plugin, PLUGIN, strlen(PLUGIN)) == 0 && list->values_len == 1 && list->time > 0);
  if (strcmp(list->type, "duration") == 0)
    INPUT_PROMISE(isnan(list->values[0].gauge) || (isfinite(list->values[0].gauge) && list->values[0].gauge >= 0.0));
}

static const char no_string[] = "(null)";
static bool is_told;

static void check_line(const char *text) {
  INPUT_PROMISE(input_is_line(text) && (is_told || strstr(text, no_string) == NULL));
}

void reports_check(const uint8_t *data, size_t size) {
  is_told = size > 0 && memmem(data, size, no_string, strlen(no_string)) != NULL;
  fake_collectd_check(check_value, check_line);
}
