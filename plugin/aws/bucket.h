/* A token bucket that gives way: throttled, it slows down at once; answered, it recovers slowly, so that the people and
 * tools who share the quota are not starved. Pure: time is an argument. */
#ifndef AWS_BUCKET_H
#define AWS_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  double rate;    /* tokens a second, configured */
  double current; /* tokens a second, now: at most rate */
  double burst;   /* tokens that it holds at most */
  double tokens;
  int64_t at_ms; /* when tokens was right */
} bucket_t;

/* bucket_init fills the bucket. */
void bucket_init(bucket_t *bucket, double rate, double burst, int64_t now_ms);

/* bucket_take takes a token; false: there is none, and *wait_ms (at least 1) is when there will be one. */
bool bucket_take(bucket_t *bucket, int64_t now_ms, int64_t *wait_ms);

/* bucket_throttled halves the rate, to a tenth of the configured one at the least, and empties the bucket. */
void bucket_throttled(bucket_t *bucket, int64_t now_ms);

/* bucket_answered gives back a fiftieth of the configured rate. */
void bucket_answered(bucket_t *bucket, int64_t now_ms);

#endif
