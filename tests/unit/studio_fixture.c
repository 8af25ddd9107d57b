#include "studio_fixture.h"

#include <math.h>
#include <string.h>

#include "test.h"

#include "studio/confirm.h"
#include "studio/settle.h"

studio_t *studio;

int studio_begin(void **state) {
  static const studio_settings_t settings = {.log_group = "group", .lookback_ms = INT64_C(172800000)};
  fake_aws_begin(state);
  fake_aws_set_now_ms(INT64_C(1795466160000));
  studio = studio_new(&settings, fake_aws_session());
  if (studio == NULL)
    return -1;
  studio_next_scan();
  return 0;
}

int studio_end(void **state) {
  studio_free(studio);
  return fake_aws_end(state);
}

void studio_next_scan(void) { studio->scan = (studio_scan_t){.number = studio->scan.number + 1}; }

values_counts_t studio_report(int64_t now_ms, values_emit_t *emit, void *user_data) {
  settle_scan(studio);
  confirm_note_report(studio, now_ms);
  values_counts_t counts = values_of(studio, now_ms, emit, user_data);
  settle_forget(studio);
  return counts;
}

bool studio_dispatches(const values_item_t *item, bool accepts) {
  bool is_due = series_wants(item->series, item->kind, item->value);
  if (is_due && accepts)
    (void)series_note(item->series, item->kind, item->value);
  return is_due;
}

studio_app_t *studio_add(const char *user, const char *name) {
  studio_app_t *app = app_get(studio, domain_get(studio, "d-1"), user, NULL, "KernelGateway", name);
  assert_non_null(app);
  app->listing.in_scan = studio->scan.number;
  return app;
}

studio_app_t *studio_add_in(const char *space, const char *type, const char *name) {
  studio_domain_t *domain = domain_get(studio, "d-1");
  studio_app_t *app = app_get(studio, domain, NULL, space_get(studio, domain, space), type, name);
  assert_non_null(app);
  app->listing.in_scan = studio->scan.number;
  return app;
}

studio_space_t *studio_own(const char *space, const char *owner) {
  studio_space_t *known = space_get(studio, domain_get(studio, "d-1"), space);
  assert_non_null(known);
  known->known = true;
  if (owner != NULL && known->owner == NULL)
    known->owner = strdup(owner);
  return known;
}

/* A value ends in its number: "idle u/ml.t3.medium=60 ". */
static size_t length_of_value(const char *value) { return strcspn(value, "=") + strcspn(strchr(value, '='), " ") + 1; }

static bool has_value(const char *told, const char *value, size_t length) {
  for (; *told != '\0'; told += length_of_value(told)) {
    if (length_of_value(told) == length && strncmp(told, value, length) == 0)
      return true;
  }
  return false;
}

void assert_told(const char *told, const char *expected) {
  bool same = strlen(told) == strlen(expected);
  for (const char *at = expected; same && *at != '\0'; at += length_of_value(at))
    same = has_value(told, at, length_of_value(at));
  if (!same)
    assert_string_equal(told, expected);
}
