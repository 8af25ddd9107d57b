/* links: studio unit/inventory_fixture unit/studio_fixture unit/fake_aws */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "inventory_fixture.h"

#include "studio/log_stream.h"
#include "studio/values.h"

#define NAMED "\"AppType\":\"KernelGateway\",\"AppName\":\"a\""

typedef struct {
  const char *name;
  const char *scans; /* '1': in service, 'P', 'D', 'F': Pending, Deleted, Failed, 'T': in service beside a deleted twin,
                        '0': absent, 'x': ListApps fails, '!': an event in its stream */
  bool started;      /* seen in the last listing of them */
} start_case_t;

static const start_case_t start_cases[] = {
    {"there at our start", "1", false},
    {"there all the time", "111", false},
    {"Pending, then in service", "P1", true},
    {"absent, then in service", "01", false},
    {"left out by a listing", "101", false},
    {"left out by two listings", "1001", false},
    {"left out by a listing, events before it", "1!01", false},
    {"restarted with the old creation time, an event while it was absent", "10!1", true},
    {"absent, then in service, an event between", "0!1", true},
    {"restarted with the old creation time, seen while it was deleted", "1D1", true},
    {"deleted, and for long", "1DDD1", true},
    {"failed, then in service", "1F1", true},
    {"deleted beside its successor", "1TT", false},
    {"restarted beside a deleted twin", "1DT", true},
    {"restarted, seen while Pending", "1P1", true},
    {"a failed listing is no absence", "1x1", false},
    {"failed listings are no absence", "1xx1", false},
    {"a failed listing at our start is no absence", "x1", false},
    {"absent before a failed listing, an event between", "0x!1", true},
};

/* As the read does behind a scan: what has left is forgotten. */
static void take_value(void *user_data, const values_item_t *value) {
  (void)user_data;
  (void)value;
}

static void report_now(void) { (void)studio_report(aws_session_now_ms(studio->session), take_value, NULL); }

#define OF_STATUS(status) APP(USER("u"), "KernelGateway", "a", status)

/* One scan of a start_case_t. */
static void list_start(char scan) {
  if (scan == 'x')
    fake_aws_fail("ListApps", NULL, "500", 500);
  else if (scan == '1')
    fake_aws_page("ListApps", NULL, ONE_APP);
  else if (scan == 'T')
    fake_aws_page("ListApps", NULL, APPS(OF_STATUS("Deleted") "," OF_STATUS("InService")));
  else
    fake_aws_page("ListApps", NULL,
                  scan == 'P'   ? APPS(OF_STATUS("Pending"))
                  : scan == 'D' ? APPS(OF_STATUS("Deleted"))
                  : scan == 'F' ? APPS(OF_STATUS("Failed"))
                                : APPS(""));
  list();
  report_now();
}

static void inventory_sees_an_app_start(void **state) {
  for (size_t i = 0; i < COUNT(start_cases); i++) {
    studio_end(state);
    studio_begin(state);
    domain_set_name(studio, "d-1", "science");
    int64_t event_ms = 0;
    for (const char *scan = start_cases[i].scans; *scan != '\0'; scan++) {
      fake_aws_set_now_ms(aws_session_now_ms(studio->session) + 300000);
      if (*scan == '!')
        event_ms = aws_session_now_ms(studio->session);
      else
        list_start(*scan);
    }
    studio_app_t *app = app_find_by_stream(studio, "d-1/u/KernelGateway/a");
    assert_non_null(app);
    log_stream_note_event(studio, app, event_ms);
    if (app->listing.started_ms != (start_cases[i].started ? aws_session_now_ms(studio->session) : 0))
      fail_msg("%s", start_cases[i].name);
  }
}

/* It was absent because it had not been made: its creation says when it began. */
static void inventory_lets_an_app_count_from_its_creation_that_was_made_after_the_last_listing(void **state) {
  static const struct {
    const char *created;
    bool seen_to_start;
  } cases[] = {{"1795466160.001", false}, {"1795466160", true}, {"1795466159.999", true}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    char listed[256];
    studio_end(state);
    studio_begin(state);
    domain_set_name(studio, "d-1", "science");
    list_apps(APPS(""));
    assert_int_equal(studio->last_listing_ms, INT64_C(1795466160000));
    fake_aws_set_now_ms(INT64_C(1795466460000));
    snprintf(listed, sizeof(listed),
             "{\"Apps\":[{\"DomainId\":\"d-1\"," NAMED "," USER("u") ",\"Status\":\"InService\",\"CreationTime\":%s}]}",
             cases[i].created);
    list_apps(listed);
    log_stream_note_event(studio, studio->apps[0], INT64_C(1795466400000));
    assert_int_equal(studio->apps[0]->listing.started_ms, cases[i].seen_to_start ? INT64_C(1795466460000) : 0);
  }
}

static size_t odd_apps(void) { return studio->scan.odd[OPERATION_LIST_APPS]; }

static void inventory_leaves_out_an_odd_item_and_takes_the_others(void **state) {
  static const struct {
    const char *item, *named;
    size_t unknown;
  } cases[] = {
      {"7", "", 1},
      {"{\"DomainId\":\"d-1\"," NAMED "," USER("x") ",\"Status\":\"InService\",\"CreationTime\":\"yesterday\"}", "a",
       1},
      {"{\"DomainId\":\"d-1\"," NAMED "," USER("x") ",\"Status\":\"InService\",\"CreationTime\":9e9}", "a", 1},
      {"{\"DomainId\":\"d-1\"," NAMED "," USER("x") ",\"Status\":\"Deleted\",\"CreationTime\":[]}", "a", 0},
      {"{\"DomainId\":\"d-1\"," NAMED "," USER("a/b") ",\"Status\":\"InService\"}", "a", 1},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char page[512];
    studio_end(state);
    studio_begin(state);
    domain_set_name(studio, "d-1", "science");
    snprintf(page, sizeof(page), APPS("%s," OF_STATUS("InService")), cases[i].item);
    list_apps(page);
    assert_true(studio->scan.listing_complete);
    assert_int_equal(studio->apps_count, 1);
    assert_int_equal(odd_apps(), 1);
    assert_int_equal(studio->scan.odd_apps, cases[i].unknown);
    assert_string_equal(studio->scan.odd_example, cases[i].named);
  }
}

static void inventory_refuses_a_page_that_is_larger_than_asked_for(void **state) {
  (void)state;
  static char page[101 * 256];
  size_t length = (size_t)snprintf(page, sizeof(page), "{\"Apps\":[" OF_STATUS("InService"));
  for (int i = 0; i < 100; i++)
    length += (size_t)snprintf(page + length, sizeof(page) - length, "," OF_STATUS("InService"));
  snprintf(page + length, sizeof(page) - length, "]}");
  list_apps(page);
  assert_false(studio->scan.listing_complete);
  assert_string_equal(studio->scan.errors[OPERATION_LIST_APPS].code, "parse");
}

static size_t values, endings;

static void count_value(void *user_data, const values_item_t *value) {
  (void)user_data;
  if (!studio_dispatches(value, true))
    return;
  values += isnan(value->value) ? 0 : 1;
  endings += isnan(value->value) ? 1 : 0;
}

/* What a report says when the listing is this. */
static void report_of(const char *apps) {
  fake_aws_set_now_ms(aws_session_now_ms(studio->session) + 300000);
  list_apps(apps);
  for (size_t i = 0; i < studio->apps_count; i++)
    studio->apps[i]->log.looked_at_in_scan = studio->scan.number;
  values = endings = 0;
  (void)studio_report(aws_session_now_ms(studio->session), count_value, NULL);
}

/* An app's values are its own, its user's, and idle time and uptime of its instance; its cost has no price. */
static void inventory_lets_an_app_go_that_is_listed_as_deleted_or_not_any_more(void **state) {
  (void)state;
  begin_known();
  report_of(ONE_APP);
  assert_int_equal(values, 4);
  report_of(APPS(""));
  assert_int_equal(values + endings, 0);
  report_of(ONE_APP);
  assert_int_equal(values, 4);
  report_of(APPS(OF_STATUS("Deleted")));
  assert_int_equal(endings, 4);
  report_of(APPS(OF_STATUS("Deleted")));
  assert_int_equal(values + endings, 0);
  assert_int_equal(studio->apps_count, 1);
  report_of(APPS(""));
  assert_int_equal(studio->apps_count, 0);
  report_of(ONE_APP);
  report_of(APPS(""));
  assert_int_equal(values + endings, 0);
  report_of(APPS(""));
  assert_int_equal(endings, 4);
  assert_int_equal(studio->apps_count, 0);
}

static void inventory_lets_no_app_go_while_an_odd_item_may_be_it(void **state) {
  (void)state;
  begin_known();
  report_of(ONE_APP);
  for (int i = 0; i < 3; i++) {
    report_of(APPS("7," APP(USER("v"), "KernelGateway", "b", "InService")));
    assert_int_equal(endings, 0);
  }
  report_of(ONE_APP);
  assert_int_equal(app_find_by_stream(studio, "d-1/u/KernelGateway/a")->listing.started_ms, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, studio_begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(inventory_sees_an_app_start),
      TEST(inventory_lets_an_app_count_from_its_creation_that_was_made_after_the_last_listing),
      TEST(inventory_leaves_out_an_odd_item_and_takes_the_others),
      TEST(inventory_refuses_a_page_that_is_larger_than_asked_for),
      TEST(inventory_lets_an_app_go_that_is_listed_as_deleted_or_not_any_more),
      TEST(inventory_lets_no_app_go_while_an_odd_item_may_be_it),
  };
  return cmocka_run_group_tests_name("inventory_starts", tests, NULL, NULL);
}
