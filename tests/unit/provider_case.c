#include "provider_case.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

/* What no error may say: the values that these tests use for secrets. */
static const char *const secrets[] = {"SECRET", "TOKEN-VALUE", "external-id-value"};

static char home[64];

static void clear_environment(void) {
  for (char **at = environ; *at != NULL;) {
    char name[128];
    if (strncmp(*at, "AWS_", 4) == 0) {
      snprintf(name, sizeof(name), "%.*s", (int)strcspn(*at, "="), *at);
      unsetenv(name);
      at = environ;
    } else {
      at++;
    }
  }
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where) {
  (void)status;
  (void)kind;
  (void)where;
  return remove(path);
}

const char *provider_case_home(void) { return home; }

const char *provider_case_path(const char *name) {
  static char path[256];
  snprintf(path, sizeof(path), "%s/%s", home, name);
  return path;
}

void provider_case_write(const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof(path), "%s", provider_case_path(name));
  for (char *slash = strchr(path + strlen(home) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    (void)mkdir(path, 0700);
    *slash = '/';
  }
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

void provider_case_start(provider_case_t *test, const char *config, const char *credentials) {
  aws_error_t error = {.message = ""};
  memset(test, 0, sizeof(*test));
  fake_http_begin(NULL);
  clear_environment();
  snprintf(home, sizeof(home), "/tmp/provider.XXXXXX");
  assert_non_null(mkdtemp(home));
  setenv("HOME", home, 1);
  test->loop.clock = &fake_clock;
  test->loop.http = http_new("test");
  test->files = profile_files_new();
  assert_non_null(test->files);
  if (!profile_files_parse(test->files, PROFILE_CONFIG_FILE, config, strlen(config), "config", &error) ||
      !profile_files_parse(test->files, PROFILE_CREDENTIALS_FILE, credentials, strlen(credentials), "credentials",
                           &error))
    fail_msg("%s", error.message);
  test->quota = (retry_quota_t)RETRY_QUOTA_INIT;
  test->endpoint.service = &aws_service_sts;
  test->context = (credentials_context_t){
      .loop = &test->loop,
      .files = test->files,
      .profile = "default",
      .session_name = "collectd-sagemaker",
      .endpoints = &test->endpoint,
      .endpoints_count = 1,
      .timeout_ms = 10000,
      .attempts = RETRY_ATTEMPTS,
      .region = region_finder_new(&test->loop, test->files, "default", "eu-west-1"),
      .quota = &test->quota,
  };
}

static void on_response(void *user_data, credentials_result_t result, const credentials_t *credentials,
                        const aws_error_t *error) {
  provider_case_t *test = user_data;
  test->responses++;
  test->result = result;
  if (result == CREDENTIALS_FOUND) {
    assert_true(credentials_set(&test->found, credentials->access_key_id, credentials->secret_access_key,
                                credentials->session_token, credentials->expires_ms, credentials->source));
    return;
  }
  test->error = *error;
  assert_true(error->message[0] != '\0' && strchr(error->message, '\n') == NULL);
  for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
    if (strstr(error->message, secrets[i]) != NULL)
      fail_msg("the error has a secret: %s", error->message);
  }
}

void provider_case_ask(provider_case_t *test, credentials_provider_t *provider) {
  assert_non_null(provider);
  test->responses = 0;
  credentials_clear(&test->found);
  provider->get(provider, on_response, test);
  assert_int_equal(loop_drive(&test->loop, INT64_MAX), LOOP_IDLE);
  assert_int_equal(test->responses, 1);
}

void provider_case_end(provider_case_t *test, credentials_provider_t *provider) {
  if (provider != NULL)
    provider->destroy(provider);
  region_finder_free(test->context.region);
  profile_files_free(test->files);
  credentials_clear(&test->found);
  fake_http_end(NULL);
  http_free(test->loop.http);
  clear_environment();
  assert_int_equal(nftw(home, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void assert_keys(const provider_case_t *test, const char *access_key_id) {
  if (test->result != CREDENTIALS_FOUND)
    fail_msg("no keys: %s", test->error.message);
  assert_string_equal(test->found.access_key_id, access_key_id);
}

void assert_refused(const provider_case_t *test, credentials_result_t result, const char *words) {
  assert_int_equal(test->result, result);
  if (strstr(test->error.message, words) == NULL)
    fail_msg("\"%s\" is not in: %s", words, test->error.message);
}
