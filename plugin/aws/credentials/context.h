/* What the sources of one set of credentials share: the files and settings that they read, and how the services that
 * some of them ask are found and spoken to. */
#ifndef AWS_CREDENTIALS_CONTEXT_H
#define AWS_CREDENTIALS_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/credentials/region_finder.h"
#include "aws/protocol/endpoint.h"
#include "aws/protocol/profile.h"
#include "aws/protocol/request.h"
#include "aws/protocol/retry.h"
#include "util/loop.h"

/* profile is the account's: its endpoint settings hold inside role chains, too. All pointers must outlive the sources.
 */
typedef struct {
  loop_t *loop;
  const profile_files_t *files;
  const char *paths[2]; /* the options ConfigFile and CredentialsFile, by profile_file_t; NULL: not given */
  const char *profile;
  bool profile_is_option;          /* named by the program: the environment's keys and web identity are passed over */
  const char *session_name;        /* of a role for which no other is set */
  const aws_endpoint_t *endpoints; /* the option Endpoint */
  size_t endpoints_count;
  const char *ca_file; /* NULL: libcurl's own */
  int64_t timeout_ms;  /* of one attempt */
  int attempts;        /* of one request: AWS_MAX_ATTEMPTS, max_attempts of the profile, RETRY_ATTEMPTS */
  int attempts_paged;  /* of a page behind the first, while AWS throttles */
  region_finder_t *region;
  retry_quota_t *quota;
} credentials_context_t;

/* context_endpoint writes the URL of a service that credentials come from, as endpoint_find does. */
bool context_endpoint(const credentials_context_t *context, const aws_service_t *service, const char *region,
                      char url[ENDPOINT_URL_SIZE], aws_error_t *error);

/* context_fill_request gives a request to an AWS service the context's patience: retry policy, attempts, time, quota
 * and certificates. */
void context_fill_request(const credentials_context_t *context, aws_request_t *request);

#endif
