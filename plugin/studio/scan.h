/* One scan of one account and region, in the scanner's thread: the inventory (ListApps), and beside it the stream
 * index's sweep for what has moved since the last scan; then the stream index of apps that are new; then the log
 * search, of apps whose signal is not their newest event or whose idle time is to be confirmed; at last settle_scan.
 * The first scan's sweep is long: the log search begins beside it. The read then reports the scan: values.h. */
#ifndef STUDIO_SCAN_H
#define STUDIO_SCAN_H

#include "studio/inventory.h"
#include "studio/log_search.h"
#include "studio/stream_index.h"

typedef void scan_done_t(void *user_data);

typedef struct {
  inventory_t inventory;
  stream_index_t stream_index;
  log_search_t search;
  size_t waiting; /* for inventory and sweep, then for activity and what was begun beside it */
  studio_t *studio;
  scan_done_t *done;
  void *user_data;
} scan_t;

/* scan_start begins scan number studio->scan.number + 1. done is called exactly once, perhaps before it returns; how
 * the scan went stands in studio->scan, what it found in the apps. scan lives until then. */
void scan_start(scan_t *scan, studio_t *studio, scan_done_t *done, void *user_data);

/* scan_note_inventory, scan_note_streams and scan_note_search take a phase's result into the scan's summary. */
void scan_note_inventory(studio_scan_t *summary, const inventory_result_t *result);
void scan_note_streams(studio_scan_t *summary, const stream_index_result_t *result);
void scan_note_search(studio_scan_t *summary, const log_search_result_t *result);

/* scan_drop frees what a scan that is never to end has kept, and nothing of one that has ended or was never begun
 * (zeroed). */
void scan_drop(scan_t *scan);

#endif
