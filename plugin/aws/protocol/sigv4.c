#include "aws/protocol/sigv4.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "util/ascii.h"

#define SHA256_SIZE ((size_t)32)
#define SHA256_HEX_SIZE (2 * SHA256_SIZE + 1)

/* A canonical request holds a request line and headers, of which AWS takes some tens of KiB; bodies are hashed, not
 * copied. */
#define SIGV4_LIMIT_BYTES ((size_t)1024 * 1024)

typedef struct {
  const char *name;
  size_t name_length;
  const char *value;
  size_t value_length;
} sigv4_parameter_t;

static bool sigv4_sha256(const void *bytes, size_t length, unsigned char digest[SHA256_SIZE]) {
  return EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL) == 1;
}

static bool sigv4_hmac(const void *key, size_t key_length, const char *text, size_t length,
                       unsigned char digest[SHA256_SIZE]) {
  return key_length <= INT_MAX &&
         HMAC(EVP_sha256(), key, (int)key_length, (const unsigned char *)text, length, digest, NULL) != NULL;
}

static void sigv4_hex(const unsigned char digest[SHA256_SIZE], char hex[SHA256_HEX_SIZE]) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < SHA256_SIZE; i++) {
    hex[2 * i] = digits[digest[i] >> 4];
    hex[2 * i + 1] = digits[digest[i] & 0xf];
  }
  hex[2 * SHA256_SIZE] = '\0';
}

/* sigv4_normalize_path copies path without ".", ".." and empty segments, as botocore's remove_dot_segments does; normal
 * has room for strlen(path) + 2 bytes. */
static void sigv4_normalize_path(const char *path, char *normal) {
  size_t root = path[0] == '/' || path[0] == '\0' ? 1 : 0;
  size_t length = root;
  bool ends_in_slash = false;
  normal[0] = '/';
  while (*path != '\0') {
    size_t segment = strcspn(path, "/");
    bool is_dot = segment == 1 && path[0] == '.';
    bool is_parent = segment == 2 && path[0] == '.' && path[1] == '.';
    if (is_parent) {
      while (length > root && normal[--length] != '/')
        ;
    } else if (segment > 0 && !is_dot) {
      if (length > root)
        normal[length++] = '/';
      memcpy(normal + length, path, segment);
      length += segment;
    }
    path += segment;
    ends_in_slash = *path == '/';
    path += ends_in_slash ? 1 : 0;
  }
  if (ends_in_slash && length > root)
    normal[length++] = '/';
  normal[length] = '\0';
}

/* sigv4_add_path appends CanonicalURI. Every service but S3 has the path, which is encoded already, normalised and
 * encoded once more. */
static bool sigv4_add_path(buffer_t *canonical, const char *path, const char *service) {
  static const char digits[] = "0123456789ABCDEF";

  if (strcmp(service, "s3") == 0)
    return buffer_add_text(canonical, path[0] != '\0' ? path : "/");

  char *normal = malloc(strlen(path) + 2);
  if (normal == NULL)
    return false;
  sigv4_normalize_path(path, normal);
  bool ok = true;
  for (const char *at = normal; ok && *at != '\0'; at++) {
    unsigned char byte = (unsigned char)*at;
    if (ascii_is_alphanumeric(*at) || strchr("/-_.~", *at) != NULL)
      ok = buffer_add(canonical, at, 1);
    else
      ok = buffer_add_format(canonical, "%%%c%c", digits[byte >> 4], digits[byte & 0xf]);
  }
  free(normal);
  return ok;
}

static int sigv4_compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length) {
  int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
  return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static int sigv4_compare_parameters(const void *left, const void *right) {
  const sigv4_parameter_t *a = left;
  const sigv4_parameter_t *b = right;
  int order = sigv4_compare_bytes(a->name, a->name_length, b->name, b->name_length);
  return order != 0 ? order : sigv4_compare_bytes(a->value, a->value_length, b->value, b->value_length);
}

static size_t sigv4_split_query(const char *query, sigv4_parameter_t *parameters) {
  size_t count = 0;
  for (const char *at = query;; at++) {
    size_t length = strcspn(at, "&");
    const char *equals = memchr(at, '=', length);
    sigv4_parameter_t *parameter = &parameters[count++];
    parameter->name = at;
    parameter->name_length = equals != NULL ? (size_t)(equals - at) : length;
    parameter->value = equals != NULL ? equals + 1 : at + length;
    parameter->value_length = (size_t)(at + length - parameter->value);
    at += length;
    if (*at == '\0')
      return count;
  }
}

/* sigv4_add_query appends CanonicalQueryString: sorted by name, then by value; a parameter without '=' gets one. */
static bool sigv4_add_query(buffer_t *canonical, const char *query) {
  if (query[0] == '\0')
    return true;

  size_t ceiling = 1;
  for (const char *at = query; *at != '\0'; at++)
    ceiling += *at == '&' ? 1 : 0;
  sigv4_parameter_t *parameters = calloc(ceiling, sizeof(*parameters));
  if (parameters == NULL)
    return false;
  size_t count = sigv4_split_query(query, parameters);
  qsort(parameters, count, sizeof(*parameters), sigv4_compare_parameters);
  bool ok = true;
  for (size_t i = 0; ok && i < count; i++)
    ok = (i == 0 || buffer_add_text(canonical, "&")) &&
         buffer_add(canonical, parameters[i].name, parameters[i].name_length) && buffer_add_text(canonical, "=") &&
         buffer_add(canonical, parameters[i].value, parameters[i].value_length);
  free(parameters);
  return ok;
}

/* sigv4_compare_headers sorts by name in lower case; headers of one name stay in the order in which they are sent. */
static int sigv4_compare_headers(const void *left, const void *right) {
  const sigv4_header_t *a = *(const sigv4_header_t *const *)left;
  const sigv4_header_t *b = *(const sigv4_header_t *const *)right;
  int order = ascii_compare(a->name, b->name);
  return order != 0 ? order : (a > b) - (a < b);
}

static bool sigv4_add_lower(buffer_t *canonical, const char *name) {
  for (; *name != '\0'; name++) {
    char lower = ascii_lower(*name);
    if (!buffer_add(canonical, &lower, 1))
      return false;
  }
  return true;
}

/* sigv4_add_trimmed is AWS's Trimall: no white space at the ends, one space for each run of it within. */
static bool sigv4_add_trimmed(buffer_t *canonical, const char *value) {
  static const char blanks[] = " \t\n\v\f\r";
  bool ok = true;
  value += strspn(value, blanks);
  while (ok && *value != '\0') {
    size_t length = strcspn(value, blanks);
    ok = buffer_add(canonical, value, length);
    value += length;
    value += strspn(value, blanks);
    if (ok && *value != '\0')
      ok = buffer_add_text(canonical, " ");
  }
  return ok;
}

/* sigv4_add_headers appends CanonicalHeaders: a line for each name, the values of headers of one name joined by commas.
 */
static bool sigv4_add_headers(buffer_t *canonical, const sigv4_header_t **sorted, size_t count) {
  bool ok = true;
  for (size_t i = 0; ok && i < count; i++) {
    if (i > 0 && ascii_equal(sorted[i - 1]->name, sorted[i]->name))
      ok = buffer_add_text(canonical, ",");
    else
      ok = (i == 0 || buffer_add_text(canonical, "\n")) && sigv4_add_lower(canonical, sorted[i]->name) &&
           buffer_add_text(canonical, ":");
    ok = ok && sigv4_add_trimmed(canonical, sorted[i]->value);
  }
  return ok && buffer_add_text(canonical, "\n");
}

static bool sigv4_add_signed_headers(buffer_t *names, const sigv4_header_t **sorted, size_t count) {
  bool ok = buffer_add_text(names, "");
  for (size_t i = 0; ok && i < count; i++) {
    if (i > 0 && ascii_equal(sorted[i - 1]->name, sorted[i]->name))
      continue;
    ok = (i == 0 || buffer_add_text(names, ";")) && sigv4_add_lower(names, sorted[i]->name);
  }
  return ok;
}

/* sigv4_add_payload appends HashedPayload: what the request itself declares, or the SHA-256 of the body. */
static bool sigv4_add_payload(buffer_t *canonical, const sigv4_request_t *request) {
  for (size_t i = 0; i < request->headers_count; i++)
    if (ascii_equal(request->headers[i].name, "x-amz-content-sha256"))
      return buffer_add_text(canonical, request->headers[i].value);

  unsigned char digest[SHA256_SIZE];
  char hex[SHA256_HEX_SIZE];
  if (!sigv4_sha256(request->body_length > 0 ? request->body : "", request->body_length, digest))
    return false;
  sigv4_hex(digest, hex);
  return buffer_add_text(canonical, hex);
}

/* sigv4_add_request builds the canonical request and its SignedHeaders. */
static bool sigv4_add_request(buffer_t *canonical, buffer_t *signed_headers, const sigv4_request_t *request,
                              const char *service) {
  const sigv4_header_t **sorted = calloc(request->headers_count + 1, sizeof(*sorted));
  if (sorted == NULL)
    return false;
  size_t count = request->headers_count;
  for (size_t i = 0; i < count; i++)
    sorted[i] = &request->headers[i];
  qsort(sorted, count, sizeof(*sorted), sigv4_compare_headers);

  bool ok = sigv4_add_signed_headers(signed_headers, sorted, count);
  ok = ok && buffer_add_format(canonical, "%s\n", request->method);                           /* HTTPMethod */
  ok = ok && sigv4_add_path(canonical, request->path, service);                               /* CanonicalURI */
  ok = ok && buffer_add_text(canonical, "\n") && sigv4_add_query(canonical, request->query);  /* CanonicalQueryString */
  ok = ok && buffer_add_text(canonical, "\n") && sigv4_add_headers(canonical, sorted, count); /* CanonicalHeaders */
  ok = ok && buffer_add_format(canonical, "\n%s\n", signed_headers->data);                    /* SignedHeaders */
  ok = ok && sigv4_add_payload(canonical, request);                                           /* HashedPayload */
  free(sorted);
  return ok;
}

/* sigv4_key_renew derives the signing key, unless it is still that of this scope and secret. */
static bool sigv4_key_renew(sigv4_key_t *key, const char *secret, const char *date, const char *region,
                            const char *service) {
  char scope[sizeof(key->scope)];
  int length = snprintf(scope, sizeof(scope), "%.8s/%s/%s", date, region, service);
  unsigned char digest[SHA256_SIZE];
  if (length < 0 || (size_t)length >= sizeof(scope) || !sigv4_sha256(secret, strlen(secret), digest))
    return false;
  if (strcmp(key->scope, scope) == 0 && CRYPTO_memcmp(key->secret, digest, sizeof(digest)) == 0) {
    explicit_bzero(digest, sizeof(digest));
    return true;
  }

  unsigned char step[SHA256_SIZE];
  buffer_t start = BUFFER_INIT(SIGV4_LIMIT_BYTES);
  sigv4_key_clear(key);
  bool ok = buffer_add_text(&start, "AWS4") && buffer_add_text(&start, secret);
  ok = ok && sigv4_hmac(start.data, start.length, date, 8, step);            /* DateKey */
  ok = ok && sigv4_hmac(step, sizeof(step), region, strlen(region), step);   /* DateRegionKey */
  ok = ok && sigv4_hmac(step, sizeof(step), service, strlen(service), step); /* DateRegionServiceKey */
  ok = ok && sigv4_hmac(step, sizeof(step), "aws4_request", strlen("aws4_request"), key->key); /* SigningKey */
  if (ok) {
    memcpy(key->scope, scope, sizeof(scope));
    memcpy(key->secret, digest, sizeof(digest));
  }
  buffer_clear(&start);
  explicit_bzero(step, sizeof(step));
  explicit_bzero(digest, sizeof(digest));
  return ok;
}

void sigv4_key_clear(sigv4_key_t *key) { explicit_bzero(key, sizeof(*key)); }

bool sigv4_date(int64_t time_s, char date[SIGV4_DATE_SIZE]) {
  time_t time = (time_t)time_s;
  struct tm utc;
  char text[64];
  if (gmtime_r(&time, &utc) == NULL || utc.tm_year < -1900)
    return false;
  int length = snprintf(text, sizeof(text), "%04d%02d%02dT%02d%02d%02dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                        utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
  if (length != (int)SIGV4_DATE_SIZE - 1)
    return false;
  memcpy(date, text, SIGV4_DATE_SIZE);
  return true;
}

static bool sigv4_date_is_valid(const char *date) {
  return strlen(date) == SIGV4_DATE_SIZE - 1 && date[8] == 'T' && date[15] == 'Z' && strspn(date, "0123456789") == 8 &&
         strspn(date + 9, "0123456789") == 6;
}

/* sigv4_is_word says whether a text may stand between the slashes of a scope, and thereby in a header. */
static bool sigv4_is_word(const char *text) {
  size_t length = 0;
  while (ascii_is_alphanumeric(text[length]) || (text[length] != '\0' && strchr("-_.", text[length]) != NULL))
    length++;
  return length > 0 && text[length] == '\0';
}

/* sigv4_is_key_id takes any printable text: AWS's key ids are words, but emulators of AWS have others. */
static bool sigv4_is_key_id(const char *text) {
  size_t length = 0;
  while (text[length] > ' ' && text[length] < 0x7f && text[length] != ',')
    length++;
  return length > 0 && text[length] == '\0';
}

bool sigv4_sign(const sigv4_request_t *request, const credentials_t *credentials, const char *region,
                const char *service, const char *date, sigv4_key_t *key, buffer_t *authorization) {
  buffer_reset(authorization);
  if (!sigv4_is_word(region) || !sigv4_is_word(service) || !sigv4_date_is_valid(date) ||
      !sigv4_is_key_id(credentials->access_key_id))
    return false;

  buffer_t canonical = BUFFER_INIT(SIGV4_LIMIT_BYTES);
  buffer_t signed_headers = BUFFER_INIT(SIGV4_LIMIT_BYTES);
  buffer_t string_to_sign = BUFFER_INIT(SIGV4_LIMIT_BYTES);
  unsigned char digest[SHA256_SIZE];
  char hex[SHA256_HEX_SIZE];

  bool ok = sigv4_add_request(&canonical, &signed_headers, request, service);
  ok = ok && sigv4_sha256(canonical.data, canonical.length, digest);
  ok = ok && sigv4_key_renew(key, credentials->secret_access_key, date, region, service);
  if (ok) {
    sigv4_hex(digest, hex);
    ok = buffer_add_format(&string_to_sign, "AWS4-HMAC-SHA256\n%s\n%s/aws4_request\n%s", date, key->scope, hex);
  }
  ok = ok && sigv4_hmac(key->key, sizeof(key->key), string_to_sign.data, string_to_sign.length, digest);
  if (ok) {
    sigv4_hex(digest, hex);
    ok = buffer_add_format(authorization,
                           "AWS4-HMAC-SHA256 Credential=%s/%s/aws4_request, SignedHeaders=%s, Signature=%s",
                           credentials->access_key_id, key->scope, signed_headers.data, hex);
  }

  /* The canonical request holds the session token. */
  buffer_clear(&canonical);
  buffer_clear(&signed_headers);
  buffer_clear(&string_to_sign);
  return ok;
}
