/* What a test of a source of credentials needs: files as text, a loop on fake_http.h, and somebody who asks. */
#ifndef UNIT_PROVIDER_CASE_H
#define UNIT_PROVIDER_CASE_H

#include "aws/credentials/providers.h"
#include "fake_http.h"

typedef struct {
  loop_t loop;
  profile_files_t *files;
  aws_endpoint_t endpoint; /* of STS, as the option has it */
  retry_quota_t quota;
  credentials_context_t context;
  /* What the last provider_case_ask heard. */
  int responses;
  credentials_result_t result;
  credentials_t found;
  aws_error_t error;
} provider_case_t;

/* provider_case_start clears AWS's variables from the environment, puts HOME into a new folder and reads the files. */
void provider_case_start(provider_case_t *test, const char *config, const char *credentials);

/* provider_case_ask asks once and drives the loop until it is idle. */
void provider_case_ask(provider_case_t *test, credentials_provider_t *provider);

/* provider_case_end destroys the provider (NULL: none) and checks the transcript's end. */
void provider_case_end(provider_case_t *test, credentials_provider_t *provider);

/* Asserts about the last answer. */
void assert_keys(const provider_case_t *test, const char *access_key_id);
void assert_refused(const provider_case_t *test, credentials_result_t result, const char *words);

/* The folder that is HOME now, and a file in it, written anew. */
const char *provider_case_home(void);
void provider_case_write(const char *name, const char *text);
const char *provider_case_path(const char *name);

#define EXPECT(exchanges) fake_http_expect_all((exchanges), sizeof(exchanges) / sizeof((exchanges)[0]))

#endif
