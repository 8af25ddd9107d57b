/* links: aws/credentials aws/credentials_cache aws/error aws/utf8 unit/fake_http -lcrypto */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_http.h"

#include "aws/providers.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MINUTE_MS ((int64_t)60 * 1000)

/* The inner provider: gives keys that are numbered, at once or when it is told to. */
static struct {
  credentials_provider_t base;
  credentials_end_t end;
  int64_t lifetime_ms; /* 0: for ever */
  bool later;
  int asked, destroyed;
  credentials_done_t *done;
  void *owner;
} inner;

static void inner_answer(void) {
  char id[16];
  char secret[] = "secret";
  char source[] = "inner";
  snprintf(id, sizeof(id), "AKID%d", inner.asked);
  credentials_t found = {id, secret, NULL, source, 0};
  if (inner.lifetime_ms != 0)
    found.expires_ms = fake_clock.wall_ms() + inner.lifetime_ms;
  aws_error_t error;
  aws_error_set(&error, "credentials", "credentials", 0, "no keys");
  inner.done(inner.owner, inner.end, inner.end == CREDENTIALS_FOUND ? &found : NULL, &error);
}

static void inner_get(credentials_provider_t *base, credentials_done_t *done, void *owner) {
  (void)base;
  inner.asked++;
  inner.done = done;
  inner.owner = owner;
  if (!inner.later)
    inner_answer();
}

static void inner_destroy(credentials_provider_t *base) {
  (void)base;
  inner.destroyed++;
}

static credentials_provider_t *cache;

static int begin(void **state) {
  memset(&inner, 0, sizeof(inner));
  inner.base = (credentials_provider_t){inner_get, inner_destroy};
  cache = credentials_cache_new(&inner.base, &fake_clock);
  return fake_http_begin(state);
}

static int end(void **state) {
  (void)state;
  if (cache != NULL)
    cache->destroy(cache);
  return inner.destroyed == 1 ? 0 : -1;
}

static char got[64]; /* the last answer: the key's id, "absent" or "broken" */
static int answers;

static void on_found(void *owner, credentials_end_t is, const credentials_t *credentials, const aws_error_t *error) {
  (void)owner;
  answers++;
  if (is != CREDENTIALS_FOUND)
    assert_string_equal(error->message, "no keys");
  snprintf(got, sizeof(got), "%s",
           is == CREDENTIALS_FOUND    ? credentials->access_key_id
           : is == CREDENTIALS_ABSENT ? "absent"
                                      : "broken");
}

static const char *get(void) {
  answers = 0;
  snprintf(got, sizeof(got), "nothing");
  cache->get(cache, on_found, NULL);
  return got;
}

static void cache_keeps_keys_that_never_expire(void **state) {
  (void)state;
  assert_string_equal(get(), "AKID1");
  fake_clock_advance(1000000 * MINUTE_MS);
  assert_string_equal(get(), "AKID1");
  assert_int_equal(inner.asked, 1);
}

static void cache_renews_ahead_of_expiry_and_hands_out_the_old_keys_meanwhile(void **state) {
  (void)state;
  inner.lifetime_ms = 60 * MINUTE_MS;
  assert_string_equal(get(), "AKID1");
  fake_clock_advance(45 * MINUTE_MS - 1);
  assert_string_equal(get(), "AKID1");
  assert_int_equal(inner.asked, 1);
  fake_clock_advance(1);
  inner.later = true;
  assert_string_equal(get(), "AKID1");
  assert_int_equal(inner.asked, 2);
  assert_string_equal(get(), "AKID1");
  assert_int_equal(inner.asked, 2);
  inner_answer();
  assert_string_equal(get(), "AKID2");
}

static void cache_waits_for_new_keys_when_the_old_have_5_minutes_left(void **state) {
  (void)state;
  inner.lifetime_ms = 60 * MINUTE_MS;
  get();
  fake_clock_advance(55 * MINUTE_MS);
  inner.later = true;
  assert_string_equal(get(), "nothing");
  inner_answer();
  assert_string_equal(got, "AKID2");
}

static void cache_uses_the_old_keys_as_long_as_they_last_while_renewal_fails(void **state) {
  (void)state;
  inner.lifetime_ms = 60 * MINUTE_MS;
  get();
  inner.end = CREDENTIALS_BROKEN;
  fake_clock_advance(60 * MINUTE_MS - 1);
  assert_string_equal(get(), "AKID1");
  fake_clock_advance(1);
  assert_string_equal(get(), "broken");
  inner.end = CREDENTIALS_FOUND;
  assert_string_equal(get(), "AKID4");
}

static void cache_keeps_no_failure(void **state) {
  (void)state;
  inner.end = CREDENTIALS_ABSENT;
  assert_string_equal(get(), "absent");
  inner.end = CREDENTIALS_BROKEN;
  assert_string_equal(get(), "broken");
  inner.end = CREDENTIALS_FOUND;
  assert_string_equal(get(), "AKID3");
}

static void cache_asks_anew_when_aws_called_the_keys_expired(void **state) {
  (void)state;
  get();
  credentials_cache_expire(cache);
  assert_string_equal(get(), "AKID2");
  assert_string_equal(get(), "AKID2");
  credentials_cache_expire(cache);
  inner.end = CREDENTIALS_BROKEN;
  assert_string_equal(get(), "broken");
}

static void cache_gives_everybody_who_waits_the_same_answer(void **state) {
  (void)state;
  static const credentials_end_t ends[] = {CREDENTIALS_BROKEN, CREDENTIALS_FOUND};
  inner.later = true;
  for (size_t i = 0; i < COUNT(ends); i++) {
    inner.end = ends[i];
    for (int waiter = 0; waiter < 5; waiter++)
      assert_string_equal(get(), "nothing");
    assert_int_equal(inner.asked, i + 1);
    inner_answer();
    assert_int_equal(answers, 5);
    assert_string_equal(got, ends[i] == CREDENTIALS_FOUND ? "AKID2" : "broken");
  }
}

static void cache_destroyed_calls_nobody(void **state) {
  (void)state;
  inner.later = true;
  get();
  get();
  cache->destroy(cache);
  cache = NULL;
  assert_int_equal(answers, 0);
}

static void cache_without_an_inner_provider_is_none(void **state) {
  (void)state;
  assert_null(credentials_cache_new(NULL, &fake_clock));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(cache_keeps_keys_that_never_expire, begin, end),
      cmocka_unit_test_setup_teardown(cache_renews_ahead_of_expiry_and_hands_out_the_old_keys_meanwhile, begin, end),
      cmocka_unit_test_setup_teardown(cache_waits_for_new_keys_when_the_old_have_5_minutes_left, begin, end),
      cmocka_unit_test_setup_teardown(cache_uses_the_old_keys_as_long_as_they_last_while_renewal_fails, begin, end),
      cmocka_unit_test_setup_teardown(cache_keeps_no_failure, begin, end),
      cmocka_unit_test_setup_teardown(cache_asks_anew_when_aws_called_the_keys_expired, begin, end),
      cmocka_unit_test_setup_teardown(cache_gives_everybody_who_waits_the_same_answer, begin, end),
      cmocka_unit_test_setup_teardown(cache_destroyed_calls_nobody, begin, end),
      cmocka_unit_test_setup_teardown(cache_without_an_inner_provider_is_none, begin, end),
  };
  return cmocka_run_group_tests_name("credentials_cache", tests, NULL, NULL);
}
