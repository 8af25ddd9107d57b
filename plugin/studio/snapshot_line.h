/* A line of a snapshot: fields divided by single spaces, printable ASCII all of them. */
#ifndef STUDIO_SNAPSHOT_LINE_H
#define STUDIO_SNAPSHOT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* No line is longer, with its newline and NUL, nor has more fields. */
#define SNAPSHOT_LINE_SIZE 2048
#define SNAPSHOT_FIELDS_MAX 24

/* snapshot_writer_t is where lines are written to. hash is HASH_INIT at first, then that of all lines. */
typedef struct {
  FILE *out;
  char line[SNAPSHOT_LINE_SIZE];
  size_t length;
  uint64_t hash;
  uint64_t records; /* lines that have ended */
  bool failed;      /* a line was too long or could not be written */
} snapshot_writer_t;

/* snapshot_put_text, snapshot_put_number and snapshot_put_time add a field to the line, snapshot_end_line writes it. */
void snapshot_put_text(snapshot_writer_t *writer, const char *text);
void snapshot_put_number(snapshot_writer_t *writer, uint64_t number);
void snapshot_put_time(snapshot_writer_t *writer, int64_t time_ms);
void snapshot_end_line(snapshot_writer_t *writer);

/* snapshot_is_plain: the text may stand in a field. */
bool snapshot_is_plain(const char *text);

/* snapshot_read_line reads a line, without its newline; false: the end, an error, a line that is too long, or one with
 * a NUL. */
bool snapshot_read_line(FILE *in, char line[SNAPSHOT_LINE_SIZE]);

/* snapshot_fields_t is a line's fields, cut out of it. */
typedef struct {
  const char *items[SNAPSHOT_FIELDS_MAX];
  size_t count;
} snapshot_fields_t;

/* snapshot_divide cuts a line into fields; false: a field is not plain, or there are too many. */
bool snapshot_divide(char *line, snapshot_fields_t *fields);

/* snapshot_read_number reads a field that is a number, up to most; snapshot_read_time one that is a time. */
bool snapshot_read_number(const char *text, uint64_t most, uint64_t *number);
bool snapshot_read_time(const char *text, int64_t *time_ms);

#endif
