/* SPDX-License-Identifier: MIT */
/*
 * One TLS connection: mbedTLS between a port's byte stream and the caller.
 *
 * pgtask_tls_open() sets up mbedTLS's contexts in its arena. Every later call goes through three
 * steps: enter() checks that mbedTLS may be called, mbedTLS does what it can with the bytes that
 * the port has, and leave() turns its code into an error or into something to wait for.
 */
#include <pgtask/tls.h>

#include "tls_private.h"

#include <limits.h>
#include <string.h>

#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>

#if defined(MBEDTLS_PSA_CRYPTO_C)
#include <psa/crypto.h>
#endif

#include "pgtask_divide.h"
#include "pgtask_pulse.h"
#include "pgtask_random.h"
#include "tls_mbedtls_private.h"

#define TICKETS_AT_ONCE 4
#define ANSWER_BYTES    64 /* of one or two alerts */

/* The lengths of mbedTLS are int; those of a port are size_t. */
static size_t at_most_int(size_t length)
{
    return length < INT_MAX ? length : INT_MAX;
}

/* The bytes of a call are counted in this direction too: see pgtask_tls_read(). */
static int send_bytes(void *context, unsigned char const *bytes, size_t length)
{
    struct pgtask_tls *const tls = context;
    uint32_t const left = tls->contexts->send_left;
    size_t sent = 0;
    enum pgtask_error error;

    if (left == 0) {
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }
    error = tls->port->send(tls->port->context, bytes, length < left ? length : left, &sent);
    if (error == PGTASK_OK) {
        tls->bytes_sent += sent;
        tls->contexts->send_left -= (uint32_t)sent;
        return (int)sent;
    }
    if (error == PGTASK_WOULD_BLOCK) {
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }
    tls->contexts->port_error = error;
    return PGTASK_TLS_PORT_FAILED;
}

static void count_received(struct pgtask_tls *tls, size_t received)
{
    tls->bytes_received += received;
    tls->contexts->turn_bytes += (uint32_t)received;
    tls->contexts->idle_bytes += (uint32_t)received;
}

/*
 * mbedTLS passes over records such as warnings, and asks for the next one within the same call. So
 * the bytes of a call are counted here, where all of them come in.
 */
static int receive_bytes(void *context, unsigned char *bytes, size_t capacity)
{
    struct pgtask_tls *const tls = context;
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    uint32_t const left = PGTASK_TURN_BYTES - contexts->turn_bytes;
    size_t received = 0;
    enum pgtask_error error;

    if (left == 0) {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    error = contexts->idle_bytes > PGTASK_TLS_IDLE_BYTES
                ? PGTASK_ERROR_TLS_FLOOD
                : tls->port->recv(tls->port->context, bytes, capacity < left ? capacity : left,
                                  &received);
    switch (error) {
    case PGTASK_OK: count_received(tls, received); return (int)received;
    case PGTASK_WOULD_BLOCK: return MBEDTLS_ERR_SSL_WANT_READ;
    case PGTASK_ERROR_CLOSED:
        contexts->stream_ended = true;
        return 0; /* mbedTLS knows whether close_notify came before */
    default: contexts->port_error = error; return PGTASK_TLS_PORT_FAILED;
    }
}

static int gather_entropy(void *context, unsigned char *bytes, size_t length)
{
    struct pgtask_tls *const tls = context;

    if (tls->port->entropy(tls->port->context, bytes, length) != PGTASK_OK) {
        tls->contexts->cause = PGTASK_ERROR_ENTROPY;
        return MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
    }
    return 0;
}

static int seed(struct pgtask_tls *tls)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    int const code = mbedtls_ctr_drbg_seed(&contexts->drbg, gather_entropy, tls, NULL, 0);

#if defined(MBEDTLS_PSA_CRYPTO_C)
    if (code == 0) {
        pgtask_random_use(&contexts->drbg);
        return psa_crypto_init() == PSA_SUCCESS ? 0 : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
    }
#endif
    return code;
}

/*
 * mbedTLS 3.6.6 offers RSA-PSS for TLS 1.3, but refuses a TLS 1.2 server that uses it (its issue
 * 10668). Most servers use the first algorithm that suits them, so PKCS #1 comes first. TLS 1.3
 * does not allow PKCS #1 in a handshake and ignores it.
 */
static uint16_t const signature_algorithms[] = {MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
#if defined(MBEDTLS_SHA384_C)
                                                MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
#endif
#if defined(MBEDTLS_RSA_C)
                                                MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
                                                MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
                                                MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
#endif
#if defined(MBEDTLS_PKCS1_V21)
                                                MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
                                                MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
                                                MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
#endif
                                                MBEDTLS_TLS1_3_SIG_NONE};

static uint16_t const groups[] = {MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
#if defined(MBEDTLS_ECP_DP_CURVE25519_ENABLED)
                                  MBEDTLS_SSL_IANA_TLS_GROUP_X25519,
#endif
#if defined(MBEDTLS_ECP_DP_SECP384R1_ENABLED)
                                  MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1,
#endif
                                  MBEDTLS_SSL_IANA_TLS_GROUP_NONE};

static void ask_for_tickets(mbedtls_ssl_config *config, bool wanted)
{
    mbedtls_ssl_conf_session_tickets(config, wanted ? MBEDTLS_SSL_SESSION_TICKETS_ENABLED
                                                    : MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
        config, wanted ? MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED
                       : MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_DISABLED);
#endif
}

static int configure(struct pgtask_tls *tls, struct pgtask_tls_options const *options)
{
    mbedtls_ssl_config *const config = &tls->contexts->config;
    int code = mbedtls_ssl_config_defaults(
        config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);

    if (code != 0) {
        return code;
    }
    mbedtls_ssl_conf_rng(config, mbedtls_ctr_drbg_random, &tls->contexts->drbg);
    mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
    pgtaski_tls_verify_by_path(tls);
    /* mbedTLS compares this pointer with NULL and hands it to tls_chain.c, which has the roots. */
    mbedtls_ssl_conf_ca_chain(config, (mbedtls_x509_crt *)tls->contexts, NULL);
    mbedtls_ssl_conf_sig_algs(config, signature_algorithms);
    mbedtls_ssl_conf_groups(config, groups);
    if (options->tls12_only) {
        mbedtls_ssl_conf_max_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
    }
    ask_for_tickets(config, options->session != NULL);
#if MBEDTLS_SSL_IN_CONTENT_LEN < 16384
    code = mbedtls_ssl_conf_max_frag_len(config, MBEDTLS_SSL_MAX_FRAG_LEN_2048);
#endif
    return code;
}

#if PGTASK_TLS_HAS_TLS13
/* mbedTLS calls this after the peer's signature was found good, with the random that was signed. */
static void notice_downgrade(void *context, mbedtls_ssl_key_export_type type,
                             unsigned char const *secret, size_t secret_length,
                             unsigned char const client_random[32],
                             unsigned char const server_random[32], mbedtls_tls_prf_types prf)
{
    static char const mark[] = "DOWNGRD\x01"; /* RFC 8446, 4.1.3 */
    struct pgtask_tls *const tls = context;

    (void)type, (void)secret, (void)secret_length, (void)client_random, (void)prf;
    if (memcmp(server_random + 32 - (sizeof mark - 1), mark, sizeof mark - 1) == 0) {
        tls->knows_tls13 = true;
        tls->contexts->cause = PGTASK_ERROR_TLS_DOWNGRADE;
    }
}
#endif

static int set_up(struct pgtask_tls *tls, struct pgtask_tls_options const *options)
{
    mbedtls_ssl_context *const ssl = &tls->contexts->ssl;
    int code = mbedtls_ssl_setup(ssl, &tls->contexts->config);

    if (code == 0) {
        code = mbedtls_ssl_set_hostname(ssl, options->host_name);
    }
    if (code == 0) {
        tls->contexts->host_name = pgtaski_mbedtls_host_name(ssl);
        mbedtls_ssl_set_bio(ssl, tls, send_bytes, receive_bytes, NULL);
#if PGTASK_TLS_HAS_TLS13
        if (options->refuse_downgrade) {
            mbedtls_ssl_set_export_keys_cb(ssl, notice_downgrade, tls);
        }
#endif
        pgtaski_tls_offer_session(tls, options);
    }
    return code;
}

/* Each of these steps needs the one before it. */
static enum pgtask_error make_ready(struct pgtask_tls *tls,
                                    struct pgtask_tls_options const *options)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    int code = seed(tls);

    if (code == 0) {
        code = configure(tls, options);
    }
    if (code == 0) {
        enum pgtask_error const error = pgtaski_tls_check_list(tls);

        if (error != PGTASK_OK) {
            return error;
        }
        code = set_up(tls, options);
    }
    tls->detail = code;
    if (code == 0 || contexts->cause != PGTASK_OK) {
        return contexts->cause;
    }
    return pgtaski_tls_is_memory(code) ? PGTASK_ERROR_TLS_MEMORY : PGTASK_ERROR_TLS_INTERNAL;
}

static bool are_valid(struct pgtask_port const *port, struct pgtask_tls_options const *options)
{
    struct pgtask_roots const *const roots = options->roots;
    size_t const name_length = options->host_name == NULL ? 0 : strlen(options->host_name);

    return port->send != NULL && port->recv != NULL && port->entropy != NULL && name_length > 0 &&
           options->host_name[0] != '.' && name_length <= MBEDTLS_SSL_MAX_HOST_NAME_LEN &&
           roots != NULL && (roots->next != NULL) != (roots->list != NULL && roots->count > 0);
}

enum pgtask_error pgtask_tls_open(struct pgtask_tls *tls, struct pgtask_port *port,
                                  struct pgtask_tls_options const *options)
{
    struct pgtask_tls_contexts *contexts;
    enum pgtask_error error;

    if (tls == NULL || port == NULL || options == NULL || tls->contexts != NULL ||
        !are_valid(port, options)) {
        return PGTASK_ERROR_ARGUMENT;
    }
    pgtask_arena_setup();
    contexts = mbedtls_calloc(1, sizeof *contexts);
    if (contexts == NULL) {
        return PGTASK_ERROR_TLS_MEMORY;
    }
    mbedtls_ssl_init(&contexts->ssl);
    mbedtls_ssl_config_init(&contexts->config);
    mbedtls_ctr_drbg_init(&contexts->drbg);
    contexts->roots = options->roots;
    contexts->unix_s = options->unix_s;
    contexts->may_be_slow = options->may_be_slow;
    *tls = (struct pgtask_tls){.contexts = contexts,
                               .port = port,
                               .not_before_unix_s = INT64_MIN,
                               .not_after_unix_s = INT64_MAX};
    error = make_ready(tls, options);
    if (error != PGTASK_OK) {
        contexts->failed = error;
        pgtask_tls_close(tls);
    }
    return error;
}

/* PGTASK_OK means that mbedTLS may be called; it then draws this connection's random bytes. */
static enum pgtask_error enter(struct pgtask_tls *tls, bool needs_handshake)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;

    if (contexts == NULL) {
        return PGTASK_ERROR_STATE;
    }
    if (contexts->failed != PGTASK_OK) {
        return contexts->failed;
    }
    if (needs_handshake && !mbedtls_ssl_is_handshake_over(&contexts->ssl)) {
        return PGTASK_ERROR_STATE;
    }
    contexts->turn_bytes = 0;
    contexts->send_left = PGTASK_TURN_BYTES;
    pgtask_random_use(&contexts->drbg);
    return PGTASK_OK;
}

static enum pgtask_error wait_for(struct pgtask_tls *tls, enum pgtask_interest interest)
{
    tls->interest = interest;
    return PGTASK_WOULD_BLOCK;
}

static bool is_about_size(enum pgtask_error error)
{
    return error == PGTASK_ERROR_TLS_RECORD || error == PGTASK_ERROR_TLS_MEMORY;
}

/* Turns a negative code of mbedTLS into the caller's error. */
static enum pgtask_error leave(struct pgtask_tls *tls, int code)
{
    switch (code) {
    case MBEDTLS_ERR_SSL_WANT_READ:
        return wait_for(tls, tls->contexts->turn_bytes < PGTASK_TURN_BYTES ? PGTASK_INTEREST_READ
                                                                           : PGTASK_INTEREST_TIME);
    case MBEDTLS_ERR_SSL_WANT_WRITE:
        return wait_for(tls, tls->contexts->send_left > 0 ? PGTASK_INTEREST_WRITE
                                                          : PGTASK_INTEREST_TIME);
    case MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS:
    case MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET: return wait_for(tls, PGTASK_INTEREST_TIME);
    default: break;
    }
    tls->detail = code == PGTASK_TLS_PORT_FAILED ? 0 : code;
    tls->contexts->failed = pgtaski_tls_explain(tls->contexts, code);
    tls->message_bytes = is_about_size(tls->contexts->failed)
                             ? pgtaski_mbedtls_message_bytes(&tls->contexts->ssl)
                             : 0;
    if (!mbedtls_ssl_is_handshake_over(&tls->contexts->ssl)) {
        pgtaski_tls_forget_session(tls->contexts); /* it may be the cause */
    }
    return tls->contexts->failed;
}

static int refuse_downgrade(mbedtls_ssl_context *ssl)
{
    (void)mbedtls_ssl_send_alert_message(ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                         MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER);
    return MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER;
}

/*
 * From the peer's first message on, each step may hold a long computation, and all messages may
 * have arrived at once. So the caller gets its turn after each step.
 */
static enum pgtask_error shake_hands(struct pgtask_tls *tls)
{
    mbedtls_ssl_context *const ssl = &tls->contexts->ssl;

    while (!mbedtls_ssl_is_handshake_over(ssl)) {
        bool const is_peers_step = pgtaski_mbedtls_has_said_hello(ssl);
        int code;

        if (pgtaski_mbedtls_has_heard_hello(ssl)) {
            pgtask_divide_handshake(ssl);
        }
        code = mbedtls_ssl_handshake_step(ssl);
        if (PGTASK_TLS_HAS_TLS13 && code == 0 && tls->contexts->cause != PGTASK_OK) {
            code = refuse_downgrade(ssl);
        }
        if (code != 0) {
            return leave(tls, code);
        }
        if (mbedtls_ssl_is_handshake_over(ssl)) {
            pgtaski_tls_complete_session(tls);
        } else if (is_peers_step) {
            return wait_for(tls, PGTASK_INTEREST_TIME);
        }
    }
    return PGTASK_OK;
}

enum pgtask_error pgtask_tls_handshake(struct pgtask_tls *tls)
{
    enum pgtask_error error = enter(tls, false);

    if (error == PGTASK_OK) {
        pgtask_pulse_begin(tls->port);
        error = shake_hands(tls);
        pgtask_pulse_end();
    }
    return error;
}

enum pgtask_error pgtask_tls_write(struct pgtask_tls *tls, uint8_t const *bytes, size_t length,
                                   size_t *sent)
{
    enum pgtask_error const error = enter(tls, true);
    int code;

    if (error != PGTASK_OK) {
        return error;
    }
    if (length == 0) {
        return PGTASK_ERROR_ARGUMENT;
    }
    pgtask_pulse_begin(tls->port);
    code = mbedtls_ssl_write(&tls->contexts->ssl, bytes, length);
    pgtask_pulse_end();
    if (code < 0) {
        return leave(tls, code);
    }
    *sent = (size_t)code;
    return PGTASK_OK;
}

/* Tickets of TLS 1.3 come between the data; a peer must not hold the caller with them. */
static int read_past_tickets(struct pgtask_tls *tls, uint8_t *bytes, size_t capacity)
{
    int code = MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;

    for (int i = 0; i < TICKETS_AT_ONCE && code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
         i++) {
        code = mbedtls_ssl_read(&tls->contexts->ssl, bytes, capacity);
        if (code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
            pgtaski_tls_keep_session(tls);
        }
    }
    return code;
}

/* mbedTLS answers each HelloRequest of TLS 1.2 with an alert, and one record may hold thousands of
 * them. So a call may send next to nothing while it reads. */
enum pgtask_error pgtask_tls_read(struct pgtask_tls *tls, uint8_t *bytes, size_t capacity,
                                  size_t *received)
{
    enum pgtask_error const error = enter(tls, true);
    int code;

    if (error != PGTASK_OK) {
        return error;
    }
    if (capacity == 0) {
        return PGTASK_ERROR_ARGUMENT;
    }
    tls->contexts->send_left = ANSWER_BYTES;
    pgtask_pulse_begin(tls->port);
    code = read_past_tickets(tls, bytes, at_most_int(capacity));
    pgtask_pulse_end();
    if (code == 0 && !tls->contexts->stream_ended) {
        return wait_for(tls, PGTASK_INTEREST_TIME); /* two records without data */
    }
    if (code <= 0) {
        return leave(tls, code == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : code);
    }
    tls->contexts->idle_bytes = 0;
    *received = (size_t)code;
    return PGTASK_OK;
}

enum pgtask_error pgtask_tls_check_validity(struct pgtask_tls const *tls, int64_t unix_s)
{
    struct pgtaski_validity const validity = {tls->not_before_unix_s, tls->not_after_unix_s};
    int compared;

    if (tls->contexts == NULL || !mbedtls_ssl_is_handshake_over(&tls->contexts->ssl)) {
        return PGTASK_ERROR_STATE;
    }
    compared = pgtaski_tls_compare(validity, unix_s);
    if (compared == 0) {
        return PGTASK_OK;
    }
    return compared < 0 ? PGTASK_ERROR_TLS_NOT_YET_VALID : PGTASK_ERROR_TLS_EXPIRED;
}

void pgtask_tls_close(struct pgtask_tls *tls)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;

    if (contexts == NULL) {
        return;
    }
    if (enter(tls, true) == PGTASK_OK) {
        (void)mbedtls_ssl_close_notify(&contexts->ssl);
    }
    pgtaski_tls_close_session(contexts);
    pgtask_random_use(NULL);
    mbedtls_ssl_free(&contexts->ssl);
    mbedtls_ssl_config_free(&contexts->config);
    mbedtls_ctr_drbg_free(&contexts->drbg);
    pgtaski_tls_drop_found_roots(contexts);
    mbedtls_platform_zeroize(contexts, sizeof *contexts);
    mbedtls_free(contexts);
    tls->contexts = NULL;
    tls->port = NULL;
}

char const *pgtask_tls_version(struct pgtask_tls const *tls)
{
    if (tls->contexts == NULL || !mbedtls_ssl_is_handshake_over(&tls->contexts->ssl)) {
        return "";
    }
    return mbedtls_ssl_get_version(&tls->contexts->ssl);
}
