/* SPDX-License-Identifier: MIT */
/*
 * TC3-HMAC-SHA256 over mbedTLS's SHA-256.
 *
 *     payload hash       SHA-256 of the body
 *     canonical request  POST\n/\n\n
 *                        content-type:application/json\nhost:postgres.tencentcloudapi.com\n
 *                        x-tc-action:describetasks\n\n
 *                        content-type;host;x-tc-action\n<payload hash>
 *     string to sign     TC3-HMAC-SHA256\n1727442851\n2024-09-27/postgres/tc3_request\n
 *                        <hash of the canonical request>
 *     signing key        HMAC(HMAC(HMAC("TC3" + secret key, "2024-09-27"), "postgres"),
 *                        "tc3_request")
 *     signature          HMAC(signing key, string to sign)
 *
 * Neither text exists in memory: its pieces go to the hash one after the other. The signing key
 * costs three HMACs and serves for a day, so it is cached together with its scope: the date, and a
 * hash over secret key and service. A failing hash wipes the cache.
 *
 * Intermediate values live in members of the signature that are not written yet, to save stack. In
 * this order, they are the time in `payload_hash`, and in `signature` the timestamp's digits and
 * then the inner digest of the last HMAC. Each fits into its member.
 */
#include <pgtask/tc3.h>

#include <string.h>

#include <mbedtls/platform_util.h>

#include "calendar.h"
#include "pgtask_hash.h"
#include "text.h"

#define ALGORITHM   "TC3-HMAC-SHA256"
#define SCOPE_END   "tc3_request"
#define PREFIX      "TC3" /* of the secret key */
#define BLOCK_BYTES 64    /* of SHA-256 */
#define INNER_PAD   0x36
#define OUTER_PAD   0x5C

enum { PREFIX_BYTES = sizeof PREFIX - 1 };

/*
 * A hash under way. `failure` is set to 0 before the first one; every failure since then stays in
 * it, and the public functions check it one time, at their end. Only a hardware engine in mbedTLS's
 * place can fail here.
 */
struct hash {
    struct pgtask_hash sha;
    int failure;
};

/* An HMAC under way (RFC 2104): hash(key ^ OUTER_PAD, hash(key ^ INNER_PAD, text)), with the key in
 * one block. The functions of mbedtls_md would allocate. */
struct hmac {
    struct hash hash;
    uint8_t key[BLOCK_BYTES];
};

static void hash_start(struct hash *hash)
{
    hash->failure |= pgtask_hash_start(&hash->sha);
}

static void hash_bytes(struct hash *hash, void const *bytes, size_t length)
{
    hash->failure |= pgtask_hash_update(&hash->sha, bytes, length);
}

static void hash_text(struct hash *hash, char const *text)
{
    hash_bytes(hash, text, strlen(text));
}

static void hash_end(struct hash *hash, uint8_t digest[PGTASK_TC3_HASH_BYTES])
{
    hash->failure |= pgtask_hash_finish(&hash->sha, digest);
    pgtask_hash_free(&hash->sha);
}

/* The digest lies at the end of `hex`, where its bytes 33 to 64 are. Digit i is written to byte i,
 * and comes from byte 33 + i / 2, which no digit has overwritten yet. */
static void hash_end_hex(struct hash *hash, char hex[PGTASK_TC3_HEX_BYTES])
{
    uint8_t *const digest = (uint8_t *)hex + PGTASK_TC3_HEX_BYTES - PGTASK_TC3_HASH_BYTES;

    hash_end(hash, digest);
    for (size_t i = 0; i < PGTASK_TC3_HEX_BYTES - 1; i++) {
        hex[i] = "0123456789abcdef"[digest[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
    }
    hex[PGTASK_TC3_HEX_BYTES - 1] = '\0';
}

/* Starts the inner or the outer hash with the padded key. The pad is applied in place. */
static void hmac_pad(struct hmac *hmac, uint8_t pad)
{
    for (size_t i = 0; i < BLOCK_BYTES; i++) {
        hmac->key[i] ^= pad;
    }
    hash_start(&hmac->hash);
    hash_bytes(&hmac->hash, hmac->key, BLOCK_BYTES);
}

/* Starts an HMAC. @param prefix_length  PREFIX_BYTES: PREFIX comes before the key; 0: it does not
 */
static void hmac_start(struct hmac *hmac, size_t prefix_length, void const *key, size_t length)
{
    memset(hmac->key, 0, sizeof hmac->key);
    if (prefix_length + length > BLOCK_BYTES) {
        hash_start(&hmac->hash);
        hash_bytes(&hmac->hash, PREFIX, prefix_length);
        hash_bytes(&hmac->hash, key, length);
        hash_end(&hmac->hash, hmac->key); /* it takes the place of a long key */
    } else {
        memcpy(hmac->key, PREFIX, prefix_length);
        memcpy(hmac->key + prefix_length, key, length);
    }
    hmac_pad(hmac, INNER_PAD);
}

static void hmac_start_derived(struct hmac *hmac, uint8_t const key[PGTASK_TC3_HASH_BYTES])
{
    hmac_start(hmac, 0, key, PGTASK_TC3_HASH_BYTES);
}

/* Ends the inner hash and feeds its digest to the outer one. The caller ends the outer hash.
 * @param digest  room for the inner digest */
static void hmac_end_inner(struct hmac *hmac, uint8_t digest[PGTASK_TC3_HASH_BYTES])
{
    hash_end(&hmac->hash, digest);
    hmac_pad(hmac, INNER_PAD ^ OUTER_PAD); /* undoes the inner pad and applies the outer one */
    hash_bytes(&hmac->hash, digest, PGTASK_TC3_HASH_BYTES);
}

/* Feeds the whole text and ends the HMAC. @param digest  holds the inner digest on the way */
static void hmac_finish_with(struct hmac *hmac, char const *text,
                             uint8_t digest[PGTASK_TC3_HASH_BYTES])
{
    hash_text(&hmac->hash, text);
    hmac_end_inner(hmac, digest);
    hash_end(&hmac->hash, digest);
}

/* Length of a secret; 0 if it is missing, empty or longer than `longest`. */
static size_t secret_length(char const *text, size_t longest)
{
    size_t length = 0;

    while (text != NULL && text[length] != '\0') {
        if (length == longest) {
            return 0;
        }
        length++;
    }
    return length;
}

/* Whether a text has 1 to `longest` characters, all of them printable ASCII and none a blank. */
static bool is_visible(char const *text, size_t longest)
{
    size_t length = 0;

    while (text != NULL && length < longest && text[length] > ' ' && text[length] <= '~') {
        length++;
    }
    return length > 0 && text[length] == '\0';
}

/* As isspace() has it in the C locale. */
static bool is_whitespace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

enum pgtask_error pgtask_tc3_check_credentials(struct pgtask_credentials const *credentials)
{
    if (credentials == NULL) {
        return PGTASK_ERROR_CREDENTIALS;
    }
    char const *const key = credentials->secret_key;
    char const *const token = credentials->token;
    size_t const key_length = secret_length(key, PGTASK_TC3_SECRET_KEY_MAX);
    bool const is_key_good =
        key_length > 0 && !is_whitespace(key[0]) && !is_whitespace(key[key_length - 1]);
    bool const is_token_good =
        token == NULL || token[0] == '\0' || is_visible(token, PGTASK_TC3_TOKEN_MAX);

    return is_key_good && is_token_good &&
                   is_visible(credentials->secret_id, PGTASK_TC3_SECRET_ID_MAX)
               ? PGTASK_OK
               : PGTASK_ERROR_CREDENTIALS;
}

/* Derives the three keys of a day. All may go to one place: a key is used up before the next one is
 * written. */
static void derive(struct hmac *hmac, char const *secret_key, char const *date, char const *service,
                   uint8_t *secret_date, uint8_t *secret_service, uint8_t *secret_signing)
{
    hmac_start(hmac, PREFIX_BYTES, secret_key, strlen(secret_key));
    hmac_finish_with(hmac, date, secret_date);
    hmac_start_derived(hmac, secret_date);
    hmac_finish_with(hmac, service, secret_service);
    hmac_start_derived(hmac, secret_service);
    hmac_finish_with(hmac, SCOPE_END, secret_signing);
}

enum pgtask_error pgtask_tc3_derive(char const *secret_key, char const *date, char const *service,
                                    uint8_t *secret_date, uint8_t *secret_service,
                                    uint8_t *secret_signing)
{
    struct hmac hmac = {.hash = {.failure = 0}};
    int failure;

    if (secret_length(secret_key, PGTASK_TC3_SECRET_KEY_MAX) == 0) {
        return PGTASK_ERROR_CREDENTIALS;
    }
    derive(&hmac, secret_key, date, service, secret_date, secret_service, secret_signing);
    failure = hmac.hash.failure;
    mbedtls_platform_zeroize(&hmac, sizeof hmac);
    return failure == 0 ? PGTASK_OK : PGTASK_ERROR_SIGN_CRYPTO;
}

/*
 * Derives the signing key anew, unless the cached one is of the same date, secret key and service.
 * @param scope  in: the date; out: the owner as well. It has only bytes, without padding,
 * so memcmp() may compare it
 */
static void renew_key(struct pgtask_tc3 *tc3, struct hmac *hmac, char const *secret_key,
                      char const *service, struct pgtask_tc3_scope *scope)
{
    struct hash *const hash = &hmac->hash;

    hash_start(hash);
    hash_text(hash, secret_key);
    hash_bytes(hash, "", 1); /* the NUL keeps "ab" + "c" apart from "a" + "bc" */
    hash_text(hash, service);
    hash_end(hash, scope->owner);
    if (hash->failure == 0 && memcmp(&tc3->scope, scope, sizeof *scope) != 0) {
        tc3->scope = *scope;
        derive(hmac, secret_key, scope->date, service, tc3->signing_key, tc3->signing_key,
               tc3->signing_key);
    }
}

static char const *signed_headers(struct pgtask_tc3_request const *request)
{
    return request->action != NULL ? "content-type;host;x-tc-action" : "content-type;host";
}

/* Hashes a header's value in lower case, without whitespace around it. */
static void hash_canonical(struct hash *hash, char const *value)
{
    char const *end = value + strlen(value);

    while (end > value && is_whitespace(end[-1])) {
        end--;
    }
    while (value < end && is_whitespace(value[0])) {
        value++;
    }
    for (; value < end; value++) {
        char const lower = (char)(*value >= 'A' && *value <= 'Z' ? *value - 'A' + 'a' : *value);

        hash_bytes(hash, &lower, 1);
    }
}

/* Hashes `form`. In it, `%` stands for the next of the texts and `$` for its canonical form. */
static void hash_form(struct hash *hash, char const *form, char const *const *texts)
{
    for (; *form != '\0'; form++) {
        if (*form == '%') {
            hash_text(hash, *texts++);
        } else if (*form == '$') {
            hash_canonical(hash, *texts++);
        } else {
            hash_bytes(hash, form, 1);
        }
    }
}

static void hash_payload(struct hash *hash, struct pgtask_tc3_request const *request,
                         char hex[PGTASK_TC3_HEX_BYTES])
{
    hash_start(hash);
    if (request->unsigned_payload) {
        hash_text(hash, "UNSIGNED-PAYLOAD");
    } else if (request->payload_length > 0) {
        hash_bytes(hash, request->payload, request->payload_length);
    }
    hash_end_hex(hash, hex);
}

static void hash_canonical_request(struct hash *hash, struct pgtask_tc3_request const *request,
                                   char const *payload_hash, char hex[PGTASK_TC3_HEX_BYTES])
{
    char const *const query = request->query_string != NULL ? request->query_string : "";
    char const *const first[] = {request->method, query, request->content_type, request->host};
    char const *const last[] = {signed_headers(request), payload_hash};

    hash_start(hash);
    hash_form(hash, "%\n/\n%\ncontent-type:$\nhost:$\n", first);
    if (request->action != NULL) {
        hash_form(hash, "x-tc-action:$\n", &request->action);
    }
    hash_form(hash, "\n%\n%", last);
    hash_end_hex(hash, hex);
}

/* `signature->signature` holds three things, one after the other: the timestamp's digits, which are
 * hashed here; the inner digest; and the result. */
static void sign_string(struct hmac *hmac, uint8_t const signing_key[PGTASK_TC3_HASH_BYTES],
                        struct pgtask_tc3_request const *request,
                        struct pgtask_tc3_signature *signature)
{
    char *const digits = signature->signature;
    char const *const texts[] = {digits, signature->scope.date, request->service,
                                 signature->canonical_request_hash};
    struct pgtask_text timestamp;

    pgtaski_text_start(&timestamp, digits, sizeof signature->signature);
    pgtaski_text_add_number(&timestamp, (uint64_t)request->unix_s);
    hmac_start_derived(hmac, signing_key);
    hash_form(&hmac->hash, ALGORITHM "\n%\n%/%/" SCOPE_END "\n%", texts);
    hmac_end_inner(hmac, (uint8_t *)digits); /* the digits have been hashed */
    hash_end_hex(&hmac->hash, signature->signature);
}

static bool is_complete(struct pgtask_tc3_request const *request)
{
    return request != NULL && request->method != NULL && request->service != NULL &&
           request->host != NULL && request->content_type != NULL &&
           (request->payload != NULL || request->payload_length == 0);
}

/* Writes the date of `unix_s`, by way of the time in `payload_hash`, which is written later.
 * @return false before 1970 and after 9999 */
static bool write_date(struct pgtask_tc3_signature *signature, int64_t unix_s)
{
    char *const time = signature->payload_hash;

    if (!pgtaski_calendar_write(unix_s, time)) {
        return false;
    }
    time[PGTASKI_CALENDAR_DATE_LENGTH] = '\0';
    memcpy(signature->scope.date, time, sizeof signature->scope.date);
    return true;
}

enum pgtask_error pgtask_tc3_sign(struct pgtask_tc3 *tc3,
                                  struct pgtask_credentials const *credentials,
                                  struct pgtask_tc3_request const *request,
                                  struct pgtask_tc3_signature *signature)
{
    struct hmac hmac;

    if (tc3 == NULL || credentials == NULL || signature == NULL || !is_complete(request)) {
        return PGTASK_ERROR_ARGUMENT;
    }
    if (secret_length(credentials->secret_key, PGTASK_TC3_SECRET_KEY_MAX) == 0) {
        return PGTASK_ERROR_CREDENTIALS;
    }
    if (!write_date(signature, request->unix_s)) {
        return PGTASK_ERROR_NO_TIME;
    }
    hmac.hash.failure = 0;
    renew_key(tc3, &hmac, credentials->secret_key, request->service, &signature->scope);
    hash_payload(&hmac.hash, request, signature->payload_hash);
    hash_canonical_request(&hmac.hash, request, signature->payload_hash,
                           signature->canonical_request_hash);
    sign_string(&hmac, tc3->signing_key, request, signature);

    int const failure = hmac.hash.failure;

    mbedtls_platform_zeroize(&hmac, sizeof hmac);
    if (failure != 0) {
        pgtask_tc3_forget(tc3);
        return PGTASK_ERROR_SIGN_CRYPTO;
    }
    return PGTASK_OK;
}

enum pgtask_error pgtask_tc3_write_authorization(struct pgtask_credentials const *credentials,
                                                 struct pgtask_tc3_request const *request,
                                                 struct pgtask_tc3_signature const *signature,
                                                 char *text, size_t capacity, size_t *length)
{
    struct pgtask_text value;
    char const *const pieces[] = {credentials->secret_id, signature->scope.date, request->service,
                                  signed_headers(request), signature->signature};

    if (capacity == 0) {
        return PGTASK_ERROR_BUFFER;
    }
    pgtaski_text_start(&value, text, capacity);
    pgtaski_text_add_form(
        &value, ALGORITHM " Credential=%/%/%/" SCOPE_END ", SignedHeaders=%, Signature=%", pieces);
    *length = value.length;
    return value.cut ? PGTASK_ERROR_BUFFER : PGTASK_OK;
}

void pgtask_tc3_forget(struct pgtask_tc3 *tc3)
{
    mbedtls_platform_zeroize(tc3, sizeof *tc3);
}
