#include <stdlib.h>

#include "aws/credentials/providers.h"

typedef struct {
  credentials_provider_t base;
  const credentials_context_t *context;
  profile_file_t file;
  const char *profile;
} static_provider_t;

static const char *set_or_null(const static_provider_t *self, const char *key) {
  const char *value = profile_file_value(self->context->files, self->file, self->profile, key);
  return value != NULL && value[0] != '\0' ? value : NULL;
}

/* session_token is the profile's token. aws_security_token, the older name, wins as in the AWS command line. */
static const char *session_token(const static_provider_t *self) {
  const char *token = set_or_null(self, "aws_security_token");
  return token != NULL ? token : set_or_null(self, "aws_session_token");
}

static void static_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  const static_provider_t *self = (const static_provider_t *)base;
  const char *source = self->file == PROFILE_CREDENTIALS_FILE ? "credentials file" : "config file";
  const char *path = profile_file_path(self->context->files, self->file);
  const char *id = set_or_null(self, "aws_access_key_id");
  const char *secret = set_or_null(self, "aws_secret_access_key");
  aws_error_t error;
  if (id == NULL && secret == NULL) {
    aws_error_credentials(&error, "keys in %.150s%s", path,
                          profile_file_is_there(self->context->files, self->file) ? "" : " (no such file)");
    done(user_data, CREDENTIALS_ABSENT, NULL, &error);
    return;
  }
  credentials_t found = CREDENTIALS_INIT;
  const char *token = session_token(self);
  const char *wrong = credentials_find_unsendable(id, secret, token);
  if (id == NULL || secret == NULL) {
    aws_error_credentials(&error,
                          "profile \"%.100s\" in %.200s has %s but not %s: add it, or "
                          "remove the other",
                          self->profile, path, id != NULL ? "aws_access_key_id" : "aws_secret_access_key",
                          id != NULL ? "aws_secret_access_key" : "aws_access_key_id");
    done(user_data, CREDENTIALS_BROKEN, NULL, &error);
  } else if (wrong != NULL) {
    aws_error_credentials(
        &error,
        "the %s of profile \"%.100s\" in %.200s has a blank, a line end or another character that none has: "
        "correct it",
        wrong, self->profile, path);
    done(user_data, CREDENTIALS_BROKEN, NULL, &error);
  } else if (!credentials_set(&found, id, secret, token, 0, source)) {
    aws_error_credentials(&error, "no memory for the credentials of %.200s", path);
    done(user_data, CREDENTIALS_BROKEN, NULL, &error);
  } else {
    done(user_data, CREDENTIALS_FOUND, &found, NULL);
  }
  credentials_clear(&found);
}

static void static_destroy(credentials_provider_t *base) { free(base); }

credentials_provider_t *credentials_static_new(const credentials_context_t *context, profile_file_t file,
                                               const char *profile) {
  static_provider_t *self = calloc(1, sizeof(*self));
  if (self == NULL)
    return NULL;
  self->base = (credentials_provider_t){.get = static_get, .destroy = static_destroy};
  self->context = context;
  self->file = file;
  self->profile = profile;
  return &self->base;
}
