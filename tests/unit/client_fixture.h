/* An AWS client on fake_http with keys from the environment: what the tests of aws/client.h share. */
#ifndef UNIT_CLIENT_FIXTURE_H
#define UNIT_CLIENT_FIXTURE_H

#include "aws/client.h"

#include "fake_http.h"

#define CLIENT_URL "http://aws.test"

typedef struct {
  aws_t *aws;
  aws_account_t *account;
  aws_session_t *session; /* us-east-1 */
  counters_t requests, errors;
} client_t;

extern client_t client;

/* For a test's setup and teardown. */
int client_begin(void **state);
int client_end(void **state);

/* ListApps with the limits of a real one, and one that is practically without limits. */
extern const aws_operation_t client_list_apps;
extern const aws_operation_t client_unlimited;

/* A call and what became of it. */
typedef struct {
  aws_verdict_t verdict; /* of each page; AWS_MORE at first */
  int enough_after;      /* pages; 0: all of them */
  int pages;
  char seen[128]; /* the pages' "N" members, each behind a space */
  int done;
  aws_error_t error; /* an empty code: none */
  int64_t done_ms;
} asked_t;

/* client_begin_with is client_begin with one more variable in the environment. */
int client_begin_with(void **state, const char *variable, const char *value);

void client_submit(asked_t *asked, const aws_operation_t *operation, const char *input);

/* client_drive drives until nothing is under way. */
void client_drive(void);

/* The count of an error code or operation; 0 where it never occurred. */
uint64_t client_count(const counters_t *counters, const char *name);

#endif
