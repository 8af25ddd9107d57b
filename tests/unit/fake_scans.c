#include "fake_scans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "fake_collectd.h"

struct scan {
  studio_t *studio;
  scan_done_t *done;
  void *user_data;
};

fake_scans_t fake = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
const loop_clock_t loop_system_clock;

bool http_init(void) { return true; }

aws_t *aws_new(const char *user_agent, const loop_clock_t *clock) {
  assert_memory_equal(user_agent, "collectd-sagemaker/", strlen("collectd-sagemaker/"));
  (void)clock;
  return (aws_t *)&fake;
}

void aws_free(aws_t *aws) { assert_ptr_equal(aws, &fake); }

aws_account_t *aws_account_new(aws_t *aws, const aws_settings_t *settings) {
  assert_ptr_equal(aws, &fake);
  assert_int_equal(settings->timeout_ms, 10000);
  fake.settings = *settings;
  return malloc(1);
}

const char *aws_account_warning(const aws_account_t *account) {
  (void)account;
  return fake.warning;
}

void aws_account_free(aws_account_t *account) { free(account); }

bool aws_account_refresh(aws_account_t *account, aws_error_t *error) {
  (void)account;
  if (fake.files_broken)
    aws_error_set(error, "credentials", "credentials", 0, "broken");
  return !fake.files_broken;
}

void aws_account_region(aws_account_t *account, aws_region_done_t *done, void *user_data) {
  (void)account;
  aws_error_t error;
  aws_error_set(&error, "region", "region", 0, "none");
  done(user_data, fake.region, fake.region == NULL ? &error : NULL);
}

const char *aws_environment_region(void) { return fake.environment; }

bool endpoint_region_is_valid(const char *region) { return strchr(region, '/') == NULL; }

aws_session_t *aws_session_new(aws_account_t *account, const char *region, counters_t *requests, counters_t *errors) {
  (void)account;
  (void)requests;
  (void)errors;
  return (aws_session_t *)strdup(region);
}

void aws_session_free(aws_session_t *session) { free(session); }

const char *aws_session_region(const aws_session_t *session) { return (const char *)session; }

int64_t aws_monotonic_ms(const aws_t *aws) {
  (void)aws;
  pthread_mutex_lock(&fake.lock);
  int64_t now_ms = fake.now_ms;
  pthread_mutex_unlock(&fake.lock);
  return now_ms;
}

void aws_wake(aws_t *aws) {
  (void)aws;
  pthread_mutex_lock(&fake.lock);
  fake.woken = true;
  pthread_cond_broadcast(&fake.changed);
  pthread_mutex_unlock(&fake.lock);
}

/* Ends the scans but those that are held or kept, and waits while there are some of these. */
aws_result_t aws_drive(aws_t *aws, int64_t deadline_ms) {
  (void)aws;
  pthread_mutex_lock(&fake.lock);
  fake.drives++;
  fake.waiting = true;
  pthread_cond_broadcast(&fake.changed);
  while ((fake.hold ? fake.scans_count > 0 : fake.scans_count > 0 && fake.scans_count == fake.keep) && !fake.woken &&
         fake.now_ms < deadline_ms)
    pthread_cond_wait(&fake.changed, &fake.lock);
  fake.waiting = false;
  bool woken = fake.woken;
  fake.woken = false;
  size_t count = fake.hold || fake.scans_count < fake.keep ? 0 : fake.scans_count - fake.keep;
  fake.scans_count -= count;
  bool idle = fake.scans_count == 0;
  pthread_mutex_unlock(&fake.lock);
  for (size_t i = 0; i < count; i++)
    fake.scans[fake.scans_count + i]->done(fake.scans[fake.scans_count + i]->user_data);
  return woken ? AWS_WOKEN : idle ? AWS_IDLE : AWS_DEADLINE;
}

studio_t *studio_new(const studio_settings_t *settings, aws_session_t *session) {
  studio_t *studio = fake.no_studio ? NULL : calloc(1, sizeof(*studio));
  if (studio != NULL)
    *studio = (studio_t){.settings = *settings, .session = session};
  return studio;
}

void studio_free(studio_t *studio) { free(studio); }

scan_t *scan_new(studio_t *studio) {
  scan_t *scan = fake.no_scan ? NULL : calloc(1, sizeof(*scan));
  if (scan != NULL)
    scan->studio = studio;
  return scan;
}

void scan_start(scan_t *scan, scan_done_t *done, void *user_data) {
  pthread_mutex_lock(&fake.lock);
  scan->done = done;
  scan->user_data = user_data;
  scan->studio->scan.number++;
  fake.scans[fake.scans_count++] = scan;
  fake.started++;
  pthread_cond_broadcast(&fake.changed);
  pthread_mutex_unlock(&fake.lock);
}

void scan_free(scan_t *scan) { free(scan); }

state_t *state_new(const char *path) {
  assert_string_equal(path, "state");
  return malloc(1);
}

void state_free(state_t *state) { free(state); }

/* Half a studio is what a damaged file leaves. */
bool state_load(state_t *state, const state_key_t *key, studio_t *studio, state_complaint_t *complaint) {
  assert_non_null(state);
  assert_string_equal(key->account, "prod");
  assert_string_equal(key->log_group, "group");
  fake.recalled++;
  studio->scan.number = 41;
  snprintf(complaint->text, sizeof(complaint->text), "%s", fake.forgotten != NULL ? fake.forgotten : "");
  return fake.forgotten == NULL;
}

bool state_put(state_t *state, const state_key_t *key, const studio_t *studio) {
  assert_non_null(state);
  assert_true(studio->scan.listing_complete);
  fake.put++;
  snprintf(fake.put_key, sizeof(fake.put_key), "%s %s %s", key->account, key->region, key->log_group);
  return true;
}

bool state_write(state_t *state, const state_key_t *keys, size_t count, state_complaint_t *complaint) {
  assert_non_null(state);
  fake.saved++;
  fake.saved_keys[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    size_t length = strlen(fake.saved_keys);
    snprintf(fake.saved_keys + length, sizeof(fake.saved_keys) - length, "%s %s %s, ", keys[i].account, keys[i].region,
             keys[i].log_group);
  }
  snprintf(complaint->text, sizeof(complaint->text), "full");
  return false;
}

void fake_scans_hold(bool hold) {
  pthread_mutex_lock(&fake.lock);
  fake.hold = hold;
  pthread_cond_broadcast(&fake.changed);
  pthread_mutex_unlock(&fake.lock);
}

void fake_scans_keep(size_t count) {
  pthread_mutex_lock(&fake.lock);
  fake.keep = count;
  pthread_mutex_unlock(&fake.lock);
}

/* Returns when the thread has seen the new time: in the drive after the one in which it waits now. */
void fake_scans_pass(int64_t ms) {
  pthread_mutex_lock(&fake.lock);
  while (!fake.waiting)
    pthread_cond_wait(&fake.changed, &fake.lock);
  size_t drives = fake.drives;
  fake.now_ms += ms;
  fake.woken = true;
  pthread_cond_broadcast(&fake.changed);
  while (fake.drives == drives || !fake.waiting)
    pthread_cond_wait(&fake.changed, &fake.lock);
  pthread_mutex_unlock(&fake.lock);
}

void fake_scans_await(size_t count) {
  pthread_mutex_lock(&fake.lock);
  while (fake.started < count)
    pthread_cond_wait(&fake.changed, &fake.lock);
  pthread_mutex_unlock(&fake.lock);
}

void fake_scans_begin(void) {
  fake.woken = fake.waiting = fake.hold = fake.files_broken = fake.no_studio = fake.no_scan = false;
  fake.scans_count = fake.started = fake.recalled = fake.put = fake.saved = fake.keep = fake.drives = 0;
  fake.now_ms = 0;
  fake.forgotten = NULL;
  fake.region = "ap-northeast-1";
  fake.environment = fake.warning = NULL;
}
