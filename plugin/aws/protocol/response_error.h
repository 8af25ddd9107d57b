/* From an HTTP answer that is not the wanted one to an error: pure. */
#ifndef AWS_PROTOCOL_RESPONSE_ERROR_H
#define AWS_PROTOCOL_RESPONSE_ERROR_H

#include <stdbool.h>

#include "aws/protocol/error.h"
#include "util/http.h"

/* call_error fills error from the transport's end, or from what a JSON service answers: x-amzn-ErrorType or __type, cut
 * at '#' and ':', and message or Message. An answer without a code is known by its status. */
void call_error(const http_response_t *response, const char *operation, aws_error_t *error);

/* response_error_is_awss tells whether the error that call_error made of the answer is AWS's own: a proxy's has no
 * code. */
bool response_error_is_awss(const http_response_t *response, const aws_error_t *error);

/* response_error_message copies what of an answer's message is shown to people: its first line, without what is as long
 * as a session token, which a proxy might echo anywhere. */
void response_error_message(const char *message, char *shown, size_t size);

#endif
