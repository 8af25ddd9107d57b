/* CloudWatch Logs' index of streams trails behind: what it does not show yet would make an app look idle that is not.
 * So before an app's idle time is first told beyond one of the settings' confirm_after_ms (one for each threshold in
 * use), its log is looked at exactly (unless its metric measures it, canvas.h), and its search.to_ms says up to when.
 * One look serves for the whole idle stretch. Pure but for confirm_note_report. */
#ifndef STUDIO_CONFIRM_H
#define STUDIO_CONFIRM_H

#include "studio/studio.h"

/* confirm_is_due: the app, looked at in this scan, wants an exact look before this scan is reported. */
bool confirm_is_due(const studio_t *studio, const studio_app_t *app);

/* confirm_from_ms is where that look begins: an event before that would have been shown. */
int64_t confirm_from_ms(const studio_t *studio, const studio_app_t *app);

/* confirm_until_ms is up to when the app's being idle since then may be told; INT64_MAX: always. confirm_permits: it
 * may be told at now_ms. */
int64_t confirm_until_ms(const studio_t *studio, const studio_app_t *app, int64_t since_ms);
bool confirm_permits(const studio_t *studio, const studio_app_t *app, int64_t since_ms, int64_t now_ms);

/* confirm_note_report learns how long after its looks a scan is reported, from the report at now_ms. */
void confirm_note_report(studio_t *studio, int64_t now_ms);

#endif
