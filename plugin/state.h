/* The state file: what is known of every target, so that a restart costs a warm scan (studio/memory.h).
 *
 * One section for each target, which is its account's name, its region and its log group. The file is private (0600),
 * written beside and renamed: whoever reads it meanwhile, or after a crash, gets the old or the new one. It is not
 * synced: what a power failure spoils costs a cold start, and its hash tells. */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "studio/studio.h"

/* A hundred thousand apps take some 15 MB. */
#define STATE_LIMIT_BYTES ((long)256 * 1024 * 1024)

/* region is NULL while it is not known yet: state_save keeps such a target's section, whatever its region. */
typedef struct {
  const char *account, *region, *log_group;
} state_key_t;

typedef struct {
  char text[512]; /* what went wrong, for people; "": nothing */
} state_complaint_t;

/* state_load fills a new studio with its section. false: there is none, or it is unusable (the complaint says why), and
 * the studio is to be freed. Of a file that is somebody else's state_save complains. */
bool state_load(const char *path, const state_key_t *key, studio_t *studio, state_complaint_t *complaint);

/* state_save writes the section of keys[own] anew and keeps those of the other keys as they are. It never replaces what
 * this plugin has not written. false: the file is as it was. */
bool state_save(const char *path, const state_key_t *keys, size_t count, size_t own, const studio_t *studio,
                state_complaint_t *complaint);

#endif
