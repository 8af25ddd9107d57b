#include "util/token_bucket.h"

#define SLOWER 0.5
#define SLOWEST 0.1
#define RECOVERY 0.02

static void fill(token_bucket_t *bucket, int64_t now_ms) {
  if (now_ms > bucket->at_ms)
    bucket->tokens += (double)(now_ms - bucket->at_ms) / 1000.0 * bucket->current;
  if (bucket->tokens > bucket->burst)
    bucket->tokens = bucket->burst;
  bucket->at_ms = now_ms;
}

void token_bucket_init(token_bucket_t *bucket, double rate, double burst, int64_t now_ms) {
  *bucket = (token_bucket_t){.rate = rate, .current = rate, .burst = burst, .tokens = burst, .at_ms = now_ms};
}

bool token_bucket_take(token_bucket_t *bucket, int64_t now_ms, int64_t *wait_ms) {
  fill(bucket, now_ms);
  if (bucket->tokens >= 1.0) {
    bucket->tokens -= 1.0;
    return true;
  }
  *wait_ms = 1 + (int64_t)((1.0 - bucket->tokens) / bucket->current * 1000.0);
  return false;
}

void token_bucket_throttled(token_bucket_t *bucket, int64_t now_ms) {
  fill(bucket, now_ms);
  bucket->tokens = 0.0;
  bucket->current *= SLOWER;
  if (bucket->current < bucket->rate * SLOWEST)
    bucket->current = bucket->rate * SLOWEST;
}

void token_bucket_succeeded(token_bucket_t *bucket, int64_t now_ms) {
  fill(bucket, now_ms);
  bucket->current += bucket->rate * RECOVERY;
  if (bucket->current > bucket->rate)
    bucket->current = bucket->rate;
}
