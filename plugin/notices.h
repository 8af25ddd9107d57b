/* What is said once of apps that somebody should look at: each kind in one line for all that a scan has found. */
#ifndef NOTICES_H
#define NOTICES_H

#include "scanner.h"

/* notices_say names apps that do not log, whose log never rests, or that have been on their way, or failed, for an
 * hour. subject is the account and the region. */
void notices_say(const char *subject, const studio_t *studio);

/* notices_say_silent names apps that have had no value for an hour, with the reason. Call it after dispatch_scan. */
void notices_say_silent(const char *subject, const scanner_target_t *target);

#endif
