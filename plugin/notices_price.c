#include <string.h>

#include "plugin.h"
#include "utils/common/common.h"

#include "notices.h"

#define DAY_MS ((int64_t)86400 * 1000)

/* More types than these are counted, not named. */
#define NAMED_TYPES 8

/* unpriced_t is what no sum of money has in it. */
typedef struct {
  const char *types[NAMED_TYPES];
  size_t named, instances;
  bool has_more;
} unpriced_t;

static void add_type(unpriced_t *unpriced, const char *type) {
  unpriced->instances++;
  for (size_t i = 0; i < unpriced->named; i++) {
    if (strcmp(unpriced->types[i], type) == 0)
      return;
  }
  if (unpriced->named < NAMED_TYPES)
    unpriced->types[unpriced->named++] = type;
  else
    unpriced->has_more = true;
}

static unpriced_t find_unpriced(const studio_t *studio) {
  unpriced_t unpriced = {.named = 0};
  size_t at = 0;
  for (const studio_instance_t *instance = pointer_set_next(&studio->instances, &at); instance != NULL;
       instance = pointer_set_next(&studio->instances, &at)) {
    if (instance_is_present(studio, instance) && !instance->on_plan && instance->usd_an_hour < 0.0)
      add_type(&unpriced, instance->instance);
  }
  return unpriced;
}

void notices_say_unpriced(const char *label, scanner_target_t *target) {
  const studio_t *studio = target->studio;
  int64_t now_ms = aws_session_now_ms(studio->session);
  if (studio->settings.prices_count == 0 || !studio->scan.listing_complete ||
      now_ms - target->unpriced_told_ms < DAY_MS)
    return;
  unpriced_t unpriced = find_unpriced(studio);
  if (unpriced.instances == 0)
    return;
  char types[NAMED_TYPES * 40] = "";
  for (size_t i = 0; i < unpriced.named; i++) {
    size_t length = strlen(types);
    ssnprintf(types + length, sizeof(types) - length, "%s%s", i > 0 ? ", " : "", unpriced.types[i]);
  }
  NOTICE("sagemaker plugin: %s: %zu of what is billed has no price, so that no sum of money has it: %s%s; \"sudo "
         "sagemaker-prices %s\" makes sagemaker.prices.conf anew, or add Price lines, then restart collectd.",
         label, unpriced.instances, types, unpriced.has_more ? " and others" : "", scanner_region(target));
  target->unpriced_told_ms = now_ms;
}
