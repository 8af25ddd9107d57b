/* An account's apps and their logs over time, as ListApps, ListDomains, DescribeLogStreams and FilterLogEvents show
 * them: what the tests of the planner share.
 *
 * The clock goes on with every request, so streams move between pages. A page of streams holds five, so that few apps
 * do for what takes hundreds. An event may arrive late; a search shows it
 * then, the index later still. */
#ifndef UNIT_WORLD_MODEL_H
#define UNIT_WORLD_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORLD_PAGE 5
#define WORLD_APPS_MAX 400
#define WORLD_EVENTS_MAX 64

/* Under the signal match events of this kind count; those of a CodeEditor by the second pattern. The two may be joined.
 * Of the events that do not count some are found by the pattern of the other. */
#define WORLD_MATCH_PATTERN "?\"m\""
#define WORLD_EDITOR_PATTERN "?\"x\""
#define WORLD_JOINED_PATTERN WORLD_MATCH_PATTERN " " WORLD_EDITOR_PATTERN

typedef struct {
  int64_t at_ms, arrived_ms, shown_ms;
  bool counts;
} world_event_t;

typedef struct {
  char name[32], stream[64];
  const char *type;    /* NULL: a stream of nobody's */
  bool in_service;     /* or else listed as deleted */
  bool is_hidden;      /* the listing leaves it out, whatever it is */
  int64_t created_ms;  /* as ListApps tells it */
  int64_t earliest_ms; /* when it began to run */
  bool logs;           /* it has a stream */
  world_event_t events[WORLD_EVENTS_MAX];
  size_t events_count;
} world_app_t;

typedef struct {
  world_app_t apps[WORLD_APPS_MAX];
  size_t count;
  int64_t now_ms;
  int64_t step_ms; /* that a request takes */
  unsigned faults; /* of a hundred requests so many fail */
  bool group_exists;
  /* Calls since the last world_count_from_here. */
  size_t listed, streams, by_name, searches;
} world_t;

extern world_t world;

/* world_below is a number below limit, the same in every run for the same seed. */
void world_seed(uint64_t seed);
size_t world_below(size_t limit);

/* world_begin empties the world and makes fake_aws serve it. */
void world_begin(int64_t now_ms);
void world_count_from_here(void);

world_app_t *world_add(const char *type, int64_t created_ms);

/* world_log adds an event that arrives at once; world_log_delayed one that arrives at arrived_ms. The index shows it
 * late_ms after that. */
void world_log(world_app_t *app, int64_t at_ms, int64_t late_ms, bool counts);
void world_log_delayed(world_app_t *app, int64_t at_ms, int64_t arrived_ms, int64_t late_ms, bool counts);

/* The newest event of an app that had arrived by at_ms (shown false) or that the index showed by then (true); 0: none.
 */
int64_t world_newest(const world_app_t *app, int64_t at_ms, bool shown, bool only_counting);

#endif
