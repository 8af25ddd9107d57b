/* What is billed together, and at what list price. Pure.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/notebooks-usage-metering.html,
 * https://aws.amazon.com/sagemaker/pricing/ */
#ifndef STUDIO_BILLING_H
#define STUDIO_BILLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands for the volumes of spaces where an instance type would stand. */
#define BILLING_VOLUME "volume"

/* A list price; region "*" is any. */
typedef struct {
  char *region;
  char *instance_type; /* or an app type that is billed by the session, or BILLING_VOLUME */
  double usd;          /* an hour; for BILLING_VOLUME a month of a gigabyte */
} billing_price_t;

typedef struct {
  const char
      *instance;   /* what is billed: an instance type, or an app type that is billed by the session; NULL: nothing */
  bool by_session; /* each app costs; else the apps of one owner on one instance type share one instance */
} billing_unit_t;

/* billing_is_free: JupyterServer and RStudioServerPro on `system`. instance_type NULL: not told, which for these is the
 * same. */
bool billing_is_free(const char *app_type, const char *instance_type);

/* billing_instance_type is an app's instance type as it is told, or "unknown" where the listing has none of an app that
 * is billed; NULL: it has none and is free. */
const char *billing_instance_type(const char *app_type, const char *instance_type);

/* billing_unit: kernel gateways of one user or space on one instance type share an instance, on `system` one of
 * ml.t3.medium; Canvas and the apps of RStudio are billed by the session, whatever their instance type. An app whose
 * instance type is not told runs on one that is "unknown". */
billing_unit_t billing_unit(const char *app_type, const char *instance_type);

/* billing_price finds a price by the hour, that of the region before that of any; false: the instance type has no
 * price, and no price is guessed. */
bool billing_price(const billing_price_t *prices, size_t count, const char *region, const char *instance_type,
                   double *usd_an_hour);

/* billing_volume_price is what a volume costs an hour, by the price of BILLING_VOLUME and a twelfth of 8,760 hours for
 * a month, as AWS's calculator has it; what AWS calls GB has 2^30 bytes. false: the region has no such price. */
bool billing_volume_price(const billing_price_t *prices, size_t count, const char *region, int64_t bytes,
                          double *usd_an_hour);

#endif
