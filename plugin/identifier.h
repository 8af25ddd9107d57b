/* The parts of collectd's identifiers, all built here so that each can be taken apart again.
 *
 * Parts are joined by '_', which occurs in no AWS name. Inside a part UTF-8 stays as it is; '_', '/', what cannot be
 * printed and what is not UTF-8 become '-'. A name longer than collectd keeps (127 bytes) is cut between characters
 * and ends in '~' and a hash of the whole name, so that two long names stay different. */
#ifndef IDENTIFIER_H
#define IDENTIFIER_H

#include <stdbool.h>
#include <stddef.h>

#define IDENTIFIER_SIZE 128

/* identifier_join writes the parts; NULL parts are left out. */
void identifier_join(char identifier[IDENTIFIER_SIZE], const char *const *parts, size_t count);

/* identifier_owner is DOMAIN_USER, or DOMAIN_space_SPACE where user is NULL. */
void identifier_owner(char identifier[IDENTIFIER_SIZE], const char *domain, const char *user, const char *space);

/* identifier_app is TYPE_APP; TYPE_SPACE_APP for an app in a space (space is not NULL), or TYPE_SPACE where the app is
 * a JupyterLab or CodeEditor named "default", as it always is there. */
void identifier_app(char identifier[IDENTIFIER_SIZE], const char *type, const char *space, const char *app);

/* identifier_instance is INSTANCE, or INSTANCE_SPACE for the instance of a space (space is not NULL), behind a prefix
 * ("hourly_cost-") or "". */
void identifier_instance(char identifier[IDENTIFIER_SIZE], const char *prefix, const char *instance, const char *space);

/* identifier_is_same: the two names make the same part of an identifier. */
bool identifier_is_same(const char *one, const char *other);

#endif
