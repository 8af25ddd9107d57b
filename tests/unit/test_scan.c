/* links: studio/scan studio/inventory studio/listing studio/activity studio/matching studio/chatter studio/sweep */
/* links: studio/by_name studio/log_stream studio/search studio/confirm studio/idle_since studio/signals aws/buffer */
/* links: -lcrypto studio/request studio/operations studio/studio studio/owners studio/pointer_set studio/billing */
/* links: aws/answer aws/error aws/utf8 unit/studio_fixture unit/fake_aws -ljson-c -lm */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "studio_fixture.h"

#include "studio/scan.h"

#define APPS(rest)                                                                                                     \
  "{\"Apps\":[{\"DomainId\":\"d-1\",\"UserProfileName\":\"u\",\"AppType\":\"KernelGateway\",\"AppName\":\"a\","        \
  "\"Status\":\"InService\",\"CreationTime\":5}]" rest "}"
#define DOMAINS "{\"Domains\":[{\"DomainId\":\"d-1\",\"DomainName\":\"science\"}]}"
#define STREAMS "{\"logStreams\":[{\"logStreamName\":\"d-1/u/KernelGateway/a\",\"lastEventTimestamp\":7}]}"

static void on_done(void *owner) { (*(int *)owner)++; }

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
  assert_true(studio->scan.listed);
  assert_int_equal(studio->apps[0]->last_event_ms, 7);
  assert_int_equal(studio->apps[0]->looked, before + 1);
}

static void scan_looks_at_what_an_unfinished_listing_has_shown(void **state) {
  (void)state;
  fake_aws_page("ListApps", NULL, APPS(",\"NextToken\":\"t\""));
  fake_aws_fail("ListApps", NULL, "ThrottlingException", 400);
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("DescribeLogStreams", NULL, STREAMS);
  scan();
  assert_false(studio->scan.listed);
  assert_int_equal(studio->apps[0]->looked, studio->scan.number);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(scan_lists_and_then_looks, studio_begin, studio_end),
      cmocka_unit_test_setup_teardown(scan_looks_at_what_an_unfinished_listing_has_shown, studio_begin, studio_end),
      cmocka_unit_test_setup_teardown(scan_forgets_the_errors_of_the_one_before, studio_begin, studio_end),
  };
  return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
