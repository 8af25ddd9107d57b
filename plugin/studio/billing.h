/* What is billed together, and at what list price. Pure.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/notebooks-usage-metering.html,
 * https://aws.amazon.com/sagemaker/pricing/ */
#ifndef STUDIO_BILLING_H
#define STUDIO_BILLING_H

#include <stdbool.h>
#include <stddef.h>

/* A list price in USD an hour; region "*" is any. */
typedef struct {
  char *region;
  char *instance_type;
  double usd_an_hour;
} billing_price_t;

typedef struct {
  const char
      *instance;   /* what is billed: an instance type, or an app type that is billed by the session; NULL: nothing */
  bool by_session; /* each app costs; else the apps of one owner on one instance type share one instance */
} billing_unit_t;

/* billing_is_free: JupyterServer and RStudioServerPro on `system`. instance_type NULL: not told, which for these is the
 * same. */
bool billing_is_free(const char *app_type, const char *instance_type);

/* billing_unit: kernel gateways of one user or space on one instance type share an instance, on `system` one of
 * ml.t3.medium; Canvas and the apps of RStudio are billed by the session, whatever their instance type. */
billing_unit_t billing_unit(const char *app_type, const char *instance_type);

/* billing_price finds a price, that of the region before that of any; false: the instance type has no price, and no
 * price is guessed. */
bool billing_price(const billing_price_t *prices, size_t count, const char *region, const char *instance_type,
                   double *usd_an_hour);

#endif
