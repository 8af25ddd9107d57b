/* Asks for apps' streams by name, one to a call: DescribeLogStreams with the name as prefix, ascending, limit 1. The
 * stream itself sorts first among all whose names start so. */
#ifndef STUDIO_BY_NAME_H
#define STUDIO_BY_NAME_H

#include "studio/log_stream.h"

typedef struct {
  awaited_t *awaited;
  void (*done)(void *owner);
  void *owner;
  size_t calls;    /* for the streams of just the apps' names */
  size_t next;     /* the row from which to go on asking */
  size_t asking;   /* calls under way */
  size_t failures; /* in a row */
} by_name_t;

/* by_name_start asks for every app that is awaited. done is called exactly once, perhaps before it returns; apps that
 * could not be asked for are still awaited then. */
void by_name_start(by_name_t *by_name, awaited_t *awaited, void (*done)(void *owner), void *owner);

#endif
