#include "config_activity.h"

#include <string.h>

#include "plugin.h"

typedef struct {
  bool is_set;
  signal_t signal;
  config_strings_t match, ignore;
} activity_block_t;

static bool is_phrase(const char *text) { return config_is_printable(text) && strchr(text, '"') == NULL; }

static int take_signal(const oconfig_item_t *item, activity_block_t *block) {
  static const signal_t signals[] = {SIGNAL_LAST_EVENT, SIGNAL_MATCH, SIGNAL_IGNORE};
  const char *word =
      item->values_num == 1 && item->children_num == 0 ? config_text(item, 0, config_is_printable) : NULL;
  for (size_t i = 0; word != NULL && i < sizeof(signals) / sizeof(signals[0]); i++) {
    if (strcmp(word, signals_name(signals[i])) == 0) {
      block->is_set = true;
      block->signal = signals[i];
      return 0;
    }
  }
  return config_refuse(item, "\"last-event\", \"match\" or \"ignore\" is wanted");
}

static int take_options(const oconfig_item_t *item, activity_block_t *block) {
  const char *allowed = "phrases of log events are wanted, without '\"', for which AWS has no escape";
  for (int i = 0; i < item->children_num; i++) {
    const oconfig_item_t *child = &item->children[i];
    int status = -1;
    if (config_is(child, "Signal"))
      status = take_signal(child, block);
    else if (config_is(child, "Match"))
      status = config_take_strings(child, &block->match, is_phrase, allowed);
    else if (config_is(child, "Ignore"))
      status = config_take_strings(child, &block->ignore, is_phrase, allowed);
    else
      P_ERROR("option %s is not known in <Activity \"%s\">; allowed are Signal, Match and Ignore.", child->key,
              item->values[0].value.string);
    if (status != 0)
      return status;
  }
  return 0;
}

/* The phrases that a rule is made of; NULL with no count: it needs none. */
static int choose(const oconfig_item_t *item, activity_block_t *block, const char *const **phrases, size_t *count) {
  const char *app_type = item->values[0].value.string;
  if (block->match.count > 0 && block->ignore.count > 0)
    return config_refuse(item, "Match and Ignore exclude each other: AWS passes over one of them");
  signal_t given = block->match.count > 0 ? SIGNAL_MATCH : SIGNAL_IGNORE;
  const config_strings_t *strings = given == SIGNAL_MATCH ? &block->match : &block->ignore;
  if (strings->count > 0 && block->is_set && block->signal != given)
    return config_refuse(item, "its phrases contradict its Signal: Match belongs to \"match\", Ignore to \"ignore\"");
  if (strings->count > 0)
    block->signal = given;
  else if (!block->is_set)
    block->signal = signals_default(app_type);
  *phrases = (const char *const *)strings->items;
  *count = strings->count;
  if (strings->count > 0 || block->signal == SIGNAL_LAST_EVENT)
    return 0;
  *phrases = signals_phrases(app_type, block->signal);
  while (*phrases != NULL && (*phrases)[*count] != NULL)
    (*count)++;
  return *count > 0 ? 0 : config_refuse(item, "this type has no default phrases for its Signal: give Match or Ignore");
}

static signal_rule_t *add_rule(config_account_t *account, const char *app_type, signal_t signal) {
  signal_rule_t *longer = realloc(account->rules, (account->rules_count + 1) * sizeof(*longer));
  if (longer == NULL)
    return NULL;
  account->rules = longer;
  signal_rule_t *rule = &longer[account->rules_count];
  *rule = (signal_rule_t){.app_type = strdup(app_type), .signal = signal};
  if (rule->app_type == NULL)
    return NULL;
  account->rules_count++;
  return rule;
}

static const signal_rule_t *find_rule(const config_account_t *account, const char *app_type) {
  for (size_t i = 0; i < account->rules_count; i++) {
    if (strcmp(account->rules[i].app_type, app_type) == 0)
      return &account->rules[i];
  }
  return NULL;
}

static int make_rule(const oconfig_item_t *item, config_account_t *account, activity_block_t *block) {
  const char *const *phrases = NULL;
  size_t count = 0;
  if (take_options(item, block) != 0 || choose(item, block, &phrases, &count) != 0)
    return -1;
  signal_rule_t *rule = add_rule(account, item->values[0].value.string, block->signal);
  if (rule == NULL)
    return config_no_memory();
  if (block->signal == SIGNAL_LAST_EVENT)
    return 0;
  rule->pattern = signals_pattern(block->signal, phrases, count);
  return rule->pattern != NULL
             ? 0
             : config_refuse(item,
                             "its phrases are too long: AWS allows 1024 characters in a filter pattern, with three or "
                             "four more for each phrase");
}

int config_activity(const oconfig_item_t *item, config_account_t *account) {
  const char *app_type = item->values_num == 1 ? config_text(item, 0, config_is_app_type) : NULL;
  if (app_type == NULL)
    return config_refuse(item, "a type of app like \"JupyterLab\" is wanted");
  if (find_rule(account, app_type) != NULL)
    return config_refuse(item, "there is another <Activity> block for this type");
  config_check_app_type(item, app_type);
  activity_block_t block = {.is_set = false};
  int status = make_rule(item, account, &block);
  config_strings_clear(&block.match);
  config_strings_clear(&block.ignore);
  return status;
}

static char *default_pattern(const char *app_type, signal_t signal) {
  const char *const *phrases = signals_phrases(app_type, signal);
  size_t count = 0;
  while (phrases[count] != NULL)
    count++;
  return signals_pattern(signal, phrases, count);
}

int config_activity_complete(config_account_t *account) {
  static const char *const app_types[] = {"JupyterLab", "CodeEditor"};
  for (size_t i = 0; i < sizeof(app_types) / sizeof(app_types[0]); i++) {
    if (find_rule(account, app_types[i]) != NULL)
      continue;
    signal_rule_t *rule = add_rule(account, app_types[i], signals_default(app_types[i]));
    if (rule == NULL)
      return config_no_memory();
    rule->pattern = default_pattern(app_types[i], rule->signal);
    if (rule->pattern == NULL)
      return config_no_memory();
  }
  const signal_rule_t *jupyterlab = find_rule(account, "JupyterLab");
  free(account->match_pattern);
  account->match_pattern = jupyterlab != NULL && jupyterlab->signal == SIGNAL_MATCH
                               ? strdup(jupyterlab->pattern)
                               : default_pattern("JupyterLab", SIGNAL_MATCH);
  return account->match_pattern != NULL ? 0 : config_no_memory();
}

void config_activity_clear(config_account_t *account) {
  for (size_t i = 0; i < account->rules_count; i++) {
    free(account->rules[i].app_type);
    free(account->rules[i].pattern);
  }
  free(account->rules);
  free(account->match_pattern);
}
