#include "studio/filter.h"

#include <string.h>

static bool contains(const studio_names_t *names, const char *name) {
  for (size_t i = 0; i < names->count; i++) {
    if (strcmp(names->items[i], name) == 0)
      return true;
  }
  return false;
}

static bool matches(const studio_patterns_t *patterns, const char *name) {
  for (size_t i = 0; i < patterns->count; i++) {
    if (regexec(&patterns->items[i], name, 0, NULL, 0) == 0)
      return true;
  }
  return false;
}

bool filter_takes_domain(const studio_settings_t *settings, const char *domain) {
  return settings->domains.count == 0 || contains(&settings->domains, domain);
}

bool filter_takes_type(const studio_settings_t *settings, const char *app_type, const char *instance_type) {
  if (settings->app_types.count > 0)
    return contains(&settings->app_types, app_type);
  return !billing_is_free(app_type, instance_type);
}

bool filter_excludes(const studio_settings_t *settings, const char *owner) {
  return (settings->users.count > 0 && !matches(&settings->users, owner)) || matches(&settings->ignored_users, owner);
}
