/* Silence: why an app in service has no value. Pure. */
#ifndef STUDIO_SILENCE_H
#define STUDIO_SILENCE_H

#include "studio/studio.h"

typedef enum {
  SILENCE_NONE,       /* it has one */
  SILENCE_SPACE,      /* ListSpaces has not told the owner of its space */
  SILENCE_DOMAIN,     /* its domain stands under a name, and ListDomains has not told it */
  SILENCE_STREAM,     /* DescribeLogStreams has not told of its stream */
  SILENCE_BLIND,      /* it has no stream, and its type no documented one */
  SILENCE_CHATTY,     /* its log never rests, and no phrases are known for its type */
  SILENCE_SEARCH,     /* which of its events count is not known: FilterLogEvents has not told, or not yet */
  SILENCE_UNDATED,    /* it has neither an event nor a creation time */
  SILENCE_METRIC,     /* it is a Canvas, and the metric's newest point is too old */
  SILENCE_CONFIRM,    /* past a ConfirmAfter, the exact look is missing */
  SILENCE_IDENTIFIER, /* another value stands under its identifier */
  SILENCES
} silence_t;

/* silence_of tells it of the last scan, reported at now_ms; never SILENCE_IDENTIFIER, of which a studio knows nothing.
 */
silence_t silence_of(const studio_t *studio, const studio_app_t *app, int64_t now_ms);

/* silence_operation is the operation whose response is missing; OPERATIONS: no response is. */
operation_t silence_operation(silence_t silence);

#endif
