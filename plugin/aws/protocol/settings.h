/* The settings of an account: what an administrator may say of credentials, endpoints, time and rates. */
#ifndef AWS_PROTOCOL_SETTINGS_H
#define AWS_PROTOCOL_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "aws/protocol/endpoint.h"

/* aws_rate_t is calls a second of one operation, in place of the operation's own rate. */
typedef struct {
  char *operation;
  double rate;
} aws_rate_t;

/* aws_settings_t is what an administrator may set for an account; NULL and 0 stand for "not set". All that it points to
 * must outlive the account. Where a setting decides which keys are found, or where they are asked for, make_name and
 * keep_settings of credentials_pool.c name it: accounts that differ in it share no keys. */
typedef struct {
  const char *profile;
  const char *config_file;
  const char *credentials_file;
  const char *role_arn;    /* assumed with the credentials that are found */
  const char *external_id; /* given with it */
  const char *region;      /* the first of the account's: STS is asked there */
  const char *ca_file;
  const char *role_session_name; /* of roles for which no other name is set; never NULL where one may be assumed */
  const aws_endpoint_t *endpoints;
  size_t endpoints_count;
  int64_t timeout_ms; /* of one HTTP request */
  const aws_rate_t *rates;
  size_t rates_count;
} aws_settings_t;

#endif
