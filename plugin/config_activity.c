#include "config_activity.h"

#include <string.h>

#include "config_values.h"

/* activity_block_t is what an <Activity> block says. */
typedef struct {
  bool is_set; /* signal is the block's */
  signal_t signal;
  studio_names_t match, ignore;
} activity_block_t;

/* A phrase behind this mark adds to the defaults of its type. */
#define ADDS '+'

static bool is_phrase(const char *text) {
  return config_is_printable(text[0] == ADDS ? text + 1 : text) && strchr(text, '"') == NULL;
}

/* refuse_signal lists those that may be chosen: "A", "B" or "C" is wanted. */
static int refuse_signal(const oconfig_item_t *item) {
  char wanted[256];
  size_t length = 0;
  for (signal_t signal = 0; signal < SIGNALS_CHOSEN && length < sizeof(wanted); signal++)
    length += (size_t)snprintf(wanted + length, sizeof(wanted) - length, "%s\"%s\"",
                               config_before(signal, SIGNALS_CHOSEN, " or "), signals_name(signal));
  if (length < sizeof(wanted))
    snprintf(wanted + length, sizeof(wanted) - length, " is wanted");
  return config_refuse(item, wanted);
}

static bool has_phrases(signal_t signal) { return signals_row(signal)->mark != NULL; }

static int take_signal(const oconfig_item_t *item, void *field, const config_option_t *option) {
  activity_block_t *block = field;
  const char *word = item->values_num == 1 && item->children_num == 0 ? config_text(item, 0, option->check) : NULL;
  for (signal_t signal = 0; word != NULL && signal < SIGNALS_CHOSEN; signal++) {
    if (strcmp(word, signals_name(signal)) == 0) {
      block->is_set = true;
      block->signal = signal;
      return 0;
    }
  }
  return refuse_signal(item);
}

#define PHRASES_WANTED "phrases of log events are wanted, without '\"', for which AWS has no escape"

static const config_option_t options[] = {
    {.name = "Signal", .take = take_signal, .check = config_is_printable},
    {.name = "Match",
     .take = config_take_names,
     .offset = offsetof(activity_block_t, match),
     .check = is_phrase,
     .wanted = PHRASES_WANTED},
    {.name = "Ignore",
     .take = config_take_names,
     .offset = offsetof(activity_block_t, ignore),
     .check = is_phrase,
     .wanted = PHRASES_WANTED},
};

static const config_table_t table = {"Activity", options, sizeof(options) / sizeof(options[0]), NULL};

/* given_phrases are those of the block; it has no phrases of two kinds. */
static const studio_names_t *given_phrases(const activity_block_t *block) {
  return block->match.count > 0 ? &block->match : &block->ignore;
}

/* choose_signal sets the block's signal. */
static int choose_signal(const oconfig_item_t *item, activity_block_t *block) {
  if (block->match.count > 0 && block->ignore.count > 0)
    return config_refuse(item, "Match and Ignore exclude each other: AWS passes over one of them");
  signal_t given = block->match.count > 0 ? SIGNAL_MATCH : SIGNAL_IGNORE;
  bool is_given = given_phrases(block)->count > 0;
  if (is_given && block->is_set && block->signal != given)
    return config_refuse(item, "its phrases contradict its Signal: Match belongs to \"match\", Ignore to \"ignore\"");
  if (is_given)
    block->signal = given;
  else if (!block->is_set)
    block->signal = signals_default(item->values[0].value.string);
  return 0;
}

/* check_added refuses a block that has phrases with '+' and without. */
static int check_added(const oconfig_item_t *item, const studio_names_t *given, bool *adds) {
  size_t added = 0;
  for (size_t i = 0; i < given->count; i++)
    added += given->items[i][0] == ADDS ? 1 : 0;
  *adds = added > 0;
  if (added == 0 || added == given->count)
    return 0;
  return config_refuse(item, "of its phrases either all or none begin with '+': with it they add to the defaults, "
                             "without it they replace them");
}

static size_t count_phrases(const char *const *phrases) {
  size_t count = 0;
  while (phrases != NULL && phrases[count] != NULL)
    count++;
  return count;
}

/* compose makes the pattern of the type's default phrases, where the block has none or adds to them, and of the block's
 * own. */
static int compose(const oconfig_item_t *item, const activity_block_t *block, bool adds, char **pattern) {
  const studio_names_t *given = given_phrases(block);
  const char *const *defaults = signals_phrases(item->values[0].value.string, block->signal);
  size_t count = adds || given->count == 0 ? count_phrases(defaults) : 0;
  if (count == 0 && (adds || given->count == 0))
    return config_refuse(item, adds ? "this type has no default phrases to add to: give its phrases without '+'"
                                    : "this type has no default phrases for its Signal: give Match or Ignore");
  const char **phrases = malloc((count + given->count) * sizeof(*phrases));
  if (phrases == NULL)
    return config_no_memory();
  for (size_t i = 0; i < count; i++)
    phrases[i] = defaults[i];
  for (size_t i = 0; i < given->count; i++)
    phrases[count + i] = given->items[i] + (adds ? 1 : 0);
  *pattern = signals_pattern(block->signal, phrases, count + given->count);
  free(phrases);
  return *pattern != NULL
             ? 0
             : config_refuse(item,
                             "its phrases are too long: AWS allows 1024 characters in a filter pattern, with three "
                             "or four more for each phrase, and the defaults count where '+' adds to them");
}

static signal_rule_t *add_rule(studio_settings_t *settings, const char *app_type, signal_t signal) {
  signal_rule_t *longer = config_grow(settings->rules, settings->rules_count, sizeof(*longer));
  if (longer == NULL)
    return NULL;
  settings->rules = longer;
  signal_rule_t *rule = &longer[settings->rules_count];
  *rule = (signal_rule_t){.app_type = strdup(app_type), .signal = signal};
  if (rule->app_type == NULL) {
    (void)config_no_memory();
    return NULL;
  }
  settings->rules_count++;
  return rule;
}

static const signal_rule_t *find_rule(const studio_settings_t *settings, const char *app_type) {
  for (size_t i = 0; i < settings->rules_count; i++) {
    if (strcmp(settings->rules[i].app_type, app_type) == 0)
      return &settings->rules[i];
  }
  return NULL;
}

static int make_rule(const oconfig_item_t *item, studio_settings_t *settings, activity_block_t *block) {
  bool adds = false;
  if (config_take_options(item, &table, item->values[0].value.string, block) != 0 || choose_signal(item, block) != 0 ||
      check_added(item, given_phrases(block), &adds) != 0)
    return -1;
  signal_rule_t *rule = add_rule(settings, item->values[0].value.string, block->signal);
  if (rule == NULL)
    return -1;
  return has_phrases(block->signal) ? compose(item, block, adds, &rule->pattern) : 0;
}

int config_activity(const oconfig_item_t *item, void *field, const config_option_t *option) {
  studio_settings_t *settings = field;
  const char *app_type = item->values_num == 1 ? config_text(item, 0, option->check) : NULL;
  if (app_type == NULL)
    return config_refuse(item, option->wanted);
  if (find_rule(settings, app_type) != NULL)
    return config_refuse(item, "there is another <Activity> block for this type");
  config_check_app_type(item, app_type);
  activity_block_t block = {.is_set = false};
  int status = make_rule(item, settings, &block);
  config_clear_names(&block.match);
  config_clear_names(&block.ignore);
  return status;
}

static char *default_pattern(const char *app_type, signal_t signal) {
  const char *const *phrases = signals_phrases(app_type, signal);
  return signals_pattern(signal, phrases, count_phrases(phrases));
}

/* add_default adds the rule of a type that no <Activity> block is about, unless its newest event counts, as it does
 * without a rule. */
static int add_default(studio_settings_t *settings, const char *app_type) {
  if (find_rule(settings, app_type) != NULL || signals_default(app_type) == SIGNAL_LAST_EVENT)
    return 0;
  signal_rule_t *rule = add_rule(settings, app_type, signals_default(app_type));
  if (rule == NULL)
    return -1;
  if (!has_phrases(rule->signal))
    return 0;
  rule->pattern = default_pattern(app_type, rule->signal);
  return rule->pattern != NULL ? 0 : config_no_memory();
}

/* add_chatty_rule gives a rule whose signal machines may cause, too, the Match phrases that serve its type: those of
 * the settings, or the defaults. */
static int add_chatty_rule(const studio_settings_t *settings, signal_rule_t *rule) {
  const char *app_type = signals_chatty_type(rule->app_type);
  if (app_type == NULL || rule->chatty_rule != NULL || signals_row(rule->signal)->is_rare)
    return 0;
  const signal_rule_t *other = find_rule(settings, app_type);
  const char *own = other != NULL && other->signal == SIGNAL_MATCH ? other->pattern : NULL;
  rule->chatty_rule = calloc(1, sizeof(*rule->chatty_rule));
  if (rule->chatty_rule == NULL)
    return config_no_memory();
  rule->chatty_rule->signal = SIGNAL_MATCH;
  rule->chatty_rule->pattern = own != NULL ? strdup(own) : default_pattern(app_type, SIGNAL_MATCH);
  return rule->chatty_rule->pattern != NULL ? 0 : config_no_memory();
}

int config_activity_complete(studio_settings_t *settings) {
  const char *app_type = NULL;
  for (size_t i = 0; (app_type = signals_type(i)) != NULL; i++) {
    if (add_default(settings, app_type) != 0)
      return -1;
  }
  signal_rule_t *rules = config_owned(settings->rules);
  for (size_t i = 0; i < settings->rules_count; i++) {
    if (add_chatty_rule(settings, &rules[i]) != 0)
      return -1;
  }
  free(config_owned(settings->joined_pattern));
  settings->joined_pattern = signals_join(rules, settings->rules_count);
  return 0;
}

void config_activity_clear(studio_settings_t *settings) {
  signal_rule_t *rules = config_owned(settings->rules);
  for (size_t i = 0; i < settings->rules_count; i++) {
    if (rules[i].chatty_rule != NULL)
      free(rules[i].chatty_rule->pattern);
    free(rules[i].chatty_rule);
    free(rules[i].app_type);
    free(rules[i].pattern);
  }
  free(rules);
  free(config_owned(settings->joined_pattern));
}
