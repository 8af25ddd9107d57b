/* The client's questions about an account rather than to a service: its region, and whose its credentials are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/client_private.h"
#include "aws/credentials/sts.h"
#include "util/json.h"

struct identity_query {
  identity_query_t *next;
  aws_account_t *account;
  aws_region_done_t *region_done; /* either this one or identity_done is set */
  aws_identity_done_t *identity_done;
  void *user_data;
  aws_identity_t identity;
  char region[64];
  char source[768];
  sts_call_t call;
};

static void query_free(identity_query_t *query) {
  identity_query_t **link = &query->account->queries;
  while (*link != query)
    link = &(*link)->next;
  *link = query->next;
  region_finder_cancel(query->account->pool->context.region, query);
  credentials_cache_forget(query->account->provider, query);
  sts_cancel(&query->call);
  free(query);
}

void identity_cancel_queries(aws_account_t *account) {
  while (account->queries != NULL)
    query_free(account->queries);
}

static identity_query_t *query_new(aws_account_t *account, void *user_data) {
  identity_query_t *query = calloc(1, sizeof(*query));
  if (query == NULL)
    return NULL;
  query->account = account;
  query->user_data = user_data;
  query->next = account->queries;
  account->queries = query;
  return query;
}

/* finish_identity takes the query out of its account's list before done, which may free the account. */
static void finish_identity(identity_query_t *query, const aws_error_t *error) {
  aws_identity_done_t *done = query->identity_done;
  void *user_data = query->user_data;
  if (error != NULL) {
    aws_error_t said = *error;
    query_free(query);
    done(user_data, NULL, &said);
    return;
  }
  identity_query_t **link = &query->account->queries;
  while (*link != query)
    link = &(*link)->next;
  *link = query->next;
  done(user_data, &query->identity, NULL);
  free(query);
}

static void on_caller(void *user_data, json_object *result, int64_t skew_ms, const aws_error_t *error) {
  (void)skew_ms;
  identity_query_t *query = user_data;
  aws_error_t malformed;
  if (error == NULL && (json_member_text(result, "Arn", &query->identity.arn) != JSON_PRESENT ||
                        json_member_text(result, "Account", &query->identity.account_id) != JSON_PRESENT)) {
    aws_error_set(&malformed, "parse", "GetCallerIdentity", 200, "the answer names no identity");
    error = &malformed;
  }
  finish_identity(query, error);
}

static void on_credentials(void *user_data, credentials_result_t result, const credentials_t *credentials,
                           const aws_error_t *error) {
  identity_query_t *query = user_data;
  if (result != CREDENTIALS_FOUND) {
    finish_identity(query, error);
    return;
  }
  (void)snprintf(query->source, sizeof(query->source), "%s", credentials->source);
  query->identity.source = query->source;
  sts_call(&query->call, &query->account->pool->context, credentials, "GetCallerIdentity", NULL, 0, on_caller, query);
}

static void on_region_of_identity(void *user_data, const char *region, const aws_error_t *error) {
  identity_query_t *query = user_data;
  const aws_account_t *account = query->account;
  if (region == NULL) {
    finish_identity(query, error);
    return;
  }
  (void)snprintf(query->region, sizeof(query->region), "%s", region);
  query->identity.region = query->region;
  account->provider->get(account->provider, on_credentials, query);
}

void aws_account_identity(aws_account_t *account, aws_identity_done_t *done, void *user_data) {
  identity_query_t *query = query_new(account, user_data);
  if (query == NULL) {
    aws_error_t error;
    aws_error_set(&error, "internal", "credentials", 0, "no memory to ask for the identity");
    done(user_data, NULL, &error);
    return;
  }
  query->identity_done = done;
  if (account->settings.region != NULL)
    on_region_of_identity(query, account->settings.region, NULL);
  else
    region_finder_get(account->pool->context.region, on_region_of_identity, query);
}

static void on_region(void *user_data, const char *region, const aws_error_t *error) {
  identity_query_t *query = user_data;
  aws_region_done_t *done = query->region_done;
  void *asking = query->user_data;
  char found[sizeof(query->region)] = "";
  if (region != NULL)
    (void)snprintf(found, sizeof(found), "%s", region);
  aws_error_t said;
  if (error != NULL)
    said = *error;
  query_free(query);
  done(asking, region != NULL ? found : NULL, error != NULL ? &said : NULL);
}

void aws_account_region(aws_account_t *account, aws_region_done_t *done, void *user_data) {
  identity_query_t *query = query_new(account, user_data);
  if (query == NULL) {
    aws_error_t error;
    aws_error_set(&error, "internal", "region", 0, "no memory to look for the region");
    done(user_data, NULL, &error);
    return;
  }
  query->region_done = done;
  region_finder_get(account->pool->context.region, on_region, query);
}
