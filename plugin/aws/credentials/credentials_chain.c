#include <stdlib.h>
#include <string.h>

#include "aws/credentials/providers.h"
#include "util/buffer.h"

/* chain_search_t is one get under way; there may be several, while a link waits for a response. */
typedef struct search {
  struct search *next;
  struct chain_provider *chain;
  credentials_done_t *done;
  void *user_data;
  size_t link;
  buffer_t looked;
  size_t last; /* where the last link's words begin in it */
} chain_search_t;

typedef struct chain_provider {
  credentials_provider_t base;
  chain_search_t *searches;
  size_t count;
  credentials_provider_t *links[];
} chain_provider_t;

/* LOOKED_SHOWN_BYTES of the places that were looked at fit into a message, beside what a role says of itself. */
#define LOOKED_SHOWN_BYTES ((size_t)500)

#define LOOKED_LIMIT_BYTES ((size_t)8 * 1024)

static void search_free(chain_search_t *search) {
  chain_search_t **link = &search->chain->searches;
  while (*link != search)
    link = &(*link)->next;
  *link = search->next;
  buffer_clear(&search->looked);
  free(search);
}

static void search_next(chain_search_t *search);

static void on_link(void *user_data, credentials_result_t result, const credentials_t *credentials,
                    const aws_error_t *error) {
  chain_search_t *search = user_data;
  if (result == CREDENTIALS_ABSENT) {
    search->last = search->looked.length;
    if (error != NULL)
      (void)buffer_add_format(&search->looked, "%s%s", search->looked.length > 0 ? "; " : "", error->message);
    search->link++;
    search_next(search);
    return;
  }
  credentials_done_t *done = search->done;
  void *asking = search->user_data;
  search_free(search);
  done(asking, result, credentials, error);
}

/* describe_absence makes the error that lists the places. A list that outgrows the message loses its middle: its end
 * has the reason that the metadata service gave. */
static void describe_absence(const chain_search_t *search, aws_error_t *error) {
  const char *looked = search->looked.data != NULL ? search->looked.data : "nothing";
  const char *last = looked + search->last;
  size_t shown = search->looked.length;
  if (shown > LOOKED_SHOWN_BYTES)
    shown = strlen(last) < LOOKED_SHOWN_BYTES ? LOOKED_SHOWN_BYTES - strlen(last) : 0;
  bool whole = shown >= search->looked.length;
  aws_error_credentials(error, "no AWS credentials; looked for: %.*s%s%s", (int)(whole ? strlen(looked) : shown),
                        looked, whole ? "" : "[...]", whole ? "" : last);
}

static void search_next(chain_search_t *search) {
  if (search->link < search->chain->count) {
    credentials_provider_t *link = search->chain->links[search->link];
    link->get(link, on_link, search);
    return;
  }
  aws_error_t error;
  describe_absence(search, &error);
  credentials_done_t *done = search->done;
  void *asking = search->user_data;
  search_free(search);
  done(asking, CREDENTIALS_ABSENT, NULL, &error);
}

static void chain_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  chain_provider_t *self = (chain_provider_t *)base;
  chain_search_t *search = calloc(1, sizeof(*search));
  if (search == NULL) {
    aws_error_t error;
    aws_error_credentials(&error, "no memory to look for credentials");
    done(user_data, CREDENTIALS_BROKEN, NULL, &error);
    return;
  }
  *search = (chain_search_t){.next = self->searches,
                             .chain = self,
                             .done = done,
                             .user_data = user_data,
                             .looked = BUFFER_INIT(LOOKED_LIMIT_BYTES)};
  self->searches = search;
  search_next(search);
}

static void chain_destroy(credentials_provider_t *base) {
  chain_provider_t *self = (chain_provider_t *)base;
  for (size_t i = 0; i < self->count; i++)
    self->links[i]->destroy(self->links[i]);
  for (chain_search_t *search = self->searches; search != NULL;) {
    chain_search_t *next = search->next;
    buffer_clear(&search->looked);
    free(search);
    search = next;
  }
  free(self);
}

credentials_provider_t *credentials_chain_new(credentials_provider_t *const *links, size_t count) {
  chain_provider_t *self = calloc(1, sizeof(*self) + count * sizeof(links[0]));
  bool complete = self != NULL;
  for (size_t i = 0; i < count; i++)
    complete = complete && links[i] != NULL;
  if (!complete) {
    for (size_t i = 0; i < count; i++) {
      if (links[i] != NULL)
        links[i]->destroy(links[i]);
    }
    free(self);
    return NULL;
  }
  self->base = (credentials_provider_t){.get = chain_get, .destroy = chain_destroy};
  self->count = count;
  memcpy(self->links, links, count * sizeof(links[0]));
  return &self->base;
}
