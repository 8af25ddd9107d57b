/* A table of answers in place of the AWS client: what studio/ asks of aws/client.h, without HTTP.
 *
 * A test says what each operation answers to which input; a call without an answer, and an answer that no call has
 * asked for, fail the test. Calls are answered by fake_aws_run, one page of each in turn, in the order of their
 * submission. */
#ifndef UNIT_FAKE_AWS_H
#define UNIT_FAKE_AWS_H

#include "aws/client.h"

/* fake_aws_page adds an answer, JSON text; input is the whole input that it is for (with the page's token), NULL: any.
 * Answers to the same operation and input are given in the order in which they were added. */
void fake_aws_page(const char *operation, const char *input, const char *output);

/* fake_aws_fail answers with an error instead. */
void fake_aws_fail(const char *operation, const char *input, const char *code, int status);

/* A whole service instead of a table: writes the output and returns true, or writes the error and returns false. It
 * serves what the table has no answer to; NULL: nothing. */
typedef bool fake_service_t(const char *operation, json_object *input, json_object **output, aws_error_t *error);
void fake_aws_serve(fake_service_t *service);

/* fake_aws_refuse makes that many calls of aws_submit fail as without memory. */
void fake_aws_refuse(int count);

/* fake_aws_run answers what was submitted, and what is submitted meanwhile. */
void fake_aws_run(void);

/* fake_aws_run_pages answers that many pages; fake_aws_drop forgets the calls that wait then, which do not end, as when
 * the client is freed. */
void fake_aws_run_pages(size_t pages);
void fake_aws_drop(void);

/* The pages that were asked for, of an operation; the most calls that waited at a time. */
int fake_aws_asked(const char *operation);
size_t fake_aws_waiting_peak(void);

/* The inputs of all pages, one to a line, "ListApps {...}". */
const char *fake_aws_transcript(void);

/* The one session, in us-east-1; what its clock shows. */
aws_session_t *fake_aws_session(void);
void fake_aws_set_now_ms(int64_t now_ms);
void fake_aws_set_skew_ms(int64_t skew_ms);

/* For a test's setup and teardown; fake_aws_end fails if an answer was left over or a call was not answered. */
int fake_aws_begin(void **state);
int fake_aws_end(void **state);

#endif
