#include "util/turns.h"

#include <stdlib.h>
#include <string.h>

struct turns_host {
  turns_host_t *next;
  turn_t *first, **last; /* those that wait */
  size_t taken;
  size_t requests; /* those that wait and those that have a place */
  size_t length;
  char name[];
};

void turns_init(turns_t *turns, size_t places) {
  *turns = (turns_t){.places = places};
  turns->last = &turns->hosts;
}

static void append_host(turns_t *turns, turns_host_t *host) {
  host->next = NULL;
  *turns->last = host;
  turns->last = &host->next;
}

static void remove_host(turns_t *turns, turns_host_t *host) {
  turns_host_t **link = &turns->hosts;
  while (*link != host)
    link = &(*link)->next;
  *link = host->next;
  if (host->next == NULL)
    turns->last = link;
}

static turns_host_t *find_host(turns_t *turns, const char *name, size_t length) {
  for (turns_host_t *host = turns->hosts; host != NULL; host = host->next) {
    if (host->length == length && memcmp(host->name, name, length) == 0)
      return host;
  }
  turns_host_t *host = calloc(1, sizeof(*host) + length);
  if (host == NULL)
    return NULL;
  memcpy(host->name, name, length);
  host->length = length;
  host->last = &host->first;
  append_host(turns, host);
  return host;
}

bool turns_add(turns_t *turns, turn_t *turn, const char *name, size_t length) {
  turns_host_t *host = find_host(turns, name, length);
  if (host == NULL)
    return false;
  *turn = (turn_t){.link = host->last, .host = host, .number = turns->number++};
  *host->last = turn;
  host->last = &turn->next;
  host->requests++;
  turns->requests++;
  return true;
}

static void leave_queue(turn_t *turn) {
  *turn->link = turn->next;
  if (turn->next != NULL)
    turn->next->link = turn->link;
  else
    turn->host->last = turn->link;
  turn->link = NULL;
  turn->next = NULL;
}

turn_t *turns_take(turns_t *turns) {
  turns_host_t *host = turns->hosts;
  while (host != NULL && (host->first == NULL || host->taken >= turns->places - turns->taken))
    host = host->next;
  if (host == NULL)
    return NULL;
  turn_t *turn = host->first;
  leave_queue(turn);
  host->taken++;
  turns->taken++;
  remove_host(turns, host);
  append_host(turns, host);
  return turn;
}

turn_t *turns_oldest(const turns_t *turns) {
  turn_t *oldest = NULL;
  for (const turns_host_t *host = turns->hosts; host != NULL; host = host->next) {
    if (host->first != NULL && (oldest == NULL || host->first->number < oldest->number))
      oldest = host->first;
  }
  return oldest;
}

void turns_leave(turns_t *turns, turn_t *turn) {
  turns_host_t *host = turn->host;
  if (turn->link != NULL) {
    leave_queue(turn);
  } else {
    host->taken--;
    turns->taken--;
  }
  turns->requests--;
  if (--host->requests == 0) {
    remove_host(turns, host);
    free(host);
  }
}
