#include "config_values.h"

#include <string.h>

#include "plugin.h"

/* An ARN has a name of 512 bytes and what stands before it. */
#define LOG_GROUP_ARN_SIZE 700

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

void *config_owned(const void *setting) { return (void *)setting; }

void *config_grow(const void *items, size_t count, size_t item_size) {
  void *longer = realloc(config_owned(items), (count + 1) * item_size);
  if (longer == NULL)
    (void)config_no_memory();
  return longer;
}

void config_clear_text(const char **text) {
  free(config_owned(*text));
  *text = NULL;
}

void config_clear_secret(const char **text) {
  if (*text != NULL)
    explicit_bzero(config_owned(*text), strlen(*text));
  config_clear_text(text);
}

void config_clear_names(studio_names_t *names) {
  for (size_t i = 0; i < names->count; i++)
    free(config_owned(names->items[i]));
  free(config_owned(names->items));
  *names = (studio_names_t){NULL, 0};
}

/* show_value writes a value as the configuration has it, on one line. */
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

int config_refuse(const oconfig_item_t *item, const char *wanted) {
  char shown[512] = "";
  for (int i = 0; i < item->values_num; i++) {
    char one[160];
    show_value(&item->values[i], one, sizeof(one));
    size_t length = strlen(shown);
    snprintf(shown + length, sizeof(shown) - length, " %s", one);
  }
  P_ERROR("option %s%s is not valid: %s.", item->key, shown[0] != '\0' ? shown : " without a value", wanted);
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

/* documented follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AppDetails.html */
void config_check_app_type(const oconfig_item_t *item, const char *app_type) {
  static const char *const documented[] = {"Canvas",          "CodeEditor",       "DetailedProfiler",
                                           "JupyterLab",      "JupyterServer",    "KernelGateway",
                                           "RSessionGateway", "RStudioServerPro", "TensorBoard"};
  const size_t count = sizeof(documented) / sizeof(documented[0]);
  for (size_t i = 0; i < count; i++) {
    if (strcmp(app_type, documented[i]) == 0)
      return;
  }
  char list[256];
  size_t length = 0;
  for (size_t i = 0; i < count; i++)
    length +=
        (size_t)snprintf(list + length, sizeof(list) - length, "%s%s", config_before(i, count, " and "), documented[i]);
  P_NOTICE("option %s \"%s\": AWS documents no such type of app, so this may fit none; it documents %s.", item->key,
           app_type, list);
}

static bool is_log_group_name(const char *text) { return consists_of(text, LETTERS DIGITS "-_./#", 512); }

/* arn_part_end is what follows the ARN's part that text begins with; NULL: the part is empty, or has other characters.
 */
static const char *arn_part_end(const char *text, const char *characters) {
  size_t length = strspn(text, characters);
  return length > 0 && text[length] == ':' ? text + length + 1 : NULL;
}

/* is_log_group_arn: the text is arn:PARTITION:logs:REGION:ACCOUNT:log-group:NAME. */
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

/* config_is_log_group takes an ARN with ":*" at its end as well, as the console shows it. */
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

/* config_is_role_arn: the text is arn:PARTITION:iam::ACCOUNT:role/PATH/NAME, in the characters that IAM allows:
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

/* config_is_external_id follows https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
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

int config_take_string(const oconfig_item_t *item, void *field, const config_option_t *option) {
  const char **target = field;
  const char *text = config_text(item, 0, option->check);
  if (item->values_num != 1 || item->children_num != 0 || text == NULL)
    return config_refuse(item, option->wanted);
  char *copy = strdup(text);
  if (copy == NULL)
    return config_no_memory();
  config_clear_text(target);
  *target = copy;
  return 0;
}

int config_take_secret(const oconfig_item_t *item, void *field, const config_option_t *option) {
  if (item->values_num == 1 && item->children_num == 0 && config_text(item, 0, option->check) != NULL) {
    config_clear_secret(field);
    return config_take_string(item, field, option);
  }
  P_ERROR("option %s is not valid (its value is not shown): %s.", item->key, option->wanted);
  return -1;
}

int config_take_each(const oconfig_item_t *item, void *field, const config_option_t *option, config_each_t *take) {
  if (item->values_num < 1 || item->children_num != 0)
    return config_refuse(item, option->wanted);
  for (int i = 0; i < item->values_num; i++) {
    const char *text = config_text(item, i, option->check);
    if (text == NULL)
      return config_refuse(item, option->wanted);
    if (take(item, text, field) != 0)
      return -1;
  }
  return 0;
}

static int add_name(const oconfig_item_t *item, const char *text, void *field) {
  studio_names_t *names = field;
  (void)item;
  const char **longer = config_grow(names->items, names->count, sizeof(*longer));
  if (longer == NULL)
    return -1;
  names->items = longer;
  longer[names->count] = strdup(text);
  if (longer[names->count] == NULL)
    return config_no_memory();
  names->count++;
  return 0;
}

int config_take_names(const oconfig_item_t *item, void *field, const config_option_t *option) {
  return config_take_each(item, field, option, add_name);
}

int config_take_boolean(const oconfig_item_t *item, void *field, const config_option_t *option) {
  (void)option;
  if (item->values_num != 1 || item->children_num != 0 || item->values[0].type != OCONFIG_TYPE_BOOLEAN)
    return config_refuse(item, "true or false is wanted, without quotes");
  *(bool *)field = item->values[0].value.boolean != 0;
  return 0;
}

int config_refuse_seconds(const oconfig_item_t *item, const char *what, double longest_s) {
  char wanted[128];
  snprintf(wanted, sizeof(wanted), "%s wanted, above 0 and at most %.0f, fractions allowed", what, longest_s);
  return config_refuse(item, wanted);
}

int64_t config_milliseconds(const oconfig_item_t *item, int index, double longest_s) {
  double seconds = item->values[index].type == OCONFIG_TYPE_NUMBER ? item->values[index].value.number : 0.0;
  return seconds >= 0.001 && seconds <= longest_s ? (int64_t)(seconds * 1000.0 + 0.5) : 0;
}

int config_take_seconds(const oconfig_item_t *item, void *field, const config_option_t *option) {
  bool is_single = item->values_num == 1 && item->children_num == 0;
  int64_t time_ms = is_single ? config_milliseconds(item, 0, option->longest_s) : 0;
  if (time_ms == 0)
    return config_refuse_seconds(item, "a number of seconds is", option->longest_s);
  *(int64_t *)field = time_ms;
  return 0;
}
