/* links: studio */
#include <string.h>

#include "test.h"

#include "studio/listing.h"

#define GIB (INT64_C(1) << 30)

static json_object *item;

/* The item lives until the next one, or the test's end. */
static json_object *parse(const char *text) {
  json_object_put(item);
  item = json_tokener_parse(text);
  if (item == NULL)
    fail_msg("the test has bad JSON: %s", text);
  return item;
}

static int end(void **state) {
  (void)state;
  json_object_put(item);
  item = NULL;
  return 0;
}

#define NAMED "\"DomainId\":\"d-1\",\"AppType\":\"KernelGateway\",\"AppName\":\"a\",\"Status\":\"InService\""
#define APP(rest) "{" NAMED ",\"UserProfileName\":\"u\"" rest "}"

static void listing_reads_an_app_whole(void **state) {
  (void)state;
  listing_app_t app;
  assert_true(listing_app(parse(APP(",\"CreationTime\":1795000000.5,\"ResourceSpec\":{\"InstanceType\":\"ml.m5.large\","
                                    "\"TrainingPlanArn\":\"arn:aws:sagemaker:us-east-1:1:training-plan/p\"}")),
                          &app));
  assert_string_equal(app.domain, "d-1");
  assert_string_equal(app.user, "u");
  assert_null(app.space);
  assert_string_equal(app.type, "KernelGateway");
  assert_string_equal(app.name, "a");
  assert_string_equal(app.status, "InService");
  assert_string_equal(app.instance_type, "ml.m5.large");
  assert_int_equal(app.created_ms, INT64_C(1795000000500));
  assert_true(app.on_plan);
}

static void listing_leaves_out_what_an_app_does_not_have(void **state) {
  (void)state;
  static const char *const items[] = {
      "{" NAMED ",\"SpaceName\":\"s\"}",
      "{" NAMED ",\"SpaceName\":\"s\",\"UserProfileName\":null,\"CreationTime\":null,\"ResourceSpec\":null}",
      "{" NAMED ",\"SpaceName\":\"s\",\"ResourceSpec\":{}}",
      "{" NAMED ",\"SpaceName\":\"s\",\"ResourceSpec\":{\"InstanceType\":\"\"}}",
      "{" NAMED ",\"SpaceName\":\"s\",\"ResourceSpec\":{\"InstanceType\":null,\"TrainingPlanArn\":null}}",
      "{" NAMED ",\"SpaceName\":\"s\",\"ResourceSpec\":{\"TrainingPlanArn\":\"\",\"SageMakerImageArn\":7}}",
      "{" NAMED ",\"SpaceName\":\"s\",\"BuiltInLifecycleConfigArn\":[],\"SomethingNew\":{\"a\":[1]}}",
  };
  for (size_t i = 0; i < COUNT(items); i++) {
    listing_app_t app;
    memset(&app, 0xff, sizeof(app));
    if (!listing_app(parse(items[i]), &app))
      fail_msg("%s", items[i]);
    assert_string_equal(app.space, "s");
    assert_null(app.user);
    assert_null(app.instance_type);
    assert_int_equal(app.created_ms, 0);
    assert_false(app.on_plan);
  }
}

static void listing_refuses_an_app_that_it_does_not_understand(void **state) {
  (void)state;
  static const char *const items[] = {
      "[]",
      "7",
      "{}",
      "{" NAMED "}",
      "{" NAMED ",\"UserProfileName\":null,\"SpaceName\":null}",
      "{" NAMED ",\"UserProfileName\":\"u\",\"SpaceName\":\"s\"}",
      "{" NAMED ",\"UserProfileName\":\"\"}",
      "{" NAMED ",\"UserProfileName\":\"a/b\"}",
      "{" NAMED ",\"UserProfileName\":7}",
      "{" NAMED ",\"SpaceName\":\"\"}",
      "{" NAMED ",\"SpaceName\":\"a/b\"}",
      "{" NAMED ",\"SpaceName\":{},\"UserProfileName\":\"u\"}",
      "{\"AppType\":\"T\",\"AppName\":\"a\",\"Status\":\"InService\",\"UserProfileName\":\"u\"}",
      "{\"DomainId\":\"d/1\",\"AppType\":\"T\",\"AppName\":\"a\",\"Status\":\"InService\",\"UserProfileName\":\"u\"}",
      "{\"DomainId\":\"d-1\",\"AppName\":\"a\",\"Status\":\"InService\",\"UserProfileName\":\"u\"}",
      "{\"DomainId\":\"d-1\",\"AppType\":\"a/b\",\"AppName\":\"a\",\"Status\":\"S\",\"UserProfileName\":\"u\"}",
      "{\"DomainId\":\"d-1\",\"AppType\":\"T\",\"AppName\":\"a/b\",\"Status\":\"S\",\"UserProfileName\":\"u\"}",
      "{\"DomainId\":\"d-1\",\"AppType\":\"T\",\"AppName\":\"a\",\"UserProfileName\":\"u\"}",
      "{\"DomainId\":\"d-1\",\"AppType\":\"T\",\"AppName\":\"a\",\"Status\":1,\"UserProfileName\":\"u\"}",
      APP(",\"CreationTime\":\"yesterday\""),
      APP(",\"CreationTime\":1e300"),
      APP(",\"ResourceSpec\":\"ml.t3.medium\""),
      APP(",\"ResourceSpec\":{\"InstanceType\":3}"),
      APP(",\"ResourceSpec\":{\"TrainingPlanArn\":true}"),
  };
  for (size_t i = 0; i < COUNT(items); i++) {
    listing_app_t app;
    if (listing_app(parse(items[i]), &app))
      fail_msg("%s", items[i]);
  }
}

static void listing_reads_a_domain(void **state) {
  (void)state;
  static const char *const refused[] = {
      "{}",
      "{\"DomainId\":\"d-1\"}",
      "{\"DomainName\":\"science\"}",
      "{\"DomainId\":\"d-1\",\"DomainName\":7}",
      "{\"DomainId\":\"d-1\",\"DomainName\":\"\"}",
      "{\"DomainId\":\"d/1\",\"DomainName\":\"science\"}",
  };
  listing_domain_t domain;
  assert_true(
      listing_domain(parse("{\"DomainId\":\"d-1\",\"DomainName\":\"science\",\"Status\":7,\"Url\":null}"), &domain));
  assert_string_equal(domain.id, "d-1");
  assert_string_equal(domain.name, "science");
  for (size_t i = 0; i < COUNT(refused); i++) {
    if (listing_domain(parse(refused[i]), &domain))
      fail_msg("%s", refused[i]);
  }
}

#define SPACE(rest) "{\"DomainId\":\"d-1\",\"SpaceName\":\"s\"" rest "}"
#define SETTINGS(rest) SPACE(",\"SpaceSettingsSummary\":" rest)
#define VOLUME(size) SETTINGS("{\"SpaceStorageSettings\":{\"EbsStorageSettings\":{\"EbsVolumeSizeInGb\":" size "}}}")

static void listing_reads_a_space_with_its_owner_and_volume(void **state) {
  (void)state;
  static const struct {
    const char *item;
    const char *owner;
    int64_t volume_bytes, modified_ms;
  } cases[] = {
      {SPACE(""), NULL, 0, 0},
      {SPACE(",\"LastModifiedTime\":1795000000.25"), NULL, 0, INT64_C(1795000000250)},
      {SPACE(",\"OwnershipSettingsSummary\":{\"OwnerUserProfileName\":\"yamada\"}"), "yamada", 0, 0},
      {SPACE(",\"OwnershipSettingsSummary\":{}"), NULL, 0, 0},
      {SPACE(",\"OwnershipSettingsSummary\":null"), NULL, 0, 0},
      {SPACE(",\"OwnershipSettingsSummary\":{\"OwnerUserProfileName\":null}"), NULL, 0, 0},
      {VOLUME("5"), NULL, 5 * GIB, 0},
      {VOLUME("65536"), NULL, 65536 * GIB, 0},
      {VOLUME("0"), NULL, 0, 0},
      {VOLUME("null"), NULL, 0, 0},
      {SETTINGS("null"), NULL, 0, 0},
      {SETTINGS("{\"AppType\":\"JupyterLab\"}"), NULL, 0, 0},
      {SETTINGS("{\"SpaceStorageSettings\":{}}"), NULL, 0, 0},
      {SETTINGS("{\"SpaceStorageSettings\":{\"EbsStorageSettings\":null}}"), NULL, 0, 0},
      {SPACE(",\"SpaceSharingSettingsSummary\":7,\"Status\":[]"), NULL, 0, 0},
      {SETTINGS("{\"RemoteAccess\":\"DISABLED\"}"), NULL, 0, 0},
      {SETTINGS("{\"RemoteAccess\":null}"), NULL, 0, 0},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    listing_space_t space;
    memset(&space, 0xff, sizeof(space));
    if (!listing_space(parse(cases[i].item), &space))
      fail_msg("%s", cases[i].item);
    assert_string_equal(space.domain, "d-1");
    assert_string_equal(space.name, "s");
    assert_int_equal(space.volume_bytes, cases[i].volume_bytes);
    assert_int_equal(space.modified_ms, cases[i].modified_ms);
    assert_false(space.remote);
    assert_int_equal(space.owner != NULL, cases[i].owner != NULL);
    if (cases[i].owner != NULL)
      assert_string_equal(space.owner, cases[i].owner);
  }
}

static void listing_tells_whether_an_ide_may_connect_to_a_space(void **state) {
  (void)state;
  listing_space_t space;
  assert_true(listing_space(parse(SETTINGS("{\"AppType\":\"JupyterLab\",\"RemoteAccess\":\"ENABLED\"}")), &space));
  assert_true(space.remote);
}

static void listing_tells_whether_a_space_is_shared(void **state) {
  (void)state;
  static const struct {
    const char *item, *sharing;
  } cases[] = {
      {SPACE(",\"SpaceSharingSettingsSummary\":{\"SharingType\":\"Shared\"}"), "Shared"},
      {SPACE(",\"SpaceSharingSettingsSummary\":{\"SharingType\":\"Private\"}"), "Private"},
      {SPACE(",\"SpaceSharingSettingsSummary\":{\"SharingType\":1}"), ""},
      {SPACE(",\"SpaceSharingSettingsSummary\":{}"), ""},
      {SPACE(",\"SpaceSharingSettingsSummary\":\"Shared\""), ""},
      {SPACE(""), ""},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    listing_space_t space;
    assert_true(listing_space(parse(cases[i].item), &space));
    assert_string_equal(space.sharing, cases[i].sharing);
  }
}

static void listing_refuses_a_space_that_it_does_not_understand(void **state) {
  (void)state;
  static const char *const items[] = {
      "{}",
      "{\"DomainId\":\"d-1\"}",
      "{\"SpaceName\":\"s\"}",
      "{\"DomainId\":\"d-1\",\"SpaceName\":\"a/b\"}",
      SPACE(",\"LastModifiedTime\":\"now\""),
      SPACE(",\"OwnershipSettingsSummary\":\"yamada\""),
      SPACE(",\"OwnershipSettingsSummary\":{\"OwnerUserProfileName\":7}"),
      SPACE(",\"OwnershipSettingsSummary\":{\"OwnerUserProfileName\":\"\"}"),
      SPACE(",\"OwnershipSettingsSummary\":{\"OwnerUserProfileName\":\"a/b\"}"),
      SETTINGS("[]"),
      SETTINGS("{\"RemoteAccess\":true}"),
      SETTINGS("{\"SpaceStorageSettings\":5}"),
      SETTINGS("{\"SpaceStorageSettings\":{\"EbsStorageSettings\":5}}"),
      VOLUME("\"5\""),
      VOLUME("5.5"),
      VOLUME("-1"),
      VOLUME("65537"),
      VOLUME("9223372036854775807"),
  };
  for (size_t i = 0; i < COUNT(items); i++) {
    listing_space_t space;
    if (listing_space(parse(items[i]), &space))
      fail_msg("%s", items[i]);
  }
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(listing_reads_an_app_whole),
      TEST(listing_leaves_out_what_an_app_does_not_have),
      TEST(listing_refuses_an_app_that_it_does_not_understand),
      TEST(listing_reads_a_domain),
      TEST(listing_reads_a_space_with_its_owner_and_volume),
      TEST(listing_tells_whether_an_ide_may_connect_to_a_space),
      TEST(listing_tells_whether_a_space_is_shared),
      TEST(listing_refuses_a_space_that_it_does_not_understand),
  };
  return cmocka_run_group_tests_name("listing", tests, NULL, NULL);
}
