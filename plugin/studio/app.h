/* An app of SageMaker Studio, and what is known of it.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AppDetails.html */
#ifndef STUDIO_APP_H
#define STUDIO_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/domain.h"
#include "studio/series.h"
#include "studio/signals.h"
#include "studio/space.h"
#include "util/pointer_set.h"

/* What was found out about an app's log stream. */
typedef enum { STREAM_NONE, STREAM_WITHOUT_EVENTS, STREAM_WITH_EVENTS } stream_state_t;

/* An app that was in service in the last listing, or left since and has not been reported as gone. Exactly one of user
 * and home is not NULL. stream is DOMAIN/USER-or-SPACE/TYPE/APP. */
typedef struct app_get {
  series_t series;
  struct app_get *same_stream; /* another app whose stream's name differs in case at most */
  const studio_domain_t *domain;
  studio_space_t *space;     /* the space that it is in */
  const char *instance_type; /* NULL: not told */
  const char *user, *type;
  const signal_rule_t *rule; /* its type's, see app_rule */
  char *logged_as;           /* its stream's name where it differs from `stream` in case; NULL: it does not */
  int64_t created_ms;
  int64_t started_ms;  /* when we saw it started; 0: it was there before */
  int64_t returned_ms; /* when it was listed again behind a listing that did not show it, until something shows that it
                          was started since; 0: it was not absent, or that is clear */
  int64_t last_event_ms;
  /* Of the signals match and ignore: the newest event that counts (0: none was found); how far the log was searched,
   * and what last_event_ms was then; down to where nothing newer counts. The search is over when that has reached
   * search_goal_ms. Under every signal searched_ms is up to when the log was looked at exactly, see confirm.h. */
  int64_t last_match_ms, search_goal_ms;
  struct {
    int64_t from_ms, to_ms, newest_event_ms;
  } searched;
  uint64_t hours;             /* bit n: the signal moved n hours before hours_at */
  uint32_t hours_at;          /* hours since the epoch */
  uint32_t row;               /* in studio->apps */
  uint32_t listed_in_scan;    /* the scan that listed it last */
  uint32_t looked_at_in_scan; /* the scan that last confirmed stream_state and last_event_ms */
  uint32_t searched_in_scan;  /* the scan that last confirmed what was searched */
  uint32_t silent_since_s;    /* seconds since the epoch: since when none has; 0: the last one has */
  uint32_t absent_s;          /* how long before returned_ms that listing was */
  uint32_t off;             /* the first scan since it was in service that listed it in another status, and no other of
                               its name; 0: none did */
  uint32_t off_listed;      /* the last such scan */
  uint32_t variant_in_scan; /* the scan that last saw a stream whose name differs in case */
  uint8_t stream_state;     /* a stream_state_t */
  bool excluded;            /* its owner is not to be reported */
  bool on_plan;             /* reserved capacity: no price applies */
  bool chatty;              /* its signal moves in nearly every hour of a day: no person's does */
  bool switched;            /* so its own signal says nothing: Match phrases count instead */
  bool noticed_unlogged, noticed_chatty, noticed_silent; /* people were told */
  char stream[];
} studio_app_t;

/* app_get finds an app or adds it, with listed_in_scan 0; exactly one of user and space is not NULL. The last of
 * studio->apps takes the row of one that is forgotten. NULL: no memory, or a name that is longer than any of AWS's. */
studio_app_t *app_get(studio_t *studio, const studio_domain_t *domain, const char *user, studio_space_t *space,
                      const char *type, const char *name);
void app_forget(studio_t *studio, studio_app_t *app);

/* app_find finds an app and adds nothing, neither domain nor space; NULL: the studio does not know it. */
studio_app_t *app_find(studio_t *studio, const char *domain, const char *user, const char *space, const char *type,
                       const char *name);

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

/* app_log_as keeps a copy of the name as logged_as (NULL: none). false: no memory, and it is as it was. */
bool app_log_as(studio_app_t *app, const char *name);

/* app_name is the app's own name, the end of its stream's. */
const char *app_name(const studio_app_t *app);

/* app_owner tells whose the app is: *user is NULL for a space without an owner. false: it is not known. */
bool app_owner(const studio_app_t *app, const char **user);

/* app_rule is how the app's activity is recognised: by its type's rule, or the settings' chatter_rule; never NULL. */
const signal_rule_t *app_rule(const studio_t *studio, const studio_app_t *app);

/* app_is_in_service: the last listing showed the app in service. app_is_watched: it did, and the app's owner is to be
 * reported. */
bool app_is_in_service(const studio_t *studio, const studio_app_t *app);
bool app_is_watched(const studio_t *studio, const studio_app_t *app);

/* app_is_looked_at: the current scan has confirmed the state of the app's stream. app_is_searched: it has confirmed
 * which of its events count. app_has_variant: it has seen a stream whose name differs from the app's in case. */
bool app_is_looked_at(const studio_t *studio, const studio_app_t *app);
bool app_is_searched(const studio_t *studio, const studio_app_t *app);
bool app_has_variant(const studio_t *studio, const studio_app_t *app);

#endif
