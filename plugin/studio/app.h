/* An app of SageMaker Studio, and what is known of it.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AppDetails.html */
#ifndef STUDIO_APP_H
#define STUDIO_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/beacon.h"
#include "studio/canvas.h"
#include "studio/chatter.h"
#include "studio/domain.h"
#include "studio/idle.h"
#include "studio/listing.h"
#include "studio/log_search_progress.h"
#include "studio/log_stream.h"
#include "studio/series.h"
#include "studio/signals.h"
#include "studio/space.h"
#include "studio/told.h"
#include "util/pointer_set.h"

/* studio_app_t is an app that a listing has shown in service or Pending. It is kept until a complete listing shows that
 * it left, and while it is listed as deleted. Each module keeps what it knows of the app in a struct of its own. */
struct studio_app {
  series_t series;
  listing_facts_t listing;
  stream_facts_t log;
  search_facts_t search;
  beacon_facts_t beacon;
  canvas_facts_t *canvas; /* owned; NULL: it is no Canvas that was asked for */
  chatter_t chatter;
  told_t told;
  idle_facts_t idle;
  studio_app_t *same_stream; /* another app whose stream's name differs in case at most */
  const studio_domain_t *domain;
  studio_space_t *space; /* the space that it is in; NULL: it is a user's */
  const char *type;
  const signal_rule_t *rule; /* its type's, see app_rule */
  const char *instance_type; /* NULL: not told */
  uint32_t row;              /* in studio->apps */
  bool on_plan;              /* reserved capacity: no price applies */
  bool excluded;             /* its owner is not to be reported */
  char stream[];             /* DOMAIN/USER-or-SPACE/TYPE/APP; behind it the user's name, see app_user */
};

/* app_get finds an app or adds it, with listing.in_scan 0; exactly one of user and space is not NULL. The last of
 * studio->apps takes the row of one that is forgotten. NULL: no memory, or a name that is longer than any of AWS's. */
studio_app_t *app_get(studio_t *studio, const studio_domain_t *domain, const char *user, studio_space_t *space,
                      const char *type, const char *name);
void app_forget(studio_t *studio, studio_app_t *app);

/* app_find finds an app and adds nothing, neither domain nor space; NULL: the studio does not know it. */
studio_app_t *app_find(studio_t *studio, const char *domain, const char *user, const char *space, const char *type,
                       const char *name);

/* app_start_ms is when the app was started: its creation, or the later start that a scan saw. */
int64_t app_start_ms(const studio_app_t *app);

/* app_note_start: an app that was absent from a listing was started again if its stream has an event since then. */
void app_note_start(studio_app_t *app);

/* app_is_missed: the app was in service in the listing before the last one, and the last one has it in no status at
 * all. One listing may leave out what is there. */
bool app_is_missed(const studio_t *studio, const studio_app_t *app);

/* app_has_left: the last listing, which is complete, shows that the app is not in service any more. */
bool app_has_left(const studio_t *studio, const studio_app_t *app);

/* app_free frees an app that the studio does not know any more; app_init prepares the studio's set of streams. */
void app_free(studio_app_t *app);
void app_init(pointer_set_t *streams);

/* app_find_by_stream finds the first app whose stream has that name but for case; the others follow in same_stream. */
studio_app_t *app_find_by_stream(const studio_t *studio, const char *name);

/* app_log_as keeps a copy of the name as logged_as (NULL: the app has no other name). false: no memory; logged_as is as
 * it was. */
bool app_log_as(studio_app_t *app, const char *name);

/* app_name is the app's own name, the end of its stream's. */
const char *app_name(const studio_app_t *app);

/* app_user is the name of the user whose app it is; NULL: it is in a space. */
const char *app_user(const studio_app_t *app);

/* app_owner_is_known: it is known whose the app is. */
static inline bool app_owner_is_known(const studio_app_t *app) { return app->space == NULL || app->space->known; }

/* app_owner tells whose the app is: *user is NULL for a space without an owner. false: it is not known. */
bool app_owner(const studio_app_t *app, const char **user);

/* app_rule_by_newest_event is the rule of app types without one in the settings; app_rule_by_metric is that of a Canvas
 * while its metric tells (canvas.h). */
extern const signal_rule_t app_rule_by_newest_event;
extern const signal_rule_t app_rule_by_metric;

/* app_rule is how the app's activity is recognised: by its type's rule, or by the one for a chatty app of its type;
 * never NULL. */
const signal_rule_t *app_rule(const studio_app_t *app);

#endif
