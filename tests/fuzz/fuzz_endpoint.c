/* links: studio unit/fake_http fuzz/http_server fuzz/input -lcurl */
/* URLs and regions. What we take for a URL is held against libcurl's own reading of it: the same host is signed,
 * checked and connected to. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "aws/credentials/providers.h"
#include "aws/protocol/endpoint.h"
#include "aws/protocol/signed_request.h"
#include "fake_http.h"
#include "studio/operations.h"

#include "http_server.h"

#define CONTAINER "AWS_CONTAINER_CREDENTIALS_FULL_URI"

/* One part as libcurl reads it, for curl_free; NULL: there is none. */
static char *part_of(const char *url, CURLUPart part) {
  CURLU *read = curl_url();
  char *text = NULL;
  if (curl_url_set(read, CURLUPART_URL, url, 0) == CURLUE_OK)
    (void)curl_url_get(read, part, &text, 0);
  curl_url_cleanup(read);
  return text;
}

static void on_response(void *user_data, const http_response_t *response) {
  (void)response;
  (*(int *)user_data)++;
}

/* The host that is signed is the one that libcurl connects to; addresses it writes in full (127.1 is 127.0.0.1, [::0]
 * is
 * [::]), and connects to them. */
static bool is_same_host(const char *sent, const char *read) {
  struct in_addr address;
  size_t length = strlen(read);
  bool is_equal = strncasecmp(sent, read, length) == 0 && (sent[length] == '\0' || sent[length] == ':');
  return is_equal || (read[0] == '[' && sent[0] == '[') || inet_pton(AF_INET, read, &address) == 1;
}

static void send_signed(const char *url) {
  credentials_t credentials = {.access_key_id = (char *)"AKIDEXAMPLE", .secret_access_key = (char *)"secret"};
  sigv4_key_t key = {.scope = ""};
  char full[ENDPOINT_URL_SIZE + 2];
  int responses = 0;
  (void)snprintf(full, sizeof(full), "%s/", url);
  const signed_request_t request = {.method = "POST",
                                    .url = full,
                                    .body = "{}",
                                    .credentials = &credentials,
                                    .region = "us-east-1",
                                    .signing_name = "sagemaker",
                                    .key = &key,
                                    .http = {.timeout_ms = 1000, .limit_bytes = 1000}};
  http_t *http = http_new("fuzz");
  INPUT_PROMISE(signed_request_send(http, &request, on_response, &responses) != NULL);
  char *host = part_of(full, CURLUPART_HOST);
  INPUT_PROMISE(host != NULL && is_same_host(fake_http_header("host"), host));
  curl_free(host);
  http_free(http);
}

static void check_url(const char *text) {
  if (!endpoint_url_is_valid(text))
    return;
  char *user = part_of(text, CURLUPART_USER);
  char *query = part_of(text, CURLUPART_QUERY);
  INPUT_PROMISE(user == NULL && query == NULL && input_is_line(text) && strpbrk(text, " ?#\\\"") == NULL);
  curl_free(user);
  curl_free(query);
  send_signed(text);
}

static void check_region(const char *text) {
  char host[256];
  bool is_valid = endpoint_region_is_valid(text);
  static const aws_service_t *const services[] = {&service_sagemaker, &service_logs, &aws_service_sts, &aws_service_sso,
                                                  &aws_service_oidc};
  for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
    const endpoint_variant_t variant = {.fips = text[0] % 2 == 0, .dualstack = text[0] % 3 == 0};
    bool written = endpoint_host(services[i], text, variant, host, sizeof(host));
    INPUT_PROMISE(written == is_valid && (!written || strpbrk(host, "/@: \n") == NULL));
  }
}

static void check_found(const char *text, const char *region) {
  char url[ENDPOINT_URL_SIZE];
  aws_error_t error;
  if (endpoint_find(&service_logs, region, text, NULL, NULL, url, &error))
    INPUT_PROMISE(endpoint_url_is_valid(url) && (text[0] == '\0' || strcmp(url, text) == 0));
  else
    INPUT_PROMISE(input_is_line(error.message));
}

/* Keys come in clear from this host's own addresses only, whatever a URL looks like. */
static void on_credentials(void *user_data, credentials_result_t result, const credentials_t *found,
                           const aws_error_t *error) {
  (void)found;
  (*(int *)user_data)++;
  INPUT_PROMISE(result == CREDENTIALS_FOUND || input_is_line(error->message));
}

static void check_sent(const char *url) {
  static const char *const near[] = {"localhost", "169.254.170.2", "169.254.170.23", "[::1]", "[fd00:ec2::23]"};
  char *scheme = part_of(url, CURLUPART_SCHEME);
  char *host = part_of(url, CURLUPART_HOST);
  INPUT_PROMISE(scheme != NULL && host != NULL);
  bool is_near = strcmp(scheme, "https") == 0 || strncmp(host, "127.", 4) == 0;
  for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++)
    is_near = is_near || strcasecmp(host, near[i]) == 0;
  INPUT_PROMISE(is_near);
  curl_free(scheme);
  curl_free(host);
}

static fake_exchange_t serve(const http_request_t *request) {
  check_sent(request->url);
  return (fake_exchange_t){.status = 404};
}

static void ask_container(const char *text) {
  loop_t loop = {.clock = &fake_clock, .http = http_new("fuzz")};
  credentials_context_t context = {.loop = &loop};
  int responses = 0;
  fake_http_serve(serve);
  INPUT_PROMISE(setenv(CONTAINER, text, 1) == 0);
  credentials_provider_t *provider = credentials_container_new(&context);
  provider->get(provider, on_credentials, &responses);
  INPUT_PROMISE(loop_drive(&loop, INT64_MAX) == LOOP_IDLE && responses == 1);
  provider->destroy(provider);
  http_free(loop.http);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  const char *text = input_text(&input);
  const char *region = input_text(&input);
  http_server_start(&input);
  check_url(text);
  check_region(region);
  check_found(text, region);
  ask_container(text);
  (void)fake_http_end(NULL);
  input_clear(&input);
  return 0;
}
