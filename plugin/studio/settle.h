/* What the end of a scan decides: which apps have left, which spaces are vacant, how idle owners and instances are. In
 * the thread that scans. The read that reports the scan changes none of these facts: only what people were told
 * (told.h, stall_t.noticed), the series, and report_delay_ms (confirm_note_report). */
#ifndef STUDIO_SETTLE_H
#define STUDIO_SETTLE_H

#include "studio/studio.h"

/* settle_scan brings owners, instances and spaces up to date with the apps of the scan that ends. Nothing is freed:
 * what has left is reported first. */
void settle_scan(studio_t *studio);

/* settle_forget frees, when a scan begins, what the scan before has shown to have left: that was reported meanwhile.
 * After a listing that was not complete it does nothing. */
void settle_forget(studio_t *studio);

#endif
