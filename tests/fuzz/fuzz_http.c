/* links: util unit/raw_server fuzz/input -lcurl */
/* http.c and libcurl on a real socket before a hostile server. Each record is what one request is answered with; its
 * first byte chooses whether the connection ends behind it, and what the request is. */
#include <string.h>

#include "raw_server.h"
#include "util/http.h"

#include "input.h"

#define REQUESTS_MAX 8
#define LIMIT_BYTES 2048

/* In so many turns of one thread everything has happened that will. */
#define QUIET_TURNS 4

typedef struct {
  int calls;
  http_result_t result;
} received_t;

int LLVMFuzzerInitialize(const int *count, char ***arguments);

int LLVMFuzzerInitialize(const int *count, char ***arguments) {
  (void)count;
  (void)arguments;
  return http_init() ? 0 : -1;
}

static void on_response(void *user_data, const http_response_t *response) {
  received_t *received = user_data;
  received->calls++;
  received->result = response->result;
  INPUT_PROMISE(response->body_length <= LIMIT_BYTES && response->body[response->body_length] == '\0');
  INPUT_PROMISE(response->result != HTTP_UNUSABLE && response->result != HTTP_RESOLVE && response->result != HTTP_TLS);
  INPUT_PROMISE(response->result != HTTP_RESPONDED || response->detail[0] == '\0');
  INPUT_PROMISE(strchr(response->date, '\n') == NULL && strchr(response->error_type, '\n') == NULL);
}

static http_transfer_t *ask(http_t *http, unsigned char how, received_t *received) {
  static const char *const headers[] = {"host: example.test", "x-one: 1"};
  const http_request_t request = {.method = (how & 2U) != 0 ? "POST" : "GET",
                                  .url = raw_server_url(0),
                                  .headers = headers,
                                  .headers_count = 2,
                                  .body = (how & 2U) != 0 ? "{}" : NULL,
                                  .body_length = (how & 2U) != 0 ? 2 : 0,
                                  .timeout_ms = 60000,
                                  .limit_bytes = LIMIT_BYTES,
                                  .without_proxy = true};
  http_transfer_t *transfer = http_send(http, &request, on_response, received);
  INPUT_PROMISE(transfer != NULL);
  return transfer;
}

/* Until it has an end; what hangs is reset. */
static void run(http_t *http) {
  size_t requests = raw_server_requests();
  for (int quiet = 0; http_in_flight(http) > 0; quiet++) {
    raw_server_turn(http, 0);
    if (raw_server_requests() != requests || raw_server_is_sending())
      quiet = 0;
    requests = raw_server_requests();
    if (quiet == QUIET_TURNS)
      raw_server_reset();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  bool cancels = input_byte(&input) % 8 == 7;
  raw_response_t responses[REQUESTS_MAX + 1];
  unsigned char how[REQUESTS_MAX];
  received_t received[REQUESTS_MAX] = {{0}};
  size_t count = 0;
  size_t length = 0;
  for (const char *record = input_record(&input, &length); record != NULL && count < REQUESTS_MAX && length > 1;
       record = input_record(&input, &length)) {
    how[count] = (unsigned char)record[0];
    responses[count] = (raw_response_t){record + 1, length - 1, (how[count] & 1U) != 0};
    count++;
  }
  responses[count] = (raw_response_t){.bytes = "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", .closes = true};
  raw_server_start(responses, count + 1);
  http_t *http = http_new("fuzz");
  INPUT_PROMISE(http != NULL);
  for (size_t i = 0; i < count; i++) {
    http_transfer_t *transfer = ask(http, how[i], &received[i]);
    if (cancels && i == count - 1) {
      raw_server_turn(http, 0);
      if (received[i].calls == 0)
        http_cancel(http, transfer);
    } else {
      run(http);
      INPUT_PROMISE(received[i].calls == 1);
    }
  }
  raw_server_reset();
  http_free(http);
  raw_server_stop();
  input_clear(&input);
  return 0;
}
