#include "snapshot_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

char *text;
size_t text_size;
studio_t *loaded;

int memory_begin(void **state) {
  text = NULL;
  loaded = NULL;
  return studio_begin(state);
}

int memory_end(void **state) {
  studio_free(loaded);
  free(text);
  return studio_end(state);
}

void save(void) {
  free(text);
  FILE *out = open_memstream(&text, &text_size);
  assert_non_null(out);
  assert_true(snapshot_save(studio, out));
  fclose(out);
}

snapshot_result_t load(const char *from, size_t size) {
  char *copy = malloc(size + 1);
  assert_non_null(copy);
  memcpy(copy, from, size);
  studio_free(loaded);
  loaded = studio_new(&studio->settings, fake_aws_session());
  FILE *in = fmemopen(copy, size, "r");
  assert_non_null(in);
  snapshot_result_t is = snapshot_load(loaded, in);
  fclose(in);
  free(copy);
  return is;
}

void restart(void) {
  save();
  if (load(text, text_size) != SNAPSHOT_LOADED)
    fail_msg("%s", text);
}

studio_app_t *find(const char *stream) {
  studio_app_t *app = app_find_by_stream(loaded, stream);
  while (app != NULL && strcmp(app->stream, stream) != 0)
    app = app->same_stream;
  return app;
}

studio_app_t *found(const char *stream) {
  studio_app_t *app = find(stream);
  if (app == NULL)
    fail_msg("%s is not remembered", stream);
  return app;
}

studio_space_t *space_of(studio_t *of, const char *name) { return space_get(of, domain_get(of, "d-1"), name); }

void make_account(void) {
  domain_set_name(studio, "d-1", "science");
  studio_own("Lab", "u");
  assert_true(app_log_as(studio_add_in("Lab", "JupyterLab", "default"), "d-1/lab/JupyterLab/default"));
  studio_add("u", "a")->log.newest_event_ms = NOW - DAY;
  studio->swept_in_scan = studio->scan.number;
  studio->swept_ms = NOW;
}
