#include "config_values.h"

#include <string.h>

#include "plugin.h"

/* A name of 512 bytes and what stands ahead of it. */
#define LOG_GROUP_ARN_SIZE 700

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

void config_strings_clear(config_strings_t *strings) {
  for (size_t i = 0; i < strings->count; i++)
    free(strings->items[i]);
  free(strings->items);
  *strings = (config_strings_t){NULL, 0};
}

bool config_is(const oconfig_item_t *item, const char *name) { return strcasecmp(item->key, name) == 0; }

/* What an option was given, as a person wrote it, but on one line. */
static void show_value(const oconfig_value_t *value, char *shown, size_t size) {
  if (value->type == OCONFIG_TYPE_STRING)
    snprintf(shown, size, "\"%s\"", value->value.string);
  else if (value->type == OCONFIG_TYPE_NUMBER)
    snprintf(shown, size, "%.15g", value->value.number);
  else
    snprintf(shown, size, "%s", value->value.boolean ? "true" : "false");
  for (char *at = shown; *at != '\0'; at++) {
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      *at = '?';
  }
}

int config_refuse(const oconfig_item_t *item, const char *allowed) {
  char shown[512] = "";
  for (int i = 0; i < item->values_num; i++) {
    char one[160];
    show_value(&item->values[i], one, sizeof(one));
    size_t length = strlen(shown);
    snprintf(shown + length, sizeof(shown) - length, " %s", one);
  }
  P_ERROR("option %s%s is not valid: %s.", item->key, shown[0] != '\0' ? shown : " without a value", allowed);
  return -1;
}

int config_no_memory(void) {
  P_ERROR("no memory for the configuration.");
  return -1;
}

bool config_is_printable(const char *text) {
  for (const char *at = text; *at != '\0'; at++) {
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      return false;
  }
  return text[0] != '\0';
}

static bool consists_of(const char *text, const char *characters, size_t longest) {
  size_t length = strlen(text);
  return length > 0 && length <= longest && strspn(text, characters) == length;
}

bool config_is_profile(const char *text) { return config_is_printable(text) && strpbrk(text, "/@") == NULL; }

bool config_is_domain_id(const char *text) {
  return strncmp(text, "d-", 2) == 0 && consists_of(text + 2, "abcdefghijklmnopqrstuvwxyz" DIGITS "-", 61);
}

bool config_is_app_type(const char *text) { return consists_of(text, LETTERS DIGITS, 63); }

/* https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AppDetails.html */
void config_check_app_type(const oconfig_item_t *item, const char *app_type) {
  static const char *const documented[] = {"Canvas",          "CodeEditor",       "DetailedProfiler",
                                           "JupyterLab",      "JupyterServer",    "KernelGateway",
                                           "RSessionGateway", "RStudioServerPro", "TensorBoard"};
  for (size_t i = 0; i < sizeof(documented) / sizeof(documented[0]); i++) {
    if (strcmp(app_type, documented[i]) == 0)
      return;
  }
  P_NOTICE(
      "option %s \"%s\": AWS documents no such type of app, so this may fit none; it documents Canvas, CodeEditor, "
      "DetailedProfiler, JupyterLab, JupyterServer, KernelGateway, RSessionGateway, RStudioServerPro and "
      "TensorBoard.",
      item->key, app_type);
}

static bool is_log_group_name(const char *text) { return consists_of(text, LETTERS DIGITS "-_./#", 512); }

/* The end of a part of an ARN that begins at text and has these characters; NULL: it has others, or none. */
static const char *arn_part_end(const char *text, const char *characters) {
  size_t length = strspn(text, characters);
  return length > 0 && text[length] == ':' ? text + length + 1 : NULL;
}

/* arn:PARTITION:logs:REGION:ACCOUNT:log-group:NAME. */
static bool is_log_group_arn(const char *text) {
  static const char service[] = "logs:";
  static const char type[] = "log-group:";
  const char *at = strncmp(text, "arn:aws", 7) == 0 ? arn_part_end(text + 4, "abcdefghijklmnopqrstuvwxyz-") : NULL;
  if (at == NULL || strncmp(at, service, strlen(service)) != 0)
    return false;
  at = arn_part_end(at + strlen(service), "abcdefghijklmnopqrstuvwxyz-" DIGITS);
  const char *account = at;
  at = at != NULL ? arn_part_end(at, DIGITS) : NULL;
  return at != NULL && at - account == 13 && strncmp(at, type, strlen(type)) == 0 &&
         is_log_group_name(at + strlen(type));
}

/* An ARN as the console and other services show it has ":*" at its end, for the streams. */
bool config_is_log_group(const char *text) {
  char arn[LOG_GROUP_ARN_SIZE];
  size_t length = strlen(text);
  if (is_log_group_name(text))
    return true;
  if (length >= sizeof(arn))
    return false;
  memcpy(arn, text, length + 1);
  config_cut_log_group(arn);
  return is_log_group_arn(arn);
}

void config_cut_log_group(char *text) {
  size_t length = strlen(text);
  if (length > 2 && strcmp(text + length - 2, ":*") == 0)
    text[length - 2] = '\0';
}

/* arn:PARTITION:iam::ACCOUNT:role/PATH/NAME, the characters being IAM's:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
bool config_is_role_arn(const char *text) {
  size_t partition = strspn(text, "abcdefghijklmnopqrstuvwxyz-:");
  const char *account = strstr(text, ":iam::");
  if (strncmp(text, "arn:aws", 7) != 0 || account == NULL || partition != (size_t)(account + 6 - text) ||
      memchr(text + 4, ':', (size_t)(account - text - 4)) != NULL)
    return false;
  account += 6;
  return strspn(account, DIGITS) == 12 && strncmp(account + 12, ":role/", 6) == 0 &&
         consists_of(account + 18, LETTERS DIGITS "_+=,.@/-", 576) && text[strlen(text) - 1] != '/';
}

/* https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
bool config_is_external_id(const char *text) {
  return strlen(text) >= 2 && consists_of(text, LETTERS DIGITS "_+=,.@:/-", 1224);
}

bool config_is_host(const char *text) { return config_is_printable(text) && strlen(text) < DATA_MAX_NAME_LEN; }

bool config_is_name(const char *text) { return config_is_printable(text) && strlen(text) < DATA_MAX_NAME_LEN; }

const char *config_text(const oconfig_item_t *item, int index, config_check_t *check) {
  if (index >= item->values_num || item->values[index].type != OCONFIG_TYPE_STRING ||
      !check(item->values[index].value.string))
    return NULL;
  return item->values[index].value.string;
}

int config_take_string(const oconfig_item_t *item, char **target, config_check_t *check, const char *allowed) {
  const char *text = config_text(item, 0, check);
  if (item->values_num != 1 || item->children_num != 0 || text == NULL)
    return config_refuse(item, allowed);
  char *copy = strdup(text);
  if (copy == NULL)
    return config_no_memory();
  free(*target);
  *target = copy;
  return 0;
}

void config_clear_secret(char **secret) {
  if (*secret != NULL)
    explicit_bzero(*secret, strlen(*secret));
  free(*secret);
  *secret = NULL;
}

int config_take_secret(const oconfig_item_t *item, char **target, config_check_t *check, const char *allowed) {
  if (item->values_num == 1 && item->children_num == 0 && config_text(item, 0, check) != NULL) {
    config_clear_secret(target);
    return config_take_string(item, target, check, allowed);
  }
  P_ERROR("option %s is not valid (its value is not shown): %s.", item->key, allowed);
  return -1;
}

int config_take_strings(const oconfig_item_t *item, config_strings_t *target, config_check_t *check,
                        const char *allowed) {
  if (item->values_num < 1 || item->children_num != 0)
    return config_refuse(item, allowed);
  for (int i = 0; i < item->values_num; i++) {
    const char *text = config_text(item, i, check);
    if (text == NULL)
      return config_refuse(item, allowed);
    char **longer = realloc(target->items, (target->count + 1) * sizeof(*longer));
    if (longer == NULL)
      return config_no_memory();
    target->items = longer;
    longer[target->count] = strdup(text);
    if (longer[target->count] == NULL)
      return config_no_memory();
    target->count++;
  }
  return 0;
}

int config_take_boolean(const oconfig_item_t *item, bool *target) {
  if (item->values_num != 1 || item->children_num != 0 || item->values[0].type != OCONFIG_TYPE_BOOLEAN)
    return config_refuse(item, "true or false is wanted, without quotes");
  *target = item->values[0].value.boolean != 0;
  return 0;
}

static int refuse_seconds(const oconfig_item_t *item, const char *wanted, double longest) {
  char allowed[128];
  snprintf(allowed, sizeof(allowed), "%s wanted, above 0 and at most %.0f, fractions allowed", wanted, longest);
  return config_refuse(item, allowed);
}

/* 0: the value at index is not a number of seconds above 0 and at most longest. */
static double seconds_at(const oconfig_item_t *item, int index, double longest) {
  double seconds = item->values[index].type == OCONFIG_TYPE_NUMBER ? item->values[index].value.number : 0.0;
  return seconds >= 0.001 && seconds <= longest ? seconds : 0.0;
}

int config_take_seconds(const oconfig_item_t *item, cdtime_t *target, double longest) {
  double seconds = item->values_num == 1 && item->children_num == 0 ? seconds_at(item, 0, longest) : 0.0;
  if (!(seconds > 0.0))
    return refuse_seconds(item, "a number of seconds is", longest);
  *target = DOUBLE_TO_CDTIME_T(seconds);
  return 0;
}

int config_take_times(const oconfig_item_t *item, config_times_t *target, double longest) {
  if (item->values_num < 1 || item->children_num != 0)
    return refuse_seconds(item, "numbers of seconds are", longest);
  for (int i = 0; i < item->values_num; i++) {
    double seconds = seconds_at(item, i, longest);
    if (!(seconds > 0.0))
      return refuse_seconds(item, "numbers of seconds are", longest);
    int64_t *longer = realloc(target->items_ms, (target->count + 1) * sizeof(*longer));
    if (longer == NULL)
      return config_no_memory();
    target->items_ms = longer;
    longer[target->count++] = (int64_t)(seconds * 1000.0);
  }
  return 0;
}
