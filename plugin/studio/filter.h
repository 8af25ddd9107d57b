/* Which domains, app types and owners an administrator chose to see. Pure. */
#ifndef STUDIO_FILTER_H
#define STUDIO_FILTER_H

#include "studio/settings.h"

/* filter_takes_domain: option Domain names the domain, or no domain at all. */
bool filter_takes_domain(const studio_settings_t *settings, const char *domain);

/* filter_takes_type: option AppType names the app's type, or no type at all and the app is billed. instance_type is
 * NULL where it is not told. */
bool filter_takes_type(const studio_settings_t *settings, const char *app_type, const char *instance_type);

/* filter_excludes: options User and IgnoreUser keep this owner out. The name of a space stands for the owner that it
 * does not have. */
bool filter_excludes(const studio_settings_t *settings, const char *owner);

#endif
