#include <stdio.h>
#include <stdlib.h>

#include "aws/credentials/providers.h"
#include "aws/credentials/sts.h"

typedef struct {
  credentials_provider_t base;
  const credentials_context_t *context;
  credentials_provider_t *source; /* a cache, so that its keys outlive a renewal of the role's */
  credentials_role_t role;
  char duration[16];
  char place[160];
  char source_name[256]; /* of the keys that the role was asked for with */
  uint64_t source_keys;  /* the generation of the source's keys */
  bool renewed;          /* the source's keys have been renewed, in this get */
  aws_error_t refusal;   /* what STS said of the keys before the renewal */
  sts_call_t call;
  credentials_done_t *done;
  void *user_data;
} role_provider_t;

static void ask_source(role_provider_t *self);

static void on_role(void *user_data, json_object *result, int64_t skew_ms, const aws_error_t *error) {
  role_provider_t *self = user_data;
  char source[512];
  credentials_t found = CREDENTIALS_INIT;
  aws_error_t failed;
  if (error != NULL && !self->renewed && retry_classify(error->code, error->status) == RETRY_CREDENTIALS) {
    self->renewed = true;
    self->refusal = *error;
    credentials_cache_expire(self->source, self->source_keys);
    ask_source(self);
    return;
  }
  (void)snprintf(source, sizeof(source), "role %s of %s, assumed with %s", self->role.arn, self->place,
                 self->source_name);
  if (error == NULL && sts_read_credentials(result, "AssumeRole", skew_ms, source, &found, &failed))
    self->done(self->user_data, CREDENTIALS_FOUND, &found, NULL);
  else
    self->done(self->user_data, CREDENTIALS_BROKEN, NULL, error != NULL ? error : &failed);
  credentials_clear(&found);
}

static void on_source(void *user_data, credentials_result_t result, const credentials_t *credentials,
                      const aws_error_t *error) {
  role_provider_t *self = user_data;
  if (result == CREDENTIALS_ABSENT) {
    aws_error_t missing;
    aws_error_credentials(&missing, "nothing to assume the role of %.110s with: %s", self->place, error->message);
    self->done(self->user_data, CREDENTIALS_BROKEN, NULL, &missing);
    return;
  }
  if (result == CREDENTIALS_BROKEN) {
    self->done(self->user_data, CREDENTIALS_BROKEN, NULL, error);
    return;
  }
  if (self->renewed && credentials_cache_generation(self->source) == self->source_keys) {
    aws_error_t refusal = self->refusal;
    self->done(self->user_data, CREDENTIALS_BROKEN, NULL, &refusal);
    return;
  }
  self->source_keys = credentials_cache_generation(self->source);
  (void)snprintf(self->source_name, sizeof(self->source_name), "%s", credentials->source);
  const sts_parameter_t parameters[] = {
      {"RoleArn", self->role.arn},
      {"RoleSessionName", self->role.session_name != NULL ? self->role.session_name : self->context->session_name},
      {"ExternalId", self->role.external_id},
      {"DurationSeconds", self->role.duration_s > 0 ? self->duration : NULL},
  };
  sts_call(&self->call, self->context, credentials, "AssumeRole", parameters,
           sizeof(parameters) / sizeof(parameters[0]), on_role, self);
}

static void ask_source(role_provider_t *self) { self->source->get(self->source, on_source, self); }

static void role_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  role_provider_t *self = (role_provider_t *)base;
  self->done = done;
  self->user_data = user_data;
  self->renewed = false;
  ask_source(self);
}

static void role_destroy(credentials_provider_t *base) {
  role_provider_t *self = (role_provider_t *)base;
  sts_cancel(&self->call);
  self->source->destroy(self->source);
  free(self);
}

credentials_provider_t *credentials_role_new(const credentials_context_t *context, credentials_provider_t *source,
                                             const credentials_role_t *role) {
  credentials_provider_t *kept = credentials_cache_new(source, context->loop->clock);
  role_provider_t *self = kept != NULL ? calloc(1, sizeof(*self)) : NULL;
  if (self == NULL) {
    if (kept != NULL)
      kept->destroy(kept);
    return NULL;
  }
  self->base = (credentials_provider_t){.get = role_get, .destroy = role_destroy};
  self->context = context;
  self->source = kept;
  self->role = *role;
  self->role.place = self->place;
  (void)snprintf(self->place, sizeof(self->place), "%s", role->place);
  (void)snprintf(self->duration, sizeof(self->duration), "%d", role->duration_s);
  return &self->base;
}
