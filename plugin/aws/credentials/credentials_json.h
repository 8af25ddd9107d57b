/* The JSON documents in which keys are handed out: the instance's and the container's metadata, SSO, STS and processes
 * say the same under different names. Pure. */
#ifndef AWS_CREDENTIALS_CREDENTIALS_JSON_H
#define AWS_CREDENTIALS_CREDENTIALS_JSON_H

#include <stdbool.h>

#include <json-c/json.h>

#include "aws/protocol/credentials.h"
#include "util/buffer.h"

typedef enum {
  CREDENTIALS_JSON_ISO8601,
  CREDENTIALS_JSON_SECONDS_OR_ISO8601, /* STS: a number in JSON, a text in XML */
  CREDENTIALS_JSON_MILLISECONDS,
} credentials_json_time_t;

/* The names of the members. A document may always leave out what is not needed: keys without a token or an expiry. */
typedef struct {
  const char *id, *secret, *token, *expires;
  credentials_json_time_t time;
  bool needs_token;
  bool needs_expiry;
} credentials_json_fields_t;

/* AccessKeyId, SecretAccessKey, Token, Expiration: IMDS and containers. */
extern const credentials_json_fields_t credentials_json_metadata_fields;

/* credentials_json_is_json says whether the bytes are one JSON object; it keeps nothing of them. */
bool credentials_json_is_json(const char *bytes, size_t length);

/* credentials_json_read copies the keys out of object; the caller clears credentials. false: *wrong is a phrase, a
 * constant, that says what the document lacks; NULL there: no memory. */
bool credentials_json_read(json_object *object, const credentials_json_fields_t *fields, const char *source,
                           credentials_t *credentials, const char **wrong) __attribute__((warn_unused_result));

/* credentials_json_set gives a member another text, and wipes the old one; false: no memory. */
bool credentials_json_set(json_object *document, const char *name, const char *value)
    __attribute__((warn_unused_result));

/* credentials_json_write appends the document as JSON. json-c's own writer leaves copies of what it has written behind;
 * false: no memory, or more than the buffer's limit. */
bool credentials_json_write(json_object *object, buffer_t *text) __attribute__((warn_unused_result));

#endif
