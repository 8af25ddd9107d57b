/* What is known of a studio, as text: so that a restart costs a warm scan, and an idleness of twenty days stays twenty
 * days.
 *
 * One record to a line, its fields divided by single spaces; the last line counts the records and has a hash of all of
 * them. Times are milliseconds since the epoch; names that AWS would not allow (with a space or beyond ASCII) are
 * not remembered. The text may have been damaged, or written by another program: what is not wholly understood is
 * refused. */
#ifndef STUDIO_SNAPSHOT_H
#define STUDIO_SNAPSHOT_H

#include <stdio.h>

#include "studio/studio.h"

/* snapshot_format names the format of the text, and changes with it: a text of another format is not read. */
extern const char snapshot_format[];

/* snapshot_save writes what the last scan left. false: it could not be written. */
bool snapshot_save(const studio_t *studio, FILE *out);

typedef enum {
  SNAPSHOT_LOADED,
  SNAPSHOT_DAMAGED,
  SNAPSHOT_OF_THE_FUTURE, /* by this machine's clock, a day or more */
  SNAPSHOT_OUT_OF_MEMORY, /* of this machine, not a damage of the text */
} snapshot_result_t;

/* snapshot_load reads into a new studio, as if its first scan had found what was known. Unless it returns
 * SNAPSHOT_LOADED the studio is to be freed. What was recognised by other signals than the settings' is searched anew.
 */
snapshot_result_t snapshot_load(studio_t *studio, FILE *in);

#endif
