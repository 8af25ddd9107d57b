/* A machine's clock that can be set, preloaded into collectd: CLOCK_REALTIME is ahead by as many nanoseconds as the
 * file CLOCK_FILE has in its first eight bytes, from one call to the next. What waits until a time of that clock waits
 * as long as ever. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)

typedef int clock_gettime_t(clockid_t, struct timespec *);
typedef int pthread_cond_timedwait_t(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

static const _Atomic int64_t *mapped;

static __attribute__((constructor)) void map_file(void) {
  const char *path = getenv("CLOCK_FILE");
  int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0)
    return;
  void *place = mmap(NULL, sizeof(*mapped), PROT_READ, MAP_SHARED, file, 0);
  mapped = place != MAP_FAILED ? place : NULL;
  close(file);
}

static void move(struct timespec *time, int64_t by_ns) {
  int64_t sum_ns = time->tv_nsec + by_ns % SECOND_NS;
  int64_t rest_ns = (sum_ns % SECOND_NS + SECOND_NS) % SECOND_NS;
  time->tv_sec += by_ns / SECOND_NS + (sum_ns - rest_ns) / SECOND_NS;
  time->tv_nsec = rest_ns;
}

static int64_t ahead_ns(void) { return mapped != NULL ? atomic_load(mapped) : 0; }

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *time) {
  clock_gettime_t *real = NULL;
  *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
  int status = real != NULL ? real(clock, time) : -1;
  if (status == 0 && clock == CLOCK_REALTIME)
    move(time, ahead_ns());
  return status;
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
__attribute__((visibility("default"))) int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                                                                  const struct timespec *until) {
  pthread_cond_timedwait_t *real = NULL;
  struct timespec real_until = *until;
  *(void **)&real = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
  if (real == NULL)
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  move(&real_until, -ahead_ns());
  return real != NULL ? real(condition, mutex, &real_until) : -1;
}
