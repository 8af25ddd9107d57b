#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/client_private.h"
#include "aws/protocol/response_error.h"
#include "aws/protocol/signed_request.h"
#include "util/json.h"

/* A page of a listing has some 100 kB; the largest of any service has up to 1 MB of text, which JSON's escapes may
 * multiply. */
#define RESPONSE_LIMIT_BYTES ((size_t)16 * 1024 * 1024)

/* PAGES_MAX pages list a million items. A server that has more for us sends us round in circles. */
#define PAGES_MAX 10000

/* AWS's tokens have some hundred bytes. */
#define TOKEN_LIMIT_BYTES 8192

static aws_t *aws_of(const call_t *call) { return call->ask.session->account->aws; }

void call_free(call_t *call) {
  *call->link = call->next;
  if (call->next != NULL)
    call->next->link = call->link;
  loop_timer_cancel(&aws_of(call)->loop, &call->delay);
  if (call->transfer != NULL)
    http_cancel(aws_of(call)->loop.http, call->transfer);
  credentials_cache_forget(call->ask.session->account->provider, call);
  call->ask.session->account->calls--;
  json_object_put(call->ask.input);
  free(call->refusal);
  free(call->token);
  free(call);
}

/* call_done takes the call out of every list before done, which may submit further calls. */
static void call_done(call_t *call, const aws_error_t *error) {
  aws_call_t ask = call->ask;
  call->ask.input = NULL;
  call_free(call);
  ask.done(ask.user_data, error);
  json_object_put(ask.input);
}

static void delay_due(void *user_data) {
  call_t *call = user_data;
  /* The lane has existed since aws_submit, so that lane_push cannot fail. */
  lane_push(call->ask.session, call, true);
}

bool aws_submit(const aws_call_t *ask) {
  aws_session_t *session = ask->session;
  call_t *call = calloc(1, sizeof(*call));
  if (call == NULL || ask->input == NULL) {
    json_object_put(ask->input);
    free(call);
    return false;
  }
  call->ask = *ask;
  call->delay = (loop_timer_t){.due = delay_due, .user_data = call};
  call->next = session->calls;
  call->link = &session->calls;
  if (call->next != NULL)
    call->next->link = &call->next;
  session->calls = call;
  session->account->calls++;
  if (lane_push(session, call, false))
    return true;
  call_free(call);
  return false;
}

/* attempts_of is how many attempts the page has in all, more for one behind the first while AWS throttles. A call may
 * begin behind the first page, with the token of another one: its input tells. */
static int attempts_of(const call_t *call, retry_class_t why) {
  const credentials_context_t *context = &call->ask.session->account->pool->context;
  bool is_paged = json_object_object_get_ex(call->ask.input, call->ask.operation->token_in, NULL);
  return why == RETRY_THROTTLED && is_paged ? context->attempts_paged : context->attempts;
}

/* was_signed_at_wrong_time compares AWS's time as it is known now with the one that the attempt was signed with: a
 * response may have corrected it since, or an administrator this machine's clock. */
static bool was_signed_at_wrong_time(const call_t *call) {
  int64_t offset_ms = server_clock_offset_ms(&call->ask.session->clock, aws_of(call)->loop.clock);
  return llabs(offset_ms - call->signed_offset_ms) > RETRY_SKEW_MS;
}

/* renew_keys asks for other keys than those that AWS has refused, once for a page. false: this page has had its
 * renewal. */
static bool renew_keys(call_t *call, const aws_error_t *error) {
  if (call->renewed)
    return false;
  call->renewed = true;
  call->refusal = malloc(sizeof(*call->refusal));
  if (call->refusal == NULL)
    return false;
  *call->refusal = *error;
  credentials_cache_expire(call->ask.session->account->provider, call->keys);
  return true;
}

/* call_failed decides what follows a failed attempt: another one, perhaps later, or the end of the call. */
static void call_failed(call_t *call, const aws_error_t *error, int64_t retry_after_s) {
  aws_session_t *session = call->ask.session;
  loop_t *loop = &aws_of(call)->loop;
  int64_t now_ms = loop->clock->monotonic_ms();
  retry_class_t why = retry_classify(error->code, error->status);
  const retry_limits_t limits = {
      .attempts = attempts_of(call, why),
      .quota = &session->quota,
      .clock_was_wrong = was_signed_at_wrong_time(call),
      .retry_after_s = retry_after_s,
      .fraction = loop->clock->fraction,
  };
  int64_t delay_ms = 0;
  counters_add(session->errors, error->code, 1);
  if (why == RETRY_THROTTLED)
    token_bucket_throttled(&lane_find(session, call->ask.operation)->bucket, now_ms);
  if (why == RETRY_CREDENTIALS && renew_keys(call, error)) {
    loop_timer_set(loop, &call->delay, now_ms);
  } else if (retry_again(&call->retry, why, &limits, &delay_ms)) {
    loop_timer_set(loop, &call->delay, now_ms + delay_ms);
  } else {
    call_done(call, error);
  }
}

static void call_malformed(call_t *call, int status, const char *what) {
  aws_error_t error;
  aws_error_set(&error, "parse", call->ask.operation->name, status, "%s", what);
  counters_add(call->ask.session->errors, error.code, 1);
  call_done(call, &error);
}

/* take_token prepares the call for its next page; *last says that there is none. It returns what is wrong with the
 * token; NULL: it is right. */
static const char *take_token(call_t *call, json_object *response, bool *last) {
  const char *token = "";
  if (json_member_text(response, call->ask.operation->token_out, &token) == JSON_WRONG)
    return "the answer's page token is not a string";
  *last = token[0] == '\0';
  if (*last)
    return NULL;
  if (call->token != NULL && strcmp(call->token, token) == 0)
    return "the answer repeats its page token: the listing would never end";
  if (++call->pages >= PAGES_MAX || strlen(token) > TOKEN_LIMIT_BYTES)
    return "the answer has more pages, or a longer page token, than any "
           "listing of AWS";
  char *copy = strdup(token);
  json_object *member = json_object_new_string(token);
  if (copy == NULL || member == NULL ||
      json_object_object_add(call->ask.input, call->ask.operation->token_in, member) != 0) {
    free(copy);
    json_object_put(member);
    return "no memory for the next page";
  }
  free(call->token);
  call->token = copy;
  return NULL;
}

static void learn_clock(call_t *call, const http_response_t *response) {
  server_clock_learn(&call->ask.session->clock, aws_of(call)->loop.clock, response->date, response->age_ms);
}

static void call_responded(call_t *call, const http_response_t *response) {
  aws_session_t *session = call->ask.session;
  json_object *out = json_parse(response->body, response->body_length);
  if (out == NULL) {
    aws_error_t error;
    aws_error_set(&error, "parse", call->ask.operation->name, response->status,
                  "the answer is not the JSON that this operation answers");
    call_failed(call, &error, 0);
    return;
  }
  learn_clock(call, response);
  retry_quota_return(&session->quota, call->retry.quota_taken);
  token_bucket_succeeded(&lane_find(session, call->ask.operation)->bucket, aws_monotonic_ms(aws_of(call)));
  aws_verdict_t verdict = call->ask.page(call->ask.user_data, out);
  bool last = verdict == AWS_ENOUGH;
  const char *wrong = NULL;
  if (verdict == AWS_MALFORMED)
    wrong = "the answer lacks what this operation answers, or has it with "
            "another type";
  else if (!last)
    wrong = take_token(call, out, &last);
  json_object_put(out);
  if (wrong != NULL) {
    call_malformed(call, response->status, wrong);
  } else if (last) {
    call_done(call, NULL);
  } else {
    call->retry = (retry_state_t){0};
    call->renewed = false;
    loop_timer_set(&aws_of(call)->loop, &call->delay, aws_monotonic_ms(aws_of(call)));
  }
}

/* call_refused ends a call whose response is too large, which it would be again; another refusal counts as a failed
 * attempt. */
static void call_refused(call_t *call, const http_response_t *response) {
  aws_error_t error;
  response_error_set(response, call->ask.operation->name, &error);
  if (response_error_is_from_aws(response, &error))
    learn_clock(call, response);
  if (response->result == HTTP_TOO_LARGE)
    call_malformed(call, response->status, error.message);
  else
    call_failed(call, &error, strtoll(response->retry_after, NULL, 10));
}

static void on_response(void *user_data, const http_response_t *response) {
  call_t *call = user_data;
  aws_session_t *session = call->ask.session;
  call->transfer = NULL;
  session->in_flight--;
  if (response->result == HTTP_RESPONDED && response->status == 200) {
    call_responded(call, response);
  } else {
    call_refused(call, response);
  }
  call_pump(session);
}

static bool send_request(call_t *call, const credentials_t *credentials, const char *endpoint) {
  aws_session_t *session = call->ask.session;
  const aws_service_t *service = call->ask.operation->service;
  char url[ENDPOINT_REQUEST_SIZE];
  char content_type[64];
  char target[96];
  snprintf(content_type, sizeof(content_type), "application/x-amz-json-%s", service->json_version);
  snprintf(target, sizeof(target), "%s.%s", service->target_prefix, call->ask.operation->name);
  const sigv4_header_t headers[] = {{"content-type", content_type}, {"x-amz-target", target}};
  signed_request_t request = {
      .method = "POST",
      .url = url,
      .headers = headers,
      .headers_count = sizeof(headers) / sizeof(headers[0]),
      .body = json_object_to_json_string_ext(call->ask.input, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
      .credentials = credentials,
      .region = session->region,
      .signing_name = service->signing_name,
      .now_ms = server_clock_now_ms(&session->clock, aws_of(call)->loop.clock),
      .key = &lane_find(session, call->ask.operation)->key,
      .http = {.timeout_ms = session->account->settings.timeout_ms,
               .limit_bytes = RESPONSE_LIMIT_BYTES,
               .ca_file = account_ca_file(session->account)},
  };
  call->signed_offset_ms = server_clock_offset_ms(&session->clock, aws_of(call)->loop.clock);
  if (request.body != NULL && endpoint_join(endpoint, "/", url))
    call->transfer = signed_request_send(aws_of(call)->loop.http, &request, on_response, call);
  return call->transfer != NULL;
}

/* call_not_sent ends a call whose turn has come, but which sends no request. */
static void call_not_sent(call_t *call, const aws_error_t *error) {
  aws_session_t *session = call->ask.session;
  session->in_flight--;
  loop_timer_set(&session->account->aws->loop, &session->pump, aws_monotonic_ms(session->account->aws));
  call_done(call, error);
}

/* is_refused_already says that no other keys have come than those that AWS has refused: it would refuse the same
 * request again. */
static bool is_refused_already(const call_t *call) {
  return call->refusal != NULL && credentials_cache_generation(call->ask.session->account->provider) == call->keys;
}

static void on_credentials(void *user_data, credentials_result_t result, const credentials_t *credentials,
                           const aws_error_t *error) {
  call_t *call = user_data;
  aws_session_t *session = call->ask.session;
  const aws_operation_t *operation = call->ask.operation;
  aws_error_t unusable;
  char url[ENDPOINT_URL_SIZE];
  if (result == CREDENTIALS_FOUND && is_refused_already(call)) {
    unusable = *call->refusal;
    call_not_sent(call, &unusable);
    return;
  }
  if (result != CREDENTIALS_FOUND) {
    unusable = *error;
  } else if (aws_account_endpoint(session->account, operation->service, session->region, url, &unusable)) {
    free(call->refusal);
    call->refusal = NULL;
    call->keys = credentials_cache_generation(session->account->provider);
    if (send_request(call, credentials, url)) {
      counters_add(session->requests, operation->name, 1);
      return;
    }
    aws_error_set(&unusable, "internal", operation->name, 0, "the request could not be made: no memory");
  }
  counters_add(session->errors, unusable.code, 1);
  call_not_sent(call, &unusable);
}

static void call_start(call_t *call) {
  credentials_provider_t *provider = call->ask.session->account->provider;
  provider->get(provider, on_credentials, call);
}

void call_pump(void *user_data) {
  aws_session_t *session = user_data;
  aws_t *aws = session->account->aws;
  int64_t wait_ms = -1;
  for (size_t i = 0; i < session->lanes_count; i++) {
    for (call_t *call = lane_take(session, &session->lanes[i], &wait_ms); call != NULL;
         call = lane_take(session, &session->lanes[i], &wait_ms))
      call_start(call);
  }
  if (wait_ms >= 0)
    loop_timer_set(&aws->loop, &session->pump, aws_monotonic_ms(aws) + wait_ms);
}
