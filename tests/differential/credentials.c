/* links: aws/client aws/account aws/inquiry aws/keyring aws/session aws/call aws/call_error */
/* links: aws/answer aws/bucket aws/counters aws/http aws/http_message aws/turns aws/wiped_memory */
/* links: aws/fetch aws/signed_request aws/sigv4 */
/* links: aws/document aws/small_file aws/endpoint aws/ini aws/profile aws/profile_load */
/* links: aws/shell_words aws/utf8 aws/error aws/date aws/credentials aws/buffer aws/loop aws/retry */
/* links: aws/region_finder aws/imds aws/sts aws/percent aws/child aws/redact aws/sso_token */
/* links: aws/credentials_environment aws/credentials_static aws/credentials_web_identity */
/* links: aws/credentials_sso aws/credentials_process aws/credentials_container */
/* links: aws/credentials_instance aws/credentials_refusal aws/credentials_chain */
/* links: aws/credentials_cache aws/credentials_role aws/credentials_profile_role */
/* links: aws/credentials_default -lcurl -lcrypto -ljson-c -lm */
/* links: aws/server_clock */
/* links: aws/credentials_login */
/* links: aws/xml */

/* Finds credentials and region as the plugin does, over real sockets, and writes them as one JSON object:
 * credentials [Profile [RoleArn [ExternalId]]], "" standing for not given; the rest comes from the environment. With
 * IDENTITY in the environment it also asks who that is, with ACCOUNTS as many accounts ask at once, with IGNORE it
 * ignores SIGCHLD and SIGPIPE as collectd does. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "aws/internal.h"

#define ACCOUNTS_MAX 32
#define LONGEST_MS 90000

typedef struct {
  aws_account_t *account;
  json_object *answer;
} asker_t;

static void add(json_object *answer, const char *name, const char *text) {
  (void)json_object_object_add(answer, name, text != NULL ? json_object_new_string(text) : NULL);
}

static void add_error(json_object *answer, const char *name, const aws_error_t *error) {
  json_object *said = json_object_new_object();
  add(said, "code", error->code);
  add(said, "operation", error->operation);
  add(said, "message", error->message);
  (void)json_object_object_add(answer, name, said);
}

static void on_credentials(void *owner, credentials_end_t end, const credentials_t *credentials,
                           const aws_error_t *error) {
  asker_t *asker = owner;
  if (end != CREDENTIALS_FOUND) {
    add_error(asker->answer, "error", error);
    return;
  }
  add(asker->answer, "access_key", credentials->access_key_id);
  add(asker->answer, "secret_key", credentials->secret_access_key);
  add(asker->answer, "token", credentials->session_token);
  add(asker->answer, "source", credentials->source);
}

static void on_region(void *owner, const char *region, const aws_error_t *error) {
  asker_t *asker = owner;
  char host[256] = "";
  if (region == NULL) {
    add_error(asker->answer, "region_error", error);
    return;
  }
  add(asker->answer, "region", region);
  endpoint_variant_t variant = endpoint_variant(asker->account->files, asker->account->profile);
  if (endpoint_host(ENDPOINT_SAGEMAKER, region, variant, host, sizeof(host)))
    add(asker->answer, "host", host);
}

static void on_identity(void *owner, const aws_identity_t *identity, const aws_error_t *error) {
  asker_t *asker = owner;
  if (identity == NULL) {
    add_error(asker->answer, "identity_error", error);
    return;
  }
  add(asker->answer, "arn", identity->arn);
  add(asker->answer, "account", identity->account_id);
  add(asker->answer, "identity_region", identity->region);
  add(asker->answer, "identity_source", identity->source);
  add(asker->answer, "sts", identity->endpoints[ENDPOINT_STS]);
}

static const char *argument(char **arguments, int count, int index) {
  return index < count && arguments[index][0] != '\0' ? arguments[index] : NULL;
}

static void ask(asker_t *asker) {
  aws_error_t error;
  if (!aws_account_refresh(asker->account, &error)) {
    add_error(asker->answer, "error", &error);
    return;
  }
  add(asker->answer, "warning", aws_account_warning(asker->account));
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
  aws_t *aws = http_init() ? aws_new(&loop_system_clock) : NULL;
  if (aws == NULL || accounts > ACCOUNTS_MAX)
    return EXIT_FAILURE;
  for (int i = 0; i < accounts; i++) {
    askers[i] = (asker_t){aws_account_new(aws, &settings), json_object_new_object()};
    ask(&askers[i]);
  }
  aws_end_t end = aws_drive(aws, aws_monotonic_ms(aws) + LONGEST_MS);
  for (int i = 0; i < accounts; i++) {
    (void)puts(json_object_to_json_string_ext(askers[i].answer, JSON_C_TO_STRING_PLAIN));
    (void)json_object_put(askers[i].answer);
    aws_account_free(askers[i].account);
  }
  aws_free(aws);
  return end == AWS_IDLE ? EXIT_SUCCESS : EXIT_FAILURE;
}
