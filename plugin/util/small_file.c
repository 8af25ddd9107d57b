#include "util/small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* read_all reads to the end. It returns 0, or errno's value. */
static int read_all(int fd, buffer_t *text) {
  char piece[4096];
  int error = 0;
  ssize_t length = 1;
  while (error == 0 && length != 0) {
    length = read(fd, piece, sizeof(piece));
    if (length < 0 && errno != EINTR)
      error = errno;
    else if (length > 0 && !buffer_add(text, piece, (size_t)length))
      error = EFBIG;
  }
  explicit_bzero(piece, sizeof(piece));
  return error;
}

bool small_file_read(const char *path, buffer_t *text, const char **reason) {
  /* O_NONBLOCK: to open a FIFO would wait for its writer. */
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    *reason = strerrordesc_np(errno);
    return false;
  }
  struct stat status;
  int error = fstat(fd, &status) != 0 ? errno : 0;
  if (error == 0 && S_ISREG(status.st_mode))
    error = buffer_add_text(text, "") ? read_all(fd, text) : ENOMEM;
  else if (error == 0)
    error = ENOTSUP;
  (void)close(fd);
  *reason = error == ENOTSUP ? "not a regular file" : strerrordesc_np(error);
  return error == 0;
}

static bool write_all(int fd, const char *text) {
  size_t left = strlen(text);
  while (left > 0) {
    ssize_t written = write(fd, text, left);
    if (written < 0 && errno != EINTR)
      return false;
    if (written > 0) {
      text += written;
      left -= (size_t)written;
    }
  }
  return true;
}

bool small_file_replace(const char *path, const char *text) {
  char beside[PATH_MAX];
  int length = snprintf(beside, sizeof(beside), "%s.XXXXXX", path);
  if (length < 0 || (size_t)length >= sizeof(beside))
    return false;
  int fd = mkostemp(beside, O_CLOEXEC); /* mkostemp makes it with mode 0600 */
  if (fd < 0)
    return false;
  bool written = write_all(fd, text);
  written = close(fd) == 0 && written;
  if (written && rename(beside, path) == 0)
    return true;
  (void)unlink(beside);
  return false;
}
