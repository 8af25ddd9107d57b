/* links: studio -lcurl */

/* Says in one line what the plugin would use here: which credentials, whose they are, region and endpoints. What is
 * missing goes to standard error, in one line, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "studio/operations.h"
#include "util/http.h"

/* Without credentials or a region nothing can be scanned; without STS's answer it can. */
#define STATUS_UNUSABLE 2

/* Asked twice at the most: within 15 s it is said who does not answer. */
#define TIMEOUT_MS 5000
#define LONGEST_MS 60000

typedef struct {
  const aws_account_t *account;
  int status;
} asker_t;

static int fail(const aws_error_t *error) {
  bool is_unusable = strcmp(error->code, "credentials") == 0 || strcmp(error->code, "region") == 0 ||
                     strcmp(error->code, "configuration") == 0;
  (void)fprintf(stderr, "%s: %s\n", error->operation, error->message);
  return is_unusable ? STATUS_UNUSABLE : EXIT_FAILURE;
}

static void on_identity(void *user_data, const aws_identity_t *identity, const aws_error_t *error) {
  asker_t *asker = user_data;
  char sagemaker[ENDPOINT_URL_SIZE];
  char logs[ENDPOINT_URL_SIZE];
  aws_error_t unusable;
  if (identity == NULL) {
    asker->status = fail(error);
  } else if (!aws_account_endpoint(asker->account, &service_sagemaker, identity->region, sagemaker, &unusable) ||
             !aws_account_endpoint(asker->account, &service_logs, identity->region, logs, &unusable)) {
    asker->status = fail(&unusable);
  } else {
    (void)printf("Credentials from %s, for %s; region %s; asks %s and %s.\n", identity->source, identity->arn,
                 identity->region, sagemaker, logs);
    asker->status = EXIT_SUCCESS;
  }
}

int main(void) {
  const aws_settings_t settings = {.role_session_name = "collectd-sagemaker", .timeout_ms = TIMEOUT_MS};
  aws_t *aws = http_init() ? aws_new(USER_AGENT, &loop_system_clock) : NULL;
  aws_account_t *account = aws != NULL ? aws_account_new(aws, &settings) : NULL;
  asker_t asker = {.account = account, .status = EXIT_FAILURE};
  aws_error_t error;
  if (account == NULL) {
    (void)fputs("no memory, or libcurl does not work\n", stderr);
  } else if (!aws_account_refresh(account, &error)) {
    (void)fprintf(stderr, "%s: %s\n", error.operation, error.message);
    asker.status = STATUS_UNUSABLE;
  } else {
    aws_account_identity(account, on_identity, &asker);
    (void)aws_drive(aws, aws_monotonic_ms(aws) + LONGEST_MS);
  }
  aws_account_free(account);
  aws_free(aws);
  return asker.status;
}
