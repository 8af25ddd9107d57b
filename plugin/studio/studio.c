#include "studio/studio.h"

#include <stdlib.h>
#include <string.h>

#include "util/hash.h"

static uint64_t hash_word(const void *item) { return hash_text(HASH_INIT, item); }

static bool is_word(const void *item, const void *key) { return strcmp(item, key) == 0; }

studio_t *studio_new(const studio_settings_t *settings, aws_session_t *session) {
  studio_t *studio = calloc(1, sizeof(*studio));
  if (studio == NULL)
    return NULL;
  studio->settings = *settings;
  studio->session = session;
  app_init(&studio->streams);
  studio->words.hash_of = hash_word;
  space_init(&studio->spaces);
  owner_init(&studio->owners);
  instance_init(&studio->instances);
  return studio;
}

void studio_free(studio_t *studio) {
  if (studio == NULL)
    return;
  for (size_t i = 0; i < studio->apps_count; i++)
    app_free(studio->apps[i]);
  free(studio->apps);
  free(studio->queue);
  for (size_t i = 0; i < studio->domains_count; i++) {
    free(studio->domains[i]->id);
    free(studio->domains[i]->name);
    free(studio->domains[i]);
  }
  free(studio->domains);
  pointer_set_clear(&studio->streams);
  size_t at = 0;
  for (void *word = pointer_set_next(&studio->words, &at); word != NULL; word = pointer_set_next(&studio->words, &at))
    free(word);
  pointer_set_clear(&studio->words);
  space_clear(&studio->spaces);
  owner_clear(&studio->owners);
  instance_clear(&studio->instances);
  free(studio);
}

const char *studio_word(studio_t *studio, const char *text) {
  void *found = pointer_set_find(&studio->words, hash_word(text), is_word, text);
  if (found != NULL)
    return found;
  char *copy = strdup(text);
  if (copy != NULL && pointer_set_add(&studio->words, copy))
    return copy;
  free(copy);
  return NULL;
}

void studio_note(studio_t *studio, operation_t operation, const aws_error_t *error) {
  studio->scan.tried[operation] = true;
  if (error != NULL && studio->scan.errors[operation].code[0] == '\0')
    studio->scan.errors[operation] = *error;
}

void studio_mark_beginning(studio_t *studio) {
  int64_t now_ms = aws_session_now_ms(studio->session);
  if (studio->scan.began_ms == 0 || now_ms < studio->scan.began_ms)
    studio->scan.began_ms = now_ms;
}

void studio_note_odd(studio_t *studio, operation_t operation, const char *name) {
  studio->scan.odd[operation]++;
  if (name[0] != '\0' && strlen(name) < sizeof(studio->scan.odd_example))
    memcpy(studio->scan.odd_example, name, strlen(name) + 1);
}
