#include "aws/credentials/imds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/protocol/endpoint.h"
#include "aws/protocol/request.h"
#include "aws/protocol/response_error.h"
#include "util/ascii.h"
#include "util/buffer.h"
#include "util/environment.h"

#define TOKEN_PATH "latest/api/token"
#define TOKEN_TTL_HEADER "x-aws-ec2-metadata-token-ttl-seconds"
#define TOKEN_HEADER "x-aws-ec2-metadata-token"
#define TOKEN_TTL_S "21600"
#define TOKEN_LIFETIME_MS ((int64_t)21600 * 1000)
/* IMDS's token has 56 characters; imitations have longer ones. */
#define TOKEN_LIMIT_BYTES 4096
/* The token is asked for anew so long before its end that no request carries a dead one. */
#define TOKEN_AHEAD_MS ((int64_t)300 * 1000)

#define TIMEOUT_DEFAULT_S 1
#define TIMEOUT_LIMIT_S 60
#define ATTEMPTS_DEFAULT 3
#define ATTEMPTS_LIMIT 10

struct imds {
  loop_t *loop;
  char url[ENDPOINT_URL_SIZE]; /* ends in a slash */
  bool disabled, version_1_disabled;
  aws_error_t unusable; /* which setting cannot be used; an empty code: all can */
  int64_t timeout_ms;
  int attempts;
  bool insists; /* AWS_METADATA_SERVICE_NUM_ATTEMPTS is set, so there is an IMDS */
  buffer_t token;
  int64_t token_until_ms; /* monotonic */
  /* The get under way. */
  char path[ENDPOINT_URL_SIZE];
  bool (*is_usable)(const http_response_t *response);
  bool without_token;
  bool token_refused;
  aws_pending_request_t *pending;
  imds_done_t *done;
  void *user_data;
};

static const char *setting(const profile_files_t *files, const char *profile, const char *variable, const char *key) {
  const char *value = environment_value(variable);
  return value != NULL ? value : profile_value(files, profile, key);
}

static bool is_true(const char *value) { return value != NULL && ascii_equal(value, "true"); }

static int number(const char *text, int limit, int fallback) {
  char *end = NULL;
  long value = text != NULL ? strtol(text, &end, 10) : 0;
  if (text == NULL || end == text || *end != '\0' || value < 1)
    return fallback;
  return value > limit ? limit : (int)value;
}

/* find_url sets imds->url: the endpoint that is set, or the address that every instance has, by IPv4 or IPv6 as the
 * mode says. */
static void find_url(imds_t *imds, const profile_files_t *files, const char *profile) {
  const char *url = setting(files, profile, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
  const char *mode =
      setting(files, profile, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
  bool is_ipv6 =
      mode != NULL ? ascii_equal(mode, "ipv6") : is_true(setting(files, profile, "AWS_IMDS_USE_IPV6", "imds_use_ipv6"));
  if (mode != NULL && !is_ipv6 && !ascii_equal(mode, "ipv4"))
    aws_error_credentials(&imds->unusable, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is \"%.60s\": it takes IPv4 or IPv6",
                          mode);
  if (url == NULL || url[0] == '\0')
    url = is_ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  size_t length = strlen(url);
  if (!endpoint_url_is_valid(url) || length + 1 >= sizeof(imds->url)) {
    aws_error_credentials(&imds->unusable,
                          "AWS_EC2_METADATA_SERVICE_ENDPOINT is no http or https URL of a host; correct or unset it");
    return;
  }
  (void)snprintf(imds->url, sizeof(imds->url), "%s%s", url, url[length - 1] == '/' ? "" : "/");
}

imds_t *imds_new(loop_t *loop, const profile_files_t *files, const char *profile) {
  imds_t *imds = calloc(1, sizeof(*imds));
  if (imds == NULL)
    return NULL;
  imds->loop = loop;
  imds->token = BUFFER_INIT(TOKEN_LIMIT_BYTES);
  imds->disabled = is_true(environment_value("AWS_EC2_METADATA_DISABLED"));
  imds->version_1_disabled =
      is_true(setting(files, profile, "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled"));
  imds->timeout_ms =
      (int64_t)1000 * number(setting(files, profile, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"),
                             TIMEOUT_LIMIT_S, TIMEOUT_DEFAULT_S);
  const char *attempts = setting(files, profile, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts");
  imds->attempts = number(attempts, ATTEMPTS_LIMIT, ATTEMPTS_DEFAULT);
  imds->insists = attempts != NULL;
  find_url(imds, files, profile);
  return imds;
}

void imds_free(imds_t *imds) {
  if (imds == NULL)
    return;
  aws_request_cancel(imds->pending);
  buffer_clear(&imds->token);
  free(imds);
}

static void finish(imds_t *imds, imds_result_t result, const http_response_t *response, const aws_error_t *error) {
  imds_done_t *done = imds->done;
  imds->done = NULL;
  done(imds->user_data, result, response, error);
}

static void finish_unusable(imds_t *imds) {
  aws_error_t error;
  aws_error_set(&error, "internal", "credentials", 0, "no memory to ask the instance's metadata");
  finish(imds, IMDS_BROKEN, NULL, &error);
}

/* finish_failed tells an absent IMDS from a broken one: a machine that is no instance gives no response, and an
 * instance without a role has nothing under that path. */
static void finish_failed(imds_t *imds, const http_response_t *response, const aws_error_t *error) {
  aws_error_t said;
  bool is_silent = response != NULL && response->result != HTTP_RESPONDED && response->result != HTTP_TOO_LARGE;
  if (is_silent)
    aws_error_credentials(&said, "the instance's metadata (no answer from %.100s)", imds->url);
  else if (response != NULL && response->result == HTTP_RESPONDED)
    aws_error_set(&said, "credentials", "credentials", response->status,
                  "the instance's metadata (%.100s answered %d for %s)", imds->url, response->status, imds->path);
  else
    said = *error;
  bool is_absent = is_silent || (response != NULL && response->result == HTTP_RESPONDED);
  finish(imds, is_absent ? IMDS_ABSENT : IMDS_BROKEN, NULL, &said);
}

/* finish_out_of_reach names the remedy for a token that does not reach us: its response travels as many hops as the
 * instance's hop limit says, one at first, and a container is two away. */
static void finish_out_of_reach(imds_t *imds) {
  aws_error_t error;
  aws_error_set(
      &error, "credentials", "credentials", 401,
      "the instance's metadata (%.100s answers, but its token does not come this far, as into a container: set "
      "the instance's HttpPutResponseHopLimit to 2)",
      imds->url);
  finish(imds, IMDS_ABSENT, NULL, &error);
}

bool imds_is_text(const http_response_t *response) { return response->body_length > 0; }

static bool ask(imds_t *imds, const char *method, const char *path, sigv4_header_t header,
                bool (*is_usable)(const http_response_t *), bool insists, aws_request_done_t *done) {
  char url[2 * ENDPOINT_URL_SIZE];
  (void)snprintf(url, sizeof(url), "%s%s", imds->url, path);
  aws_request_t request = {
      .operation = "credentials",
      .method = method,
      .url = url,
      .headers = {header},
      .headers_count = header.value != NULL ? 1 : 0,
      .retry_policy = AWS_REQUEST_INSTANCE,
      .attempts = imds->attempts,
      .insists = insists,
      .is_usable = is_usable,
      .timeout_ms = imds->timeout_ms,
      .describe = response_error_set,
  };
  imds->pending = aws_request_start(imds->loop, &request, done, imds);
  return imds->pending != NULL;
}

static void ask_token(imds_t *imds);

static void on_path(void *user_data, const http_response_t *response, const aws_error_t *error) {
  imds_t *imds = user_data;
  imds->pending = NULL;
  bool is_refused = response != NULL && response->result == HTTP_RESPONDED && response->status == 401;
  if (error == NULL) {
    finish(imds, IMDS_RESPONDED, response, NULL);
  } else if (is_refused && !imds->token_refused) {
    imds->token_refused = true;
    ask_token(imds);
  } else {
    finish_failed(imds, response, error);
  }
}

static void ask_path(imds_t *imds) {
  sigv4_header_t header = {TOKEN_HEADER, imds->without_token ? NULL : imds->token.data};
  /* An IMDS that has given a token is there, so that its silence is worth another attempt. */
  if (!ask(imds, "GET", imds->path, header, imds->is_usable, imds->insists || !imds->without_token, on_path))
    finish_unusable(imds);
}

static void on_token(void *user_data, const http_response_t *response, const aws_error_t *error) {
  imds_t *imds = user_data;
  imds->pending = NULL;
  buffer_reset(&imds->token);
  if (error == NULL && response->body_length > 0 && buffer_add_text(&imds->token, response->body)) {
    imds->token_until_ms = imds->loop->clock->monotonic_ms() + TOKEN_LIFETIME_MS - TOKEN_AHEAD_MS;
    ask_path(imds);
    return;
  }
  bool may_be_version_1 = response != NULL && (response->result == HTTP_TIMEOUT ||
                                               (response->result == HTTP_RESPONDED && response->status != 400));
  if (may_be_version_1 && !imds->version_1_disabled && !imds->token_refused) {
    imds->without_token = true;
    ask_path(imds);
  } else if (imds->without_token && response != NULL && response->result == HTTP_TIMEOUT) {
    finish_out_of_reach(imds);
  } else if (error != NULL) {
    finish_failed(imds, response, error);
  } else {
    aws_error_t empty;
    aws_error_credentials(&empty, "%s%s answered no token", imds->url, TOKEN_PATH);
    finish(imds, IMDS_BROKEN, NULL, &empty);
  }
}

static void ask_token(imds_t *imds) {
  sigv4_header_t header = {TOKEN_TTL_HEADER, TOKEN_TTL_S};
  if (!ask(imds, "PUT", TOKEN_PATH, header, imds_is_text, false, on_token))
    finish_unusable(imds);
}

void imds_get(imds_t *imds, const char *path, bool (*is_usable)(const http_response_t *response), imds_done_t *done,
              void *user_data) {
  aws_error_t error;
  imds->done = done;
  imds->user_data = user_data;
  imds->is_usable = is_usable;
  imds->without_token = false;
  imds->token_refused = false;
  int length = snprintf(imds->path, sizeof(imds->path), "%s", path);
  if (imds->disabled) {
    aws_error_credentials(&error, "the instance's metadata (not asked: AWS_EC2_METADATA_DISABLED)");
    finish(imds, IMDS_ABSENT, NULL, &error);
  } else if (imds->unusable.code[0] != '\0') {
    error = imds->unusable;
    finish(imds, IMDS_BROKEN, NULL, &error);
  } else if (length < 0 || (size_t)length >= sizeof(imds->path)) {
    finish_unusable(imds);
  } else if (imds->token.length > 0 && imds->loop->clock->monotonic_ms() < imds->token_until_ms) {
    ask_path(imds);
  } else {
    ask_token(imds);
  }
}
