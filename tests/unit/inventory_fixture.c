#include "inventory_fixture.h"

#include "test.h"

#include "studio/scan.h"

static int finished;

static void on_done(void *user_data, const inventory_result_t *result) {
  scan_note_inventory(&studio->scan, result);
  (void)user_data;
  finished++;
}

void list(void) {
  inventory_t inventory;
  studio_next_scan();
  finished = 0;
  inventory_start(&inventory, studio, on_done, NULL);
  fake_aws_run();
  assert_int_equal(finished, 1);
}

void list_apps(const char *output) {
  fake_aws_page("ListApps", NULL, output);
  list();
}

void begin_known(void) {
  fake_aws_page("ListDomains", NULL, DOMAINS);
  list_apps(ONE_APP);
}

size_t in_service(void) {
  size_t count = 0;
  for (size_t i = 0; i < studio->apps_count; i++)
    count += app_is_in_service(studio, studio->apps[i]) ? 1 : 0;
  return count;
}
