#include "fake_aws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#define ANSWERS_MAX 256
#define TRANSCRIPT_SIZE 65536

typedef struct {
  const char *operation;
  json_object *input;  /* NULL: any */
  json_object *output; /* NULL: error */
  aws_error_t error;
  bool given;
} answer_t;

typedef struct waiting {
  struct waiting *next;
  aws_call_t call;
} waiting_t;

struct aws_session {
  int64_t now_ms, skew_ms;
};

static struct {
  answer_t responses[ANSWERS_MAX];
  size_t count;
  fake_service_t *service;
  waiting_t *first;
  size_t waiting, peak;
  int refused;
  char transcript[TRANSCRIPT_SIZE];
  size_t length;
  struct {
    const char *operation;
    int pages;
  } asked[8];
  aws_session_t session;
} fake;

int fake_aws_begin(void **state) {
  (void)state;
  memset(&fake, 0, sizeof(fake));
  return 0;
}

int fake_aws_end(void **state) {
  (void)state;
  size_t left = 0;
  for (size_t i = 0; i < fake.count; i++) {
    left += fake.responses[i].given ? 0 : 1;
    json_object_put(fake.responses[i].input);
    json_object_put(fake.responses[i].output);
  }
  if (left > 0 || fake.first != NULL)
    fail_msg("%zu answers were not asked for, %zu calls not answered; asked was:\n%s", left, fake.waiting,
             fake.transcript);
  return 0;
}

aws_session_t *fake_aws_session(void) { return &fake.session; }

void fake_aws_set_now_ms(int64_t now_ms) { fake.session.now_ms = now_ms; }

void fake_aws_set_skew_ms(int64_t skew_ms) { fake.session.skew_ms = skew_ms; }

const char *aws_session_region(const aws_session_t *session) {
  assert_ptr_equal(session, &fake.session);
  return "us-east-1";
}

int64_t aws_session_now_ms(const aws_session_t *session) { return session->now_ms; }

int64_t aws_session_skew_ms(const aws_session_t *session) { return session->skew_ms; }

static json_object *parse(const char *text) {
  json_object *object = json_tokener_parse(text);
  if (object == NULL)
    fail_msg("the test has bad JSON: %s", text);
  return object;
}

static answer_t *add(const char *operation, const char *input) {
  assert_in_range(fake.count, 0, ANSWERS_MAX - 1);
  answer_t *response = &fake.responses[fake.count++];
  *response = (answer_t){.operation = operation, .input = input != NULL ? parse(input) : NULL};
  return response;
}

void fake_aws_page(const char *operation, const char *input, const char *output) {
  add(operation, input)->output = parse(output);
}

void fake_aws_fail(const char *operation, const char *input, const char *code, int status) {
  aws_error_set(&add(operation, input)->error, code, operation, status, "the message");
}

void fake_aws_serve(fake_service_t *service) { fake.service = service; }

void fake_aws_refuse(int count) { fake.refused = count; }

size_t fake_aws_waiting_peak(void) { return fake.peak; }

const char *fake_aws_transcript(void) { return fake.transcript; }

static int *pages_of(const char *operation) {
  size_t i = 0;
  while (fake.asked[i].operation != NULL && strcmp(fake.asked[i].operation, operation) != 0)
    i++;
  fake.asked[i].operation = operation;
  return &fake.asked[i].pages;
}

int fake_aws_asked(const char *operation) { return *pages_of(operation); }

static void append(waiting_t *waiting) {
  waiting_t **link = &fake.first;
  while (*link != NULL)
    link = &(*link)->next;
  waiting->next = NULL;
  *link = waiting;
}

bool aws_submit(const aws_call_t *call) {
  if (call->input == NULL || fake.refused > 0) {
    fake.refused -= fake.refused > 0 ? 1 : 0;
    json_object_put(call->input);
    return false;
  }
  assert_ptr_equal(call->session, &fake.session);
  waiting_t *waiting = calloc(1, sizeof(*waiting));
  assert_non_null(waiting);
  waiting->call = *call;
  append(waiting);
  if (++fake.waiting > fake.peak)
    fake.peak = fake.waiting;
  return true;
}

static void note(const char *operation, json_object *input) {
  (*pages_of(operation))++;
  const char *text = json_object_to_json_string_ext(input, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  int length = snprintf(fake.transcript + fake.length, TRANSCRIPT_SIZE - fake.length, "%s %s\n", operation, text);
  if (length > 0 && fake.length + (size_t)length < TRANSCRIPT_SIZE)
    fake.length += (size_t)length;
}

static answer_t *find_answer(const char *operation, json_object *input) {
  for (size_t i = 0; i < fake.count; i++) {
    answer_t *response = &fake.responses[i];
    if (!response->given && strcmp(response->operation, operation) == 0 &&
        (response->input == NULL || json_object_equal(response->input, input)))
      return response;
  }
  return NULL;
}

/* One page; false: error says why there is none. The output is the caller's. */
static bool ask(const char *operation, json_object *input, json_object **output, aws_error_t *error) {
  note(operation, input);
  answer_t *response = find_answer(operation, input);
  if (response == NULL && fake.service != NULL)
    return fake.service(operation, input, output, error);
  if (response == NULL) {
    fail_msg("there is no answer to %s %s", operation, json_object_to_json_string(input));
    return false;
  }
  response->given = true;
  *error = response->error;
  *output = json_object_get(response->output);
  return response->output != NULL;
}

typedef enum { CALL_FAILED, CALL_DONE, CALL_GOES_ON } call_state_t;

/* One page of a call; follows the tokens as the client does. */
static call_state_t run_page(const aws_call_t *call, aws_error_t *error) {
  json_object *output = NULL;
  json_object *token = NULL;
  if (!ask(call->operation->name, call->input, &output, error))
    return CALL_FAILED;
  aws_verdict_t verdict = call->page(call->user_data, output);
  bool more = verdict == AWS_MORE && json_object_object_get_ex(output, call->operation->token_out, &token);
  if (more)
    json_object_object_add(call->input, call->operation->token_in, json_object_get(token));
  json_object_put(output);
  if (verdict != AWS_MALFORMED)
    return more ? CALL_GOES_ON : CALL_DONE;
  aws_error_set(error, "parse", call->operation->name, 200, "the page was malformed");
  return CALL_FAILED;
}

static void free_first(void) {
  waiting_t *waiting = fake.first;
  fake.first = waiting->next;
  fake.waiting--;
  json_object_put(waiting->call.input);
  free(waiting);
}

static void run_first(void) {
  waiting_t *waiting = fake.first;
  aws_error_t error = {.status = 0};
  call_state_t call_state = run_page(&waiting->call, &error);
  if (call_state == CALL_GOES_ON) {
    fake.first = waiting->next;
    append(waiting);
    return;
  }
  const aws_call_t call = waiting->call;
  free_first();
  call.done(call.user_data, call_state == CALL_DONE ? NULL : &error);
}

void fake_aws_run(void) {
  while (fake.first != NULL)
    run_first();
}

void fake_aws_run_pages(size_t pages) {
  for (; pages > 0; pages--) {
    assert_non_null(fake.first);
    run_first();
  }
}

void fake_aws_drop(void) {
  while (fake.first != NULL)
    free_first();
}
