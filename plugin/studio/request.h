/* The inputs of the operations that we use, and nothing but the members that we set. Each function submits one call for
 * the studio's session; done is called exactly once, at once where there is no memory for the call. */
#ifndef STUDIO_REQUEST_H
#define STUDIO_REQUEST_H

#include "studio/studio.h"

/* What is asked for in a page, the most that AWS allows. AWS sends no page with more: to read it might take
 * minutes. */
#define REQUEST_LIST_PAGE_SIZE 100
#define REQUEST_STREAMS_PAGE_SIZE 50
#define REQUEST_EVENTS_PAGE_SIZE 10000

/* Short and empty pages are legal, but so many empty ones in a row are a server that sends us round in circles. */
#define REQUEST_EMPTY_PAGES_MAX 100

typedef aws_verdict_t request_page_t(void *user_data, json_object *out);
typedef void request_done_t(void *user_data, const aws_error_t *error);

/* request_list_domains asks for all domains of the region. */
void request_list_domains(studio_t *studio, request_page_t *page, request_done_t *done, void *user_data);

/* request_list_apps asks for the apps of a domain: an id, or NULL for all of them. */
void request_list_apps(studio_t *studio, const char *domain, request_page_t *page, request_done_t *done,
                       void *user_data);

/* request_list_spaces asks for the spaces of a domain, likewise. */
void request_list_spaces(studio_t *studio, const char *domain, request_page_t *page, request_done_t *done,
                         void *user_data);

/* request_streams_by_recency asks for all streams of the log group, the newest event first; from the page of that token
 * on (NULL: the first). */
void request_streams_by_recency(studio_t *studio, const char *token, request_page_t *page, request_done_t *done,
                                void *user_data);

/* request_stream_by_name asks for the stream of that name, which sorts first among all whose names start so; or another
 * one, if it does not exist. */
void request_stream_by_name(studio_t *studio, const char *name, request_page_t *page, request_done_t *done,
                            void *user_data);

/* request_events asks for events of the given streams, at most a hundred, or of all (count 0), that match a filter
 * pattern, or all of them (pattern NULL), from from_ms to to_ms, the newest first. */
void request_events(studio_t *studio, const char *const *streams, size_t count, const char *pattern, int64_t from_ms,
                    int64_t to_ms, request_page_t *page, request_done_t *done, void *user_data);

#endif
