#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials/credentials_json.h"
#include "aws/credentials/providers.h"
#include "aws/credentials/sso_token.h"
#include "aws/protocol/endpoint.h"
#include "aws/protocol/response_error.h"
#include "util/json.h"
#include "util/percent.h"

#define URL_LIMIT_BYTES 2048

static const credentials_json_fields_t sso_fields = {
    .id = "accessKeyId",
    .secret = "secretAccessKey",
    .token = "sessionToken",
    .expires = "expiration",
    .time = CREDENTIALS_JSON_MILLISECONDS,
    .needs_token = true,
    .needs_expiry = true,
};

typedef struct {
  const char *account, *role, *session, *start_url, *region;
} sso_settings_t;

typedef struct {
  credentials_provider_t base;
  const credentials_context_t *context;
  const char *profile;
  sso_settings_t settings;
  sso_token_t token;
  aws_pending_request_t *pending;
  credentials_done_t *done;
  void *user_data;
} sso_provider_t;

static void finish_broken(sso_provider_t *self, const aws_error_t *error) {
  self->done(self->user_data, CREDENTIALS_BROKEN, NULL, error);
}

/* finish_logged_out names the only remedy for a token that is gone: a person has to log in with a browser. */
static void finish_logged_out(sso_provider_t *self, const char *why) {
  aws_error_t error;
  aws_error_credentials(&error, "%.200s: run `aws sso login --profile %.100s` as the user that this runs as", why,
                        self->profile);
  finish_broken(self, &error);
}

/* setting is a value of the profile or of its sso-session. Where both have it and differ, *contradiction is its key. */
static const char *setting(const sso_provider_t *self, const char *key, const char **contradiction) {
  const profile_files_t *files = self->context->files;
  const char *own = profile_value(files, self->profile, key);
  const char *session = self->settings.session != NULL
                            ? profile_section_value(files, PROFILE_SSO_SESSION, self->settings.session, key)
                            : NULL;
  if (own != NULL && session != NULL && strcmp(own, session) != 0)
    *contradiction = key;
  return session != NULL ? session : own;
}

/* read_settings reads the profile's settings of SSO. false: error says what is missing or contradictory. */
static bool read_settings(sso_provider_t *self, aws_error_t *error) {
  sso_settings_t *settings = &self->settings;
  const char *contradiction = NULL;
  settings->session = profile_value(self->context->files, self->profile, "sso_session");
  settings->account = setting(self, "sso_account_id", &contradiction);
  settings->role = setting(self, "sso_role_name", &contradiction);
  settings->start_url = setting(self, "sso_start_url", &contradiction);
  settings->region = setting(self, "sso_region", &contradiction);
  if (contradiction != NULL) {
    aws_error_credentials(error,
                          "profile \"%.100s\" and its sso-session \"%.100s\" differ in %s: remove it from the profile",
                          self->profile, settings->session, contradiction);
    return false;
  }
  const char *missing = settings->account == NULL     ? "sso_account_id"
                        : settings->role == NULL      ? "sso_role_name"
                        : settings->start_url == NULL ? "sso_start_url"
                        : settings->region == NULL    ? "sso_region"
                                                      : NULL;
  if (missing != NULL)
    aws_error_credentials(error,
                          "profile \"%.100s\" is to use SSO, but has no %s%s%.100s%s: "
                          "add it",
                          self->profile, missing, settings->session != NULL ? ", nor has [sso-session " : "",
                          settings->session != NULL ? settings->session : "", settings->session != NULL ? "]" : "");
  return missing == NULL;
}

static void on_keys(void *user_data, const http_response_t *response, const aws_error_t *error) {
  sso_provider_t *self = user_data;
  self->pending = NULL;
  if (error != NULL && error->status == 401) {
    char why[256];
    (void)snprintf(why, sizeof(why), "SSO refuses the token (%.60s: %.160s)", error->code, error->message);
    finish_logged_out(self, why);
    return;
  }
  if (error != NULL) {
    finish_broken(self, error);
    return;
  }
  char source[256];
  credentials_t found = CREDENTIALS_INIT;
  json_object *document = json_parse(response->body, response->body_length);
  json_object *keys = NULL;
  const char *wrong = "it is not JSON with roleCredentials";
  (void)snprintf(source, sizeof(source), "SSO role %s in account %s", self->settings.role, self->settings.account);
  if (document != NULL && json_member_object(document, "roleCredentials", &keys) == JSON_PRESENT &&
      credentials_json_read(keys, &sso_fields, source, &found, &wrong)) {
    self->done(self->user_data, CREDENTIALS_FOUND, &found, NULL);
  } else {
    aws_error_t malformed;
    aws_error_set(&malformed, "parse", "GetRoleCredentials", response->status, "SSO's answer cannot be used: %s",
                  wrong != NULL ? wrong : "no memory");
    finish_broken(self, &malformed);
  }
  json_put_wiped(document);
  credentials_clear(&found);
}

static void ask_keys(sso_provider_t *self) {
  const credentials_context_t *context = self->context;
  char endpoint[ENDPOINT_URL_SIZE];
  char path[ENDPOINT_REQUEST_SIZE];
  aws_error_t error;
  if (!context_endpoint(context, &aws_service_sso, self->settings.region, endpoint, &error)) {
    finish_broken(self, &error);
    return;
  }
  buffer_t url = BUFFER_INIT(URL_LIMIT_BYTES);
  bool ready = endpoint_join(endpoint, "/federation/credentials", path) &&
               buffer_add_format(&url, "%s?role_name=", path) && percent_add(&url, self->settings.role) &&
               buffer_add_text(&url, "&account_id=") && percent_add(&url, self->settings.account);
  aws_request_t request = {
      .operation = "GetRoleCredentials",
      .method = "GET",
      .url = url.data,
      .headers = {{"x-amz-sso_bearer_token", self->token.access_token}},
      .headers_count = 1,
      .describe = response_error_set,
  };
  context_fill_request(context, &request);
  self->pending = ready ? aws_request_start(context->loop, &request, on_keys, self) : NULL;
  buffer_clear(&url);
  if (self->pending != NULL)
    return;
  aws_error_set(&error, "internal", "GetRoleCredentials", 0,
                "the request could not be made: no memory, or a token with characters that none has");
  finish_broken(self, &error);
}

/* on_renewal takes the new token. After a renewal that failed the old one is used while it lasts. */
static void on_renewal(void *user_data, const http_response_t *response, const aws_error_t *error) {
  sso_provider_t *self = user_data;
  int64_t now_ms = self->context->loop->clock->wall_ms();
  self->pending = NULL;
  bool is_renewed = error == NULL && sso_token_take(&self->token, response, now_ms);
  if (is_renewed || self->token.expires_ms > now_ms) {
    ask_keys(self);
  } else {
    char why[256];
    (void)snprintf(why, sizeof(why), "the SSO token has expired, and its renewal failed (%.40s: %.120s)",
                   error != NULL ? error->code : "parse", error != NULL ? error->message : "OIDC's answer is none");
    finish_logged_out(self, why);
  }
}

static void sso_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  sso_provider_t *self = (sso_provider_t *)base;
  const profile_files_t *files = self->context->files;
  int64_t now_ms = self->context->loop->clock->wall_ms();
  const char *reason = NULL;
  aws_error_t error;
  self->done = done;
  self->user_data = user_data;
  if (profile_value(files, self->profile, "sso_account_id") == NULL &&
      profile_value(files, self->profile, "sso_role_name") == NULL) {
    aws_error_credentials(&error, "sso_account_id");
    done(user_data, CREDENTIALS_ABSENT, NULL, &error);
    return;
  }
  if (!read_settings(self, &error)) {
    finish_broken(self, &error);
    return;
  }
  const sso_settings_t *settings = &self->settings;
  if (!sso_token_load(&self->token, settings->session != NULL ? settings->session : settings->start_url, &reason)) {
    char why[256];
    (void)snprintf(why, sizeof(why), "no SSO token (%.120s: %.60s)", self->token.path, reason);
    finish_logged_out(self, why);
    return;
  }
  bool is_due = settings->session != NULL && self->token.expires_ms - now_ms < SSO_TOKEN_AHEAD_MS;
  if (is_due && sso_token_is_renewable(&self->token, now_ms)) {
    self->pending = sso_token_renew(&self->token, self->context, settings->region, on_renewal, self, &error);
    if (self->pending == NULL)
      on_renewal(self, NULL, &error);
  } else if (self->token.expires_ms <= now_ms) {
    finish_logged_out(self, "the SSO token has expired");
  } else {
    ask_keys(self);
  }
}

static void sso_destroy(credentials_provider_t *base) {
  sso_provider_t *self = (sso_provider_t *)base;
  aws_request_cancel(self->pending);
  sso_token_clear(&self->token);
  free(self);
}

credentials_provider_t *credentials_sso_new(const credentials_context_t *context, const char *profile) {
  sso_provider_t *self = calloc(1, sizeof(*self));
  if (self == NULL)
    return NULL;
  self->base = (credentials_provider_t){.get = sso_get, .destroy = sso_destroy};
  self->context = context;
  self->profile = profile;
  return &self->base;
}
