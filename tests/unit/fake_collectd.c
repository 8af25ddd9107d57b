#include "fake_collectd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "globals.h"
#include "utils/common/common.h"
#include "utils_cache.h"
#include "utils_complain.h"

#define VALUES_MAX 256
#define LINES_MAX 64

struct meta_data_s {
  char text[1024];
};

static char hostname[] = "localhost";
char *hostname_g = hostname;

static struct {
  fake_value_t values[VALUES_MAX];
  size_t values_count;
  char lines[LINES_MAX][1024];
  size_t lines_count;
  cdtime_t now;
  bool cache_is_cut_off;
  fake_registered_t registered;
  void (*check_value)(const value_list_t *list);
  void (*check_line)(const char *text);
} fake;

int fake_collectd_begin(void **state) {
  (void)state;
  memset(&fake, 0, sizeof(fake));
  fake.now = TIME_T_TO_CDTIME_T(1000000);
  return 0;
}

void fake_collectd_check(void (*value)(const value_list_t *list), void (*line)(const char *text)) {
  fake.check_value = value;
  fake.check_line = line;
}

size_t fake_values(void) { return fake.values_count; }

const fake_value_t *fake_value(size_t index) {
  assert_in_range(index, 0, fake.values_count - 1);
  return &fake.values[index];
}

const fake_value_t *fake_value_named(const char *name) {
  for (size_t i = fake.values_count; i > 0; i--) {
    if (strcmp(fake.values[i - 1].name, name) == 0)
      return &fake.values[i - 1];
  }
  return NULL;
}

void fake_values_forget(void) { fake.values_count = 0; }

void fake_cache_set_reached(bool reached) { fake.cache_is_cut_off = !reached; }

size_t fake_lines(void) { return fake.lines_count; }

const char *fake_line(size_t index) {
  assert_in_range(index, 0, fake.lines_count - 1);
  return fake.lines[index];
}

void fake_lines_forget(void) { fake.lines_count = 0; }

void fake_cdtime_set(cdtime_t now) { fake.now = now; }

const fake_registered_t *fake_registered(void) { return &fake.registered; }

cdtime_t cdtime(void) { return fake.now; }

int plugin_dispatch_values(value_list_t const *vl) {
  if (fake.check_value != NULL) {
    fake.check_value(vl);
    fake.values_count = 0;
  }
  assert_in_range(fake.values_count, 0, VALUES_MAX - 1);
  assert_int_equal(vl->values_len, 1);
  fake_value_t *value = &fake.values[fake.values_count++];
  snprintf(value->name, sizeof(value->name), "%s/%s-%s/%s-%s", vl->host, vl->plugin, vl->plugin_instance, vl->type,
           vl->type_instance);
  value->value = vl->values[0];
  value->time = vl->time;
  value->interval = vl->interval;
  snprintf(value->meta, sizeof(value->meta), "%s", vl->meta != NULL ? vl->meta->text : "");
  return 0;
}

int uc_get_value_by_name(const char *name, value_t **ret_values, size_t *ret_values_num) {
  const fake_value_t *found = fake_value_named(name);
  if (found == NULL || fake.cache_is_cut_off)
    return -1;
  *ret_values = malloc(sizeof(**ret_values));
  assert_non_null(*ret_values);
  **ret_values = found->value;
  *ret_values_num = 1;
  return 0;
}

meta_data_t *meta_data_create(void) { return calloc(1, sizeof(meta_data_t)); }

void meta_data_destroy(meta_data_t *md) { free(md); }

int meta_data_add_string(meta_data_t *md, const char *key, const char *value) {
  size_t length = strlen(md->text);
  snprintf(md->text + length, sizeof(md->text) - length, "%s=%s ", key, value);
  return 0;
}

static __attribute__((format(printf, 3, 0))) void add_line(int level, const char *prefix, const char *format,
                                                           va_list arguments) {
  static const char *const levels[] = {
      [LOG_ERR] = "ERROR", [LOG_WARNING] = "WARNING", [LOG_NOTICE] = "NOTICE", [LOG_INFO] = "INFO"};
  if (fake.check_line != NULL)
    fake.lines_count = 0;
  assert_in_range(fake.lines_count, 0, LINES_MAX - 1);
  char *line = fake.lines[fake.lines_count++];
  int length = snprintf(line, sizeof(fake.lines[0]), "%s %s", levels[level], prefix);
  vsnprintf(line + length, sizeof(fake.lines[0]) - (size_t)length, format, arguments);
  if (fake.check_line != NULL)
    fake.check_line(line);
}

void plugin_log(int level, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_line(level, "", format, arguments);
  va_end(arguments);
}

void daemon_log(int level, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_line(level, "sagemaker plugin: ", format, arguments);
  va_end(arguments);
}

void c_complain_once(int level, c_complain_t *c, const char *format, ...) {
  if (c->complained_once)
    return;
  c->complained_once = true;
  c->interval = TIME_T_TO_CDTIME_T(1);
  va_list arguments;
  va_start(arguments, format);
  add_line(level, "", format, arguments);
  va_end(arguments);
}

void c_do_release(int level, c_complain_t *c, const char *format, ...) {
  if (c->interval == 0)
    return;
  c->complained_once = false;
  c->interval = 0;
  va_list arguments;
  va_start(arguments, format);
  add_line(level, "", format, arguments);
  va_end(arguments);
}

char *sstrncpy(char *dest, const char *src, size_t n) {
  snprintf(dest, n, "%s", src);
  return dest;
}

int ssnprintf(char *str, size_t size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(str, size, format, arguments);
  va_end(arguments);
  return length;
}

int plugin_thread_create(pthread_t *thread, void *(*start_routine)(void *), void *argument, char const *name) {
  (void)name;
  return pthread_create(thread, NULL, start_routine, argument);
}

int plugin_register_complex_config(const char *type, int (*callback)(oconfig_item_t *)) {
  assert_string_equal(type, "sagemaker");
  fake.registered.config = callback;
  return 0;
}

int plugin_register_init(const char *name, plugin_init_cb callback) {
  assert_string_equal(name, "sagemaker");
  fake.registered.init = callback;
  return 0;
}

int plugin_register_shutdown(const char *name, plugin_shutdown_cb callback) {
  assert_string_equal(name, "sagemaker");
  fake.registered.shutdown = callback;
  return 0;
}

int plugin_register_complex_read(const char *group, const char *name, plugin_read_cb callback, cdtime_t interval,
                                 user_data_t const *data) {
  (void)group;
  assert_string_equal(name, "sagemaker");
  fake.registered.read = callback;
  fake.registered.interval = interval;
  fake.registered.data = *data;
  return 0;
}
