#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials/credentials_json.h"
#include "aws/credentials/providers.h"
#include "aws/protocol/endpoint.h"
#include "aws/protocol/request.h"
#include "aws/protocol/response_error.h"
#include "util/ascii.h"
#include "util/environment.h"
#include "util/json.h"
#include "util/small_file.h"

#define RELATIVE_URI "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL_URI "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
#define TOKEN "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define ECS_URL "http://169.254.170.2"

#define TIMEOUT_MS 2000
#define ATTEMPTS 3

typedef struct {
  credentials_provider_t base;
  const credentials_context_t *context;
  char url[ENDPOINT_URL_SIZE];
  aws_pending_request_t *pending;
  credentials_done_t *done;
  void *user_data;
} container_provider_t;

/* is_near says whether a host may send keys over http: loopback, and the link-local addresses of ECS and EKS. */
static bool is_near(const char *host) {
  struct in_addr address;
  if (inet_pton(AF_INET, host, &address) == 1 && (ntohl(address.s_addr) >> 24) == 127)
    return true;
  static const char *const hosts[] = {"localhost", "169.254.170.2", "169.254.170.23", "[::1]", "[fd00:ec2::23]"};
  for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
    if (ascii_equal(host, hosts[i]))
      return true;
  }
  return false;
}

/* check_url says what is wrong with a URL, which may have a query; NULL: its host may be asked for keys. */
static const char *check_url(const char *url) {
  char text[ENDPOINT_URL_SIZE];
  size_t length = strcspn(url, "?");
  if (length >= sizeof(text))
    return "it is too long";
  memcpy(text, url, length);
  text[length] = '\0';
  for (const char *at = url + length; *at != '\0'; at++) {
    if (!ascii_is_alphanumeric(*at) && strchr("/-._~!$&'()*+,;=:@?%", *at) == NULL)
      return "its query has a character that none may have";
  }
  if (!endpoint_url_is_valid(text))
    return "it is no http or https URL of a host";
  if (ascii_starts(text, "https://"))
    return NULL;
  char *host = text + strlen("http://");
  host[host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/")] = '\0';
  return is_near(host) ? NULL
                       : "http is allowed to this host's loopback, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23] "
                         "only; use https";
}

/* find_url sets self->url, with the path "/" where the URL has none: HTTP wants one. false: error says what is wrong.
 */
static bool find_url(container_provider_t *self, aws_error_t *error) {
  const char *relative = environment_value(RELATIVE_URI);
  const char *full = environment_value(FULL_URI);
  const char *given = relative != NULL ? relative : full;
  const char *authority = strstr(given, "://");
  bool has_path = relative != NULL || (authority != NULL && strchr(authority + 3, '/') != NULL);
  const char *wrong = relative != NULL && relative[0] != '/' ? "it does not start with a slash" : NULL;
  size_t query = strcspn(given, "?");
  int length = snprintf(self->url, sizeof(self->url), "%s%.*s%s%s", relative != NULL ? ECS_URL : "", (int)query, given,
                        has_path ? "" : "/", given + query);
  if (wrong == NULL)
    wrong = length < 0 || (size_t)length >= sizeof(self->url) ? "it is too long" : check_url(self->url);
  if (wrong != NULL)
    aws_error_credentials(error, "%s cannot be used: %s", relative != NULL ? RELATIVE_URI : FULL_URI, wrong);
  return wrong == NULL;
}

/* find_token leaves token empty unless one is configured. It reads the file anew each time: EKS replaces it. */
static bool find_token(buffer_t *token, aws_error_t *error) {
  const char *path = environment_value(TOKEN_FILE);
  const char *value = environment_value(TOKEN);
  const char *reason = NULL;
  if (path != NULL && !small_file_read(path, token, &reason)) {
    aws_error_credentials(error, "%s (%.300s) cannot be read: %s", TOKEN_FILE, path, reason);
    return false;
  }
  if (path == NULL && value != NULL && !buffer_add_text(token, value)) {
    aws_error_credentials(error, "%s is too long", TOKEN);
    return false;
  }
  if (token->data != NULL && (strpbrk(token->data, "\r\n") != NULL || strlen(token->data) != token->length)) {
    aws_error_credentials(error, "the token of %s has a line break, and is not sent: write it without one",
                          path != NULL ? TOKEN_FILE : TOKEN);
    return false;
  }
  return true;
}

static void on_response(void *user_data, const http_response_t *response, const aws_error_t *error) {
  container_provider_t *self = user_data;
  credentials_t found = CREDENTIALS_INIT;
  aws_error_t failed;
  const char *wrong = "it is not JSON";
  self->pending = NULL;
  json_object *document = error == NULL ? json_parse(response->body, response->body_length) : NULL;
  if (document != NULL &&
      credentials_json_read(document, &credentials_json_metadata_fields, "container", &found, &wrong)) {
    self->done(self->user_data, CREDENTIALS_FOUND, &found, NULL);
  } else {
    if (error != NULL)
      aws_error_set(&failed, "credentials", "credentials", error->status,
                    "the container's credentials service (%.200s) gives none: %s: %.200s", self->url, error->code,
                    error->message);
    else
      aws_error_set(&failed, "credentials", "credentials", response->status,
                    "the answer of the container's credentials service (%.200s) cannot be used: %s", self->url,
                    wrong != NULL ? wrong : "no memory");
    self->done(self->user_data, CREDENTIALS_BROKEN, NULL, &failed);
  }
  json_put_wiped(document);
  credentials_clear(&found);
}

static bool is_json(const http_response_t *response) {
  return credentials_json_is_json(response->body, response->body_length);
}

static void container_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  container_provider_t *self = (container_provider_t *)base;
  aws_error_t error;
  buffer_t token = BUFFER_INIT(SMALL_FILE_LIMIT_BYTES);
  self->done = done;
  self->user_data = user_data;
  if (environment_value(RELATIVE_URI) == NULL && environment_value(FULL_URI) == NULL) {
    aws_error_credentials(&error, "%s, _FULL_URI", RELATIVE_URI);
    done(user_data, CREDENTIALS_ABSENT, NULL, &error);
    return;
  }
  bool ready = find_url(self, &error) && find_token(&token, &error);
  if (ready) {
    bool has_token = token.length > 0;
    aws_request_t request = {
        .operation = "credentials",
        .method = "GET",
        .url = self->url,
        .headers = {{"accept", "application/json"}, {"authorization", has_token ? token.data : NULL}},
        .headers_count = has_token ? 2 : 1,
        .retry_policy = AWS_REQUEST_CONTAINER,
        .attempts = ATTEMPTS,
        .timeout_ms = TIMEOUT_MS,
        .ca_file = self->context->ca_file,
        .describe = response_error_set,
        .is_usable = is_json,
    };
    self->pending = aws_request_start(self->context->loop, &request, on_response, self);
    if (self->pending == NULL)
      aws_error_set(&error, "internal", "credentials", 0,
                    "the container's credentials service cannot be asked: no memory, or a token with characters that "
                    "none may have");
  }
  buffer_clear(&token);
  if (!ready || self->pending == NULL)
    done(user_data, CREDENTIALS_BROKEN, NULL, &error);
}

static void container_destroy(credentials_provider_t *base) {
  container_provider_t *self = (container_provider_t *)base;
  aws_request_cancel(self->pending);
  free(self);
}

credentials_provider_t *credentials_container_new(const credentials_context_t *context) {
  container_provider_t *self = calloc(1, sizeof(*self));
  if (self == NULL)
    return NULL;
  self->base = (credentials_provider_t){.get = container_get, .destroy = container_destroy};
  self->context = context;
  return &self->base;
}
