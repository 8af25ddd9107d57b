#include "state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITE_BYTES ((size_t)64 * 1024)

/* The kernel follows as many links. */
#define LINKS_MAX 40

void state_complain(state_complaint_t *complaint, const char *path, const char *what) {
  (void)snprintf(complaint->text, sizeof(complaint->text), "StateFile \"%s\" %s", path, what);
}

void state_complain_of(state_complaint_t *complaint, const char *path, const char *what, int error) {
  (void)snprintf(complaint->text, sizeof(complaint->text), "StateFile \"%s\" %s: %s", path, what,
                 strerrordesc_np(error));
}

/* state_file_open does not block: opening a FIFO would wait for its writer. */
int state_file_open(const char *path) { return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); }

/* state_file_is_foreign takes a file that begins with other words for another program's. An empty file, or one of
 * zeros, is what a power failure leaves of a state file. */
bool state_file_is_foreign(int fd) {
  char words[sizeof(STATE_FILE_FIRST_WORDS) - 1];
  ssize_t length = pread(fd, words, sizeof(words), 0);
  return length < 0 || (length > 0 && words[0] != '\0' && memcmp(words, STATE_FILE_FIRST_WORDS, (size_t)length) != 0);
}

/* follow replaces a link's path by what the link points to, which is relative to the link's folder unless absolute.
 * false: the result is too long. */
static bool follow(char resolved[PATH_MAX], const char *link, size_t length) {
  const char *slash = strrchr(resolved, '/');
  size_t folder = link[0] != '/' && slash != NULL ? (size_t)(slash + 1 - resolved) : 0;
  if (folder + length >= PATH_MAX)
    return false;
  memcpy(resolved + folder, link, length);
  resolved[folder + length] = '\0';
  return true;
}

/* resolve follows the links at the path to where the file is, or would be created. false: errno says why it cannot. */
static bool resolve(const char *path, char resolved[PATH_MAX]) {
  char link[PATH_MAX];
  errno = ENAMETOOLONG;
  if (strlen(path) >= PATH_MAX)
    return false;
  memcpy(resolved, path, strlen(path) + 1);
  for (int links = 0; links < LINKS_MAX; links++) {
    ssize_t length = readlink(resolved, link, sizeof(link));
    if (length <= 0)
      return true;
    errno = ENAMETOOLONG;
    if (!follow(resolved, link, (size_t)length))
      return false;
  }
  errno = ELOOP;
  return false;
}

/* may_replace: the path has no file, or a state file. A rename would destroy /dev/null, or another program's file that
 * the option names by mistake. */
static bool may_replace(const char *path, state_complaint_t *complaint) {
  int fd = state_file_open(path);
  struct stat status;
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return true;
  if (fd < 0 || fstat(fd, &status) != 0)
    state_complain_of(complaint, path, "cannot be written: what is there cannot be read", errno);
  else if (!S_ISREG(status.st_mode))
    state_complain(complaint, path, "cannot be written: it is not a regular file");
  else if (state_file_is_foreign(fd))
    state_complain(complaint, path, "cannot be written: what is there was not written by this plugin");
  if (fd >= 0)
    (void)close(fd);
  return complaint->text[0] == '\0';
}

/* create makes a file of that name that no other process has open; a crash may have left one, which goes first. NULL:
 * errno says why it cannot. */
static FILE *create(const char *beside) {
  (void)unlink(beside);
  int fd = open(beside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
  if (out == NULL && fd >= 0)
    (void)close(fd);
  return out;
}

/* fill has the file written and closes the stream. It is another descriptor of the file; -1: errno says why the file
 * could not be written. */
static int fill(FILE *out, bool (*write)(void *user_data, FILE *out), void *user_data) {
  /* With the C library's own buffer every 4 KiB would be a call. */
  char *room = malloc(WRITE_BYTES);
  if (room != NULL)
    (void)setvbuf(out, room, _IOFBF, WRITE_BYTES);
  int file = fcntl(fileno(out), F_DUPFD_CLOEXEC, 0);
  bool written = file >= 0 && write(user_data, out);
  int error = errno;
  if (fclose(out) != 0 && written) {
    written = false;
    error = errno;
  }
  free(room);
  if (written)
    return file;
  if (file >= 0)
    (void)close(file);
  errno = error;
  return -1;
}

int state_file_replace(const char *path, bool (*write)(void *user_data, FILE *out), void *user_data,
                       state_complaint_t *complaint) {
  char resolved[PATH_MAX];
  char beside[PATH_MAX];
  complaint->text[0] = '\0';
  if (!resolve(path, resolved)) {
    state_complain_of(complaint, path, "cannot be written", errno);
    return -1;
  }
  if (snprintf(beside, sizeof(beside), "%s.new", resolved) >= (int)sizeof(beside)) {
    state_complain(complaint, path, "cannot be written: the path is too long");
    return -1;
  }
  if (!may_replace(path, complaint))
    return -1;
  FILE *out = create(beside);
  int file = out != NULL ? fill(out, write, user_data) : -1;
  if (file >= 0 && rename(beside, resolved) == 0)
    return file;
  state_complain_of(complaint, path, "cannot be written", errno);
  if (file >= 0)
    (void)close(file);
  if (out != NULL)
    (void)unlink(beside);
  return -1;
}
