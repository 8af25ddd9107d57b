/* Reads the items of SageMaker's lists. An item is wholly understood or not at all. */
#ifndef STUDIO_LISTING_H
#define STUDIO_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

/* Strings live as long as the item; NULL: absent. */

/* https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AppDetails.html: exactly one of user and space is
 * there. */
typedef struct {
  const char *domain, *user, *space, *type, *name, *status, *instance_type;
  int64_t created_ms;
  bool on_plan;
} listing_app_t;

/* listing_app reads an item of ListApps. false: the item lacks something, or has it with another type. */
bool listing_app(json_object *item, listing_app_t *app);

/* listing_facts_t is what listings have said of an app. Scans are numbers of scans. */
typedef struct {
  int64_t created_ms;
  int64_t started_ms;  /* when we saw it started; 0: it was there before */
  int64_t returned_ms; /* when a listing showed it again that an earlier one had left out; 0: no listing did, or it is
                          clear meanwhile whether the app was started anew (app_note_start) */
  uint32_t absent_s;   /* how long before returned_ms the listing was that left it out */
  uint32_t in_scan;    /* the scan that listed it in service last */
  uint32_t off_since_scan; /* since this scan it is listed in another status, if it is greater than in_scan */
  uint32_t off_in_scan;    /* the last scan that listed an app of its name in another status */
} listing_facts_t;

/* https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DomainDetails.html */
typedef struct {
  const char *id, *name;
} listing_domain_t;

/* listing_domain reads an item of ListDomains, likewise. */
bool listing_domain(json_object *item, listing_domain_t *domain);

/* https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SpaceDetails.html; volume_bytes is 0 where the space
 * has none of its own; sharing is "" where it is not told. remote: an IDE may connect to it from outside. */
typedef struct {
  const char *domain, *name, *owner, *sharing;
  int64_t modified_ms, volume_bytes;
  bool remote;
} listing_space_t;

/* listing_space reads an item of ListSpaces, likewise. */
bool listing_space(json_object *item, listing_space_t *space);

#endif
