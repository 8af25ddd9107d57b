/* Which log events mean that somebody works, by app type: what CloudWatch Logs calls a filter pattern.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForLogEvents.html
 *
 * The costly error is to take an idle app for an active one: money burns and nobody hears of it. So JupyterLab, whose
 * server logs by itself all day, is measured by phrases that only people cause; Code Editor, of which less is known, by
 * all but the phrases that its server is known to write alone; everything else by its newest event. */
#ifndef STUDIO_SIGNALS_H
#define STUDIO_SIGNALS_H

#include <stdbool.h>
#include <stddef.h>

/* AWS allows so many characters in a filter pattern. */
#define SIGNALS_PATTERN_MAX 1024

typedef enum { SIGNAL_LAST_EVENT, SIGNAL_MATCH, SIGNAL_IGNORE } signal_t;

/* How activity is recognised for an app type. pattern is the filter pattern of SIGNAL_MATCH and SIGNAL_IGNORE, owned.
 */
typedef struct {
  char *app_type;
  signal_t signal;
  char *pattern;
} signal_rule_t;

/* signals_name is "last-event", "match" or "ignore". */
const char *signals_name(signal_t signal);

/* signals_default is the signal of an app type that nothing is configured for. */
signal_t signals_default(const char *app_type);

/* signals_phrases gives the default phrases of an app type for a signal, ended by NULL; NULL: there are none. */
const char *const *signals_phrases(const char *app_type, signal_t signal);

/* signals_fallback is the app type whose Match phrases serve a chattering stream of this type; NULL: there are none. */
const char *signals_fallback(const char *app_type);

/* signals_pattern makes a filter pattern of phrases: any of them (SIGNAL_MATCH), or none of them (SIGNAL_IGNORE). NULL:
 * a phrase is empty or has a '"', for which AWS has no escape, the pattern is too long, or no memory. The caller frees
 * it. */
char *signals_pattern(signal_t signal, const char *const *phrases, size_t count);

#endif
