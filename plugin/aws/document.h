/* The JSON documents in which keys are handed out: the instance's and the container's metadata, SSO, STS and processes
 * say the same under different names. Pure. */
#ifndef AWS_DOCUMENT_H
#define AWS_DOCUMENT_H

#include <stdbool.h>

#include <json-c/json.h>

#include "aws/buffer.h"
#include "aws/credentials.h"

typedef enum {
  DOCUMENT_ISO8601,
  DOCUMENT_SECONDS_OR_ISO8601, /* STS: a number in JSON, a text in XML */
  DOCUMENT_MILLISECONDS,
} document_time_t;

/* The names of the members. A document may always leave out what is not needed: keys without a token or an expiry. */
typedef struct {
  const char *id, *secret, *token, *expires;
  document_time_t time;
  bool needs_token;
  bool needs_expiry;
} document_fields_t;

/* AccessKeyId, SecretAccessKey, Token, Expiration: IMDS and containers. */
extern const document_fields_t document_metadata_fields;

/* document_is_json says whether the bytes are one JSON object; it keeps nothing of them. */
bool document_is_json(const char *bytes, size_t length);

/* document_read takes the keys out of object. false: *wrong is a phrase, a constant, that says what the document lacks;
 * NULL there: no memory. */
bool document_read(json_object *object, const document_fields_t *fields, const char *source, credentials_t *credentials,
                   const char **wrong) __attribute__((warn_unused_result));

/* document_free wipes every string in the document before it is freed; object may be NULL. */
void document_free(json_object *object);

/* document_set gives a member another text, and wipes the old one; false: no memory. */
bool document_set(json_object *document, const char *name, const char *value) __attribute__((warn_unused_result));

/* document_write appends the document as JSON. json-c's own writer leaves copies of what it has written behind; false:
 * no memory, or more than the buffer's limit. */
bool document_write(json_object *object, buffer_t *text) __attribute__((warn_unused_result));

#endif
