/* The parts of a studio that are not apps but have them: spaces, people, billed instances. See studio.h for the
 * finders; these two are for studio.c. */
#ifndef STUDIO_OWNERS_H
#define STUDIO_OWNERS_H

#include "studio/studio.h"

/* AWS's names have at most 63 characters; this is what keeps a hostile answer from filling the memory. */
#define OWNERS_NAME_LIMIT 255

void owners_init(studio_t *studio);
void owners_clear(studio_t *studio);

#endif
