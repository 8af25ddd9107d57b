/* What is known of SageMaker Studio in one account and region, from one scan to the next: domains, apps, people.
 *
 * A studio has one owner at a time: the thread that scans it, or, between scans, the one that reads it. No locks. Times
 * are milliseconds since the epoch by AWS's clock; 0 stands for "not known". */
#ifndef STUDIO_STUDIO_H
#define STUDIO_STUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/linkhash.h>

#include "aws/client.h"
#include "studio/operations.h"

typedef struct {
  const char *const *items;
  size_t count;
} studio_names_t;

/* What an administrator chose to see. The strings must outlive the studio. */
typedef struct {
  studio_names_t domains;   /* ids; none: every domain */
  studio_names_t app_types; /* none: all that are billed */
  const char *log_group;
  bool label_by_name; /* domains stand under their names */
} studio_settings_t;

/* ListDomains tells a domain's name. */
typedef enum { DOMAIN_UNASKED, DOMAIN_LISTED, DOMAIN_ABSENT } domain_state_t;

typedef struct {
  char *id;
  char *name; /* NULL: not known */
  domain_state_t state;
  bool ambiguous; /* another domain has the same name */
} studio_domain_t;

/* What was found out about an app's log stream. */
typedef enum { STREAM_NONE, STREAM_WITHOUT_EVENTS, STREAM_WITH_EVENTS } stream_state_t;

/* An app that was in service in the last listing, or left since and has not been reported as gone. Exactly one of user
 * and space is not NULL. stream is DOMAIN/USER-or-SPACE/TYPE/APP. */
typedef struct studio_app {
  struct studio_app *same_stream; /* another app whose stream's name differs in case at most */
  const studio_domain_t *domain;
  const char *instance_type; /* NULL: not told */
  const char *user, *space, *type, *name;
  int64_t created_ms;
  int64_t started_ms; /* when we saw it come into service; 0: it was there before */
  int64_t last_event_ms;
  uint64_t listed; /* the scan that listed it last */
  uint64_t looked; /* the scan that last confirmed stream_state and last_event_ms */
  uint32_t row;    /* in studio->apps */
  stream_state_t stream_state;
  bool reported; /* a value has been dispatched */
  bool noticed;  /* people were told that it has no stream */
  char stream[];
} studio_app_t;

/* Whoever has apps: a user, or a space without an owner (user is NULL). */
typedef struct {
  const studio_domain_t *domain;
  char *user, *space;
  uint64_t seen; /* the scan in which an app of theirs was in service */
  bool reported;
  /* of the report that is being made */
  bool countable, unknown;
  int64_t oldest_ms;
} studio_person_t;

typedef struct {
  uint64_t number;    /* of the last or current scan; 0: none yet */
  bool listed;        /* the listing of apps reached its end */
  bool group_missing; /* nobody has ever logged */
  bool tried[OPERATIONS];
  aws_error_t errors[OPERATIONS]; /* an empty code: none */
} studio_scan_t;

typedef struct {
  studio_settings_t settings;
  aws_session_t *session;
  studio_domain_t **domains;
  size_t domains_count;
  studio_app_t **apps;
  size_t apps_count, apps_capacity;
  lh_table *streams;     /* stream name without regard to case -> studio_app_t, the first of its chain */
  lh_table *persons;     /* DOMAIN/USER or DOMAIN//SPACE -> studio_person_t */
  lh_table *words;       /* instance types and app types, each kept once */
  uint64_t last_listing; /* the last scan whose listing of apps reached its end; 0: none */
  studio_scan_t scan;
} studio_t;

/* NULL: no memory. The session must outlive the studio. */
studio_t *studio_new(const studio_settings_t *settings, aws_session_t *session);
void studio_free(studio_t *studio);

/* studio_domain finds or adds a domain; NULL: no memory. Domains live as long as the studio. */
studio_domain_t *studio_domain(studio_t *studio, const char *id);

/* studio_name_domain notes what ListDomains says of a domain; false: no memory. */
bool studio_name_domain(studio_t *studio, const char *id, const char *name);

/* studio_word returns a copy of text that lives as long as the studio, the same for the same text; NULL: no memory. */
const char *studio_word(studio_t *studio, const char *text);

/* studio_app finds an app or adds it with listed 0; NULL: no memory, or a name that is too long to be AWS's. */
studio_app_t *studio_app(studio_t *studio, const studio_domain_t *domain, const char *user, const char *space,
                         const char *type, const char *name);

/* studio_stream finds the first app whose stream has that name but for case; the others follow in same_stream. */
studio_app_t *studio_stream(const studio_t *studio, const char *name);

/* studio_forget removes an app, which is then freed. The last of studio->apps takes its row. */
void studio_forget(studio_t *studio, studio_app_t *app);

/* studio_person finds or adds the owner of an app; NULL: no memory. */
studio_person_t *studio_person(studio_t *studio, const studio_app_t *app);
void studio_forget_person(studio_t *studio, studio_person_t *person);

/* studio_note keeps how an operation of the current scan ended: its first error, or none (error is NULL). */
void studio_note(studio_t *studio, operation_t operation, const aws_error_t *error);

/* studio_is_in_service: the last listing showed it so. */
bool studio_is_in_service(const studio_t *studio, const studio_app_t *app);

/* studio_app_is_billed: JupyterServer and RStudioServerPro on `system` cost nothing. instance_type may be NULL. */
bool studio_app_is_billed(const char *type, const char *instance_type);

/* studio_app_has_documented_stream: AWS says where apps of this type log; of the others a stream proves it. */
bool studio_app_has_documented_stream(const char *type);

/* studio_domain_label writes what stands for a domain in identifiers; false: its name is wanted and not known. */
bool studio_domain_label(const studio_t *studio, const studio_domain_t *domain, char *label, size_t size);

#endif
