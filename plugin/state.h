/* The state file: what is known of every target, so that a restart costs a warm scan (studio/memory.h).
 *
 * One section for each target, which is its account's name, its region and its log group. state_put keeps a section as
 * text, state_write writes all of them at once: those that were put since, and the others as they stand in the file. So
 * a round of any number of targets costs one file. The file is private (0600), written beside and renamed: whoever
 * reads it meanwhile, or after a crash, gets the old or the new one. Where its path is a symbolic link, that is done
 * where the link points. It is not synced: what a power failure spoils costs a cold start, and its hash tells. */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "studio/studio.h"

/* A hundred thousand apps take some 15 MB. */
#define STATE_LIMIT_BYTES ((size_t)256 * 1024 * 1024)

typedef struct state state_t;

/* region is NULL while it is not known yet: state_write keeps such a target's sections, whatever their region. */
typedef struct {
  const char *account, *region, *log_group;
} state_key_t;

typedef struct {
  char text[512]; /* what went wrong, for people; "": nothing */
} state_complaint_t;

/* state_new touches no file yet. NULL: no memory. */
state_t *state_new(const char *path);

void state_free(state_t *state);

/* state_load fills a new studio with the section that the file has. false: there is none, or it is unusable (the
 * complaint says why), and the studio is to be freed. Of a file that is somebody else's state_write complains. */
bool state_load(state_t *state, const state_key_t *key, studio_t *studio, state_complaint_t *complaint);

/* state_put keeps what the last scan left, for state_write. false: no memory; then it keeps what it had. */
bool state_put(state_t *state, const state_key_t *key, const studio_t *studio);

/* state_write writes the sections of these keys and forgets all others. It never replaces what this plugin has not
 * written. false: the file is as it was, and what was put stays for the next time. */
bool state_write(state_t *state, const state_key_t *keys, size_t count, state_complaint_t *complaint);

#endif
