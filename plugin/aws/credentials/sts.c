#include "aws/credentials/sts.h"

#include <stdio.h>
#include <string.h>

#include "aws/credentials/credentials_json.h"
#include "aws/protocol/endpoint.h"
#include "aws/protocol/response_error.h"
#include "util/json.h"
#include "util/percent.h"
#include "util/xml.h"

#define STS_VERSION "2011-06-15"

/* A web identity token has a few kilobytes, and at most 20,000 characters. */
#define FORM_LIMIT_BYTES ((size_t)128 * 1024)

/* GLOBAL_REGION is where STS's global host is, which the AWS command line asks where no region is known. */
#define GLOBAL_REGION "us-east-1"

static const credentials_json_fields_t sts_fields = {
    .id = "AccessKeyId",
    .secret = "SecretAccessKey",
    .token = "SessionToken",
    .expires = "Expiration",
    .time = CREDENTIALS_JSON_SECONDS_OR_ISO8601,
    .needs_token = true,
    .needs_expiry = true,
};

static void clear(sts_call_t *call) {
  credentials_clear(&call->credentials);
  buffer_clear(&call->form);
}

void sts_cancel(sts_call_t *call) {
  if (call->waits_for_region)
    region_finder_cancel(call->context->region, call);
  call->waits_for_region = false;
  aws_request_cancel(call->pending);
  call->pending = NULL;
  clear(call);
}

static void finish(sts_call_t *call, json_object *result, int64_t skew_ms, const aws_error_t *error) {
  clear(call);
  call->done(call->user_data, result, skew_ms, error);
}

/* parse reads JSON, or the XML in which STS responds where the Accept header is lost on the way, or not known. The
 * caller puts the object; NULL: it is neither. */
static json_object *parse(const http_response_t *response) {
  return xml_is_meant(response->body, response->body_length) ? xml_parse(response->body, response->body_length)
                                                             : json_parse(response->body, response->body_length);
}

/* describe makes an error of the query protocol's response, which has it one level deeper than the JSON protocol:
 * {"Error": {"Code": …, "Message": …}}, and in XML an ErrorResponse around that. */
static void describe(const http_response_t *response, const char *operation, aws_error_t *error) {
  json_object *document = response->result == HTTP_RESPONDED ? parse(response) : NULL;
  json_object *body = document;
  json_object *said = NULL;
  const char *code = "";
  const char *message = "no message";
  if (document != NULL)
    (void)json_member_object(document, "ErrorResponse", &body);
  if (body != NULL && json_member_object(body, "Error", &said) == JSON_PRESENT &&
      json_member_text(said, "Code", &code) == JSON_PRESENT && code[0] != '\0') {
    char shown[sizeof(error->message)];
    (void)json_member_text(said, "Message", &message);
    response_error_message(message, shown, sizeof(shown));
    aws_error_set(error, code, operation, response->status, "%s", shown);
  } else {
    response_error_set(response, operation, error);
  }
  (void)json_object_put(document);
}

static void on_response(void *user_data, const http_response_t *response, const aws_error_t *error) {
  sts_call_t *call = user_data;
  aws_error_t malformed;
  call->pending = NULL;
  if (error != NULL) {
    finish(call, NULL, 0, error);
    return;
  }
  char name[64];
  json_object *body = parse(response);
  json_object *envelope = NULL;
  json_object *result = NULL;
  (void)snprintf(name, sizeof(name), "%sResponse", call->action);
  bool is_whole = body != NULL && json_member_object(body, name, &envelope) == JSON_PRESENT;
  (void)snprintf(name, sizeof(name), "%sResult", call->action);
  if (is_whole && json_member_object(envelope, name, &result) == JSON_PRESENT) {
    finish(call, result, aws_request_skew_ms(call->context->loop, response), NULL);
  } else {
    aws_error_set(&malformed, "parse", call->action, response->status,
                  "the answer is neither the JSON nor the XML that STS answers");
    finish(call, NULL, 0, &malformed);
  }
  json_put_wiped(body);
}

static void on_region(void *user_data, const char *found, const aws_error_t *error) {
  (void)error;
  sts_call_t *call = user_data;
  const credentials_context_t *context = call->context;
  const char *region = found != NULL ? found : GLOBAL_REGION;
  char endpoint[ENDPOINT_URL_SIZE];
  char url[ENDPOINT_REQUEST_SIZE];
  aws_error_t unusable;
  call->waits_for_region = false;
  if (!context_endpoint(context, &aws_service_sts, region, endpoint, &unusable)) {
    finish(call, NULL, 0, &unusable);
    return;
  }
  aws_request_t request = {
      .operation = call->action,
      .method = "POST",
      .url = url,
      .headers = {{"accept", "application/json"}, {"content-type", "application/x-www-form-urlencoded; charset=utf-8"}},
      .headers_count = 2,
      .body = call->form.data,
      .credentials = call->credentials.access_key_id != NULL ? &call->credentials : NULL,
      .region = strcmp(endpoint, ENDPOINT_STS_GLOBAL) == 0 ? GLOBAL_REGION : region,
      .signing_name = aws_service_sts.signing_name,
      .describe = describe,
  };
  context_fill_request(context, &request);
  if (endpoint_join(endpoint, "/", url))
    call->pending = aws_request_start(context->loop, &request, on_response, call);
  if (call->pending != NULL)
    return;
  aws_error_set(&unusable, "internal", call->action, 0, "the request could not be made: no memory");
  finish(call, NULL, 0, &unusable);
}

void sts_call(sts_call_t *call, const credentials_context_t *context, const credentials_t *credentials,
              const char *action, const sts_parameter_t *parameters, size_t count, sts_done_t *done, void *user_data) {
  *call = (sts_call_t){.context = context,
                       .action = action,
                       .form = BUFFER_INIT(FORM_LIMIT_BYTES),
                       .done = done,
                       .user_data = user_data};
  bool ready = buffer_add_format(&call->form, "Action=%s&Version=%s", action, STS_VERSION);
  for (size_t i = 0; ready && i < count; i++) {
    if (parameters[i].value != NULL)
      ready =
          buffer_add_format(&call->form, "&%s=", parameters[i].name) && percent_add(&call->form, parameters[i].value);
  }
  if (ready && credentials != NULL)
    ready = credentials_set(&call->credentials, credentials->access_key_id, credentials->secret_access_key,
                            credentials->session_token, credentials->expires_ms, credentials->source);
  if (ready) {
    call->waits_for_region = true;
    region_finder_get(context->region, on_region, call);
    return;
  }
  aws_error_t error;
  aws_error_set(&error, "internal", action, 0, "no memory for the request, or a parameter that is too long");
  finish(call, NULL, 0, &error);
}

bool sts_read_credentials(json_object *result, const char *action, int64_t skew_ms, const char *source,
                          credentials_t *credentials, aws_error_t *error) {
  json_object *found = NULL;
  const char *wrong = "it has no credentials";
  if (json_member_object(result, "Credentials", &found) == JSON_PRESENT &&
      credentials_json_read(found, &sts_fields, source, credentials, &wrong)) {
    credentials->expires_ms -= skew_ms;
    return true;
  }
  aws_error_set(error, "parse", action, 200, "STS's answer cannot be used: %s", wrong != NULL ? wrong : "no memory");
  return false;
}
