/* Which apps run, for whom, on what: ListApps, and where something has shown up that is not known yet, ListDomains for
 * the domains' names and ListSpaces for the spaces' owners.
 *
 * One unfiltered ListApps holds every app of every domain of a region. What it shows in service is marked with the
 * scan's number (studio_app_t.listed) as the pages come in; only when it has reached its end is an app that it did not
 * show known to be gone. */
#ifndef STUDIO_INVENTORY_H
#define STUDIO_INVENTORY_H

#include "studio/studio.h"

typedef void inventory_done_t(void *user_data);

typedef struct {
  studio_t *studio;
  inventory_done_t *done;
  void *user_data;
  size_t empty_pages; /* in a row, that showed nothing */
} inventory_t;

/* inventory_start begins the listing for studio->scan. done is called exactly once, perhaps before it returns; how it
 * went stands in studio->scan. inventory lives until then. */
void inventory_start(inventory_t *inventory, studio_t *studio, inventory_done_t *done, void *user_data);

#endif
