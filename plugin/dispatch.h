/* A target's values, as collectd takes them: names, meta data, intervals. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "identifier.h"
#include "scanner.h"
#include "studio/values.h"

/* dispatch_t remembers which series has which identifier, so that values of two series never mix under one: two
 * accounts may see the same app, and two long names may be cut alike. */
typedef struct {
  pointer_set_t series; /* every series_t that values are dispatched for, by the hash of its identifier */
  char last_name[6 * DATA_MAX_NAME_LEN]; /* of the value that was dispatched last */
  double last_value;
} dispatch_t;

/* dispatch_health_t is how a target fares, kept from one read to the next. */
typedef struct {
  cdtime_t since;             /* the last complete scan, or the start; by scanner_clock */
  size_t requests_introduced; /* counters that were sent as 0 before their first count: a DERIVE swallows its first
                                 value */
  size_t errors_introduced;
  cdtime_t took;          /* that scan, from its request to its end */
  bool scanned;           /* dispatch_scan has been called since the last dispatch_health */
  values_counts_t counts; /* of that scan */
  size_t kept_back;       /* values of the last scan whose identifier another series has */
  char kept_back_example[IDENTIFIER_SIZE * 2];
} dispatch_health_t;

/* dispatch_flush waits, a second at most, until collectd's write threads have taken up what was dispatched: when they
 * are stopped, right after a single read (collectd -T) or the last read, they drop what is still queued. */
void dispatch_flush(const dispatch_t *dispatch);

/* dispatch_init begins without series. */
void dispatch_init(dispatch_t *dispatch);

/* dispatch_clear forgets the series, which belong to the studios. */
void dispatch_clear(dispatch_t *dispatch);

/* dispatch_scan dispatches what the done scan of a target has found. interval is that between reads. */
void dispatch_scan(dispatch_t *dispatch, scanner_target_t *target, dispatch_health_t *health, cdtime_t interval);

/* dispatch_health dispatches how the plugin itself fares; call it in every read. */
void dispatch_health(dispatch_t *dispatch, scanner_target_t *target, dispatch_health_t *health, cdtime_t interval);

#endif
