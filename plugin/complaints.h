/* What goes wrong is said once, in one line that tells the remedy, and once more when it is over. What goes well is
 * said once, when it does so first. */
#ifndef COMPLAINTS_H
#define COMPLAINTS_H

#include "dispatch.h"
#include "utils_complain.h"

typedef enum { KEYS_UNKNOWN, KEYS_ACCEPTED, KEYS_REFUSED } keys_state_t;

/* What the last scan of an account in a region says of the keys. */
typedef struct {
  keys_state_t keys; /* KEYS_UNKNOWN, too: the region is not enabled */
  bool scanned, has_accepted;
  unsigned refusals; /* in a row */
  c_complain_t closed;
} complaints_region_t;

/* What the regions of an account share: wrong credentials are not said for each of them, and a configured domain need
 * be in one of them only. */
typedef struct {
  c_complain_t credentials;
  c_complain_t files;
  c_complain_t domain;
  bool *absent; /* by region, then by configured domain */
  complaints_region_t *regions;
  size_t regions_count;
} complaints_account_t;

typedef struct {
  c_complain_t operations[OPERATIONS];
  c_complain_t group;
  c_complain_t names;
  c_complain_t clock;
  c_complain_t odd;
  c_complain_t search;
  c_complain_t series;
  c_complain_t alias;
  bool began; /* the first complete scan has been told of */
} complaints_target_t;

/* The state file is all targets' together: what is wrong with it is not said for each of them. */
typedef struct {
  c_complain_t remembered;
  state_complaint_t recalled; /* what was said last */
} complaints_state_t;

/* complaints_account_init: false: no memory. */
bool complaints_account_init(complaints_account_t *trouble, const config_account_t *config);
void complaints_account_clear(complaints_account_t *trouble);

/* complaints_scan says what the done scan of a target ran into, and what is over. region is the target's index among
 * its account's. */
void complaints_scan(complaints_target_t *trouble, complaints_account_t *account, size_t region,
                     scanner_target_t *target);

/* complaints_recalled says why a target starts without what was known of it before a restart. */
void complaints_recalled(complaints_state_t *trouble, scanner_target_t *target);

/* complaints_remembered says that the state file could not be written, and that it is again ("" is no complaint). */
void complaints_remembered(complaints_state_t *trouble, const state_complaint_t *complaint);

/* complaints_series says that values were kept back because another's stand under the same identifiers, and that an
 * alias is the name of somebody else. */
void complaints_series(complaints_target_t *trouble, scanner_target_t *target, const dispatch_health_t *health);

/* complaints_begin says once, of the first complete scan, how much it has found: of a wrong region, or of filters that
 * fit nobody, there is no other sign. */
void complaints_begin(complaints_target_t *trouble, const scanner_target_t *target, const dispatch_health_t *health);

#endif
