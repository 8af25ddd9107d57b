/* What collectd is given of whole reads: every value has a name that its writers take, every trouble is one line. */
#ifndef FUZZ_REPORTS_H
#define FUZZ_REPORTS_H

/* reports_check holds each value and each line to that from now on, until fake_collectd_begin. */
void reports_check(void);

#endif
