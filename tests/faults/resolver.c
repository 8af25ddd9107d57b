/* A name server of the tests' own, preloaded into collectd: names that end in ".faults.test" are this machine, names
 * that a file in the folder RESOLVER_FOLDER is about fail as that says, all others are looked up as ever. libcurl calls
 * getaddrinfo in a thread of its own, and that is what a dead name server blocks. */
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DOMAIN ".faults.test"
#define ADDRESS "127.0.0.1"

/* glibc gives a dead name server up after some 10 to 30 s: two attempts of 5 s for each name server. */
#define HANGS_MS 20000
#define LOOK_EVERY_MS 20

typedef int getaddrinfo_t(const char *, const char *, const struct addrinfo *, struct addrinfo **);

/* What the file NAME says, its first character; 0: there is none, and the name resolves. */
static char word_about(const char *name) {
  char path[512];
  char word = 0;
  const char *folder = getenv("RESOLVER_FOLDER");
  snprintf(path, sizeof(path), "%s/%s", folder != NULL ? folder : ".", name);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return 0;
  if (read(file, &word, 1) != 1)
    word = 0;
  close(file);
  return word;
}

/* The time of the file NAME.asked is when the name was last looked up. */
static void note(const char *name) {
  char path[512];
  const char *folder = getenv("RESOLVER_FOLDER");
  snprintf(path, sizeof(path), "%s/%s.asked", folder != NULL ? folder : ".", name);
  int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return;
  (void)futimens(file, NULL);
  close(file);
}

static bool is_below(const char *name, const char *domain) {
  size_t length = strlen(name);
  return length > strlen(domain) && strcmp(name + length - strlen(domain), domain) == 0;
}

static int look_up(const char *name) {
  const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
  note(name);
  for (int waited_ms = 0; word_about(name) == 'h'; waited_ms += LOOK_EVERY_MS) {
    if (waited_ms >= HANGS_MS)
      return EAI_AGAIN;
    nanosleep(&pause, NULL);
  }
  return word_about(name) == 'a' ? EAI_NONAME : 0;
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
__attribute__((visibility("default"))) int getaddrinfo(const char *node, const char *service,
                                                       const struct addrinfo *hints, struct addrinfo **found) {
  getaddrinfo_t *real = NULL;
  *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
  bool is_ours = node != NULL && is_below(node, DOMAIN);
  if (is_ours || (node != NULL && word_about(node) != 0)) {
    int error = look_up(node);
    if (error != 0)
      return error;
  }
  node = is_ours ? ADDRESS : node;
  return real != NULL ? real(node, service, hints, found) : EAI_SYSTEM;
}
