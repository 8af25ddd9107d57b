/* What collectd calls: registration, configuration, read, shutdown. See collectd-sagemaker(5) for options and values.
 */
#include "config.h"

#include "plugin.h"

#include "complaints.h"
#include "dispatch.h"
#include "scanner.h"

/* target_record_t is what the reader keeps of a scanner's target. */
typedef struct {
  dispatch_health_t health;
  complaints_target_t said;
  complaints_account_t *account;
  size_t region; /* its index among its account's */
} target_record_t;

/* sagemaker_reader_t is all that the read callback owns. */
typedef struct {
  config_t *config;
  scanner_t *scanner;
  dispatch_t dispatch;
  complaints_account_t *accounts;
  target_record_t *records; /* by target */
  complaints_state_t state;
  cdtime_t interval, longest_wait;
  c_complain_t threadless;
} sagemaker_reader_t;

/* configured is what config callbacks have collected; init hands it to the reader. */
static config_t *configured;

static void reader_free(void *data) {
  sagemaker_reader_t *reader = data;
  if (reader == NULL)
    return;
  scanner_free(reader->scanner);
  dispatch_flush(&reader->dispatch);
  dispatch_clear(&reader->dispatch);
  for (size_t i = 0; reader->accounts != NULL && i < reader->config->accounts_count; i++)
    complaints_account_clear(&reader->accounts[i]);
  free(reader->accounts);
  free(reader->records);
  config_free(reader->config);
  free(reader);
}

static bool add_records(sagemaker_reader_t *reader) {
  size_t record = 0;
  for (size_t i = 0; i < reader->config->accounts_count; i++) {
    const config_account_t *account = &reader->config->accounts[i];
    if (!complaints_account_init(&reader->accounts[i], account))
      return false;
    if (MS_TO_CDTIME_T(account->aws.timeout_ms) > reader->longest_wait)
      reader->longest_wait = MS_TO_CDTIME_T(account->aws.timeout_ms);
    for (size_t region = 0; region == 0 || region < account->regions.count; region++) {
      reader->records[record].account = &reader->accounts[i];
      reader->records[record].region = region;
      reader->records[record].health.since = scanner_clock();
      record++;
    }
  }
  return true;
}

/* reader_new owns config from here on, even if it fails; NULL: no memory, or libcurl does not work. */
static sagemaker_reader_t *reader_new(config_t *config) {
  sagemaker_reader_t *reader = calloc(1, sizeof(*reader));
  if (reader == NULL) {
    config_free(config);
    return NULL;
  }
  reader->config = config;
  reader->interval = MS_TO_CDTIME_T(config->interval_ms);
  reader->scanner = scanner_new(config);
  reader->accounts = calloc(config->accounts_count, sizeof(*reader->accounts));
  if (reader->scanner != NULL && reader->accounts != NULL)
    reader->records = calloc(scanner_targets(reader->scanner), sizeof(*reader->records));
  dispatch_init(&reader->dispatch);
  if (reader->records != NULL && add_records(reader))
    return reader;
  reader_free(reader);
  return NULL;
}

static target_record_t *record_of(sagemaker_reader_t *reader, const scanner_target_t *target) {
  return &reader->records[target - scanner_target(reader->scanner, 0)];
}

/* dispatch_done dispatches each scan that is done by the deadline. */
static void dispatch_done(sagemaker_reader_t *reader, cdtime_t deadline) {
  for (scanner_target_t *target = scanner_next(reader->scanner, deadline); target != NULL;
       target = scanner_next(reader->scanner, deadline)) {
    target_record_t *record = record_of(reader, target);
    complaints_recalled(&reader->state, target);
    complaints_scan(&record->said, record->account, record->region, target);
    dispatch_scan(&reader->dispatch, target, &record->health, reader->interval);
    complaints_series(&record->said, target, &record->health);
    complaints_begin(&record->said, target, &record->health);
  }
}

/* sagemaker_read succeeds whatever happens to a scan: after a failed read collectd waits longer, up to a day. */
static int sagemaker_read(user_data_t *data) {
  sagemaker_reader_t *reader = data->data;
  if (scanner_start(reader->scanner)) {
    c_release(LOG_NOTICE, &reader->threadless, "sagemaker plugin: the thread that scans was created.");
    dispatch_done(reader, scanner_clock());
    scanner_request(reader->scanner);
    dispatch_done(reader, scanner_clock() + reader->longest_wait);
  } else {
    c_complain_once(LOG_ERR, &reader->threadless,
                    "sagemaker plugin: cannot create a thread; trying again in every interval.");
  }
  state_complaint_t complaint;
  scanner_remembered(reader->scanner, &complaint);
  complaints_remembered(&reader->state, &complaint);
  for (size_t i = 0; i < scanner_targets(reader->scanner); i++)
    dispatch_health(&reader->dispatch, scanner_target(reader->scanner, i), &reader->records[i].health,
                    reader->interval);
  return 0;
}

static int sagemaker_config(oconfig_item_t *block) {
  if (configured == NULL)
    configured = config_new();
  return configured != NULL ? config_add(configured, block) : -1;
}

static int sagemaker_init(void) {
  if (configured == NULL)
    configured = config_new();
  if (configured == NULL || config_complete(configured) != 0)
    return -1;
  sagemaker_reader_t *reader = reader_new(configured);
  configured = NULL;
  if (reader == NULL) {
    P_ERROR("no memory, or libcurl does not work: the plugin is off.");
    return -1;
  }
  user_data_t data = {.data = reader, .free_func = reader_free};
  return plugin_register_complex_read(NULL, "sagemaker", sagemaker_read, reader->interval, &data);
}

static int sagemaker_shutdown(void) {
  config_free(configured);
  configured = NULL;
  return 0;
}

__attribute__((visibility("default"))) void module_register(void) {
  plugin_register_complex_config("sagemaker", sagemaker_config);
  plugin_register_init("sagemaker", sagemaker_init);
  plugin_register_shutdown("sagemaker", sagemaker_shutdown);
}
