#include "studio/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "studio/filter.h"
#include "studio/listing.h"
#include "studio/log_stream.h"
#include "studio/request.h"
#include "studio/stall.h"
#include "studio/words.h"
#include "util/json.h"
#include "util/times.h"

/* PAGE_SIZE is what is asked for in a page, the most that AWS allows. AWS sends no page with more: to read it might
 * take minutes. */
#define PAGE_SIZE 100

#define SPACES_EVERY_MS ((int64_t)24 * 3600 * 1000)

typedef enum { APP_IN_SERVICE, APP_PENDING, APP_DELETING, APP_FAILED, APP_GONE } app_status_t;

/* app_choice_t is what the filters make of an app of the listing. */
typedef enum { APP_PASSED_OVER, APP_OCCUPIES_SPACE, APP_REPORTED } app_choice_t;

static app_status_t status_of(const listing_app_t *listed) {
  static const char *const names[] = {
      [APP_IN_SERVICE] = "InService", [APP_PENDING] = "Pending", [APP_DELETING] = "Deleting", [APP_FAILED] = "Failed"};
  size_t i = 0;
  while (i < sizeof(names) / sizeof(names[0]) && strcmp(names[i], listed->status) != 0)
    i++;
  return (app_status_t)i;
}

/* items_of is the array of a page's items. NULL: the page has no such array, it has more items than were asked for, or
 * too many pages in a row were empty. */
static json_object *items_of(inventory_t *inventory, json_object *out, const char *member) {
  json_object *items = NULL;
  if (json_member_array(out, member, &items) != JSON_PRESENT)
    return NULL;
  if (json_object_array_length(items) > PAGE_SIZE)
    return NULL;
  inventory->empty_pages = json_object_array_length(items) > 0 ? 0 : inventory->empty_pages + 1;
  return inventory->empty_pages <= REQUEST_EMPTY_PAGES_MAX ? items : NULL;
}

/* note_return finds out whether an app that was not in service in the last complete listing, and is now, was started
 * since. Its creation time may say so; that of an app which is started again within a day may be the old one. Then the
 * app was started if it was listed in another status meanwhile; else an event in its stream has to show it, because a
 * listing may leave out what is there. */
static void note_return(studio_t *studio, studio_app_t *app, const listing_app_t *listed) {
  bool was_off =
      app->listing.off_since_scan > app->listing.in_scan && app->listing.off_since_scan < studio->scan.number;
  bool is_new = listed->created_ms > studio->last_listing_ms;
  int64_t now_ms = aws_session_now_ms(studio->session);
  if (was_off && !is_new)
    app->listing.started_ms = now_ms;
  if (was_off || is_new) {
    app->listing.returned_ms = 0;
  } else if (app->listing.in_scan < studio->last_listing) {
    app->listing.returned_ms = now_ms;
    app->listing.absent_s = (uint32_t)min_ms(max_ms(now_ms - studio->last_listing_ms, 0) / 1000 + 1, UINT32_MAX);
    app_note_start(app);
  }
}

static bool note_app(studio_t *studio, const studio_domain_t *domain, studio_space_t *space,
                     const listing_app_t *listed) {
  studio_app_t *app = app_get(studio, domain, listed->user, space, listed->type, listed->name);
  if (app == NULL)
    return false;
  if (listed->instance_type != NULL &&
      (app->instance_type == NULL || strcmp(app->instance_type, listed->instance_type) != 0)) {
    app->instance_type = words_get(&studio->words, listed->instance_type);
    if (app->instance_type == NULL)
      return false;
  }
  note_return(studio, app, listed);
  app->listing.created_ms = listed->created_ms;
  app->on_plan = listed->on_plan;
  app->listing.in_scan = studio->scan.number;
  return true;
}

static studio_domain_t *note_domain(studio_t *studio, const char *id) {
  studio_domain_t *domain = domain_get(studio, id);
  /* ListDomains did not have the domain before: it has been made since, and is asked for again. */
  if (domain != NULL && domain->state == DOMAIN_ABSENT)
    domain->state = DOMAIN_UNASKED;
  return domain;
}

static void count_app(inventory_t *inventory, const listing_app_t *listed, app_status_t status) {
  studio_t *studio = inventory->studio;
  inventory_result_t *result = &inventory->result;
  result->pending += status == APP_PENDING ? 1 : 0;
  result->deleting += status == APP_DELETING ? 1 : 0;
  result->failed += status == APP_FAILED ? 1 : 0;
  bool is_stalled = status == APP_PENDING || status == APP_DELETING || status == APP_FAILED;
  if (is_stalled && (listed->user == NULL || !filter_excludes(&studio->settings, listed->user)))
    stall_note(studio, listed);
}

static void mark_off(const studio_t *studio, studio_app_t *app) {
  if (app->listing.off_since_scan <= app->listing.in_scan)
    app->listing.off_since_scan = studio->scan.number;
  app->listing.off_in_scan = studio->scan.number;
}

/* note_off notes that a known app is listed in a status other than in service: it has left, unless another app of its
 * name is in service. */
static void note_off(studio_t *studio, const listing_app_t *listed) {
  studio_app_t *app = app_find(studio, listed->domain, listed->user, listed->space, listed->type, listed->name);
  if (app != NULL)
    mark_off(studio, app);
}

/* note_pending adds an app that is on its way into service: having been seen so is the sign of a start. */
static bool note_pending(studio_t *studio, const studio_domain_t *domain, studio_space_t *space,
                         const listing_app_t *listed) {
  studio_app_t *app = app_get(studio, domain, listed->user, space, listed->type, listed->name);
  if (app != NULL)
    mark_off(studio, app);
  return app != NULL;
}

/* occupy_space finds the space of an app that is in it, or on its way in or out. *space is NULL for the app of a user;
 * false: no memory. */
static bool occupy_space(studio_t *studio, const studio_domain_t *domain, const listing_app_t *listed,
                         studio_space_t **space) {
  *space = listed->space != NULL ? space_get(studio, domain, listed->space) : NULL;
  if (*space == NULL)
    return listed->space == NULL;
  (*space)->occupied_in_scan = studio->scan.number;
  /* The space may have been deleted between two listings, and made again with another owner. */
  if (studio->last_listing > 0 && listed->created_ms > studio->last_listing_ms)
    (*space)->known = false;
  return true;
}

/* choice_of applies the filters: an app that is not reported keeps its space occupied all the same. */
static app_choice_t choice_of(const studio_settings_t *settings, const listing_app_t *listed) {
  if (!filter_takes_domain(settings, listed->domain))
    return APP_PASSED_OVER;
  if (filter_takes_type(settings, listed->type, listed->instance_type))
    return APP_REPORTED;
  return listed->space != NULL && settings->watch_spaces ? APP_OCCUPIES_SPACE : APP_PASSED_OVER;
}

/* keep_app notes an app of the listing by its status and the filters' choice; false: no memory. */
static bool keep_app(studio_t *studio, const listing_app_t *listed, app_status_t status, app_choice_t choice) {
  bool is_there = status == APP_IN_SERVICE || status == APP_PENDING;
  if (!is_there)
    note_off(studio, listed);
  if (!is_there && (status != APP_DELETING || listed->space == NULL))
    return true;
  const studio_domain_t *domain = note_domain(studio, listed->domain);
  studio_space_t *space = NULL;
  if (domain == NULL || !occupy_space(studio, domain, listed, &space))
    return false;
  if (choice != APP_REPORTED || !is_there)
    return true;
  return status == APP_PENDING ? note_pending(studio, domain, space, listed) : note_app(studio, domain, space, listed);
}

/* take_app decides by status first: what was deleted stays listed for a day, beside its successor of the same name.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AppDetails.html */
static bool take_app(inventory_t *inventory, const listing_app_t *listed) {
  app_status_t status = status_of(listed);
  app_choice_t choice = choice_of(&inventory->studio->settings, listed);
  if (choice == APP_PASSED_OVER)
    return true;
  if (choice == APP_REPORTED)
    count_app(inventory, listed, status);
  return keep_app(inventory->studio, listed, status, choice);
}

static bool is_of_the_future(const studio_t *studio, const listing_app_t *listed) {
  return listed->created_ms > aws_session_now_ms(studio->session) + LOG_STREAM_AHEAD_MAX_MS;
}

/* note_odd_app counts an item that was not understood and may be an app in service: not one whose status can be read
 * and is another. */
static void note_odd_app(inventory_t *inventory, json_object *item) {
  const char *status = "";
  studio_note_odd(inventory->studio, OPERATION_LIST_APPS, json_member_name(item, "AppName"));
  bool is_known = json_member_text(item, "Status", &status) == JSON_PRESENT;
  inventory->result.odd_apps += !is_known || strcmp(status, "InService") == 0 ? 1 : 0;
}

/* verdict_of refuses a page of which nothing was understood: it is not what the operation answers. */
static aws_verdict_t verdict_of(size_t odd, json_object *items) {
  return odd > 0 && odd == json_object_array_length(items) ? AWS_MALFORMED : AWS_MORE;
}

static aws_verdict_t on_apps(void *user_data, json_object *out) {
  inventory_t *inventory = user_data;
  json_object *items = items_of(inventory, out, "Apps");
  if (items == NULL)
    return AWS_MALFORMED;
  size_t odd = inventory->studio->scan.odd[OPERATION_LIST_APPS];
  for (size_t i = 0; i < json_object_array_length(items); i++) {
    listing_app_t listed;
    json_object *item = json_object_array_get_idx(items, i);
    if (!listing_app(item, &listed) || is_of_the_future(inventory->studio, &listed))
      note_odd_app(inventory, item);
    else if (!take_app(inventory, &listed))
      return AWS_MALFORMED;
  }
  return verdict_of(inventory->studio->scan.odd[OPERATION_LIST_APPS] - odd, items);
}

static aws_verdict_t on_domains(void *user_data, json_object *out) {
  inventory_t *inventory = user_data;
  json_object *items = items_of(inventory, out, "Domains");
  if (items == NULL)
    return AWS_MALFORMED;
  size_t odd = inventory->studio->scan.odd[OPERATION_LIST_DOMAINS];
  for (size_t i = 0; i < json_object_array_length(items); i++) {
    listing_domain_t listed;
    json_object *item = json_object_array_get_idx(items, i);
    if (!listing_domain(item, &listed))
      studio_note_odd(inventory->studio, OPERATION_LIST_DOMAINS, json_member_name(item, "DomainId"));
    else if (filter_takes_domain(&inventory->studio->settings, listed.id) &&
             !domain_set_name(inventory->studio, listed.id, listed.name))
      return AWS_MALFORMED;
  }
  return verdict_of(inventory->studio->scan.odd[OPERATION_LIST_DOMAINS] - odd, items);
}

/* sharing_of: an old space that has no owner is a shared one. */
static space_sharing_t sharing_of(const listing_space_t *listed) {
  if (strcmp(listed->sharing, "Private") == 0)
    return SPACE_PRIVATE;
  bool is_shared = strcmp(listed->sharing, "Shared") == 0 || (listed->sharing[0] == '\0' && listed->owner == NULL);
  return is_shared ? SPACE_SHARED : SPACE_SHARING_UNKNOWN;
}

/* take_space keeps a space that an app is in or on its way to, which is known already; other spaces are kept only where
 * they are watched. */
static bool take_space(studio_t *studio, const listing_space_t *listed) {
  if (!filter_takes_domain(&studio->settings, listed->domain))
    return true;
  const studio_domain_t *domain = domain_get(studio, listed->domain);
  if (domain == NULL)
    return false;
  bool watched = studio->settings.watch_spaces;
  studio_space_t *space = watched ? space_get(studio, domain, listed->name) : space_find(studio, domain, listed->name);
  if (space == NULL)
    return !watched;
  if (!space->known) {
    free(space->owner);
    space->owner = NULL;
  }
  if (listed->owner != NULL && space->owner == NULL) {
    space->owner = strdup(listed->owner);
    if (space->owner == NULL)
      return false;
  }
  space->known = true;
  space->listed_in_scan = studio->scan.number;
  space->volume_bytes = listed->volume_bytes;
  space->remote = listed->remote;
  space->sharing = (uint8_t)sharing_of(listed);
  if (space->vacant_ms < listed->modified_ms)
    space->vacant_ms = listed->modified_ms;
  return true;
}

static aws_verdict_t on_spaces(void *user_data, json_object *out) {
  inventory_t *inventory = user_data;
  json_object *items = items_of(inventory, out, "Spaces");
  if (items == NULL)
    return AWS_MALFORMED;
  size_t odd = inventory->studio->scan.odd[OPERATION_LIST_SPACES];
  for (size_t i = 0; i < json_object_array_length(items); i++) {
    listing_space_t listed;
    json_object *item = json_object_array_get_idx(items, i);
    if (!listing_space(item, &listed))
      studio_note_odd(inventory->studio, OPERATION_LIST_SPACES, json_member_name(item, "SpaceName"));
    else if (!take_space(inventory->studio, &listed))
      return AWS_MALFORMED;
  }
  return verdict_of(inventory->studio->scan.odd[OPERATION_LIST_SPACES] - odd, items);
}

static void filter_owners(studio_t *studio) {
  const studio_settings_t *settings = &studio->settings;
  if (settings->users.count == 0 && settings->ignored_users.count == 0)
    return;
  size_t at = 0;
  for (studio_space_t *space = pointer_set_next(&studio->spaces, &at); space != NULL;
       space = pointer_set_next(&studio->spaces, &at)) {
    space->excluded = space->known && filter_excludes(settings, space->owner != NULL ? space->owner : space->name);
  }
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    app->excluded = app->space != NULL ? app->space->excluded : filter_excludes(settings, app_user(app));
  }
}

static void finish(inventory_t *inventory) {
  filter_owners(inventory->studio);
  inventory->done(inventory->user_data, &inventory->result);
}

static void on_spaces_done(void *user_data, const aws_error_t *error) {
  inventory_t *inventory = user_data;
  studio_note(inventory->studio, OPERATION_LIST_SPACES, error);
  inventory->result.spaces_listed = error == NULL;
  finish(inventory);
}

/* wants_spaces: a space has shown up that ListSpaces has not told of, or the spaces in which nothing runs are to be
 * watched. Else ListSpaces is not asked: owners do not change. */
static bool wants_spaces(const studio_t *studio) {
  bool is_due = aws_session_now_ms(studio->session) - studio->spaces_asked_ms >= SPACES_EVERY_MS;
  for (size_t i = 0; i < studio->apps_count; i++) {
    const studio_app_t *app = studio->apps[i];
    if (app_is_in_service(studio, app) && app->space != NULL && (is_due || !app->space->known))
      return true;
  }
  return studio->settings.watch_spaces;
}

static const char *only_domain(const studio_t *studio) {
  return studio->settings.domains.count == 1 ? studio->settings.domains.items[0] : NULL;
}

/* list asks for all that a List operation has, of one domain where domain is not NULL. */
static void list(inventory_t *inventory, operation_t operation, const char *domain, request_page_t *page,
                 request_done_t *done) {
  json_object *input = json_object_new_object();
  bool is_complete = request_add(input, "MaxResults", json_object_new_int(PAGE_SIZE)) &&
                     (domain == NULL || request_add(input, "DomainIdEquals", json_object_new_string(domain)));
  inventory->empty_pages = 0;
  request_submit(inventory->studio, operation, input, is_complete, page, done, inventory);
}

static void list_spaces(inventory_t *inventory) {
  studio_t *studio = inventory->studio;
  if (!wants_spaces(studio)) {
    finish(inventory);
    return;
  }
  studio->spaces_asked_ms = aws_session_now_ms(studio->session);
  list(inventory, OPERATION_LIST_SPACES, only_domain(studio), on_spaces, on_spaces_done);
}

static void on_domains_done(void *user_data, const aws_error_t *error) {
  inventory_t *inventory = user_data;
  studio_t *studio = inventory->studio;
  studio_note(studio, OPERATION_LIST_DOMAINS, error);
  for (size_t i = 0; error == NULL && i < studio->domains_count; i++) {
    if (studio->domains[i]->listed_in_scan != studio->scan.number)
      studio->domains[i]->state = DOMAIN_ABSENT;
  }
  list_spaces(inventory);
}

/* wants_domains: a domain has shown up that has not been asked for. Else ListDomains is not asked: names do not change.
 */
static bool wants_domains(studio_t *studio) {
  for (size_t i = 0; i < studio->settings.domains.count; i++)
    domain_get(studio, studio->settings.domains.items[i]);
  for (size_t i = 0; i < studio->domains_count; i++) {
    if (studio->domains[i]->state == DOMAIN_UNASKED)
      return true;
  }
  return false;
}

static void on_apps_done(void *user_data, const aws_error_t *error) {
  inventory_t *inventory = user_data;
  studio_t *studio = inventory->studio;
  studio_note(studio, OPERATION_LIST_APPS, error);
  inventory->result.listing_complete = error == NULL;
  if (error == NULL) {
    stall_forget(studio);
    studio->listing_before = studio->last_listing;
    studio->last_listing = studio->scan.number;
    studio->last_listing_ms = aws_session_now_ms(studio->session);
  }
  if (wants_domains(studio))
    list(inventory, OPERATION_LIST_DOMAINS, NULL, on_domains, on_domains_done);
  else
    list_spaces(inventory);
}

void inventory_start(inventory_t *inventory, studio_t *studio, inventory_done_t *done, void *user_data) {
  *inventory = (inventory_t){.studio = studio, .done = done, .user_data = user_data};
  list(inventory, OPERATION_LIST_APPS, only_domain(studio), on_apps, on_apps_done);
}
