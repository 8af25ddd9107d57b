/* A token bucket that gives way: throttled, it slows down at once; after successes it recovers slowly, so that the
 * people and tools who share the quota are not starved. Pure: time is an argument. */
#ifndef UTIL_TOKEN_BUCKET_H
#define UTIL_TOKEN_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  double rate;    /* tokens a second, configured */
  double current; /* tokens a second, now: at most rate */
  double burst;   /* tokens that it holds at most */
  double tokens;
  int64_t at_ms; /* when tokens was right */
} token_bucket_t;

/* token_bucket_init fills the bucket. */
void token_bucket_init(token_bucket_t *bucket, double rate, double burst, int64_t now_ms);

/* token_bucket_take takes a token; false: the bucket is empty, and *wait_ms (at least 1) is when there will be one. */
bool token_bucket_take(token_bucket_t *bucket, int64_t now_ms, int64_t *wait_ms);

/* token_bucket_throttled halves the rate, to a tenth of the configured one at the least, and empties the bucket. */
void token_bucket_throttled(token_bucket_t *bucket, int64_t now_ms);

/* token_bucket_succeeded gives back a fiftieth of the configured rate. */
void token_bucket_succeeded(token_bucket_t *bucket, int64_t now_ms);

#endif
