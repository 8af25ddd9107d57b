/* Time, timers and waiting for everything that the AWS client does in its one thread.
 *
 * Nothing here blocks but loop_drive, and that only in http_poll: until a descriptor is ready, the next timer is due,
 * the caller's deadline has come, or another thread has called loop_wake. One thread calls all functions of a loop but
 * loop_wake, and all callbacks come from loop_drive in that thread. Timers and watches belong to those that embed them,
 * who unset them before they free them. */
#ifndef UTIL_LOOP_H
#define UTIL_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http;

/* Where time and chance come from; tests give their own. */
typedef struct {
  int64_t (*monotonic_ms)(void);
  int64_t (*wall_ms)(void); /* milliseconds since the epoch */
  double (*fraction)(void); /* random, in [0, 1) */
} loop_clock_t;

extern const loop_clock_t loop_system_clock;

/* A timer, embedded in what waits for it. Zeroed is unset. Those that are set are a pairing heap: thousands may be, and
 * to set, cancel or run one costs as many steps as their number has digits. */
typedef struct loop_timer {
  struct loop_timer *child, *next; /* the first of those that are due after this; the next of those beside this */
  struct loop_timer **link;        /* what points to this; NULL: it is not set */
  uint64_t turn;                   /* of those that are due at the same time the first to be set is the first */
  int64_t at_ms;
  void (*due)(void *user_data);
  void *user_data;
} loop_timer_t;

/* A descriptor that is waited for, embedded likewise; ready is called while it is readable or at its end. */
typedef struct loop_watch {
  struct loop_watch *next;
  int descriptor;
  bool polled; /* in this turn, and not added since: the descriptor may have been another's */
  void (*ready)(void *user_data);
  void *user_data;
} loop_watch_t;

typedef struct loop {
  const loop_clock_t *clock;
  struct http *http;
  loop_timer_t *timers; /* the earliest */
  uint64_t turns;
  loop_watch_t *watches;
} loop_t;

typedef enum {
  LOOP_IDLE,     /* nothing is under way: no request, no timer, no watch */
  LOOP_DEADLINE, /* the deadline has come */
  LOOP_WOKEN,    /* loop_wake was called */
} loop_result_t;

/* loop_timer_set calls timer->due(timer->user_data) once, when monotonic time has reached at_ms; a timer that was set
 * is moved. */
void loop_timer_set(loop_t *loop, loop_timer_t *timer, int64_t at_ms);

/* loop_timer_cancel unsets a timer; safe when it is not set. */
void loop_timer_cancel(loop_t *loop, loop_timer_t *timer);

/* loop_watch_add watches a descriptor until loop_watch_remove, which is safe when it is not watched. */
void loop_watch_add(loop_t *loop, loop_watch_t *watch);
void loop_watch_remove(loop_t *loop, loop_watch_t *watch);

/* loop_drive runs what is due and waits for what is not, until deadline_ms of monotonic time. */
loop_result_t loop_drive(loop_t *loop, int64_t deadline_ms);

/* loop_wake makes the current or else the next loop_drive return LOOP_WOKEN. It is the only function here for other
 * threads. */
void loop_wake(loop_t *loop);

#endif
