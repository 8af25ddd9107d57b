/* How an error is told: one line with account, region, operation, status, AWS's code and words, and the remedy. */
#ifndef COMPLAINTS_ERROR_H
#define COMPLAINTS_ERROR_H

#include "scanner.h"
#include "utils_complain.h"

/* complaints_label_t is what a line is about: the text is "account "prod", region us-east-1". */
typedef struct {
  const config_account_t *config;
  char text[256];
} complaints_label_t;

/* complaints_label names a target. */
complaints_label_t complaints_label(const scanner_target_t *target);

/* complaints_error logs the line of an error once: not again until said was released (c_release). */
void complaints_error(c_complain_t *said, const complaints_label_t *label, const aws_error_t *error);

#endif
