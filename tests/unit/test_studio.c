/* links: studio unit/fake_aws */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "fake_aws.h"

#include "studio/studio.h"

static studio_t *studio;
static studio_settings_t settings;

static int begin(void **state) {
  fake_aws_begin(state);
  settings = (studio_settings_t){.log_group = "/aws/sagemaker/studio"};
  studio = studio_new(&settings, fake_aws_session());
  return studio != NULL ? 0 : -1;
}

static int end(void **state) {
  studio_free(studio);
  return fake_aws_end(state);
}

static studio_app_t *app_of(const char *domain, const char *user, const char *space, const char *name) {
  const studio_domain_t *known = domain_get(studio, domain);
  studio_space_t *home = space != NULL ? space_get(studio, known, space) : NULL;
  studio_app_t *app = app_get(studio, known, user, home, "KernelGateway", name);
  assert_non_null(app);
  return app;
}

static void studio_finds_the_app_that_it_added(void **state) {
  (void)state;
  studio_app_t *app = app_of("d-1", "u", NULL, "a");
  assert_string_equal(app->stream, "d-1/u/KernelGateway/a");
  assert_string_equal(app->domain->id, "d-1");
  assert_string_equal(app_user(app), "u");
  assert_null(app->space);
  assert_string_equal(app->type, "KernelGateway");
  assert_string_equal(app_name(app), "a");
  assert_int_equal(app->listing.in_scan, 0);
  assert_ptr_equal(app_of("d-1", "u", NULL, "a"), app);
  assert_ptr_equal(app_find_by_stream(studio, "d-1/u/KernelGateway/a"), app);
  assert_int_equal(studio->apps_count, 1);
}

static void studio_tells_apps_apart_by_domain_owner_and_name(void **state) {
  (void)state;
  const studio_app_t *app = app_of("d-1", "u", NULL, "a");
  assert_ptr_not_equal(app_of("d-2", "u", NULL, "a"), app);
  assert_ptr_not_equal(app_of("d-1", "v", NULL, "a"), app);
  assert_ptr_not_equal(app_of("d-1", "u", NULL, "b"), app);
  assert_int_equal(studio->apps_count, 4);
}

static void studio_chains_a_user_and_a_space_of_one_name(void **state) {
  (void)state;
  studio_app_t *of_user = app_of("d-1", "same", NULL, "a");
  studio_app_t *of_space = app_of("d-1", NULL, "same", "a");
  assert_ptr_not_equal(of_user, of_space);
  assert_string_equal(of_space->space->name, "same");
  assert_null(app_user(of_space));
  assert_string_equal(of_space->stream, of_user->stream);
  studio_app_t *first = app_find_by_stream(studio, of_user->stream);
  assert_true(first == of_user ? first->same_stream == of_space : first->same_stream == of_user);
  assert_ptr_equal(app_of("d-1", "same", NULL, "a"), of_user);
  assert_ptr_equal(app_of("d-1", NULL, "same", "a"), of_space);
}

static void studio_chains_streams_that_differ_in_case(void **state) {
  (void)state;
  static const char *const names[] = {"app", "App", "APP", "other"};
  studio_app_t *apps[COUNT(names)];
  for (size_t i = 0; i < COUNT(names); i++)
    apps[i] = app_of("d-1", "u", NULL, names[i]);
  for (size_t i = 0; i < COUNT(names); i++)
    assert_ptr_equal(app_of("d-1", "u", NULL, names[i]), apps[i]);
  size_t chained = 0;
  for (studio_app_t *app = app_find_by_stream(studio, "D-1/U/kernelgateway/aPp"); app != NULL; app = app->same_stream)
    chained++;
  assert_int_equal(chained, 3);
}

/* Forgets five apps in every order; three share a chain. After each, the rest is found and stands in its row. */
static void studio_forgets_apps_in_any_order(void **state) {
  (void)state;
  static const struct {
    const char *user, *space, *name;
  } made[5] = {{"u", NULL, "app"}, {"u", NULL, "other"}, {"u", NULL, "APP"}, {NULL, "u", "app"}, {"v", NULL, "app"}};
  for (int order = 0; order < 120; order++) {
    size_t left[5] = {0, 1, 2, 3, 4};
    for (size_t i = 0; i < 5; i++)
      app_of("d-1", made[i].user, made[i].space, made[i].name)->listing.created_ms = (int64_t)i + 1;
    int rest = order;
    for (size_t count = 5; count > 0; count--) {
      size_t gone = (size_t)rest % count;
      rest /= (int)count;
      app_forget(studio, app_of("d-1", made[left[gone]].user, made[left[gone]].space, made[left[gone]].name));
      memmove(&left[gone], &left[gone + 1], (count - 1 - gone) * sizeof(left[0]));
      assert_int_equal(studio->apps_count, count - 1);
      for (size_t i = 0; i + 1 < count; i++) {
        const studio_app_t *app = app_of("d-1", made[left[i]].user, made[left[i]].space, made[left[i]].name);
        assert_int_equal(app->listing.created_ms, left[i] + 1);
        assert_in_range(app->row, 0, count - 2);
        assert_ptr_equal(studio->apps[app->row], app);
      }
    }
    assert_null(app_find_by_stream(studio, "d-1/u/KernelGateway/app"));
  }
}

static void studio_keeps_thousands_of_apps_apart(void **state) {
  (void)state;
  char name[32];
  for (int i = 0; i < 3000; i++) {
    snprintf(name, sizeof(name), "app-%d", i);
    app_of("d-1", "u", NULL, name)->listing.created_ms = i + 1;
  }
  assert_int_equal(studio->apps_count, 3000);
  for (int i = 0; i < 3000; i++) {
    snprintf(name, sizeof(name), "app-%d", i);
    assert_int_equal(app_of("d-1", "u", NULL, name)->listing.created_ms, i + 1);
  }
}

static void studio_refuses_names_that_are_too_long_to_be_awss(void **state) {
  (void)state;
  char name[257];
  memset(name, 'x', sizeof(name) - 1);
  name[256] = '\0';
  const studio_domain_t *domain = domain_get(studio, "d-1");
  assert_null(app_get(studio, domain, name, NULL, "T", "a"));
  assert_null(space_get(studio, domain, name));
  assert_null(app_get(studio, domain, "u", NULL, name, "a"));
  assert_null(app_get(studio, domain, "u", NULL, "T", name));
  assert_null(domain_get(studio, name));
  name[255] = '\0';
  assert_non_null(app_get(studio, domain_get(studio, name), name, NULL, name, name));
}

static void studio_notes_the_first_error_of_an_operation(void **state) {
  (void)state;
  aws_error_t one;
  aws_error_t other;
  aws_error_set(&one, "One", "ListApps", 400, "one");
  aws_error_set(&other, "Other", "ListApps", 400, "other");
  studio_note(studio, OPERATION_LIST_APPS, NULL);
  assert_true(studio->scan.tried[OPERATION_LIST_APPS]);
  assert_string_equal(studio->scan.errors[OPERATION_LIST_APPS].code, "");
  studio_note(studio, OPERATION_LIST_APPS, &one);
  studio_note(studio, OPERATION_LIST_APPS, &other);
  studio_note(studio, OPERATION_LIST_APPS, NULL);
  assert_string_equal(studio->scan.errors[OPERATION_LIST_APPS].code, "One");
  assert_false(studio->scan.tried[OPERATION_LIST_DOMAINS]);
}

static void studio_labels_domains_by_id(void **state) {
  (void)state;
  char label[64];
  assert_true(domain_set_name(studio, "d-1", "science"));
  assert_true(domain_label(studio, domain_get(studio, "d-1"), label, sizeof(label)));
  assert_string_equal(label, "d-1");
}

static void studio_labels_domains_by_name_and_namesakes_by_both(void **state) {
  (void)state;
  char label[64];
  studio->settings.label_by_name = true;
  assert_false(domain_label(studio, domain_get(studio, "d-1"), label, sizeof(label)));
  domain_set_name(studio, "d-1", "science");
  domain_set_name(studio, "d-1", "science");
  domain_set_name(studio, "d-2", "arts");
  assert_true(domain_label(studio, domain_get(studio, "d-1"), label, sizeof(label)));
  assert_string_equal(label, "science");
  domain_set_name(studio, "d-3", "science");
  static const struct {
    const char *id, *expected;
  } cases[] = {{"d-1", "science~d-1"}, {"d-2", "arts"}, {"d-3", "science~d-3"}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    assert_true(domain_label(studio, domain_get(studio, cases[i].id), label, sizeof(label)));
    assert_string_equal(label, cases[i].expected);
  }
  assert_false(domain_label(studio, domain_get(studio, "d-1"), label, 5));
}

static void studio_knows_the_owner_of_an_app_once_its_space_is_known(void **state) {
  (void)state;
  const char *user = NULL;
  assert_true(app_owner(app_of("d-1", "u", NULL, "a"), &user));
  assert_string_equal(user, "u");
  const studio_app_t *app = app_of("d-1", NULL, "s", "a");
  assert_false(app_owner(app, &user));
  app->space->known = true;
  assert_true(app_owner(app, &user));
  assert_null(user);
  app->space->owner = strdup("yamada");
  assert_true(app_owner(app, &user));
  assert_string_equal(user, "yamada");
}

static void studio_gives_a_user_the_alias_that_was_set(void **state) {
  (void)state;
  static char names[][8] = {"6f3c-1", "yamada", "6f3c-2", "sato"};
  static const studio_alias_t aliases[] = {{names[0], names[1]}, {names[2], names[3]}};
  studio->settings.aliases = aliases;
  studio->settings.aliases_count = COUNT(aliases);
  const studio_domain_t *domain = domain_get(studio, "d-1");
  assert_string_equal(owner_alias(studio, domain, "6f3c-2"), "sato");
  assert_string_equal(owner_alias(studio, domain, "6f3c"), "6f3c");
  assert_null(owner_alias(studio, domain, NULL));
}

/* Names are a domain's own. */
static void studio_gives_no_alias_that_is_the_name_of_another_user_of_the_domain(void **state) {
  (void)state;
  static char names[][8] = {"6f3c-1", "yamada"};
  static const studio_alias_t aliases[] = {{names[0], names[1]}};
  studio->settings.aliases = aliases;
  studio->settings.aliases_count = COUNT(aliases);
  const studio_domain_t *domain = domain_get(studio, "d-1");
  assert_non_null(owner_get(studio, app_get(studio, domain, "yamada", NULL, "KernelGateway", "a")));
  assert_true(owner_alias_is_taken(studio, domain, &aliases[0]));
  assert_string_equal(owner_alias(studio, domain, "6f3c-1"), "6f3c-1");
  assert_string_equal(owner_alias(studio, domain, "yamada"), "yamada");
  assert_string_equal(owner_alias(studio, domain_get(studio, "d-2"), "6f3c-1"), "yamada");
}

static void studio_takes_the_signal_of_the_apps_type(void **state) {
  (void)state;
  static char words[][16] = {"JupyterLab", "?\"a\"", "CodeEditor", "-\"b\"", "Canvas", "KernelGateway", "?\"m\""};
  static signal_rule_t chatty = {.signal = SIGNAL_MATCH, .pattern = words[6]};
  static const signal_rule_t rules[] = {{words[0], SIGNAL_MATCH, words[1], NULL, false},
                                        {words[2], SIGNAL_IGNORE, words[3], NULL, false},
                                        {words[4], SIGNAL_LAST_EVENT, NULL, NULL, false},
                                        {words[5], SIGNAL_LAST_EVENT, NULL, &chatty, false}};
  static const struct {
    const char *type;
    bool switched;
    signal_t signal;
    const char *pattern; /* of the signals that have one */
  } cases[] = {
      {"JupyterLab", false, SIGNAL_MATCH, "?\"a\""},   {"CodeEditor", false, SIGNAL_IGNORE, "-\"b\""},
      {"Canvas", false, SIGNAL_LAST_EVENT, NULL},      {"KernelGateway", false, SIGNAL_LAST_EVENT, NULL},
      {"TensorBoard", false, SIGNAL_LAST_EVENT, NULL}, {"KernelGateway", true, SIGNAL_MATCH, "?\"m\""},
      {"JupyterLab", true, SIGNAL_MATCH, "?\"a\""},    {"Canvas", true, SIGNAL_LAST_EVENT, NULL},
  };
  studio->settings.rules = rules;
  studio->settings.rules_count = COUNT(rules);
  for (size_t i = 0; i < COUNT(cases); i++) {
    studio_app_t *app = app_get(studio, domain_get(studio, "d-1"), "u", NULL, cases[i].type, "a");
    app->chatter.is_switched = cases[i].switched;
    assert_int_equal(app_rule(app)->signal, cases[i].signal);
    if (cases[i].pattern != NULL)
      assert_string_equal(app_rule(app)->pattern, cases[i].pattern);
  }
}

static void studio_watches_what_is_in_service_and_not_excluded(void **state) {
  (void)state;
  studio_app_t *app = app_of("d-1", "u", NULL, "a");
  studio->scan.number = 7;
  assert_false(app_is_watched(studio, app));
  app->listing.in_scan = 7;
  assert_true(app_is_watched(studio, app));
  app->excluded = true;
  assert_true(app_is_in_service(studio, app));
  assert_false(app_is_watched(studio, app));
}

static void studio_knows_which_types_log_by_documentation(void **state) {
  (void)state;
  static const char *const documented[] = {"JupyterServer", "KernelGateway", "JupyterLab", "CodeEditor"};
  static const char *const others[] = {"Canvas",           "RStudioServerPro", "RSessionGateway", "TensorBoard",
                                       "DetailedProfiler", "SomethingNew",     "jupyterlab"};
  for (size_t i = 0; i < COUNT(documented); i++)
    assert_true(signals_has_documented_stream(documented[i]));
  for (size_t i = 0; i < COUNT(others); i++)
    assert_false(signals_has_documented_stream(others[i]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(studio_finds_the_app_that_it_added),
      TEST(studio_tells_apps_apart_by_domain_owner_and_name),
      TEST(studio_chains_a_user_and_a_space_of_one_name),
      TEST(studio_chains_streams_that_differ_in_case),
      TEST(studio_forgets_apps_in_any_order),
      TEST(studio_keeps_thousands_of_apps_apart),
      TEST(studio_refuses_names_that_are_too_long_to_be_awss),
      TEST(studio_notes_the_first_error_of_an_operation),
      TEST(studio_labels_domains_by_id),
      TEST(studio_labels_domains_by_name_and_namesakes_by_both),
      TEST(studio_knows_the_owner_of_an_app_once_its_space_is_known),
      TEST(studio_gives_no_alias_that_is_the_name_of_another_user_of_the_domain),
      TEST(studio_gives_a_user_the_alias_that_was_set),
      TEST(studio_takes_the_signal_of_the_apps_type),
      TEST(studio_watches_what_is_in_service_and_not_excluded),
      TEST(studio_knows_which_types_log_by_documentation),
  };
  return cmocka_run_group_tests_name("studio", tests, NULL, NULL);
}
