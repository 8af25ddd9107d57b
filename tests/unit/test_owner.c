/* links: studio unit/studio_fixture unit/fake_aws */
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/entity_key.h"

static void owners_keep_each_space_of_each_domain_once(void **state) {
  (void)state;
  const studio_domain_t *one = domain_get(studio, "d-1");
  const studio_domain_t *other = domain_get(studio, "d-2");
  studio_space_t *space = space_get(studio, one, "lab");
  assert_string_equal(space->name, "lab");
  assert_ptr_equal(space->domain, one);
  assert_false(space->known);
  assert_ptr_equal(space_get(studio, one, "lab"), space);
  assert_ptr_not_equal(space_get(studio, one, "LAB"), space);
  assert_ptr_not_equal(space_get(studio, other, "lab"), space);
  space_forget(studio, space);
  assert_int_equal(studio->spaces.count, 2);
  assert_string_equal(space_get(studio, other, "lab")->domain->id, "d-2");
}

static void owners_keep_one_person_for_a_users_apps_wherever_they_are(void **state) {
  (void)state;
  studio_own("private", "u");
  const studio_owner_t *user = owner_get(studio, studio_add("u", "a"));
  assert_string_equal(owner_user(user), "u");
  assert_false(user->is_space);
  assert_ptr_equal(owner_get(studio, studio_add("u", "b")), user);
  assert_ptr_equal(owner_get(studio, studio_add_in("private", "JupyterLab", "default")), user);
  const studio_app_t *elsewhere = app_get(studio, domain_get(studio, "d-2"), "u", NULL, "KernelGateway", "a");
  assert_ptr_not_equal(owner_get(studio, elsewhere), user);
}

static void owners_keep_a_user_and_an_ownerless_space_of_one_name_apart(void **state) {
  (void)state;
  studio_own("same", NULL);
  studio_owner_t *user = owner_get(studio, studio_add("same", "a"));
  const studio_owner_t *space = owner_get(studio, studio_add_in("same", "KernelGateway", "a"));
  assert_ptr_not_equal(space, user);
  assert_true(space->is_space);
  assert_string_equal(space->name, "same");
  assert_null(owner_user(space));
  owner_forget(studio, user);
  assert_int_equal(studio->owners.count, 1);
  assert_ptr_equal(owner_get(studio, studio_add_in("same", "KernelGateway", "b")), space);
}

static void owners_give_nobody_and_nothing_to_an_app_whose_owner_is_unknown(void **state) {
  (void)state;
  const studio_app_t *app = studio_add_in("new", "JupyterLab", "default");
  assert_null(owner_get(studio, app));
  assert_null(instance_get(studio, app, "ml.t3.medium"));
  studio_own("new", "u");
  assert_string_equal(owner_user(owner_get(studio, app)), "u");
  assert_string_equal(instance_get(studio, app, "ml.t3.medium")->space, "new");
}

/* Which of these apps stand on one instance: the same number, the same instance. */
static void owners_share_an_instance_within_a_user_or_a_space_and_type(void **state) {
  (void)state;
  static const struct {
    const char *user, *space, *name, *instance;
    size_t number;
  } apps[] = {
      {"u", NULL, "a", "ml.t3.medium", 1},    {"u", NULL, "b", "ml.t3.medium", 1}, {"u", NULL, "c", "ml.m5.large", 2},
      {"v", NULL, "a", "ml.t3.medium", 3},    {NULL, "u", "a", "ml.t3.medium", 4}, {NULL, "u", "b", "ml.t3.medium", 4},
      {NULL, "mine", "a", "ml.t3.medium", 5}, {NULL, "a-b", "c", "ml.m5", 6},      {NULL, "a", "b-c", "ml.m5", 7},
      {"a-b", NULL, "c", "ml.m5", 8},         {"a", NULL, "b-c", "ml.m5", 9},
  };
  const studio_instance_t *made[COUNT(apps)];
  studio_own("u", NULL);
  studio_own("mine", "u");
  studio_own("a-b", "a");
  studio_own("a", NULL);
  for (size_t i = 0; i < COUNT(apps); i++) {
    const studio_app_t *app = apps[i].user != NULL ? studio_add(apps[i].user, apps[i].name)
                                                   : studio_add_in(apps[i].space, "KernelGateway", apps[i].name);
    made[i] = instance_get(studio, app, apps[i].instance);
    assert_string_equal(made[i]->instance, apps[i].instance);
    for (size_t j = 0; j < i; j++) {
      if ((made[i] == made[j]) != (apps[i].number == apps[j].number))
        fail_msg("apps %zu and %zu", j, i);
    }
  }
  assert_string_equal(made[6]->user, "u");
  assert_string_equal(made[6]->space, "mine");
  assert_null(made[4]->user);
}

static void owners_forget_one_instance_of_several(void **state) {
  (void)state;
  studio_own("u", NULL);
  studio_instance_t *of_user = instance_get(studio, studio_add("u", "a"), "ml.t3.medium");
  const studio_instance_t *other = instance_get(studio, studio_add("u", "a"), "ml.m5.large");
  studio_instance_t *of_space = instance_get(studio, studio_add_in("u", "KernelGateway", "a"), "ml.t3.medium");
  instance_forget(studio, of_user);
  assert_int_equal(studio->instances.count, 2);
  assert_ptr_equal(instance_get(studio, studio_add("u", "a"), "ml.m5.large"), other);
  instance_forget(studio, of_space);
  assert_int_equal(studio->instances.count, 1);
}

static void owners_price_an_instance_in_the_sessions_region(void **state) {
  (void)state;
  static char words[][16] = {"us-west-2", "us-east-1", "ml.t3.medium"};
  static const billing_price_t prices[] = {{words[0], words[2], 0.04}, {words[1], words[2], 0.05}};
  studio->settings.prices = prices;
  studio->settings.prices_count = COUNT(prices);
  assert_true(instance_get(studio, studio_add("u", "a"), "ml.t3.medium")->usd_an_hour == 0.05);
  assert_true(instance_get(studio, studio_add("u", "a"), "ml.m5.large")->usd_an_hour < 0.0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, studio_begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(owners_keep_each_space_of_each_domain_once),
      TEST(owners_keep_one_person_for_a_users_apps_wherever_they_are),
      TEST(owners_keep_a_user_and_an_ownerless_space_of_one_name_apart),
      TEST(owners_give_nobody_and_nothing_to_an_app_whose_owner_is_unknown),
      TEST(owners_share_an_instance_within_a_user_or_a_space_and_type),
      TEST(owners_forget_one_instance_of_several),
      TEST(owners_price_an_instance_in_the_sessions_region),
  };
  return cmocka_run_group_tests_name("owner", tests, NULL, NULL);
}
