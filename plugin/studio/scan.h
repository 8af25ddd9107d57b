/* One scan of one account and region, in the scanner's thread, in phases: the inventory (ListApps), and beside it the
 * stream index's sweep for what has moved since the last scan; then the stream index of apps that are new, and beside
 * it the metric of Canvas apps and the settings of domains; then the log search, of apps whose signal is not their
 * newest event or whose idle time is to be confirmed; at last settle_scan. After a phase that brings a fact up to date,
 * chatter_review reviews it. The first scan's sweep is long: the log search begins beside it. The read then reports the
 * scan: values.h. */
#ifndef STUDIO_SCAN_H
#define STUDIO_SCAN_H

#include "studio/inventory.h"
#include "studio/log_search.h"
#include "studio/stream_index.h"

typedef void scan_done_t(void *user_data);

/* scan_t is what the scans of a studio need while they are under way. */
typedef struct scan scan_t;

/* scan_new makes ready for scans of a studio, which must outlive it. NULL: no memory. */
scan_t *scan_new(studio_t *studio);

/* scan_start begins scan number studio->scan.number + 1, after the end of the one before. done is called exactly once,
 * perhaps before it returns; how the scan went stands in studio->scan, what it found in the apps. */
void scan_start(scan_t *scan, scan_done_t *done, void *user_data);

/* scan_free frees it, and what a scan that is never to end has kept; NULL is allowed. */
void scan_free(scan_t *scan);

/* scan_note_inventory, scan_note_streams and scan_note_search take a phase's result into the scan's summary. */
void scan_note_inventory(studio_scan_t *summary, const inventory_result_t *result);
void scan_note_streams(studio_scan_t *summary, const stream_index_result_t *result);
void scan_note_search(studio_scan_t *summary, const log_search_result_t *result);

#endif
