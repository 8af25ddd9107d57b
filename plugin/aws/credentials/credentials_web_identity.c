#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials/providers.h"
#include "aws/credentials/sts.h"
#include "util/small_file.h"

typedef struct {
  credentials_provider_t base;
  const credentials_context_t *context;
  const char *profile;
  bool uses_environment;
  char arn[256];
  sts_call_t call;
  credentials_done_t *done;
  void *user_data;
} web_identity_provider_t;

/* setting is the variable's value, which hides the profile's setting even when it is empty, as in botocore. */
static const char *setting(const web_identity_provider_t *self, const char *variable, const char *key) {
  const char *value = self->uses_environment ? getenv(variable) : NULL;
  if (value == NULL)
    value = profile_value(self->context->files, self->profile, key);
  return value != NULL && value[0] != '\0' ? value : NULL;
}

static void finish_broken(web_identity_provider_t *self, const aws_error_t *error) {
  self->done(self->user_data, CREDENTIALS_BROKEN, NULL, error);
}

static void on_role(void *user_data, json_object *result, int64_t skew_ms, const aws_error_t *error) {
  web_identity_provider_t *self = user_data;
  char source[320];
  credentials_t found = CREDENTIALS_INIT;
  aws_error_t failed;
  (void)snprintf(source, sizeof(source), "role %s, assumed with a web identity", self->arn);
  if (error != NULL)
    finish_broken(self, error);
  else if (sts_read_credentials(result, "AssumeRoleWithWebIdentity", skew_ms, source, &found, &failed))
    self->done(self->user_data, CREDENTIALS_FOUND, &found, NULL);
  else
    finish_broken(self, &failed);
  credentials_clear(&found);
}

static void ask_role(web_identity_provider_t *self, const char *arn, const char *token) {
  const char *session_name = setting(self, "AWS_ROLE_SESSION_NAME", "role_session_name");
  (void)snprintf(self->arn, sizeof(self->arn), "%s", arn);
  const sts_parameter_t parameters[] = {
      {"RoleArn", arn},
      {"RoleSessionName", session_name != NULL ? session_name : self->context->session_name},
      {"WebIdentityToken", token},
  };
  sts_call(&self->call, self->context, NULL, "AssumeRoleWithWebIdentity", parameters,
           sizeof(parameters) / sizeof(parameters[0]), on_role, self);
}

static void web_identity_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  web_identity_provider_t *self = (web_identity_provider_t *)base;
  const char *path = setting(self, "AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
  const char *arn = setting(self, "AWS_ROLE_ARN", "role_arn");
  buffer_t token = BUFFER_INIT(SMALL_FILE_LIMIT_BYTES);
  const char *reason = NULL;
  aws_error_t error;
  self->done = done;
  self->user_data = user_data;
  if (path == NULL) {
    aws_error_credentials(&error, "%s",
                          self->uses_environment ? "AWS_WEB_IDENTITY_TOKEN_FILE" : "web_identity_token_file");
    done(user_data, CREDENTIALS_ABSENT, NULL, &error);
  } else if (arn == NULL) {
    aws_error_credentials(
        &error, "there is a web identity token file, but no role: set AWS_ROLE_ARN, or role_arn in profile \"%s\"",
        self->profile);
    finish_broken(self, &error);
  } else if (!small_file_read(path, &token, &reason)) {
    aws_error_credentials(&error, "the web identity token file %.300s cannot be read: %s", path, reason);
    finish_broken(self, &error);
  } else {
    token.data[strcspn(token.data, "\r\n")] = '\0';
    ask_role(self, arn, token.data);
  }
  buffer_clear(&token);
}

static void web_identity_destroy(credentials_provider_t *base) {
  web_identity_provider_t *self = (web_identity_provider_t *)base;
  sts_cancel(&self->call);
  free(self);
}

credentials_provider_t *credentials_web_identity_new(const credentials_context_t *context, const char *profile,
                                                     bool uses_environment) {
  web_identity_provider_t *self = calloc(1, sizeof(*self));
  if (self == NULL)
    return NULL;
  self->base = (credentials_provider_t){.get = web_identity_get, .destroy = web_identity_destroy};
  self->context = context;
  self->profile = profile;
  self->uses_environment = uses_environment;
  return &self->base;
}
