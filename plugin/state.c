#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "studio/memory.h"

#define FIRST_LINE "collectd-sagemaker state 1"
#define FIRST_WORDS "collectd-sagemaker state "

#define WRITE_BYTES ((size_t)64 * 1024)

static void complain(state_complaint_t *complaint, const char *path, const char *what) {
  (void)snprintf(complaint->text, sizeof(complaint->text), "StateFile \"%s\" %s", path, what);
}

static void complain_of(state_complaint_t *complaint, const char *path, const char *what, int error) {
  (void)snprintf(complaint->text, sizeof(complaint->text), "StateFile \"%s\" %s: %s", path, what,
                 strerrordesc_np(error));
}

static void title(const state_key_t *key, char line[MEMORY_LINE_SIZE]) {
  (void)snprintf(line, MEMORY_LINE_SIZE, "target %s %s %s", key->account, key->region, key->log_group);
}

/* Not blocking: to open a FIFO would wait for its writer. */
static int open_to_read(const char *path) { return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); }

/* What begins otherwise than ours do is somebody else's; nothing at all, or zeros, is what a power failure leaves. */
static bool is_foreign(int fd) {
  char words[sizeof(FIRST_WORDS) - 1];
  ssize_t length = pread(fd, words, sizeof(words), 0);
  return length < 0 || (length > 0 && words[0] != '\0' && memcmp(words, FIRST_WORDS, (size_t)length) != 0);
}

/* Opens the file behind its first line. NULL: there is none, or it is somebody else's, of which state_save complains;
 * or it is unusable. */
static FILE *open_state(const char *path, state_complaint_t *complaint) {
  int fd = open_to_read(path);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return NULL;
  struct stat status;
  FILE *in = fd >= 0 && fstat(fd, &status) == 0 ? fdopen(fd, "r") : NULL;
  char line[MEMORY_LINE_SIZE];
  if (in == NULL) {
    complain_of(complaint, path, "cannot be read", errno);
    if (fd >= 0)
      (void)close(fd);
    return NULL;
  }
  if (!S_ISREG(status.st_mode))
    complain(complaint, path, "is not a regular file");
  else if (is_foreign(fd))
    complaint->text[0] = '\0';
  else if (status.st_size > STATE_LIMIT_BYTES)
    complain(complaint, path, "is larger than any that this plugin writes");
  else if (!memory_read_line(in, line) || strncmp(line, FIRST_WORDS, strlen(FIRST_WORDS)) != 0)
    complain(complaint, path, "is damaged");
  else if (strcmp(line, FIRST_LINE) != 0)
    complain(complaint, path, "was written by another version of this plugin");
  else
    return in;
  (void)fclose(in);
  return NULL;
}

/* Goes to the line behind the section's title; false: there is none. */
static bool find_section(FILE *in, const state_key_t *key) {
  char wanted[MEMORY_LINE_SIZE];
  char line[MEMORY_LINE_SIZE];
  title(key, wanted);
  while (memory_read_line(in, line)) {
    if (strcmp(line, wanted) == 0)
      return true;
  }
  return false;
}

bool state_load(const char *path, const state_key_t *key, studio_t *studio, state_complaint_t *complaint) {
  complaint->text[0] = '\0';
  FILE *in = open_state(path, complaint);
  if (in == NULL)
    return false;
  memory_end_t end = find_section(in, key) ? memory_load(studio, in) : MEMORY_NONE;
  if (end == MEMORY_DAMAGED)
    complain(complaint, path, "is damaged");
  else if (end == MEMORY_OF_THE_FUTURE)
    complain(complaint, path, "is of the future: it was written by a clock that is a day or more ahead of this one");
  (void)fclose(in);
  return end == MEMORY_LOADED;
}

/* Of a key whose region is not known yet, every region is its. */
static bool is_title(const char *line, const state_key_t *key) {
  char wanted[MEMORY_LINE_SIZE];
  if (key->region != NULL) {
    title(key, wanted);
    return strcmp(line, wanted) == 0;
  }
  int length = snprintf(wanted, sizeof(wanted), "target %s ", key->account);
  const char *group = strrchr(line, ' ');
  return length > 0 && strncmp(line, wanted, (size_t)length) == 0 && group != NULL &&
         strcmp(group + 1, key->log_group) == 0;
}

static bool is_kept(const char *line, const state_key_t *keys, size_t count, size_t own) {
  for (size_t i = 0; i < count; i++) {
    if (is_title(line, &keys[i]))
      return i != own;
  }
  return false;
}

/* Copies the sections of the other keys; what is damaged is found out by whoever loads it. */
static bool copy_others(FILE *in, FILE *out, const state_key_t *keys, size_t count, size_t own) {
  char line[MEMORY_LINE_SIZE];
  bool copying = false;
  while (memory_read_line(in, line)) {
    if (strncmp(line, "target ", 7) == 0)
      copying = is_kept(line, keys, count, own);
    if (copying && fprintf(out, "%s\n", line) < 0)
      return false;
  }
  return true;
}

static bool write_state(FILE *out, const char *path, const state_key_t *keys, size_t count, size_t own,
                        const studio_t *studio) {
  char line[MEMORY_LINE_SIZE];
  state_complaint_t ignored;
  bool written = fprintf(out, "%s\n", FIRST_LINE) > 0;
  FILE *in = count > 1 ? open_state(path, &ignored) : NULL;
  if (in != NULL) {
    written = copy_others(in, out, keys, count, own) && written;
    (void)fclose(in);
  } else {
    /* That there is nothing to copy is no error of writing. */
    errno = 0;
  }
  title(&keys[own], line);
  return written && fprintf(out, "%s\n", line) > 0 && memory_save(studio, out) && ftell(out) <= STATE_LIMIT_BYTES;
}

/* true: nothing stands there, or a file of ours. To rename over /dev/null, or a file that somebody has named here by
 * mistake, would be the end of it. */
static bool may_replace(const char *path, state_complaint_t *complaint) {
  int fd = open_to_read(path);
  struct stat status;
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return true;
  if (fd < 0 || fstat(fd, &status) != 0)
    complain_of(complaint, path, "cannot be written: what is there cannot be read", errno);
  else if (!S_ISREG(status.st_mode))
    complain(complaint, path, "cannot be written: it is not a regular file");
  else if (is_foreign(fd))
    complain(complaint, path, "cannot be written: what is there was not written by this plugin");
  if (fd >= 0)
    (void)close(fd);
  return complaint->text[0] == '\0';
}

bool state_save(const char *path, const state_key_t *keys, size_t count, size_t own, const studio_t *studio,
                state_complaint_t *complaint) {
  char beside[PATH_MAX];
  complaint->text[0] = '\0';
  if (!may_replace(path, complaint))
    return false;
  int length = snprintf(beside, sizeof(beside), "%s.new", path);
  if (length < 0 || (size_t)length >= sizeof(beside)) {
    complain(complaint, path, "cannot be written: the path is too long");
    return false;
  }
  /* Left by a crash; nobody else writes it. */
  (void)unlink(beside);
  int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
  if (out == NULL) {
    complain_of(complaint, path, "cannot be written", errno);
    if (fd >= 0)
      (void)close(fd);
    return false;
  }
  /* Without it the C library writes block by block. */
  char *room = malloc(WRITE_BYTES);
  if (room != NULL)
    (void)setvbuf(out, room, _IOFBF, WRITE_BYTES);
  errno = 0;
  bool written = write_state(out, path, keys, count, own, studio);
  int error = errno;
  written = fclose(out) == 0 && written;
  free(room);
  if (written && rename(beside, path) == 0)
    return true;
  if (error == 0)
    error = errno;
  complain_of(complaint, path, "cannot be written", error != 0 ? error : EFBIG);
  (void)unlink(beside);
  return false;
}
