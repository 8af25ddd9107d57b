#include "raw_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX 1024
#define REQUEST_SIZE ((size_t)64 * 1024)
#define WAIT_MS 10000

/* While a client's socket is full: it is emptied by the same thread. */
#define WAIT_FULL_MS 1

typedef struct {
  int fd;
  char *request;
  size_t length;
  const raw_response_t *response; /* being sent; NULL: none */
  size_t sent;
  bool asks; /* a whole request has come that is not answered yet */
} connection_t;

static struct {
  struct {
    int listener; /* 0: none yet */
    char url[64];
  } hosts[RAW_SERVER_HOSTS];
  const raw_response_t *responses;
  size_t responses_count;
  connection_t connections[CONNECTIONS_MAX];
  size_t open, accepted, requests, responded;
  bool held;
} server;

static void check(bool condition, const char *what) {
  if (condition)
    return;
  perror(what);
  abort();
}

void raw_server_start(const raw_response_t *responses, size_t count) {
  memset(&server, 0, sizeof(server));
  server.responses = responses;
  server.responses_count = count;
}

const char *raw_server_url(size_t host) {
  char *url = server.hosts[host].url;
  if (server.hosts[host].listener > 0)
    return url;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof(address);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  check(listener > 0 && bind(listener, (struct sockaddr *)&address, length) == 0 &&
            listen(listener, CONNECTIONS_MAX) == 0 && getsockname(listener, (struct sockaddr *)&address, &length) == 0,
        "listen on 127.0.0.1");
  (void)snprintf(url, sizeof(server.hosts[host].url), "http://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
  server.hosts[host].listener = listener;
  return url;
}

/* A reset leaves no port behind in TIME_WAIT. */
static void drop(connection_t *connection, bool resets) {
  const struct linger at_once = {.l_onoff = 1};
  if (resets)
    (void)setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  (void)close(connection->fd);
  free(connection->request);
  *connection = server.connections[--server.open];
}

void raw_server_reset(void) {
  while (server.open > 0)
    drop(&server.connections[0], true);
}

void raw_server_stop(void) {
  raw_server_reset();
  for (size_t i = 0; i < RAW_SERVER_HOSTS; i++) {
    if (server.hosts[i].listener > 0)
      (void)close(server.hosts[i].listener);
    server.hosts[i].listener = 0;
  }
}

void raw_server_hold(bool held) { server.held = held; }

size_t raw_server_requests(void) { return server.requests; }

size_t raw_server_accepted(void) { return server.accepted; }

size_t raw_server_open(void) { return server.open; }

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
      return;
    check(server.open < CONNECTIONS_MAX, "too many connections");
    connection_t *added = &server.connections[server.open++];
    *added = (connection_t){.fd = fd, .request = malloc(REQUEST_SIZE + 1)};
    check(added->request != NULL, "no memory");
    server.accepted++;
  }
}

/* A request is whole when its body has as many bytes as its head says. */
static bool is_whole(connection_t *connection) {
  connection->request[connection->length] = '\0';
  const char *end = strstr(connection->request, "\r\n\r\n");
  if (end == NULL)
    return false;
  const char *length = strcasestr(connection->request, "\r\nContent-Length:");
  size_t body = length != NULL && length < end ? strtoul(length + strlen("\r\nContent-Length:"), NULL, 10) : 0;
  return connection->length >= (size_t)(end + 4 - connection->request) + body;
}

/* false: the client has closed. */
static bool receive(connection_t *connection) {
  ssize_t length = 1;
  while (length > 0 && connection->length < REQUEST_SIZE) {
    length = recv(connection->fd, connection->request + connection->length, REQUEST_SIZE - connection->length, 0);
    connection->length += length > 0 ? (size_t)length : 0;
  }
  if (!connection->asks && connection->response == NULL && is_whole(connection)) {
    connection->asks = true;
    connection->length = 0;
    server.requests++;
  }
  return length > 0 || (length < 0 && errno == EAGAIN);
}

/* false: the connection is to end. */
static bool respond(connection_t *connection) {
  if (connection->asks && !server.held) {
    size_t index = server.responded < server.responses_count ? server.responded : server.responses_count - 1;
    connection->response = &server.responses[index];
    connection->asks = false;
    connection->sent = 0;
    server.responded++;
  }
  const raw_response_t *response = connection->response;
  if (response == NULL)
    return true;
  size_t length = response->length > 0 ? response->length : strlen(response->bytes);
  ssize_t sent = 0;
  while (sent >= 0 && connection->sent < length) {
    sent = send(connection->fd, response->bytes + connection->sent, length - connection->sent, MSG_NOSIGNAL);
    connection->sent += sent > 0 ? (size_t)sent : 0;
  }
  if (connection->sent < length)
    return errno == EAGAIN;
  connection->response = NULL;
  return !response->closes;
}

bool raw_server_is_sending(void) {
  for (size_t i = 0; i < server.open; i++) {
    if (server.connections[i].response != NULL || (server.connections[i].asks && !server.held))
      return true;
  }
  return false;
}

void raw_server_turn(http_t *http, int64_t wait_ms) {
  struct pollfd polled[RAW_SERVER_HOSTS + CONNECTIONS_MAX];
  size_t count = 0;
  for (size_t i = 0; i < RAW_SERVER_HOSTS; i++) {
    if (server.hosts[i].listener > 0)
      polled[count++] = (struct pollfd){.fd = server.hosts[i].listener, .events = POLLIN};
  }
  for (size_t i = 0; i < server.open; i++)
    polled[count++] = (struct pollfd){.fd = server.connections[i].fd, .events = POLLIN};
  (void)http_poll(http, polled, count, raw_server_is_sending() && wait_ms > WAIT_FULL_MS ? WAIT_FULL_MS : wait_ms);
  for (size_t i = server.open; i > 0; i--) {
    connection_t *connection = &server.connections[i - 1];
    bool goes_on = receive(connection);
    goes_on = respond(connection) && goes_on;
    if (!goes_on)
      drop(connection, false);
  }
  for (size_t i = 0; i < RAW_SERVER_HOSTS; i++) {
    if (server.hosts[i].listener > 0)
      accept_all(server.hosts[i].listener);
  }
}

void raw_server_run(http_t *http) {
  while (http_in_flight(http) > 0)
    raw_server_turn(http, WAIT_MS);
}
