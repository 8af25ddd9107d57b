/* A small AWS client: many signed calls in flight, paged, retried and rate-limited. It speaks AWS's JSON protocol
 * (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html); its caller brings the services and their operations
 * as tables. It never logs, and blocks in aws_drive only.
 *
 * One thread at a time calls the functions of an aws_t and of what belongs to it, and callbacks come in the thread that
 * calls aws_drive. aws_wake is for any thread. aws_session_now_ms and aws_session_skew_ms may be called by another
 * thread while the session has no call under way.
 *
 * aws_t          one event loop with one HTTP engine: everything that is under way
 * aws_account_t  one set of settings: files, credentials, default region
 * aws_session_t  an account in one region: signing keys, rate limits, counters, AWS's clock
 * aws_call_t     one logical call: all its pages and attempts */
#ifndef AWS_CLIENT_H
#define AWS_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

#include "aws/protocol/endpoint.h"
#include "aws/protocol/error.h"
#include "aws/protocol/settings.h"
#include "util/counters.h"
#include "util/loop.h"

typedef struct aws aws_t;
typedef struct aws_account aws_account_t;
typedef struct aws_session aws_session_t;

/* aws_operation_t is one operation of a service, a constant that outlives the sessions. token_in and token_out are the
 * members that carry the page token; rate is in calls a second, burst says how many of them may come at once. */
typedef struct {
  const aws_service_t *service;
  const char *name;
  const char *token_in;
  const char *token_out;
  double rate;
  double burst;
} aws_operation_t;

/* aws_new makes a client. user_agent is what every request says of who sends it, and must outlive the client; clock is
 * &loop_system_clock but in tests. http_init must have been called. NULL: no memory. */
aws_t *aws_new(const char *user_agent, const loop_clock_t *clock);

/* aws_free ends what is under way; no callback is called. Sessions must have been freed before, then accounts, and from
 * the first of them on nothing may be driven any more. */
void aws_free(aws_t *aws);

/* aws_account_new reads nothing yet: aws_account_refresh does. It copies settings, but not what they point to. NULL: no
 * memory. */
aws_account_t *aws_account_new(aws_t *aws, const aws_settings_t *settings);

/* aws_account_free ends what is asked about the account without calling back. Its sessions must have been freed before;
 * account may be NULL. */
void aws_account_free(aws_account_t *account);

/* aws_account_refresh reads the shared files anew when they have changed since. It is called
 * before a scan, so that a repaired file needs no restart. false: error says which file is unusable; what was read
 * before is kept. */
bool aws_account_refresh(aws_account_t *account, aws_error_t *error);

/* aws_account_warning is a line about the files that aws_account_refresh has read (others may read the keys in them);
 * NULL: there is nothing to say. Valid until the next refresh. */
const char *aws_account_warning(const aws_account_t *account);

/* aws_region_done_t is called exactly once for each aws_account_region; region and error live during the call. */
typedef void aws_region_done_t(void *user_data, const char *region, const aws_error_t *error);

/* aws_account_region finds the region that a call without one goes to: AWS_REGION, AWS_DEFAULT_REGION, the profile's,
 * the instance's. It calls back perhaps before it returns; without a region, region is NULL and error says where it was
 * looked for. The files must have been read. */
void aws_account_region(aws_account_t *account, aws_region_done_t *done, void *user_data);

/* aws_account_endpoint writes the URL that requests to service go to in that region, by the account's settings, the
 * environment and the profile (endpoint_find). The files must have been read. false: error says which setting is
 * unusable. */
bool aws_account_endpoint(const aws_account_t *account, const aws_service_t *service, const char *region,
                          char url[ENDPOINT_URL_SIZE], aws_error_t *error);

/* aws_environment_region is AWS_REGION's or AWS_DEFAULT_REGION's value; NULL: neither is set. */
const char *aws_environment_region(void);

/* aws_identity_t says for people whose an account's credentials are. All strings live during the callback. */
typedef struct {
  const char *source; /* which provider gave the credentials */
  const char *arn;
  const char *account_id;
  const char *region;
} aws_identity_t;

/* aws_account_identity asks STS (GetCallerIdentity), which allows it to everybody. Calls back exactly once, perhaps
 * before it returns; identity is NULL where error is not; both live during the call. The files must have been read. */
typedef void aws_identity_done_t(void *user_data, const aws_identity_t *identity, const aws_error_t *error);
void aws_account_identity(aws_account_t *account, aws_identity_done_t *done, void *user_data);

/* aws_session_new: the region must be valid (endpoint_region_is_valid). requests counts the HTTP requests sent, by
 * operation, errors the failed attempts, by error code; both must outlive the session. NULL: no memory. */
aws_session_t *aws_session_new(aws_account_t *account, const char *region, counters_t *requests, counters_t *errors);

/* aws_session_free breaks off the session's calls, whose done is not called; session may be NULL. */
void aws_session_free(aws_session_t *session);

/* aws_session_region is the region, as long as the session lives. */
const char *aws_session_region(const aws_session_t *session);

/* aws_session_now_ms is the time by AWS's clock, in milliseconds since the epoch: what the last Date of a response that
 * AWS itself gave has said, or this machine's clock at that moment where they differed by at most 5 seconds, and what
 * has passed since. Before the first response it is this machine's. */
int64_t aws_session_now_ms(const aws_session_t *session);

/* aws_session_skew_ms is how far this machine's clock is behind AWS's now, 0 within 5 seconds. */
int64_t aws_session_skew_ms(const aws_session_t *session);

typedef enum {
  AWS_MORE,      /* go on to the next page, if there is one */
  AWS_ENOUGH,    /* the caller knows what it wanted to know */
  AWS_MALFORMED, /* the page lacks what it must have: the call ends with the error "parse" */
} aws_verdict_t;

/* aws_call_t is one call. page is called for each page in turn; the client frees out, the page, when that returns: what
 * is to be kept is copied. done is called exactly once, never from within aws_submit; it is not called if the session
 * is freed first. error is NULL when the last page was reached or was enough, and lives during the call. Both may
 * submit further calls. */
typedef struct {
  aws_session_t *session;
  const aws_operation_t *operation;
  json_object *input; /* owned from aws_submit on, whatever that returns */
  aws_verdict_t (*page)(void *user_data, json_object *out);
  void (*done)(void *user_data, const aws_error_t *error);
  void *user_data;
} aws_call_t;

/* aws_submit puts the call in line. false: no memory, or the session has no lane left for the operation; done will not
 * be called. */
bool aws_submit(const aws_call_t *call) __attribute__((warn_unused_result));

typedef enum {
  AWS_IDLE,     /* nothing is under way */
  AWS_DEADLINE, /* the deadline has come */
  AWS_WOKEN,    /* aws_wake was called */
} aws_result_t;

/* aws_drive sends, waits and calls back until deadline_ms of aws_monotonic_ms. */
aws_result_t aws_drive(aws_t *aws, int64_t deadline_ms);

/* aws_monotonic_ms is a clock that is never set, in milliseconds since some time in the past. */
int64_t aws_monotonic_ms(const aws_t *aws);

/* aws_wake makes the current or else the next aws_drive return AWS_WOKEN; for any thread. */
void aws_wake(aws_t *aws);

#endif
