#include <stdlib.h>

#include "aws/credentials/providers.h"

typedef struct {
  credentials_provider_t base;
  credentials_result_t result;
  aws_error_t error;
} refusal_provider_t;

static void refusal_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  const refusal_provider_t *self = (const refusal_provider_t *)base;
  done(user_data, self->result, NULL, &self->error);
}

static void refusal_destroy(credentials_provider_t *base) { free(base); }

credentials_provider_t *credentials_refusal_new(credentials_result_t result, const aws_error_t *error) {
  refusal_provider_t *self = calloc(1, sizeof(*self));
  if (self == NULL)
    return NULL;
  *self =
      (refusal_provider_t){.base = {.get = refusal_get, .destroy = refusal_destroy}, .result = result, .error = *error};
  return &self->base;
}
