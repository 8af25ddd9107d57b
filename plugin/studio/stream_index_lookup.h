/* Asks for apps' streams by name, one to a call: DescribeLogStreams with the name as prefix, ascending, limit 1. The
 * stream itself sorts first among all whose names start so. */
#ifndef STUDIO_STREAM_INDEX_LOOKUP_H
#define STUDIO_STREAM_INDEX_LOOKUP_H

#include "studio/log_stream.h"

typedef struct {
  awaited_t *awaited;
  void (*done)(void *user_data);
  void *user_data;
  size_t calls;    /* for the streams of just the apps' names */
  size_t next;     /* the row from which to go on asking */
  size_t asking;   /* calls under way */
  size_t failures; /* in a row */
} stream_index_lookup_t;

/* stream_index_lookup_start asks for every app that is awaited. done is called exactly once, perhaps before it returns;
 * apps that could not be asked for are still awaited then. */
void stream_index_lookup_start(stream_index_lookup_t *lookup, awaited_t *awaited, void (*done)(void *user_data),
                               void *user_data);

#endif
