/* SPDX-License-Identifier: MIT */
#include "tls_private.h"

#include <string.h>

#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/sha256.h>

/* Changes with what stands below; another byte order makes another number of it. */
#define FORMAT UINT64_C(0x7067746173530001)

/* RFC 8446, 4.6.1, lets no ticket be older; here no chain goes longer without being looked at. */
#define LONGEST_S (INT64_C(7) * 24 * 60 * 60)

#define DIGEST_BYTES 32

#if PGTASK_SESSION_BYTES < 256
#error "PGTASK_SESSION_BYTES must be 256 or more"
#endif

/* What stands before mbedTLS's own bytes. */
struct header {
    uint8_t digest[DIGEST_BYTES]; /* of the host name and all that follows here */
    uint64_t format;
    int64_t not_before_unix_s; /* of the chain that was verified */
    int64_t not_after_unix_s;
    int64_t verify_by_unix_s; /* a full handshake is due then */
    int64_t ticket_by_unix_s; /* the ticket's lifetime ends then */
};

#define BODY_BYTES (PGTASK_SESSION_BYTES - sizeof(struct header))

static int64_t earlier(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

/* INT64_MAX: at no time that is known. */
static int64_t after(int64_t unix_s, int64_t seconds)
{
    return unix_s == PGTASK_TLS_TIME_UNKNOWN ? INT64_MAX : unix_s + seconds;
}

static void wipe(struct pgtask_tls_session *session)
{
    mbedtls_platform_zeroize(session, sizeof *session);
}

void pgtask_tls_session_forget(struct pgtask_tls_contexts *contexts)
{
    if (contexts->session != NULL) {
        wipe(contexts->session);
    }
}

/*
 * mbedTLS's loader trusts lengths and a closing NUL inside what it loads, and a damaged secret
 * would only show when the peer breaks off: so nothing goes there that is not whole, and nothing
 * of another host.
 */
static bool digest_of(struct pgtask_tls_session const *session, char const *host_name,
                      uint8_t *digest)
{
    mbedtls_sha256_context sha256;
    bool good;

    mbedtls_sha256_init(&sha256);
    good = mbedtls_sha256_starts(&sha256, 0) == 0 &&
           mbedtls_sha256_update(&sha256, (uint8_t const *)host_name, strlen(host_name) + 1) == 0 &&
           mbedtls_sha256_update(&sha256, session->bytes + DIGEST_BYTES,
                                 session->length - DIGEST_BYTES) == 0 &&
           mbedtls_sha256_finish(&sha256, digest) == 0;
    mbedtls_sha256_free(&sha256);
    return good;
}

static bool is_whole(struct pgtask_tls_session const *session, char const *host_name,
                     struct header *header)
{
    uint8_t digest[DIGEST_BYTES];

    if (session->length <= sizeof *header || session->length > sizeof session->bytes ||
        !digest_of(session, host_name, digest)) {
        return false;
    }
    memcpy(header, session->bytes, sizeof *header);
    return memcmp(digest, header->digest, sizeof digest) == 0 && header->format == FORMAT;
}

static bool is_in_time(struct header const *header, int64_t unix_s)
{
    return unix_s == PGTASK_TLS_TIME_UNKNOWN ||
           (unix_s >= header->not_before_unix_s && unix_s <= header->not_after_unix_s &&
            unix_s <= header->verify_by_unix_s && unix_s <= header->ticket_by_unix_s);
}

/* mbedTLS frees a ticket without wiping it. */
static void drop_ticket(mbedtls_ssl_session *session)
{
    if (session != NULL && session->MBEDTLS_PRIVATE(ticket) != NULL) {
        mbedtls_platform_zeroize(session->MBEDTLS_PRIVATE(ticket),
                                 session->MBEDTLS_PRIVATE(ticket_len));
        mbedtls_free(session->MBEDTLS_PRIVATE(ticket));
        session->MBEDTLS_PRIVATE(ticket) = NULL;
        session->MBEDTLS_PRIVATE(ticket_len) = 0;
    }
}

void pgtask_tls_session_close(struct pgtask_tls_contexts *contexts)
{
    mbedtls_ssl_context *const ssl = &contexts->ssl;

    if (!mbedtls_ssl_is_handshake_over(ssl)) {
        pgtask_tls_session_forget(contexts); /* a peer may fall silent at the sight of it */
    }
    drop_ticket(ssl->MBEDTLS_PRIVATE(session));
    drop_ticket(ssl->MBEDTLS_PRIVATE(session_negotiate));
}

/* Whatever goes wrong, a full handshake will do. */
static bool load(mbedtls_ssl_context *ssl, struct pgtask_tls_session const *session,
                 bool tls12_only)
{
    mbedtls_ssl_session *const loaded = mbedtls_calloc(1, sizeof *loaded);
    bool good;

    if (loaded == NULL) {
        return false;
    }
    mbedtls_ssl_session_init(loaded);
    good = mbedtls_ssl_session_load(loaded, session->bytes + sizeof(struct header),
                                    session->length - sizeof(struct header)) == 0 &&
           !(tls12_only && loaded->MBEDTLS_PRIVATE(tls_version) != MBEDTLS_SSL_VERSION_TLS1_2) &&
           mbedtls_ssl_set_session(ssl, loaded) == 0;
    drop_ticket(loaded);
    mbedtls_ssl_session_free(loaded); /* wipes the rest */
    mbedtls_free(loaded);
    return good;
}

void pgtask_tls_session_offer(struct pgtask_tls *tls, struct pgtask_tls_options const *options)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    struct header header;

    contexts->session = options->session;
    contexts->host_name = options->host_name;
    if (options->session != NULL && is_whole(options->session, options->host_name, &header) &&
        is_in_time(&header, options->unix_s) &&
        load(&contexts->ssl, options->session, options->tls12_only)) {
        tls->not_before_unix_s = header.not_before_unix_s;
        tls->not_after_unix_s = header.not_after_unix_s;
        contexts->verify_by_unix_s =
            earlier(header.verify_by_unix_s, after(options->unix_s, LONGEST_S));
    }
}

void pgtask_tls_session_refused(struct pgtask_tls *tls)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;

    /* mbedTLS keeps an offered ticket, which does not fit the new secret if no new one comes. */
    drop_ticket(contexts->ssl.MBEDTLS_PRIVATE(session_negotiate));
    tls->not_before_unix_s = INT64_MIN;
    tls->not_after_unix_s = INT64_MAX;
    contexts->verify_by_unix_s = after(contexts->unix_s, LONGEST_S);
}

/* Or its digest: neither is needed after the handshake, nor for another one. */
static void drop_peer_certificate(mbedtls_ssl_session *session)
{
#if defined(MBEDTLS_SSL_KEEP_PEER_CERTIFICATE)
    mbedtls_x509_crt_free(session->MBEDTLS_PRIVATE(peer_cert));
    mbedtls_free(session->MBEDTLS_PRIVATE(peer_cert));
    session->MBEDTLS_PRIVATE(peer_cert) = NULL;
#else
    if (session->MBEDTLS_PRIVATE(peer_cert_digest) != NULL) {
        mbedtls_platform_zeroize(session->MBEDTLS_PRIVATE(peer_cert_digest),
                                 session->MBEDTLS_PRIVATE(peer_cert_digest_len));
        mbedtls_free(session->MBEDTLS_PRIVATE(peer_cert_digest));
        session->MBEDTLS_PRIVATE(peer_cert_digest) = NULL;
        session->MBEDTLS_PRIVATE(peer_cert_digest_len) = 0;
        session->MBEDTLS_PRIVATE(peer_cert_digest_type) = MBEDTLS_MD_NONE;
    }
#endif
}

static bool is_tls13(mbedtls_ssl_session const *session)
{
    return session->MBEDTLS_PRIVATE(tls_version) == MBEDTLS_SSL_VERSION_TLS1_3;
}

/* mbedTLS's getter would make a copy of it all in the arena. */
void pgtask_tls_session_keep(struct pgtask_tls *tls)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    mbedtls_ssl_session const *const from = contexts->ssl.MBEDTLS_PRIVATE(session);
    struct pgtask_tls_session *const to = contexts->session;
    struct header header;
    size_t length = 0;

    wipe(to);
    if (mbedtls_ssl_session_save(from, to->bytes + sizeof header, BODY_BYTES, &length) != 0) {
        wipe(to); /* too large, and half of it may be there */
        return;
    }
    memset(&header, 0, sizeof header);
    header.format = FORMAT;
    header.not_before_unix_s = tls->not_before_unix_s;
    header.not_after_unix_s = tls->not_after_unix_s;
    header.verify_by_unix_s = contexts->verify_by_unix_s;
    header.ticket_by_unix_s =
        is_tls13(from) ? after(contexts->unix_s, (int64_t)from->MBEDTLS_PRIVATE(ticket_lifetime))
                       : INT64_MAX; /* RFC 5077: a hint, and perhaps an older ticket's */
    memcpy(to->bytes, &header, sizeof header);
    to->length = (uint32_t)(sizeof header + length);
    if (!digest_of(to, contexts->host_name, to->bytes)) {
        wipe(to);
    }
}

void pgtask_tls_session_complete(struct pgtask_tls *tls)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    mbedtls_ssl_session *const session = contexts->ssl.MBEDTLS_PRIVATE(session);

    tls->resumed = !contexts->verified;
    drop_peer_certificate(session);
    if (contexts->session == NULL) {
        return;
    }
    if (is_tls13(session)) {
        if (!tls->resumed) {
            wipe(contexts->session); /* refused; new tickets come after the handshake */
        }
    } else if (session->MBEDTLS_PRIVATE(ticket) != NULL || session->MBEDTLS_PRIVATE(id_len) > 0) {
        pgtask_tls_session_keep(tls);
    } else {
        wipe(contexts->session);
    }
}
