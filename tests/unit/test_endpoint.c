/* links: studio */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "studio/operations.h"

static const endpoint_variant_t plain = {false, false};
static const endpoint_variant_t fips = {true, false};
static const endpoint_variant_t dualstack = {false, true};
static const endpoint_variant_t both = {true, true};

static int clear_environment(void **state) {
  static const char *const variables[] = {
      "AWS_ENDPOINT_URL",           "AWS_ENDPOINT_URL_SAGEMAKER", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
      "AWS_ENDPOINT_URL_STS",       "AWS_ENDPOINT_URL_SSO",       "AWS_ENDPOINT_URL_SSO_OIDC",
      "AWS_USE_FIPS_ENDPOINT",      "AWS_USE_DUALSTACK_ENDPOINT", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
      "AWS_STS_REGIONAL_ENDPOINTS",
  };
  (void)state;
  for (size_t i = 0; i < COUNT(variables); i++)
    (void)unsetenv(variables[i]);
  return 0;
}

static profile_files_t *parsed(const char *config) {
  aws_error_t error = {.message = ""};
  profile_files_t *files = profile_files_new();
  assert_non_null(files);
  assert_true(profile_files_parse(files, PROFILE_CONFIG_FILE, config, strlen(config), "config", &error));
  return files;
}

static void endpoint_host_follows_partition_and_variant(void **state) {
  (void)state;
  static const struct {
    const aws_service_t *service;
    const char *region;
    const endpoint_variant_t *variant;
    const char *host;
  } cases[] = {
      {&service_sagemaker, "us-east-1", &plain, "api.sagemaker.us-east-1.amazonaws.com"},
      {&service_sagemaker, "us-east-1", &fips, "api-fips.sagemaker.us-east-1.amazonaws.com"},
      {&service_sagemaker, "us-east-1", &dualstack, "api.sagemaker.us-east-1.api.aws"},
      {&service_sagemaker, "us-east-1", &both, "api.sagemaker-fips.us-east-1.api.aws"},
      {&service_sagemaker, "us-gov-west-1", &plain, "api.sagemaker.us-gov-west-1.amazonaws.com"},
      {&service_sagemaker, "us-gov-west-1", &fips, "api-fips.sagemaker.us-gov-west-1.amazonaws.com"},
      {&service_sagemaker, "us-gov-west-1", &both, "api.sagemaker-fips.us-gov-west-1.api.aws"},
      {&service_sagemaker, "cn-north-1", &plain, "api.sagemaker.cn-north-1.amazonaws.com.cn"},
      {&service_sagemaker, "cn-north-1", &fips, "api.sagemaker-fips.cn-north-1.amazonaws.com.cn"},
      {&service_sagemaker, "cn-north-1", &dualstack, "api.sagemaker.cn-north-1.api.amazonwebservices.com.cn"},
      {&service_sagemaker, "eusc-de-east-1", &plain, "api.sagemaker.eusc-de-east-1.amazonaws.eu"},
      {&service_sagemaker, "eusc-de-east-1", &dualstack, "api.sagemaker.eusc-de-east-1.api.amazonwebservices.eu"},
      {&service_sagemaker, "us-iso-east-1", &plain, "api.sagemaker.us-iso-east-1.c2s.ic.gov"},
      {&service_sagemaker, "us-iso-east-1", &dualstack, "api.sagemaker.us-iso-east-1.api.aws.ic.gov"},
      {&service_sagemaker, "us-isob-east-1", &plain, "api.sagemaker.us-isob-east-1.sc2s.sgov.gov"},
      {&service_sagemaker, "us-isob-east-1", &dualstack, "api.sagemaker.us-isob-east-1.api.aws.scloud"},
      {&service_sagemaker, "eu-isoe-west-1", &plain, "api.sagemaker.eu-isoe-west-1.cloud.adc-e.uk"},
      {&service_sagemaker, "eu-isoe-west-1", &dualstack, "api.sagemaker.eu-isoe-west-1.api.cloud-aws.adc-e.uk"},
      {&service_sagemaker, "us-isof-south-1", &plain, "api.sagemaker.us-isof-south-1.csp.hci.ic.gov"},
      {&service_sagemaker, "us-isof-south-1", &dualstack, "api.sagemaker.us-isof-south-1.api.aws.hci.ic.gov"},
      {&service_sagemaker, "mx-central-1", &plain, "api.sagemaker.mx-central-1.amazonaws.com"},
      {&service_sagemaker, "moon-base-1", &plain, "api.sagemaker.moon-base-1.amazonaws.com"},
      {&service_logs, "eu-central-1", &plain, "logs.eu-central-1.amazonaws.com"},
      {&service_logs, "eu-central-1", &dualstack, "logs.eu-central-1.api.aws"},
      {&service_logs, "us-west-2", &fips, "logs-fips.us-west-2.amazonaws.com"},
      {&service_logs, "us-gov-east-1", &fips, "logs.us-gov-east-1.amazonaws.com"},
      {&service_logs, "us-gov-east-1", &both, "logs-fips.us-gov-east-1.api.aws"},
      {&aws_service_sts, "us-east-1", &plain, "sts.us-east-1.amazonaws.com"},
      {&aws_service_sts, "us-east-1", &fips, "sts-fips.us-east-1.amazonaws.com"},
      {&aws_service_sts, "us-gov-west-1", &fips, "sts.us-gov-west-1.amazonaws.com"},
      {&aws_service_sts, "us-east-1", &both, "sts-fips.us-east-1.api.aws"},
      {&aws_service_sso, "eu-west-1", &plain, "portal.sso.eu-west-1.amazonaws.com"},
      {&aws_service_sso, "us-gov-west-1", &fips, "portal.sso.us-gov-west-1.amazonaws.com"},
      {&aws_service_oidc, "eu-west-1", &plain, "oidc.eu-west-1.amazonaws.com"},
      {&aws_service_oidc, "us-east-1", &fips, "oidc-fips.us-east-1.amazonaws.com"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char host[256] = "";
    assert_true(endpoint_host(cases[i].service, cases[i].region, *cases[i].variant, host, sizeof(host)));
    assert_string_equal(host, cases[i].host);
  }
}

static void endpoint_host_refuses_what_does_not_fit(void **state) {
  (void)state;
  char host[sizeof("sts.us-east-1.amazonaws.com")];
  assert_true(endpoint_host(&aws_service_sts, "us-east-1", plain, host, sizeof(host)));
  assert_false(endpoint_host(&aws_service_sts, "us-east-1", plain, host, sizeof(host) - 1));
  assert_false(endpoint_host(&aws_service_sts, "us_east_1", plain, host, sizeof(host)));
}

static void endpoint_region_is_a_dns_label(void **state) {
  (void)state;
  static const struct {
    const char *region;
    bool valid;
  } cases[] = {
      {"us-east-1", true},
      {"X", true},
      {"a--b", true},
      {"012345678901234567890123456789012345678901234567890123456789012", true},
      {"0123456789012345678901234567890123456789012345678901234567890123", false},
      {"", false},
      {"-a", false},
      {"a-", false},
      {"a.b", false},
      {"a/b", false},
      {"a@b", false},
      {"a_b", false},
      {"a b", false},
      {"a\r\nb", false},
      {"us-east-1\n", false},
      {"\xc3\xa9", false},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    if (endpoint_region_is_valid(cases[i].region) != cases[i].valid)
      fail_msg("\"%s\"", cases[i].region);
}

static void endpoint_url_is_scheme_host_port_and_path(void **state) {
  (void)state;
  char longest[ENDPOINT_URL_SIZE + 1] = "http://h/";
  memset(longest + strlen("http://h/"), 'x', sizeof(longest) - strlen("http://h/"));
  longest[ENDPOINT_URL_SIZE] = '\0';
  assert_false(endpoint_url_is_valid(longest));
  longest[ENDPOINT_URL_SIZE - 1] = '\0';
  assert_true(endpoint_url_is_valid(longest));

  static const struct {
    const char *url;
    bool valid;
  } cases[] = {
      {"http://localhost:4566", true},
      {"https://vpce-0a1b-2c3d.api.sagemaker.eu-west-1.vpce.amazonaws.com", true},
      {"https://10.0.0.1", true},
      {"http://[::1]:8080/base/path", true},
      {"http://[fd00:ec2::254]", true},
      {"http://local_stack:4566/", true},
      {"http://h/a%20b/~c;d=e@f", true},
      {"http://h:1", true},
      {"http://h:65535", true},
      {"", false},
      {"localhost:4566", false},
      {"ftp://h", false},
      {"HTTP://h", true},
      {"hTTpS://h:1/p", true},
      {"http:/h", false},
      {"http://", false},
      {"http:///path", false},
      {"http://:80", false},
      {"http://h:", false},
      {"http://h:0", false},
      {"http://h:65536", false},
      {"http://h:4294967297", false},
      {"http://h:80x", false},
      {"http://h:-80", false},
      {"http://user@h", false},
      {"http://user:password@h", false},
      {"http://h?q=1", false},
      {"http://h/p?q=1", false},
      {"http://h/p#f", false},
      {"http://h#f", false},
      {"http://h/a b", false},
      {"http://h/a%2", false},
      {"http://h/a%zz", false},
      {"http://h/\\evil", false},
      {"http://h\\@evil", false},
      {"http://h/\r\nX-Evil: 1", false},
      {"http://h\n", false},
      {"http://h/\xc3\xa9", false},
      {" http://h", false},
      {"http://a..b", false},
      {"http://.a", false},
      {"http://a.", false},
      {"http://-a", false},
      {"http://a-.b", false},
      {"http://[::1", false},
      {"http://[]", false},
      {"http://[::g]", false},
      {"http://[1.2.3.4]", false},
      {"http://[::1]x", false},
      {"http://[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]", false},
      {"http://a123456789012345678901234567890123456789012345678901234567890123.b", false},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    if (endpoint_url_is_valid(cases[i].url) != cases[i].valid)
      fail_msg("\"%s\"", cases[i].url);
}

static void endpoint_variant_is_that_of_the_environment_then_of_the_profile(void **state) {
  (void)state;
  static const struct {
    const char *variable; /* NULL: not set */
    const char *setting;
    bool expected;
  } cases[] = {
      {NULL, "", false},       {NULL, "true", true},     {NULL, "True", true},        {NULL, "TRUE", true},
      {NULL, "1", false},      {NULL, "yes", false},     {NULL, "true # yes", false}, {"true", "", true},
      {"tRuE", "false", true}, {"false", "true", false}, {"", "true", false},         {" true", "true", false},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char config[128];
    (void)snprintf(config, sizeof(config),
                   "[profile x]\nuse_fips_endpoint = %s\n[profile y]\nuse_dualstack_endpoint = %s", cases[i].setting,
                   cases[i].setting);
    profile_files_t *files = parsed(config);
    if (cases[i].variable != NULL)
      assert_int_equal(setenv("AWS_USE_FIPS_ENDPOINT", cases[i].variable, 1), 0);
    endpoint_variant_t variant = endpoint_variant(files, "x");
    assert_int_equal(variant.fips, cases[i].expected);
    assert_false(variant.dualstack);
    (void)clear_environment(NULL);

    if (cases[i].variable != NULL)
      assert_int_equal(setenv("AWS_USE_DUALSTACK_ENDPOINT", cases[i].variable, 1), 0);
    variant = endpoint_variant(files, "y");
    assert_int_equal(variant.dualstack, cases[i].expected);
    assert_false(variant.fips);
    (void)clear_environment(NULL);
    profile_files_free(files);
  }
  assert_false(endpoint_variant(NULL, NULL).fips);
}

static const char every_setting[] = "[services s]\n"
                                    "sagemaker =\n  endpoint_url = http://services-sagemaker\n"
                                    "cloudwatch_logs =\n  endpoint_url = http://services-logs\n"
                                    "sts =\n  endpoint_url = http://services-sts\n"
                                    "sso =\n  endpoint_url = http://services-sso\n"
                                    "sso_oidc =\n  endpoint_url = http://services-oidc\n"
                                    "[profile x]\nservices = s\nendpoint_url = http://profile/\n"
                                    "[profile ignores]\nservices = s\nignore_configured_endpoint_urls = true\n"
                                    "[profile lost]\nservices = none\nendpoint_url = http://profile\n"
                                    "[services empty]\nsagemaker =\n  endpoint_url =\n"
                                    "[profile empty]\nservices = empty\nendpoint_url = http://profile\n";

/* Each row takes the strongest setting of the row above away. */
static void endpoint_find_takes_the_strongest_setting(void **state) {
  (void)state;
  static const struct {
    const aws_service_t *service;
    const char *variable;
    const char *services_url;
    const char *host;
  } services[] = {
      {&service_sagemaker, "AWS_ENDPOINT_URL_SAGEMAKER", "http://services-sagemaker",
       "https://api.sagemaker.eu-west-1.amazonaws.com"},
      {&service_logs, "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "http://services-logs",
       "https://logs.eu-west-1.amazonaws.com"},
      {&aws_service_sts, "AWS_ENDPOINT_URL_STS", "http://services-sts", "https://sts.eu-west-1.amazonaws.com"},
      {&aws_service_sso, "AWS_ENDPOINT_URL_SSO", "http://services-sso", "https://portal.sso.eu-west-1.amazonaws.com"},
      {&aws_service_oidc, "AWS_ENDPOINT_URL_SSO_OIDC", "http://services-oidc", "https://oidc.eu-west-1.amazonaws.com"},
  };
  profile_files_t *files = parsed(every_setting);
  for (size_t i = 0; i < COUNT(services); i++) {
    const aws_service_t *service = services[i].service;
    char url[ENDPOINT_URL_SIZE] = "";
    aws_error_t error;
    assert_int_equal(setenv(services[i].variable, "http://service-variable/", 1), 0);
    assert_int_equal(setenv("AWS_ENDPOINT_URL", "http://variable/base//", 1), 0);

    assert_true(endpoint_find(service, "eu-west-1", "http://option", files, "x", url, &error));
    assert_string_equal(url, "http://option");
    assert_true(endpoint_find(service, "eu-west-1", NULL, files, "x", url, &error));
    assert_string_equal(url, "http://service-variable/");
    assert_int_equal(setenv(services[i].variable, "", 1), 0);
    assert_true(endpoint_find(service, "eu-west-1", "", files, "x", url, &error));
    assert_string_equal(url, "http://variable/base//");
    assert_int_equal(unsetenv("AWS_ENDPOINT_URL"), 0);
    assert_true(endpoint_find(service, "eu-west-1", NULL, files, "x", url, &error));
    assert_string_equal(url, services[i].services_url);
    assert_false(endpoint_find(service, "eu-west-1", NULL, files, "lost", url, &error));
    assert_string_equal(error.code, "configuration");
    assert_string_equal(error.message,
                        "profile \"lost\" has services = none, but config has no [services none]: add it, "
                        "or remove the setting");
    assert_true(endpoint_find(service, "eu-west-1", "http://option", files, "lost", url, &error));
    assert_true(endpoint_find(service, "eu-west-1", NULL, files, "empty", url, &error));
    assert_string_equal(url, "http://profile");
    assert_true(endpoint_find(service, "eu-west-1", NULL, files, "another", url, &error));
    assert_string_equal(url, services[i].host);
    assert_true(endpoint_find(service, "eu-west-1", NULL, NULL, NULL, url, &error));
    assert_string_equal(url, services[i].host);
    (void)clear_environment(NULL);
  }
  profile_files_free(files);
}

static void endpoint_find_ignores_settings_when_told_so_but_for_the_option(void **state) {
  (void)state;
  char url[ENDPOINT_URL_SIZE] = "";
  aws_error_t error;
  profile_files_t *files = parsed(every_setting);
  assert_int_equal(setenv("AWS_ENDPOINT_URL_STS", "http://service-variable", 1), 0);
  assert_true(endpoint_find(&aws_service_sts, "eu-west-1", NULL, files, "ignores", url, &error));
  assert_string_equal(url, "https://sts.eu-west-1.amazonaws.com");
  assert_int_equal(setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True", 1), 0);
  assert_true(endpoint_find(&aws_service_sts, "eu-west-1", NULL, files, "x", url, &error));
  assert_string_equal(url, "https://sts.eu-west-1.amazonaws.com");
  assert_true(endpoint_find(&aws_service_sts, "eu-west-1", "http://option", files, "x", url, &error));
  assert_string_equal(url, "http://option");
  assert_int_equal(setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "1", 1), 0);
  assert_true(endpoint_find(&aws_service_sts, "eu-west-1", NULL, files, "x", url, &error));
  assert_string_equal(url, "http://service-variable");
  profile_files_free(files);
}

static void endpoint_find_applies_the_variant_to_aws_hosts(void **state) {
  (void)state;
  char url[ENDPOINT_URL_SIZE] = "";
  aws_error_t error;
  assert_int_equal(setenv("AWS_USE_FIPS_ENDPOINT", "true", 1), 0);
  assert_true(endpoint_find(&service_sagemaker, "us-east-2", NULL, NULL, NULL, url, &error));
  assert_string_equal(url, "https://api-fips.sagemaker.us-east-2.amazonaws.com");
}

static void endpoint_find_names_the_setting_that_it_refuses(void **state) {
  (void)state;
  static const struct {
    const char *option;
    const char *variable;
    const char *profile;
    const char *message;
  } cases[] = {
      {"localhost", NULL, NULL,
       "Endpoint of sts is \"localhost\": it takes http:// or https://, a host, perhaps a port and "
       "a path, at most 511 characters"},
      {NULL, "http://h?q", NULL, "AWS_ENDPOINT_URL_STS is \"http://h?q\": "},
      {NULL, NULL, "a", "the services section's sts.endpoint_url is \"h1\": "},
      {NULL, NULL, "b", "the profile's endpoint_url is \"h2\": "},
      {"https://me:password@h", NULL, NULL, "Endpoint of sts is \"(not shown)\": "},
  };
  profile_files_t *files = parsed("[services s]\nsts =\n  endpoint_url = h1\n[profile a]\nservices = s\n"
                                  "[profile b]\nendpoint_url = h2\n");
  for (size_t i = 0; i < COUNT(cases); i++) {
    char url[ENDPOINT_URL_SIZE] = "";
    aws_error_t error = {.message = ""};
    if (cases[i].variable != NULL)
      assert_int_equal(setenv("AWS_ENDPOINT_URL_STS", cases[i].variable, 1), 0);
    assert_false(endpoint_find(&aws_service_sts, "eu-west-1", cases[i].option, files, cases[i].profile, url, &error));
    assert_string_equal(error.code, "configuration");
    if (strncmp(error.message, cases[i].message, strlen(cases[i].message)) != 0)
      fail_msg("%s", error.message);
    (void)clear_environment(NULL);
  }
  profile_files_free(files);
}

static void endpoint_find_refuses_a_region_whatever_is_set(void **state) {
  (void)state;
  char url[ENDPOINT_URL_SIZE] = "";
  aws_error_t error = {.message = ""};
  assert_false(endpoint_find(&aws_service_sts, "eu west\n1", "http://option", NULL, NULL, url, &error));
  assert_string_equal(error.code, "region");
  assert_string_equal(error.message,
                      "\"eu west?1\" is no region: it takes letters, digits and inner hyphens (eu-central-1)");
}

/* botocore's rule: the setting holds in the regions that are older than it, and for STS alone. */
static void endpoint_of_sts_is_the_global_one_where_legacy_is_set(void **state) {
  (void)state;
  static const struct {
    const char *variable, *profile, *region, *url;
  } cases[] = {
      {"legacy", "plain", "eu-west-1", "https://sts.amazonaws.com"},
      {"legacy", "plain", "us-west-2", "https://sts.amazonaws.com"},
      {"legacy", "plain", "eu-south-1", "https://sts.eu-south-1.amazonaws.com"},
      {"legacy", "plain", "cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn"},
      {"legacy", "fips", "us-east-2", "https://sts-fips.us-east-2.amazonaws.com"},
      {"regional", "legacy", "eu-west-1", "https://sts.eu-west-1.amazonaws.com"},
      {"", "legacy", "eu-west-1", "https://sts.eu-west-1.amazonaws.com"},
      {NULL, "legacy", "eu-west-1", "https://sts.amazonaws.com"},
      {NULL, "plain", "eu-west-1", "https://sts.eu-west-1.amazonaws.com"},
      {"LEGACY", "plain", "eu-west-1", NULL},
  };
  profile_files_t *files = parsed("[profile plain]\nregion = x\n[profile legacy]\nsts_regional_endpoints = legacy\n"
                                  "[profile fips]\nuse_fips_endpoint = true\n");
  for (size_t i = 0; i < COUNT(cases); i++) {
    char url[ENDPOINT_URL_SIZE] = "";
    aws_error_t error = {.message = ""};
    if (cases[i].variable != NULL)
      assert_int_equal(setenv("AWS_STS_REGIONAL_ENDPOINTS", cases[i].variable, 1), 0);
    bool found = endpoint_find(&aws_service_sts, cases[i].region, NULL, files, cases[i].profile, url, &error);
    assert_int_equal(found, cases[i].url != NULL);
    if (found)
      assert_string_equal(url, cases[i].url);
    else
      assert_string_equal(error.message, "AWS_STS_REGIONAL_ENDPOINTS, or the profile's sts_regional_endpoints, is "
                                         "\"LEGACY\": it takes regional or legacy");
    assert_true(endpoint_find(&service_logs, "eu-west-1", NULL, NULL, NULL, url, &error));
    assert_string_equal(url, "https://logs.eu-west-1.amazonaws.com");
    (void)clear_environment(NULL);
  }
  profile_files_free(files);
}

/* As botocore joins: a path that an endpoint has is all of it. */
static void endpoint_join_keeps_a_path_as_it_was_given(void **state) {
  (void)state;
  static const struct {
    const char *endpoint, *path, *expected;
  } cases[] = {
      {"http://h", "/", "http://h/"},
      {"http://h/", "/", "http://h/"},
      {"HTTP://h:1/gw", "/", "HTTP://h:1/gw"},
      {"http://h/gw/", "/", "http://h/gw/"},
      {"http://h/a//", "/", "http://h/a//"},
      {"http://h", "/token", "http://h/token"},
      {"http://h/", "/token", "http://h/token"},
      {"http://h/gw", "/token", "http://h/gw/token"},
      {"http://h/gw/", "/token", "http://h/gw/token"},
      {"http://h/gw//", "/token", "http://h/gw//token"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char url[ENDPOINT_REQUEST_SIZE] = "";
    assert_true(endpoint_join(cases[i].endpoint, cases[i].path, url));
    assert_string_equal(url, cases[i].expected);
  }
  char longest[ENDPOINT_REQUEST_SIZE] = "http://h";
  memset(longest + strlen(longest), 'x', sizeof(longest) - strlen(longest) - 1);
  char url[ENDPOINT_REQUEST_SIZE] = "";
  assert_false(endpoint_join(longest, "/", url));
}

static void endpoint_configured_is_the_url_of_the_services_row(void **state) {
  (void)state;
  static char url[] = "http://logs";
  const aws_endpoint_t endpoints[] = {{&aws_service_sts, NULL}, {&service_logs, url}};
  assert_string_equal(endpoint_configured(endpoints, COUNT(endpoints), &service_logs), url);
  assert_null(endpoint_configured(endpoints, COUNT(endpoints), &aws_service_sts));
  assert_null(endpoint_configured(endpoints, COUNT(endpoints), &aws_service_sso));
  assert_null(endpoint_configured(NULL, 0, &service_logs));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, clear_environment, clear_environment)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(endpoint_host_follows_partition_and_variant),
      TEST(endpoint_host_refuses_what_does_not_fit),
      TEST(endpoint_region_is_a_dns_label),
      TEST(endpoint_url_is_scheme_host_port_and_path),
      TEST(endpoint_variant_is_that_of_the_environment_then_of_the_profile),
      TEST(endpoint_find_takes_the_strongest_setting),
      TEST(endpoint_find_ignores_settings_when_told_so_but_for_the_option),
      TEST(endpoint_find_applies_the_variant_to_aws_hosts),
      TEST(endpoint_find_names_the_setting_that_it_refuses),
      TEST(endpoint_find_refuses_a_region_whatever_is_set),
      TEST(endpoint_of_sts_is_the_global_one_where_legacy_is_set),
      TEST(endpoint_join_keeps_a_path_as_it_was_given),
      TEST(endpoint_configured_is_the_url_of_the_services_row),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
