#include "client_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

#include "util/json.h"

client_t client;

static const aws_service_t service = {
    .name = "sagemaker",
    .setting = "sagemaker",
    .host = "api.sagemaker",
    .signing_name = "sagemaker",
    .target_prefix = "SageMaker",
    .json_version = "1.1",
};

const aws_operation_t client_list_apps = {&service, "ListApps", "NextToken", "NextToken", 5.0, 20.0};
const aws_operation_t client_unlimited = {&service, "ListDomains", "NextToken", "NextToken", 1000.0, 1000.0};

static void set_environment(void) {
  for (char **at = environ; *at != NULL;) {
    char name[128];
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(*at, "="), *at);
    at = strncmp(name, "AWS_", 4) == 0 && unsetenv(name) == 0 ? environ : at + 1;
  }
  setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
  setenv("AWS_ENDPOINT_URL", CLIENT_URL, 1);
  setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
  setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
}

int client_begin(void **state) { return client_begin_with(state, "AWS_MAX_ATTEMPTS", ""); }

int client_begin_with(void **state, const char *variable, const char *value) {
  static const aws_settings_t settings = {
      .config_file = "/nonexistent/config", .credentials_file = "/nonexistent/credentials", .timeout_ms = 10000};
  aws_error_t error;
  fake_http_begin(state);
  set_environment();
  setenv(variable, value, 1);
  memset(&client, 0, sizeof(client));
  client.aws = aws_new("test", &fake_clock);
  assert_non_null(client.aws);
  client.account = aws_account_new(client.aws, &settings);
  assert_non_null(client.account);
  assert_true(aws_account_refresh(client.account, &error));
  client.session = aws_session_new(client.account, "us-east-1", &client.requests, &client.errors);
  assert_non_null(client.session);
  return 0;
}

int client_end(void **state) {
  aws_session_free(client.session);
  aws_account_free(client.account);
  aws_free(client.aws);
  return fake_http_end(state);
}

static aws_verdict_t on_page(void *user_data, json_object *out) {
  asked_t *asked = user_data;
  const char *number = "-";
  json_member_text(out, "N", &number);
  size_t length = strlen(asked->seen);
  snprintf(asked->seen + length, sizeof(asked->seen) - length, " %s", number);
  asked->pages++;
  return asked->pages == asked->enough_after ? AWS_ENOUGH : asked->verdict;
}

static void on_done(void *user_data, const aws_error_t *error) {
  asked_t *asked = user_data;
  asked->done++;
  asked->done_ms = aws_monotonic_ms(client.aws);
  if (error != NULL)
    asked->error = *error;
}

void client_submit(asked_t *asked, const aws_operation_t *operation, const char *input) {
  aws_call_t call = {.session = client.session,
                     .operation = operation,
                     .input = json_tokener_parse(input),
                     .page = on_page,
                     .done = on_done,
                     .user_data = asked};
  assert_true(aws_submit(&call));
}

void client_drive(void) { assert_int_equal(aws_drive(client.aws, INT64_MAX), AWS_IDLE); }

uint64_t client_count(const counters_t *counters, const char *name) {
  for (size_t i = 0; i < counters_used(counters); i++) {
    if (strcmp(counters_name(counters, i), name) == 0)
      return counters_value(counters, i);
  }
  return 0;
}
