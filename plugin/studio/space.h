/* A space: a place with a volume of its own, in which apps run. */
#ifndef STUDIO_SPACE_H
#define STUDIO_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/domain.h"
#include "studio/series.h"
#include "util/pointer_set.h"

/* space_sharing_t is whose a space is: its owner's alone, or all users'. */
typedef enum { SPACE_SHARING_UNKNOWN, SPACE_PRIVATE, SPACE_SHARED } space_sharing_t;

/* https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SpaceDetails.html */
typedef struct {
  series_t series;
  const studio_domain_t *domain;
  char *owner;               /* NULL: a shared space without one; or not known yet */
  int64_t volume_bytes;      /* of its own; 0: it has no volume, or that is not told */
  int64_t vacant_ms;         /* since when no app is in it, as far as is known */
  uint32_t listed_in_scan;   /* the scan whose ListSpaces showed it last */
  uint32_t kept_in_scan;     /* the last scan after which an app that has left was kept, and points to the space */
  uint32_t occupied_in_scan; /* the scan that showed an app in it last, running or on its way */
  uint8_t sharing;           /* a space_sharing_t */
  bool known;                /* ListSpaces has told of it */
  bool remote;               /* an IDE may connect to it from outside, and no log shows what it does there */
  bool excluded;             /* its owner is not to be reported */
  char name[];
} studio_space_t;

/* space_find finds the domain's space of that name; NULL: the studio does not know it. */
studio_space_t *space_find(const studio_t *studio, const studio_domain_t *domain, const char *name);

/* space_get finds the space or adds it; NULL: no memory, or the name is longer than any of AWS's. */
studio_space_t *space_get(studio_t *studio, const studio_domain_t *domain, const char *name);

/* space_is_occupied: the last scan showed an app in the space. space_is_vacant: it showed the space, no app in it, and
 * its volume is to be reported. */
bool space_is_occupied(const studio_t *studio, const studio_space_t *space);
bool space_is_vacant(const studio_t *studio, const studio_space_t *space);

/* space_forget frees a space. Apps point to their space, so no app may be in it. */
void space_forget(studio_t *studio, studio_space_t *space);

/* space_init prepares the studio's set of spaces, space_clear frees all that are in it. */
void space_init(pointer_set_t *spaces);
void space_clear(pointer_set_t *spaces);

#endif
