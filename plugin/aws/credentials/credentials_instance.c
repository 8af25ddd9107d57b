#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials/credentials_json.h"
#include "aws/credentials/imds.h"
#include "aws/credentials/providers.h"
#include "util/ascii.h"
#include "util/json.h"

#define ROLES_PATH "latest/meta-data/iam/security-credentials/"

/* A role's name has at most 64 characters: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html */
#define ROLE_LIMIT 64

/* IMDS renews its keys late in an outage of its own, and wants the old ones used on. extend has the cache ask for them
 * again in 2 to 10 minutes, as botocore does: the cache renews WINDOW_MS ahead, and chance spreads the rest so that a
 * fleet does not come back at once. */
#define WINDOW_MS ((int64_t)15 * 60 * 1000)
#define SPREAD_MIN_MS ((int64_t)2 * 60 * 1000)
#define SPREAD_MS ((int64_t)8 * 60 * 1000)

typedef struct {
  credentials_provider_t base;
  const credentials_context_t *context;
  imds_t *imds;
  char role[ROLE_LIMIT + 1];
  credentials_done_t *done;
  void *user_data;
} instance_provider_t;

static void finish_failed(instance_provider_t *self, imds_result_t result, const aws_error_t *error) {
  self->done(self->user_data, result == IMDS_ABSENT ? CREDENTIALS_ABSENT : CREDENTIALS_BROKEN, NULL, error);
}

/* extend lets keys that end soon last until the cache asks again. */
static void extend(const instance_provider_t *self, credentials_t *credentials) {
  const loop_clock_t *clock = self->context->loop->clock;
  int64_t ahead_ms = WINDOW_MS + SPREAD_MIN_MS + (int64_t)(clock->fraction() * (double)SPREAD_MS);
  if (credentials->expires_ms - clock->wall_ms() < ahead_ms)
    credentials->expires_ms = clock->wall_ms() + ahead_ms;
}

/* on_keys takes the role's keys. IMDS refuses with status 200 and {"Code": "AssumeRoleUnauthorizedAccess", "Message":
 * …}. */
static void on_keys(void *user_data, imds_result_t result, const http_response_t *response, const aws_error_t *error) {
  instance_provider_t *self = user_data;
  aws_error_t failed;
  if (result != IMDS_RESPONDED) {
    finish_failed(self, result, error);
    return;
  }
  char source[128];
  credentials_t found = CREDENTIALS_INIT;
  const char *wrong = "it is not JSON";
  const char *code = "";
  const char *message = "";
  json_object *document = json_parse(response->body, response->body_length);
  (void)snprintf(source, sizeof(source), "instance role %s", self->role);
  if (document != NULL && credentials_json_read(document, &credentials_json_metadata_fields, source, &found, &wrong)) {
    extend(self, &found);
    self->done(self->user_data, CREDENTIALS_FOUND, &found, NULL);
  } else {
    if (document != NULL && json_member_text(document, "Code", &code) == JSON_PRESENT)
      (void)json_member_text(document, "Message", &message);
    aws_error_set(&failed, "credentials", "credentials", response->status,
                  "the instance's metadata gives no keys of role %s: %.60s%s%.200s", self->role,
                  message[0] != '\0' ? code : "", message[0] != '\0' ? ": " : "",
                  message[0] != '\0' ? message
                  : wrong != NULL    ? wrong
                                     : "no memory");
    self->done(self->user_data, CREDENTIALS_BROKEN, NULL, &failed);
  }
  json_put_wiped(document);
  credentials_clear(&found);
}

/* take_role reads the role's name, a response's first line. It has to have only characters of role names, because it
 * becomes part of a URL. */
static bool take_role(instance_provider_t *self, const http_response_t *response) {
  size_t length = strcspn(response->body, "\r\n");
  bool is_name = length > 0 && length <= ROLE_LIMIT;
  for (size_t i = 0; is_name && i < length; i++)
    is_name = ascii_is_alphanumeric(response->body[i]) || strchr("_+=,.@-", response->body[i]) != NULL;
  if (!is_name)
    return false;
  memcpy(self->role, response->body, length);
  self->role[length] = '\0';
  return true;
}

static bool is_json(const http_response_t *response) {
  return credentials_json_is_json(response->body, response->body_length);
}

static void on_role(void *user_data, imds_result_t result, const http_response_t *response, const aws_error_t *error) {
  instance_provider_t *self = user_data;
  if (result != IMDS_RESPONDED) {
    finish_failed(self, result, error);
    return;
  }
  if (!take_role(self, response)) {
    aws_error_t none;
    aws_error_set(&none, "credentials", "credentials", response->status,
                  "the instance's metadata (it names no role; attach one to the instance)");
    finish_failed(self, response->body_length == 0 ? IMDS_ABSENT : IMDS_BROKEN, &none);
    return;
  }
  char path[sizeof(ROLES_PATH) + ROLE_LIMIT];
  (void)snprintf(path, sizeof(path), "%s%s", ROLES_PATH, self->role);
  imds_get(self->imds, path, is_json, on_keys, self);
}

static void instance_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  instance_provider_t *self = (instance_provider_t *)base;
  self->done = done;
  self->user_data = user_data;
  imds_get(self->imds, ROLES_PATH, imds_is_text, on_role, self);
}

static void instance_destroy(credentials_provider_t *base) {
  instance_provider_t *self = (instance_provider_t *)base;
  imds_free(self->imds);
  free(self);
}

credentials_provider_t *credentials_instance_new(const credentials_context_t *context) {
  instance_provider_t *self = calloc(1, sizeof(*self));
  imds_t *imds = imds_new(context->loop, context->files, context->profile);
  if (self == NULL || imds == NULL) {
    imds_free(imds);
    free(self);
    return NULL;
  }
  self->base = (credentials_provider_t){.get = instance_get, .destroy = instance_destroy};
  self->context = context;
  self->imds = imds;
  return &self->base;
}
