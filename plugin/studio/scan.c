#include "studio/scan.h"

#include "studio/chatter.h"
#include "studio/settle.h"

void scan_note_inventory(studio_scan_t *summary, const inventory_result_t *result) {
  summary->listing_complete = result->listing_complete;
  summary->spaces_listed = result->spaces_listed;
  summary->pending = result->pending;
  summary->deleting = result->deleting;
  summary->failed = result->failed;
  summary->odd_apps = result->odd_apps;
}

void scan_note_streams(studio_scan_t *summary, const stream_index_result_t *result) {
  summary->began_ms = result->began_ms;
  summary->group_missing = result->group_missing;
}

void scan_note_search(studio_scan_t *summary, const log_search_result_t *result) {
  summary->looked_ms = result->began_ms;
  summary->fallback = result->fallback;
  summary->endless = result->endless;
  summary->endless_count = result->endless_count;
}

/* The search of what the index does not say has ended. */
static void on_search(void *user_data, const log_search_result_t *result) {
  scan_t *scan = user_data;
  scan_note_search(&scan->studio->scan, result);
  chatter_review(scan->studio, FACT_LAST_MATCH);
  settle_scan(scan->studio);
  scan->done(scan->user_data);
}

/* Both the index and the search that was begun beside it have ended. A stream whose newest event is found to say
 * nothing is searched in the same scan. */
static void on_looked(scan_t *scan) {
  studio_t *studio = scan->studio;
  if (--scan->waiting > 0)
    return;
  chatter_review(studio, FACT_NEWEST_EVENT);
  if (studio->scan.fallback)
    log_search_skip(&scan->search, studio, on_search, scan);
  else
    log_search_start(&scan->search, studio, on_search, scan);
}

static void on_stream_index(void *user_data, const stream_index_result_t *result) {
  scan_t *scan = user_data;
  scan_note_streams(&scan->studio->scan, result);
  log_search_finish_soon(&scan->search);
  on_looked(scan);
}

static void on_early_search(void *user_data, const log_search_result_t *result) {
  scan_t *scan = user_data;
  scan_note_search(&scan->studio->scan, result);
  on_looked(scan);
}

static void on_recent(void *user_data) {
  scan_t *scan = user_data;
  scan->waiting++;
  log_search_begin_early(&scan->search, scan->studio, on_early_search, scan);
}

/* Both the inventory and the refresh of known streams have ended. Apps that an unfinished listing has shown are in
 * service all the same: they are looked at. */
static void on_listed(scan_t *scan) {
  if (--scan->waiting > 0)
    return;
  scan->waiting = 1;
  stream_index_start(&scan->stream_index, on_recent, on_stream_index, scan);
}

static void on_inventory(void *user_data, const inventory_result_t *result) {
  scan_t *scan = user_data;
  scan_note_inventory(&scan->studio->scan, result);
  on_listed(scan);
}

static void on_refresh(void *user_data, const stream_index_result_t *result) {
  scan_t *scan = user_data;
  scan_note_streams(&scan->studio->scan, result);
  on_listed(scan);
}

void scan_start(scan_t *scan, studio_t *studio, scan_done_t *done, void *user_data) {
  scan->studio = studio;
  scan->done = done;
  scan->user_data = user_data;
  scan->waiting = 2;
  scan->search = (log_search_t){.studio = studio};
  settle_forget(studio);
  studio->scan = (studio_scan_t){.number = studio->scan.number + 1};
  stream_index_init(&scan->stream_index, studio);
  inventory_start(&scan->inventory, studio, on_inventory, scan);
  stream_index_refresh(&scan->stream_index, on_refresh, scan);
}

void scan_drop(scan_t *scan) {
  stream_index_sweep_drop(&scan->stream_index.sweep);
  log_search_drop(&scan->search);
}
