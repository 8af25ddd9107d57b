#include "config_aws.h"

#include <stdio.h>
#include <string.h>

#include "config_values.h"
#include "studio/operations.h"

/* Rates are calls a second. */
#define RATE_MIN 0.01
#define RATE_MAX 1000.0

/* service_of is the service of that name: one that the plugin's operations ask, or STS. */
static const aws_service_t *service_of(const char *name) {
  for (const aws_service_t *const *service = operation_services; *service != NULL; service++) {
    if (strcmp((*service)->name, name) == 0)
      return *service;
  }
  return strcmp(aws_service_sts.name, name) == 0 ? &aws_service_sts : NULL;
}

static int refuse_endpoint(const oconfig_item_t *item) {
  char wanted[256] = "";
  size_t length = 0;
  for (const aws_service_t *const *service = operation_services; *service != NULL && length < sizeof(wanted); service++)
    length += (size_t)snprintf(wanted + length, sizeof(wanted) - length, "\"%s\"%s", (*service)->name,
                               service[1] != NULL ? ", " : "");
  if (length < sizeof(wanted))
    (void)snprintf(wanted + length, sizeof(wanted) - length,
                   " or \"%s\" is wanted, and an http or https URL without a query", aws_service_sts.name);
  return config_refuse(item, wanted);
}

int config_take_endpoint(const oconfig_item_t *item, void *field, const config_option_t *option) {
  aws_settings_t *aws = field;
  const char *name = config_text(item, 0, config_is_printable);
  const char *url = config_text(item, 1, option->check);
  const aws_service_t *service = name != NULL ? service_of(name) : NULL;
  if (item->values_num != 2 || item->children_num != 0 || service == NULL || url == NULL)
    return refuse_endpoint(item);
  aws_endpoint_t *endpoints = config_owned(aws->endpoints);
  size_t at = 0;
  while (at < aws->endpoints_count && endpoints[at].service != service)
    at++;
  if (at == aws->endpoints_count) {
    endpoints = config_grow(endpoints, at, sizeof(*endpoints));
    if (endpoints == NULL)
      return -1;
    aws->endpoints = endpoints;
    endpoints[aws->endpoints_count++] = (aws_endpoint_t){.service = service};
  }
  free(endpoints[at].url);
  endpoints[at].url = strdup(url);
  return endpoints[at].url != NULL ? 0 : config_no_memory();
}

bool config_is_operation(const char *text) {
  for (size_t i = 0; i < OPERATIONS; i++) {
    if (strcmp(operation_table[i].name, text) == 0)
      return true;
  }
  return false;
}

static int refuse_rate(const oconfig_item_t *item) {
  char wanted[512] = "";
  size_t length = 0;
  for (size_t i = 0; i < OPERATIONS && length < sizeof(wanted); i++)
    length += (size_t)snprintf(wanted + length, sizeof(wanted) - length, "%s%s", config_before(i, OPERATIONS, " or "),
                               operation_table[i].name);
  if (length < sizeof(wanted))
    (void)snprintf(wanted + length, sizeof(wanted) - length, " is wanted, and a number of calls a second from %g to %g",
                   RATE_MIN, RATE_MAX);
  return config_refuse(item, wanted);
}

int config_take_rate(const oconfig_item_t *item, void *field, const config_option_t *option) {
  aws_settings_t *aws = field;
  const char *operation = config_text(item, 0, option->check);
  bool is_number = item->values_num == 2 && item->children_num == 0 && item->values[1].type == OCONFIG_TYPE_NUMBER;
  double rate = is_number ? item->values[1].value.number : 0.0;
  if (operation == NULL || !(rate >= RATE_MIN && rate <= RATE_MAX))
    return refuse_rate(item);
  aws_rate_t *rates = config_owned(aws->rates);
  for (size_t i = 0; i < aws->rates_count; i++) {
    if (strcmp(rates[i].operation, operation) == 0) {
      rates[i].rate = rate;
      return 0;
    }
  }
  rates = config_grow(rates, aws->rates_count, sizeof(*rates));
  if (rates == NULL)
    return -1;
  aws->rates = rates;
  rates[aws->rates_count] = (aws_rate_t){.operation = strdup(operation), .rate = rate};
  return rates[aws->rates_count++].operation != NULL ? 0 : config_no_memory();
}

void config_clear_aws(aws_settings_t *aws) {
  const char **texts[] = {&aws->profile, &aws->config_file, &aws->credentials_file, &aws->role_arn, &aws->ca_file};
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
    config_clear_text(texts[i]);
  config_clear_secret(&aws->external_id);
  for (size_t i = 0; i < aws->endpoints_count; i++)
    free(aws->endpoints[i].url);
  free(config_owned(aws->endpoints));
  for (size_t i = 0; i < aws->rates_count; i++)
    free(aws->rates[i].operation);
  free(config_owned(aws->rates));
}
