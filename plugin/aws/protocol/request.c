#include "aws/protocol/request.h"

#include <stdlib.h>
#include <string.h>

#include "aws/protocol/signed_request.h"
#include "util/date.h"

/* botocore's ContainerMetadataFetcher pauses as long. */
#define CONTAINER_PAUSE_MS 1000

/* The strings of a request are operation, method, url, body, region, signing name, CA file, and a name and a value for
 * each header. */
#define STRINGS_MAX (7 + 2 * AWS_REQUEST_HEADERS_MAX)

struct aws_pending_request {
  loop_t *loop;
  aws_request_t request;
  credentials_t credentials;
  char *strings[STRINGS_MAX];
  size_t strings_count;
  aws_request_done_t *done;
  void *user_data;
  http_transfer_t *transfer;
  loop_timer_t delay;
  retry_state_t retry;
  int64_t skew_ms;
};

static void free_request(aws_pending_request_t *pending) {
  loop_timer_cancel(pending->loop, &pending->delay);
  for (size_t i = 0; i < pending->strings_count; i++) {
    explicit_bzero(pending->strings[i], strlen(pending->strings[i]));
    free(pending->strings[i]);
  }
  credentials_clear(&pending->credentials);
  free(pending);
}

void aws_request_cancel(aws_pending_request_t *pending) {
  if (pending == NULL)
    return;
  if (pending->transfer != NULL)
    http_cancel(pending->loop->http, pending->transfer);
  free_request(pending);
}

/* keep replaces *text by a copy that lives as long as the pending request. */
static bool keep(aws_pending_request_t *pending, const char **text) {
  if (*text == NULL)
    return true;
  char *copy = strdup(*text);
  if (copy == NULL)
    return false;
  pending->strings[pending->strings_count++] = copy;
  *text = copy;
  return true;
}

static bool keep_request(aws_pending_request_t *pending) {
  aws_request_t *request = &pending->request;
  const credentials_t *given = request->credentials;
  bool kept = keep(pending, &request->operation) && keep(pending, &request->method) && keep(pending, &request->url) &&
              keep(pending, &request->body) && keep(pending, &request->region) &&
              keep(pending, &request->signing_name) && keep(pending, &request->ca_file);
  for (size_t i = 0; kept && i < request->headers_count; i++)
    kept = keep(pending, &request->headers[i].name) && keep(pending, &request->headers[i].value);
  if (given == NULL)
    return kept;
  request->credentials = &pending->credentials;
  return kept && credentials_set(&pending->credentials, given->access_key_id, given->secret_access_key,
                                 given->session_token, given->expires_ms, given->source);
}

int64_t aws_request_skew_ms(const loop_t *loop, const http_response_t *response) {
  int64_t date_ms = 0;
  if (!date_parse_http(response->date, &date_ms))
    return 0;
  int64_t skew_ms = date_ms - loop->clock->wall_ms();
  return llabs(skew_ms) > RETRY_SKEW_MS ? skew_ms : 0;
}

/* is_metadata_asked_again says what a metadata service's silence or error is worth, as its guide has it (request.h). */
static bool is_metadata_asked_again(aws_pending_request_t *pending, const http_response_t *response,
                                    int64_t *delay_ms) {
  const aws_request_t *request = &pending->request;
  bool is_instance = request->retry_policy == AWS_REQUEST_INSTANCE;
  bool is_server_error = response->result == HTTP_RESPONDED && (response->status >= 500 || response->status == 429);
  bool is_silent = response->result == HTTP_CONNECT || response->result == HTTP_TIMEOUT;
  *delay_ms = is_instance ? 0 : CONTAINER_PAUSE_MS;
  if (++pending->retry.attempt >= request->attempts)
    return false;
  return is_server_error || response->result == HTTP_BROKEN || (is_silent && (request->insists || !is_instance));
}

/* is_asked_again says whether the request is sent again, after *delay_ms. */
static bool is_asked_again(aws_pending_request_t *pending, const http_response_t *response, const aws_error_t *error,
                           int64_t *delay_ms) {
  const aws_request_t *request = &pending->request;
  if (request->retry_policy != AWS_REQUEST_SERVICE)
    return is_metadata_asked_again(pending, response, delay_ms);
  const retry_limits_t limits = {
      .attempts = request->attempts,
      .quota = request->quota,
      .clock_was_wrong = pending->skew_ms != 0,
      .retry_after_s = strtoll(response->retry_after, NULL, 10),
      .fraction = pending->loop->clock->fraction,
  };
  return retry_again(&pending->retry, retry_classify(error->code, error->status), &limits, delay_ms);
}

static void finish_request(aws_pending_request_t *pending, const http_response_t *response, const aws_error_t *error) {
  aws_request_done_t *done = pending->done;
  void *user_data = pending->user_data;
  if (error == NULL && pending->request.quota != NULL)
    retry_quota_return(pending->request.quota, pending->retry.quota_taken);
  free_request(pending);
  done(user_data, response, error);
}

/* is_half says whether a response is worth another attempt: a metadata service that has just started may respond with
 * nothing, or with half of it. */
static bool is_half(const aws_pending_request_t *pending, const http_response_t *response) {
  const aws_request_t *request = &pending->request;
  return request->is_usable != NULL && pending->retry.attempt + 1 < request->attempts && !request->is_usable(response);
}

static void try_again(aws_pending_request_t *pending, int64_t delay_ms) {
  loop_timer_set(pending->loop, &pending->delay, pending->loop->clock->monotonic_ms() + delay_ms);
}

static void on_response(void *user_data, const http_response_t *response) {
  aws_pending_request_t *pending = user_data;
  pending->transfer = NULL;
  if (response->result == HTTP_RESPONDED && response->status == 200) {
    if (is_half(pending, response)) {
      pending->retry.attempt++;
      try_again(pending, pending->request.retry_policy == AWS_REQUEST_CONTAINER ? CONTAINER_PAUSE_MS : 0);
    } else {
      finish_request(pending, response, NULL);
    }
    return;
  }
  aws_error_t error;
  int64_t delay_ms = 0;
  pending->request.describe(response, pending->request.operation, &error);
  pending->skew_ms = aws_request_skew_ms(pending->loop, response);
  if (!is_asked_again(pending, response, &error, &delay_ms)) {
    finish_request(pending, response, &error);
    return;
  }
  try_again(pending, delay_ms);
}

static bool send(aws_pending_request_t *pending) {
  const aws_request_t *request = &pending->request;
  sigv4_key_t key = {.scope = ""};
  signed_request_t sent = {
      .method = request->method,
      .url = request->url,
      .headers = request->headers,
      .headers_count = request->headers_count,
      .body = request->body,
      .credentials = request->credentials,
      .region = request->region,
      .signing_name = request->signing_name,
      .now_ms = pending->loop->clock->wall_ms() + (pending->retry.corrected ? pending->skew_ms : 0),
      .key = &key,
      .http = {.timeout_ms = request->timeout_ms,
               .limit_bytes = AWS_REQUEST_LIMIT_BYTES,
               .ca_file = request->ca_file,
               .without_proxy = request->retry_policy != AWS_REQUEST_SERVICE},
  };
  pending->transfer = signed_request_send(pending->loop->http, &sent, on_response, pending);
  sigv4_key_clear(&key);
  return pending->transfer != NULL;
}

static void delay_due(void *user_data) {
  aws_pending_request_t *pending = user_data;
  if (send(pending))
    return;
  aws_error_t error;
  aws_error_set(&error, "internal", pending->request.operation, 0, "no memory for another attempt");
  finish_request(pending, NULL, &error);
}

aws_pending_request_t *aws_request_start(loop_t *loop, const aws_request_t *request, aws_request_done_t *done,
                                         void *user_data) {
  aws_pending_request_t *pending = calloc(1, sizeof(*pending));
  if (pending == NULL)
    return NULL;
  pending->loop = loop;
  pending->request = *request;
  pending->done = done;
  pending->user_data = user_data;
  pending->delay = (loop_timer_t){.due = delay_due, .user_data = pending};
  if (keep_request(pending) && send(pending))
    return pending;
  free_request(pending);
  return NULL;
}
