#include "notices.h"

#include <inttypes.h>
#include <string.h>

#include "plugin.h"
#include "utils/common/common.h"

#include "studio/idle.h"
#include "studio/silence.h"
#include "studio/stall.h"

/* An app that is younger than an hour may not have logged yet. */
#define UNLOGGED_MS ((int64_t)3600 * 1000)

/* A value may be missing for an hour: an outage has a line of its own. */
#define SILENT_MS ((int64_t)3600 * 1000)

/* notice_t is a line for all apps of a kind in a scan: it names one example and counts the others. */
typedef struct {
  const studio_app_t *example;
  size_t count;
  char others[48];
} notice_t;

static void add_to_notice(notice_t *notice, const studio_app_t *app) {
  notice->example = app;
  if (++notice->count > 1)
    ssnprintf(notice->others, sizeof(notice->others), " and %zu more", notice->count - 1);
}

/* "3 days", "26 hours", "61 minutes": the largest unit of which there are two. */
static void write_age(int64_t age_ms, char *text, size_t size) {
  static const struct {
    const char *name;
    int64_t ms;
  } units[] = {{"days", INT64_C(86400000)}, {"hours", INT64_C(3600000)}, {"minutes", INT64_C(60000)}};
  size_t i = 0;
  while (i < 2 && age_ms < 2 * units[i].ms)
    i++;
  ssnprintf(text, size, "%" PRId64 " %s", age_ms / units[i].ms, units[i].name);
}

typedef bool app_check_t(const studio_t *studio, const studio_app_t *app);

/* is_unlogged: an app of a type whose streams AWS documents has none. Without a log group that is so of all of them,
 * and the group has a line of its own. */
static bool is_unlogged(const studio_t *studio, const studio_app_t *app) {
  return signals_has_documented_stream(app->type) && !studio->scan.group_missing && app_is_looked_at(studio, app) &&
         app->log.state == STREAM_NONE;
}

static bool is_blind(const studio_t *studio, const studio_app_t *app) {
  return app_is_watched(studio, app) && idle_is_blind(app);
}

/* find_unseen finds apps of which that is so, an hour after they began. One app is never of both kinds. */
static notice_t find_unseen(const studio_t *studio, app_check_t *is_so) {
  notice_t notice = {.example = NULL};
  int64_t now_ms = aws_session_now_ms(studio->session);
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    int64_t began_ms = app_start_ms(app);
    if (app->told.unlogged || began_ms == 0 || now_ms - began_ms < UNLOGGED_MS || !is_so(studio, app))
      continue;
    app->told.unlogged = true;
    add_to_notice(&notice, app);
  }
  return notice;
}

/* blindness_of is why nothing tells whether the app is idle. */
static const char *blindness_of(const studio_t *studio, const studio_app_t *app) {
  if (!canvas_is_type(app->type))
    return "it has no log stream, and AWS documents none for its type";
  return studio->settings.canvas_metric ? "CloudWatch tells no fresh TimeSinceLastActive of it"
                                        : "option CanvasMetric is false";
}

/* notice_blind says how long an app has run that is billed, and of which nothing can tell whether it is idle. */
static void notice_blind(const char *label, const studio_t *studio) {
  notice_t notice = find_unseen(studio, is_blind);
  if (notice.example == NULL)
    return;
  char age[32];
  write_age(aws_session_now_ms(studio->session) - app_start_ms(notice.example), age, sizeof(age));
  NOTICE("sagemaker plugin: %s: app %s%s is billed and has run for %s, and nothing can tell whether it is idle: %s; it "
         "has an uptime only, and is in count-blind; ask whether somebody still needs it.",
         label, notice.example->stream, notice.others, age, blindness_of(studio, notice.example));
}

static void notice_unlogged(const char *label, const studio_t *studio) {
  notice_t notice = find_unseen(studio, is_unlogged);
  if (notice.example == NULL)
    return;
  NOTICE("sagemaker plugin: %s: app %s%s has no log stream an hour after its creation, so its idle time counts from "
         "there; its execution role needs logs:CreateLogStream and logs:PutLogEvents.",
         label, notice.example->stream, notice.others);
}

/* is_alike: one line tells of both. */
static bool is_alike(const studio_app_t *one, const studio_app_t *other) {
  return strcmp(one->type, other->type) == 0 && app_rule(one) == app_rule(other);
}

typedef bool is_news_t(const studio_t *studio, const studio_app_t *app);

/* gather takes the first of which there is news and all that are like it, and notes at told, in told_t, that people
 * were told of them. */
static notice_t gather(const studio_t *studio, size_t first, is_news_t *is_news, size_t told) {
  notice_t notice = {.example = studio->apps[first]};
  for (size_t i = first; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (!is_news(studio, app) || !is_alike(app, studio->apps[first]))
      continue;
    *(bool *)((char *)&app->told + told) = true;
    add_to_notice(&notice, app);
  }
  return notice;
}

static bool is_newly_chatty(const studio_t *studio, const studio_app_t *app) {
  return app->chatter.is_chatty && !app->told.chatty && app_is_watched(studio, app);
}

static bool is_newly_deaf(const studio_t *studio, const studio_app_t *app) {
  return !app->told.deaf && app_is_watched(studio, app) && chatter_is_deaf(studio, app);
}

static const char *chatty_consequence(const studio_app_t *app) {
  if (app->chatter.is_switched)
    return "it is now measured by \"match\"";
  return chatter_is_void(app) ? "no phrases are known for its type, so it has no idle time and is in count-chatty"
                              : "it counts all the same, as code that runs on with an open tab does";
}

static void say_chatty(const char *label, const notice_t *notice) {
  const studio_app_t *app = notice->example;
  NOTICE(
      "sagemaker plugin: %s: the log of app %s%s (%s, signal \"%s\") has moved in nearly every hour of a day, which no "
      "person's does; %s; if that is wrong, give its type an <Activity \"%s\"> block with Match phrases that only "
      "people cause.",
      label, app->stream, notice->others, app->type, signals_name(app->rule->signal), chatty_consequence(app),
      app->type);
}

static void say_deaf(const char *label, const notice_t *notice) {
  const studio_app_t *app = notice->example;
  NOTICE("sagemaker plugin: %s: the log of app %s%s (%s) moves as a person's does, and for two days none of its type's "
         "Match phrases has been in it; they may not fit its image: add what it writes while somebody works to an "
         "<Activity \"%s\"> block, as Match \"+...\".",
         label, app->stream, notice->others, app->type, app->type);
}

static void notice_signals(const char *label, const studio_t *studio) {
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (is_newly_chatty(studio, app)) {
      notice_t notice = gather(studio, i, is_newly_chatty, offsetof(told_t, chatty));
      say_chatty(label, &notice);
    }
    if (is_newly_deaf(studio, app)) {
      notice_t notice = gather(studio, i, is_newly_deaf, offsetof(told_t, deaf));
      say_deaf(label, &notice);
    }
    app->told.chatty = app->chatter.is_chatty;
    app->told.deaf = app->told.deaf && app->chatter.watches_log;
  }
}

/* An app starts, is deleted or fails within minutes. */
#define STALLED_MS ((int64_t)3600 * 1000)

static bool is_stalled(const studio_t *studio, const stall_t *stall, const char *status) {
  return !stall->noticed && stall->listed_in_scan == studio->scan.number && strcmp(stall->status, status) == 0 &&
         !stall_is_excluded(studio, stall) && aws_session_now_ms(studio->session) - stall->since_ms >= STALLED_MS;
}

/* notice_stalled names the app that has had the status for the longest time. */
static void notice_stalled(const char *label, const studio_t *studio, const char *status, const char *remedy) {
  const stall_t *oldest = NULL;
  size_t count = 0;
  size_t at = 0;
  for (stall_t *stall = stall_next(studio, &at); stall != NULL; stall = stall_next(studio, &at)) {
    if (!is_stalled(studio, stall, status))
      continue;
    stall->noticed = true;
    count++;
    if (oldest == NULL || stall->since_ms < oldest->since_ms)
      oldest = stall;
  }
  if (oldest == NULL)
    return;
  char age[32];
  char others[48] = "";
  write_age(aws_session_now_ms(studio->session) - oldest->since_ms, age, sizeof(age));
  if (count > 1)
    ssnprintf(others, sizeof(others), ", and %zu more for an hour or longer", count - 1);
  NOTICE("sagemaker plugin: %s: app %s%s%s has been %s for %s%s; %s.", label, oldest->stream,
         oldest->instance_type != NULL ? " on " : "", oldest->instance_type != NULL ? oldest->instance_type : "",
         status, age, others, remedy);
}

void notices_say(const char *label, const studio_t *studio) {
  notice_unlogged(label, studio);
  notice_blind(label, studio);
  notice_signals(label, studio);
  notice_stalled(label, studio, "Pending",
                 "it has no value until it is in service; if nobody waits for it any more, delete it");
  notice_stalled(label, studio, "Deleting", "what it runs on may be billed until it is gone; ask AWS Support");
  notice_stalled(label, studio, "Failed", "it does not run; delete it, and look in its log for the reason");
}

/* silence_words_t is what is missing while an app has no value, and what to do about it. */
typedef struct {
  const char *reason, *remedy;
} silence_words_t;

static const silence_words_t silence_words[SILENCES] = {
    [SILENCE_SPACE] = {"ListSpaces does not tell whose its space is",
                       "if the space is gone, delete the app, else allow sagemaker:ListSpaces for every domain"},
    [SILENCE_DOMAIN] = {"ListDomains does not tell the name of its domain",
                        "allow sagemaker:ListDomains, or set option DomainLabel \"id\""},
    [SILENCE_STREAM] = {"DescribeLogStreams does not tell of its log stream",
                        "allow logs:DescribeLogStreams for the log group; if the stream was deleted, restart the app"},
    [SILENCE_SEARCH] =
        {"the search of its log for events that count has not come to an end",
         "a shorter Lookback, or more calls for FilterLogEvents by option RateLimit, make it end sooner"},
    [SILENCE_UNDATED] = {"AWS tells neither when it was created nor of an event", "restart the app"},
    [SILENCE_METRIC] = {"CloudWatch has no fresh TimeSinceLastActive of it", "restart the app"},
    [SILENCE_CONFIRM] = {"the exact look at its log that option ConfirmAfter asks for could not be had",
                         "if that stays so, set ConfirmAfter above the thresholds in use"},
    [SILENCE_IDENTIFIER] = {"another value stands under its identifier",
                            "set option Host in one of the <Account> blocks, or another UserAlias"},
};

static silence_t silence_in(const scanner_target_t *target, const studio_app_t *app) {
  const studio_t *studio = target->studio;
  silence_t silence = silence_of(studio, app, aws_session_now_ms(studio->session));
  if (silence != SILENCE_NONE)
    return silence;
  bool is_kept_back = target->account->config->report_by_app && app->series.hash == 0;
  return is_kept_back ? SILENCE_IDENTIFIER : SILENCE_NONE;
}

/* is_long_silent: the app has been without a value for an hour, and no notice has said so yet. */
static bool is_long_silent(studio_app_t *app, silence_t silence, int64_t now_ms) {
  if (silence == SILENCE_NONE) {
    app->told.silent_since_s = 0;
    app->told.silent = false;
    return false;
  }
  if (app->told.silent_since_s == 0)
    app->told.silent_since_s = (uint32_t)(now_ms / 1000);
  return !app->told.silent && now_ms - (int64_t)app->told.silent_since_s * 1000 >= SILENT_MS;
}

static void notice_silent(const char *label, const studio_t *studio, silence_t silence, const notice_t *notice) {
  operation_t operation = silence_operation(silence);
  const aws_error_t *error = operation != OPERATIONS ? &studio->scan.errors[operation] : NULL;
  bool is_refused = error != NULL && error->code[0] != '\0';
  NOTICE("sagemaker plugin: %s: app %s%s has had no value for an hour: %s%s%s%s; %s.", label, notice->example->stream,
         notice->others, silence_words[silence].reason, is_refused ? " (" : "", is_refused ? error->code : "",
         is_refused ? ")" : "", silence_words[silence].remedy);
}

void notices_say_silent(const char *label, const scanner_target_t *target) {
  const studio_t *studio = target->studio;
  notice_t notices[SILENCES] = {{.example = NULL}};
  for (size_t i = 0; i < studio->apps_count; i++) {
    studio_app_t *app = studio->apps[i];
    if (!app_is_watched(studio, app))
      continue;
    silence_t silence = silence_in(target, app);
    if (!is_long_silent(app, silence, aws_session_now_ms(studio->session)) || silence_words[silence].reason == NULL)
      continue;
    app->told.silent = true;
    add_to_notice(&notices[silence], app);
  }
  for (size_t i = 0; i < SILENCES; i++) {
    if (notices[i].example != NULL)
      notice_silent(label, studio, (silence_t)i, &notices[i]);
  }
}
