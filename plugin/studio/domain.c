#include "studio/domain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "studio/entity_key.h"
#include "studio/studio.h"

studio_domain_t *domain_get(studio_t *studio, const char *id) {
  for (size_t i = 0; i < studio->domains_count; i++) {
    if (strcmp(studio->domains[i]->id, id) == 0)
      return studio->domains[i];
  }
  if (strlen(id) > ENTITY_NAME_LIMIT)
    return NULL;
  studio_domain_t **longer = realloc(studio->domains, (studio->domains_count + 1) * sizeof(*longer));
  if (longer == NULL)
    return NULL;
  studio->domains = longer;
  studio_domain_t *domain = calloc(1, sizeof(*domain));
  if (domain != NULL)
    domain->id = strdup(id);
  if (domain == NULL || domain->id == NULL) {
    free(domain);
    return NULL;
  }
  studio->domains[studio->domains_count++] = domain;
  return domain;
}

/* A name stays ambiguous once it was: what stands in identifiers should not change when a domain is deleted. */
static void find_namesakes(studio_t *studio, studio_domain_t *domain) {
  for (size_t i = 0; i < studio->domains_count; i++) {
    studio_domain_t *other = studio->domains[i];
    if (other != domain && other->name != NULL && strcmp(other->name, domain->name) == 0) {
      other->ambiguous = true;
      domain->ambiguous = true;
    }
  }
}

bool domain_set_name(studio_t *studio, const char *id, const char *name) {
  studio_domain_t *domain = domain_get(studio, id);
  if (domain == NULL)
    return false;
  domain->state = DOMAIN_LISTED;
  domain->listed_in_scan = studio->scan.number;
  if (domain->name != NULL)
    return true;
  domain->name = strdup(name);
  if (domain->name == NULL)
    return false;
  find_namesakes(studio, domain);
  return true;
}

bool domain_label(const studio_t *studio, const studio_domain_t *domain, char *label, size_t size) {
  int length;
  if (!studio->settings.label_by_name)
    length = snprintf(label, size, "%s", domain->id);
  else if (domain->name == NULL)
    return false;
  else if (domain->ambiguous)
    length = snprintf(label, size, "%s~%s", domain->name, domain->id);
  else
    length = snprintf(label, size, "%s", domain->name);
  return length >= 0 && (size_t)length < size;
}
