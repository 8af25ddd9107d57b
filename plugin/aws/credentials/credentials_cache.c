#include <stdlib.h>
#include <string.h>

#include "aws/credentials/providers.h"
#include "util/waiters.h"

#define RENEW_AHEAD_MS ((int64_t)15 * 60 * 1000)
#define RENEW_AT_LATEST_MS ((int64_t)5 * 60 * 1000)

/* Every request asks the cache for keys. While it has usable ones, it asks the inner provider every RENEW_EVERY_MS at
 * the most. */
#define RENEW_EVERY_MS ((int64_t)30 * 1000)

typedef struct {
  waiter_t base;
  credentials_done_t *done;
} cache_waiter_t;

typedef struct {
  credentials_provider_t base;
  credentials_provider_t *inner;
  const loop_clock_t *clock;
  credentials_t kept; /* access_key_id is NULL before the first keys */
  bool fresh;         /* kept is what the inner provider gave last */
  bool expired;       /* AWS has said that the kept keys have expired */
  bool unchanged;     /* the inner provider has given the same keys since AWS said so */
  uint64_t generation;
  bool asking;       /* inner->get has not called back yet */
  int64_t asked_ms;  /* when inner->get last called back, monotonic */
  waiter_t *waiters; /* cache_waiter_t */
} cache_provider_t;

/* lifetime_ms is how long the kept keys may still be used. */
static int64_t lifetime_ms(const cache_provider_t *self) {
  if (self->kept.access_key_id == NULL || self->expired)
    return -1;
  if (self->kept.expires_ms == 0)
    return INT64_MAX;
  return self->kept.expires_ms - self->clock->wall_ms();
}

/* is_usable says whether the kept keys may sign a request. Keys that the inner provider has just given may, whatever
 * this machine's clock says of their expiry: AWS decides. */
static bool is_usable(const cache_provider_t *self) {
  bool is_recent = self->clock->monotonic_ms() - self->asked_ms < RENEW_EVERY_MS;
  int64_t lifetime = lifetime_ms(self);
  return lifetime > RENEW_AT_LATEST_MS ||
         (is_recent && !self->expired && self->kept.access_key_id != NULL && (lifetime > 0 || self->fresh));
}

static bool is_due(const cache_provider_t *self) {
  return lifetime_ms(self) <= RENEW_AHEAD_MS && self->clock->monotonic_ms() - self->asked_ms >= RENEW_EVERY_MS;
}

static void respond_all(cache_provider_t *self, credentials_result_t result, const aws_error_t *error) {
  for (cache_waiter_t *waiter = waiters_take(&self->waiters); waiter != NULL; waiter = waiters_take(&self->waiters)) {
    waiter->done(waiter->base.user_data, result, result == CREDENTIALS_FOUND ? &self->kept : NULL, error);
    free(waiter);
  }
}

static bool are_same(const char *a, const char *b) { return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0; }

/* keep puts found in the place of the kept keys. false: no memory; the kept keys are as they were. */
static bool keep(cache_provider_t *self, const credentials_t *found) {
  credentials_t copy = CREDENTIALS_INIT;
  bool same = are_same(self->kept.access_key_id, found->access_key_id) &&
              are_same(self->kept.secret_access_key, found->secret_access_key) &&
              are_same(self->kept.session_token, found->session_token);
  if (!credentials_set(&copy, found->access_key_id, found->secret_access_key, found->session_token, found->expires_ms,
                       found->source))
    return false;
  credentials_clear(&self->kept);
  self->kept = copy;
  self->unchanged = same && (self->expired || self->unchanged);
  self->expired = false;
  self->generation += same ? 0 : 1;
  return true;
}

static void on_inner(void *user_data, credentials_result_t result, const credentials_t *credentials,
                     const aws_error_t *error) {
  cache_provider_t *self = user_data;
  aws_error_t failed;
  self->asking = false;
  self->asked_ms = self->clock->monotonic_ms();
  self->fresh = result == CREDENTIALS_FOUND;
  if (result == CREDENTIALS_FOUND) {
    if (!keep(self, credentials)) {
      aws_error_credentials(&failed, "no memory to keep the credentials");
      result = CREDENTIALS_BROKEN;
      error = &failed;
    }
  } else if (lifetime_ms(self) > 0) {
    result = CREDENTIALS_FOUND;
  }
  respond_all(self, result, error);
}

static void ask(cache_provider_t *self) {
  if (self->asking)
    return;
  self->asking = true;
  self->inner->get(self->inner, on_inner, self);
}

static void cache_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  cache_provider_t *self = (cache_provider_t *)base;
  if (is_usable(self)) {
    /* The renewal begins before done is called, which may free this provider. */
    if (is_due(self))
      ask(self);
    done(user_data, CREDENTIALS_FOUND, &self->kept, NULL);
    return;
  }
  cache_waiter_t *waiter = waiters_add(&self->waiters, sizeof(*waiter), user_data);
  if (waiter == NULL) {
    aws_error_t error;
    aws_error_credentials(&error, "no memory to wait for credentials");
    done(user_data, CREDENTIALS_BROKEN, NULL, &error);
    return;
  }
  waiter->done = done;
  ask(self);
}

void credentials_cache_forget(credentials_provider_t *cache, const void *user_data) {
  waiters_forget(&((cache_provider_t *)cache)->waiters, user_data);
}

static void cache_destroy(credentials_provider_t *base) {
  cache_provider_t *self = (cache_provider_t *)base;
  self->inner->destroy(self->inner);
  waiters_clear(&self->waiters);
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

uint64_t credentials_cache_generation(const credentials_provider_t *cache) {
  return ((const cache_provider_t *)cache)->generation;
}

void credentials_cache_expire(credentials_provider_t *cache, uint64_t generation) {
  cache_provider_t *self = (cache_provider_t *)cache;
  bool is_futile = self->unchanged && self->clock->monotonic_ms() - self->asked_ms < RENEW_EVERY_MS;
  if (generation == self->generation && !is_futile)
    self->expired = true;
}
