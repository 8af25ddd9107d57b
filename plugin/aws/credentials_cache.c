#include <stdlib.h>

#include "aws/providers.h"

#define RENEW_AHEAD_MS ((int64_t)15 * 60 * 1000)
#define RENEW_AT_LATEST_MS ((int64_t)5 * 60 * 1000)

typedef struct waiter {
  struct waiter *next;
  credentials_done_t *done;
  void *owner;
} waiter_t;

typedef struct {
  credentials_provider_t base;
  credentials_provider_t *inner;
  const loop_clock_t *clock;
  credentials_t kept; /* no keys yet where access_key_id is NULL */
  bool expired;       /* AWS said so */
  bool asking;        /* inner->get has not called back yet */
  waiter_t *waiters;
} cache_provider_t;

/* How long the kept keys may still be used. */
static int64_t lifetime_ms(const cache_provider_t *self) {
  if (self->kept.access_key_id == NULL || self->expired)
    return -1;
  if (self->kept.expires_ms == 0)
    return INT64_MAX;
  return self->kept.expires_ms - self->clock->wall_ms();
}

static void answer(cache_provider_t *self, credentials_end_t end, const aws_error_t *error) {
  while (self->waiters != NULL) {
    waiter_t *waiter = self->waiters;
    self->waiters = waiter->next;
    waiter->done(waiter->owner, end, end == CREDENTIALS_FOUND ? &self->kept : NULL, error);
    free(waiter);
  }
}

static void on_inner(void *owner, credentials_end_t end, const credentials_t *credentials, const aws_error_t *error) {
  cache_provider_t *self = owner;
  aws_error_t failed;
  self->asking = false;
  if (end == CREDENTIALS_FOUND) {
    if (credentials_set(&self->kept, credentials->access_key_id, credentials->secret_access_key,
                        credentials->session_token, credentials->expires_ms, credentials->source)) {
      self->expired = false;
    } else {
      aws_error_set(&failed, "credentials", "credentials", 0, "no memory to keep the credentials");
      end = CREDENTIALS_BROKEN;
      error = &failed;
    }
  } else if (lifetime_ms(self) > 0) {
    end = CREDENTIALS_FOUND;
  }
  answer(self, end, error);
}

static void ask(cache_provider_t *self) {
  if (self->asking)
    return;
  self->asking = true;
  self->inner->get(self->inner, on_inner, self);
}

static void cache_get(credentials_provider_t *base, credentials_done_t *done, void *owner) {
  cache_provider_t *self = (cache_provider_t *)base;
  int64_t lifetime = lifetime_ms(self);
  if (lifetime > RENEW_AT_LATEST_MS) {
    done(owner, CREDENTIALS_FOUND, &self->kept, NULL);
    if (lifetime <= RENEW_AHEAD_MS)
      ask(self);
    return;
  }
  waiter_t *waiter = calloc(1, sizeof(*waiter));
  if (waiter == NULL) {
    aws_error_t error;
    aws_error_set(&error, "credentials", "credentials", 0, "no memory to wait for credentials");
    done(owner, CREDENTIALS_BROKEN, NULL, &error);
    return;
  }
  *waiter = (waiter_t){.next = self->waiters, .done = done, .owner = owner};
  self->waiters = waiter;
  ask(self);
}

static void cache_destroy(credentials_provider_t *base) {
  cache_provider_t *self = (cache_provider_t *)base;
  self->inner->destroy(self->inner);
  while (self->waiters != NULL) {
    waiter_t *waiter = self->waiters;
    self->waiters = waiter->next;
    free(waiter);
  }
  credentials_clear(&self->kept);
  free(self);
}

credentials_provider_t *credentials_cache_new(credentials_provider_t *inner, const loop_clock_t *clock) {
  cache_provider_t *self = inner != NULL ? calloc(1, sizeof(*self)) : NULL;
  if (self == NULL) {
    if (inner != NULL)
      inner->destroy(inner);
    return NULL;
  }
  self->base = (credentials_provider_t){.get = cache_get, .destroy = cache_destroy};
  self->inner = inner;
  self->clock = clock;
  return &self->base;
}

void credentials_cache_expire(credentials_provider_t *cache) { ((cache_provider_t *)cache)->expired = true; }
