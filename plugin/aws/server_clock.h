/* AWS's time, learnt from the Date headers of its responses and kept on a clock that is never set: a step of this
 * machine's clock, between a scan and its report for instance, changes nothing. Pure but for the clock that it is
 * given.
 *
 * A Date is believed only as far as it can be right: within a day of this machine's clock or of what was learnt before.
 * One that is farther away is believed once the next one agrees with it, so that neither a proxy's nonsense makes every
 * signature wrong, nor a machine that woke up in 1970 stays there. */
#ifndef AWS_SERVER_CLOCK_H
#define AWS_SERVER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "util/loop.h"

/* Zeroed knows nothing: AWS's time is then this machine's. Offsets are AWS's time minus monotonic time. */
typedef struct {
  bool known, has_doubtful;
  int64_t offset_ms;
  int64_t doubtful_offset_ms; /* of the last Date that was too far away to be believed */
} server_clock_t;

/* server_clock_learn takes the Date of a response that AWS itself gave and whose headers came age_ms ago. A text that
 * is no date is passed over. */
void server_clock_learn(server_clock_t *clock, const loop_clock_t *machine, const char *date, int64_t age_ms);

/* server_clock_offset_ms is AWS's time minus monotonic time. */
int64_t server_clock_offset_ms(const server_clock_t *clock, const loop_clock_t *machine);

/* server_clock_now_ms is AWS's time, in milliseconds since the epoch: this machine's, corrected by the skew. */
int64_t server_clock_now_ms(const server_clock_t *clock, const loop_clock_t *machine);

/* server_clock_skew_ms is how far this machine's clock is behind AWS's at this moment; 0 within 5 seconds. */
int64_t server_clock_skew_ms(const server_clock_t *clock, const loop_clock_t *machine);

#endif
