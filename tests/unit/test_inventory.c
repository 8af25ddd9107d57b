/* links: studio/inventory studio/listing studio/request studio/operations studio/studio studio/owners */
/* links: studio/pointer_set studio/billing aws/answer aws/error aws/utf8 unit/studio_fixture unit/fake_aws -ljson-c */
/* links: -lm */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "studio_fixture.h"

#include "studio/inventory.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* An app as ListApps shows it. */
#define APP(owner, type, name, status)                                                                                 \
  "{\"DomainId\":\"d-1\"," owner ",\"AppType\":\"" type "\",\"AppName\":\"" name "\",\"Status\":\"" status             \
  "\",\"CreationTime\":1795000000.5,\"ResourceSpec\":{\"InstanceType\":\"ml.t3.medium\"}}"
#define USER(name) "\"UserProfileName\":\"" name "\""
#define SPACE(name) "\"SpaceName\":\"" name "\""
#define APPS(list) "{\"Apps\":[" list "]}"
#define ONE_APP APPS(APP(USER("u"), "KernelGateway", "a", "InService"))
#define DOMAINS "{\"Domains\":[{\"DomainId\":\"d-1\",\"DomainName\":\"science\"}]}"

static int finished;

static void on_done(void *owner) {
  (void)owner;
  finished++;
}

/* One listing: a scan's first half. */
static void list(void) {
  inventory_t inventory;
  studio_next_scan();
  finished = 0;
  inventory_start(&inventory, studio, on_done, NULL);
  fake_aws_run();
  assert_int_equal(finished, 1);
}

static void list_apps(const char *output) {
  fake_aws_page("ListApps", NULL, output);
  list();
}

/* After a first listing, so that the domain's name is known. */
static void begin_known(void) {
  fake_aws_page("ListDomains", NULL, DOMAINS);
  list_apps(ONE_APP);
}

static size_t in_service(void) {
  size_t count = 0;
  for (size_t i = 0; i < studio->apps_count; i++)
    count += studio_is_in_service(studio, studio->apps[i]) ? 1 : 0;
  return count;
}

static void inventory_reads_an_app_whole(void **state) {
  (void)state;
  begin_known();
  assert_int_equal(studio->apps_count, 1);
  const studio_app_t *app = studio->apps[0];
  assert_string_equal(app->stream, "d-1/u/KernelGateway/a");
  assert_string_equal(app->instance_type, "ml.t3.medium");
  assert_int_equal(app->created_ms, INT64_C(1795000000500));
  assert_int_equal(app->started_ms, 0);
  assert_true(studio_is_in_service(studio, app));
  assert_true(studio->scan.listed);
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
    list_apps(output);
    assert_int_equal(studio->apps_count, 0);
    assert_true(studio->scan.listed);
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
  assert_string_equal(studio->apps[0]->home->name, "s");
  assert_string_equal(studio->apps[1]->user, "s");
  assert_string_equal(studio->apps[2]->home->name, "n");
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
    if (studio->scan.listed || strcmp(studio->scan.errors[OPERATION_LIST_APPS].code, "parse") != 0)
      fail_msg("%s", pages[i]);
    assert_int_equal(studio->apps_count, 0);
  }
}

static void inventory_gives_up_a_listing_of_empty_pages(void **state) {
  (void)state;
  for (int i = 0; i <= 100; i++)
    fake_aws_page("ListApps", NULL, "{\"Apps\":[],\"NextToken\":\"t\"}");
  list();
  assert_false(studio->scan.listed);
}

static void inventory_that_breaks_off_keeps_what_it_has_seen_and_is_not_complete(void **state) {
  (void)state;
  begin_known();
  fake_aws_page("ListApps", "{\"MaxResults\":100}",
                "{\"Apps\":[" APP(USER("u"), "KernelGateway", "b", "InService") "],\"NextToken\":\"t\"}");
  fake_aws_fail("ListApps", "{\"MaxResults\":100,\"NextToken\":\"t\"}", "ThrottlingException", 400);
  list();
  assert_false(studio->scan.listed);
  assert_int_equal(in_service(), 1);
  assert_int_equal(studio->apps_count, 2);
  assert_string_equal(studio->scan.errors[OPERATION_LIST_APPS].code, "ThrottlingException");
}

typedef struct {
  const char *name;
  const char *scans; /* '1': in service, 'P': Pending, '0': absent, 'x': ListApps fails */
  bool started;      /* seen in the last of them */
} start_case_t;

static const start_case_t start_cases[] = {
    {"there at our start", "1", false},
    {"there all the time", "111", false},
    {"Pending, then in service", "P1", true},
    {"absent, then in service", "01", true},
    {"restarted with the old creation time", "101", true},
    {"restarted, seen while Pending", "1P1", true},
    {"a failed listing is no absence", "1x1", false},
    {"failed listings are no absence", "1xx1", false},
    {"a failed listing at our start is no absence", "x1", false},
    {"absent before a failed listing", "0x1", true},
};

/* One scan of a start_case_t. */
static void list_start(char scan) {
  if (scan == 'x')
    fake_aws_fail("ListApps", NULL, "500", 500);
  else if (scan == '1')
    fake_aws_page("ListApps", NULL, ONE_APP);
  else
    fake_aws_page("ListApps", NULL, scan == 'P' ? APPS(APP(USER("u"), "KernelGateway", "a", "Pending")) : APPS(""));
  list();
}

static void inventory_sees_an_app_start(void **state) {
  for (size_t i = 0; i < COUNT(start_cases); i++) {
    studio_end(state);
    studio_begin(state);
    studio_name_domain(studio, "d-1", "science");
    for (const char *scan = start_cases[i].scans; *scan != '\0'; scan++) {
      fake_aws_set_now_ms(aws_session_now_ms(studio->session) + 300000);
      list_start(*scan);
    }
    const studio_app_t *app = studio_stream(studio, "d-1/u/KernelGateway/a");
    assert_non_null(app);
    if (app->started_ms != (start_cases[i].started ? aws_session_now_ms(studio->session) : 0))
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
    studio_name_domain(studio, "d-1", "science");
    list_apps(APPS(""));
    assert_int_equal(studio->last_listing_ms, INT64_C(1795466160000));
    fake_aws_set_now_ms(INT64_C(1795466460000));
    snprintf(listed, sizeof(listed),
             "{\"Apps\":[{\"DomainId\":\"d-1\"," NAMED "," USER("u") ",\"Status\":\"InService\",\"CreationTime\":%s}]}",
             cases[i].created);
    list_apps(listed);
    assert_int_equal(studio->apps[0]->started_ms, cases[i].seen_to_start ? INT64_C(1795466460000) : 0);
  }
}

static void inventory_takes_the_creation_time_of_a_restarted_app(void **state) {
  (void)state;
  begin_known();
  list_apps("{\"Apps\":[{\"DomainId\":\"d-1\"," NAMED "," USER("u") ",\"Status\":\"InService\",\"CreationTime\":1}]}");
  assert_int_equal(studio->apps[0]->created_ms, 1000);
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
  assert_string_equal(studio_domain(studio, "d-2")->name, "arts");
}

static void inventory_goes_on_without_names_and_asks_again(void **state) {
  (void)state;
  static const char *const answers[] = {"{}", "{\"Domains\":[{\"DomainId\":\"d-1\"}]}",
                                        "{\"Domains\":[{\"DomainId\":\"d-1\",\"DomainName\":7}]}"};
  for (size_t i = 0; i < COUNT(answers); i++) {
    fake_aws_page("ListDomains", NULL, answers[i]);
    list_apps(ONE_APP);
    assert_true(studio->scan.listed);
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
  assert_int_equal(studio_domain(studio, "d-1")->state, DOMAIN_LISTED);
  assert_int_equal(studio_domain(studio, "d-typo")->state, DOMAIN_ABSENT);
  fake_aws_page("ListDomains", NULL, "{\"Domains\":[{\"DomainId\":\"d-typo\",\"DomainName\":\"new\"}]}");
  list_apps("{\"Apps\":[{\"DomainId\":\"d-typo\"," NAMED "," USER("u") ",\"Status\":\"InService\"}]}");
  assert_int_equal(studio_domain(studio, "d-typo")->state, DOMAIN_LISTED);
}

static void inventory_without_memory_for_a_call_has_ended_and_is_not_complete(void **state) {
  (void)state;
  inventory_t inventory;
  finished = 0;
  fake_aws_refuse(1);
  inventory_start(&inventory, studio, on_done, NULL);
  assert_int_equal(finished, 1);
  assert_false(studio->scan.listed);
  assert_string_equal(studio->scan.errors[OPERATION_LIST_APPS].code, "internal");
}

#define IN_SPACE APPS(APP(SPACE("s"), "JupyterLab", "default", "InService"))
#define SPACES(list) "{\"Spaces\":[" list "]}"
#define OWNED(space, owner)                                                                                            \
  "{\"DomainId\":\"d-1\",\"SpaceName\":\"" space "\",\"OwnershipSettingsSummary\":{\"OwnerUserProfileName\":\"" owner  \
  "\"}}"
#define OWNERLESS(space) "{\"DomainId\":\"d-1\",\"SpaceName\":\"" space "\"}"
#define VOLUMED(space, gib, modified)                                                                                  \
  "{\"DomainId\":\"d-1\",\"SpaceName\":\"" space "\",\"LastModifiedTime\":" modified                                   \
  ",\"SpaceSettingsSummary\":{\"SpaceStorageSettings\":{\"EbsStorageSettings\":{\"EbsVolumeSizeInGb\":" gib "}}}}"

static studio_space_t *space_of(const char *name) { return studio_space(studio, studio_domain(studio, "d-1"), name); }

static void inventory_asks_for_spaces_when_an_unknown_one_turns_up_and_not_again(void **state) {
  (void)state;
  begin_known();
  assert_int_equal(fake_aws_asked("ListSpaces"), 0);
  fake_aws_page("ListSpaces", "{\"MaxResults\":100}", "{\"Spaces\":[" OWNED("other", "v") "],\"NextToken\":\"t\"}");
  fake_aws_page("ListSpaces", "{\"MaxResults\":100,\"NextToken\":\"t\"}", SPACES(OWNED("s", "yamada")));
  list_apps(IN_SPACE);
  assert_string_equal(space_of("s")->owner, "yamada");
  assert_true(studio->scan.spaces_listed);
  assert_true(studio->scan.tried[OPERATION_LIST_SPACES]);
  list_apps(IN_SPACE);
  list_apps(APPS(APP(SPACE("other"), "JupyterLab", "default", "InService")));
  assert_int_equal(fake_aws_asked("ListSpaces"), 2);
  assert_false(studio->scan.spaces_listed);
}

static void inventory_asks_for_the_spaces_of_one_configured_domain_alone(void **state) {
  (void)state;
  static const char *const domains[] = {"d-1"};
  studio->settings.domains = (studio_names_t){domains, 1};
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("ListSpaces", "{\"MaxResults\":100,\"DomainIdEquals\":\"d-1\"}", SPACES(OWNED("s", "u")));
  list_apps(IN_SPACE);
  assert_true(space_of("s")->known);
}

static void inventory_asks_for_no_space_in_which_nothing_is_in_service(void **state) {
  (void)state;
  begin_known();
  list_apps(APPS(
      APP(SPACE("s"), "JupyterLab", "default", "Pending") "," APP(SPACE("t"), "JupyterLab", "default", "Deleted")));
  assert_int_equal(fake_aws_asked("ListSpaces"), 0);
}

static void inventory_asks_for_spaces_in_every_scan_where_they_are_watched(void **state) {
  (void)state;
  studio->settings.watch_spaces = true;
  fake_aws_page("ListSpaces", NULL, SPACES(VOLUMED("s", "5", "1795000000")));
  begin_known();
  assert_int_equal(space_of("s")->volume_bytes, INT64_C(5) << 30);
  assert_int_equal(space_of("s")->vacant_ms, INT64_C(1795000000000));
  fake_aws_page("ListSpaces", NULL, SPACES(VOLUMED("s", "20", "1794000000")));
  list_apps(ONE_APP);
  assert_int_equal(space_of("s")->volume_bytes, INT64_C(20) << 30);
  assert_int_equal(space_of("s")->vacant_ms, INT64_C(1795000000000));
  assert_int_equal(fake_aws_asked("ListSpaces"), 2);
}

static void inventory_goes_on_without_spaces_that_are_denied_and_asks_again(void **state) {
  (void)state;
  const char *user = NULL;
  begin_known();
  fake_aws_fail("ListSpaces", NULL, "AccessDeniedException", 400);
  list_apps(IN_SPACE);
  assert_true(studio->scan.listed);
  assert_false(studio->scan.spaces_listed);
  assert_string_equal(studio->scan.errors[OPERATION_LIST_SPACES].code, "AccessDeniedException");
  assert_false(studio_owner(studio_stream(studio, "d-1/s/JupyterLab/default"), &user));
  fake_aws_page("ListSpaces", NULL, SPACES("7"));
  list_apps(IN_SPACE);
  assert_string_equal(studio->scan.errors[OPERATION_LIST_SPACES].code, "parse");
  list_apps(ONE_APP);
  assert_int_equal(fake_aws_asked("ListSpaces"), 2);
  fake_aws_page("ListSpaces", NULL, SPACES(OWNERLESS("s")));
  list_apps(IN_SPACE);
  assert_true(studio_owner(studio_stream(studio, "d-1/s/JupyterLab/default"), &user));
  assert_null(user);
}

static void inventory_gives_up_a_listing_of_empty_pages_of_spaces(void **state) {
  (void)state;
  begin_known();
  for (int i = 0; i <= 100; i++)
    fake_aws_page("ListSpaces", NULL, "{\"Spaces\":[],\"NextToken\":\"t\"}");
  list_apps(IN_SPACE);
  assert_false(studio->scan.spaces_listed);
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
    assert_int_equal(studio->apps[0]->started_ms, 0);
  }
}

static void inventory_counts_states_of_selected_apps_anew_in_every_scan(void **state) {
  (void)state;
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
    assert_int_equal(studio->apps_count, 0);
  }
}

/* Who is left when owners are chosen by pattern. "yu" has the space "lab"; "free" has no owner. */
static const struct {
  const char *user, *ignored; /* NULL: not given */
  const char *watched;
} filter_cases[] = {
    {NULL, NULL, "svc-x team-a-1 team-b-1 yu free "},
    {"^team-a-", NULL, "team-a-1 "},
    {"yu", NULL, "yu "},
    {"lab", NULL, ""},
    {"free", NULL, "free "},
    {NULL, "^svc-", "team-a-1 team-b-1 yu free "},
    {"team", "-b-", "team-a-1 "},
    {NULL, "yu|free", "svc-x team-a-1 team-b-1 "},
    {"^TEAM", NULL, ""},
};

static void list_filtered(void) {
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("ListSpaces", NULL, SPACES(OWNED("lab", "yu") "," OWNERLESS("free")));
  list_apps(APPS(APP(USER("svc-x"), "KernelGateway", "a", "InService") "," APP(
      USER("team-a-1"), "KernelGateway", "a",
      "InService") "," APP(USER("team-b-1"), "KernelGateway", "a",
                           "InService") "," APP(SPACE("lab"), "JupyterLab", "default",
                                                "InService") "," APP(SPACE("free"), "JupyterLab", "default",
                                                                     "InService")));
}

static void inventory_filters_owners_by_pattern(void **state) {
  for (size_t i = 0; i < COUNT(filter_cases); i++) {
    char watched[128] = "";
    regex_t patterns[2];
    studio_end(state);
    studio_begin(state);
    if (filter_cases[i].user != NULL) {
      assert_int_equal(regcomp(&patterns[0], filter_cases[i].user, REG_EXTENDED | REG_NOSUB), 0);
      studio->settings.users = (studio_patterns_t){&patterns[0], 1};
    }
    if (filter_cases[i].ignored != NULL) {
      assert_int_equal(regcomp(&patterns[1], filter_cases[i].ignored, REG_EXTENDED | REG_NOSUB), 0);
      studio->settings.ignored_users = (studio_patterns_t){&patterns[1], 1};
    }
    list_filtered();
    assert_int_equal(in_service(), 5);
    for (size_t j = 0; j < studio->apps_count; j++) {
      const studio_app_t *app = studio->apps[j];
      const char *user = NULL;
      studio_owner(app, &user);
      size_t length = strlen(watched);
      if (studio_is_watched(studio, app))
        snprintf(watched + length, sizeof(watched) - length, "%s ", user != NULL ? user : app->home->name);
    }
    if (filter_cases[i].user != NULL)
      regfree(&patterns[0]);
    if (filter_cases[i].ignored != NULL)
      regfree(&patterns[1]);
    studio->settings.users.count = studio->settings.ignored_users.count = 0;
    if (strcmp(watched, filter_cases[i].watched) != 0)
      fail_msg("case %zu: %s", i, watched);
  }
}

static void inventory_sees_a_space_occupied_by_what_is_on_its_way_or_not_reported(void **state) {
  (void)state;
  static const struct {
    const char *page;
    bool occupied;
  } cases[] = {
      {APPS(APP(SPACE("s"), "JupyterLab", "default", "InService")), true},
      {APPS(APP(SPACE("s"), "JupyterLab", "default", "Pending")), true},
      {APPS(APP(SPACE("s"), "JupyterLab", "default", "Deleting")), true},
      {APPS(APP(SPACE("s"), "CodeEditor", "default", "InService")), true},
      {APPS(APP(SPACE("s"), "JupyterLab", "default", "Deleted")), false},
      {APPS(APP(SPACE("s"), "JupyterLab", "default", "Failed")), false},
      {APPS(APP(USER("s"), "JupyterLab", "default", "InService")), false},
      {APPS(""), false},
  };
  static const char *const types[] = {"JupyterLab"};
  studio->settings.watch_spaces = true;
  studio->settings.app_types = (studio_names_t){types, COUNT(types)};
  fake_aws_page("ListDomains", NULL, DOMAINS);
  for (size_t i = 0; i < COUNT(cases); i++) {
    fake_aws_page("ListSpaces", NULL, SPACES(VOLUMED("s", "5", "1")));
    list_apps(cases[i].page);
    if ((space_of("s")->occupied == studio->scan.number) != cases[i].occupied)
      fail_msg("%s", cases[i].page);
  }
}

static void inventory_counts_no_state_of_what_only_occupies_a_space(void **state) {
  (void)state;
  static const char *const types[] = {"JupyterLab"};
  studio->settings.watch_spaces = true;
  studio->settings.app_types = (studio_names_t){types, COUNT(types)};
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_page("ListSpaces", NULL, SPACES(VOLUMED("s", "5", "1")));
  list_apps(
      APPS(APP(SPACE("s"), "CodeEditor", "a", "Pending") "," APP(SPACE("s"), "CodeEditor", "b", "Deleting") "," APP(
          SPACE("s"), "CodeEditor", "c", "Failed") "," APP(SPACE("s"), "CodeEditor", "d", "InService")));
  assert_int_equal(studio->scan.pending + studio->scan.deleting + studio->scan.failed, 0);
  assert_int_equal(studio->apps_count, 0);
}

/* Its owner may be one of those who are wanted: that is not known. */
static void inventory_does_not_exclude_a_space_whose_owner_is_unknown(void **state) {
  (void)state;
  regex_t pattern;
  assert_int_equal(regcomp(&pattern, "^team-", REG_EXTENDED | REG_NOSUB), 0);
  studio->settings.users = (studio_patterns_t){&pattern, 1};
  fake_aws_page("ListDomains", NULL, DOMAINS);
  fake_aws_fail("ListSpaces", NULL, "AccessDeniedException", 400);
  list_apps(IN_SPACE);
  regfree(&pattern);
  assert_true(studio_is_watched(studio, studio->apps[0]));
}

static void inventory_takes_the_new_owner_of_a_space_that_is_not_known_any_more(void **state) {
  (void)state;
  static const struct {
    const char *spaces, *owner;
  } cases[] = {
      {SPACES(OWNED("s", "yamada")), "yamada"}, {SPACES(OWNED("s", "sato")), "sato"}, {SPACES(OWNERLESS("s")), NULL}};
  begin_known();
  for (size_t i = 0; i < COUNT(cases); i++) {
    space_of("s")->known = false;
    fake_aws_page("ListSpaces", NULL, cases[i].spaces);
    list_apps(IN_SPACE);
    assert_int_equal(space_of("s")->owner != NULL, cases[i].owner != NULL);
    if (cases[i].owner != NULL)
      assert_string_equal(space_of("s")->owner, cases[i].owner);
  }
}

/* After a restart, say: its app was created after the last listing, so the space may be another one of that name. */
static void inventory_asks_again_whose_a_space_is_whose_app_is_new(void **state) {
  (void)state;
  begin_known();
  fake_aws_page("ListSpaces", NULL, SPACES(OWNED("s", "yamada")));
  list_apps(IN_SPACE);
  studio->last_listing_ms = INT64_C(1795000000499);
  fake_aws_page("ListSpaces", NULL, SPACES(OWNED("s", "sato")));
  list_apps(IN_SPACE);
  assert_string_equal(space_of("s")->owner, "sato");
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
      TEST(inventory_sees_an_app_start),
      TEST(inventory_lets_an_app_count_from_its_creation_that_was_made_after_the_last_listing),
      TEST(inventory_takes_the_creation_time_of_a_restarted_app),
      TEST(inventory_asks_for_names_when_a_domain_turns_up_and_not_again),
      TEST(inventory_goes_on_without_names_and_asks_again),
      TEST(inventory_finds_out_which_configured_domain_does_not_exist),
      TEST(inventory_without_memory_for_a_call_has_ended_and_is_not_complete),
      TEST(inventory_asks_for_spaces_when_an_unknown_one_turns_up_and_not_again),
      TEST(inventory_asks_for_the_spaces_of_one_configured_domain_alone),
      TEST(inventory_asks_for_no_space_in_which_nothing_is_in_service),
      TEST(inventory_asks_for_spaces_in_every_scan_where_they_are_watched),
      TEST(inventory_goes_on_without_spaces_that_are_denied_and_asks_again),
      TEST(inventory_gives_up_a_listing_of_empty_pages_of_spaces),
      TEST(inventory_takes_the_running_app_beside_its_deleted_namesake),
      TEST(inventory_counts_states_of_selected_apps_anew_in_every_scan),
      TEST(inventory_filters_owners_by_pattern),
      TEST(inventory_sees_a_space_occupied_by_what_is_on_its_way_or_not_reported),
      TEST(inventory_counts_no_state_of_what_only_occupies_a_space),
      TEST(inventory_does_not_exclude_a_space_whose_owner_is_unknown),
      TEST(inventory_takes_the_new_owner_of_a_space_that_is_not_known_any_more),
      TEST(inventory_asks_again_whose_a_space_is_whose_app_is_new),
  };
  return cmocka_run_group_tests_name("inventory", tests, NULL, NULL);
}
