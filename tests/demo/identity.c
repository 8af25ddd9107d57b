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

/* Asked three times at the most: within 15 s it is said who does not answer. */
#define TIMEOUT_MS 3000
#define LONGEST_MS 60000

typedef struct {
  aws_account_t *account;
  char region[64];
  char sagemaker[ENDPOINT_URL_SIZE], logs[ENDPOINT_URL_SIZE];
  int status;
} asker_t;

static void fail(asker_t *asker, const aws_error_t *error) {
  bool is_unusable = strcmp(error->code, "credentials") == 0 || strcmp(error->code, "region") == 0 ||
                     strcmp(error->code, "configuration") == 0;
  (void)fprintf(stderr, "%s: %s\n", error->operation, error->message);
  asker->status = is_unusable ? STATUS_UNUSABLE : EXIT_FAILURE;
}

static void on_identity(void *user_data, const aws_identity_t *identity, const aws_error_t *error) {
  asker_t *asker = user_data;
  if (identity == NULL) {
    fail(asker, error);
    (void)printf("Region %s", asker->region);
  } else {
    (void)printf("Credentials from %s, for %s; region %s", identity->source, identity->arn, asker->region);
    asker->status = EXIT_SUCCESS;
  }
  (void)printf("; asks %s and %s.\n", asker->sagemaker, asker->logs);
}

static void on_region(void *user_data, const char *region, const aws_error_t *error) {
  asker_t *asker = user_data;
  aws_error_t unusable;
  if (region == NULL) {
    fail(asker, error);
  } else if (!aws_account_endpoint(asker->account, &service_sagemaker, region, asker->sagemaker, &unusable) ||
             !aws_account_endpoint(asker->account, &service_logs, region, asker->logs, &unusable)) {
    fail(asker, &unusable);
  } else {
    (void)snprintf(asker->region, sizeof(asker->region), "%s", region);
    aws_account_identity(asker->account, on_identity, asker);
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
    aws_account_region(account, on_region, &asker);
    (void)aws_drive(aws, aws_monotonic_ms(aws) + LONGEST_MS);
  }
  aws_account_free(account);
  aws_free(aws);
  return asker.status;
}
