/* What is known of SageMaker Studio in one account and region, from one scan to the next: domains, apps, spaces,
 * people.
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
#include "studio/operations.h"
#include "studio/owner.h"
#include "studio/settings.h"
#include "studio/space.h"
#include "util/pointer_set.h"

/* How the current or last scan went. */
typedef struct {
  uint32_t number;    /* 0: none yet */
  int64_t began_ms;   /* its look at streams */
  int64_t looked_ms;  /* when it was done with all looks but those into the logs themselves; 0: it was not */
  size_t swept_pages; /* that it has looked at streams by recency */
  bool sweep_failed, sweep_was_too_expensive;
  bool listing_complete;       /* the listing of apps reached its end */
  bool spaces_listed;          /* a listing of spaces did */
  bool group_missing;          /* nobody has ever logged */
  bool fallback;               /* AWS refuses FilterLogEvents for good: the newest event counts in its place */
  const studio_app_t *endless; /* one of those whose search shows empty pages without end; NULL: there are none */
  size_t endless_count;
  size_t pending, deleting, failed; /* apps that the listing showed so */
  size_t odd[OPERATIONS];           /* items of answers that were not understood, and left out */
  size_t odd_apps;                  /* those of the listing that may be apps in service */
  char odd_example[64];             /* the name of one of them; "": it has none */
  bool tried[OPERATIONS];
  aws_error_t errors[OPERATIONS]; /* an empty code: none */
} studio_scan_t;

struct studio {
  studio_settings_t settings;
  aws_session_t *session;
  studio_domain_t **domains;
  size_t domains_count;
  studio_app_t **apps;
  studio_app_t **queue; /* matching's, with room for all apps: a scan need not ask for it */
  size_t apps_count, apps_capacity;
  size_t next_row;         /* behind the app that was found last: listings come in one order */
  pointer_set_t streams;   /* studio_app_t by stream, without regard to case: the first of its chain */
  pointer_set_t spaces;    /* studio_space_t by domain and name */
  pointer_set_t owners;    /* studio_owner_t by domain and user or space */
  pointer_set_t instances; /* studio_instance_t by domain, user or space, and instance */
  pointer_set_t stalls;    /* see stall.h */
  pointer_set_t words;     /* see words.h */
  uint32_t last_listing;   /* the last scan whose listing of apps reached its end; 0: none */
  int64_t last_listing_ms; /* and when it did */
  uint32_t listing_before; /* the scan before last_listing whose listing did; 0: none */
  uint32_t swept;          /* a scan: what apps that were looked at in it or since showed then is known; 0: none */
  int64_t swept_ms;        /* and when it began to look */
  int64_t credit;          /* see activity.h */
  int64_t slice_ms;        /* see matching.h */
  uint32_t group_losses, group_pause, patience; /* likewise */
  int64_t report_delay_ms;                      /* from the last scan's looked_ms to its report */
  studio_scan_t scan;
};

/* NULL: no memory. The session must outlive the studio, and what the settings point to; they do not change. */
studio_t *studio_new(const studio_settings_t *settings, aws_session_t *session);
void studio_free(studio_t *studio);

/* studio_note keeps how an operation of the current scan ended: its first error, or none (error is NULL). */
void studio_note(studio_t *studio, operation_t operation, const aws_error_t *error);

/* studio_note_odd counts an item that was not understood and left out; name is what it calls itself, "": nothing. */
void studio_note_odd(studio_t *studio, operation_t operation, const char *name);

/* studio_mark_beginning notes when the scan's look at streams began; again once an answer has come, because this
 * machine's clock may be ahead of AWS's and only an answer tell it. */
void studio_mark_beginning(studio_t *studio);

#endif
