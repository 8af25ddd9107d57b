/* links: aws fuzz/fake_child fuzz/input unit/fake_http fuzz/http_server */
/* A whole client before a hostile server: pages, page tokens, error bodies, dates, retries. */
#include <stdlib.h>
#include <string.h>

#include "aws/client.h"
#include "fake_http.h"

#include "http_server.h"

#define CALLS 3

typedef struct {
  int done;
  size_t pages;
} asked_t;

static counters_t requests, errors;

static const aws_service_t service = {
    .name = "sagemaker",
    .setting = "sagemaker",
    .host = "api.sagemaker",
    .signing_name = "sagemaker",
    .target_prefix = "SageMaker",
    .json_version = "1.1",
};
static const aws_operation_t operations[CALLS] = {
    {&service, "ListApps", "NextToken", "NextToken", 5.0, 20.0},
    {&service, "ListDomains", "NextToken", "NextToken", 1000.0, 1000.0},
    {&service, "DescribeLogStreams", "nextToken", "nextToken", 0.01, 1.0},
};

int LLVMFuzzerInitialize(const int *count, char ***arguments);

int LLVMFuzzerInitialize(const int *count, char ***arguments) {
  (void)count;
  (void)arguments;
  return setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1) + setenv("AWS_SECRET_ACCESS_KEY", "secret", 1) +
         setenv("AWS_ENDPOINT_URL", "http://aws.test", 1);
}

static aws_verdict_t on_page(void *user_data, json_object *out) {
  asked_t *asked = user_data;
  INPUT_PROMISE(json_object_is_type(out, json_type_object));
  asked->pages++;
  return asked->pages % 8 == 7 ? AWS_ENOUGH : AWS_MORE;
}

static void on_done(void *user_data, const aws_error_t *error) {
  ((asked_t *)user_data)->done++;
  if (error != NULL)
    INPUT_PROMISE(input_is_line(error->code) && input_is_line(error->message));
}

static void ask(aws_session_t *session, asked_t asked[CALLS]) {
  for (size_t i = 0; i < CALLS; i++) {
    aws_call_t call = {.session = session,
                       .operation = &operations[i],
                       .input = json_object_new_object(),
                       .page = on_page,
                       .done = on_done,
                       .user_data = &asked[i]};
    INPUT_PROMISE(aws_submit(&call));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const aws_settings_t settings = {
      .config_file = "/nonexistent/config", .credentials_file = "/nonexistent/credentials", .timeout_ms = 10000};
  input_t input = input_of(data, size);
  bool breaks_off = input_byte(&input) % 8 == 7;
  asked_t asked[CALLS] = {{0, 0}};
  aws_error_t error;
  http_server_start(&input);
  aws_t *aws = aws_new("fuzz", &fake_clock);
  aws_account_t *account = aws_account_new(aws, &settings);
  INPUT_PROMISE(aws_account_refresh(account, &error));
  aws_session_t *session = aws_session_new(account, "us-east-1", &requests, &errors);
  ask(session, asked);
  aws_result_t result = aws_drive(aws, breaks_off ? aws_monotonic_ms(aws) + 100 : INT64_MAX);
  for (size_t i = 0; i < CALLS; i++)
    INPUT_PROMISE(asked[i].done == 1 || (breaks_off && asked[i].done == 0));
  INPUT_PROMISE(result == AWS_IDLE || breaks_off);
  aws_session_free(session);
  aws_account_free(account);
  aws_free(aws);
  (void)fake_http_end(NULL);
  input_clear(&input);
  return 0;
}
