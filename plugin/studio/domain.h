/* A domain of SageMaker Studio.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DomainDetails.html */
#ifndef STUDIO_DOMAIN_H
#define STUDIO_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/domain_settings.h"
#include "studio/types.h"

/* ListDomains tells a domain's name. */
typedef enum { DOMAIN_UNASKED, DOMAIN_LISTED, DOMAIN_ABSENT } domain_state_t;

typedef struct {
  char *id;
  uint64_t id_hash; /* for entity_key_hash */
  char *name;       /* NULL: not known */
  domain_state_t state;
  uint32_t listed_in_scan; /* the scan whose ListDomains showed it last */
  bool ambiguous;          /* another domain has the same name */
  domain_facts_t facts;    /* by DescribeDomain */
  domain_settings_turn_t turn;
} studio_domain_t;

/* domain_get finds the domain of that id, or adds it; it lives as long as the studio. NULL: no memory, or the id is
 * longer than any of AWS's. */
studio_domain_t *domain_get(studio_t *studio, const char *id);

/* domain_set_name notes what ListDomains says of a domain; false: no memory. */
bool domain_set_name(studio_t *studio, const char *id, const char *name);

/* domain_label writes what stands for the domain in identifiers, its id or its name; false: its name is wanted and not
 * known. */
bool domain_label(const studio_t *studio, const studio_domain_t *domain, char *label, size_t size);

#endif
