/* The XML in which STS responds where a gateway or an emulator does not know its JSON: elements and text, nothing else
 * of XML's. A document type, CDATA and entities other than XML's own five and characters' numbers refuse it. Pure. */
#ifndef UTIL_XML_H
#define UTIL_XML_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

/* xml_is_meant says whether a response's first character that is not white space is '<'. */
bool xml_is_meant(const char *bytes, size_t length);

/* xml_parse makes what JSON would say of one document: an object for an element with elements in it, a string for any
 * other, the root being the only member of what is returned. Attributes and prefixes are passed over; of elements of
 * one name the first counts. At most 8 levels, UTF-8. The caller frees the object, as json.h says. NULL: the text is
 * not such a document, or no memory. */
json_object *xml_parse(const char *bytes, size_t length) __attribute__((warn_unused_result));

#endif
