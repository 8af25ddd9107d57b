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
#include "studio/operations.h"
#include "studio/pointer_set.h"
#include "studio/settings.h"

/* What whoever reports keeps with everything that has a value: a hash of the name that it stands under; 0: none yet. */
typedef struct {
  uint64_t hash;
} claim_t;

/* ListDomains tells a domain's name. */
typedef enum { DOMAIN_UNASKED, DOMAIN_LISTED, DOMAIN_ABSENT } domain_state_t;

typedef struct {
  char *id;
  char *name; /* NULL: not known */
  domain_state_t state;
  uint32_t listed; /* the scan whose ListDomains showed it last */
  bool ambiguous;  /* another domain has the same name */
} studio_domain_t;

/* https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SpaceDetails.html */
typedef struct {
  claim_t claim;
  const studio_domain_t *domain;
  char *owner;          /* NULL: a shared space without one; or not known yet */
  int64_t volume_bytes; /* of its own; 0: none, or not told */
  int64_t vacant_ms;    /* since when no app is in it, as far as is known */
  uint32_t listed;      /* the scan whose ListSpaces showed it last */
  uint32_t kept;        /* the scan in which an app that is not in service was kept that points to it */
  uint32_t occupied;    /* the scan that showed an app in it last, running or on its way */
  bool known;           /* ListSpaces has told of it */
  bool excluded;        /* its owner is not to be reported */
  bool reported;
  char name[];
} studio_space_t;

/* What was found out about an app's log stream. */
typedef enum { STREAM_NONE, STREAM_WITHOUT_EVENTS, STREAM_WITH_EVENTS } stream_state_t;

/* An app that was in service in the last listing, or left since and has not been reported as gone. Exactly one of user
 * and home is not NULL. stream is DOMAIN/USER-or-SPACE/TYPE/APP. */
typedef struct studio_app {
  claim_t claim;
  struct studio_app *same_stream; /* another app whose stream's name differs in case at most */
  const studio_domain_t *domain;
  studio_space_t *home;      /* the space that it is in */
  const char *instance_type; /* NULL: not told */
  const char *user, *type;
  const signal_rule_t *rule; /* in the settings; NULL: its newest event counts */
  char *logged_as;           /* its stream's name where it differs from `stream` in case; NULL: it does not */
  int64_t created_ms;
  int64_t started_ms;  /* when we saw it started; 0: it was there before */
  int64_t returned_ms; /* when it was listed again behind a listing that did not show it, until something shows that it
                          was started since; 0: it was not absent, or that is clear */
  int64_t last_event_ms;
  /* Of the signals match and ignore: the newest event that counts (0: none was found); how far the log was searched,
   * and what last_event_ms was then; down to where nothing newer counts. The search is over when that has reached
   * goal_ms. Under every signal searched_ms is up to when the log was looked at exactly, see confirm.h. */
  int64_t counted_ms, searched_ms, searched_event_ms, proven_ms, goal_ms;
  uint64_t hours;          /* bit n: the signal moved n hours before hours_at */
  uint32_t hours_at;       /* hours since the epoch */
  uint32_t row;            /* in studio->apps */
  uint32_t listed;         /* the scan that listed it last */
  uint32_t looked;         /* the scan that last confirmed stream_state and last_event_ms */
  uint32_t matched;        /* the scan that last confirmed what was searched */
  uint32_t told;           /* the last scan that gave it a value */
  uint32_t silent_since_s; /* seconds since the epoch: since when none has; 0: the last one has */
  uint32_t absent_s;       /* how long before returned_ms that listing was */
  uint32_t off;            /* the first scan since it was in service that listed it in another status, and no other of
                              its name; 0: none did */
  uint32_t off_listed;     /* the last such scan */
  uint32_t varied;         /* the scan that last saw a stream whose name differs in case */
  uint8_t stream_state;    /* a stream_state_t */
  bool excluded;           /* its owner is not to be reported */
  bool on_plan;            /* reserved capacity: no price applies */
  bool chatty;             /* its signal moves in nearly every hour of a day: no person's does */
  bool switched;           /* so its own signal says nothing: Match phrases count instead */
  bool reported;           /* a value has been dispatched */
  bool noticed_unlogged, noticed_chatty, noticed_silent; /* people were told */
  char stream[];
} studio_app_t;

/* Whoever has apps: a user, or a space without an owner (user is NULL). */
typedef struct {
  claim_t claim;
  const studio_domain_t *domain;
  const char *user, *space; /* in names */
  int64_t oldest_ms;        /* of the report that is being made, like countable and unknown */
  uint32_t seen;            /* the scan in which an app of theirs was in service */
  bool reported;
  bool countable, unknown;
  char names[];
} studio_person_t;

/* What is billed: an instance that the apps of one user or space share, or the sessions of one app type. */
typedef struct {
  claim_t claim;
  const studio_domain_t *domain;
  const char *user, *space; /* in names: its owner, NULL: none; the space that it is for, NULL: the user themself */
  const char *instance;
  double usd_an_hour; /* negative: no price */
  int64_t newest_ms;  /* of the report that is being made, like units (that cost), known and on_plan */
  uint32_t units;
  uint32_t seen; /* the scan in which an app on it was in service */
  bool known, on_plan;
  bool reported, cost_reported, waste_reported;
  char names[];
} studio_instance_t;

/* How the current or last scan went. */
typedef struct {
  uint32_t number;    /* 0: none yet */
  int64_t began_ms;   /* its look at streams */
  int64_t looked_ms;  /* when it was done with all looks but those into the logs themselves; 0: it was not */
  size_t swept_pages; /* that it has looked at streams by recency */
  bool sweep_failed, sweep_was_dear;
  bool listed;                 /* the listing of apps reached its end */
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

typedef struct {
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
  pointer_set_t persons;   /* studio_person_t by domain and user or space */
  pointer_set_t instances; /* studio_instance_t by domain, user or space, and instance */
  pointer_set_t stalls;    /* see stall.h */
  pointer_set_t words;     /* instance types and app types, each kept once */
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
} studio_t;

/* NULL: no memory. The session must outlive the studio, and what the settings point to; they do not change. */
studio_t *studio_new(const studio_settings_t *settings, aws_session_t *session);
void studio_free(studio_t *studio);

/* The finders below add what they do not find; NULL: no memory, or a name that is too long to be one of AWS's. Domains
 * and words live as long as the studio. */
studio_domain_t *studio_domain(studio_t *studio, const char *id);

/* studio_word is a copy of text, the same for the same text. */
const char *studio_word(studio_t *studio, const char *text);

/* studio_space: apps point to their space, so it is forgotten only when it has none. studio_find_space adds nothing. */
studio_space_t *studio_find_space(const studio_t *studio, const studio_domain_t *domain, const char *name);
studio_space_t *studio_space(studio_t *studio, const studio_domain_t *domain, const char *name);
void studio_forget_space(studio_t *studio, studio_space_t *space);

/* studio_app: exactly one of user and home is not NULL. A new app has listed 0. The last of studio->apps takes the row
 * of one that is forgotten. */
studio_app_t *studio_app(studio_t *studio, const studio_domain_t *domain, const char *user, studio_space_t *home,
                         const char *type, const char *name);
void studio_forget(studio_t *studio, studio_app_t *app);

/* studio_find_app is studio_app, but adds nothing, neither domain nor space; NULL: it is not known. */
studio_app_t *studio_find_app(studio_t *studio, const char *domain, const char *user, const char *space,
                              const char *type, const char *name);

/* studio_note_start: an app that was absent from a listing has been started since when its stream has an event since.
 */
void studio_note_start(studio_app_t *app);

/* studio_is_missed: the app was in service in the listing before the last one, and that has it in no status at all. One
 * listing may leave out what is there. */
bool studio_is_missed(const studio_t *studio, const studio_app_t *app);

/* studio_log_as keeps a copy of the name as logged_as (NULL: none). false: no memory, and it is as it was. */
bool studio_log_as(studio_app_t *app, const char *name);

/* studio_app_name is the end of its stream's name. */
const char *studio_app_name(const studio_app_t *app);

/* studio_person is the owner of an app, studio_instance what it is billed for; its owner must be known.
 * studio_find_user adds nobody. */
studio_person_t *studio_person(studio_t *studio, const studio_app_t *app);
studio_person_t *studio_find_user(const studio_t *studio, const studio_domain_t *domain, const char *user);
void studio_forget_person(studio_t *studio, studio_person_t *person);
studio_instance_t *studio_instance(studio_t *studio, const studio_app_t *app, const char *instance);
void studio_forget_instance(studio_t *studio, studio_instance_t *instance);

/* studio_stream finds the first app whose stream has that name but for case; the others follow in same_stream. */
studio_app_t *studio_stream(const studio_t *studio, const char *name);

/* studio_name_domain notes what ListDomains says of a domain; false: no memory. */
bool studio_name_domain(studio_t *studio, const char *id, const char *name);

/* studio_domain_label writes what stands for a domain in identifiers; false: its name is wanted and not known. */
bool studio_domain_label(const studio_t *studio, const studio_domain_t *domain, char *label, size_t size);

/* studio_owner tells whose an app is: *user is NULL for a space without an owner. false: it is not known. */
bool studio_owner(const studio_app_t *app, const char **user);

/* studio_alias is what stands for a user in identifiers. An alias that is the name of another user of the domain who
 * has apps stands for nobody: studio_alias_is_taken. */
const char *studio_alias(const studio_t *studio, const studio_domain_t *domain, const char *user);
bool studio_alias_is_taken(const studio_t *studio, const studio_domain_t *domain, const studio_alias_t *alias);

/* studio_signal is how activity is recognised for an app; *pattern is the filter pattern of match and ignore. */
signal_t studio_signal(const studio_t *studio, const studio_app_t *app, const char **pattern);

/* studio_note keeps how an operation of the current scan ended: its first error, or none (error is NULL). */
void studio_note(studio_t *studio, operation_t operation, const aws_error_t *error);

/* studio_note_odd counts an item that was not understood and left out; name is what it calls itself, "": nothing. */
void studio_note_odd(studio_t *studio, operation_t operation, const char *name);

/* studio_mark_beginning notes when the scan's look at streams began; again once an answer has come, because this
 * machine's clock may be ahead of AWS's and only an answer tell it. */
void studio_mark_beginning(studio_t *studio);

/* studio_is_in_service: the last listing showed it so. */
bool studio_is_in_service(const studio_t *studio, const studio_app_t *app);

/* studio_is_watched: it is in service, and its owner is not one who is not to be reported. */
bool studio_is_watched(const studio_t *studio, const studio_app_t *app);

/* studio_app_has_documented_stream: AWS says where apps of this type log; of the others a stream proves it. */
bool studio_app_has_documented_stream(const char *type);

#endif
