/* links: studio unit/inventory_fixture unit/studio_fixture unit/fake_aws */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "inventory_fixture.h"

static void inventory_reads_an_app_whole(void **state) {
  (void)state;
  begin_known();
  assert_int_equal(studio->apps_count, 1);
  const studio_app_t *app = studio->apps[0];
  assert_string_equal(app->stream, "d-1/u/KernelGateway/a");
  assert_string_equal(app->instance_type, "ml.t3.medium");
  assert_int_equal(app->listing.created_ms, INT64_C(1795000000500));
  assert_int_equal(app->listing.started_ms, 0);
  assert_true(app_is_in_service(studio, app));
  assert_true(studio->scan.listing_complete);
  assert_string_equal(app->domain->name, "science");
}

static void inventory_asks_for_all_apps_in_pages_of_100_and_follows_tokens(void **state) {
  (void)state;
  fake_aws_page("ListApps", "{\"MaxResults\":100}",
                "{\"Apps\":[" APP(USER("u"), "KernelGateway", "a", "InService") "],\"NextToken\":\"t\"}");
  fake_aws_page("ListApps", "{\"MaxResults\":100,\"NextToken\":\"t\"}", "{\"Apps\":[],\"NextToken\":\"t2\"}");
  fake_aws_page("ListApps", "{\"MaxResults\":100,\"NextToken\":\"t2\"}",
                APPS(APP(USER("u"), "KernelGateway", "b", "InService")));
  fake_aws_page("ListDomains", "{\"MaxResults\":100}", DOMAINS);
  list();
  assert_int_equal(in_service(), 2);
}

static void inventory_asks_for_one_configured_domain_alone(void **state) {
  (void)state;
  static const char *const domains[] = {"d-1", "d-2"};
  studio->settings.domains = (studio_names_t){domains, 1};
  fake_aws_page("ListApps", "{\"MaxResults\":100,\"DomainIdEquals\":\"d-1\"}", ONE_APP);
  fake_aws_page("ListDomains", NULL, DOMAINS);
  list();
  studio->settings.domains.count = 2;
  fake_aws_page("ListApps", "{\"MaxResults\":100}", ONE_APP);
  fake_aws_page("ListDomains", NULL, DOMAINS);
  list();
  assert_int_equal(in_service(), 1);
}

static void inventory_takes_what_is_in_service_and_billed(void **state) {
  (void)state;
  static const char *const skipped[] = {
      APP(USER("u"), "KernelGateway", "a", "Pending"),
      APP(USER("u"), "KernelGateway", "a", "Deleting"),
      APP(USER("u"), "KernelGateway", "a", "Failed"),
      APP(USER("u"), "KernelGateway", "a", "Deleted"),
      "{\"DomainId\":\"d-1\",\"UserProfileName\":\"u\",\"AppType\":\"JupyterServer\",\"AppName\":\"default\","
      "\"Status\":\"InService\",\"ResourceSpec\":{\"InstanceType\":\"system\"}}",
      "{\"DomainId\":\"d-1\",\"UserProfileName\":\"u\",\"AppType\":\"RStudioServerPro\",\"AppName\":\"default\","
      "\"Status\":\"InService\"}",
  };
  for (size_t i = 0; i < COUNT(skipped); i++) {
    char output[512];
    snprintf(output, sizeof(output), "{\"Apps\":[%s]}", skipped[i]);
    if (i == 0)
      fake_aws_page("ListDomains", NULL, DOMAINS);
    list_apps(output);
    assert_int_equal(in_service(), 0);
    assert_true(studio->scan.listing_complete);
  }
}

static void inventory_takes_the_selected_types_only_but_on_any_instance(void **state) {
  (void)state;
  static const char *const types[] = {"JupyterServer", "Canvas"};
  studio->settings.app_types = (studio_names_t){types, COUNT(types)};
  fake_aws_page("ListDomains", NULL, DOMAINS);
  list_apps("{\"Apps\":[{\"DomainId\":\"d-1\",\"UserProfileName\":\"u\",\"AppType\":\"JupyterServer\",\"AppName\":"
            "\"default\",\"Status\":\"InService\",\"ResourceSpec\":{\"InstanceType\":\"system\"}}," APP(
                USER("u"), "KernelGateway", "a", "InService") "," APP(USER("u"), "Canvas", "b", "InService") "]}");
  assert_int_equal(in_service(), 2);
}

static void inventory_takes_the_selected_domains_only(void **state) {
  (void)state;
  static const char *const domains[] = {"d-2", "d-3"};
  studio->settings.domains = (studio_names_t){domains, COUNT(domains)};
  fake_aws_page("ListDomains", NULL, DOMAINS);
  list_apps(ONE_APP);
  assert_int_equal(in_service(), 0);
}

static void inventory_tells_spaces_from_users(void **state) {
  (void)state;
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("ListSpaces", NULL, "{\"Spaces\":[]}");
  list_apps(APPS(APP(SPACE("s"), "JupyterLab", "default", "InService") "," APP(
      USER("s"), "JupyterLab", "default", "InService") ",{\"DomainId\":\"d-1\",\"SpaceName\":\"n\","
                                                       "\"UserProfileName\":null,\"AppType\":\"CodeEditor\","
                                                       "\"AppName\":\"default\",\"Status\":\"InService\"}"));
  assert_int_equal(in_service(), 3);
  assert_string_equal(studio->apps[0]->space->name, "s");
  assert_string_equal(app_user(studio->apps[1]), "s");
  assert_string_equal(studio->apps[2]->space->name, "n");
}

#define ITEM(rest) "{\"Apps\":[{\"DomainId\":\"d-1\",\"Status\":\"InService\"," rest "}]}"
#define NAMED "\"AppType\":\"KernelGateway\",\"AppName\":\"a\""

static void inventory_calls_a_page_malformed_that_it_cannot_read(void **state) {
  (void)state;
  static const char *const pages[] = {
      "{}",
      "{\"Apps\":null}",
      "{\"Apps\":{}}",
      "{\"Apps\":[7]}",
      ITEM(NAMED),
      ITEM(NAMED "," USER("u") "," SPACE("s")),
      ITEM(NAMED "," USER("")),
      ITEM(NAMED "," USER("a/b")),
      ITEM("\"AppName\":\"a\"," USER("u")),
      ITEM("\"AppType\":7,\"AppName\":\"a\"," USER("u")),
      ITEM("\"AppType\":\"KernelGateway\"," USER("u")),
      ITEM(NAMED "," USER("u") ",\"CreationTime\":\"yesterday\""),
      ITEM(NAMED "," USER("u") ",\"CreationTime\":1e300"),
      ITEM(NAMED "," USER("u") ",\"ResourceSpec\":\"ml.t3.medium\""),
      ITEM(NAMED "," USER("u") ",\"ResourceSpec\":{\"InstanceType\":3}"),
      "{\"Apps\":[{\"DomainId\":\"d-1\"," NAMED "," USER("u") "}]}",
      "{\"Apps\":[{\"Status\":\"InService\"," NAMED "," USER("u") "}]}",
  };
  for (size_t i = 0; i < COUNT(pages); i++) {
    list_apps(pages[i]);
    if (studio->scan.listing_complete || strcmp(studio->scan.errors[OPERATION_LIST_APPS].code, "parse") != 0)
      fail_msg("%s", pages[i]);
    assert_int_equal(studio->apps_count, 0);
  }
}

static void inventory_gives_up_a_listing_of_empty_pages(void **state) {
  (void)state;
  for (int i = 0; i <= 100; i++)
    fake_aws_page("ListApps", NULL, "{\"Apps\":[],\"NextToken\":\"t\"}");
  list();
  assert_false(studio->scan.listing_complete);
}

static void inventory_that_breaks_off_keeps_what_it_has_seen_and_is_not_complete(void **state) {
  (void)state;
  begin_known();
  fake_aws_page("ListApps", "{\"MaxResults\":100}",
                "{\"Apps\":[" APP(USER("u"), "KernelGateway", "b", "InService") "],\"NextToken\":\"t\"}");
  fake_aws_fail("ListApps", "{\"MaxResults\":100,\"NextToken\":\"t\"}", "ThrottlingException", 400);
  list();
  assert_false(studio->scan.listing_complete);
  assert_int_equal(in_service(), 1);
  assert_int_equal(studio->apps_count, 2);
  assert_string_equal(studio->scan.errors[OPERATION_LIST_APPS].code, "ThrottlingException");
}

static void inventory_takes_the_creation_time_of_a_restarted_app(void **state) {
  (void)state;
  begin_known();
  list_apps("{\"Apps\":[{\"DomainId\":\"d-1\"," NAMED "," USER("u") ",\"Status\":\"InService\",\"CreationTime\":1}]}");
  assert_int_equal(studio->apps[0]->listing.created_ms, 1000);
  assert_string_equal(studio->apps[0]->instance_type, "ml.t3.medium");
}

static void inventory_asks_for_names_when_a_domain_turns_up_and_not_again(void **state) {
  (void)state;
  begin_known();
  list_apps(ONE_APP);
  assert_int_equal(fake_aws_asked("ListDomains"), 1);
  fake_aws_page("ListDomains", NULL, "{\"Domains\":[],\"NextToken\":\"t\"}");
  fake_aws_page("ListDomains", "{\"MaxResults\":100,\"NextToken\":\"t\"}",
                "{\"Domains\":[{\"DomainId\":\"d-2\",\"DomainName\":\"arts\"}]}");
  list_apps("{\"Apps\":[{\"DomainId\":\"d-2\"," NAMED "," USER("u") ",\"Status\":\"InService\"}]}");
  assert_string_equal(domain_get(studio, "d-2")->name, "arts");
}

static void inventory_goes_on_without_names_and_asks_again(void **state) {
  (void)state;
  static const char *const responses[] = {"{}", "{\"Domains\":[{\"DomainId\":\"d-1\"}]}",
                                          "{\"Domains\":[{\"DomainId\":\"d-1\",\"DomainName\":7}]}"};
  for (size_t i = 0; i < COUNT(responses); i++) {
    fake_aws_page("ListDomains", NULL, responses[i]);
    list_apps(ONE_APP);
    assert_true(studio->scan.listing_complete);
    assert_string_equal(studio->scan.errors[OPERATION_LIST_DOMAINS].code, "parse");
  }
  fake_aws_fail("ListDomains", NULL, "AccessDeniedException", 400);
  list_apps(ONE_APP);
  assert_int_equal(in_service(), 1);
  assert_int_equal(studio->domains[0]->state, DOMAIN_UNASKED);
}

static void inventory_finds_out_which_configured_domain_does_not_exist(void **state) {
  (void)state;
  static const char *const domains[] = {"d-1", "d-typo"};
  studio->settings.domains = (studio_names_t){domains, COUNT(domains)};
  begin_known();
  assert_int_equal(domain_get(studio, "d-1")->state, DOMAIN_LISTED);
  assert_int_equal(domain_get(studio, "d-typo")->state, DOMAIN_ABSENT);
  fake_aws_page("ListDomains", NULL, "{\"Domains\":[{\"DomainId\":\"d-typo\",\"DomainName\":\"new\"}]}");
  list_apps("{\"Apps\":[{\"DomainId\":\"d-typo\"," NAMED "," USER("u") ",\"Status\":\"InService\"}]}");
  assert_int_equal(domain_get(studio, "d-typo")->state, DOMAIN_LISTED);
}

static void inventory_keeps_no_domain_that_is_not_selected(void **state) {
  (void)state;
  static const char *const domains[] = {"d-1"};
  studio->settings.domains = (studio_names_t){domains, COUNT(domains)};
  fake_aws_page("ListDomains", NULL,
                "{\"Domains\":[{\"DomainId\":\"d-0\",\"DomainName\":\"art\"},"
                "{\"DomainId\":\"d-1\",\"DomainName\":\"art\"}]}");
  list_apps(ONE_APP);
  assert_int_equal(studio->domains_count, 1);
  assert_false(studio->domains[0]->ambiguous);
}

static void inventory_sees_that_a_domain_is_gone_when_it_asks_for_names(void **state) {
  (void)state;
  begin_known();
  assert_int_equal(domain_get(studio, "d-1")->state, DOMAIN_LISTED);
  fake_aws_page("ListDomains", NULL, "{\"Domains\":[{\"DomainId\":\"d-2\",\"DomainName\":\"art\"}]}");
  list_apps("{\"Apps\":[{\"DomainId\":\"d-2\"," NAMED "," USER("u") ",\"Status\":\"InService\"}]}");
  assert_int_equal(domain_get(studio, "d-1")->state, DOMAIN_ABSENT);
  assert_int_equal(domain_get(studio, "d-2")->state, DOMAIN_LISTED);
}

static void inventory_without_memory_for_a_call_has_ended_and_is_not_complete(void **state) {
  (void)state;
  fake_aws_refuse(1);
  list();
  assert_false(studio->scan.listing_complete);
  assert_string_equal(studio->scan.errors[OPERATION_LIST_APPS].code, "internal");
}

/* What stands in the listing, in both orders: a deleted app and its successor of the same name are one running app. */
static void inventory_takes_the_running_app_beside_its_deleted_namesake(void **state) {
  (void)state;
  static const char *const pages[] = {
      APPS(APP(USER("u"), "KernelGateway", "a", "Deleted") "," APP(USER("u"), "KernelGateway", "a", "InService")),
      APPS(APP(USER("u"), "KernelGateway", "a", "InService") "," APP(USER("u"), "KernelGateway", "a", "Deleted")),
      APPS(APP(USER("u"), "KernelGateway", "a", "Failed") "," APP(USER("u"), "KernelGateway", "a", "InService")),
  };
  begin_known();
  for (size_t i = 0; i < COUNT(pages); i++) {
    list_apps(pages[i]);
    assert_int_equal(in_service(), 1);
    assert_int_equal(studio->apps_count, 1);
    assert_int_equal(studio->apps[0]->listing.started_ms, 0);
  }
}

static void inventory_counts_states_of_selected_apps_anew_in_every_scan(void **state) {
  (void)state;
  domain_set_name(studio, "d-1", "science");
  static const char *const types[] = {"KernelGateway"};
  static const char page[] =
      APPS(APP(USER("u"), "KernelGateway", "a", "Pending") "," APP(USER("u"), "KernelGateway", "b", "Deleting") "," APP(
          USER("u"), "KernelGateway", "c",
          "Deleting") "," APP(USER("u"), "KernelGateway", "d",
                              "Failed") "," APP(USER("u"), "KernelGateway", "e",
                                                "Failed") "," APP(USER("u"), "KernelGateway", "f",
                                                                  "Failed") "," APP(USER("u"), "KernelGateway", "g",
                                                                                    "Deleted") "," APP(USER("u"),
                                                                                                       "Canvas", "h",
                                                                                                       "Pending"));
  studio->settings.app_types = (studio_names_t){types, COUNT(types)};
  for (int i = 0; i < 2; i++) {
    list_apps(page);
    assert_int_equal(studio->scan.pending, 1);
    assert_int_equal(studio->scan.deleting, 2);
    assert_int_equal(studio->scan.failed, 3);
    assert_int_equal(in_service(), 0);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, studio_begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(inventory_reads_an_app_whole),
      TEST(inventory_asks_for_all_apps_in_pages_of_100_and_follows_tokens),
      TEST(inventory_asks_for_one_configured_domain_alone),
      TEST(inventory_takes_what_is_in_service_and_billed),
      TEST(inventory_takes_the_selected_types_only_but_on_any_instance),
      TEST(inventory_takes_the_selected_domains_only),
      TEST(inventory_tells_spaces_from_users),
      TEST(inventory_calls_a_page_malformed_that_it_cannot_read),
      TEST(inventory_gives_up_a_listing_of_empty_pages),
      TEST(inventory_that_breaks_off_keeps_what_it_has_seen_and_is_not_complete),
      TEST(inventory_takes_the_creation_time_of_a_restarted_app),
      TEST(inventory_asks_for_names_when_a_domain_turns_up_and_not_again),
      TEST(inventory_goes_on_without_names_and_asks_again),
      TEST(inventory_finds_out_which_configured_domain_does_not_exist),
      TEST(inventory_keeps_no_domain_that_is_not_selected),
      TEST(inventory_sees_that_a_domain_is_gone_when_it_asks_for_names),
      TEST(inventory_without_memory_for_a_call_has_ended_and_is_not_complete),
      TEST(inventory_takes_the_running_app_beside_its_deleted_namesake),
      TEST(inventory_counts_states_of_selected_apps_anew_in_every_scan),
  };
  return cmocka_run_group_tests_name("inventory", tests, NULL, NULL);
}
