/* What is known of SageMaker Studio in one account and region, from one scan to the next: domains, apps, spaces,
 * owners.
 *
 * A studio has one owner at a time: the thread that scans it, or, between scans, the one that reads it. No locks. Times
 * are milliseconds since the epoch by AWS's clock; 0 stands for "not known". */
#ifndef STUDIO_STUDIO_H
#define STUDIO_STUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/client.h"
#include "studio/app.h"
#include "studio/domain.h"
#include "studio/instance.h"
#include "studio/log_reach.h"
#include "studio/operations.h"
#include "studio/owner.h"
#include "studio/settings.h"
#include "studio/space.h"
#include "util/pointer_set.h"

/* studio_scan_t is how the last scan went. scan.c writes it from the results of the scan's phases, when each has ended;
 * only how operations ended is noted as it comes in, by studio_note and studio_note_odd. */
typedef struct {
  uint32_t number;             /* 0: no scan yet */
  int64_t began_ms;            /* its look at streams */
  int64_t looked_ms;           /* when it was done with all looks but those into the logs themselves; 0: it was not */
  bool listing_complete;       /* the listing of apps reached its end */
  bool spaces_listed;          /* a listing of spaces did */
  bool group_missing;          /* AWS knows no such log group: no app has logged yet */
  bool fallback;               /* AWS refuses FilterLogEvents for good: the newest event counts in its place */
  const studio_app_t *endless; /* an app whose search shows empty pages without end; NULL: every search has an end */
  size_t endless_count;
  size_t pending, deleting, failed; /* apps that the listing showed so */
  size_t odd_apps;                  /* items of it that were not understood and may be apps in service */
  size_t odd[OPERATIONS];           /* items of responses that were not understood, and left out */
  char odd_example[64];             /* the name of one of them; "": it has no name */
  bool tried[OPERATIONS];
  aws_error_t errors[OPERATIONS]; /* the first of each; an empty code: no error */
} studio_scan_t;

struct studio {
  studio_settings_t settings;
  aws_session_t *session;
  studio_domain_t **domains;
  size_t domains_count;
  studio_app_t **apps;
  size_t apps_count, apps_capacity;
  size_t next_row;         /* behind the app that was found last: listings come in one order */
  pointer_set_t streams;   /* studio_app_t by stream, without regard to case: the first of its chain */
  pointer_set_t spaces;    /* studio_space_t by domain and name */
  pointer_set_t owners;    /* studio_owner_t by domain and user or space */
  pointer_set_t instances; /* studio_instance_t by domain, user or space, and instance */
  pointer_set_t stalls;    /* see stall.h */
  pointer_set_t words;     /* see words.h */
  uint32_t last_listing;   /* the last scan whose listing of apps reached its end; 0: no scan */
  int64_t last_listing_ms; /* and when it did */
  uint32_t listing_before; /* the scan before last_listing whose listing did; 0: no scan */
  int64_t spaces_asked_ms; /* when ListSpaces was asked last */
  uint32_t swept_in_scan;  /* the scan that a warm sweep goes back to, for the apps looked at since; 0: no scan */
  int64_t swept_ms;        /* and when that began to look */
  int64_t credit;          /* in parts of a call, which may be negative, see stream_index.h */
  log_reach_t reach;
  int64_t slice_ms;                             /* see log_search.h */
  uint32_t group_losses, group_pause, patience; /* likewise */
  uint32_t foreign_hits;                        /* likewise: in the last scan, of phrases of other types */
  bool searches_apart;                          /* likewise: each type by its own phrases alone */
  int64_t report_delay_ms;                      /* from the last scan's looked_ms to its report */
  studio_scan_t scan;
};

/* app_is_in_service: the last listing showed the app in service. app_is_watched: it did, and the app's owner is to be
 * reported. A scan asks these of each app many times. */
static inline bool app_is_in_service(const studio_t *studio, const studio_app_t *app) {
  return app->listing.in_scan == studio->scan.number;
}

static inline bool app_is_watched(const studio_t *studio, const studio_app_t *app) {
  return app_is_in_service(studio, app) && !app->excluded;
}

/* app_is_looked_at: the current scan has confirmed the state of the app's stream. app_is_searched: it has confirmed
 * which of its events count. app_has_variant: it has seen a stream whose name differs from the app's in case. */
static inline bool app_is_looked_at(const studio_t *studio, const studio_app_t *app) {
  return app->log.looked_at_in_scan == studio->scan.number;
}

static inline bool app_is_searched(const studio_t *studio, const studio_app_t *app) {
  return app->search.confirmed_in_scan == studio->scan.number;
}

static inline bool app_has_variant(const studio_t *studio, const studio_app_t *app) {
  return app->log.variant_in_scan == (studio->scan.number & LOG_STREAM_SCAN_MASK);
}

/* studio_new makes a studio. NULL: no memory. The session must outlive the studio, and what the settings point to; they
 * do not change. */
studio_t *studio_new(const studio_settings_t *settings, aws_session_t *session);
void studio_free(studio_t *studio);

/* studio_note keeps how an operation of the current scan ended: its first error, or success (error is NULL). */
void studio_note(studio_t *studio, operation_t operation, const aws_error_t *error);

/* studio_note_odd counts an item that was not understood and left out; name is what it calls itself, "": nothing. */
void studio_note_odd(studio_t *studio, operation_t operation, const char *name);

#endif
