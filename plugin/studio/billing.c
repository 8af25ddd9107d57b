#include "studio/billing.h"

#include <string.h>

#define SYSTEM "system"
#define MONTH_HOURS 730.0
#define GIB 1073741824.0

static bool is_any_of(const char *text, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (text[0] == words[i][0] && strcmp(text, words[i]) == 0)
      return true;
  }
  return false;
}

bool billing_is_free(const char *app_type, const char *instance_type) {
  static const char *const free_on_system[] = {"JupyterServer", "RStudioServerPro"};
  return (instance_type == NULL || strcmp(instance_type, SYSTEM) == 0) &&
         is_any_of(app_type, free_on_system, sizeof(free_on_system) / sizeof(free_on_system[0]));
}

billing_unit_t billing_unit(const char *app_type, const char *instance_type) {
  static const char *const by_session[] = {"Canvas", "RSessionGateway", "RStudioServerPro"};
  if (billing_is_free(app_type, instance_type))
    return (billing_unit_t){NULL, false};
  if (is_any_of(app_type, by_session, sizeof(by_session) / sizeof(by_session[0])))
    return (billing_unit_t){app_type, true};
  if (instance_type != NULL && strcmp(instance_type, SYSTEM) == 0)
    return (billing_unit_t){"ml.t3.medium", false};
  return (billing_unit_t){billing_instance_type(app_type, instance_type), false};
}

const char *billing_instance_type(const char *app_type, const char *instance_type) {
  return instance_type != NULL || billing_is_free(app_type, instance_type) ? instance_type : "unknown";
}

bool billing_price(const billing_price_t *prices, size_t count, const char *region, const char *instance_type,
                   double *usd_an_hour) {
  bool found = false;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(prices[i].instance_type, instance_type) != 0)
      continue;
    bool is_region = strcmp(prices[i].region, region) == 0;
    if (!is_region && (found || strcmp(prices[i].region, "*") != 0))
      continue;
    *usd_an_hour = prices[i].usd;
    found = true;
    if (is_region)
      break;
  }
  return found;
}

bool billing_volume_price(const billing_price_t *prices, size_t count, const char *region, int64_t bytes,
                          double *usd_an_hour) {
  double usd = 0.0;
  if (!billing_price(prices, count, region, BILLING_VOLUME, &usd))
    return false;
  *usd_an_hour = (double)bytes / GIB * usd / MONTH_HOURS;
  return true;
}
