/* Reading the times that responses carry, as milliseconds since the epoch. Pure, and independent of the process's
 * locale. false: the text is no such time, and *time_ms is as it was. */
#ifndef UTIL_DATE_H
#define UTIL_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* date_parse_http reads a Date header in the form that servers must send ("Mon, 23 Nov 2026 20:36:00 GMT", RFC 9110).
 */
bool date_parse_http(const char *text, int64_t *time_ms);

/* date_parse_iso8601 reads "2026-11-23T20:36:00Z" and what the AWS command line takes besides: a fraction, no seconds,
 * a numeric offset ("+09:00", "+0900", "+09"), a blank for the T, lower case, no hyphens and colons. A time without Z
 * or offset is refused: it could be anywhere. */
bool date_parse_iso8601(const char *text, int64_t *time_ms);

#endif
