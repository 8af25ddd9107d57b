#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state_file.h"
#include "studio/snapshot.h"
#include "studio/snapshot_line.h"
#include "util/hash.h"
#include "util/pointer_set.h"

#define TITLE_WORD "target "

#define COPY_BYTES ((size_t)64 * 1024)

/* section_t is what the file, or the next one, has of a target. */
typedef struct {
  char *text; /* put since the file was written; NULL: the section stands in the file */
  size_t text_length;
  off_t at; /* in the file, behind the title's line; 0: the file does not have it */
  size_t length;
  off_t moved_to; /* likewise, in the file that is being written */
  size_t moved_length;
  char title[];
} section_t;

struct state {
  pointer_set_t sections; /* by the hash of their titles */
  int file;               /* the file that was read or written last; -1: there is no such file */
  bool examined;          /* the file at the path was looked for */
  char path[];
};

static uint64_t hash_of_section(const void *item) { return hash_text(HASH_INIT, ((const section_t *)item)->title); }

static bool has_title(const void *item, const void *title) {
  return strcmp(((const section_t *)item)->title, title) == 0;
}

state_t *state_new(const char *path) {
  size_t size = strlen(path) + 1;
  state_t *state = calloc(1, sizeof(*state) + size);
  if (state == NULL)
    return NULL;
  state->sections.hash_of = hash_of_section;
  state->file = -1;
  memcpy(state->path, path, size);
  return state;
}

static void section_free(section_t *section) {
  free(section->text);
  free(section);
}

void state_free(state_t *state) {
  if (state == NULL)
    return;
  size_t at = 0;
  for (section_t *section = pointer_set_next(&state->sections, &at); section != NULL;
       section = pointer_set_next(&state->sections, &at))
    section_free(section);
  pointer_set_clear(&state->sections);
  if (state->file >= 0)
    (void)close(state->file);
  free(state);
}

static void title_of(const state_key_t *key, char title[SNAPSHOT_LINE_SIZE]) {
  (void)snprintf(title, SNAPSHOT_LINE_SIZE, TITLE_WORD "%s %s %s", key->account, key->region, key->log_group);
}

static section_t *find_section(const state_t *state, const char *title) {
  return pointer_set_find(&state->sections, hash_text(HASH_INIT, title), has_title, title);
}

/* need_section finds a section or adds an empty one; NULL: no memory. */
static section_t *need_section(state_t *state, const char *title) {
  section_t *section = find_section(state, title);
  if (section != NULL)
    return section;
  size_t size = strlen(title) + 1;
  section = calloc(1, sizeof(*section) + size);
  if (section == NULL)
    return NULL;
  memcpy(section->title, title, size);
  if (pointer_set_add(&state->sections, section))
    return section;
  free(section);
  return NULL;
}

/* is_of matches a key without a region: sections of every region are the key's. An account's name may have blanks, a
 * region and a log group have no blanks. */
static bool is_of(const section_t *section, const state_key_t *key) {
  const char *account = section->title + strlen(TITLE_WORD);
  size_t length = strlen(key->account);
  if (strncmp(account, key->account, length) != 0 || account[length] != ' ')
    return false;
  const char *group = strchr(account + length + 1, ' ');
  return group != NULL && strcmp(group + 1, key->log_group) == 0;
}

/* stream_of is a stream of its own over an open file, from the offset on. NULL: no memory, or no descriptor. */
static FILE *stream_of(int file, off_t at) {
  int fd = fcntl(file, F_DUPFD_CLOEXEC, 0);
  FILE *in = fd >= 0 ? fdopen(fd, "r") : NULL;
  if (in == NULL && fd >= 0)
    (void)close(fd);
  if (in != NULL && fseeko(in, at, SEEK_SET) != 0) {
    (void)fclose(in);
    return NULL;
  }
  return in;
}

/* read_any_line reads a line of any length and keeps what fits; it is the whole length with the newline. 0: the end. */
static size_t read_any_line(FILE *in, char line[SNAPSHOT_LINE_SIZE]) {
  size_t length = 0;
  size_t kept = 0;
  int byte = 0;
  while (byte != '\n' && (byte = getc_unlocked(in)) != EOF) {
    length++;
    if (byte != '\n' && kept + 1 < SNAPSHOT_LINE_SIZE)
      line[kept++] = (char)byte;
  }
  line[kept] = '\0';
  return length;
}

/* find_sections finds where each section stands; of several with one title the last counts. false: no memory. */
static bool find_sections(state_t *state, FILE *in) {
  char line[SNAPSHOT_LINE_SIZE];
  section_t *section = NULL;
  off_t at = 0;
  for (size_t length = read_any_line(in, line); length > 0; length = read_any_line(in, line)) {
    at += (off_t)length;
    if (strncmp(line, TITLE_WORD, strlen(TITLE_WORD)) != 0) {
      if (section != NULL)
        section->length += length;
      continue;
    }
    section = need_section(state, line);
    if (section == NULL)
      return false;
    section->at = at;
    section->length = 0;
  }
  return true;
}

/* fault_of_line is what is wrong with the file's first line; NULL: it is right. */
static const char *fault_of_line(FILE *in) {
  static const size_t length = sizeof(STATE_FILE_FIRST_WORDS) - 1;
  char line[SNAPSHOT_LINE_SIZE];
  if (!snapshot_read_line(in, line) || strncmp(line, STATE_FILE_FIRST_WORDS, length) != 0)
    return "is damaged";
  return strcmp(line + length, snapshot_format) != 0 ? "was written by another version of this plugin" : NULL;
}

/* read_sections finds the file's sections. It is why the file cannot be used; "": another program wrote it; NULL: the
 * file can be used. */
static const char *read_sections(state_t *state, int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
    return "is not a regular file";
  if (state_file_is_foreign(fd))
    return "";
  if ((size_t)status.st_size > STATE_LIMIT_BYTES)
    return "is larger than any that this plugin writes";
  FILE *in = stream_of(fd, 0);
  if (in == NULL)
    return "cannot be read: no memory, or no descriptor";
  const char *fault = fault_of_line(in);
  if (fault == NULL && (fseeko(in, 0, SEEK_SET) != 0 || !find_sections(state, in)))
    fault = "cannot be read: no memory";
  (void)fclose(in);
  return fault;
}

/* examine reads, once, which sections the file at the path has. */
static void examine(state_t *state, state_complaint_t *complaint) {
  if (state->examined)
    return;
  state->examined = true;
  int fd = state_file_open(state->path);
  if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
    state_complain_of(complaint, state->path, "cannot be read", errno);
  if (fd < 0)
    return;
  const char *fault = read_sections(state, fd);
  if (fault != NULL && fault[0] != '\0')
    state_complain(complaint, state->path, fault);
  if (fault == NULL)
    state->file = fd;
  else
    (void)close(fd);
}

bool state_load(state_t *state, const state_key_t *key, studio_t *studio, state_complaint_t *complaint) {
  char title[SNAPSHOT_LINE_SIZE];
  complaint->text[0] = '\0';
  examine(state, complaint);
  title_of(key, title);
  const section_t *section = find_section(state, title);
  FILE *in = section != NULL && section->at > 0 && state->file >= 0 ? stream_of(state->file, section->at) : NULL;
  if (in == NULL)
    return false;
  snapshot_result_t result = snapshot_load(studio, in);
  if (result == SNAPSHOT_DAMAGED)
    (void)snprintf(complaint->text, sizeof(complaint->text),
                   "StateFile \"%s\" is damaged in what it has of account \"%s\", region %s", state->path, key->account,
                   key->region);
  else if (result == SNAPSHOT_OF_THE_FUTURE)
    state_complain(complaint, state->path,
                   "is of the future: it was written by a clock that is a day or more ahead of this one");
  (void)fclose(in);
  return result == SNAPSHOT_LOADED;
}

bool state_put(state_t *state, const state_key_t *key, const studio_t *studio) {
  char title[SNAPSHOT_LINE_SIZE];
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL)
    return false;
  bool saved = snapshot_save(studio, out);
  saved = fclose(out) == 0 && saved;
  title_of(key, title);
  section_t *section = saved ? need_section(state, title) : NULL;
  if (section == NULL) {
    free(text);
    return false;
  }
  free(section->text);
  section->text = text;
  section->text_length = length;
  return true;
}

/* copy copies bytes of a file. It leaves out what the file no longer has because it was cut: loading the section finds
 * it damaged. */
static bool copy(int from, off_t at, size_t length, FILE *out) {
  char bytes[COPY_BYTES];
  while (length > 0) {
    ssize_t got = pread(from, bytes, length < sizeof(bytes) ? length : sizeof(bytes), at);
    if (got <= 0)
      return true;
    if (fwrite(bytes, 1, (size_t)got, out) != (size_t)got)
      return false;
    at += got;
    length -= (size_t)got;
  }
  return true;
}

static bool write_section(const state_t *state, section_t *section, FILE *out) {
  if (section->moved_to > 0)
    return true;
  if (fprintf(out, "%s\n", section->title) < 0)
    return false;
  off_t at = ftello(out);
  bool written = section->text != NULL ? fwrite(section->text, 1, section->text_length, out) == section->text_length
                                       : copy(state->file, section->at, section->length, out);
  off_t end = ftello(out);
  if (!written || at < 0 || end < at)
    return false;
  section->moved_to = at;
  section->moved_length = (size_t)(end - at);
  return true;
}

static bool write_sections_of(const state_t *state, const state_key_t *key, FILE *out) {
  bool written = true;
  size_t at = 0;
  for (section_t *section = pointer_set_next(&state->sections, &at); section != NULL && written;
       section = pointer_set_next(&state->sections, &at))
    written = !is_of(section, key) || write_section(state, section, out);
  return written;
}

/* writing_t is what state_file_replace hands to write_sections. */
typedef struct {
  const state_t *state;
  const state_key_t *keys;
  size_t count;
} writing_t;

static bool write_sections(void *user_data, FILE *out) {
  const writing_t *writing = user_data;
  const state_t *state = writing->state;
  bool written = fprintf(out, "%s%s\n", STATE_FILE_FIRST_WORDS, snapshot_format) > 0;
  for (size_t i = 0; i < writing->count && written; i++) {
    char title[SNAPSHOT_LINE_SIZE];
    if (writing->keys[i].region == NULL) {
      written = write_sections_of(state, &writing->keys[i], out);
      continue;
    }
    title_of(&writing->keys[i], title);
    section_t *section = find_section(state, title);
    written = section == NULL || write_section(state, section, out);
  }
  if (!written || (size_t)ftello(out) <= STATE_LIMIT_BYTES)
    return written;
  errno = EFBIG;
  return false;
}

/* adopt_written makes the sections those of the file that was written; where writing failed, they stay as they were. */
static void adopt_written(state_t *state, bool written) {
  size_t at = 0;
  for (section_t *section = pointer_set_next(&state->sections, &at); section != NULL;
       section = pointer_set_next(&state->sections, &at)) {
    if (written && section->moved_to == 0) {
      pointer_set_remove(&state->sections, section);
      section_free(section);
      continue;
    }
    if (written) {
      section->at = section->moved_to;
      section->length = section->moved_length;
      free(section->text);
      section->text = NULL;
    }
    section->moved_to = 0;
  }
}

bool state_write(state_t *state, const state_key_t *keys, size_t count, state_complaint_t *complaint) {
  examine(state, complaint);
  writing_t writing = {state, keys, count};
  int file = state_file_replace(state->path, write_sections, &writing, complaint);
  adopt_written(state, file >= 0);
  if (file < 0)
    return false;
  if (state->file >= 0)
    (void)close(state->file);
  state->file = file;
  return true;
}
