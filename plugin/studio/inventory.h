/* Which apps run, for whom, on what: ListApps, and where something has shown up that is not known yet, ListDomains for
 * the domains' names and ListSpaces for the spaces' owners.
 *
 * One unfiltered ListApps holds every app of every domain of a region. What it shows in service is marked with the
 * scan's number (an app's listing.in_scan) as the pages come in; only when it has reached its end is an app that it
 * did not show known to be gone.
 *
 * An item goes through listing.h (understood or not), filter.h (chosen or not) and app_get (app.h), or, where it is
 * neither in service nor gone, stall_note (stall.h). Owners are filtered at the end, when ListSpaces has told them. The
 * phases behind, see scan.h, find how idle the app is. */
#ifndef STUDIO_INVENTORY_H
#define STUDIO_INVENTORY_H

#include "studio/studio.h"

/* inventory_result_t is how a listing went. It lives during the call of done, as the results of all phases do. */
typedef struct {
  bool listing_complete;            /* the listing of apps reached its end */
  bool spaces_listed;               /* a listing of spaces did */
  size_t pending, deleting, failed; /* apps that the listing showed so */
  size_t odd_apps;                  /* items that were not understood and may be apps in service */
} inventory_result_t;

typedef void inventory_done_t(void *user_data, const inventory_result_t *result);

typedef struct {
  studio_t *studio;
  inventory_done_t *done;
  void *user_data;
  inventory_result_t result;
  size_t empty_pages; /* in a row, that showed nothing */
} inventory_t;

/* inventory_start begins the listing of the current scan. done is called exactly once, perhaps before it returns;
 * inventory lives until then. */
void inventory_start(inventory_t *inventory, studio_t *studio, inventory_done_t *done, void *user_data);

#endif
