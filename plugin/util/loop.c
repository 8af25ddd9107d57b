#include "util/loop.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include <openssl/rand.h>

#include "util/http.h"

/* The loop tries again after UNWATCHED_MS where it has no memory to watch descriptors. */
#define UNWATCHED_MS 100

static int64_t clock_ms(clockid_t id) {
  struct timespec now;
  if (clock_gettime(id, &now) != 0)
    return 0;
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* system_monotonic_ms counts the time that the machine was suspended: AWS's clock went on. */
static int64_t system_monotonic_ms(void) { return clock_ms(CLOCK_BOOTTIME); }

static int64_t system_wall_ms(void) { return clock_ms(CLOCK_REALTIME); }

static double system_fraction(void) {
  uint32_t bits = 0;
  if (RAND_bytes((unsigned char *)&bits, (int)sizeof(bits)) != 1)
    return 0.5;
  return (double)bits / 4294967296.0;
}

const loop_clock_t loop_system_clock = {system_monotonic_ms, system_wall_ms, system_fraction};

static bool is_earlier(const loop_timer_t *first, const loop_timer_t *second) {
  return first->at_ms < second->at_ms || (first->at_ms == second->at_ms && first->turn < second->turn);
}

/* meld puts the later of two heaps below the earlier. Either may be NULL, neither is beside another. */
static loop_timer_t *meld(loop_timer_t *one, loop_timer_t *other) {
  if (one == NULL || other == NULL)
    return one != NULL ? one : other;
  loop_timer_t *first = is_earlier(other, one) ? other : one;
  loop_timer_t *second = first == one ? other : one;
  second->next = first->child;
  if (second->next != NULL)
    second->next->link = &second->next;
  second->link = &first->child;
  first->child = second;
  return first;
}

/* meld_all makes one heap of those beside each other: in pairs, then all of the pairs. */
static loop_timer_t *meld_all(loop_timer_t *beside) {
  loop_timer_t *pairs = NULL;
  while (beside != NULL) {
    loop_timer_t *one = beside;
    loop_timer_t *other = one->next;
    beside = other != NULL ? other->next : NULL;
    one->next = NULL;
    if (other != NULL)
      other->next = NULL;
    loop_timer_t *pair = meld(one, other);
    pair->next = pairs;
    pairs = pair;
  }
  loop_timer_t *all = NULL;
  while (pairs != NULL) {
    loop_timer_t *pair = pairs;
    pairs = pair->next;
    pair->next = NULL;
    all = meld(all, pair);
  }
  return all;
}

static void set_timers(loop_t *loop, loop_timer_t *timers) {
  loop->timers = timers;
  if (timers != NULL)
    timers->link = &loop->timers;
}

void loop_timer_cancel(loop_t *loop, loop_timer_t *timer) {
  if (timer->link == NULL)
    return;
  *timer->link = timer->next;
  if (timer->next != NULL)
    timer->next->link = timer->link;
  loop_timer_t *later = meld_all(timer->child);
  timer->child = timer->next = NULL;
  timer->link = NULL;
  set_timers(loop, meld(loop->timers, later));
}

void loop_timer_set(loop_t *loop, loop_timer_t *timer, int64_t at_ms) {
  loop_timer_cancel(loop, timer);
  timer->at_ms = at_ms;
  timer->turn = loop->turns++;
  set_timers(loop, meld(loop->timers, timer));
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
    loop_timer_cancel(loop, timer);
    timer->due(timer->user_data);
  }
}

/* collect_watches is the array of the watches' descriptors, for the caller to free. NULL: the loop has no watch, or no
 * memory is left. */
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

/* run_watches looks each watch up anew: a callback may remove any and close its descriptor, and may open that number
 * again for another watch, to read from which would block. */
static void run_watches(loop_t *loop, const struct pollfd *polled, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (polled[i].revents == 0)
      continue;
    for (loop_watch_t *watch = loop->watches; watch != NULL; watch = watch->next) {
      if (watch->polled && watch->descriptor == polled[i].fd) {
        watch->ready(watch->user_data);
        break;
      }
    }
  }
}

static bool is_idle(const loop_t *loop) {
  return loop->timers == NULL && loop->watches == NULL && http_in_flight(loop->http) == 0;
}

/* wait_until waits until something happens or it is until_ms. true: loop_wake was called. */
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

loop_result_t loop_drive(loop_t *loop, int64_t deadline_ms) {
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
