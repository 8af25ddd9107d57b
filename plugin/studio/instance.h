/* What AWS bills: an instance that the apps of one user or space share, or the sessions of one app type. */
#ifndef STUDIO_INSTANCE_H
#define STUDIO_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/app.h"

#define INSTANCE_UNITS_MAX 32767

/* What is billed: an instance that the apps of one user or space share, or the sessions of one app type. Three of its
 * fields share eight bytes; 48 bits of milliseconds last until the year 10889. */
typedef struct {
  series_t series;
  const studio_domain_t *domain;
  const char *user;  /* its owner; NULL: a space without one */
  const char *space; /* the name of the space that it is for, which lives longer; NULL: it is the user's own */
  const char *instance;
  double usd_an_hour;     /* negative: no price */
  int64_t newest_ms;      /* since when the least idle app is idle */
  int64_t known_until_ms; /* the idle time may be reported until then: INT64_MIN never, INT64_MAX always; else an app on
                             the instance passes a ConfirmAfter then without an exact look */
  uint64_t began_ms : 48; /* since when the oldest app that runs on it has run; 0: not known */
  uint64_t units : 15;    /* so many times the price is due, INSTANCE_UNITS_MAX at the most */
  uint64_t on_plan : 1;   /* reserved capacity */
  uint32_t seen_in_scan;  /* the scan in which an app on it was in service */
  char user_name[];
} studio_instance_t;

/* instance_get finds what an app is billed for, or adds it. NULL: no memory, or the app's owner is not known. */
studio_instance_t *instance_get(studio_t *studio, const studio_app_t *app, const char *instance);
void instance_forget(studio_t *studio, studio_instance_t *instance);

/* instance_is_present: an app on the instance was in service in the last scan. */
bool instance_is_present(const studio_t *studio, const studio_instance_t *instance);

/* instance_init prepares the studio's set of instances, instance_clear frees all that are in it. */
void instance_init(pointer_set_t *instances);
void instance_clear(pointer_set_t *instances);

#endif
