/* The beacon is a lifecycle script that an app may carry (packaging/lifecycle/beacon.sh). It writes into the app's own
 * log whether people or programs work there, silent cells and terminals included: while its lines come, they alone
 * say how idle the app is, if the filter pattern of its rule lets BEACON_PHRASE through. The default Match phrases do.
 */
#ifndef STUDIO_BEACON_H
#define STUDIO_BEACON_H

#include <stdbool.h>
#include <stdint.h>

/* BEACON_PHRASE is in all of its lines. */
#define BEACON_PHRASE "collectd-sagemaker: "

typedef enum { BEACON_NO_LINE, BEACON_WATCHING, BEACON_ACTIVE } beacon_line_t;

/* beacon_facts_t is what an app's log has shown of a beacon, in seconds since the epoch; 0: nothing. */
typedef struct {
  uint32_t last_line_s;   /* the newest of its lines */
  uint32_t last_active_s; /* the newest that says that people or programs worked */
} beacon_facts_t;

/* beacon_line says which of its lines an event's text is. */
beacon_line_t beacon_line(const char *message);

/* beacon_note keeps a line that the log has at that time. */
void beacon_note(beacon_facts_t *facts, beacon_line_t line, int64_t at_ms);

/* beacon_is_alive: it has written within eight hours, and is to write every six. */
bool beacon_is_alive(const beacon_facts_t *facts, int64_t now_ms);

/* beacon_worked_at: its line at that time, or a later one, says that people or programs worked. */
bool beacon_worked_at(const beacon_facts_t *facts, int64_t at_ms);

#endif
