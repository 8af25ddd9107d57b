/* Signature Version 4, divided as AWS's description divides it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 * Pure: the time is an argument, nothing is sent. */
#ifndef AWS_PROTOCOL_SIGV4_H
#define AWS_PROTOCOL_SIGV4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/protocol/credentials.h"
#include "util/buffer.h"

/* A header to be signed. name in any case; value as it will be sent. */
typedef struct {
  const char *name;
  const char *value;
} sigv4_header_t;

/* What is sent. path is absolute and, like query (without '?', "" for none), percent-encoded as it stands in the
 * request line. headers are all those to be signed: host and x-amz-date among them, x-amz-security-token where the
 * credentials have one. */
typedef struct {
  const char *method;
  const char *path;
  const char *query;
  const sigv4_header_t *headers;
  size_t headers_count;
  const void *body;
  size_t body_length;
} sigv4_request_t;

/* The signing key of one day, region, service and secret: derived when any of them changes, not for each request.
 * Zeroed is empty; sigv4_key_clear wipes it. */
typedef struct {
  char scope[128];          /* "20261123/us-east-1/logs" */
  unsigned char secret[32]; /* SHA-256 of the secret key that it was derived from */
  unsigned char key[32];
} sigv4_key_t;

/* sigv4_key_clear wipes the key and leaves it empty; safe twice. */
void sigv4_key_clear(sigv4_key_t *key);

#define SIGV4_DATE_SIZE sizeof("20261123T203600Z")

/* sigv4_date writes time_s (seconds since the epoch) as X-Amz-Date wants it; false: its year has not four digits. */
bool sigv4_date(int64_t time_s, char date[SIGV4_DATE_SIZE]);

/* sigv4_sign replaces authorization's content by the value of the Authorization header. key is used and renewed. false:
 * no memory, a failure of OpenSSL, or a region or service that cannot stand in a scope; authorization is then empty. */
bool sigv4_sign(const sigv4_request_t *request, const credentials_t *credentials, const char *region,
                const char *service, const char *date, sigv4_key_t *key, buffer_t *authorization)
    __attribute__((warn_unused_result));

#endif
