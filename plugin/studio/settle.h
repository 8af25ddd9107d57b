/* What the end of a scan decides: who has left, which spaces are vacant, how idle owners and instances are. In the
 * thread that scans; the read that reports the scan changes nothing. */
#ifndef STUDIO_SETTLE_H
#define STUDIO_SETTLE_H

#include "studio/studio.h"

/* settle_scan brings owners, instances and spaces up to date with the apps of the scan that ends. Nothing is freed:
 * what has left is reported first. */
void settle_scan(studio_t *studio);

/* settle_forget frees what has left in the last scan, which was reported since; at the beginning of the next one. After
 * a listing that was not complete it does nothing. */
void settle_forget(studio_t *studio);

#endif
