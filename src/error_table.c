/* SPDX-License-Identifier: MIT */
/*
 * The table of errors: for each value its layer, whether to try again, the cause and the advice.
 *
 * Layer and retry are needed by every program and are found by index. The strings are needed only
 * by programs that show them, and are found by counting.
 */
#include <pgtask/error.h>

#include "error_private.h"
#include "text.h"

#if PGTASK_PROXY
#define PROXY_ERRORS(X)                                                                            \
    X(ERROR_PROXY_ANSWER, NETWORK, FEW, PROXY_ADDRESS, "no HTTP proxy answered")                   \
    X(ERROR_PROXY_CREDENTIALS, HTTP, NO, PROXY_SECRETS, "the proxy wants other credentials")       \
    X(ERROR_PROXY_REFUSED, HTTP, NO, PROXY_RULES, "the proxy refused to connect to the service")   \
    X(ERROR_PROXY_GATEWAY, HTTP, BACKOFF, PROXY_WAY, "the proxy could not connect to the service")
#else
#define PROXY_ERRORS(X)
#endif

/* Value, layer, retry, advice, cause. */
#define ERRORS(X)                                                                                  \
    X(OK, NONE, NO, NONE, "no error")                                                              \
    X(DONE, NONE, NO, NONE, "done")                                                                \
    X(WOULD_BLOCK, NONE, NO, NONE, "nothing to do now")                                            \
    X(MORE, NONE, NO, NONE, "more bytes are needed")                                               \
    X(ERROR_ARGUMENT, USAGE, NO, PROGRAM, "an argument is wrong")                                  \
    X(ERROR_STATE, USAGE, NO, PROGRAM, "the calls are in the wrong order")                         \
    X(ERROR_BUFFER, USAGE, NO, BUFFER, "a buffer is too small")                                    \
    X(ERROR_CANCELLED, USAGE, NO, AGAIN, "the listing was cancelled")                              \
    X(ERROR_QUERY_RANGE, QUERY, NO, LIMIT, "a number is outside its limits")                       \
    X(ERROR_QUERY_CHARACTER, QUERY, NO, NAME, "a character is not allowed")                        \
    X(ERROR_QUERY_LENGTH, QUERY, NO, NAME, "a value is empty or too long")                         \
    X(ERROR_QUERY_TIME, QUERY, NO, TIME, "the time is malformed or does not exist")                \
    X(ERROR_QUERY_ORDER, QUERY, NO, VALUE, "MinStartTime is later than MaxStartTime")              \
    X(ERROR_CREDENTIALS, SIGN, NO, SECRETS, "credentials are missing or malformed")                \
    X(ERROR_NO_TIME, SIGN, NO, CLOCK, "the time is not known")                                     \
    X(ERROR_SIGN_CRYPTO, SIGN, NO, RESTART, "the hash failed")                                     \
    X(ERROR_RESOLVE, NETWORK, BACKOFF, RESOLVER, "the host name has no address")                   \
    X(ERROR_CONNECT, NETWORK, BACKOFF, NETWORK, "the host cannot be reached")                      \
    X(ERROR_RESET, NETWORK, BACKOFF, WAIT, "the connection broke")                                 \
    X(ERROR_CLOSED, NETWORK, BACKOFF, WAIT, "the peer closed the connection")                      \
    X(ERROR_TIMEOUT, NETWORK, BACKOFF, WAIT, "the deadline has passed")                            \
    X(ERROR_ENTROPY, NETWORK, FEW, RESTART, "there are no random bytes")                           \
    X(ERROR_PORT, NETWORK, NO, PORT, "the port failed")                                            \
    X(ERROR_STALLED, NETWORK, BACKOFF, WAIT, "the peer stopped sending")                           \
    X(ERROR_TLS_ROOTS, TLS, NO, ROOTS, "a trusted root cannot be read")                            \
    X(ERROR_TLS_UNKNOWN_CA, TLS, NO, CHAIN, "no trusted root signed the certificate")              \
    X(ERROR_TLS_HOST_NAME, TLS, NO, HOST, "the certificate is for another host")                   \
    X(ERROR_TLS_EXPIRED, TLS, NO, VALIDITY, "a certificate has expired")                           \
    X(ERROR_TLS_NOT_YET_VALID, TLS, NO, EARLY, "a certificate is not valid yet")                   \
    X(ERROR_TLS_USAGE, TLS, NO, CERTIFICATE,                                                       \
      "the certificate is not for a server, or no CA signed it")                                   \
    X(ERROR_TLS_WEAK, TLS, NO, CERTIFICATE, "the certificate is too weak")                         \
    X(ERROR_TLS_VERIFY, TLS, NO, CERTIFICATE, "the certificate is refused")                        \
    X(ERROR_TLS_VERSION, TLS, NO, SERVER,                                                          \
      "the peer has none of the TLS versions that are offered")                                    \
    X(ERROR_TLS_HANDSHAKE, TLS, FEW, SERVER, "the handshake failed")                               \
    X(ERROR_TLS_RECORD, TLS, FEW, RECORD, "a record is corrupt or too large")                      \
    X(ERROR_TLS_TRUNCATED, TLS, BACKOFF, WAIT, "the stream was cut off")                           \
    X(ERROR_TLS_MEMORY, TLS, NO, ARENA, "mbedTLS ran out of memory")                               \
    X(ERROR_TLS_INTERNAL, TLS, NO, MBEDTLS, "mbedTLS failed")                                      \
    X(ERROR_TLS_KEY, TLS, NO, CERTIFICATE,                                                         \
      "a key of the chain is malformed, compressed or too large")                                  \
    X(ERROR_TLS_CONSTRAINT, TLS, NO, CHAIN, "an authority may not issue for this host")            \
    X(ERROR_TLS_EXTENSION, TLS, NO, CERTIFICATE,                                                   \
      "a certificate has an unknown critical extension")                                           \
    X(ERROR_TLS_FLOOD, TLS, FEW, PROXY, "the peer sends without end")                              \
    X(ERROR_TLS_DOWNGRADE, TLS, NO, HOST, "TLS 1.3 was prevented on the way")                      \
    X(ERROR_TLS_LENGTH, TLS, NO, CERTIFICATE, "the chain has too many certificates")               \
    X(ERROR_HTTP_SYNTAX, HTTP, NO, SERVER, "the answer is not HTTP/1.1")                           \
    X(ERROR_HTTP_STATUS, HTTP, NO, PROXY, "the status is not 200")                                 \
    X(ERROR_HTTP_HEAD, HTTP, NO, SERVER, "the head is too long")                                   \
    X(ERROR_HTTP_LENGTH, HTTP, NO, SERVER, "a length is malformed")                                \
    X(ERROR_HTTP_CHUNK, HTTP, NO, SERVER, "a chunk is malformed")                                  \
    X(ERROR_HTTP_ENCODING, HTTP, NO, SERVER, "the encoding was not requested")                     \
    X(ERROR_HTTP_TRUNCATED, HTTP, BACKOFF, WAIT, "the answer was cut off")                         \
    X(ERROR_JSON_SYNTAX, JSON, NO, PROXY, "the answer is not JSON")                                \
    X(ERROR_JSON_STRING, JSON, NO, PROXY, "a string is malformed")                                 \
    X(ERROR_JSON_NUMBER, JSON, NO, PROXY, "a number or literal is malformed")                      \
    X(ERROR_JSON_DEPTH, JSON, NO, SUPPORT, "the answer is nested too deeply")                      \
    X(ERROR_JSON_TRUNCATED, JSON, FEW, PROXY, "the answer ends too early")                         \
    X(ERROR_ANSWER_TYPE, ANSWER, NO, UPDATE, "a member has the wrong type")                        \
    X(ERROR_ANSWER_RANGE, ANSWER, NO, UPDATE, "a number is out of range")                          \
    X(ERROR_ANSWER_MISSING, ANSWER, NO, UPDATE, "a required member is missing")                    \
    X(ERROR_SERVICE, SERVICE, NO, CODE, "the service refused")                                     \
    PROXY_ERRORS(X)

#define ERROR_FACTS(name, layer, retry, advice, cause)                                             \
    [PGTASK_MORE - PGTASK_##name] =                                                                \
        PGTASK_LAYER_##layer * PGTASKI_RETRY_KINDS + PGTASK_RETRY_##retry,

/* Indexed by PGTASK_MORE - error. Values that are not in the table are 0: no layer, no retry. */
static uint8_t const facts[] = {ERRORS(ERROR_FACTS)};

static char const layers[] =
    "none\0usage\0query\0sign\0network\0tls\0http\0json\0answer\0service\0";

static uint32_t facts_of(enum pgtask_error error)
{
    uint32_t const index = PGTASK_MORE - (uint32_t)error;

    return index < sizeof facts ? facts[index] : 0;
}

enum pgtask_layer pgtask_error_layer(enum pgtask_error error)
{
    return (enum pgtask_layer)(facts_of(error) / PGTASKI_RETRY_KINDS);
}

enum pgtask_retry pgtaski_error_retry(enum pgtask_error error)
{
    return (enum pgtask_retry)(facts_of(error) % PGTASKI_RETRY_KINDS);
}

char const *pgtask_layer_text(enum pgtask_layer layer)
{
    return pgtaski_text_at(layers, layer <= PGTASK_LAYER_SERVICE ? layer : PGTASK_LAYER_NONE);
}

#if PGTASK_ERROR_TEXTS

#define ERROR_VALUE(name, layer, retry, advice, cause)  PGTASK_##name,
#define ERROR_CAUSE(name, layer, retry, advice, cause)  cause "\0"
#define ERROR_ADVICE(name, layer, retry, advice, cause) PGTASKI_ADVICE_##advice,
#define ADVICE_SENTENCE(name, sentence)                 sentence "\0"

static int8_t const values[] = {ERRORS(ERROR_VALUE)};
static char const causes[] = ERRORS(ERROR_CAUSE) "unknown error";
static uint8_t const advices[] = {ERRORS(ERROR_ADVICE) PGTASKI_ADVICE_NONE};
static char const advice_sentences[] = PGTASKI_ADVICE(ADVICE_SENTENCE);

/* The number of the error's row. The row after the last one stands for every unknown value. */
static size_t find_row(enum pgtask_error error)
{
    size_t row = 0;

    while (row < sizeof values && values[row] != (int)error) {
        row++;
    }
    return row;
}

char const *pgtask_error_text(enum pgtask_error error)
{
    return pgtaski_text_at(causes, find_row(error));
}

char const *pgtask_error_advice(enum pgtask_error error)
{
    return pgtaski_error_advice_text(advices[find_row(error)]);
}

char const *pgtaski_error_advice_text(enum pgtaski_advice advice)
{
    return pgtaski_text_at(advice_sentences, advice);
}

#else

char const *pgtask_error_text(enum pgtask_error error)
{
    (void)error;
    return "";
}

char const *pgtask_error_advice(enum pgtask_error error)
{
    (void)error;
    return "";
}

#endif
