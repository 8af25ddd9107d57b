/* Preloaded into collectd: how many bytes of its heap are in use. Resident memory tells of pages; a leak of a hundred
 * bytes a scan takes forty scans to be seen there, and another thread's arena looks like one. A byte written to the
 * FIFO HEAP_FOLDER/ask is answered with a line in HEAP_FOLDER/answer. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Both ends of a FIFO are held: nobody is ever told that the other side has gone. */
static int open_fifo(const char *folder, const char *name) {
  char path[512];
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  return open(path, O_RDWR | O_CLOEXEC);
}

static void *respond_all(void *argument) {
  const char *folder = argument;
  int asked = open_fifo(folder, "ask");
  int responded = open_fifo(folder, "answer");
  char byte;
  while (asked >= 0 && responded >= 0 && read(asked, &byte, 1) == 1) {
    struct mallinfo2 heap = mallinfo2();
    if (dprintf(responded, "%zu\n", heap.uordblks + heap.hblkhd) < 0)
      break;
  }
  return NULL;
}

/* Not in the programs that collectd starts, which inherit the preload. Signals are for collectd's own threads. */
__attribute__((constructor)) static void begin(void) {
  char *folder = getenv("HEAP_FOLDER");
  pthread_t thread;
  sigset_t all;
  sigset_t before;
  if (folder == NULL || strcmp(program_invocation_short_name, "collectd") != 0)
    return;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  if (pthread_create(&thread, NULL, respond_all, folder) == 0)
    pthread_detach(thread);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}
