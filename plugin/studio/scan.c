#include "studio/scan.h"

#include "studio/chatter.h"
#include "studio/settle.h"

static void on_search(void *user_data) {
  scan_t *scan = user_data;
  chatter_review(scan->studio, FACT_LAST_MATCH);
  settle_scan(scan->studio);
  scan->done(scan->user_data);
}

/* A stream whose newest event is found to say nothing is searched in the same scan. */
static void on_looked(void *user_data) {
  scan_t *scan = user_data;
  if (--scan->waiting > 0)
    return;
  chatter_review(scan->studio, FACT_NEWEST_EVENT);
  log_search_start(&scan->search, scan->studio, on_search, scan);
}

static void on_stream_index(void *user_data) {
  scan_t *scan = user_data;
  log_search_finish_soon(&scan->search);
  on_looked(scan);
}

static void on_recent(void *user_data) {
  scan_t *scan = user_data;
  scan->waiting++;
  log_search_begin_early(&scan->search, scan->studio, on_looked, scan);
}

/* Apps that an unfinished listing has shown are in service all the same: they are looked at. */
static void on_either(void *user_data) {
  scan_t *scan = user_data;
  if (--scan->waiting > 0)
    return;
  scan->waiting = 1;
  stream_index_start(&scan->stream_index, scan->studio, on_recent, on_stream_index, scan);
}

void scan_start(scan_t *scan, studio_t *studio, scan_done_t *done, void *user_data) {
  scan->studio = studio;
  scan->done = done;
  scan->user_data = user_data;
  scan->waiting = 2;
  settle_forget(studio);
  studio->scan = (studio_scan_t){.number = studio->scan.number + 1};
  inventory_start(&scan->inventory, studio, on_either, scan);
  stream_index_refresh(&scan->stream_index, studio, on_either, scan);
}

void scan_drop(scan_t *scan) { stream_index_sweep_drop(&scan->stream_index.sweep); }
