#include "aws/protocol/credentials.h"

#include <stdlib.h>
#include <string.h>

static void credentials_free_secret(char **secret) {
  if (*secret != NULL)
    explicit_bzero(*secret, strlen(*secret));
  free(*secret);
  *secret = NULL;
}

static bool is_sendable(const char *text) {
  while (*text > ' ' && *text <= '~')
    text++;
  return *text == '\0';
}

const char *credentials_find_unsendable(const char *access_key_id, const char *secret_access_key,
                                        const char *session_token) {
  if (access_key_id != NULL && !is_sendable(access_key_id))
    return "access key id";
  if (secret_access_key != NULL && !is_sendable(secret_access_key))
    return "secret access key";
  return session_token != NULL && !is_sendable(session_token) ? "session token" : NULL;
}

bool credentials_set(credentials_t *target, const char *access_key_id, const char *secret_access_key,
                     const char *session_token, int64_t expires_ms, const char *source) {
  bool has_token = session_token != NULL && session_token[0] != '\0';
  /* The copies come first: the values may be target's own. */
  credentials_t copy = {
      .access_key_id = strdup(access_key_id),
      .secret_access_key = strdup(secret_access_key),
      .session_token = has_token ? strdup(session_token) : NULL,
      .source = strdup(source),
      .expires_ms = expires_ms,
  };
  bool complete = copy.access_key_id != NULL && copy.secret_access_key != NULL && copy.source != NULL &&
                  (copy.session_token != NULL || !has_token);
  credentials_clear(target);
  if (!complete) {
    credentials_clear(&copy);
    return false;
  }
  *target = copy;
  return true;
}

void credentials_clear(credentials_t *credentials) {
  credentials_free_secret(&credentials->access_key_id);
  credentials_free_secret(&credentials->secret_access_key);
  credentials_free_secret(&credentials->session_token);
  free(credentials->source);
  credentials->source = NULL;
  credentials->expires_ms = 0;
}
