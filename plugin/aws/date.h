/* Reading the times that answers carry. Independent of the process's locale. */
#ifndef AWS_DATE_H
#define AWS_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* date_parse_http reads a Date header in the form that servers must send ("Mon, 23 Nov 2026 20:36:00 GMT", RFC 9110).
 */
bool date_parse_http(const char *text, int64_t *time_ms);

/* date_parse_iso8601 reads "2026-11-23T20:36:00Z", with or without a fraction, or with a numeric offset. */
bool date_parse_iso8601(const char *text, int64_t *time_ms);

#endif
