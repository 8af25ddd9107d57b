/* Which log events mean that people work, by app type: what CloudWatch Logs calls a filter pattern.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForLogEvents.html
 *
 * The costly error is to take an idle app for an active one: money burns unnoticed. So JupyterLab and Code Editor,
 * whose servers log by themselves, are measured by phrases that only people cause; a kernel gateway by all but what
 * tabs that poll it make it write; everything else by its newest event. */
#ifndef STUDIO_SIGNALS_H
#define STUDIO_SIGNALS_H

#include <stdbool.h>
#include <stddef.h>

#include "studio/fact.h"

/* AWS allows so many characters in a filter pattern. */
#define SIGNALS_PATTERN_MAX 1024

/* signal_t is how activity is recognised; the rows of signals.c say what each is. Those before SIGNALS_CHOSEN may be
 * chosen for an app type. */
typedef enum { SIGNAL_LAST_EVENT, SIGNAL_MATCH, SIGNAL_IGNORE, SIGNAL_METRIC, SIGNALS } signal_t;
#define SIGNALS_CHOSEN SIGNAL_METRIC

/* signal_row_t says what a signal is. */
typedef struct {
  const char *name;    /* in option Signal and in meta data */
  const char *mark;    /* before each phrase of its filter pattern; NULL: it has no pattern */
  fact_finder_t *fact; /* what it counts */
  bool is_rare; /* only people cause what it counts: few events match, and chatter cannot be told from activity */
} signal_row_t;

/* signal_rule_t is how activity is recognised for an app type. app_type, pattern, the filter pattern (NULL: the signal
 * has none), and chatty_rule, the rule in its place for an app that is found to be chatty (NULL: no phrases serve such
 * an app), belong to the configuration. is_joined: the phrases of pattern are in that of signals_join, too. */
typedef struct signal_rule signal_rule_t;
struct signal_rule {
  char *app_type;
  signal_t signal;
  char *pattern;
  signal_rule_t *chatty_rule;
  bool is_joined;
};

/* signals_row gives the row of a signal. */
const signal_row_t *signals_row(signal_t signal);

/* signals_name is "last-event", "match", "ignore" or "metric". */
const char *signals_name(signal_t signal);

/* signals_type is the index-th app type that signals.c has a row for; NULL: there are no more. */
const char *signals_type(size_t index);

/* signals_has_documented_stream: AWS says where apps of this type log; of the others a stream proves it. */
bool signals_has_documented_stream(const char *app_type);

/* signals_default is the signal of an app type that nothing is configured for. */
signal_t signals_default(const char *app_type);

/* signals_phrases gives the default phrases of an app type for a signal, ended by NULL; NULL: the type has none. */
const char *const *signals_phrases(const char *app_type, signal_t signal);

/* signals_chatty_type is the app type whose Match phrases measure a chatty app of this type; NULL: no phrases do. */
const char *signals_chatty_type(const char *app_type);

/* signals_pattern makes a filter pattern of phrases: an event with any of them counts (SIGNAL_MATCH), or an event
 * without them (SIGNAL_IGNORE). NULL: a phrase is empty or has a '"', for which AWS has no escape, the pattern is too
 * long, or no memory. The caller frees it. */
char *signals_pattern(signal_t signal, const char *const *phrases, size_t count);

/* signals_join makes one filter pattern of all phrases of the rules, and of their chatty_rules, whose signal is match:
 * one search of the log then serves them all. What finds no room in it, or no memory, is not joined. NULL: no rule is.
 * The caller frees it. */
char *signals_join(signal_rule_t *rules, size_t count);

#endif
