#include "studio/scan.h"

#include "studio/chatter.h"

static void on_matching(void *owner) {
  scan_t *scan = owner;
  chatter_review(scan->studio, SIGNAL_MATCH);
  chatter_review(scan->studio, SIGNAL_IGNORE);
  scan->done(scan->owner);
}

/* A stream whose newest event is found to say nothing is searched in the same scan. */
static void on_looked(void *owner) {
  scan_t *scan = owner;
  if (--scan->waiting > 0)
    return;
  chatter_review(scan->studio, SIGNAL_LAST_EVENT);
  matching_start(&scan->matching, scan->studio, on_matching, scan);
}

static void on_activity(void *owner) {
  scan_t *scan = owner;
  matching_hurry(&scan->matching);
  on_looked(scan);
}

static void on_recent(void *owner) {
  scan_t *scan = owner;
  scan->waiting++;
  matching_begin_early(&scan->matching, scan->studio, on_looked, scan);
}

/* Apps that an unfinished listing has shown are in service all the same: they are looked at. */
static void on_either(void *owner) {
  scan_t *scan = owner;
  if (--scan->waiting > 0)
    return;
  scan->waiting = 1;
  activity_start(&scan->activity, scan->studio, on_recent, on_activity, scan);
}

void scan_start(scan_t *scan, studio_t *studio, scan_done_t *done, void *owner) {
  scan->studio = studio;
  scan->done = done;
  scan->owner = owner;
  scan->waiting = 2;
  studio->scan = (studio_scan_t){.number = studio->scan.number + 1};
  inventory_start(&scan->inventory, studio, on_either, scan);
  activity_sweep(&scan->activity, studio, on_either, scan);
}

void scan_drop(scan_t *scan) { sweep_drop(&scan->activity.sweep); }
