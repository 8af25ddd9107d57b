/* A target's values, as collectd takes them: names, meta data, intervals. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "identifier.h"
#include "scanner.h"
#include "studio/values.h"

/* What is dispatched under an identifier, and for whom: two that are cut alike, or two accounts that see the same app,
 * must not be mixed. */
typedef struct {
  pointer_set_t series;                  /* series_t of all that values stand for, by the hash of its identifier */
  char last_name[6 * DATA_MAX_NAME_LEN]; /* of the value that was dispatched last */
  double last_value;
} dispatch_t;

/* How a target has been faring, from one read to the next. */
typedef struct {
  cdtime_t since;             /* the last complete scan, or the start; by scanner_clock */
  size_t requests_introduced; /* counters that were sent as 0 before their first count: a DERIVE swallows its first
                                 value */
  size_t errors_introduced;
  cdtime_t took;          /* that scan, from its request to its end */
  bool scanned;           /* dispatch_scan has been called since the last dispatch_health */
  values_counts_t counts; /* of that scan */
  size_t unclaimed;       /* values of the last scan that another one's identifier kept back */
  char unclaimed_example[IDENTIFIER_SIZE * 2];
} dispatch_health_t;

/* dispatch_flush waits, a second at most, until collectd's write threads have taken up what was dispatched: they drop
 * what is still queued when they are stopped, right after a single read (collectd -T) or the last one. */
void dispatch_flush(const dispatch_t *report);

void dispatch_init(dispatch_t *report);
void dispatch_clear(dispatch_t *report);

/* dispatch_scan dispatches what the done scan of a target has found. interval is that between reads. */
void dispatch_scan(dispatch_t *report, scanner_target_t *target, dispatch_health_t *health, cdtime_t interval);

/* dispatch_health dispatches how the plugin itself fares; in every read. */
void dispatch_health(dispatch_t *report, scanner_target_t *target, dispatch_health_t *health, cdtime_t interval);

#endif
