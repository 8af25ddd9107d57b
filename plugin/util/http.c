#include "util/http.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "util/buffer.h"
#include "util/http_message.h"
#include "util/times.h"
#include "util/turns.h"
#include "util/wiped_memory.h"

/* A connection that lived for ever would never notice that its name has moved to another address. */
#define CONNECTION_LIFETIME_S 600L

/* UNDER_WAY_MAX requests are under way at a time, the others wait for their turn. Each has two descriptors while the
 * name of its host is being resolved. */
#define UNDER_WAY_MAX 96

/* CONNECTIONS_MAX counts connections that are kept for the next request, too. It is more than UNDER_WAY_MAX, so that
 * libcurl closes an idle one and never makes a transfer wait, which would not be timed. */
#define CONNECTIONS_MAX 128L

/* AWS takes a signature for five minutes. A request that has not had its turn by then would be refused. */
#define WAITING_LONGEST_MS (240 * INT64_C(1000))

/* end_overdue ends what outlives its time by OVERTIME_MS: libcurl does not always interrupt name resolution in time. */
#define OVERTIME_MS 500

/* make_room believes a response's announced length up to ROOM_BYTES: an announcement that is a lie costs no more. */
#define ROOM_BYTES ((curl_off_t)1024 * 1024)

/* HEAD_LIMIT_BYTES is for interim responses, headers and trailers, which libcurl 7.88 keeps; AWS's have some hundred
 * bytes. */
#define HEAD_LIMIT_BYTES ((size_t)64 * 1024)

#define POLL_LONGEST_MS 60000

/* POLL_FAILED_MS keeps the thread from spinning should waiting itself fail (no memory, no descriptors). */
#define POLL_FAILED_MS 100

struct http_transfer {
  turn_t turn;
  http_transfer_t *next, **link; /* in the list of those that are under way; link is NULL while it waits */
  http_request_t *request;
  CURL *handle;
  struct curl_slist *headers;
  http_done_t *done;
  void *user_data;
  int64_t deadline_ms;
  int64_t date_ms; /* when the header Date came, by the clock of the deadlines */
  size_t head_length;
  buffer_t body;
  http_response_t response;
  char detail[CURL_ERROR_SIZE];
};

struct http {
  CURLM *multi;
  CURLSH *sessions; /* of TLS, which each handle would forget at its end */
  turns_t turns;
  const char *user_agent;
  http_transfer_t *under_way;
  atomic_bool woken;
};

static int64_t monotonic_ms(void) {
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* http_init has libcurl wipe memory, unless another plugin has initialised the same libcurl before. */
bool http_init(void) {
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiped_memory_free, wiped_memory_realloc, strdup, calloc) ==
         CURLE_OK;
}

http_t *http_new(const char *user_agent) {
  http_t *http = calloc(1, sizeof(*http));
  if (http == NULL)
    return NULL;
  http->user_agent = user_agent;
  turns_init(&http->turns, UNDER_WAY_MAX);
  http->multi = curl_multi_init();
  http->sessions = curl_share_init();
  if (http->multi == NULL || http->sessions == NULL ||
      curl_share_setopt(http->sessions, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) != CURLSHE_OK ||
      curl_multi_setopt(http->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX) != CURLM_OK ||
      curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS_MAX) != CURLM_OK ||
      curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, CONNECTIONS_MAX) != CURLM_OK) {
    http_free(http);
    return NULL;
  }
  atomic_init(&http->woken, false);
  return http;
}

static void link_transfer(http_t *http, http_transfer_t *transfer) {
  transfer->next = http->under_way;
  transfer->link = &http->under_way;
  if (transfer->next != NULL)
    transfer->next->link = &transfer->next;
  http->under_way = transfer;
}

/* leave takes a transfer out of those in flight; its place is free. */
static void leave(http_t *http, http_transfer_t *transfer) {
  turns_leave(&http->turns, &transfer->turn);
  if (transfer->link == NULL)
    return;
  curl_multi_remove_handle(http->multi, transfer->handle);
  *transfer->link = transfer->next;
  if (transfer->next != NULL)
    transfer->next->link = transfer->link;
}

static void transfer_free(http_transfer_t *transfer) {
  curl_easy_cleanup(transfer->handle);
  for (struct curl_slist *header = transfer->headers; header != NULL; header = header->next)
    explicit_bzero(header->data, strlen(header->data));
  curl_slist_free_all(transfer->headers);
  buffer_clear(&transfer->body);
  http_request_free(transfer->request);
  free(transfer);
}

void http_cancel(http_t *http, http_transfer_t *transfer) {
  leave(http, transfer);
  transfer_free(transfer);
}

/* oldest_waiting takes a turn, its transfer's first member, for the transfer; NULL: no transfer waits. */
static http_transfer_t *oldest_waiting(const http_t *http) { return (http_transfer_t *)turns_oldest(&http->turns); }

void http_free(http_t *http) {
  if (http == NULL)
    return;
  while (http->under_way != NULL)
    http_cancel(http, http->under_way);
  while (oldest_waiting(http) != NULL)
    http_cancel(http, oldest_waiting(http));
  curl_multi_cleanup(http->multi);
  curl_share_cleanup(http->sessions);
  free(http);
}

/* make_room spares the body being copied, and its copy wiped, each time it has grown. */
static void make_room(http_transfer_t *transfer) {
  curl_off_t length = 0;
  if (curl_easy_getinfo(transfer->handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) != CURLE_OK || length <= 0)
    return;
  size_t room = length < ROOM_BYTES ? (size_t)length : (size_t)ROOM_BYTES;
  (void)buffer_reserve(&transfer->body, room < transfer->body.limit ? room : transfer->body.limit);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user_data) {
  http_transfer_t *transfer = user_data;
  if (transfer->body.data == NULL)
    make_room(transfer);
  return buffer_add(&transfer->body, bytes, size * count) ? size * count : 0;
}

static size_t on_header(char *line, size_t size, size_t count, void *user_data) {
  http_transfer_t *transfer = user_data;
  bool had_date = transfer->response.date[0] != '\0';
  http_take_header(&transfer->response, line, size * count);
  if (!had_date)
    transfer->date_ms = monotonic_ms();
  transfer->head_length += size * count;
  return transfer->head_length <= HEAD_LIMIT_BYTES ? size * count : 0;
}

static bool add_headers(http_transfer_t *transfer) {
  const http_request_t *request = transfer->request;
  for (size_t i = 0; i < request->headers_count; i++) {
    struct curl_slist *longer = curl_slist_append(transfer->headers, request->headers[i]);
    if (longer == NULL)
      return false;
    transfer->headers = longer;
  }
  return true;
}

#define SET(option, value) (curl_easy_setopt(transfer->handle, (option), (value)) == CURLE_OK)

static bool set_safety(const http_transfer_t *transfer) {
  const http_request_t *request = transfer->request;
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

static bool set_request(const http_t *http, http_transfer_t *transfer) {
  const http_request_t *request = transfer->request;
  return SET(CURLOPT_URL, request->url) && SET(CURLOPT_HTTPHEADER, transfer->headers) &&
         (request->body == NULL || (SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length) &&
                                    SET(CURLOPT_POSTFIELDS, request->body))) &&
         SET(CURLOPT_CUSTOMREQUEST, request->method) && SET(CURLOPT_USERAGENT, http->user_agent) &&
         SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS) && SET(CURLOPT_WRITEFUNCTION, on_body) &&
         SET(CURLOPT_WRITEDATA, transfer) && SET(CURLOPT_HEADERFUNCTION, on_header) &&
         SET(CURLOPT_HEADERDATA, transfer) && SET(CURLOPT_ERRORBUFFER, transfer->detail) &&
         SET(CURLOPT_PRIVATE, transfer);
}

#undef SET

http_transfer_t *http_send(http_t *http, const http_request_t *request, http_done_t *done, void *user_data) {
  http_transfer_t *transfer = calloc(1, sizeof(*transfer));
  if (transfer == NULL)
    return NULL;
  transfer->done = done;
  transfer->user_data = user_data;
  transfer->body = BUFFER_INIT(request->limit_bytes);
  transfer->deadline_ms = monotonic_ms() + WAITING_LONGEST_MS;
  transfer->request = http_request_copy(request);
  if (transfer->request == NULL ||
      !turns_add(&http->turns, &transfer->turn, request->url, http_host_length(request->url))) {
    transfer_free(transfer);
    return NULL;
  }
  return transfer;
}

size_t http_in_flight(const http_t *http) { return http->turns.requests; }

/* was_sent tells malformed responses from requests that libcurl cannot send: some codes stand for both. */
static bool was_sent(const http_transfer_t *transfer) {
  long size = 0;
  return curl_easy_getinfo(transfer->handle, CURLINFO_REQUEST_SIZE, &size) == CURLE_OK && size > 0;
}

static http_result_t end_of(CURLcode code, const http_transfer_t *transfer) {
  static const struct {
    CURLcode code;
    http_result_t result;
  } ends[] = {{CURLE_OK, HTTP_RESPONDED},
              {CURLE_OPERATION_TIMEDOUT, HTTP_TIMEOUT},
              {CURLE_COULDNT_CONNECT, HTTP_CONNECT},
              {CURLE_COULDNT_RESOLVE_HOST, HTTP_RESOLVE},
              {CURLE_COULDNT_RESOLVE_PROXY, HTTP_RESOLVE},
              {CURLE_SSL_CONNECT_ERROR, HTTP_TLS},
              {CURLE_PEER_FAILED_VERIFICATION, HTTP_TLS},
              {CURLE_SSL_CACERT_BADFILE, HTTP_TLS},
              {CURLE_SSL_CERTPROBLEM, HTTP_TLS},
              {CURLE_SSL_CIPHER, HTTP_TLS},
              {CURLE_SSL_ISSUER_ERROR, HTTP_TLS},
              {CURLE_SSL_INVALIDCERTSTATUS, HTTP_TLS},
              {CURLE_SSL_ENGINE_INITFAILED, HTTP_TLS},
              {CURLE_USE_SSL_FAILED, HTTP_TLS},
              {CURLE_URL_MALFORMAT, HTTP_UNUSABLE},
              {CURLE_UNSUPPORTED_PROTOCOL, HTTP_UNUSABLE},
              {CURLE_OUT_OF_MEMORY, HTTP_UNUSABLE},
              {CURLE_FAILED_INIT, HTTP_UNUSABLE}};
  for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
    if (ends[i].code == code)
      return ends[i].result == HTTP_UNUSABLE && was_sent(transfer) ? HTTP_BROKEN : ends[i].result;
  }
  bool too_large = transfer->body.failed || transfer->head_length > HEAD_LIMIT_BYTES;
  return code == CURLE_WRITE_ERROR && too_large ? HTTP_TOO_LARGE : HTTP_BROKEN;
}

static void fill_response(http_transfer_t *transfer, CURLcode code) {
  http_response_t *response = &transfer->response;
  response->result = end_of(code, transfer);
  long status = 0;
  if (curl_easy_getinfo(transfer->handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
    response->status = (int)status;
  response->age_ms = response->date[0] != '\0' ? monotonic_ms() - transfer->date_ms : 0;
  response->body = transfer->body.data;
  response->body_length = transfer->body.length;
  if (response->result == HTTP_RESPONDED)
    return;
  const char *words = transfer->detail[0] != '\0' ? transfer->detail : curl_easy_strerror(code);
  http_set_detail(response, transfer->request->url, words);
}

/* finish lets a done transfer leave before its callback, which may well send the next request. */
static void finish(http_t *http, http_transfer_t *transfer, CURLcode code) {
  fill_response(transfer, code);
  static char empty[1] = "";
  if (transfer->response.body == NULL)
    transfer->response.body = empty;
  leave(http, transfer);
  transfer->done(transfer->user_data, &transfer->response);
  transfer_free(transfer);
}

/* start hands the request to libcurl; its time begins now. Each has a handle of its own: libcurl 7.83 to 8.0 takes a
 * first header line that begins with a blank for the continuation of the handle's last header, which it has freed. */
static bool start(http_t *http, http_transfer_t *transfer) {
  transfer->deadline_ms = monotonic_ms() + transfer->request->timeout_ms + OVERTIME_MS;
  transfer->handle = curl_easy_init();
  return transfer->handle != NULL && curl_easy_setopt(transfer->handle, CURLOPT_SHARE, http->sessions) == CURLE_OK &&
         add_headers(transfer) && set_safety(transfer) && set_request(http, transfer) &&
         curl_multi_add_handle(http->multi, transfer->handle) == CURLM_OK;
}

static void start_waiting(http_t *http) {
  for (turn_t *turn = turns_take(&http->turns); turn != NULL; turn = turns_take(&http->turns)) {
    http_transfer_t *transfer = (http_transfer_t *)turn;
    link_transfer(http, transfer);
    if (!start(http, transfer))
      finish(http, transfer, CURLE_OUT_OF_MEMORY);
  }
}

/* most_urgent is the transfer whose time is over first; NULL: no transfer is in flight. */
static http_transfer_t *most_urgent(const http_t *http) {
  http_transfer_t *urgent = oldest_waiting(http);
  for (http_transfer_t *transfer = http->under_way; transfer != NULL; transfer = transfer->next) {
    if (urgent == NULL || transfer->deadline_ms < urgent->deadline_ms)
      urgent = transfer;
  }
  return urgent;
}

static void end_overdue(http_t *http) {
  http_transfer_t *urgent = most_urgent(http);
  while (urgent != NULL && urgent->deadline_ms <= monotonic_ms()) {
    if (urgent->link == NULL)
      (void)snprintf(urgent->detail, sizeof(urgent->detail), "too many requests hang: no connection was free for %d s",
                     (int)(WAITING_LONGEST_MS / 1000));
    finish(http, urgent, CURLE_OPERATION_TIMEDOUT);
    urgent = most_urgent(http);
  }
}

static void end_done(http_t *http, const CURLMsg *message) {
  int left = 0;
  for (; message != NULL; message = curl_multi_info_read(http->multi, &left)) {
    http_transfer_t *transfer = NULL;
    if (message->msg == CURLMSG_DONE &&
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer) == CURLE_OK && transfer != NULL)
      finish(http, transfer, message->data.result);
  }
}

static int poll_timeout(const http_t *http, int64_t timeout_ms) {
  const http_transfer_t *urgent = most_urgent(http);
  int64_t left_ms = urgent != NULL ? urgent->deadline_ms - monotonic_ms() : POLL_LONGEST_MS;
  return (int)max_ms(min_ms(min_ms(timeout_ms, left_ms), POLL_LONGEST_MS), 0);
}

/* wait_for waits until something happens, at most timeout_ms. false: waiting itself failed. */
static bool wait_for(http_t *http, struct pollfd *extra, size_t extra_count, int timeout_ms) {
  struct curl_waitfd *waited = calloc(extra_count + 1, sizeof(*waited));
  if (waited == NULL)
    return false;
  for (size_t i = 0; i < extra_count; i++)
    waited[i] = (struct curl_waitfd){.fd = extra[i].fd, .events = CURL_WAIT_POLLIN};
  bool done = curl_multi_poll(http->multi, waited, (unsigned)extra_count, timeout_ms, NULL) == CURLM_OK;
  for (size_t i = 0; i < extra_count; i++)
    extra[i].revents = waited[i].revents;
  free(waited);
  return done;
}

bool http_poll(http_t *http, struct pollfd *extra, size_t extra_count, int64_t timeout_ms) {
  int running = 0;
  int left = 0;
  start_waiting(http);
  curl_multi_perform(http->multi, &running);
  const CURLMsg *message = curl_multi_info_read(http->multi, &left);
  if (message == NULL) {
    int timeout = poll_timeout(http, timeout_ms);
    if (!wait_for(http, extra, extra_count, timeout))
      poll(NULL, 0, timeout < POLL_FAILED_MS ? timeout : POLL_FAILED_MS);
    curl_multi_perform(http->multi, &running);
    message = curl_multi_info_read(http->multi, &left);
  }
  end_done(http, message);
  end_overdue(http);
  return atomic_exchange(&http->woken, false);
}

void http_wake(http_t *http) {
  atomic_store(&http->woken, true);
  curl_multi_wakeup(http->multi);
}
