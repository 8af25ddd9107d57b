/* From an HTTP response that is not the wanted one to an error: pure. Nothing of the response is kept but copies.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization */
#ifndef AWS_PROTOCOL_RESPONSE_ERROR_H
#define AWS_PROTOCOL_RESPONSE_ERROR_H

#include <stdbool.h>

#include "aws/protocol/error.h"
#include "util/http.h"

/* response_error_set fills error from the transport's end, or from a JSON service's response: x-amzn-ErrorType or
 * __type, cut at '#' and ':', and message or Message. A response without a code is known by its status. */
void response_error_set(const http_response_t *response, const char *operation, aws_error_t *error);

/* response_error_is_from_aws: the error that response_error_set made of the response is AWS's own, which has a code; a
 * proxy's has none. */
bool response_error_is_from_aws(const http_response_t *response, const aws_error_t *error);

/* response_error_message copies what of a response's message is shown to people: its first line, without what is as
 * long as a session token, which a proxy might echo anywhere. */
void response_error_message(const char *message, char *shown, size_t size);

#endif
