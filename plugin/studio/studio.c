#include "studio/studio.h"

#include <stdlib.h>
#include <string.h>

#include "studio/stall.h"
#include "studio/words.h"

studio_t *studio_new(const studio_settings_t *settings, aws_session_t *session) {
  studio_t *studio = calloc(1, sizeof(*studio));
  if (studio == NULL)
    return NULL;
  studio->settings = *settings;
  studio->session = session;
  app_init(&studio->streams);
  words_init(&studio->words);
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
  for (size_t i = 0; i < studio->domains_count; i++) {
    free(studio->domains[i]->id);
    free(studio->domains[i]->name);
    free(studio->domains[i]);
  }
  free(studio->domains);
  pointer_set_clear(&studio->streams);
  words_clear(&studio->words);
  space_clear(&studio->spaces);
  owner_clear(&studio->owners);
  instance_clear(&studio->instances);
  stall_clear(&studio->stalls);
  free(studio);
}

void studio_note(studio_t *studio, operation_t operation, const aws_error_t *error) {
  studio->scan.tried[operation] = true;
  if (error != NULL && studio->scan.errors[operation].code[0] == '\0')
    studio->scan.errors[operation] = *error;
}

void studio_note_odd(studio_t *studio, operation_t operation, const char *name) {
  studio->scan.odd[operation]++;
  if (name[0] != '\0' && strlen(name) < sizeof(studio->scan.odd_example))
    memcpy(studio->scan.odd_example, name, strlen(name) + 1);
}
