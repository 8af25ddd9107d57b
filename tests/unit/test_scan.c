/* links: studio unit/studio_fixture unit/fake_aws */
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/scan.h"

#define APPS(rest)                                                                                                     \
  "{\"Apps\":[{\"DomainId\":\"d-1\",\"UserProfileName\":\"u\",\"AppType\":\"KernelGateway\",\"AppName\":\"a\","        \
  "\"Status\":\"InService\",\"CreationTime\":5}]" rest "}"
#define DOMAINS "{\"Domains\":[{\"DomainId\":\"d-1\",\"DomainName\":\"science\"}]}"
#define STREAMS "{\"logStreams\":[{\"logStreamName\":\"d-1/u/KernelGateway/a\",\"lastEventTimestamp\":7}]}"

/* The pages of streams that had been shown when a scan ended. */
static int pages_at_end;

static void on_done(void *user_data) {
  pages_at_end = fake_aws_asked("DescribeLogStreams");
  (*(int *)user_data)++;
}

static void scan(void) {
  scan_t scanned;
  int finished = 0;
  scan_start(&scanned, studio, on_done, &finished);
  assert_int_equal(finished, 0);
  fake_aws_run();
  assert_int_equal(finished, 1);
}

static void scan_lists_and_then_looks(void **state) {
  (void)state;
  uint64_t before = studio->scan.number;
  fake_aws_page("ListApps", NULL, APPS(""));
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("DescribeLogStreams", NULL, STREAMS);
  scan();
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
  scan();
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
  const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1]}};
  studio->settings.rules = rules;
  studio->settings.rules_count = 1;
  fake_aws_set_now_ms(NOW);
  fake_aws_page("ListApps", NULL,
                "{\"Apps\":[" APP("JupyterLab", "lab") "," APP("KernelGateway", "b") "],\"NextToken\":\"t\"}");
  fake_aws_page("ListApps", NULL, APPS(""));
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("DescribeLogStreams", NULL,
                "{\"logStreams\":[" STREAM("d-1/u/JupyterLab/lab", "1795466100000") "," STREAM(
                    "d-1/v/JupyterLab/gone", "1795206000000") "],\"nextToken\":\"t\"}");
  fake_aws_page("FilterLogEvents", NULL,
                "{\"events\":[{\"logStreamName\":\"d-1/u/JupyterLab/lab\",\"timestamp\":1795466090000}]}");
  fake_aws_page("DescribeLogStreams", NULL,
                "{\"logStreams\":[" STREAM("d-1/u/KernelGateway/b", "8") "," STREAM("d-1/u/KernelGateway/a", "7") "]}");
  scan();
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
  static const signal_rule_t rules[] = {{words[0], SIGNAL_IGNORE, words[1]}, {words[2], SIGNAL_MATCH, words[3]}};
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
  fake_aws_page("DescribeLogStreams", NULL,
                "{\"logStreams\":[" STREAM("d-1/u/CodeEditor/code", "1795466100000") "," STREAM(
                    "d-1/u/JupyterLab/lab", "1795466100000") "," STREAM("d-1/v/JupyterLab/gone",
                                                                        "1795206000000") "],\"nextToken\":\"t\"}");
  fake_aws_page("DescribeLogStreams", NULL,
                "{\"logStreams\":[" STREAM("d-1/u/KernelGateway/b", "8") "," STREAM("d-1/u/KernelGateway/a", "7") "]}");
  for (int i = 0; i < 4; i++)
    fake_aws_page("FilterLogEvents", NULL, "{\"events\":[]}");
  scan();
  assert_int_equal(fake_aws_asked("FilterLogEvents"), 4);
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
  scan();
  assert_string_equal(studio->scan.errors[OPERATION_LIST_APPS].code, "ThrottlingException");
  fake_aws_page("ListApps", NULL, "{\"Apps\":[]}");
  scan();
  assert_string_equal(studio->scan.errors[OPERATION_LIST_APPS].code, "");
}

/* As when collectd ends while the sweep is put aside. */
static void scan_that_is_dropped_keeps_no_token(void **state) {
  (void)state;
  scan_t dropped = {.stream_index.sweep.token = strdup("a token")};
  assert_non_null(dropped.stream_index.sweep.token);
  scan_drop(&dropped);
  assert_null(dropped.stream_index.sweep.token);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(scan_lists_and_then_looks, studio_begin, studio_end),
      cmocka_unit_test_setup_teardown(scan_looks_at_what_an_unfinished_listing_has_shown, studio_begin, studio_end),
      cmocka_unit_test_setup_teardown(scan_searches_what_is_recent_while_its_first_sweep_goes_on, studio_begin,
                                      studio_end),
      cmocka_unit_test_setup_teardown(scan_hurries_what_it_has_begun_beside_its_sweep, studio_begin, studio_end),
      cmocka_unit_test(scan_that_is_dropped_keeps_no_token),
      cmocka_unit_test_setup_teardown(scan_forgets_the_errors_of_the_one_before, studio_begin, studio_end),
  };
  return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
