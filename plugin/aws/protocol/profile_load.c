#include "aws/protocol/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/ascii.h"
#include "util/buffer.h"

/* A directory service's passwd entry may be longer than any file's line; one beyond this limit is broken. */
#define PROFILE_PASSWD_LIMIT_BYTES ((size_t)1024 * 1024)

#define PROFILE_READ_BYTES ((size_t)16 * 1024)

typedef struct {
  const char *variable;
  const char *path;
} profile_place_t;

static const profile_place_t profile_places[] = {
    [PROFILE_CONFIG_FILE] = {"AWS_CONFIG_FILE", "~/.aws/config"},
    [PROFILE_CREDENTIALS_FILE] = {"AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"},
};

/* profile_add_passwd_home appends the home directory of user ("": the effective user's) from the passwd database.
 * false: it has none. */
static bool profile_add_passwd_home(buffer_t *path, const char *user) {
  for (size_t size = 1024; size <= PROFILE_PASSWD_LIMIT_BYTES; size *= 2) {
    char *memory = malloc(size);
    if (memory == NULL)
      return false;
    struct passwd entry;
    struct passwd *found = NULL;
    int result = user[0] != '\0' ? getpwnam_r(user, &entry, memory, size, &found)
                                 : getpwuid_r(geteuid(), &entry, memory, size, &found);
    bool ok = result == 0 && found != NULL && found->pw_dir != NULL && buffer_add_text(path, found->pw_dir);
    free(memory);
    if (result != ERANGE)
      return ok;
  }
  return false;
}

/* profile_add_home is Python's os.path.expanduser. An unknown user's ~name stays as it is; false: no home is known for
 * ~ itself. */
static bool profile_add_home(buffer_t *path, const char *text, const char **rest) {
  *rest = text;
  if (text[0] != '~')
    return true;

  char user[256];
  size_t length = strcspn(text + 1, "/");
  if (length >= sizeof(user))
    return true;
  memcpy(user, text + 1, length);
  user[length] = '\0';
  const char *home = length == 0 ? getenv("HOME") : NULL;
  bool known = home != NULL ? buffer_add_text(path, home) : profile_add_passwd_home(path, user);
  if (!known)
    return length > 0;
  while (path->length > 0 && path->data[path->length - 1] == '/')
    path->data[--path->length] = '\0';
  *rest = text + 1 + length;
  return true;
}

/* profile_variable is the length of the variable at text, which starts with '$': $NAME or ${NAME}; 0: no variable
 * stands there. *name is its name. */
static size_t profile_variable(const char *text, const char **name, size_t *name_length) {
  bool is_braced = text[1] == '{';
  *name = text + (is_braced ? 2 : 1);
  *name_length = 0;
  if (is_braced)
    *name_length = strcspn(*name, "}");
  else
    while (ascii_is_alphanumeric((*name)[*name_length]) || (*name)[*name_length] == '_')
      (*name_length)++;
  if (*name_length == 0 || (is_braced && (*name)[*name_length] != '}'))
    return 0;
  return *name_length + (is_braced ? 3 : 1);
}

/* profile_add_expanded is Python's os.path.expandvars: a variable that is not set stays as it is. */
static bool profile_add_expanded(buffer_t *path, const char *text) {
  bool ok = buffer_add_text(path, "");
  while (ok && *text != '\0') {
    const char *name = NULL;
    size_t name_length = 0;
    size_t length = *text == '$' ? profile_variable(text, &name, &name_length) : 0;
    if (length == 0) {
      ok = buffer_add(path, text++, 1);
      continue;
    }
    char *variable = strndup(name, name_length);
    const char *value = variable != NULL ? getenv(variable) : NULL;
    ok = variable != NULL && (value != NULL ? buffer_add_text(path, value) : buffer_add(path, text, length));
    free(variable);
    text += length;
  }
  return ok;
}

bool profile_files_path(profile_file_t file, const char *configured, char *path, size_t size) {
  const char *variable = getenv(profile_places[file].variable);
  const char *text = configured != NULL ? configured : variable != NULL ? variable : profile_places[file].path;

  buffer_t expanded = BUFFER_INIT(PATH_MAX);
  buffer_t full = BUFFER_INIT(PATH_MAX);
  const char *rest = NULL;
  bool ok = profile_add_expanded(&expanded, text) && profile_add_home(&full, expanded.data, &rest) &&
            buffer_add_text(&full, rest) && full.length < size;
  if (ok)
    memcpy(path, full.data, full.length + 1);
  buffer_clear(&expanded);
  buffer_clear(&full);
  return ok;
}

/* profile_open opens a regular file, for the caller to close. -1 with errno 0: it is not there, which Python's
 * os.path.isfile says of directories and devices, too. */
static int profile_open(const char *path, bool is_named) {
  /* O_NONBLOCK: to open a FIFO would wait for its writer. */
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat status;
  if (fd < 0) {
    /* A home that this user may not even search is another user's, inherited with HOME: nothing is configured then. */
    int reason = errno;
    bool is_hidden = reason == EACCES && !is_named && stat(path, &status) != 0;
    errno = reason == ENOENT || reason == ENOTDIR || is_hidden ? 0 : reason;
    return -1;
  }
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    (void)close(fd);
    errno = 0;
    return -1;
  }
  return fd;
}

/* profile_read reads a file up to its end or to the buffer's limit. false: errno says why. */
static bool profile_read(int fd, buffer_t *text) {
  char piece[PROFILE_READ_BYTES];
  ssize_t length;
  bool ok = buffer_add_text(text, "");
  do {
    length = read(fd, piece, sizeof(piece));
    if (length < 0 && errno == EINTR)
      continue;
    if (length > 0)
      ok = buffer_add(text, piece, (size_t)length);
  } while (ok && length != 0 && (length > 0 || errno == EINTR));
  /* The piece may have held keys. */
  explicit_bzero(piece, sizeof(piece));
  if (!ok)
    errno = EFBIG;
  return ok && length == 0;
}

static bool profile_load_file(profile_files_t *files, profile_file_t file, const char *configured, aws_error_t *error) {
  char path[PATH_MAX];
  bool is_named = configured != NULL || getenv(profile_places[file].variable) != NULL;
  if (!profile_files_path(file, configured, path, sizeof(path))) {
    if (!is_named)
      return profile_files_parse(files, file, NULL, 0, profile_places[file].path, error);
    aws_error_set(error, "configuration", "profile", 0, "the path in %s is too long, or its home directory unknown",
                  profile_places[file].variable);
    return false;
  }

  int fd = profile_open(path, is_named);
  if (fd < 0 && errno == 0)
    return profile_files_parse(files, file, NULL, 0, path, error);

  buffer_t text = BUFFER_INIT(PROFILE_FILE_LIMIT_BYTES);
  bool ok = fd >= 0 && profile_read(fd, &text);
  if (!ok) {
    char reason[128];
    aws_error_set(error, "configuration", "profile", 0, "%s cannot be read: %s", path,
                  strerror_r(errno, reason, sizeof(reason)));
  }
  if (fd >= 0)
    (void)close(fd);
  ok = ok && profile_files_parse(files, file, text.data, text.length, path, error);
  buffer_clear(&text);
  return ok;
}

bool profile_files_load(profile_files_t *files, const char *config_path, const char *credentials_path,
                        aws_error_t *error) {
  return profile_load_file(files, PROFILE_CONFIG_FILE, config_path, error) &&
         profile_load_file(files, PROFILE_CREDENTIALS_FILE, credentials_path, error);
}
