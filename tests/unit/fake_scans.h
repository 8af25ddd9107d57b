/* In place of the AWS client, of scan.c and of state.c: scans that are done when the test says so. All under one lock,
 * for the scanner's thread is a real one. */
#ifndef UNIT_FAKE_SCANS_H
#define UNIT_FAKE_SCANS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "scanner.h"

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool woken, hold;
  scan_t *scans[8]; /* under way */
  size_t scans_count, started;
  const char *region;      /* NULL: none is found */
  const char *environment; /* the environment's */
  bool files_broken, no_studio, no_scan;
  const char *warning;         /* about the files */
  const char *forgotten;       /* why nothing can be recalled; NULL: it can */
  size_t recalled, put, saved; /* calls */
  char put_key[64];            /* of the last put */
  char saved_keys[128];        /* of the last save */
  int64_t now_ms;              /* by aws_monotonic_ms */
  size_t keep;                 /* scans that do not end */
  size_t drives;               /* begun */
  bool waiting;                /* in one of them */
  aws_settings_t settings;     /* of the account that was made last */
} fake_scans_t;

extern fake_scans_t fake;

/* Nothing has been asked for yet; the region is ap-northeast-1. */
void fake_scans_begin(void);

/* fake_scans_hold keeps scans from ending, or lets them. */
void fake_scans_hold(bool hold);

/* fake_scans_keep keeps so many scans, those that are started first, from ending. */
void fake_scans_keep(size_t count);

/* fake_scans_pass lets time pass, and waits until the scanner's thread, which still has scans that are kept, has done
 * what was due. */
void fake_scans_pass(int64_t ms);

/* Waits until so many scans have been started in all. */
void fake_scans_await(size_t count);

#endif
