/* What an administrator chose to see. What it points to must outlive the studio. */
#ifndef STUDIO_SETTINGS_H
#define STUDIO_SETTINGS_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/billing.h"
#include "studio/signals.h"

typedef struct {
  const char *const *items;
  size_t count;
} studio_names_t;

/* Compiled patterns of owners' names, of which any may match. */
typedef struct {
  const regex_t *items;
  size_t count;
} studio_patterns_t;

/* alias is as identifiers have it. */
typedef struct {
  char *user, *alias;
} studio_alias_t;

typedef struct {
  studio_names_t domains;   /* ids; empty: every domain */
  studio_names_t app_types; /* empty: all that are billed */
  studio_patterns_t users;  /* empty: every owner */
  studio_patterns_t ignored_users;
  const studio_alias_t *aliases; /* what stands for an owner in identifiers */
  size_t aliases_count;
  const signal_rule_t *rules; /* of the app types that are not measured by their newest event */
  size_t rules_count;
  const char *joined_pattern; /* of those that are joined, see signals_join; NULL: none is */
  const billing_price_t *prices;
  size_t prices_count;
  const char *log_group; /* its name, or its ARN where it is another account's */
  bool label_by_name;    /* domains stand under their names */
  bool watch_spaces;     /* also those in which nothing runs */
  bool canvas_metric;    /* a Canvas is measured by TimeSinceLastActive, see canvas.h */
  int64_t lookback_ms;
  int64_t log_lag_ms;              /* that DescribeLogStreams may trail behind the logs */
  const int64_t *confirm_after_ms; /* idle times that are not told before an exact look, see confirm.h */
  size_t confirm_after_count;
  int64_t idle_after_ms; /* from which on an instance's price counts as wasted */
} studio_settings_t;

#endif
