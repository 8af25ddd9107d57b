/* What is known of a studio, as text: so that a restart costs a warm scan, and an idleness of twenty days stays twenty
 * days.
 *
 * One record to a line, its fields divided by single spaces; the last line counts the records and has a hash of all of
 * them. Times are milliseconds since the epoch; names that none of AWS's are alike (with a space or beyond ASCII) are
 * not remembered. The text may have been damaged, or written by anybody: what is not wholly understood is refused. */
#ifndef STUDIO_MEMORY_H
#define STUDIO_MEMORY_H

#include <stdio.h>

#include "studio/studio.h"

/* No line is longer, with its newline and NUL. */
#define MEMORY_LINE_SIZE 2048

/* memory_save writes what the last scan left. false: it could not be written. */
bool memory_save(const studio_t *studio, FILE *out);

typedef enum {
  MEMORY_LOADED,
  MEMORY_DAMAGED,
  MEMORY_OF_THE_FUTURE, /* by this machine's clock, a day or more */
  MEMORY_NONE,          /* no memory (of the machine's) */
} memory_end_t;

/* memory_load reads into a new studio, as if its first scan had found what was known. Unless it returns MEMORY_LOADED
 * the studio is to be freed. What was recognised by other signals than the settings' is searched anew. */
memory_end_t memory_load(studio_t *studio, FILE *in);

/* memory_read_line reads a line, without its newline; false: the end, an error, a line that is too long, or one with a
 * NUL. */
bool memory_read_line(FILE *in, char line[MEMORY_LINE_SIZE]);

#endif
