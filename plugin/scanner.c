#include "scanner.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "plugin.h"
#include "utils/common/common.h"

#include "aws/http.h"

struct scanner {
  const config_t *config;
  aws_t *aws;
  scanner_account_t *accounts;
  scanner_target_t *targets;
  size_t targets_count;
  pthread_t thread;
  bool started;
  /* Guards what follows and the targets' states. */
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool stopping;
};

/* How long one aws_drive may last; only the work that it has ends it earlier.
 */
#define DRIVE_LONGEST_MS ((int64_t)3600 * 1000)

static void free_targets(scanner_t *scanner) {
  for (size_t i = 0; i < scanner->targets_count; i++) {
    scan_drop(&scanner->targets[i].scan);
    studio_free(scanner->targets[i].studio);
    aws_session_free(scanner->targets[i].session);
  }
  free(scanner->targets);
  for (size_t i = 0; scanner->accounts != NULL && i < scanner->config->accounts_count; i++)
    aws_account_free(scanner->accounts[i].aws);
  free(scanner->accounts);
}

static bool add_account(scanner_t *scanner, const config_account_t *config, scanner_account_t *account) {
  aws_settings_t settings = {
      .profile = config->profile,
      .config_file = config->config_file,
      .credentials_file = config->credentials_file,
      .role_arn = config->role_arn,
      .external_id = config->external_id,
      .region = config->regions.count > 0 ? config->regions.items[0] : NULL,
      .ca_file = config->ca_cert,
      .timeout_ms = (int64_t)CDTIME_T_TO_MS(config->timeout),
      .rates = config->rates,
      .rates_count = config->rates_count,
  };
  for (size_t i = 0; i < AWS_SERVICES; i++)
    settings.endpoints[i] = config->endpoints[i];
  account->config = config;
  account->aws = aws_account_new(scanner->aws, &settings);
  if (account->aws == NULL)
    return false;
  size_t regions = config->regions.count > 0 ? config->regions.count : 1;
  scanner_target_t *longer = realloc(scanner->targets, (scanner->targets_count + regions) * sizeof(*longer));
  if (longer == NULL)
    return false;
  scanner->targets = longer;
  for (size_t i = 0; i < regions; i++) {
    scanner_target_t *target = &longer[scanner->targets_count++];
    memset(target, 0, sizeof(*target));
    target->scanner = scanner;
    target->account = account;
    target->region = config->regions.count > 0 ? config->regions.items[i] : NULL;
  }
  return true;
}

/* Waits by the clock that nobody sets: a read must not hang for as long as somebody sets the time back. */
static bool init_lock(scanner_t *scanner) {
  pthread_condattr_t attributes;
  if (pthread_condattr_init(&attributes) != 0)
    return false;
  bool done = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(&scanner->changed, &attributes) == 0;
  pthread_condattr_destroy(&attributes);
  return done && pthread_mutex_init(&scanner->lock, NULL) == 0;
}

scanner_t *scanner_new(const config_t *config) {
  scanner_t *scanner = calloc(1, sizeof(*scanner));
  if (scanner == NULL)
    return NULL;
  scanner->config = config;
  if (!init_lock(scanner)) {
    free(scanner);
    return NULL;
  }
  scanner->aws = http_init() ? aws_new(&loop_system_clock) : NULL;
  scanner->accounts = calloc(config->accounts_count, sizeof(*scanner->accounts));
  bool complete = scanner->aws != NULL && scanner->accounts != NULL;
  for (size_t i = 0; complete && i < config->accounts_count; i++)
    complete = add_account(scanner, &config->accounts[i], &scanner->accounts[i]);
  if (complete)
    return scanner;
  scanner_free(scanner);
  return NULL;
}

void scanner_free(scanner_t *scanner) {
  if (scanner == NULL)
    return;
  if (scanner->started) {
    pthread_mutex_lock(&scanner->lock);
    scanner->stopping = true;
    pthread_cond_broadcast(&scanner->changed);
    pthread_mutex_unlock(&scanner->lock);
    aws_wake(scanner->aws);
    pthread_join(scanner->thread, NULL);
  }
  free_targets(scanner);
  aws_free(scanner->aws);
  pthread_cond_destroy(&scanner->changed);
  pthread_mutex_destroy(&scanner->lock);
  free(scanner);
}

static void set_state(scanner_target_t *target, target_state_t state) {
  scanner_t *scanner = target->scanner;
  pthread_mutex_lock(&scanner->lock);
  target->state = state;
  if (state == TARGET_DONE)
    target->finished = scanner_clock();
  pthread_cond_broadcast(&scanner->changed);
  pthread_mutex_unlock(&scanner->lock);
}

static void remember(scanner_target_t *target) {
  const scanner_t *scanner = target->scanner;
  state_key_t *keys = calloc(scanner->targets_count, sizeof(*keys));
  for (size_t i = 0; keys != NULL && i < scanner->targets_count; i++) {
    const scanner_target_t *one = &scanner->targets[i];
    keys[i] = (state_key_t){one->account->config->name, one->region, one->account->config->log_group};
  }
  if (keys != NULL)
    (void)state_save(scanner->config->state_file, keys, scanner->targets_count, (size_t)(target - scanner->targets),
                     target->studio, &target->remembered);
  free(keys);
}

static void on_scan(void *owner) {
  scanner_target_t *target = owner;
  if (target->scanner->config->state_file[0] != '\0' && target->studio->scan.listed)
    remember(target);
  set_state(target, TARGET_DONE);
}

static void fail(scanner_target_t *target, const aws_error_t *error) {
  target->trouble = *error;
  counters_add(&target->errors, error->code, 1);
  set_state(target, TARGET_DONE);
}

static studio_settings_t studio_settings(const scanner_target_t *target) {
  const config_account_t *config = target->account->config;
  return (studio_settings_t){
      .domains = {(const char *const *)config->domains.items, config->domains.count},
      .app_types = {(const char *const *)config->app_types.items, config->app_types.count},
      .users = {config->users.items, config->users.count},
      .ignored_users = {config->ignored_users.items, config->ignored_users.count},
      .aliases = config->aliases,
      .aliases_count = config->aliases_count,
      .rules = config->rules,
      .rules_count = config->rules_count,
      .match_pattern = config->match_pattern,
      .prices = target->scanner->config->prices,
      .prices_count = target->scanner->config->prices_count,
      .log_group = config->log_group,
      .label_by_name = config->label_by_name,
      .watch_spaces = config->report_by_space,
      .lookback_ms = (int64_t)CDTIME_T_TO_MS(config->lookback),
      .log_lag_ms = (int64_t)CDTIME_T_TO_MS(config->log_lag),
      .confirm_after_ms = config->confirm_after.items_ms,
      .confirm_after_count = config->confirm_after.count,
      .idle_after_ms = (int64_t)CDTIME_T_TO_MS(config->idle_after),
  };
}

/* With what was known before a restart, if that can be had. */
static studio_t *recall(scanner_target_t *target, const char *region) {
  const config_account_t *config = target->account->config;
  const char *path = target->scanner->config->state_file;
  const state_key_t key = {config->name, region, config->log_group};
  studio_settings_t settings = studio_settings(target);
  studio_t *studio = studio_new(&settings, target->session);
  if (studio == NULL || path[0] == '\0' || state_load(path, &key, studio, &target->recalled))
    return studio;
  studio_free(studio);
  return studio_new(&settings, target->session);
}

static void on_region(void *owner, const char *region, const aws_error_t *error) {
  scanner_target_t *target = owner;
  if (region == NULL) {
    fail(target, error);
    return;
  }
  target->session = aws_session_new(target->account->aws, region, &target->requests, &target->errors);
  if (target->session != NULL)
    target->studio = recall(target, region);
  if (target->studio == NULL) {
    aws_session_free(target->session);
    target->session = NULL;
    aws_error_t failed;
    aws_error_set(&failed, "internal", "region", 0, "no memory for region %s", region);
    fail(target, &failed);
    return;
  }
  pthread_mutex_lock(&target->scanner->lock);
  target->region = aws_session_region(target->session);
  pthread_mutex_unlock(&target->scanner->lock);
  scan_start(&target->scan, target->studio, on_scan, target);
}

/* A target is known by its region even while its account's files are unusable.
 */
static void fail_account(scanner_target_t *target, const aws_error_t *error) {
  const char *region = aws_environment_region();
  if (target->region == NULL && region != NULL && endpoint_region_is_valid(region)) {
    pthread_mutex_lock(&target->scanner->lock);
    target->region = region;
    pthread_mutex_unlock(&target->scanner->lock);
  }
  fail(target, error);
}

static void keep_warning(scanner_target_t *target) {
  const char *warning = aws_account_warning(target->account->aws);
  ssnprintf(target->warning, sizeof(target->warning), "%s", warning != NULL ? warning : "");
}

static void start_scan(scanner_target_t *target) {
  aws_error_t error;
  memset(&target->trouble, 0, sizeof(target->trouble));
  bool usable = aws_account_refresh(target->account->aws, &error);
  keep_warning(target);
  if (!usable)
    fail_account(target, &error);
  else if (target->studio != NULL)
    scan_start(&target->scan, target->studio, on_scan, target);
  else if (target->region != NULL)
    on_region(target, target->region, NULL);
  else
    aws_account_region(target->account->aws, on_region, target);
}

/* Takes the next target that a read wants scanned; NULL: none. */
static scanner_target_t *take_wanted(scanner_t *scanner) {
  for (size_t i = 0; i < scanner->targets_count; i++) {
    if (scanner->targets[i].state == TARGET_WANTED) {
      scanner->targets[i].state = TARGET_SCANNING;
      return &scanner->targets[i];
    }
  }
  return NULL;
}

/* Starts what is wanted; with nothing under way, waits until something is. false: it is time to stop. */
static bool start_wanted(scanner_t *scanner, bool idle) {
  for (;;) {
    pthread_mutex_lock(&scanner->lock);
    scanner_target_t *target = take_wanted(scanner);
    while (target == NULL && idle && !scanner->stopping) {
      pthread_cond_wait(&scanner->changed, &scanner->lock);
      target = take_wanted(scanner);
    }
    bool stopping = scanner->stopping;
    pthread_mutex_unlock(&scanner->lock);
    if (stopping || target == NULL)
      return !stopping;
    start_scan(target);
    idle = false;
  }
}

static void *scan_thread(void *argument) {
  scanner_t *scanner = argument;
  bool idle = true;
  while (start_wanted(scanner, idle))
    idle = aws_drive(scanner->aws, aws_monotonic_ms(scanner->aws) + DRIVE_LONGEST_MS) == AWS_IDLE;
  return NULL;
}

bool scanner_start(scanner_t *scanner) {
  if (!scanner->started)
    scanner->started = plugin_thread_create(&scanner->thread, scan_thread, scanner, "sagemaker") == 0;
  return scanner->started;
}

size_t scanner_targets(const scanner_t *scanner) { return scanner->targets_count; }

scanner_target_t *scanner_target(scanner_t *scanner, size_t index) { return &scanner->targets[index]; }

const char *scanner_region(const scanner_target_t *target) {
  scanner_t *scanner = target->scanner;
  pthread_mutex_lock(&scanner->lock);
  const char *region = target->region;
  pthread_mutex_unlock(&scanner->lock);
  return region != NULL ? region : "unknown";
}

void scanner_request(scanner_t *scanner) {
  pthread_mutex_lock(&scanner->lock);
  for (size_t i = 0; i < scanner->targets_count; i++) {
    scanner_target_t *target = &scanner->targets[i];
    if (target->state == TARGET_IDLE) {
      target->state = TARGET_WANTED;
      target->requested = scanner_clock();
      target->reads = 0;
    }
    target->reads++;
  }
  pthread_cond_broadcast(&scanner->changed);
  pthread_mutex_unlock(&scanner->lock);
  aws_wake(scanner->aws);
}

cdtime_t scanner_clock(void) {
  struct timespec now = {0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return NS_TO_CDTIME_T((uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec);
}

static scanner_target_t *take_done(scanner_t *scanner, bool *scanning) {
  *scanning = false;
  for (size_t i = 0; i < scanner->targets_count; i++) {
    scanner_target_t *target = &scanner->targets[i];
    if (target->state == TARGET_DONE) {
      target->state = TARGET_IDLE;
      return target;
    }
    *scanning = *scanning || target->state != TARGET_IDLE;
  }
  return NULL;
}

scanner_target_t *scanner_next(scanner_t *scanner, cdtime_t deadline) {
  struct timespec until = CDTIME_T_TO_TIMESPEC(deadline);
  bool scanning = false;
  pthread_mutex_lock(&scanner->lock);
  scanner_target_t *target = take_done(scanner, &scanning);
  while (target == NULL && scanning && pthread_cond_timedwait(&scanner->changed, &scanner->lock, &until) == 0)
    target = take_done(scanner, &scanning);
  pthread_mutex_unlock(&scanner->lock);
  return target;
}
