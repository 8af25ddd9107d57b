/* links: studio -lcurl */

/* Finds credentials and region as the plugin does, over real sockets, and writes them as one JSON object:
 * credentials [Profile [RoleArn [ExternalId]]], "" standing for not given; the rest comes from the environment. With
 * IDENTITY in the environment it also asks who that is, with ACCOUNTS as many accounts ask at once, with IGNORE it
 * ignores SIGCHLD and SIGPIPE as collectd does. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "aws/client_private.h"
#include "studio/operations.h"

#define ACCOUNTS_MAX 32
#define LONGEST_MS 90000

typedef struct {
  aws_account_t *account;
  json_object *response;
} asker_t;

static void add(json_object *response, const char *name, const char *text) {
  (void)json_object_object_add(response, name, text != NULL ? json_object_new_string(text) : NULL);
}

static void add_error(json_object *response, const char *name, const aws_error_t *error) {
  json_object *said = json_object_new_object();
  add(said, "code", error->code);
  add(said, "operation", error->operation);
  add(said, "message", error->message);
  (void)json_object_object_add(response, name, said);
}

static void on_credentials(void *user_data, credentials_result_t result, const credentials_t *credentials,
                           const aws_error_t *error) {
  asker_t *asker = user_data;
  if (result != CREDENTIALS_FOUND) {
    add_error(asker->response, "error", error);
    return;
  }
  add(asker->response, "access_key", credentials->access_key_id);
  add(asker->response, "secret_key", credentials->secret_access_key);
  add(asker->response, "token", credentials->session_token);
  add(asker->response, "source", credentials->source);
}

static void on_region(void *user_data, const char *region, const aws_error_t *error) {
  asker_t *asker = user_data;
  char host[256] = "";
  if (region == NULL) {
    add_error(asker->response, "region_error", error);
    return;
  }
  add(asker->response, "region", region);
  endpoint_variant_t variant = endpoint_variant(asker->account->files, asker->account->profile);
  if (endpoint_host(&service_sagemaker, region, variant, host, sizeof(host)))
    add(asker->response, "host", host);
}

static void on_identity(void *user_data, const aws_identity_t *identity, const aws_error_t *error) {
  asker_t *asker = user_data;
  if (identity == NULL) {
    add_error(asker->response, "identity_error", error);
    return;
  }
  add(asker->response, "arn", identity->arn);
  add(asker->response, "account", identity->account_id);
  add(asker->response, "identity_region", identity->region);
  add(asker->response, "identity_source", identity->source);
  char url[ENDPOINT_URL_SIZE] = "";
  aws_error_t unusable;
  if (aws_account_endpoint(asker->account, &aws_service_sts, identity->region, url, &unusable))
    add(asker->response, "sts", url);
}

static const char *argument(char **arguments, int count, int index) {
  return index < count && arguments[index][0] != '\0' ? arguments[index] : NULL;
}

static void ask(asker_t *asker) {
  aws_error_t error;
  if (!aws_account_refresh(asker->account, &error)) {
    add_error(asker->response, "error", &error);
    return;
  }
  add(asker->response, "warning", aws_account_warning(asker->account));
  aws_account_region(asker->account, on_region, asker);
  asker->account->provider->get(asker->account->provider, on_credentials, asker);
  if (getenv("IDENTITY") != NULL)
    aws_account_identity(asker->account, on_identity, asker);
}

static aws_settings_t settings_of(char **arguments, int count) {
  return (aws_settings_t){
      .profile = argument(arguments, count, 1),
      .role_arn = argument(arguments, count, 2),
      .external_id = argument(arguments, count, 3),
      .role_session_name = "collectd-sagemaker",
      .timeout_ms = 3000,
  };
}

int main(int count, char **arguments) {
  asker_t askers[ACCOUNTS_MAX] = {{NULL, NULL}};
  const char *wanted = getenv("ACCOUNTS");
  int accounts = wanted != NULL ? (int)strtol(wanted, NULL, 10) : 1;
  if (getenv("IGNORE") != NULL && (signal(SIGCHLD, SIG_IGN) == SIG_ERR || signal(SIGPIPE, SIG_IGN) == SIG_ERR))
    return EXIT_FAILURE;
  aws_settings_t settings = settings_of(arguments, count);
  aws_t *aws = http_init() ? aws_new(USER_AGENT, &loop_system_clock) : NULL;
  if (aws == NULL || accounts > ACCOUNTS_MAX)
    return EXIT_FAILURE;
  for (int i = 0; i < accounts; i++) {
    askers[i] = (asker_t){aws_account_new(aws, &settings), json_object_new_object()};
    ask(&askers[i]);
  }
  aws_result_t result = aws_drive(aws, aws_monotonic_ms(aws) + LONGEST_MS);
  for (int i = 0; i < accounts; i++) {
    (void)puts(json_object_to_json_string_ext(askers[i].response, JSON_C_TO_STRING_PLAIN));
    (void)json_object_put(askers[i].response);
    aws_account_free(askers[i].account);
  }
  aws_free(aws);
  return result == AWS_IDLE ? EXIT_SUCCESS : EXIT_FAILURE;
}
