#include "studio/settle.h"

#include "studio/confirm.h"
#include "studio/idle.h"
#include "util/times.h"

/* BEGAN_MASK is as wide as an instance's began_ms. */
#define BEGAN_MASK ((UINT64_C(1) << 48) - 1)

/* NEVER_KNOWN_MS and ALWAYS_KNOWN_MS: an owner's or instance's idleness is unknown, always known, or known until one of
 * its apps passes a ConfirmAfter without an exact look. */
#define NEVER_KNOWN_MS INT64_MIN
#define ALWAYS_KNOWN_MS INT64_MAX

/* settle_share_t is what an app contributes to its owner and its instance. */
typedef struct {
  const studio_app_t *app;
  idle_since_t idle;
  int64_t known_until_ms;
} settle_share_t;

static settle_share_t share_of(const studio_t *studio, studio_app_t *app) {
  settle_share_t share = {app, idle_settle(studio, app), NEVER_KNOWN_MS};
  if (share.idle.state == IDLE_KNOWN)
    share.known_until_ms = studio->scan.fallback ? ALWAYS_KNOWN_MS : confirm_until_ms(studio, app, share.idle.since_ms);
  return share;
}

static void settle_owner(studio_t *studio, const settle_share_t *share) {
  studio_owner_t *owner = owner_get(studio, share->app);
  if (owner == NULL)
    return;
  if (!owner_is_present(studio, owner)) {
    owner->seen_in_scan = studio->scan.number;
    owner->countable = false;
    owner->known_until_ms = ALWAYS_KNOWN_MS;
  }
  if (share->idle.state == IDLE_BLIND || share->idle.state == IDLE_VOID)
    return;
  owner->known_until_ms = min_ms(owner->known_until_ms, share->known_until_ms);
  if (share->idle.state == IDLE_UNKNOWN)
    return;
  if (!owner->countable || share->idle.since_ms < owner->oldest_ms)
    owner->oldest_ms = share->idle.since_ms;
  owner->countable = true;
}

static void settle_instance(studio_t *studio, const settle_share_t *share) {
  billing_unit_t unit = billing_unit(share->app->type, share->app->instance_type);
  studio_instance_t *instance = unit.instance != NULL ? instance_get(studio, share->app, unit.instance) : NULL;
  if (instance == NULL)
    return;
  if (!instance_is_present(studio, instance)) {
    instance->seen_in_scan = studio->scan.number;
    instance->known_until_ms = ALWAYS_KNOWN_MS;
    instance->on_plan = false;
    instance->units = 0;
    instance->newest_ms = 0;
    instance->began_ms = 0;
  }
  int64_t began_ms = app_is_in_service(studio, share->app) ? app_start_ms(share->app) : 0;
  if (began_ms > 0 && (instance->began_ms == 0 || began_ms < (int64_t)instance->began_ms))
    instance->began_ms = (uint64_t)began_ms & BEGAN_MASK;
  instance->known_until_ms = min_ms(instance->known_until_ms, share->known_until_ms);
  instance->on_plan |= share->app->on_plan ? 1U : 0U;
  if (instance->units == 0 || (unit.by_session && instance->units < INSTANCE_UNITS_MAX))
    instance->units++;
  instance->newest_ms = max_ms(instance->newest_ms, share->idle.since_ms);
}

/* settle_missed makes an app unknown that the listing may have left out, and with it what it is part of, until the next
 * one. */
static void settle_missed(studio_t *studio, const studio_app_t *app) {
  const settle_share_t unknown = {app, {.state = IDLE_UNKNOWN}, NEVER_KNOWN_MS};
  if (app->excluded)
    return;
  settle_owner(studio, &unknown);
  settle_instance(studio, &unknown);
  if (app->space != NULL)
    app->space->occupied_in_scan = studio->scan.number;
}

/* settle_departed makes the space of an app that leaves vacant from now on; an app that was in another status before
 * left it then. */
static void settle_departed(const studio_t *studio, const studio_app_t *app, int64_t now_ms) {
  bool left_before =
      app->listing.off_since_scan > app->listing.in_scan && app->listing.off_since_scan < studio->scan.number;
  if (app->space != NULL && !left_before)
    app->space->vacant_ms = max_ms(app->space->vacant_ms, now_ms);
}

void settle_scan(studio_t *studio) {
  int64_t now_ms = aws_session_now_ms(studio->session);
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (app_is_watched(studio, app)) {
      settle_share_t share = share_of(studio, app);
      settle_owner(studio, &share);
      settle_instance(studio, &share);
    } else if (app_has_left(studio, app)) {
      settle_departed(studio, app, now_ms);
    } else if (studio->scan.listing_complete && !app_is_in_service(studio, app)) {
      settle_missed(studio, app);
    }
  }
}

/* forget_apps keeps an app that is still listed as deleted: it may be started again under its old creation time. */
static void forget_apps(studio_t *studio) {
  for (size_t i = studio->apps_count; i > 0; i--) {
    studio_app_t *app = studio->apps[i - 1];
    if (!app_has_left(studio, app))
      continue;
    if (app->listing.off_in_scan != studio->scan.number)
      app_forget(studio, app);
    else if (app->space != NULL)
      app->space->kept_in_scan = studio->scan.number;
  }
}

static void forget_owners(studio_t *studio) {
  size_t at = 0;
  for (studio_owner_t *owner = pointer_set_next(&studio->owners, &at); owner != NULL;
       owner = pointer_set_next(&studio->owners, &at)) {
    if (!owner_is_present(studio, owner))
      owner_forget(studio, owner);
  }
}

static void forget_instances(studio_t *studio) {
  size_t at = 0;
  for (studio_instance_t *instance = pointer_set_next(&studio->instances, &at); instance != NULL;
       instance = pointer_set_next(&studio->instances, &at)) {
    if (!instance_is_present(studio, instance))
      instance_forget(studio, instance);
  }
}

/* forget_spaces comes after the apps: no app points to a space that it frees. Another space of its name may be made
 * with another owner, so a space that is not watched is asked for again once an app comes into it. */
static void forget_spaces(studio_t *studio) {
  const studio_scan_t *scan = &studio->scan;
  size_t at = 0;
  for (studio_space_t *space = pointer_set_next(&studio->spaces, &at); space != NULL;
       space = pointer_set_next(&studio->spaces, &at)) {
    bool is_gone = space->listed_in_scan != scan->number && (scan->spaces_listed || space->listed_in_scan == 0);
    bool is_reportable = space_is_vacant(studio, space);
    if (space->occupied_in_scan != scan->number && space->kept_in_scan != scan->number && !is_reportable &&
        (is_gone || !studio->settings.watch_spaces))
      space_forget(studio, space);
  }
}

void settle_forget(studio_t *studio) {
  if (!studio->scan.listing_complete)
    return;
  forget_apps(studio);
  forget_owners(studio);
  forget_instances(studio);
  forget_spaces(studio);
}
