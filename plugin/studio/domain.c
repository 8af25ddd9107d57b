#include "studio/domain.h"

#include <stdlib.h>
#include <string.h>

#include "studio/entity_key.h"
#include "studio/studio.h"
#include "util/hash.h"

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
  domain->id_hash = hash_text(HASH_INIT, id);
  studio->domains[studio->domains_count++] = domain;
  return domain;
}

/* find_namesakes marks domains of one name. A name stays ambiguous once it was: what stands in identifiers should not
 * change when a domain is deleted. */
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

/* append adds a text to a label; false: it does not fit. Each value of each report has a label: printf would cost more
 * than to make the rest of its name. */
static bool append(char *label, size_t size, size_t *length, const char *text) {
  size_t added = strlen(text);
  if (*length + added >= size)
    return false;
  memcpy(label + *length, text, added + 1);
  *length += added;
  return true;
}

bool domain_label(const studio_t *studio, const studio_domain_t *domain, char *label, size_t size) {
  size_t length = 0;
  if (!studio->settings.label_by_name)
    return append(label, size, &length, domain->id);
  if (domain->name == NULL || !append(label, size, &length, domain->name))
    return false;
  return !domain->ambiguous || (append(label, size, &length, "~") && append(label, size, &length, domain->id));
}
