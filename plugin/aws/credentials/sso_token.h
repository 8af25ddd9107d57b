/* The tokens that `aws sso login` leaves under ~/.aws/sso/cache, one JSON document each, and their renewal:
 * https://docs.aws.amazon.com/sdkref/latest/guide/understanding-sso.html
 * https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html */
#ifndef AWS_CREDENTIALS_SSO_TOKEN_H
#define AWS_CREDENTIALS_SSO_TOKEN_H

#include <limits.h>

#include <json-c/json.h>

#include "aws/credentials/context.h"
#include "aws/protocol/request.h"

/* A token is renewed so long ahead of its end, as botocore does. */
#define SSO_TOKEN_AHEAD_MS ((int64_t)15 * 60 * 1000)

/* sso_token_t owns its document, until sso_token_clear; access_token is a string of it. Zeroed has no token. */
typedef struct {
  char path[PATH_MAX];
  json_object *document;
  const char *access_token;
  int64_t expires_ms;
  bool unwritten; /* renewed, but the file could not be replaced */
} sso_token_t;

/* sso_token_load reads the token of an sso-session's name, or of a start URL where there is no session; an unwritten
 * one stays until the file's is newer. false: *reason is a phrase that says why. */
bool sso_token_load(sso_token_t *token, const char *name, const char **reason);

/* sso_token_is_renewable says whether there is a refresh token, and a client whose registration has not expired. */
bool sso_token_is_renewable(const sso_token_t *token, int64_t now_ms);

/* sso_token_renew asks OIDC in that region for a new one, at the endpoint that the settings name. done is called as
 * request.h says; the caller cancels what is returned when it no longer waits. NULL: error says why nothing was sent.
 */
aws_pending_request_t *sso_token_renew(const sso_token_t *token, const credentials_context_t *context,
                                       const char *region, aws_request_done_t *done, void *user_data,
                                       aws_error_t *error);

/* sso_token_take takes OIDC's response and writes the file; false: the response has no usable token, and token is as it
 * was. A file that cannot be written is no failure: the token is kept in memory. */
bool sso_token_take(sso_token_t *token, const http_response_t *response, int64_t now_ms);

/* sso_token_clear wipes the token and returns it to pristine; safe twice. */
void sso_token_clear(sso_token_t *token);

#endif
