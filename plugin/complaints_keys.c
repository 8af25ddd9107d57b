#include "complaints_keys.h"

#include <string.h>

#include "plugin.h"

#include "studio/refusal.h"

bool complaints_keys_init(complaints_keys_t *keys, size_t regions_count) {
  *keys = (complaints_keys_t){.count = regions_count};
  keys->regions = calloc(regions_count, sizeof(*keys->regions));
  return keys->regions != NULL;
}

void complaints_keys_clear(complaints_keys_t *keys) {
  free(keys->regions);
  keys->regions = NULL;
}

bool complaints_keys_are_cause(const aws_error_t *error, operation_t operation) {
  return error->code[0] != '\0' &&
         (strcmp(error->operation, operation_table[operation].name) != 0 || refusal_is_of_keys(error));
}

/* accepting_region is the index of a region whose last scan found the keys accepted; count: there is no such region. */
static size_t accepting_region(const complaints_keys_t *keys) {
  size_t i = 0;
  while (i < keys->count && keys->regions[i].state != KEYS_ACCEPTED)
    i++;
  return i;
}

static bool is_refused_anywhere(const complaints_keys_t *keys) {
  for (size_t i = 0; i < keys->count; i++) {
    if (keys->regions[i].state == KEYS_REFUSED)
      return true;
  }
  return false;
}

static bool are_all_scanned(const complaints_keys_t *keys) {
  for (size_t i = 0; i < keys->count; i++) {
    if (!keys->regions[i].scanned)
      return false;
  }
  return true;
}

/* may_be_of_region: AWS refuses keys with these codes in a region that is not enabled for their account. */
static bool may_be_of_region(const aws_error_t *error) {
  return strcmp(error->code, "UnrecognizedClientException") == 0 || strcmp(error->code, "InvalidClientTokenId") == 0;
}

static void say_closed(complaints_region_t *region, const complaints_label_t *label, const aws_error_t *error,
                       const char *accepting) {
  region->state = KEYS_UNKNOWN;
  c_complain_once(
      LOG_WARNING, &region->closed,
      "sagemaker plugin: %s: the region is not enabled for the account: %s here (HTTP %d), while %s accepts "
      "the same keys; enable it in AWS's account settings, or take it out of option Region.",
      label->text, error->code, error->status, accepting);
}

/* say_refused distinguishes refused keys from a region that is not enabled, where another region accepts the same keys.
 * Whether one does is known once every region was scanned. A region that has accepted the keys before may refuse them
 * because they have expired: there its second refusal decides. */
static void say_refused(complaints_keys_t *keys, size_t index, const complaints_label_t *label,
                        const aws_error_t *error) {
  complaints_region_t *region = &keys->regions[index];
  region->state = KEYS_REFUSED;
  region->refusals++;
  bool is_late = region->refusals > 1;
  size_t accepting = accepting_region(keys);
  bool is_accepted = accepting < keys->count && may_be_of_region(error);
  if (is_accepted && (is_late || !region->has_accepted))
    say_closed(region, label, error, label->config->regions.items[accepting]);
  else if (!is_accepted && (is_late || are_all_scanned(keys) || !may_be_of_region(error)))
    complaints_error(&keys->refused, label, error);
}

/* cause_in is the scan's error that the keys have caused; NULL: they have caused no error. */
static const aws_error_t *cause_in(const studio_scan_t *scan) {
  const aws_error_t *cause = NULL;
  for (size_t i = 0; i < OPERATIONS; i++) {
    if (scan->tried[i] && complaints_keys_are_cause(&scan->errors[i], (operation_t)i))
      cause = &scan->errors[i];
  }
  return cause;
}

void complaints_keys_scan(complaints_keys_t *keys, size_t index, const complaints_label_t *label,
                          const studio_scan_t *scan) {
  complaints_region_t *region = &keys->regions[index];
  const aws_error_t *cause = cause_in(scan);
  bool tried = false;
  bool accepted = false;
  for (size_t i = 0; i < OPERATIONS; i++) {
    tried = tried || scan->tried[i];
    accepted = accepted || (scan->tried[i] && scan->errors[i].code[0] == '\0');
  }
  region->scanned = true;
  if (cause != NULL) {
    say_refused(keys, index, label, cause);
    return;
  }
  if (!tried)
    return;
  region->state = accepted ? KEYS_ACCEPTED : KEYS_UNKNOWN;
  region->has_accepted = region->has_accepted || accepted;
  region->refusals = 0;
  if (accepted)
    c_release(LOG_NOTICE, &region->closed, "sagemaker plugin: %s: AWS accepts the keys in this region now.",
              label->text);
  if (!is_refused_anywhere(keys))
    c_release(LOG_NOTICE, &keys->refused, "sagemaker plugin: %s: credentials and region were found.", label->text);
}

void complaints_keys_fail(complaints_keys_t *keys, size_t index, const complaints_label_t *label,
                          const aws_error_t *error) {
  keys->regions[index].state = KEYS_REFUSED;
  complaints_error(&keys->refused, label, error);
}
