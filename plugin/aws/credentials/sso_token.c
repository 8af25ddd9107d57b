#include "aws/credentials/sso_token.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>

#include "aws/credentials/credentials_json.h"
#include "aws/protocol/endpoint.h"
#include "aws/protocol/response_error.h"
#include "util/date.h"
#include "util/json.h"
#include "util/small_file.h"

/* A token that lives longer than a year is a mistake. */
#define LIFETIME_MAX_S ((int64_t)366 * 86400)

static bool find_path(const char *name, char *path, size_t size) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  char text[sizeof("~/.aws/sso/cache/.json") + (size_t)2 * EVP_MAX_MD_SIZE];
  if (EVP_Digest(name, strlen(name), digest, &length, EVP_sha1(), NULL) != 1)
    return false;
  size_t at = (size_t)snprintf(text, sizeof(text), "~/.aws/sso/cache/");
  for (unsigned i = 0; i < length; i++)
    at += (size_t)snprintf(text + at, sizeof(text) - at, "%02x", digest[i]);
  (void)snprintf(text + at, sizeof(text) - at, ".json");
  return profile_files_path(PROFILE_CONFIG_FILE, text, path, size);
}

/* read_time reads a member such as "2026-11-23T20:36:00Z"; older command lines wrote "UTC" at its end. */
static bool read_time(json_object *document, const char *name, int64_t *time_ms) {
  char text[64];
  const char *written = "";
  if (json_member_text(document, name, &written) != JSON_PRESENT || strlen(written) >= sizeof(text))
    return false;
  (void)snprintf(text, sizeof(text), "%s", written);
  char *end = strstr(text, "UTC");
  if (end != NULL && end[3] == '\0')
    (void)snprintf(end, sizeof("UTC"), "Z");
  return date_parse_iso8601(text, time_ms);
}

static bool read_token(json_object *document, const char **access_token, int64_t *expires_ms) {
  return json_member_text(document, "accessToken", access_token) == JSON_PRESENT && (*access_token)[0] != '\0' &&
         read_time(document, "expiresAt", expires_ms);
}

static void replace(sso_token_t *token, json_object *document, const char *access_token, int64_t expires_ms) {
  json_put_wiped(token->document);
  token->document = document;
  token->access_token = access_token;
  token->expires_ms = expires_ms;
  token->unwritten = false;
}

bool sso_token_load(sso_token_t *token, const char *name, const char **reason) {
  buffer_t text = BUFFER_INIT(SMALL_FILE_LIMIT_BYTES);
  const char *access_token = NULL;
  int64_t expires_ms = 0;
  *reason = "no home directory is known";
  bool read = find_path(name, token->path, sizeof(token->path)) && small_file_read(token->path, &text, reason);
  json_object *document = read ? json_parse(text.data, text.length) : NULL;
  buffer_clear(&text);
  if (document != NULL && read_token(document, &access_token, &expires_ms) &&
      (!token->unwritten || expires_ms > token->expires_ms)) {
    replace(token, document, access_token, expires_ms);
    return true;
  }
  if (read)
    *reason = "it is no SSO token";
  json_put_wiped(document);
  return token->unwritten;
}

bool sso_token_is_renewable(const sso_token_t *token, int64_t now_ms) {
  static const char *const needed[] = {"refreshToken", "clientId", "clientSecret"};
  const char *value = NULL;
  int64_t until_ms = 0;
  for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
    if (json_member_text(token->document, needed[i], &value) != JSON_PRESENT)
      return false;
  }
  return read_time(token->document, "registrationExpiresAt", &until_ms) && until_ms > now_ms;
}

/* describe makes an error of what OIDC says in OAuth's form: {"error": "invalid_grant", "error_description": …}. */
static void describe(const http_response_t *response, const char *operation, aws_error_t *error) {
  json_object *body = response->result == HTTP_RESPONDED ? json_parse(response->body, response->body_length) : NULL;
  const char *code = "";
  const char *message = "no message";
  if (body != NULL && json_member_text(body, "error", &code) == JSON_PRESENT && code[0] != '\0') {
    char shown[sizeof(error->message)];
    (void)json_member_text(body, "error_description", &message);
    response_error_message(message, shown, sizeof(shown));
    aws_error_set(error, code, operation, response->status, "%s", shown);
  } else {
    response_error_set(response, operation, error);
  }
  (void)json_object_put(body);
}

static bool copy_text(json_object *target, const char *target_name, json_object *source, const char *name) {
  const char *value = NULL;
  return json_member_text(source, name, &value) == JSON_PRESENT && credentials_json_set(target, target_name, value);
}

static bool make_question(const sso_token_t *token, buffer_t *text) {
  json_object *question = json_object_new_object();
  bool made = question != NULL && credentials_json_set(question, "grantType", "refresh_token") &&
              copy_text(question, "clientId", token->document, "clientId") &&
              copy_text(question, "clientSecret", token->document, "clientSecret") &&
              copy_text(question, "refreshToken", token->document, "refreshToken") &&
              credentials_json_write(question, text);
  json_put_wiped(question);
  return made;
}

aws_pending_request_t *sso_token_renew(const sso_token_t *token, const credentials_context_t *context,
                                       const char *region, aws_request_done_t *done, void *user_data,
                                       aws_error_t *error) {
  char endpoint[ENDPOINT_URL_SIZE];
  char url[ENDPOINT_REQUEST_SIZE];
  if (!context_endpoint(context, &aws_service_oidc, region, endpoint, error))
    return NULL;
  buffer_t body = BUFFER_INIT(SMALL_FILE_LIMIT_BYTES);
  bool made = endpoint_join(endpoint, "/token", url) && make_question(token, &body);
  aws_request_t request = {
      .operation = "CreateToken",
      .method = "POST",
      .url = url,
      .headers = {{"content-type", "application/json"}},
      .headers_count = 1,
      .body = body.data,
      .describe = describe,
  };
  context_fill_request(context, &request);
  aws_pending_request_t *pending = made ? aws_request_start(context->loop, &request, done, user_data) : NULL;
  if (pending == NULL)
    aws_error_set(error, "internal", "CreateToken", 0, "no memory for the request");
  buffer_clear(&body);
  return pending;
}

static bool write_time(json_object *document, const char *name, int64_t time_ms) {
  char text[32];
  time_t seconds = (time_t)(time_ms / 1000);
  struct tm parts;
  if (gmtime_r(&seconds, &parts) == NULL || strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
    return false;
  return credentials_json_set(document, name, text);
}

/* The new document keeps the members of the old one that the response does not have, the client's registration among
 * them. */
bool sso_token_take(sso_token_t *token, const http_response_t *response, int64_t now_ms) {
  int64_t lifetime_s = 0;
  int64_t expires_ms = 0;
  const char *access_token = NULL;
  const char *refresh = NULL;
  json_object *fresh = json_parse(response->body, response->body_length);
  json_object *document = NULL;
  bool taken = fresh != NULL && json_member_integer(fresh, "expiresIn", &lifetime_s) == JSON_PRESENT &&
               lifetime_s > 0 && lifetime_s <= LIFETIME_MAX_S &&
               json_object_deep_copy(token->document, &document, NULL) == 0 &&
               copy_text(document, "accessToken", fresh, "accessToken") &&
               write_time(document, "expiresAt", now_ms + lifetime_s * 1000);
  if (taken && json_member_text(fresh, "refreshToken", &refresh) == JSON_PRESENT)
    taken = copy_text(document, "refreshToken", fresh, "refreshToken");
  taken = taken && read_token(document, &access_token, &expires_ms);
  if (taken) {
    replace(token, document, access_token, expires_ms);
    buffer_t text = BUFFER_INIT(SMALL_FILE_LIMIT_BYTES);
    token->unwritten = !credentials_json_write(document, &text) || !small_file_replace(token->path, text.data);
    buffer_clear(&text);
  } else {
    json_put_wiped(document);
  }
  json_put_wiped(fresh);
  return taken;
}

void sso_token_clear(sso_token_t *token) {
  json_put_wiped(token->document);
  token->document = NULL;
  token->access_token = NULL;
  token->expires_ms = 0;
  token->unwritten = false;
}
