/* What a scan found, as values: idle seconds of apps, of owners, of what is billed; money; vacant volumes; the end of
 * what has left. Pure: a report changes nothing. */
#ifndef STUDIO_VALUES_H
#define STUDIO_VALUES_H

#include "studio/studio.h"

typedef enum {
  VALUES_APP,      /* seconds */
  VALUES_OWNER,    /* seconds: of the most idle of their apps */
  VALUES_INSTANCE, /* seconds: of the least idle of the apps that share it */
  VALUES_COST,     /* USD an hour, at list price */
  VALUES_WASTE,    /* the same while it is idle for idle_after_ms or longer, else 0 */
  VALUES_VACANCY,  /* seconds that a space with a volume has been without a running app */
  VALUES_VOLUME,   /* bytes of that volume */
  VALUES_UPKEEP,   /* USD an hour for that volume, at list price */
  VALUES_UPTIME,   /* seconds that what is billed has run */
} values_kind_t;

/* values_item_t is one value. value is NAN where there is no value any more, or never was one: the dispatcher
 * tells these apart by series (series_wants). user is the owner, NULL for a space without one. */
typedef struct {
  values_kind_t kind;
  series_t *series;
  const studio_domain_t *domain;
  const char *user, *space;
  const studio_app_t *app;   /* of VALUES_APP */
  const char *instance;      /* of VALUES_INSTANCE, VALUES_COST, VALUES_WASTE, VALUES_UPTIME */
  bool on_plan;              /* of VALUES_INSTANCE: reserved capacity, no price applies */
  const signal_rule_t *rule; /* of VALUES_APP: how its activity was recognised */
  bool has_beacon;           /* of VALUES_APP: its beacon's lines alone count, see beacon.h */
  double value;
} values_item_t;

/* values_counts_t counts apps and owners; only to be believed where listing_complete is true. */
typedef struct {
  bool listing_complete;
  bool complete;       /* the listing reached its end and no app is unknown */
  size_t apps;         /* in service */
  size_t users;        /* owners of apps in service */
  size_t unknown;      /* whose idle time the last scan has not confirmed */
  size_t unlogged;     /* without a stream */
  size_t blind;        /* billed, and nothing can tell whether they are idle */
  size_t chatty;       /* whose signal hardly ever rests */
  size_t deaf;         /* whose log moves as a person's, and in which nothing counts */
  size_t fallback;     /* whose newest event counts because their signal may not be read */
  bool shutdown_known; /* of at least one app that idle shutdown is for, or none runs; else the next two are not */
  size_t unprotected;  /* idle shutdown is off in their domain */
  size_t overdue;      /* idle for longer than their domain's idle shutdown allows */
  size_t remote;       /* in spaces to which an IDE may connect from outside */
  size_t unpriced;     /* billed instances without a price */
  size_t pending, deleting, failed;
} values_counts_t;

typedef void values_emit_t(void *user_data, const values_item_t *item);

/* values_of emits, at now_ms (by AWS's clock), what the last scan has confirmed; settle_scan comes first. Owners,
 * instances and spaces are reported after a complete listing only, and the idle time of an owner or an instance only
 * while those of all its apps are known: the most or least idle of some of them would be a guess. */
values_counts_t values_of(const studio_t *studio, int64_t now_ms, values_emit_t *emit, void *user_data);

#endif
