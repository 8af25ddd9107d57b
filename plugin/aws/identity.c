/* What is asked about an account rather than of a service: its region, and who its credentials are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/client_private.h"
#include "aws/credentials/sts.h"
#include "util/json.h"

struct inquiry {
  identity_inquiry_t *next;
  aws_account_t *account;
  aws_region_done_t *region_done; /* this one or the next */
  aws_identity_done_t *identity_done;
  void *user_data;
  aws_identity_t identity;
  char region[64];
  char source[768];
  sts_call_t call;
};

static void inquiry_free(identity_inquiry_t *inquiry) {
  identity_inquiry_t **link = &inquiry->account->inquiries;
  while (*link != inquiry)
    link = &(*link)->next;
  *link = inquiry->next;
  region_finder_cancel(inquiry->account->pool->context.region, inquiry);
  credentials_cache_forget(inquiry->account->provider, inquiry);
  sts_cancel(&inquiry->call);
  free(inquiry);
}

void identity_cancel_inquiries(aws_account_t *account) {
  while (account->inquiries != NULL)
    inquiry_free(account->inquiries);
}

static identity_inquiry_t *inquiry_new(aws_account_t *account, void *user_data) {
  identity_inquiry_t *inquiry = calloc(1, sizeof(*inquiry));
  if (inquiry == NULL)
    return NULL;
  inquiry->account = account;
  inquiry->user_data = user_data;
  inquiry->next = account->inquiries;
  account->inquiries = inquiry;
  return inquiry;
}

/* The inquiry is out of its account's list before done, which may free the account. */
static void finish_identity(identity_inquiry_t *inquiry, const aws_error_t *error) {
  aws_identity_done_t *done = inquiry->identity_done;
  void *user_data = inquiry->user_data;
  if (error != NULL) {
    aws_error_t said = *error;
    inquiry_free(inquiry);
    done(user_data, NULL, &said);
    return;
  }
  identity_inquiry_t **link = &inquiry->account->inquiries;
  while (*link != inquiry)
    link = &(*link)->next;
  *link = inquiry->next;
  done(user_data, &inquiry->identity, NULL);
  free(inquiry);
}

static void on_caller(void *user_data, json_object *result, int64_t skew_ms, const aws_error_t *error) {
  (void)skew_ms;
  identity_inquiry_t *inquiry = user_data;
  aws_error_t malformed;
  if (error == NULL && (json_member_text(result, "Arn", &inquiry->identity.arn) != JSON_PRESENT ||
                        json_member_text(result, "Account", &inquiry->identity.account_id) != JSON_PRESENT)) {
    aws_error_set(&malformed, "parse", "GetCallerIdentity", 200, "the answer names no identity");
    error = &malformed;
  }
  finish_identity(inquiry, error);
}

static void on_credentials(void *user_data, credentials_result_t result, const credentials_t *credentials,
                           const aws_error_t *error) {
  identity_inquiry_t *inquiry = user_data;
  if (result != CREDENTIALS_FOUND) {
    finish_identity(inquiry, error);
    return;
  }
  (void)snprintf(inquiry->source, sizeof(inquiry->source), "%s", credentials->source);
  inquiry->identity.source = inquiry->source;
  sts_call(&inquiry->call, &inquiry->account->pool->context, credentials, "GetCallerIdentity", NULL, 0, on_caller,
           inquiry);
}

static void on_region_of_identity(void *user_data, const char *region, const aws_error_t *error) {
  identity_inquiry_t *inquiry = user_data;
  const aws_account_t *account = inquiry->account;
  if (region == NULL) {
    finish_identity(inquiry, error);
    return;
  }
  (void)snprintf(inquiry->region, sizeof(inquiry->region), "%s", region);
  inquiry->identity.region = inquiry->region;
  account->provider->get(account->provider, on_credentials, inquiry);
}

void aws_account_identity(aws_account_t *account, aws_identity_done_t *done, void *user_data) {
  identity_inquiry_t *inquiry = inquiry_new(account, user_data);
  if (inquiry == NULL) {
    aws_error_t error;
    aws_error_set(&error, "internal", "credentials", 0, "no memory to ask for the identity");
    done(user_data, NULL, &error);
    return;
  }
  inquiry->identity_done = done;
  if (account->settings.region != NULL)
    on_region_of_identity(inquiry, account->settings.region, NULL);
  else
    region_finder_get(account->pool->context.region, on_region_of_identity, inquiry);
}

static void on_region(void *user_data, const char *region, const aws_error_t *error) {
  identity_inquiry_t *inquiry = user_data;
  aws_region_done_t *done = inquiry->region_done;
  void *asking = inquiry->user_data;
  char found[sizeof(inquiry->region)] = "";
  if (region != NULL)
    (void)snprintf(found, sizeof(found), "%s", region);
  aws_error_t said;
  if (error != NULL)
    said = *error;
  inquiry_free(inquiry);
  done(asking, region != NULL ? found : NULL, error != NULL ? &said : NULL);
}

void aws_account_region(aws_account_t *account, aws_region_done_t *done, void *user_data) {
  identity_inquiry_t *inquiry = inquiry_new(account, user_data);
  if (inquiry == NULL) {
    aws_error_t error;
    aws_error_set(&error, "internal", "region", 0, "no memory to look for the region");
    done(user_data, NULL, &error);
    return;
  }
  inquiry->region_done = done;
  region_finder_get(account->pool->context.region, on_region, inquiry);
}
