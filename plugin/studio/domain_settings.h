/* What a domain's settings say, by DescribeDomain: how people log in, and when its idle shutdown ends an app.
 *
 * It is asked once a day for each domain in which a JupyterLab or Code Editor runs that is reported; while AWS refuses
 * it, once an hour; after a failure that passes, in the next scan. What the last response did not tell is not known. A
 * user profile and a space may have settings of their own, which it does not tell.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeDomain.html */
#ifndef STUDIO_DOMAIN_SETTINGS_H
#define STUDIO_DOMAIN_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/types.h"

/* auth_mode_t is how people log in: by IAM, or by IAM Identity Center. */
typedef enum { AUTH_MODE_UNKNOWN, AUTH_MODE_IAM, AUTH_MODE_SSO } auth_mode_t;

typedef enum { IDLE_SHUTDOWN_UNKNOWN, IDLE_SHUTDOWN_OFF, IDLE_SHUTDOWN_ON } idle_shutdown_state_t;

/* idle_shutdown_t is a setting of idle shutdown; minutes is 0 unless it is on. */
typedef struct {
  idle_shutdown_state_t state;
  uint32_t minutes;
} idle_shutdown_t;

/* domain_facts_t is what is known of one domain's settings. */
typedef struct {
  auth_mode_t auth_mode;
  idle_shutdown_t lab, editor; /* of users, and of their private spaces */
  idle_shutdown_t shared_lab;  /* of shared spaces */
} domain_facts_t;

/* domain_settings_turn_t is when a domain is asked for. */
typedef struct {
  int64_t due_ms;          /* not before; 0: in the next scan */
  uint32_t wanted_in_scan; /* the scan that showed such an app in the domain last */
  bool is_refused;         /* AWS refused the last question */
} domain_settings_turn_t;

typedef struct domain_settings_query domain_settings_query_t;
typedef void domain_settings_done_t(void *user_data);

/* domain_settings_t is the questions of one scan. */
typedef struct {
  studio_t *studio;
  domain_settings_done_t *done;
  void *user_data;
  domain_settings_query_t *queries; /* NULL: nothing is asked */
  size_t waiting;
} domain_settings_t;

/* domain_settings_start asks what is due. done is called exactly once, perhaps before it returns. */
void domain_settings_start(domain_settings_t *settings, studio_t *studio, domain_settings_done_t *done,
                           void *user_data);

/* domain_settings_drop frees the questions that are under way. */
void domain_settings_drop(domain_settings_t *settings);

/* domain_settings_apply: idle shutdown is for apps of this type. domain_settings_idle_shutdown is what the domain has
 * set for such an app; unknown, too, where it is not known whether the app's space is shared. */
bool domain_settings_apply(const studio_app_t *app);
idle_shutdown_t domain_settings_idle_shutdown(const studio_app_t *app);

#endif
