/* links: studio unit/studio_fixture unit/fake_aws */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/scan.h"

#define APPS(rest)                                                                                                     \
  "{\"Apps\":[{\"DomainId\":\"d-1\",\"UserProfileName\":\"u\",\"AppType\":\"KernelGateway\",\"AppName\":\"a\","        \
  "\"Status\":\"InService\",\"CreationTime\":5}]" rest "}"
#define DOMAINS "{\"Domains\":[{\"DomainId\":\"d-1\",\"DomainName\":\"science\"}]}"
#define SETTINGS "{\"DomainId\":\"d-1\",\"DefaultUserSettings\":{}}"
#define STREAMS "{\"logStreams\":[{\"logStreamName\":\"d-1/u/KernelGateway/a\",\"lastEventTimestamp\":7}]}"

/* The pages of streams that had been shown when a scan ended. */
static int pages_at_end;

static void on_done(void *user_data) {
  pages_at_end = fake_aws_asked("DescribeLogStreams");
  (*(int *)user_data)++;
}

static void scan_all(void) {
  scan_t *scan = scan_new(studio);
  int finished = 0;
  assert_non_null(scan);
  scan_start(scan, on_done, &finished);
  assert_int_equal(finished, 0);
  fake_aws_run();
  assert_int_equal(finished, 1);
  scan_free(scan);
}

static void scan_lists_and_then_looks(void **state) {
  (void)state;
  uint64_t before = studio->scan.number;
  fake_aws_page("ListApps", NULL, APPS(""));
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("DescribeLogStreams", NULL, STREAMS);
  scan_all();
  assert_int_equal(studio->scan.number, before + 1);
  assert_true(studio->scan.listing_complete);
  assert_int_equal(studio->apps[0]->log.newest_event_ms, 7);
  assert_int_equal(studio->apps[0]->log.looked_at_in_scan, before + 1);
}

static void scan_looks_at_what_an_unfinished_listing_has_shown(void **state) {
  (void)state;
  fake_aws_page("ListApps", NULL, APPS(",\"NextToken\":\"t\""));
  fake_aws_fail("ListApps", NULL, "ThrottlingException", 400);
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("DescribeLogStreams", NULL, STREAMS);
  scan_all();
  assert_false(studio->scan.listing_complete);
  assert_int_equal(studio->apps[0]->log.looked_at_in_scan, studio->scan.number);
}

#define NOW INT64_C(1795466160000)
#define STREAM(name, event) "{\"logStreamName\":\"" name "\",\"lastEventTimestamp\":" event "}"
#define APP(type, name)                                                                                                \
  "{\"DomainId\":\"d-1\",\"UserProfileName\":\"u\",\"AppType\":\"" type "\",\"AppName\":\"" name "\","                 \
  "\"Status\":\"InService\",\"CreationTime\":5}"

/* The lab's stream is shown with one that is three days old: what is recent is known, and the page after it is not
 * waited for. */
static void scan_searches_what_is_recent_while_its_first_sweep_goes_on(void **state) {
  (void)state;
  static char words[][16] = {"JupyterLab", "\"saved\""};
  const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1], NULL, false}};
  studio->settings.rules = rules;
  studio->settings.rules_count = 1;
  fake_aws_set_now_ms(NOW);
  fake_aws_page("ListApps", NULL,
                "{\"Apps\":[" APP("JupyterLab", "lab") "," APP("KernelGateway", "b") "],\"NextToken\":\"t\"}");
  fake_aws_page("ListApps", NULL, APPS(""));
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("DescribeDomain", NULL, SETTINGS);
  fake_aws_page("DescribeLogStreams", NULL,
                "{\"logStreams\":[" STREAM("d-1/u/JupyterLab/lab", "1795466100000") "," STREAM(
                    "d-1/v/JupyterLab/gone", "1795206000000") "],\"nextToken\":\"t\"}");
  fake_aws_page("FilterLogEvents", NULL,
                "{\"events\":[{\"logStreamName\":\"d-1/u/JupyterLab/lab\",\"timestamp\":1795466090000}]}");
  fake_aws_page("DescribeLogStreams", NULL,
                "{\"logStreams\":[" STREAM("d-1/u/KernelGateway/b", "8") "," STREAM("d-1/u/KernelGateway/a", "7") "]}");
  scan_all();
  const char *search = strstr(fake_aws_transcript(), "FilterLogEvents");
  assert_non_null(search);
  assert_non_null(strstr(search, "DescribeLogStreams"));
  assert_int_equal(studio->apps[0]->search.last_match_ms, INT64_C(1795466090000));
  assert_int_equal(studio->apps[0]->search.confirmed_in_scan, studio->scan.number);
  assert_int_equal(pages_at_end, 2);
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(studio->apps[i]->log.looked_at_in_scan, studio->scan.number);
}

static const char *nth_search(int number) {
  const char *at = fake_aws_transcript();
  for (; at != NULL && number > 0; number--) {
    at = strstr(at, "FilterLogEvents");
    at = at != NULL && number > 1 ? at + 1 : at;
  }
  assert_non_null(at);
  return at;
}

static bool has_pattern(const char *search) {
  const char *pattern = strstr(search, "filterPattern");
  return pattern != NULL && pattern < strchr(search, '\n');
}

/* Two types make two searches, and the first goes back for eight hours only. When the sweep ends, the second one is
 * under way: the exact look at the gateways, which have been idle for years, is not to wait for what is left. */
static void scan_hurries_what_it_has_begun_beside_its_sweep(void **state) {
  (void)state;
  static char words[][16] = {"CodeEditor", "-\"alive\"", "JupyterLab", "?\"saved\""};
  static const signal_rule_t rules[] = {{words[0], SIGNAL_IGNORE, words[1], NULL, false},
                                        {words[2], SIGNAL_MATCH, words[3], NULL, false}};
  static const int64_t day = INT64_C(86400000);
  studio->settings.rules = rules;
  studio->settings.rules_count = 2;
  studio->settings.confirm_after_ms = &day;
  studio->settings.confirm_after_count = 1;
  fake_aws_set_now_ms(NOW);
  fake_aws_page("ListApps", NULL,
                "{\"Apps\":[" APP("CodeEditor", "code") "," APP("JupyterLab", "lab") "," APP(
                    "KernelGateway", "a") "," APP("KernelGateway", "b") "]}");
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("DescribeDomain", NULL, SETTINGS);
  fake_aws_page("DescribeLogStreams", NULL,
                "{\"logStreams\":[" STREAM("d-1/u/CodeEditor/code", "1795466100000") "," STREAM(
                    "d-1/u/JupyterLab/lab", "1795466100000") "," STREAM("d-1/v/JupyterLab/gone",
                                                                        "1795206000000") "],\"nextToken\":\"t\"}");
  fake_aws_page("DescribeLogStreams", NULL,
                "{\"logStreams\":[" STREAM("d-1/u/KernelGateway/b", "8") "," STREAM("d-1/u/KernelGateway/a", "7") "]}");
  for (int i = 0; i < 4; i++)
    fake_aws_page("FilterLogEvents", NULL, "{\"events\":[]}");
  fake_aws_page("FilterLogEvents", "{\"logGroupName\":\"group\",\"startFromHead\":true,\"limit\":1}",
                "{\"events\":[{\"timestamp\":1}]}");
  scan_all();
  assert_int_equal(fake_aws_asked("FilterLogEvents"), 5);
  assert_true(has_pattern(nth_search(1)) && has_pattern(nth_search(2)) && has_pattern(nth_search(4)));
  assert_false(has_pattern(nth_search(3)));
  assert_true(strstr(nth_search(1), "DescribeLogStreams") != NULL &&
              strstr(nth_search(2), "DescribeLogStreams") == NULL);
  for (size_t i = 0; i < 2; i++)
    assert_int_equal(studio->apps[i]->search.confirmed_in_scan, studio->scan.number);
}

static void scan_forgets_the_errors_of_the_one_before(void **state) {
  (void)state;
  fake_aws_fail("ListApps", NULL, "ThrottlingException", 400);
  scan_all();
  assert_string_equal(studio->scan.errors[OPERATION_LIST_APPS].code, "ThrottlingException");
  fake_aws_page("ListApps", NULL, "{\"Apps\":[]}");
  scan_all();
  assert_string_equal(studio->scan.errors[OPERATION_LIST_APPS].code, "");
}

static size_t owners(void) {
  size_t at = 0;
  size_t count = 0;
  while (pointer_set_next(&studio->owners, &at) != NULL)
    count++;
  return count;
}

static void scan_settles_whose_the_apps_are_when_it_ends(void **state) {
  (void)state;
  fake_aws_page("ListApps", NULL, APPS(""));
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("DescribeLogStreams", NULL, STREAMS);
  scan_all();
  const studio_owner_t *owner = owner_find(studio, studio->domains[0], "u");
  assert_non_null(owner);
  assert_int_equal(owners(), 1);
  assert_true(owner_is_present(studio, owner) && owner->countable);
  assert_int_equal(owner->oldest_ms, 5000);
}

/* An owner without an app, and an app that is listed no more, are there until the next scan begins: the read reports
 * them first. An app that is listed as deleted may be started again. */
static void scan_forgets_when_it_begins_what_the_one_before_saw_leave(void **state) {
  (void)state;
  static const char gone[] = "{\"Apps\":[{\"DomainId\":\"d-1\",\"UserProfileName\":\"u\",\"AppType\":"
                             "\"KernelGateway\",\"AppName\":\"a\",\"Status\":\"Deleted\",\"CreationTime\":5}]}";
  fake_aws_page("ListApps", NULL, APPS(""));
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("DescribeLogStreams", NULL, STREAMS);
  scan_all();
  fake_aws_page("ListApps", NULL, gone);
  scan_all();
  assert_int_equal(studio->apps_count, 1);
  assert_int_equal(owners(), 1);
  assert_false(owner_is_present(studio, owner_find(studio, studio->domains[0], "u")));
  fake_aws_page("ListApps", NULL, "{\"Apps\":[]}");
  scan_all();
  assert_int_equal(studio->apps_count, 1);
  assert_int_equal(owners(), 0);
  fake_aws_page("ListApps", NULL, "{\"Apps\":[]}");
  scan_all();
  assert_int_equal(studio->apps_count, 0);
}

/* fill_pages serves a listing of sixty apps, and stream pages without end that show none of them. */
static bool fill_pages(const char *operation, json_object *input, json_object **output, aws_error_t *error) {
  (void)input;
  (void)error;
  if (strcmp(operation, "ListApps") == 0) {
    char text[8192];
    size_t length = (size_t)snprintf(text, sizeof(text), "{\"Apps\":[" APP("KernelGateway", "first"));
    for (int i = 0; i < 59; i++)
      length += (size_t)snprintf(text + length, sizeof(text) - length, "," APP("KernelGateway", "%d"), i);
    (void)snprintf(text + length, sizeof(text) - length, "]}");
    *output = json_tokener_parse(text);
  } else {
    *output = json_tokener_parse(
        "{\"logStreams\":[" STREAM("d-1/v/JupyterLab/gone", "1795206000000") "],"
                                                                             "\"nextToken\":\"t\",\"Domains\":[]}");
  }
  return *output != NULL;
}

/* As when collectd ends while the sweep is suspended, with its token, and its first page is to be looked at anew. What
 * is not freed valgrind and AddressSanitizer see. */
static void scan_that_is_freed_under_way_keeps_no_token(void **state) {
  (void)state;
  scan_t *scan = scan_new(studio);
  int finished = 0;
  assert_non_null(scan);
  fake_aws_serve(fill_pages);
  scan_start(scan, on_done, &finished);
  fake_aws_run_pages(2 + 50);
  fake_aws_drop();
  scan_free(scan);
  assert_int_equal(finished, 0);
}

/* As when collectd ends while the log search that was begun beside the sweep is under way, with its queue. */
static void scan_that_is_freed_under_way_keeps_no_queue(void **state) {
  (void)state;
  static char words[][16] = {"JupyterLab", "\"saved\""};
  const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1], NULL, false}};
  studio->settings.rules = rules;
  studio->settings.rules_count = 1;
  scan_t *scan = scan_new(studio);
  int finished = 0;
  assert_non_null(scan);
  fake_aws_set_now_ms(NOW);
  fake_aws_page(
      "ListApps", NULL,
      "{\"Apps\":[" APP("JupyterLab", "lab") "," APP("KernelGateway", "a") "," APP("KernelGateway", "b") "]}");
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("DescribeDomain", NULL, SETTINGS);
  fake_aws_page("DescribeLogStreams", NULL,
                "{\"logStreams\":[" STREAM("d-1/u/JupyterLab/lab", "1795466100000") "," STREAM(
                    "d-1/v/JupyterLab/gone", "1795206000000") "],\"nextToken\":\"t\"}");
  scan_start(scan, on_done, &finished);
  fake_aws_run_pages(4);
  fake_aws_drop();
  scan_free(scan);
  assert_int_equal(finished, 0);
  assert_null(strstr(fake_aws_transcript(), "FilterLogEvents"));
}

/* As when collectd ends while the stream of a space is asked for in small letters. */
static void scan_that_is_freed_under_way_keeps_no_question(void **state) {
  (void)state;
  scan_t *scan = scan_new(studio);
  int finished = 0;
  assert_non_null(scan);
  fake_aws_page(
      "ListApps", NULL,
      "{\"Apps\":[{\"DomainId\":\"d-1\",\"SpaceName\":\"Team\",\"AppType\":\"JupyterLab\",\"AppName\":\"default\","
      "\"Status\":\"InService\",\"CreationTime\":5}]}");
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("DescribeDomain", NULL, SETTINGS);
  fake_aws_page("ListSpaces", NULL,
                "{\"Spaces\":[{\"DomainId\":\"d-1\",\"SpaceName\":\"Team\",\"Status\":\"InService\"}]}");
  fake_aws_page("DescribeLogStreams", NULL,
                "{\"logStreams\":[" STREAM("d-1/u/KernelGateway/b", "8") "],\"nextToken\":\"t\"}");
  fake_aws_page("DescribeLogStreams", NULL, "{\"logStreams\":[" STREAM("d-1/Team/JupyterLab/default2", "8") "]}");
  scan_start(scan, on_done, &finished);
  fake_aws_run_pages(6);
  fake_aws_drop();
  scan_free(scan);
  assert_int_equal(finished, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(scan_lists_and_then_looks, studio_begin, studio_end),
      cmocka_unit_test_setup_teardown(scan_looks_at_what_an_unfinished_listing_has_shown, studio_begin, studio_end),
      cmocka_unit_test_setup_teardown(scan_searches_what_is_recent_while_its_first_sweep_goes_on, studio_begin,
                                      studio_end),
      cmocka_unit_test_setup_teardown(scan_hurries_what_it_has_begun_beside_its_sweep, studio_begin, studio_end),
      cmocka_unit_test_setup_teardown(scan_forgets_the_errors_of_the_one_before, studio_begin, studio_end),
      cmocka_unit_test_setup_teardown(scan_settles_whose_the_apps_are_when_it_ends, studio_begin, studio_end),
      cmocka_unit_test_setup_teardown(scan_forgets_when_it_begins_what_the_one_before_saw_leave, studio_begin,
                                      studio_end),
      cmocka_unit_test_setup_teardown(scan_that_is_freed_under_way_keeps_no_token, studio_begin, studio_end),
      cmocka_unit_test_setup_teardown(scan_that_is_freed_under_way_keeps_no_queue, studio_begin, studio_end),
      cmocka_unit_test_setup_teardown(scan_that_is_freed_under_way_keeps_no_question, studio_begin, studio_end),
  };
  return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
