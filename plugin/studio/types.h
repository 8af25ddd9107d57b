/* The names of the types that headers of studio/ hand on without looking inside. */
#ifndef STUDIO_TYPES_H
#define STUDIO_TYPES_H

typedef struct studio studio_t;
typedef struct studio_app studio_app_t;

#endif
