/* A hostile server for the targets that speak HTTP, on unit/fake_http: each request is answered by the input's next
 * record, of which the first byte says how, and by 404 once they are used up. */
#ifndef FUZZ_HTTP_SERVER_H
#define FUZZ_HTTP_SERVER_H

#include "input.h"

/* http_server_start sets the clock and serves from input, which must live until the end of the run. A record is a byte
 * (the low bits choose status or failure), where its bit 0x10, 0x20 or 0x40 is set a line for x-amzn-ErrorType, Date or
 * Retry-After, and the body. */
void http_server_start(input_t *input);

#endif
