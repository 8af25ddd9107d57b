#include "aws/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "aws/date.h"
#include "aws/signed_request.h"

/* As botocore's ContainerMetadataFetcher. */
#define CONTAINER_PAUSE_MS 1000

/* operation, method, url, body, region, signing name, CA file, and a name and a value for each header. */
#define STRINGS_MAX (7 + 2 * FETCH_HEADERS_MAX)

struct fetch {
  loop_t *loop;
  fetch_request_t request;
  credentials_t credentials;
  char *strings[STRINGS_MAX];
  size_t strings_count;
  fetch_done_t *done;
  void *owner;
  http_transfer_t *transfer;
  loop_timer_t delay;
  int attempt;
  int quota_taken;
  int64_t skew_ms;
  bool corrected;
};

static void fetch_free(fetch_t *fetch) {
  loop_timer_cancel(fetch->loop, &fetch->delay);
  for (size_t i = 0; i < fetch->strings_count; i++) {
    explicit_bzero(fetch->strings[i], strlen(fetch->strings[i]));
    free(fetch->strings[i]);
  }
  credentials_clear(&fetch->credentials);
  free(fetch);
}

void fetch_cancel(fetch_t *fetch) {
  if (fetch == NULL)
    return;
  if (fetch->transfer != NULL)
    http_cancel(fetch->loop->http, fetch->transfer);
  fetch_free(fetch);
}

/* Replaces *text by a copy that lives as long as the fetch. */
static bool keep(fetch_t *fetch, const char **text) {
  if (*text == NULL)
    return true;
  char *copy = strdup(*text);
  if (copy == NULL)
    return false;
  fetch->strings[fetch->strings_count++] = copy;
  *text = copy;
  return true;
}

static bool keep_request(fetch_t *fetch) {
  fetch_request_t *request = &fetch->request;
  const credentials_t *given = request->credentials;
  bool kept = keep(fetch, &request->operation) && keep(fetch, &request->method) && keep(fetch, &request->url) &&
              keep(fetch, &request->body) && keep(fetch, &request->region) && keep(fetch, &request->signing_name) &&
              keep(fetch, &request->ca_file);
  for (size_t i = 0; kept && i < request->headers_count; i++)
    kept = keep(fetch, &request->headers[i].name) && keep(fetch, &request->headers[i].value);
  if (given == NULL)
    return kept;
  request->credentials = &fetch->credentials;
  return kept && credentials_set(&fetch->credentials, given->access_key_id, given->secret_access_key,
                                 given->session_token, given->expires_ms, given->source);
}

int64_t fetch_skew_ms(const loop_t *loop, const http_answer_t *answer) {
  int64_t date_ms = 0;
  if (!date_parse_http(answer->date, &date_ms))
    return 0;
  int64_t skew_ms = date_ms - loop->clock->wall_ms();
  return llabs(skew_ms) > RETRY_SKEW_MS ? skew_ms : 0;
}

/* May the same request be answered otherwise, in *delay_ms? */
static bool is_worth_another(fetch_t *fetch, const http_answer_t *answer, const aws_error_t *error, int64_t *delay_ms) {
  const fetch_request_t *request = &fetch->request;
  retry_class_t why = retry_classify(error->code, error->status);
  bool is_server_error = answer->end == HTTP_ANSWERED && (answer->status >= 500 || answer->status == 429);
  bool is_silent = answer->end == HTTP_CONNECT || answer->end == HTTP_TIMEOUT;
  bool is_broken = answer->end == HTTP_BROKEN;
  *delay_ms = 0;
  if (request->manners == FETCH_SERVICE && why == RETRY_CLOCK && !fetch->corrected && fetch->skew_ms != 0) {
    fetch->corrected = true;
    return true;
  }
  if (fetch->attempt + 1 >= request->attempts)
    return false;
  switch (request->manners) {
  case FETCH_INSTANCE:
    return is_server_error || is_broken || (request->insists && is_silent);
  case FETCH_CONTAINER:
    *delay_ms = CONTAINER_PAUSE_MS;
    return is_server_error || is_broken || is_silent;
  default:
    *delay_ms = retry_delay_ms(fetch->attempt, fetch->loop->clock->fraction(), strtoll(answer->retry_after, NULL, 10));
    return (why == RETRY_TRANSIENT || why == RETRY_TIMEOUT || why == RETRY_THROTTLED) &&
           (request->quota == NULL || retry_quota_take(request->quota, why, &fetch->quota_taken));
  }
}

static void fetch_finish(fetch_t *fetch, const http_answer_t *answer, const aws_error_t *error) {
  fetch_done_t *done = fetch->done;
  void *owner = fetch->owner;
  if (error == NULL && fetch->request.quota != NULL)
    retry_quota_return(fetch->request.quota, fetch->quota_taken);
  fetch_free(fetch);
  done(owner, answer, error);
}

/* A metadata service that has just started may answer with nothing, or with half of it. */
static bool is_asked_again(const fetch_t *fetch, const http_answer_t *answer) {
  const fetch_request_t *request = &fetch->request;
  return request->is_usable != NULL && fetch->attempt + 1 < request->attempts && !request->is_usable(answer);
}

static void try_again(fetch_t *fetch, int64_t delay_ms) {
  loop_timer_set(fetch->loop, &fetch->delay, fetch->loop->clock->monotonic_ms() + delay_ms);
}

static void on_answer(void *owner, const http_answer_t *answer) {
  fetch_t *fetch = owner;
  fetch->transfer = NULL;
  if (answer->end == HTTP_ANSWERED && answer->status == 200) {
    if (is_asked_again(fetch, answer)) {
      fetch->attempt++;
      try_again(fetch, fetch->request.manners == FETCH_CONTAINER ? CONTAINER_PAUSE_MS : 0);
    } else {
      fetch_finish(fetch, answer, NULL);
    }
    return;
  }
  aws_error_t error;
  int64_t delay_ms = 0;
  bool had_corrected = fetch->corrected;
  fetch->request.describe(answer, fetch->request.operation, &error);
  fetch->skew_ms = fetch_skew_ms(fetch->loop, answer);
  if (!is_worth_another(fetch, answer, &error, &delay_ms)) {
    fetch_finish(fetch, answer, &error);
    return;
  }
  /* An attempt with the wrong time was none. */
  fetch->attempt += had_corrected == fetch->corrected ? 1 : 0;
  try_again(fetch, delay_ms);
}

static bool send(fetch_t *fetch) {
  const fetch_request_t *request = &fetch->request;
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
      .now_ms = fetch->loop->clock->wall_ms() + (fetch->corrected ? fetch->skew_ms : 0),
      .key = &key,
      .http = {.timeout_ms = request->timeout_ms,
               .limit_bytes = FETCH_LIMIT_BYTES,
               .ca_file = request->ca_file,
               .without_proxy = request->manners != FETCH_SERVICE},
  };
  fetch->transfer = signed_request_send(fetch->loop->http, &sent, on_answer, fetch);
  sigv4_key_clear(&key);
  return fetch->transfer != NULL;
}

static void delay_due(void *owner) {
  fetch_t *fetch = owner;
  if (send(fetch))
    return;
  aws_error_t error;
  aws_error_set(&error, "internal", fetch->request.operation, 0, "no memory for another attempt");
  fetch_finish(fetch, NULL, &error);
}

fetch_t *fetch_start(loop_t *loop, const fetch_request_t *request, fetch_done_t *done, void *owner) {
  fetch_t *fetch = calloc(1, sizeof(*fetch));
  if (fetch == NULL)
    return NULL;
  fetch->loop = loop;
  fetch->request = *request;
  fetch->done = done;
  fetch->owner = owner;
  fetch->delay = (loop_timer_t){.due = delay_due, .owner = fetch};
  if (keep_request(fetch) && send(fetch))
    return fetch;
  fetch_free(fetch);
  return NULL;
}
