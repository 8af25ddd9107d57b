#include "scanner.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "plugin.h"
#include "utils/common/common.h"

#include "util/http.h"

/* queue_t has the targets of one state in the order in which they came into it. */
typedef struct {
  scanner_target_t *first, **last;
} queue_t;

struct scanner {
  const config_t *config;
  aws_t *aws;
  scanner_account_t *accounts;
  scanner_target_t *targets;
  size_t targets_count;
  pthread_t thread;
  bool started;
  state_t *state;      /* NULL: there is no state file */
  bool is_unwritten;   /* the state has sections that the file does not have */
  int64_t write_by_ms; /* they are written then, at the latest */
  /* lock guards what follows, the targets' states, regions and queues. */
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool stopping;
  queue_t wanted, done;
  size_t under_way;             /* targets that are wanted or being scanned */
  state_complaint_t remembered; /* as scanner_remembered tells */
};

/* One aws_drive lasts an hour at most; it ends earlier when its work does. */
#define DRIVE_LONGEST_MS ((int64_t)3600 * 1000)

static void append(queue_t *queue, scanner_target_t *target) {
  target->next = NULL;
  *queue->last = target;
  queue->last = &target->next;
}

static scanner_target_t *take_first(queue_t *queue) {
  scanner_target_t *target = queue->first;
  if (target == NULL)
    return NULL;
  queue->first = target->next;
  if (queue->first == NULL)
    queue->last = &queue->first;
  return target;
}

static void free_targets(scanner_t *scanner) {
  for (size_t i = 0; i < scanner->targets_count; i++) {
    scan_free(scanner->targets[i].scan);
    studio_free(scanner->targets[i].studio);
    aws_session_free(scanner->targets[i].session);
  }
  free(scanner->targets);
  for (size_t i = 0; scanner->accounts != NULL && i < scanner->config->accounts_count; i++)
    aws_account_free(scanner->accounts[i].aws);
  free(scanner->accounts);
}

static bool add_account(scanner_t *scanner, const config_account_t *config, scanner_account_t *account) {
  account->config = config;
  account->aws = aws_account_new(scanner->aws, &config->aws);
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

/* init_lock makes waits go by the monotonic clock: a read must not hang when the machine's time is set back. */
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
  scanner->wanted.last = &scanner->wanted.first;
  scanner->done.last = &scanner->done.first;
  if (!init_lock(scanner)) {
    free(scanner);
    return NULL;
  }
  scanner->aws = http_init() ? aws_new(USER_AGENT, &loop_system_clock) : NULL;
  scanner->accounts = calloc(config->accounts_count, sizeof(*scanner->accounts));
  bool has_state = config->state_file[0] != '\0';
  scanner->state = has_state ? state_new(config->state_file) : NULL;
  bool complete = scanner->aws != NULL && scanner->accounts != NULL && (scanner->state != NULL) == has_state;
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
  state_free(scanner->state);
  pthread_cond_destroy(&scanner->changed);
  pthread_mutex_destroy(&scanner->lock);
  free(scanner);
}

static state_key_t key_of(const scanner_target_t *target) {
  return (state_key_t){target->account->config->name, target->region, target->account->config->studio.log_group};
}

static void write_state(scanner_t *scanner) {
  if (!scanner->is_unwritten)
    return;
  scanner->is_unwritten = false;
  state_complaint_t complaint = {"no memory to write the state file"};
  state_key_t *keys = calloc(scanner->targets_count, sizeof(*keys));
  for (size_t i = 0; keys != NULL && i < scanner->targets_count; i++)
    keys[i] = key_of(&scanner->targets[i]);
  if (keys != NULL)
    (void)state_write(scanner->state, keys, scanner->targets_count, &complaint);
  free(keys);
  pthread_mutex_lock(&scanner->lock);
  scanner->remembered = complaint;
  pthread_mutex_unlock(&scanner->lock);
}

/* remember hands the target's section to the state, which is written when the last scan under way has ended: one file
 * for each round of scans. A target that takes long makes the others wait for an interval at most. */
static void remember(scanner_target_t *target) {
  scanner_t *scanner = target->scanner;
  const state_key_t key = key_of(target);
  if (scanner->state == NULL || !target->studio->scan.listing_complete ||
      !state_put(scanner->state, &key, target->studio))
    return;
  if (!scanner->is_unwritten)
    scanner->write_by_ms = aws_monotonic_ms(scanner->aws) + scanner->config->interval_ms;
  scanner->is_unwritten = true;
}

static void write_state_if_due(scanner_t *scanner) {
  if (scanner->is_unwritten && aws_monotonic_ms(scanner->aws) >= scanner->write_by_ms)
    write_state(scanner);
}

static bool is_last(scanner_t *scanner) {
  pthread_mutex_lock(&scanner->lock);
  bool last = scanner->under_way == 1;
  pthread_mutex_unlock(&scanner->lock);
  return last;
}

/* finish hands the target to the read. The read that takes the last target finds the state file written. */
static void finish(scanner_target_t *target) {
  scanner_t *scanner = target->scanner;
  target->finished = scanner_clock();
  if (is_last(scanner))
    write_state(scanner);
  pthread_mutex_lock(&scanner->lock);
  target->state = TARGET_DONE;
  scanner->under_way--;
  append(&scanner->done, target);
  pthread_cond_broadcast(&scanner->changed);
  pthread_mutex_unlock(&scanner->lock);
}

static void on_scan(void *user_data) {
  scanner_target_t *target = user_data;
  remember(target);
  finish(target);
}

static void fail(scanner_target_t *target, const aws_error_t *error) {
  target->failure = *error;
  counters_add(&target->errors, error->code, 1);
  finish(target);
}

/* recall makes the target's studio, with its section of the state file if that can be used; NULL: no memory. */
static studio_t *recall(scanner_target_t *target, const char *region) {
  const config_account_t *config = target->account->config;
  state_t *state = target->scanner->state;
  const state_key_t key = {config->name, region, config->studio.log_group};
  studio_t *studio = studio_new(&config->studio, target->session);
  if (studio == NULL || state == NULL || state_load(state, &key, studio, &target->recalled))
    return studio;
  studio_free(studio);
  return studio_new(&config->studio, target->session);
}

/* make_studio makes what the target's scans need, now that its region is known; false: no memory. */
static bool make_studio(scanner_target_t *target, const char *region) {
  target->session = aws_session_new(target->account->aws, region, &target->requests, &target->errors);
  if (target->session != NULL)
    target->studio = recall(target, region);
  if (target->studio != NULL)
    target->scan = scan_new(target->studio);
  if (target->scan != NULL)
    return true;
  studio_free(target->studio);
  target->studio = NULL;
  aws_session_free(target->session);
  target->session = NULL;
  return false;
}

static void on_region(void *user_data, const char *region, const aws_error_t *error) {
  scanner_target_t *target = user_data;
  if (region == NULL) {
    fail(target, error);
    return;
  }
  if (!make_studio(target, region)) {
    aws_error_t failed;
    aws_error_set(&failed, "internal", "region", 0, "no memory for region %s", region);
    fail(target, &failed);
    return;
  }
  pthread_mutex_lock(&target->scanner->lock);
  target->region = aws_session_region(target->session);
  pthread_mutex_unlock(&target->scanner->lock);
  scan_start(target->scan, on_scan, target);
}

/* fail_account names a target by the environment's region even while its account's files are unusable. */
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
  memset(&target->failure, 0, sizeof(target->failure));
  bool usable = aws_account_refresh(target->account->aws, &error);
  keep_warning(target);
  if (!usable)
    fail_account(target, &error);
  else if (target->studio != NULL)
    scan_start(target->scan, on_scan, target);
  else if (target->region != NULL)
    on_region(target, target->region, NULL);
  else
    aws_account_region(target->account->aws, on_region, target);
}

/* take_wanted takes the next target that a read wants scanned; NULL: the queue is empty. */
static scanner_target_t *take_wanted(scanner_t *scanner) {
  scanner_target_t *target = take_first(&scanner->wanted);
  if (target != NULL)
    target->state = TARGET_SCANNING;
  return target;
}

/* start_wanted starts the scans that are wanted; idle, with no scan under way, it waits for the first. false: the
 * scanner is stopping. */
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

static int64_t drive_until_ms(const scanner_t *scanner) {
  return scanner->is_unwritten ? scanner->write_by_ms : aws_monotonic_ms(scanner->aws) + DRIVE_LONGEST_MS;
}

static void *scan_thread(void *argument) {
  scanner_t *scanner = argument;
  bool idle = true;
  while (start_wanted(scanner, idle)) {
    idle = aws_drive(scanner->aws, drive_until_ms(scanner)) == AWS_IDLE;
    write_state_if_due(scanner);
  }
  write_state(scanner);
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
      append(&scanner->wanted, target);
      scanner->under_way++;
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

static scanner_target_t *take_done(scanner_t *scanner) {
  scanner_target_t *target = take_first(&scanner->done);
  if (target != NULL)
    target->state = TARGET_IDLE;
  return target;
}

scanner_target_t *scanner_next(scanner_t *scanner, cdtime_t deadline) {
  struct timespec until = CDTIME_T_TO_TIMESPEC(deadline);
  pthread_mutex_lock(&scanner->lock);
  scanner_target_t *target = take_done(scanner);
  while (target == NULL && scanner->under_way > 0 &&
         pthread_cond_timedwait(&scanner->changed, &scanner->lock, &until) == 0)
    target = take_done(scanner);
  pthread_mutex_unlock(&scanner->lock);
  return target;
}

void scanner_remembered(scanner_t *scanner, state_complaint_t *complaint) {
  pthread_mutex_lock(&scanner->lock);
  *complaint = scanner->remembered;
  pthread_mutex_unlock(&scanner->lock);
}
