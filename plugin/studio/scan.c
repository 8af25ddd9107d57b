#include "studio/scan.h"

#include <stdlib.h>

#include "studio/canvas.h"
#include "studio/chatter.h"
#include "studio/settle.h"

struct scan {
  studio_t *studio;
  scan_done_t *done;
  void *user_data;
  size_t phase;   /* the row of phases that is under way */
  size_t waiting; /* for so many of its parts */
  inventory_t inventory;
  stream_index_t stream_index;
  canvas_t canvas;
  domain_settings_t domain_settings;
  log_search_t search;
};

/* phase_t is a phase: it begins when the one before it has ended. */
typedef struct {
  void (*start)(scan_t *scan); /* one part; where it begins more, it counts them in waiting */
  fact_finder_t *fact;         /* what the phase brings up to date, reviewed for chatter at its end; NULL: nothing is */
} phase_t;

static void end_part(scan_t *scan);

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

static void on_inventory(void *user_data, const inventory_result_t *result) {
  scan_t *scan = user_data;
  scan_note_inventory(&scan->studio->scan, result);
  end_part(scan);
}

static void on_refresh(void *user_data, const stream_index_result_t *result) {
  scan_t *scan = user_data;
  scan_note_streams(&scan->studio->scan, result);
  end_part(scan);
}

/* start_listing begins the inventory, and the refresh of known streams beside it. Apps that an unfinished listing has
 * shown are in service all the same: the phases after it look at them. */
static void start_listing(scan_t *scan) {
  scan->waiting++;
  inventory_start(&scan->inventory, scan->studio, on_inventory, scan);
  stream_index_refresh(&scan->stream_index, on_refresh, scan);
}

static void on_early_search(void *user_data, const log_search_result_t *result) {
  scan_t *scan = user_data;
  scan_note_search(&scan->studio->scan, result);
  end_part(scan);
}

static void on_recent(void *user_data) {
  scan_t *scan = user_data;
  scan->waiting++;
  log_search_begin_early(&scan->search, scan->studio, on_early_search, scan);
}

static void on_stream_index(void *user_data, const stream_index_result_t *result) {
  scan_t *scan = user_data;
  scan_note_streams(&scan->studio->scan, result);
  log_search_finish_soon(&scan->search);
  end_part(scan);
}

static void on_canvas(void *user_data) { end_part(user_data); }

static void on_domain_settings(void *user_data) { end_part(user_data); }

static void start_stream_index(scan_t *scan) {
  scan->waiting++;
  canvas_start(&scan->canvas, scan->studio, on_canvas, scan);
  scan->waiting++;
  domain_settings_start(&scan->domain_settings, scan->studio, on_domain_settings, scan);
  stream_index_start(&scan->stream_index, on_recent, on_stream_index, scan);
}

static void on_search(void *user_data, const log_search_result_t *result) {
  scan_t *scan = user_data;
  scan_note_search(&scan->studio->scan, result);
  end_part(scan);
}

static void start_search(scan_t *scan) {
  if (scan->studio->scan.fallback)
    log_search_skip(&scan->search, scan->studio, on_search, scan);
  else
    log_search_start(&scan->search, scan->studio, on_search, scan);
}

/* phases are in this order: the review of newest events comes before the log search, so that a stream whose newest
 * event is found to say nothing is searched in the same scan. */
static const phase_t phases[] = {
    {start_listing, NULL},
    {start_stream_index, log_stream_newest_event},
    {start_search, log_search_progress_last_match},
};

static void start_phase(scan_t *scan) {
  scan->waiting = 1;
  phases[scan->phase].start(scan);
}

/* end_part ends a part of a phase; the last part starts the next phase, or ends the scan. */
static void end_part(scan_t *scan) {
  if (--scan->waiting > 0)
    return;
  if (phases[scan->phase].fact != NULL)
    chatter_review(scan->studio, phases[scan->phase].fact);
  if (++scan->phase < sizeof(phases) / sizeof(phases[0])) {
    start_phase(scan);
    return;
  }
  settle_scan(scan->studio);
  scan->done(scan->user_data);
}

scan_t *scan_new(studio_t *studio) {
  scan_t *scan = calloc(1, sizeof(*scan));
  if (scan != NULL)
    scan->studio = studio;
  return scan;
}

void scan_start(scan_t *scan, scan_done_t *done, void *user_data) {
  studio_t *studio = scan->studio;
  *scan = (scan_t){.studio = studio, .done = done, .user_data = user_data, .search = {.studio = studio}};
  settle_forget(studio);
  studio->scan = (studio_scan_t){.number = studio->scan.number + 1};
  stream_index_init(&scan->stream_index, studio);
  start_phase(scan);
}

void scan_free(scan_t *scan) {
  if (scan == NULL)
    return;
  stream_index_drop(&scan->stream_index);
  canvas_drop(&scan->canvas);
  domain_settings_drop(&scan->domain_settings);
  log_search_drop(&scan->search);
  free(scan);
}
