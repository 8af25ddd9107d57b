/* Notices of apps that need attention: one line for each kind, for all that a scan has found. What was said is noted in
 * the apps (told.h) and stalls (stall_t.noticed), so that it is said once: a studio is const here but for that. */
#ifndef NOTICES_H
#define NOTICES_H

#include "scanner.h"

/* notices_say names apps that do not log, of which nothing can tell whether they are idle, whose log never rests, or
 * that have been on their way, or failed, for an hour. label names the account and the region. */
void notices_say(const char *label, const studio_t *studio);

/* notices_say_unpriced names, once a day, the types of what is billed without a price; nothing where no Price is
 * configured. Call it after a scan that is settled. */
void notices_say_unpriced(const char *label, scanner_target_t *target);

/* notices_say_silent names apps that have had no value for an hour, with the reason. Call it after dispatch_scan. */
void notices_say_silent(const char *label, const scanner_target_t *target);

#endif
