/* links: rim unit/fake_collectd unit/fake_options unit/fake_http fuzz/http_server fuzz/reports fuzz/input */
/* The whole plugin, as collectd calls it, before a hostile AWS: configuration, three reads with the thread that scans
 * two regions for them, and the end; then once more from the state file that this has left. The first byte chooses
 * options, the second what stands in the state file before: nothing, or the first record. The other records are
 * answers, in the order in which they are asked for. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake_collectd.h"
#include "fake_http.h"
#include "util/loop.h"

/* The thread's time is that of the answers: what is waited for is over at once. */
#define loop_system_clock fake_clock
/* NOLINTNEXTLINE(bugprone-suspicious-include): in its place in the archive, whose clock is the machine's */
#include "scanner.c"
#undef loop_system_clock

#include "http_server.h"
#include "reports.h"

#define LIVES 2
#define READS 3
#define INTERVAL_S 300.0
/* The read waits in earnest: for this machine, not for AWS. */
#define TIMEOUT_S 20.0

static char folder[] = "/tmp/fuzz-scanner-XXXXXX";
static char path[64];

static void remove_all(void) {
  (void)unlink(path);
  (void)rmdir(folder);
}

int LLVMFuzzerInitialize(const int *count, char ***arguments);

int LLVMFuzzerInitialize(const int *count, char ***arguments) {
  (void)count;
  (void)arguments;
  INPUT_PROMISE(mkdtemp(folder) != NULL);
  (void)snprintf(path, sizeof(path), "%s/state", folder);
  return atexit(remove_all) + setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1) +
         setenv("AWS_SECRET_ACCESS_KEY", "secret", 1) + setenv("AWS_ENDPOINT_URL", "http://aws.test", 1) +
         setenv("AWS_CONFIG_FILE", "/nonexistent/config", 1) +
         setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials", 1);
}

static void configure(unsigned char how) {
  oconfig_item_t *block = fake_block("Plugin", "sagemaker");
  fake_option(block, "Interval", "n", INTERVAL_S);
  fake_option(block, "StateFile", "s", path);
  oconfig_item_t *account = fake_child(block, "Account", "prod");
  fake_option(account, "Region", "s", "us-east-1");
  fake_option(account, "Region", "s", "eu-west-1");
  fake_option(account, "Timeout", "n", TIMEOUT_S);
  fake_option(account, "ReportBySpace", "b", (how & 16U) != 0);
  fake_option(account, "DomainLabel", "s", (how & 1U) != 0 ? "name" : "id");
  if ((how & 2U) != 0)
    fake_option(account, "Domain", "s", "d-1");
  if ((how & 4U) != 0)
    fake_option(account, "UserAlias", "ss", "u1", "Yuki");
  if ((how & 8U) != 0)
    fake_option(account, "IdleAfter", "n", 3600.0);
  INPUT_PROMISE(fake_registered()->config(block) == 0);
  fake_block_free(block);
}

/* A plugin that is loaded, read and unloaded. */
static void live(unsigned char how, int64_t *now_ms) {
  module_register();
  configure(how);
  INPUT_PROMISE(fake_registered()->init() == 0);
  user_data_t data = fake_registered()->data;
  for (int i = 0; i < READS; i++) {
    fake_cdtime_set(MS_TO_CDTIME_T((uint64_t)*now_ms));
    INPUT_PROMISE(fake_registered()->read(&data) == 0);
    *now_ms += (int64_t)INTERVAL_S * 1000;
    fake_clock_advance((int64_t)INTERVAL_S * 1000);
  }
  data.free_func(data.data);
  INPUT_PROMISE(fake_registered()->shutdown() == 0);
}

static void leave_state(const char *text, size_t length) {
  FILE *out = fopen(path, "we");
  INPUT_PROMISE(out != NULL);
  (void)fwrite(text, 1, length, out);
  INPUT_PROMISE(fclose(out) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  unsigned char how = input_byte(&input);
  bool has_state = input_byte(&input) % 2 == 1;
  int64_t now_ms = FAKE_NOW_MS;
  size_t length = 0;
  (void)unlink(path);
  const char *text = has_state ? input_record(&input, &length) : NULL;
  if (text != NULL)
    leave_state(text, length);
  http_server_start(&input);
  for (int i = 0; i < LIVES; i++) {
    (void)fake_collectd_begin(NULL);
    reports_check(data, size);
    live(how, &now_ms);
  }
  (void)fake_http_end(NULL);
  input_clear(&input);
  return 0;
}
