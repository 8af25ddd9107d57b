/* A listing on fake_aws: what the tests of the inventory share. */
#ifndef UNIT_INVENTORY_FIXTURE_H
#define UNIT_INVENTORY_FIXTURE_H

#include <stddef.h>

#include "studio_fixture.h"

#include "studio/inventory.h"

/* An app as ListApps shows it. */
#define APP(owner, type, name, status)                                                                                 \
  "{\"DomainId\":\"d-1\"," owner ",\"AppType\":\"" type "\",\"AppName\":\"" name "\",\"Status\":\"" status             \
  "\",\"CreationTime\":1795000000.5,\"ResourceSpec\":{\"InstanceType\":\"ml.t3.medium\"}}"
#define USER(name) "\"UserProfileName\":\"" name "\""
#define SPACE(name) "\"SpaceName\":\"" name "\""
#define APPS(list) "{\"Apps\":[" list "]}"
#define ONE_APP APPS(APP(USER("u"), "KernelGateway", "a", "InService"))
#define DOMAINS "{\"Domains\":[{\"DomainId\":\"d-1\",\"DomainName\":\"science\"}]}"

/* One listing: a scan's first half. */
void list(void);

/* The same, and what ListApps answers to it. */
void list_apps(const char *output);

/* After a first listing, so that the domain's name is known. */
void begin_known(void);

size_t in_service(void);

#endif
