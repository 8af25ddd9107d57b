/* What is said once of apps that somebody should look at: each kind in one line for all that a scan has found. */
#ifndef NOTICES_H
#define NOTICES_H

#include "studio/studio.h"

/* notices_say names apps that do not log, whose log never rests, or that have been on their way, or failed, for an
 * hour. subject is the account and the region. */
void notices_say(const char *subject, const studio_t *studio);

#endif
