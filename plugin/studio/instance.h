/* What AWS bills: an instance that the apps of one user or space share, or the sessions of one app type. */
#ifndef STUDIO_INSTANCE_H
#define STUDIO_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/app.h"

/* What is billed: an instance that the apps of one user or space share, or the sessions of one app type. */
typedef struct {
  series_t series;
  const studio_domain_t *domain;
  const char *user, *space; /* in names: its owner, NULL: none; the space that it is for, NULL: the user themself */
  const char *instance;
  double usd_an_hour; /* negative: no price */
  int64_t newest_ms;  /* of the report that is being made, like units (that cost), known and on_plan */
  uint32_t units;
  uint32_t seen_in_scan; /* the scan in which an app on it was in service */
  bool known, on_plan;
  bool reported, cost_reported, waste_reported;
  char names[];
} studio_instance_t;

/* instance_get finds what an app is billed for, or adds it. NULL: no memory, or the app's owner is not known. */
studio_instance_t *instance_get(studio_t *studio, const studio_app_t *app, const char *instance);
void instance_forget(studio_t *studio, studio_instance_t *instance);

/* instance_init prepares the studio's set of instances, instance_clear frees all that are in it. */
void instance_init(pointer_set_t *instances);
void instance_clear(pointer_set_t *instances);

#endif
