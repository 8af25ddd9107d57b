#include "aws/loop.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include <openssl/rand.h>

#include "aws/http.h"

/* Without memory to watch descriptors it is tried again so soon. */
#define UNWATCHED_MS 100

static int64_t clock_ms(clockid_t id) {
  struct timespec now;
  if (clock_gettime(id, &now) != 0)
    return 0;
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The time that the machine was suspended counts: AWS's clock went on. */
static int64_t system_monotonic_ms(void) { return clock_ms(CLOCK_BOOTTIME); }

static int64_t system_wall_ms(void) { return clock_ms(CLOCK_REALTIME); }

static double system_fraction(void) {
  uint32_t bits = 0;
  if (RAND_bytes((unsigned char *)&bits, (int)sizeof(bits)) != 1)
    return 0.5;
  return (double)bits / 4294967296.0;
}

const loop_clock_t loop_system_clock = {system_monotonic_ms, system_wall_ms, system_fraction};

void loop_timer_cancel(loop_t *loop, loop_timer_t *timer) {
  for (loop_timer_t **link = &loop->timers; *link != NULL; link = &(*link)->next) {
    if (*link == timer) {
      *link = timer->next;
      timer->next = NULL;
      return;
    }
  }
}

void loop_timer_set(loop_t *loop, loop_timer_t *timer, int64_t at_ms) {
  loop_timer_cancel(loop, timer);
  timer->at_ms = at_ms;
  loop_timer_t **link = &loop->timers;
  while (*link != NULL && (*link)->at_ms <= at_ms)
    link = &(*link)->next;
  timer->next = *link;
  *link = timer;
}

void loop_watch_remove(loop_t *loop, loop_watch_t *watch) {
  for (loop_watch_t **link = &loop->watches; *link != NULL; link = &(*link)->next) {
    if (*link == watch) {
      *link = watch->next;
      watch->next = NULL;
      return;
    }
  }
}

void loop_watch_add(loop_t *loop, loop_watch_t *watch) {
  loop_watch_remove(loop, watch);
  loop_watch_t **link = &loop->watches;
  while (*link != NULL)
    link = &(*link)->next;
  *link = watch;
  watch->polled = false;
}

static void run_timers(loop_t *loop) {
  int64_t now = loop->clock->monotonic_ms();
  while (loop->timers != NULL && loop->timers->at_ms <= now) {
    loop_timer_t *timer = loop->timers;
    loop->timers = timer->next;
    timer->next = NULL;
    timer->due(timer->owner);
  }
}

/* NULL: there is none to wait for, or no memory. */
static struct pollfd *collect_watches(const loop_t *loop, size_t *count) {
  *count = 0;
  for (const loop_watch_t *watch = loop->watches; watch != NULL; watch = watch->next)
    (*count)++;
  struct pollfd *polled = *count > 0 ? calloc(*count, sizeof(*polled)) : NULL;
  if (polled == NULL)
    return NULL;
  size_t i = 0;
  for (loop_watch_t *watch = loop->watches; watch != NULL; watch = watch->next) {
    polled[i++] = (struct pollfd){.fd = watch->descriptor, .events = POLLIN};
    watch->polled = true;
  }
  return polled;
}

/* A callback may remove any watch and close its descriptor, so each one is looked up anew; and it may open that number
 * again for another watch, to read from which would block. */
static void run_watches(loop_t *loop, const struct pollfd *polled, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (polled[i].revents == 0)
      continue;
    for (loop_watch_t *watch = loop->watches; watch != NULL; watch = watch->next) {
      if (watch->polled && watch->descriptor == polled[i].fd) {
        watch->ready(watch->owner);
        break;
      }
    }
  }
}

static bool is_idle(const loop_t *loop) {
  return loop->timers == NULL && loop->watches == NULL && http_in_flight(loop->http) == 0;
}

/* Waits until something happens or it is until_ms. true: loop_wake was called. */
static bool wait_until(loop_t *loop, int64_t until_ms) {
  size_t count = 0;
  struct pollfd *polled = collect_watches(loop, &count);
  int64_t left_ms = until_ms - loop->clock->monotonic_ms();
  if (polled == NULL && count > 0) {
    left_ms = left_ms < UNWATCHED_MS ? left_ms : UNWATCHED_MS;
    count = 0;
  }
  bool woken = http_poll(loop->http, polled, count, left_ms > 0 ? left_ms : 0);
  run_watches(loop, polled, count);
  free(polled);
  return woken;
}

loop_end_t loop_drive(loop_t *loop, int64_t deadline_ms) {
  for (;;) {
    run_timers(loop);
    if (is_idle(loop))
      return LOOP_IDLE;
    if (loop->clock->monotonic_ms() >= deadline_ms)
      return LOOP_DEADLINE;
    bool timer_first = loop->timers != NULL && loop->timers->at_ms < deadline_ms;
    if (wait_until(loop, timer_first ? loop->timers->at_ms : deadline_ms))
      return LOOP_WOKEN;
  }
}

void loop_wake(loop_t *loop) { http_wake(loop->http); }
