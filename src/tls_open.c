/* SPDX-License-Identifier: MIT */
/* Sets up mbedTLS's contexts in its arena: random bytes, what is offered, the roots, the session.
 */
#include "tls_private.h"

#include <string.h>

#include <mbedtls/platform.h>

#include "tls_mbedtls_private.h"

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
    pgtaski_mbedtls_tell_tickets(config, wanted);
}

static int configure(struct pgtask_tls *tls, struct pgtask_tls_options const *options)
{
    mbedtls_ssl_config *const config = &tls->contexts->config;
    int code = mbedtls_ssl_config_defaults(
        config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);

    if (code != 0) {
        return code;
    }
    pgtask_random_configure(&tls->contexts->random, config);
#if PGTASK_MBEDTLS_IS_OWN
    mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
    pgtaski_tls_verify_by_path(tls);
    /* mbedTLS compares this pointer with NULL and hands it to tls_chain.c, which has the roots. */
    mbedtls_ssl_conf_ca_chain(config, (mbedtls_x509_crt *)tls->contexts, NULL);
#else
    pgtaski_tls_verify_between_steps(config);
#endif
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
        pgtaski_tls_use_port(tls);
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
    int code = pgtask_random_begin(&contexts->random, pgtaski_tls_gather_entropy, tls);

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
    pgtask_random_init(&contexts->random);
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
