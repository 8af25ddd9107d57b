/* links: aws fuzz/fake_child fuzz/input unit/fake_http fuzz/http_server */
/* All sources of credentials: a config file, an SSO token file, and what the services answer that these lead to (the
 * instance, the container, STS, SSO, OIDC). Behind the files stand what a credential_process writes and a byte that
 * chooses what the environment has beside the files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/client.h"
#include "aws/credentials/providers.h"
#include "aws/credentials/region_finder.h"
#include "fake_http.h"

#include "fake_child.h"
#include "http_server.h"

/* The name is the SHA-1 of "corp". */
#define SSO_FOLDER "/.aws/sso/cache"
#define SSO_FILE "/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
#define CONTAINER "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define WEB_IDENTITY "AWS_WEB_IDENTITY_TOKEN_FILE"
#define ROLE "arn:aws:iam::123456789012:role/reader"

static char home[64];
static char token_path[128];

static void write_file(const char *path, const char *text, size_t length) {
  FILE *file = fopen(path, "w");
  INPUT_PROMISE(file != NULL && fwrite(text, 1, length, file) == length && fclose(file) == 0);
}

static void clean_up(void) {
  static const char *const paths[] = {SSO_FILE, SSO_FOLDER, "/.aws/sso", "/.aws", "/token", ""};
  char path[sizeof(home) + sizeof(SSO_FILE)];
  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
    (void)snprintf(path, sizeof(path), "%s%s", home, paths[i]);
    (void)remove(path);
  }
}

int LLVMFuzzerInitialize(const int *count, char ***arguments);

int LLVMFuzzerInitialize(const int *count, char ***arguments) {
  (void)count;
  (void)arguments;
  static const char *const folders[] = {"/.aws", "/.aws/sso", SSO_FOLDER};
  const char *temporary = getenv("TMPDIR");
  char path[sizeof(home) + sizeof(SSO_FOLDER)];
  (void)snprintf(home, sizeof(home), "%s/fuzz.XXXXXX", temporary != NULL ? temporary : "/tmp");
  INPUT_PROMISE(mkdtemp(home) != NULL && atexit(clean_up) == 0);
  for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
    (void)snprintf(path, sizeof(path), "%s%s", home, folders[i]);
    INPUT_PROMISE(mkdir(path, 0700) == 0);
  }
  (void)snprintf(token_path, sizeof(token_path), "%s/token", home);
  write_file(token_path, "web-identity-token", strlen("web-identity-token"));
  return setenv("HOME", home, 1) + setenv("AWS_ROLE_ARN", ROLE, 1);
}

static void set(const char *name, const char *value, bool is_set) {
  INPUT_PROMISE((is_set ? setenv(name, value, 1) : unsetenv(name)) == 0);
}

static void on_response(void *user_data, credentials_result_t result, const credentials_t *found,
                        const aws_error_t *error) {
  (*(int *)user_data)++;
  if (result == CREDENTIALS_FOUND)
    INPUT_PROMISE(found->access_key_id[0] != '\0' && found->secret_access_key[0] != '\0' && found->source != NULL);
  else
    INPUT_PROMISE(input_is_line(error->code) && input_is_line(error->message));
}

static void on_region(void *user_data, const char *region, const aws_error_t *error) {
  (*(int *)user_data)++;
  INPUT_PROMISE(region != NULL ? endpoint_region_is_valid(region) : input_is_line(error->message));
}

/* Twice: what was found may be kept, what failed may work. */
static void ask(const credentials_context_t *context, bool with_role) {
  const credentials_role_t role = {.arn = ROLE, .external_id = "external", .place = "option RoleArn"};
  credentials_provider_t *provider = credentials_default_new(context);
  if (with_role)
    provider = credentials_role_new(context, provider, &role);
  provider = credentials_cache_new(provider, context->loop->clock);
  for (int i = 1; i <= 2; i++) {
    int responses = 0;
    provider->get(provider, on_response, &responses);
    INPUT_PROMISE(loop_drive(context->loop, INT64_MAX) == LOOP_IDLE && responses == 1);
    fake_clock_advance((int64_t)3600 * 1000);
  }
  int responses = 0;
  region_finder_get(context->region, on_region, &responses);
  INPUT_PROMISE(loop_drive(context->loop, INT64_MAX) == LOOP_IDLE && responses == 1);
  provider->destroy(provider);
}

static void run(input_t *input, const char *config, size_t config_length) {
  loop_t loop = {.clock = &fake_clock, .http = http_new("fuzz")};
  profile_files_t *files = profile_files_new();
  retry_quota_t quota = RETRY_QUOTA_INIT;
  aws_error_t error;
  uint8_t how = input_byte(input);
  set(CONTAINER, "http://127.0.0.1:1/keys", (how & 1) != 0);
  set(WEB_IDENTITY, token_path, (how & 2) != 0);
  set("AWS_EC2_METADATA_DISABLED", "true", (how & 4) != 0);
  credentials_context_t context = {
      .loop = &loop,
      .files = files,
      .profile = "default",
      .profile_is_option = (how & 8) != 0,
      .session_name = "fuzz",
      .timeout_ms = 10000,
      .quota = &quota,
  };
  if (profile_files_parse(files, PROFILE_CONFIG_FILE, config, config_length, "config", &error)) {
    context.region = region_finder_new(&loop, files, "default", (how & 16) != 0 ? "eu-west-1" : NULL);
    ask(&context, (how & 32) != 0);
    region_finder_free(context.region);
  }
  profile_files_free(files);
  http_free(loop.http);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  char path[sizeof(home) + sizeof(SSO_FILE)];
  size_t lengths[3] = {0, 0, 0};
  const char *config = input_record(&input, &lengths[0]);
  const char *token = input_record(&input, &lengths[1]);
  const char *output = input_record(&input, &lengths[2]);
  (void)snprintf(path, sizeof(path), "%s%s", home, SSO_FILE);
  if (lengths[1] > 0)
    write_file(path, token, lengths[1]);
  else
    (void)remove(path);
  fake_child_answer(output, lengths[2]);
  http_server_start(&input);
  if (config != NULL)
    run(&input, config, lengths[0]);
  (void)fake_http_end(NULL);
  input_clear(&input);
  return 0;
}
