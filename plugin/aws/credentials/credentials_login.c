#include <stdlib.h>
#include <string.h>

#include "aws/credentials/providers.h"

typedef struct {
  credentials_provider_t base;
  const credentials_context_t *context;
  const char *profile;
} login_provider_t;

/* login_get leaves login_session to the AWS command line, which gives its keys out by credential_process: they last 15
 * minutes, and each renewal replaces the refresh token of the person who has logged in. */
static void login_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  const login_provider_t *self = (const login_provider_t *)base;
  const char *session = profile_value(self->context->files, self->profile, "login_session");
  const char *process = profile_value(self->context->files, self->profile, "credential_process");
  aws_error_t error;
  if (session == NULL || (process != NULL && strstr(process, "export-credentials") != NULL)) {
    aws_error_credentials(&error, "login_session");
    done(user_data, CREDENTIALS_ABSENT, NULL, &error);
    return;
  }
  aws_error_credentials(&error,
                        "profile \"%.100s\" has login_session, which the AWS command line alone renews: add to it "
                        "credential_process = aws configure export-credentials --profile %.100s --format process",
                        self->profile, self->profile);
  done(user_data, CREDENTIALS_BROKEN, NULL, &error);
}

static void login_destroy(credentials_provider_t *base) { free(base); }

credentials_provider_t *credentials_login_new(const credentials_context_t *context, const char *profile) {
  login_provider_t *self = calloc(1, sizeof(*self));
  if (self == NULL)
    return NULL;
  self->base = (credentials_provider_t){.get = login_get, .destroy = login_destroy};
  self->context = context;
  self->profile = profile;
  return &self->base;
}
