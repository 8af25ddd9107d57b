/* A small client of STS: requests by the query protocol, responses in JSON or else in XML:
 * https://docs.aws.amazon.com/STS/latest/APIReference/ */
#ifndef AWS_CREDENTIALS_STS_H
#define AWS_CREDENTIALS_STS_H

#include <json-c/json.h>

#include "aws/credentials/context.h"
#include "aws/protocol/request.h"
#include "util/buffer.h"

typedef struct {
  const char *name;
  const char *value; /* NULL: left out */
} sts_parameter_t;

/* sts_done_t is called exactly once for each sts_call, perhaps before that returns. result is the response's
 * "<Action>Result" and lives during the call; it is NULL where error is not. skew_ms is how far AWS's clock is ahead of
 * ours (0 where it hardly is). */
typedef void sts_done_t(void *user_data, json_object *result, int64_t skew_ms, const aws_error_t *error);

/* sts_call_t is a call, embedded in what waits for it. Zeroed is no call. */
typedef struct {
  const credentials_context_t *context;
  const char *action;
  credentials_t credentials; /* empty: not signed */
  buffer_t form;
  bool waits_for_region;
  aws_pending_request_t *pending;
  sts_done_t *done;
  void *user_data;
} sts_call_t;

/* sts_call asks STS in the context's region, at the endpoint that the settings name for it. context outlives the call;
 * credentials and parameters are copied. credentials may be NULL: the call is not signed then. action is a constant. */
void sts_call(sts_call_t *call, const credentials_context_t *context, const credentials_t *credentials,
              const char *action, const sts_parameter_t *parameters, size_t count, sts_done_t *done, void *user_data);

/* sts_cancel breaks the call off; done is not called. Safe when nothing is under way. */
void sts_cancel(sts_call_t *call);

/* sts_read_credentials copies the keys out of a result; the caller clears credentials. false: error says what is wrong
 * with it. Their expiry is by this machine's clock. */
bool sts_read_credentials(json_object *result, const char *action, int64_t skew_ms, const char *source,
                          credentials_t *credentials, aws_error_t *error);

#endif
