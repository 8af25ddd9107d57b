/* links: studio unit/inventory_fixture unit/studio_fixture unit/fake_aws */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "inventory_fixture.h"

#define IN_SPACE APPS(APP(SPACE("s"), "JupyterLab", "default", "InService"))
#define SPACES(list) "{\"Spaces\":[" list "]}"
#define OWNED(space, owner)                                                                                            \
  "{\"DomainId\":\"d-1\",\"SpaceName\":\"" space "\",\"OwnershipSettingsSummary\":{\"OwnerUserProfileName\":\"" owner  \
  "\"}}"
#define SHARING(type, owner)                                                                                           \
  "{\"Spaces\":[{\"DomainId\":\"d-1\",\"SpaceName\":\"s\",\"SpaceSharingSettingsSummary\":{\"SharingType\":" type "}," \
  "\"OwnershipSettingsSummary\":{\"OwnerUserProfileName\":" owner "}}]}"
#define OWNERLESS(space) "{\"DomainId\":\"d-1\",\"SpaceName\":\"" space "\"}"
#define VOLUMED(space, gib, modified)                                                                                  \
  "{\"DomainId\":\"d-1\",\"SpaceName\":\"" space "\",\"LastModifiedTime\":" modified                                   \
  ",\"SpaceSettingsSummary\":{\"SpaceStorageSettings\":{\"EbsStorageSettings\":{\"EbsVolumeSizeInGb\":" gib "}}}}"

static studio_space_t *space_of(const char *name) { return space_get(studio, domain_get(studio, "d-1"), name); }

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
  assert_int_equal(fake_aws_asked("ListSpaces"), 2);
  assert_false(studio->scan.spaces_listed);
}

#define REMOTE(space, access)                                                                                          \
  "{\"DomainId\":\"d-1\",\"SpaceName\":\"" space "\",\"SpaceSettingsSummary\":{\"RemoteAccess\":\"" access "\"}}"

/* It may be allowed, and taken back, at any time. */
static void inventory_asks_for_spaces_again_after_a_day(void **state) {
  (void)state;
  const int64_t day_ms = INT64_C(86400000);
  int64_t now_ms = aws_session_now_ms(studio->session);
  begin_known();
  fake_aws_page("ListSpaces", NULL, SPACES(REMOTE("s", "ENABLED")));
  list_apps(IN_SPACE);
  assert_true(space_of("s")->remote);
  fake_aws_set_now_ms(now_ms + day_ms - 1);
  list_apps(IN_SPACE);
  assert_int_equal(fake_aws_asked("ListSpaces"), 1);
  fake_aws_set_now_ms(now_ms + day_ms);
  list_apps(ONE_APP);
  assert_int_equal(fake_aws_asked("ListSpaces"), 1);
  fake_aws_page("ListSpaces", NULL, SPACES(REMOTE("s", "DISABLED")));
  list_apps(IN_SPACE);
  assert_false(space_of("s")->remote);
  assert_true(space_of("s")->known);
  fake_aws_set_now_ms(now_ms + 2 * day_ms);
  fake_aws_fail("ListSpaces", NULL, "AccessDeniedException", 400);
  list_apps(IN_SPACE);
  assert_true(space_of("s")->known);
  list_apps(IN_SPACE);
  assert_int_equal(fake_aws_asked("ListSpaces"), 3);
}

/* An account has many more of them than are in use. */
static void inventory_keeps_no_space_in_which_nothing_runs_unless_they_are_watched(void **state) {
  (void)state;
  for (int watched = 0; watched <= 1; watched++) {
    studio->settings.watch_spaces = watched == 1;
    fake_aws_page("ListSpaces", NULL, SPACES(OWNED("other", "v") "," OWNED("s", "yamada")));
    if (!watched)
      fake_aws_page("ListDomains", NULL, DOMAINS);
    list_apps(IN_SPACE);
    assert_int_equal(studio->spaces.count, watched ? 2 : 1);
  }
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
  assert_true(studio->scan.listing_complete);
  assert_false(studio->scan.spaces_listed);
  assert_string_equal(studio->scan.errors[OPERATION_LIST_SPACES].code, "AccessDeniedException");
  assert_false(app_owner(app_find_by_stream(studio, "d-1/s/JupyterLab/default"), &user));
  fake_aws_page("ListSpaces", NULL, SPACES("7"));
  list_apps(IN_SPACE);
  assert_string_equal(studio->scan.errors[OPERATION_LIST_SPACES].code, "parse");
  list_apps(ONE_APP);
  assert_int_equal(fake_aws_asked("ListSpaces"), 2);
  fake_aws_page("ListSpaces", NULL, SPACES(OWNERLESS("s")));
  list_apps(IN_SPACE);
  assert_true(app_owner(app_find_by_stream(studio, "d-1/s/JupyterLab/default"), &user));
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
      app_owner(app, &user);
      size_t length = strlen(watched);
      if (app_is_watched(studio, app))
        snprintf(watched + length, sizeof(watched) - length, "%s ", user != NULL ? user : app->space->name);
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
    if ((space_of("s")->occupied_in_scan == studio->scan.number) != cases[i].occupied)
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
  assert_true(app_is_watched(studio, studio->apps[0]));
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

/* A space that has no owner, and is not said to be private, is an old shared one. */
static void inventory_knows_which_spaces_are_shared(void **state) {
  static const struct {
    const char *spaces;
    space_sharing_t sharing;
  } cases[] = {
      {SHARING("\"Private\"", "\"u\""), SPACE_PRIVATE},
      {SHARING("\"Shared\"", "\"u\""), SPACE_SHARED},
      {SHARING("\"Shared\"", "null"), SPACE_SHARED},
      {SHARING("null", "null"), SPACE_SHARED},
      {SHARING("null", "\"u\""), SPACE_SHARING_UNKNOWN},
      {SHARING("\"Federated\"", "\"u\""), SPACE_SHARING_UNKNOWN},
      {SHARING("\"Federated\"", "null"), SPACE_SHARING_UNKNOWN},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    studio_end(state);
    studio_begin(state);
    fake_aws_page("ListDomains", NULL, DOMAINS);
    fake_aws_page("ListSpaces", NULL, cases[i].spaces);
    list_apps(IN_SPACE);
    assert_int_equal(space_of("s")->sharing, cases[i].sharing);
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
      TEST(inventory_asks_for_spaces_when_an_unknown_one_turns_up_and_not_again),
      TEST(inventory_asks_for_spaces_again_after_a_day),
      TEST(inventory_keeps_no_space_in_which_nothing_runs_unless_they_are_watched),
      TEST(inventory_asks_for_the_spaces_of_one_configured_domain_alone),
      TEST(inventory_asks_for_no_space_in_which_nothing_is_in_service),
      TEST(inventory_asks_for_spaces_in_every_scan_where_they_are_watched),
      TEST(inventory_goes_on_without_spaces_that_are_denied_and_asks_again),
      TEST(inventory_gives_up_a_listing_of_empty_pages_of_spaces),
      TEST(inventory_filters_owners_by_pattern),
      TEST(inventory_sees_a_space_occupied_by_what_is_on_its_way_or_not_reported),
      TEST(inventory_counts_no_state_of_what_only_occupies_a_space),
      TEST(inventory_does_not_exclude_a_space_whose_owner_is_unknown),
      TEST(inventory_takes_the_new_owner_of_a_space_that_is_not_known_any_more),
      TEST(inventory_asks_again_whose_a_space_is_whose_app_is_new),
      TEST(inventory_knows_which_spaces_are_shared),
  };
  return cmocka_run_group_tests_name("inventory_spaces", tests, NULL, NULL);
}
