#include "studio/stall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "studio/entity_key.h"
#include "studio/words.h"
#include "util/hash.h"

typedef struct {
  const char *status, *stream;
} stall_key_t;

static uint64_t hash_key(const char *status, const char *stream) {
  return hash_text(hash_text(HASH_INIT, status), stream);
}

static uint64_t hash_stall(const void *item) {
  const stall_t *stall = item;
  return hash_key(stall->status, stall->stream);
}

static bool is_stall(const void *item, const void *wanted) {
  const stall_t *stall = item;
  const stall_key_t *key = wanted;
  return strcmp(stall->status, key->status) == 0 && strcmp(stall->stream, key->stream) == 0;
}

/* since_of trusts a creation time of an app that is on its way in: of one that has failed or is deleted it does not
 * tell since when. */
static int64_t since_of(const studio_t *studio, const listing_app_t *listed) {
  int64_t now_ms = aws_session_now_ms(studio->session);
  bool is_told = listed->created_ms > 0 && listed->created_ms < now_ms;
  return is_told && strcmp(listed->status, "Pending") == 0 ? listed->created_ms : now_ms;
}

/* make_stall puts the stall and its strings into one allocation; NULL: no memory. */
static stall_t *make_stall(studio_t *studio, const listing_app_t *listed, const char *stream) {
  size_t stream_size = strlen(stream) + 1;
  size_t space_size = listed->space != NULL ? strlen(listed->space) + 1 : 0;
  stall_t *stall = calloc(1, offsetof(stall_t, stream) + stream_size + space_size);
  if (stall == NULL)
    return NULL;
  memcpy(stall->stream, stream, stream_size);
  if (listed->space != NULL)
    stall->space = memcpy(stall->stream + stream_size, listed->space, space_size);
  stall->since_ms = since_of(studio, listed);
  stall->status = words_get(&studio->words, listed->status);
  if (stall->status != NULL && pointer_set_add(&studio->stalls, stall))
    return stall;
  free(stall);
  return NULL;
}

void stall_note(studio_t *studio, const listing_app_t *listed) {
  char stream[4 * (ENTITY_NAME_LIMIT + 1)];
  snprintf(stream, sizeof(stream), "%s/%s/%s/%s", listed->domain, listed->user != NULL ? listed->user : listed->space,
           listed->type, listed->name);
  const stall_key_t key = {listed->status, stream};
  studio->stalls.hash_of = hash_stall;
  stall_t *stall = pointer_set_find(&studio->stalls, hash_key(key.status, key.stream), is_stall, &key);
  if (stall == NULL)
    stall = make_stall(studio, listed, stream);
  if (stall == NULL)
    return;
  stall->instance_type = listed->instance_type != NULL ? words_get(&studio->words, listed->instance_type) : NULL;
  stall->listed_in_scan = studio->scan.number;
}

bool stall_is_excluded(const studio_t *studio, const stall_t *stall) {
  for (size_t i = 0; stall->space != NULL && i < studio->domains_count; i++) {
    const char *id = studio->domains[i]->id;
    size_t length = strlen(id);
    if (strncmp(stall->stream, id, length) != 0 || stall->stream[length] != '/')
      continue;
    const studio_space_t *space = space_find(studio, studio->domains[i], stall->space);
    return space != NULL && space->excluded;
  }
  return false;
}

void stall_forget(studio_t *studio) {
  size_t at = 0;
  for (stall_t *stall = stall_next(studio, &at); stall != NULL; stall = stall_next(studio, &at)) {
    if (stall->listed_in_scan == studio->scan.number)
      continue;
    pointer_set_remove(&studio->stalls, stall);
    free(stall);
  }
}

void stall_clear(pointer_set_t *stalls) {
  size_t at = 0;
  for (stall_t *stall = pointer_set_next(stalls, &at); stall != NULL; stall = pointer_set_next(stalls, &at))
    free(stall);
  pointer_set_clear(stalls);
}

stall_t *stall_next(const studio_t *studio, size_t *at) { return pointer_set_next(&studio->stalls, at); }
