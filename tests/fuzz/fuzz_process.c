/* links: aws unit/fake_http fuzz/fake_child fuzz/input */
/* credential_process: its command line, then what the program writes. */
#include <stdlib.h>
#include <string.h>

#include "aws/credentials/providers.h"
#include "fake_http.h"
#include "util/shell_words.h"

#include "fake_child.h"
#include "input.h"

static void split(const char *line) {
  shell_words_t words = SHELL_WORDS_INIT;
  const char *failure = NULL;
  if (shell_words_split(line, &words, &failure)) {
    size_t length = 0;
    for (size_t i = 0; i < words.count; i++)
      length += strlen(words.words[i]);
    INPUT_PROMISE(length <= strlen(line) && (words.words == NULL || words.words[words.count] == NULL));
  } else {
    INPUT_PROMISE(words.count == 0 && words.words == NULL);
  }
  shell_words_clear(&words);
}

static void on_response(void *user_data, credentials_result_t result, const credentials_t *found,
                        const aws_error_t *error) {
  (*(int *)user_data)++;
  if (result == CREDENTIALS_FOUND)
    INPUT_PROMISE(found->access_key_id[0] != '\0' && found->secret_access_key[0] != '\0');
  else
    INPUT_PROMISE(input_is_line(error->message));
}

/* The line is written into a profile: what INI makes of it is the command. */
static void run(const char *line, const char *output, size_t length) {
  static const char head[] = "[default]\ncredential_process = ";
  loop_t loop = {.clock = &fake_clock, .http = http_new("fuzz")};
  profile_files_t *files = profile_files_new();
  credentials_context_t context = {.loop = &loop, .files = files, .profile = "default"};
  buffer_t text = BUFFER_INIT(sizeof(head) + strlen(line));
  aws_error_t error;
  int responses = 0;
  fake_child_answer(output, length);
  INPUT_PROMISE(buffer_add_text(&text, head) && buffer_add_text(&text, line));
  (void)profile_files_parse(files, PROFILE_CONFIG_FILE, text.data, text.length, "config", &error);
  credentials_provider_t *provider = credentials_process_new(&context, "default");
  provider->get(provider, on_response, &responses);
  INPUT_PROMISE(loop_drive(&loop, INT64_MAX) == LOOP_IDLE && responses == 1);
  provider->destroy(provider);
  buffer_clear(&text);
  profile_files_free(files);
  http_free(loop.http);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  size_t length = 0;
  const char *line = input_text(&input);
  const char *output = input_record(&input, &length);
  split(line);
  run(line, output, length);
  input_clear(&input);
  return 0;
}
