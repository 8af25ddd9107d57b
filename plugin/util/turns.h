/* Who may send next: a bounded number of places for requests to many hosts. The hosts take turns, and a host gets one
 * more place only while it has fewer than are free: one that hangs holds half of all places, a second one a quarter,
 * and the others go on. Knows neither time nor HTTP. A host is made with its first turn, and freed with its last. */
#ifndef UTIL_TURNS_H
#define UTIL_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct turns_host turns_host_t;

/* turn_t is a request's turn, embedded in the request. Zeroed is not in line. */
typedef struct turn {
  struct turn *next, **link; /* in its host's queue; link is NULL while it has a place */
  turns_host_t *host;
  uint64_t number; /* the less, the longer it is in line */
} turn_t;

typedef struct {
  turns_host_t *hosts, **last; /* those with requests; the host whose turn it is comes first */
  size_t places;
  size_t taken;
  size_t requests; /* those that wait and those that have a place */
  uint64_t number; /* of the next turn */
} turns_t;

/* turns_init makes an empty line for that many places. */
void turns_init(turns_t *turns, size_t places);

/* turns_add puts a turn at the end of the queue of its host, `length` bytes of any name. false: no memory. */
bool turns_add(turns_t *turns, turn_t *turn, const char *host, size_t length) __attribute__((warn_unused_result));

/* turns_take gives a place to the next turn; NULL: no turn that waits may have one now. */
turn_t *turns_take(turns_t *turns);

/* turns_oldest is the turn that has waited longest; NULL: no turn waits. */
turn_t *turns_oldest(const turns_t *turns);

/* turns_leave takes a turn out, whether it waits or has a place. */
void turns_leave(turns_t *turns, turn_t *turn);

#endif
