#include <stdlib.h>

#include "aws/credentials/providers.h"
#include "util/environment.h"

/* session_token is the environment's token. AWS_SECURITY_TOKEN, the older name, wins as in the AWS command line. */
static const char *session_token(void) {
  const char *token = environment_value("AWS_SECURITY_TOKEN");
  return token != NULL ? token : environment_value("AWS_SESSION_TOKEN");
}

static void environment_get(credentials_provider_t *self, credentials_done_t *done, void *user_data) {
  (void)self;
  const char *id = environment_value("AWS_ACCESS_KEY_ID");
  const char *secret = environment_value("AWS_SECRET_ACCESS_KEY");
  aws_error_t error;
  if (id == NULL && secret == NULL) {
    aws_error_credentials(&error, "AWS_ACCESS_KEY_ID in the environment");
    done(user_data, CREDENTIALS_ABSENT, NULL, &error);
    return;
  }
  credentials_t found = CREDENTIALS_INIT;
  const char *token = session_token();
  const char *wrong = credentials_find_unsendable(id, secret, token);
  if (id == NULL || secret == NULL) {
    aws_error_credentials(
        &error, "the environment has %s but not %s: set both, or neither to use another source of credentials",
        id != NULL ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
        id != NULL ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
    done(user_data, CREDENTIALS_BROKEN, NULL, &error);
  } else if (wrong != NULL) {
    aws_error_credentials(
        &error, "the %s in the environment has a blank, a line end or another character that none has: correct it",
        wrong);
    done(user_data, CREDENTIALS_BROKEN, NULL, &error);
  } else if (!credentials_set(&found, id, secret, token, 0, "environment")) {
    aws_error_credentials(&error, "no memory for the credentials of the environment");
    done(user_data, CREDENTIALS_BROKEN, NULL, &error);
  } else {
    done(user_data, CREDENTIALS_FOUND, &found, NULL);
  }
  credentials_clear(&found);
}

static void environment_destroy(credentials_provider_t *self) { free(self); }

credentials_provider_t *credentials_environment_new(void) {
  credentials_provider_t *provider = calloc(1, sizeof(*provider));
  if (provider != NULL)
    *provider = (credentials_provider_t){.get = environment_get, .destroy = environment_destroy};
  return provider;
}
