/* What client.c, account.c, identity.c, session.c, lane.c and call.c share; these alone include it. */
#ifndef AWS_CLIENT_PRIVATE_H
#define AWS_CLIENT_PRIVATE_H

#include "aws/client.h"
#include "aws/credentials/credentials_pool.h"
#include "aws/credentials/provider.h"
#include "aws/credentials/providers.h"
#include "aws/protocol/profile.h"
#include "aws/protocol/retry.h"
#include "aws/protocol/sigv4.h"
#include "aws/server_clock.h"
#include "util/http.h"
#include "util/token_bucket.h"

/* Requests of one session that are under way at a time. Enough to fill every default rate at a latency of half a
 * second; few enough that a service which hangs ties up little. */
#ifndef SESSION_IN_FLIGHT_MAX /* but where tests/bench measures what other numbers would do */
#define SESSION_IN_FLIGHT_MAX 16
#endif

/* Operations that one session may use. */
#define SESSION_LANES_MAX 8

typedef struct call call_t;

struct aws {
  loop_t loop;
  credentials_pool_t *pools;
};

typedef struct identity_query identity_query_t;

struct aws_account {
  aws_t *aws;
  aws_settings_t settings;
  credentials_pool_t *pool; /* shared; NULL before the first refresh. The next three are its own. */
  const profile_files_t *files;
  const char *profile;              /* the effective one */
  credentials_provider_t *provider; /* a cache over the chain */
  char stamp[256];                  /* of the two files as they were read */
  char warning[512];                /* about their permissions; "": none */
  size_t calls;                     /* under way, in all its sessions */
  identity_query_t *queries;        /* of region and identity, under way */
};

/* lane_t is one operation of a session: the calls that wait for their turn, the bucket that gives it, and the key that
 * its requests are signed with, kept from one to the next. */
typedef struct {
  const aws_operation_t *operation;
  sigv4_key_t key;
  token_bucket_t bucket;
  call_t *first, **last;
} lane_t;

struct aws_session {
  aws_account_t *account;
  char region[64];
  lane_t lanes[SESSION_LANES_MAX];
  size_t lanes_count;
  size_t in_flight;
  loop_timer_t pump;
  call_t *calls; /* all of them, for the end */
  retry_quota_t quota;
  counters_t *requests, *errors;
  server_clock_t clock;
};

/* account_ca_file is the file of trusted certificates, the strongest setting first; NULL: libcurl's own. */
const char *account_ca_file(const aws_account_t *account);

/* identity_cancel_queries ends what is being asked about an account; no done is called. */
void identity_cancel_queries(aws_account_t *account);

/* lane_find is the lane of an operation, which it makes for the first call. NULL: the session has SESSION_LANES_MAX. */
lane_t *lane_find(aws_session_t *session, const aws_operation_t *operation);

/* lane_push puts a call at the end (or the front, for a call's next page or attempt) of its operation's lane, and lets
 * the session's pump run from the loop. false: no lane. */
bool lane_push(aws_session_t *session, call_t *call, bool front);

/* lane_take takes the first call of a lane whose turn it is, and counts it in session->in_flight. NULL: the lane is
 * empty, the session has enough under way, or the turn comes in *wait_ms, which is lowered to that (negative: not set
 * yet). */
call_t *lane_take(aws_session_t *session, lane_t *lane, int64_t *wait_ms);

/* call_t is one logical call: all its pages, all its attempts. */
struct call {
  call_t *next, **link; /* in session->calls */
  call_t *queued;       /* behind it in its lane */
  aws_call_t ask;
  char *token; /* of the page that is being asked for; NULL: the first */
  size_t pages;
  retry_state_t retry;       /* of this page */
  uint64_t keys;             /* the generation of the credentials that the attempt is signed with */
  bool renewed;              /* the credentials were, for this page */
  aws_error_t *refusal;      /* AWS's, of the keys that are being renewed; NULL: no keys are being renewed */
  int64_t signed_offset_ms;  /* AWS's time minus monotonic time, as they were for the last signature */
  http_transfer_t *transfer; /* under way; NULL: none */
  loop_timer_t delay;
};

/* call_pump, of the session that user_data is, starts the calls whose turn it is, each by asking for credentials, and
 * sets the timer for the next turn. */
void call_pump(void *user_data);

/* call_free takes a call out of its session and ends what it has under way; its done is not called. */
void call_free(call_t *call);

#endif
