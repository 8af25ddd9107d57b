/* The state file: what is known of every target, so that a restart costs a warm scan (studio/snapshot.h).
 *
 * A target, which is an account's name, a region and a log group, has one section. state_put keeps a section as text;
 * state_write writes the sections that were put and copies the others from the file, so a round of any number of
 * targets costs one file. The file is private (0600). A new one is written beside it and renamed, where its path is a
 * symbolic link in the folder that the link points to: a reader gets the old file or the new one, after a crash too.
 * The file is not synced: its hash tells what a power failure has spoiled, and that costs a cold start. */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "studio/studio.h"

/* A hundred thousand apps take some 15 MB. */
#define STATE_LIMIT_BYTES ((size_t)256 * 1024 * 1024)

typedef struct state state_t;

/* state_key_t names a target. region is NULL while it is not known: state_write keeps such a target's sections of every
 * region. */
typedef struct {
  const char *account, *region, *log_group;
} state_key_t;

/* state_complaint_t is what went wrong. */
typedef struct {
  char text[512]; /* for people; "": nothing went wrong */
} state_complaint_t;

/* state_new opens no file yet; NULL: no memory. */
state_t *state_new(const char *path);

/* state_free takes NULL as well; what was put and not written is lost. */
void state_free(state_t *state);

/* state_load fills a new studio with the section that the file has. false: the file does not have
 * it, or it is unusable (the complaint says why), and the caller frees the studio. A file of another program is no
 * complaint here: state_write refuses to replace it. */
bool state_load(state_t *state, const state_key_t *key, studio_t *studio, state_complaint_t *complaint);

/* state_put keeps what the last scan left, for state_write. false: no memory, and it keeps what it had. */
bool state_put(state_t *state, const state_key_t *key, const studio_t *studio);

/* state_write writes the sections of these keys and forgets all others. It replaces no file that another
 * program wrote. false: the file is as it was, and the next state_write writes what was put. */
bool state_write(state_t *state, const state_key_t *keys, size_t count, state_complaint_t *complaint);

#endif
