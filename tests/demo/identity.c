/* links: aws -lcurl */

/* Says in one line what the plugin would use here: which credentials, whose they are, region and endpoints. What is
 * missing goes to standard error, in one line, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/client.h"
#include "util/http.h"

/* Without credentials or a region nothing can be scanned; without STS's answer it can. */
#define STATUS_UNUSABLE 2

/* Asked twice at the most: within 15 s it is said who does not answer. */
#define TIMEOUT_MS 5000
#define LONGEST_MS 60000

static void on_identity(void *user_data, const aws_identity_t *identity, const aws_error_t *error) {
  int *status = user_data;
  if (identity == NULL) {
    bool is_unusable = strcmp(error->code, "credentials") == 0 || strcmp(error->code, "region") == 0 ||
                       strcmp(error->code, "configuration") == 0;
    (void)fprintf(stderr, "%s: %s\n", error->operation, error->message);
    *status = is_unusable ? STATUS_UNUSABLE : EXIT_FAILURE;
    return;
  }
  (void)printf("Credentials from %s, for %s; region %s; asks %s and %s.\n", identity->source, identity->arn,
               identity->region, identity->endpoints[ENDPOINT_SAGEMAKER], identity->endpoints[ENDPOINT_LOGS]);
  *status = EXIT_SUCCESS;
}

int main(void) {
  int status = EXIT_FAILURE;
  const aws_settings_t settings = {.timeout_ms = TIMEOUT_MS};
  aws_t *aws = http_init() ? aws_new(&loop_system_clock) : NULL;
  aws_account_t *account = aws != NULL ? aws_account_new(aws, &settings) : NULL;
  aws_error_t error;
  if (account == NULL) {
    (void)fputs("no memory, or libcurl does not work\n", stderr);
  } else if (!aws_account_refresh(account, &error)) {
    (void)fprintf(stderr, "%s: %s\n", error.operation, error.message);
    status = STATUS_UNUSABLE;
  } else {
    aws_account_identity(account, on_identity, &status);
    (void)aws_drive(aws, aws_monotonic_ms(aws) + LONGEST_MS);
  }
  aws_account_free(account);
  aws_free(aws);
  return status;
}
