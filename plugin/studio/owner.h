/* An owner of apps: a user, or a space without an owner, which counts as one. */
#ifndef STUDIO_OWNER_H
#define STUDIO_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/app.h"
#include "studio/settings.h"

/* studio_owner_t is a user, or a space without an owner. */
typedef struct {
  series_t series;
  const studio_domain_t *domain;
  int64_t oldest_ms;      /* since when the most idle app is idle, where countable */
  int64_t known_until_ms; /* the idle time may be reported until then: INT64_MIN never, INT64_MAX always; else an app of
                             the owner passes a ConfirmAfter then without an exact look */
  uint32_t seen_in_scan;  /* the scan in which an app of the owner was in service */
  bool countable;         /* an app of the owner has a known idle time */
  bool is_space;
  char name[];
} studio_owner_t;

/* owner_get finds the owner of an app or adds it. NULL: no memory, or the owner is not known. */
studio_owner_t *owner_get(studio_t *studio, const studio_app_t *app);
void owner_forget(studio_t *studio, studio_owner_t *owner);

/* owner_user is the name of the user; NULL: the owner is a space. */
const char *owner_user(const studio_owner_t *owner);

/* owner_is_present: an app of the owner was in service in the last scan. */
bool owner_is_present(const studio_t *studio, const studio_owner_t *owner);

/* owner_init prepares the studio's set of owners, owner_clear frees all that are in it. */
void owner_init(pointer_set_t *owners);
void owner_clear(pointer_set_t *owners);

/* owner_find finds a user of the domain who has apps; NULL: the studio knows no such user. */
studio_owner_t *owner_find(const studio_t *studio, const studio_domain_t *domain, const char *user);

/* owner_alias is what stands for a user in identifiers: the alias of option UserAlias, or the user's own name.
 * owner_alias_is_taken: another user of the domain has the alias for a name; the alias is not used then. */
const char *owner_alias(const studio_t *studio, const studio_domain_t *domain, const char *user);
bool owner_alias_is_taken(const studio_t *studio, const studio_domain_t *domain, const studio_alias_t *alias);

#endif
