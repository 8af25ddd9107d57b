/* The one thread that scans, and how reads wait for it.
 *
 * collectd's read threads are few and are joined before anything else when it stops, so no read ever talks to AWS. A
 * target is one account in one region; it belongs to the scanner's thread while it is scanned and to the read
 * otherwise:
 *
 *     IDLE -- scanner_request --> WANTED -- the thread --> SCANNING -- the scan ends --> DONE -- scanner_next --> IDLE
 *
 * A target that a read takes with scanner_next belongs to the read until the next scanner_request. */
#ifndef SCANNER_H
#define SCANNER_H

#include "config.h"

#include "state.h"
#include "studio/scan.h"

/* target_state_t is a state of the picture above. */
typedef enum { TARGET_IDLE, TARGET_WANTED, TARGET_SCANNING, TARGET_DONE } target_state_t;

typedef struct scanner scanner_t;

/* scanner_account_t is what the regions of an account share. */
typedef struct {
  const config_account_t *config;
  aws_account_t *aws;
} scanner_account_t;

/* scanner_target_t is one account in one region. */
typedef struct scanner_target {
  struct scanner_target *next; /* in the queue of its state */
  scanner_t *scanner;
  scanner_account_t *account;
  const char *region; /* NULL: not known yet; read it with scanner_region */
  target_state_t state;
  aws_session_t *session;       /* NULL until the region is known */
  studio_t *studio;             /* likewise */
  scan_t *scan;                 /* likewise */
  char warning[512];            /* about the account's files; "": none */
  state_complaint_t recalled;   /* why the state file could not be used; the reader empties it */
  aws_error_t failure;          /* why the last scan could not begin; an empty code: it began */
  unsigned reads;               /* begun since the scan was requested, the requesting read included */
  cdtime_t requested, finished; /* by scanner_clock */
  int64_t unpriced_told_ms;     /* when types without a price were named last, by AWS's clock; 0: never */
  counters_t requests, errors;  /* the thread that scans adds, any thread may read */
} scanner_target_t;

/* scanner_new prepares the targets of a configuration, which must outlive it; it starts no thread and uses no network.
 * NULL: no memory, or libcurl does not work. */
scanner_t *scanner_new(const config_t *config);

/* scanner_free ends the thread, whatever it waits for, and frees everything. */
void scanner_free(scanner_t *scanner);

/* scanner_start makes the thread, once; false: the system refuses it. Call it in a read: collectd forks after the
 * configuration, and threads do not survive that. */
bool scanner_start(scanner_t *scanner);

/* scanner_targets is how many there are. */
size_t scanner_targets(const scanner_t *scanner);

/* scanner_target is the target at index, which the scanner owns. */
scanner_target_t *scanner_target(scanner_t *scanner, size_t index);

/* scanner_region is the target's region, "unknown" until it was found. */
const char *scanner_region(const scanner_target_t *target);

/* scanner_request begins a read: it asks for a scan of each target that is idle. */
void scanner_request(scanner_t *scanner);

/* scanner_clock is the time that scanner_next waits by: it never jumps. */
cdtime_t scanner_clock(void);

/* scanner_next waits until a target's scan is done and returns it; NULL: the deadline has passed, or no target is
 * wanted or being scanned. */
scanner_target_t *scanner_next(scanner_t *scanner, cdtime_t deadline);

/* scanner_remembered tells why the state file could not be written; "": it was written, or did not have to be. */
void scanner_remembered(scanner_t *scanner, state_complaint_t *complaint);

#endif
