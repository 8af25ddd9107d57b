/* Complaints: a trouble is said once, in one line that tells the remedy, and its end in another. The first scan that
 * succeeds is said once. */
#ifndef COMPLAINTS_H
#define COMPLAINTS_H

#include "complaints_keys.h"
#include "dispatch.h"
#include "utils_complain.h"

/* complaints_account_t is what was said of an account for all of its regions: refused keys are one line, and a
 * configured domain need be in one region only. */
typedef struct {
  complaints_keys_t keys;
  c_complain_t files;
  c_complain_t domain;
  bool *absent; /* by region, then by configured domain */
} complaints_account_t;

/* complaints_target_t is what was said of an account in one region. */
typedef struct {
  c_complain_t operations[OPERATIONS];
  c_complain_t group;
  c_complain_t names;
  c_complain_t clock;
  c_complain_t odd;
  c_complain_t search;
  c_complain_t series;
  c_complain_t alias;
  bool began; /* the first complete scan was told of */
} complaints_target_t;

/* complaints_state_t is what was said of the state file, which all targets share. */
typedef struct {
  c_complain_t remembered;
  state_complaint_t recalled; /* what was said last */
} complaints_state_t;

/* complaints_account_init makes room for what scans tell of the account's regions; false: no memory. Clear it in every
 * case. */
bool complaints_account_init(complaints_account_t *account, const config_account_t *config);

/* complaints_account_clear frees it; safe twice. */
void complaints_account_clear(complaints_account_t *account);

/* complaints_scan says what the done scan of a target ran into, and what is over. region is the target's index among
 * its account's. */
void complaints_scan(complaints_target_t *said, complaints_account_t *account, size_t region, scanner_target_t *target);

/* complaints_recalled says why a target starts without what was known of it before a restart. */
void complaints_recalled(complaints_state_t *said, scanner_target_t *target);

/* complaints_remembered says that the state file could not be written, and that it is written again ("" is no
 * complaint). */
void complaints_remembered(complaints_state_t *said, const state_complaint_t *complaint);

/* complaints_series says that values were kept back because other values stand under the same identifiers, and that an
 * alias is another owner's name. */
void complaints_series(complaints_target_t *said, scanner_target_t *target, const dispatch_health_t *health);

/* complaints_begin says once how much the first complete scan found: a wrong region, or filters that fit no app, have
 * no other sign. */
void complaints_begin(complaints_target_t *said, const scanner_target_t *target, const dispatch_health_t *health);

#endif
