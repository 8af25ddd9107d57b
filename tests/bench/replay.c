/* links: util -lcurl */
/* The least that a client in C can cost: a bare loop of libcurl that sends the requests of a file and has json-c parse
 * the answers. Nothing is signed, limited, retried or understood.
 *
 * usage: replay URL FILE CONCURRENCY ROUNDS REST
 *
 * FILE has a request to a line: path, body and headers ("Name: value"), apart by tabs. Each round sends all of them, in
 * their order, so many at a time, on connections that are kept from round to round, and prints a line: requests, bytes
 * of the answers' bodies, CPU seconds of the thread, wall seconds, connections opened, answers other than 200 or not
 * JSON. It does so as a plugin would have to: in a thread that is not its process's only one, and with a rest of so
 * many seconds before each round. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>
#include <json-c/json.h>

#define CONCURRENCY_MAX 64
#define POLL_MS 1000

typedef struct {
  char *url, *body;
  struct curl_slist *headers;
} request_t;

typedef struct {
  CURL *handle;
  char *text;
  size_t length, capacity;
} transfer_t;

static struct {
  CURLM *multi;
  request_t *requests;
  size_t requests_count;
  transfer_t transfers[CONCURRENCY_MAX];
  size_t concurrency;
  /* of the round */
  size_t next, done, bytes, failed;
  long connections;
} replay;

static double seconds(clockid_t clock) {
  struct timespec now = {0};
  (void)clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fail(const char *what) {
  (void)fprintf(stderr, "replay: %s\n", what);
  exit(1);
}

static void *owned(void *memory) {
  if (memory == NULL)
    fail("no memory");
  return memory;
}

static void read_request(const char *base, char *line) {
  replay.requests = owned(realloc(replay.requests, (replay.requests_count + 1) * sizeof(*replay.requests)));
  request_t *request = &replay.requests[replay.requests_count++];
  *request = (request_t){.headers = NULL};
  char *rest = line;
  const char *path = strsep(&rest, "\t");
  const char *body = rest != NULL ? strsep(&rest, "\t") : "";
  size_t size = strlen(base) + strlen(path) + 1;
  request->url = owned(malloc(size));
  (void)snprintf(request->url, size, "%s%s", base, path);
  request->body = owned(strdup(body));
  while (rest != NULL)
    request->headers = owned(curl_slist_append(request->headers, strsep(&rest, "\t")));
}

static void read_requests(const char *base, const char *name) {
  FILE *file = fopen(name, "re");
  char *line = NULL;
  size_t capacity = 0;
  if (file == NULL)
    fail("cannot open the file of requests");
  for (ssize_t length = getline(&line, &capacity, file); length > 0; length = getline(&line, &capacity, file)) {
    if (line[length - 1] == '\n')
      line[length - 1] = '\0';
    read_request(base, line);
  }
  free(line);
  (void)fclose(file);
  if (replay.requests_count == 0)
    fail("there are no requests");
}

static size_t on_body(const char *bytes, size_t size, size_t count, void *user_data) {
  transfer_t *transfer = user_data;
  size_t added = size * count;
  if (transfer->length + added + 1 > transfer->capacity) {
    transfer->capacity = 2 * (transfer->length + added + 1);
    transfer->text = owned(realloc(transfer->text, transfer->capacity));
  }
  memcpy(transfer->text + transfer->length, bytes, added);
  transfer->length += added;
  transfer->text[transfer->length] = '\0';
  return added;
}

static void send_next(transfer_t *transfer) {
  if (replay.next == replay.requests_count)
    return;
  const request_t *request = &replay.requests[replay.next++];
  transfer->length = 0;
  curl_easy_setopt(transfer->handle, CURLOPT_URL, request->url);
  curl_easy_setopt(transfer->handle, CURLOPT_POSTFIELDS, request->body);
  curl_easy_setopt(transfer->handle, CURLOPT_HTTPHEADER, request->headers);
  if (curl_multi_add_handle(replay.multi, transfer->handle) != CURLM_OK)
    fail("curl refuses a request");
}

static void take_answer(CURL *handle, CURLcode code) {
  transfer_t *transfer = NULL;
  long status = 0;
  long connections = 0;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, (char **)&transfer);
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &connections);
  json_object *response = code == CURLE_OK && transfer->length > 0 ? json_tokener_parse(transfer->text) : NULL;
  replay.failed += response == NULL || status != 200 ? 1 : 0;
  json_object_put(response);
  replay.bytes += transfer->length;
  replay.connections += connections;
  replay.done++;
  curl_multi_remove_handle(replay.multi, handle);
  send_next(transfer);
}

static void play(void) {
  replay.next = replay.done = replay.bytes = replay.failed = 0;
  replay.connections = 0;
  for (size_t i = 0; i < replay.concurrency; i++)
    send_next(&replay.transfers[i]);
  while (replay.done < replay.requests_count) {
    int running = 0;
    int left = 0;
    curl_multi_perform(replay.multi, &running);
    const CURLMsg *message = curl_multi_info_read(replay.multi, &left);
    if (message == NULL)
      curl_multi_poll(replay.multi, NULL, 0, POLL_MS, NULL);
    for (; message != NULL; message = curl_multi_info_read(replay.multi, &left))
      take_answer(message->easy_handle, message->data.result);
  }
}

static void set_up(size_t concurrency) {
  replay.concurrency = concurrency < CONCURRENCY_MAX ? concurrency : CONCURRENCY_MAX;
  replay.multi = owned(curl_multi_init());
  for (size_t i = 0; i < replay.concurrency; i++) {
    transfer_t *transfer = &replay.transfers[i];
    transfer->handle = owned(curl_easy_init());
    curl_easy_setopt(transfer->handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(transfer->handle, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(transfer->handle, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(transfer->handle, CURLOPT_PRIVATE, transfer);
  }
}

static void tear_down(void) {
  for (size_t i = 0; i < replay.concurrency; i++) {
    curl_easy_cleanup(replay.transfers[i].handle);
    free(replay.transfers[i].text);
  }
  for (size_t i = 0; i < replay.requests_count; i++) {
    free(replay.requests[i].url);
    free(replay.requests[i].body);
    curl_slist_free_all(replay.requests[i].headers);
  }
  free(replay.requests);
  curl_multi_cleanup(replay.multi);
  curl_global_cleanup();
}

static void *run(void *arguments) {
  char **words = arguments;
  unsigned rest = (unsigned)strtoul(words[5], NULL, 10);
  set_up(strtoul(words[3], NULL, 10));
  for (unsigned long round = strtoul(words[4], NULL, 10); round > 0; round--) {
    (void)sleep(rest);
    double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    double wall = seconds(CLOCK_MONOTONIC);
    play();
    printf("%zu %zu %.9f %.9f %ld %zu\n", replay.done, replay.bytes, seconds(CLOCK_THREAD_CPUTIME_ID) - cpu,
           seconds(CLOCK_MONOTONIC) - wall, replay.connections, replay.failed);
  }
  return NULL;
}

int main(int count, char **arguments) {
  pthread_t thread;
  if (count != 6)
    fail("usage: replay URL FILE CONCURRENCY ROUNDS REST");
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    fail("libcurl does not work");
  read_requests(arguments[1], arguments[2]);
  if (pthread_create(&thread, NULL, run, arguments) != 0)
    fail("there is no thread");
  (void)pthread_join(thread, NULL);
  tear_down();
  return 0;
}
