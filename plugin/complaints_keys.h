/* Whose trouble refused keys are: the account's, told once for all of its regions, or that of one region which is not
 * enabled. */
#ifndef COMPLAINTS_KEYS_H
#define COMPLAINTS_KEYS_H

#include "complaints_error.h"

/* keys_state_t is what a scan says of the keys. */
typedef enum { KEYS_UNKNOWN, KEYS_ACCEPTED, KEYS_REFUSED } keys_state_t;

/* complaints_region_t is what scans of an account in one region have told of its keys. */
typedef struct {
  keys_state_t state; /* of the last scan; KEYS_UNKNOWN as well where the region is not enabled */
  bool scanned, has_accepted;
  unsigned refusals; /* in a row */
  c_complain_t closed;
} complaints_region_t;

/* complaints_keys_t is what was said of an account's keys. */
typedef struct {
  c_complain_t refused;
  complaints_region_t *regions;
  size_t count;
} complaints_keys_t;

/* complaints_keys_init makes room for the regions; false: no memory. */
bool complaints_keys_init(complaints_keys_t *keys, size_t regions_count);

/* complaints_keys_clear frees it; safe twice. */
void complaints_keys_clear(complaints_keys_t *keys);

/* complaints_keys_are_cause: the error came before the operation was asked for, or AWS does not accept the keys; then
 * every operation and region of the account has it alike. */
bool complaints_keys_are_cause(const aws_error_t *error, operation_t operation);

/* complaints_keys_scan tells what a scan of the account's region of that index says of the keys. */
void complaints_keys_scan(complaints_keys_t *keys, size_t index, const complaints_label_t *label,
                          const studio_scan_t *scan);

/* complaints_keys_fail tells why a scan of that region could not begin. */
void complaints_keys_fail(complaints_keys_t *keys, size_t index, const complaints_label_t *label,
                          const aws_error_t *error);

#endif
