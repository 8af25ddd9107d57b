/* Asks for apps' streams by name, one to a call: DescribeLogStreams with the name as prefix, ascending, limit 1. The
 * stream itself sorts first among all whose names start so. */
#ifndef STUDIO_STREAM_INDEX_LOOKUP_H
#define STUDIO_STREAM_INDEX_LOOKUP_H

#include "studio/log_stream.h"

/* Calls that wait or are under way at a time: more than the bucket holds, so that it never runs idle. */
#define STREAM_INDEX_QUESTIONS 32

typedef struct stream_index_lookup stream_index_lookup_t;

/* stream_index_question_t is one call. */
typedef struct {
  stream_index_lookup_t *lookup;
  studio_app_t *app; /* NULL: the question is free */
  char *variant;     /* of the stream's name, when that is asked for */
  size_t empty_pages;
} stream_index_question_t;

struct stream_index_lookup {
  awaited_t *awaited;
  void (*done)(void *user_data);
  void *user_data;
  size_t calls;       /* for the streams of just the apps' names */
  size_t next;        /* the row from which to go on asking */
  size_t asking;      /* calls under way */
  size_t failures;    /* in a row */
  bool group_missing; /* AWS knows no such log group */
  stream_index_question_t questions[STREAM_INDEX_QUESTIONS];
};

/* stream_index_lookup_start asks for every app that is awaited. done is called exactly once, perhaps before it returns;
 * apps that could not be asked for are still awaited then. */
void stream_index_lookup_start(stream_index_lookup_t *lookup, awaited_t *awaited, void (*done)(void *user_data),
                               void *user_data);

/* stream_index_lookup_drop frees what a lookup that is never to end has kept. */
void stream_index_lookup_drop(stream_index_lookup_t *lookup);

#endif
