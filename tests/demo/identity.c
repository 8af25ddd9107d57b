/* links: aws/client aws/account aws/inquiry aws/keyring aws/session aws/call aws/call_error */
/* links: aws/answer aws/bucket aws/counters aws/http aws/http_message aws/turns aws/wiped_memory */
/* links: aws/fetch aws/signed_request aws/sigv4 */
/* links: aws/document aws/small_file aws/endpoint aws/ini aws/profile aws/profile_load */
/* links: aws/shell_words aws/utf8 aws/error aws/date aws/credentials aws/buffer aws/loop aws/retry */
/* links: aws/region_finder aws/imds aws/sts aws/percent aws/child aws/redact aws/sso_token */
/* links: aws/credentials_environment aws/credentials_static aws/credentials_web_identity */
/* links: aws/credentials_sso aws/credentials_process aws/credentials_container */
/* links: aws/credentials_instance aws/credentials_refusal aws/credentials_chain */
/* links: aws/credentials_cache aws/credentials_role aws/credentials_profile_role */
/* links: aws/credentials_default -lcurl -lcrypto -ljson-c -lm */
/* links: aws/server_clock */
/* links: aws/credentials_login */
/* links: aws/xml */

/* Says in one line what the plugin would use here: which credentials, whose they are, region and endpoints. What is
 * missing goes to standard error, in one line, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/client.h"
#include "aws/http.h"

/* Without credentials or a region nothing can be scanned; without STS's answer it can. */
#define STATUS_UNUSABLE 2

/* Asked twice at the most: within 15 s it is said who does not answer. */
#define TIMEOUT_MS 5000
#define LONGEST_MS 60000

static void on_identity(void *owner, const aws_identity_t *identity, const aws_error_t *error) {
  int *status = owner;
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
