#include <stdlib.h>

#include "aws/providers.h"

typedef struct {
  credentials_provider_t base;
  const profile_files_t *files;
  profile_file_t file;
  const char *profile;
} static_provider_t;

static const char *set_or_null(const static_provider_t *self, const char *key) {
  const char *value = profile_file_value(self->files, self->file, self->profile, key);
  return value != NULL && value[0] != '\0' ? value : NULL;
}

static void static_get(credentials_provider_t *base, credentials_done_t *done, void *owner) {
  const static_provider_t *self = (const static_provider_t *)base;
  const char *source = self->file == PROFILE_CREDENTIALS_FILE ? "credentials file" : "config file";
  const char *path = profile_file_path(self->files, self->file);
  const char *id = set_or_null(self, "aws_access_key_id");
  const char *secret = set_or_null(self, "aws_secret_access_key");
  aws_error_t error;
  if (id == NULL && secret == NULL) {
    aws_error_set(&error, "credentials", "credentials", 0, "aws_access_key_id of profile \"%s\" in %s", self->profile,
                  path);
    done(owner, CREDENTIALS_ABSENT, NULL, &error);
    return;
  }
  credentials_t found = CREDENTIALS_INIT;
  if (id == NULL || secret == NULL) {
    aws_error_set(&error, "credentials", "credentials", 0,
                  "profile \"%s\" in %s has %s but not %s: add it, or remove the other", self->profile, path,
                  id != NULL ? "aws_access_key_id" : "aws_secret_access_key",
                  id != NULL ? "aws_secret_access_key" : "aws_access_key_id");
    done(owner, CREDENTIALS_BROKEN, NULL, &error);
  } else if (!credentials_set(&found, id, secret, set_or_null(self, "aws_session_token"), 0, source)) {
    aws_error_set(&error, "credentials", "credentials", 0, "no memory for the credentials of %s", path);
    done(owner, CREDENTIALS_BROKEN, NULL, &error);
  } else {
    done(owner, CREDENTIALS_FOUND, &found, NULL);
  }
  credentials_clear(&found);
}

static void static_destroy(credentials_provider_t *base) { free(base); }

credentials_provider_t *credentials_static_new(const profile_files_t *files, profile_file_t file, const char *profile) {
  static_provider_t *self = calloc(1, sizeof(*self));
  if (self == NULL)
    return NULL;
  self->base = (credentials_provider_t){.get = static_get, .destroy = static_destroy};
  self->files = files;
  self->file = file;
  self->profile = profile;
  return &self->base;
}
