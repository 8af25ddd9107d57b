/* An error as a value: what a caller decides on and what a person reads. The AWS client never logs. */
#ifndef AWS_PROTOCOL_ERROR_H
#define AWS_PROTOCOL_ERROR_H

/* code is AWS's own error code cut at '#' and ':' ("ThrottlingException"), or one of ours: "timeout", "connect", "dns",
 * "tls", "parse" (a response without what it must have), "configuration" (a file or a setting that cannot
 * be used), "credentials", "region", "internal". message is one printable line; operation the AWS operation
 * ("ListApps") or what was tried instead ("credentials"); status the HTTP status, 0 when there was no response. An
 * error with an empty code is no error. */
typedef struct {
  char code[64];
  char operation[40];
  char message[768];
  int status;
} aws_error_t;

/* aws_error_set fills error, and cuts what is too long for it; whatever in the message is not printable ASCII or UTF-8
 * becomes '?', so that a hostile response cannot break a log line. */
void aws_error_set(aws_error_t *error, const char *code, const char *operation, int status, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* aws_error_credentials fills error as a source of credentials does that could not give any: code and operation are
 * "credentials", and there was no HTTP status. */
void aws_error_credentials(aws_error_t *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
