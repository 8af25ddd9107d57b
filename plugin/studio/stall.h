/* Apps that are neither in service nor gone: on their way in or out, or failed. Only what an administrator selected. */
#ifndef STUDIO_STALL_H
#define STUDIO_STALL_H

#include "studio/listing.h"
#include "studio/studio.h"

typedef struct {
  const char *status;        /* "Pending", "Deleting" or "Failed" */
  const char *instance_type; /* NULL: not told */
  const char *space;         /* in stream's memory; NULL: it is a user's */
  int64_t since_ms;          /* since when it has been so, as far as is known: Pending since its creation */
  uint32_t listed_in_scan;   /* the scan that listed it last */
  bool noticed;              /* people were told */
  char stream[];             /* DOMAIN/USER-or-SPACE/TYPE/APP */
} stall_t;

/* stall_note takes an app that a listing shows so; without memory it is not taken. */
void stall_note(studio_t *studio, const listing_app_t *listed);

/* stall_is_excluded: the owner of its space is not to be reported. */
bool stall_is_excluded(const studio_t *studio, const stall_t *stall);

/* stall_forget forgets those that the current scan's listing, which is complete, has not shown. */
void stall_forget(studio_t *studio);

/* stall_clear frees a studio's stalls. */
void stall_clear(pointer_set_t *stalls);

/* stall_next goes through all of them, as pointer_set_next does. */
stall_t *stall_next(const studio_t *studio, size_t *at);

#endif
