#include "aws/http.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>

#include "aws/buffer.h"
#include "aws/wiped_memory.h"

/* A connection that lives for ever never notices that a name has moved to another address. */
#define CONNECTION_LIFETIME_S 600L

/* libcurl does not time a transfer that it has put aside to wait for a connection. So none is ever made to wait (there
 * is no limit of connections: a session's requests in flight are limited), and what outlives its time by this much is
 * ended. */
#define OVERTIME_MS 500

/* Connections that are kept for the next request: two hosts for each region, and more while several requests are under
 * way. libcurl's own limit, four for each request that is just being made, closes those of most regions in every scan.
 */
#define SPARE_CONNECTIONS 256L

/* Room for what an answer says of its length; what is longer grows from there. A length that is a lie costs no more. */
#define ROOM_BYTES ((curl_off_t)1024 * 1024)

#define POLL_LONGEST_MS 60000

/* Should waiting itself fail (no memory, no descriptors), this keeps the thread from spinning. */
#define POLL_FAILED_MS 100

struct http_transfer {
  struct http_transfer *next, **link;
  CURL *handle;
  struct curl_slist *headers;
  http_done_t *done;
  void *owner;
  int64_t deadline_ms;
  buffer_t body;
  http_answer_t answer;
  char detail[CURL_ERROR_SIZE];
  size_t request_length;
  char request_body[];
};

struct http {
  CURLM *multi;
  http_transfer_t *transfers;
  size_t in_flight;
  atomic_bool woken;
};

static int64_t monotonic_ms(void) {
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Where another plugin has initialised the same libcurl before, that one's choice of memory holds. */
bool http_init(void) {
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiped_memory_free, wiped_memory_realloc, strdup, calloc) ==
         CURLE_OK;
}

http_t *http_new(void) {
  http_t *http = calloc(1, sizeof(*http));
  if (http == NULL)
    return NULL;
  http->multi = curl_multi_init();
  if (http->multi == NULL || curl_multi_setopt(http->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX) != CURLM_OK ||
      curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, SPARE_CONNECTIONS) != CURLM_OK) {
    http_free(http);
    return NULL;
  }
  atomic_init(&http->woken, false);
  return http;
}

static void link_transfer(http_t *http, http_transfer_t *transfer) {
  transfer->next = http->transfers;
  transfer->link = &http->transfers;
  if (transfer->next != NULL)
    transfer->next->link = &transfer->next;
  http->transfers = transfer;
  http->in_flight++;
}

static void unlink_transfer(http_t *http, http_transfer_t *transfer) {
  if (transfer->link == NULL)
    return;
  curl_multi_remove_handle(http->multi, transfer->handle);
  *transfer->link = transfer->next;
  if (transfer->next != NULL)
    transfer->next->link = transfer->link;
  transfer->link = NULL;
  http->in_flight--;
}

static void transfer_free(http_t *http, http_transfer_t *transfer) {
  unlink_transfer(http, transfer);
  curl_easy_cleanup(transfer->handle);
  for (struct curl_slist *header = transfer->headers; header != NULL; header = header->next)
    explicit_bzero(header->data, strlen(header->data));
  curl_slist_free_all(transfer->headers);
  buffer_clear(&transfer->body);
  explicit_bzero(transfer->request_body, transfer->request_length);
  free(transfer);
}

void http_free(http_t *http) {
  if (http == NULL)
    return;
  while (http->transfers != NULL)
    transfer_free(http, http->transfers);
  curl_multi_cleanup(http->multi);
  free(http);
}

/* So that the body is not copied, and its copy wiped, each time it has grown. */
static void make_room(http_transfer_t *transfer) {
  curl_off_t length = 0;
  if (curl_easy_getinfo(transfer->handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) != CURLE_OK || length <= 0)
    return;
  size_t room = length < ROOM_BYTES ? (size_t)length : (size_t)ROOM_BYTES;
  (void)buffer_reserve(&transfer->body, room < transfer->body.limit ? room : transfer->body.limit);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *owner) {
  http_transfer_t *transfer = owner;
  if (transfer->body.data == NULL)
    make_room(transfer);
  return buffer_add(&transfer->body, bytes, size * count) ? size * count : 0;
}

/* Copies the value of a header line when the line has that name; a value that is too long for target is left out. */
static void keep_header(const char *line, size_t length, const char *name, char *target, size_t size) {
  size_t name_length = strlen(name);
  if (length <= name_length || line[name_length] != ':' || strncasecmp(line, name, name_length) != 0)
    return;
  const char *value = line + name_length + 1;
  const char *end = line + length;
  while (value < end && (*value == ' ' || *value == '\t'))
    value++;
  while (end > value && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ' || end[-1] == '\t'))
    end--;
  if ((size_t)(end - value) >= size)
    return;
  memcpy(target, value, (size_t)(end - value));
  target[end - value] = '\0';
}

static size_t on_header(char *line, size_t size, size_t count, void *owner) {
  http_answer_t *answer = &((http_transfer_t *)owner)->answer;
  keep_header(line, size * count, "x-amzn-ErrorType", answer->error_type, sizeof(answer->error_type));
  keep_header(line, size * count, "Date", answer->date, sizeof(answer->date));
  keep_header(line, size * count, "Retry-After", answer->retry_after, sizeof(answer->retry_after));
  return size * count;
}

static bool add_headers(http_transfer_t *transfer, const http_request_t *request) {
  for (size_t i = 0; i < request->headers_count; i++) {
    struct curl_slist *longer = curl_slist_append(transfer->headers, request->headers[i]);
    if (longer == NULL)
      return false;
    transfer->headers = longer;
  }
  return true;
}

#define SET(option, value) (curl_easy_setopt(transfer->handle, (option), (value)) == CURLE_OK)

static bool set_safety(http_transfer_t *transfer, const http_request_t *request) {
  long timeout_ms = request->timeout_ms > LONG_MAX ? LONG_MAX : (long)request->timeout_ms;
  return SET(CURLOPT_NOSIGNAL, 1L) && SET(CURLOPT_TIMEOUT_MS, timeout_ms) &&
         SET(CURLOPT_CONNECTTIMEOUT_MS, timeout_ms) && SET(CURLOPT_FOLLOWLOCATION, 0L) &&
#if LIBCURL_VERSION_NUM >= 0x075500
         SET(CURLOPT_PROTOCOLS_STR, "http,https") &&
#else
         SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS)) &&
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
         SET(CURLOPT_QUICK_EXIT, 1L) &&
#endif
#if LIBCURL_VERSION_NUM >= 0x075000
         SET(CURLOPT_MAXLIFETIME_CONN, CONNECTION_LIFETIME_S) &&
#endif
         SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) && SET(CURLOPT_SSL_VERIFYPEER, 1L) &&
         SET(CURLOPT_SSL_VERIFYHOST, 2L) && (request->ca_file == NULL || SET(CURLOPT_CAINFO, request->ca_file)) &&
         (!request->without_proxy || SET(CURLOPT_NOPROXY, "*"));
}

/* USER_AGENT is the Makefile's: it has the version in it. */
static bool set_request(http_transfer_t *transfer, const http_request_t *request) {
  bool has_body = request->body != NULL;
  const char *body = transfer->request_body;
  return SET(CURLOPT_URL, request->url) && SET(CURLOPT_HTTPHEADER, transfer->headers) &&
         (!has_body ||
          (SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length) && SET(CURLOPT_POSTFIELDS, body))) &&
         SET(CURLOPT_CUSTOMREQUEST, request->method) && SET(CURLOPT_USERAGENT, USER_AGENT) &&
         SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS) && SET(CURLOPT_WRITEFUNCTION, on_body) &&
         SET(CURLOPT_WRITEDATA, transfer) && SET(CURLOPT_HEADERFUNCTION, on_header) &&
         SET(CURLOPT_HEADERDATA, transfer) && SET(CURLOPT_ERRORBUFFER, transfer->detail) &&
         SET(CURLOPT_PRIVATE, transfer);
}

#undef SET

http_transfer_t *http_send(http_t *http, const http_request_t *request, http_done_t *done, void *owner) {
  size_t body_length = request->body != NULL ? request->body_length : 0;
  http_transfer_t *transfer = calloc(1, sizeof(*transfer) + body_length + 1);
  if (transfer == NULL)
    return NULL;
  if (body_length > 0)
    memcpy(transfer->request_body, request->body, body_length);
  transfer->request_length = body_length;
  transfer->done = done;
  transfer->owner = owner;
  transfer->deadline_ms = monotonic_ms() + request->timeout_ms + OVERTIME_MS;
  transfer->body = (buffer_t)BUFFER_INIT(request->limit_bytes);
  /* A handle of its own for each request: libcurl 7.83 to 8.0 takes a response whose first header line begins with a
   * blank for the continuation of the handle's last header, which it has freed. Connections are the multi handle's. */
  transfer->handle = curl_easy_init();
  if (transfer->handle == NULL || !add_headers(transfer, request) || !set_safety(transfer, request) ||
      !set_request(transfer, request) || curl_multi_add_handle(http->multi, transfer->handle) != CURLM_OK) {
    transfer_free(http, transfer);
    return NULL;
  }
  link_transfer(http, transfer);
  return transfer;
}

void http_cancel(http_t *http, http_transfer_t *transfer) { transfer_free(http, transfer); }

size_t http_in_flight(const http_t *http) { return http->in_flight; }

static http_end_t end_of(CURLcode code, const http_transfer_t *transfer) {
  switch (code) {
  case CURLE_OK:
    return HTTP_ANSWERED;
  case CURLE_OPERATION_TIMEDOUT:
    return HTTP_TIMEOUT;
  case CURLE_COULDNT_CONNECT:
    return HTTP_CONNECT;
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_RESOLVE_PROXY:
    return HTTP_RESOLVE;
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_INVALIDCERTSTATUS:
  case CURLE_SSL_ENGINE_INITFAILED:
  case CURLE_USE_SSL_FAILED:
    return HTTP_TLS;
  case CURLE_WRITE_ERROR:
    return transfer->body.failed ? HTTP_TOO_LARGE : HTTP_BROKEN;
  case CURLE_URL_MALFORMAT:
  case CURLE_UNSUPPORTED_PROTOCOL:
  case CURLE_OUT_OF_MEMORY:
  case CURLE_FAILED_INIT:
    return HTTP_UNUSABLE;
  default:
    return HTTP_BROKEN;
  }
}

static void fill_answer(http_transfer_t *transfer, CURLcode code) {
  http_answer_t *answer = &transfer->answer;
  answer->end = end_of(code, transfer);
  long status = 0;
  if (curl_easy_getinfo(transfer->handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
    answer->status = (int)status;
  answer->body = transfer->body.data;
  answer->body_length = transfer->body.length;
  if (answer->end == HTTP_ANSWERED)
    return;
  const char *words = transfer->detail[0] != '\0' ? transfer->detail : curl_easy_strerror(code);
  size_t length = strnlen(words, sizeof(answer->detail) - 1);
  memcpy(answer->detail, words, length);
  answer->detail[length] = '\0';
}

/* A done transfer leaves the multi handle before its callback, which may well send the next request. */
static void finish(http_t *http, CURL *handle, CURLcode code) {
  http_transfer_t *transfer = NULL;
  if (curl_easy_getinfo(handle, CURLINFO_PRIVATE, (char **)&transfer) != CURLE_OK || transfer == NULL)
    return;
  fill_answer(transfer, code);
  static char empty[1] = "";
  if (transfer->answer.body == NULL)
    transfer->answer.body = empty;
  unlink_transfer(http, transfer);
  transfer->done(transfer->owner, &transfer->answer);
  transfer_free(http, transfer);
}

/* The transfer whose time is over first; NULL: none is in flight. */
static http_transfer_t *most_urgent(const http_t *http) {
  http_transfer_t *urgent = http->transfers;
  for (http_transfer_t *transfer = urgent; transfer != NULL; transfer = transfer->next) {
    if (transfer->deadline_ms < urgent->deadline_ms)
      urgent = transfer;
  }
  return urgent;
}

static void end_overdue(http_t *http) {
  http_transfer_t *urgent = most_urgent(http);
  while (urgent != NULL && urgent->deadline_ms <= monotonic_ms()) {
    finish(http, urgent->handle, CURLE_OPERATION_TIMEDOUT);
    urgent = most_urgent(http);
  }
}

static int poll_timeout(const http_t *http, int64_t timeout_ms) {
  const http_transfer_t *urgent = most_urgent(http);
  int64_t left_ms = urgent != NULL ? urgent->deadline_ms - monotonic_ms() : POLL_LONGEST_MS;
  if (timeout_ms > left_ms)
    timeout_ms = left_ms;
  if (timeout_ms > POLL_LONGEST_MS)
    timeout_ms = POLL_LONGEST_MS;
  return timeout_ms > 0 ? (int)timeout_ms : 0;
}

bool http_poll(http_t *http, struct pollfd *extra, size_t extra_count, int64_t timeout_ms) {
  struct curl_waitfd waited[HTTP_EXTRA_MAX] = {0};
  if (extra_count > HTTP_EXTRA_MAX)
    extra_count = HTTP_EXTRA_MAX;
  for (size_t i = 0; i < extra_count; i++)
    waited[i] = (struct curl_waitfd){.fd = extra[i].fd, .events = CURL_WAIT_POLLIN};
  int running = 0;
  curl_multi_perform(http->multi, &running);
  int left = 0;
  CURLMsg *message = curl_multi_info_read(http->multi, &left);
  if (message == NULL) {
    int timeout = poll_timeout(http, timeout_ms);
    if (curl_multi_poll(http->multi, waited, (unsigned)extra_count, timeout, NULL) != CURLM_OK)
      poll(NULL, 0, timeout < POLL_FAILED_MS ? timeout : POLL_FAILED_MS);
    for (size_t i = 0; i < extra_count; i++)
      extra[i].revents = waited[i].revents;
    curl_multi_perform(http->multi, &running);
    message = curl_multi_info_read(http->multi, &left);
  }
  for (; message != NULL; message = curl_multi_info_read(http->multi, &left)) {
    if (message->msg == CURLMSG_DONE)
      finish(http, message->easy_handle, message->data.result);
  }
  end_overdue(http);
  return atomic_exchange(&http->woken, false);
}

void http_wake(http_t *http) {
  atomic_store(&http->woken, true);
  curl_multi_wakeup(http->multi);
}
