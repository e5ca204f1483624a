/* SPDX-License-Identifier: MIT */
/*
 * Sessions that a later handshake can resume: when one is offered, kept and wiped.
 *
 * The caller's bytes hold a header and then mbedTLS's own form of a session. A digest in the header
 * covers the host name and all the rest, so that only whole bytes for this host reach mbedTLS. The
 * header also keeps the validity of the chain that was verified, because a resumed handshake shows
 * no chain.
 */
#include "tls_private.h"

#include <string.h>

#include "pgtask_hash.h"
#include "tls_mbedtls_private.h"

/* The version of the header below. On a machine of the other byte order it reads differently. */
#define FORMAT UINT64_C(0x7067746173530002)

/* RFC 8446, 4.6.1, limits the age of a ticket to this; the chain is verified again as often. */
#define LONGEST_S (INT64_C(7) * 24 * 60 * 60)

/* The bytes before mbedTLS's own. */
struct header {
    uint8_t digest[PGTASK_HASH_BYTES]; /* of the host name and all that follows */
    uint64_t format;
    int64_t not_before_unix_s; /* validity of the chain that was verified */
    int64_t not_after_unix_s;
    int64_t verify_by_unix_s; /* a full handshake is due then */
    int64_t ticket_by_unix_s; /* the ticket's lifetime ends then */
    uint64_t is_tls13;        /* 0 or 1 */
};

#define BODY_BYTES (PGTASK_SESSION_BYTES - sizeof(struct header))

static int64_t earlier(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

/* While the time is not known, the answer is INT64_MAX: never. */
static int64_t after(int64_t unix_s, int64_t seconds)
{
    return unix_s == PGTASK_TLS_TIME_UNKNOWN ? INT64_MAX : unix_s + seconds;
}

/* What is known of the host stays. */
static void wipe(struct pgtask_tls_session *session)
{
    mbedtls_platform_zeroize(session->bytes, sizeof session->bytes);
    session->length = 0;
}

void pgtaski_tls_forget_session(struct pgtask_tls_contexts *contexts)
{
    if (contexts->session != NULL) {
        wipe(contexts->session);
    }
}

/*
 * mbedTLS's loader trusts the lengths inside its bytes, and a damaged secret would only show when
 * the peer breaks off. So only bytes with the right digest are loaded.
 */
static bool make_digest(struct pgtask_tls_session const *session, char const *host_name,
                        uint8_t *digest)
{
    struct pgtask_hash hash;
    bool const is_good = pgtask_hash_start(&hash) == 0 &&
                         pgtask_hash_update(&hash, host_name, strlen(host_name) + 1) == 0 &&
                         pgtask_hash_update(&hash, session->bytes + PGTASK_HASH_BYTES,
                                            session->length - PGTASK_HASH_BYTES) == 0 &&
                         pgtask_hash_finish(&hash, digest) == 0;

    pgtask_hash_free(&hash);
    return is_good;
}

static bool is_whole(struct pgtask_tls_session const *session, char const *host_name,
                     struct header *header)
{
    uint8_t digest[PGTASK_HASH_BYTES];

    if (session->length <= sizeof *header || session->length > sizeof session->bytes ||
        !make_digest(session, host_name, digest)) {
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

void pgtaski_tls_close_session(struct pgtask_tls_contexts *contexts)
{
    mbedtls_ssl_context *const ssl = &contexts->ssl;

    if (!mbedtls_ssl_is_handshake_over(ssl)) {
        pgtaski_tls_forget_session(contexts); /* the peer may have fallen silent because of it */
    }
    pgtaski_mbedtls_drop_ticket(pgtaski_mbedtls_session(ssl));
    pgtaski_mbedtls_drop_ticket(pgtaski_mbedtls_new_session(ssl));
}

/* Whatever goes wrong here, a full handshake follows. */
static bool load(struct pgtask_tls_contexts *contexts, struct pgtask_tls_options const *options)
{
    struct pgtask_tls_session const *const session = options->session;
    mbedtls_ssl_session *const loaded = mbedtls_calloc(1, sizeof *loaded);
    bool is_good;

    if (loaded == NULL) {
        return false;
    }
    mbedtls_ssl_session_init(loaded);
    is_good = mbedtls_ssl_session_load(loaded, session->bytes + sizeof(struct header),
                                       session->length - sizeof(struct header)) == 0 &&
              !(options->tls12_only && pgtaski_mbedtls_is_tls13(loaded)) &&
              pgtaski_mbedtls_set_host(loaded, contexts->host_name) &&
              mbedtls_ssl_set_session(&contexts->ssl, loaded) == 0;
    pgtaski_mbedtls_drop_ticket(loaded);
    mbedtls_ssl_session_free(loaded); /* wipes the rest */
    mbedtls_free(loaded);
    return is_good;
}

void pgtaski_tls_offer_session(struct pgtask_tls *tls, struct pgtask_tls_options const *options)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    struct header header;

    contexts->session = options->session;
    if (options->session == NULL) {
        return;
    }
    tls->knows_tls13 = options->session->knows_tls13;
    if (!is_whole(options->session, contexts->host_name, &header)) {
        return;
    }
    tls->knows_tls13 = tls->knows_tls13 || header.is_tls13 != 0;
    if (is_in_time(&header, options->unix_s) && load(contexts, options)) {
#if !PGTASK_MBEDTLS_IS_OWN
        contexts->offered = true;
#endif
        tls->not_before_unix_s = header.not_before_unix_s;
        tls->not_after_unix_s = header.not_after_unix_s;
        contexts->verify_by_unix_s =
            earlier(header.verify_by_unix_s, after(options->unix_s, LONGEST_S));
    }
}

void pgtaski_tls_refuse_session(struct pgtask_tls *tls)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;

    /* mbedTLS would keep the offered ticket beside the new secret, to which it does not belong. */
    pgtaski_mbedtls_drop_ticket(pgtaski_mbedtls_new_session(&contexts->ssl));
    tls->not_before_unix_s = INT64_MIN;
    tls->not_after_unix_s = INT64_MAX;
    contexts->verify_by_unix_s = after(contexts->unix_s, LONGEST_S);
}

/* mbedTLS's own getter would copy the whole session into the arena. */
void pgtaski_tls_keep_session(struct pgtask_tls *tls)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    mbedtls_ssl_session const *const from = pgtaski_mbedtls_session(&contexts->ssl);
    struct pgtask_tls_session *const to = contexts->session;
    struct header header;
    size_t length = 0;

    wipe(to);
    if (mbedtls_ssl_session_save(from, to->bytes + sizeof header, BODY_BYTES, &length) != 0) {
        wipe(to); /* it is too large, and half of it may have been written */
        return;
    }
    memset(&header, 0, sizeof header);
    header.format = FORMAT;
    header.is_tls13 = pgtaski_mbedtls_is_tls13(from);
    header.not_before_unix_s = tls->not_before_unix_s;
    header.not_after_unix_s = tls->not_after_unix_s;
    header.verify_by_unix_s = contexts->verify_by_unix_s;
    header.ticket_by_unix_s =
        pgtaski_mbedtls_is_tls13(from)
            ? after(contexts->unix_s, (int64_t)pgtaski_mbedtls_ticket_lifetime_s(from))
            : INT64_MAX; /* in RFC 5077 it is a hint, and may belong to an older ticket */
    memcpy(to->bytes, &header, sizeof header);
    to->length = (uint32_t)(sizeof header + length);
    if (!make_digest(to, contexts->host_name, to->bytes)) {
        wipe(to);
    }
}

void pgtaski_tls_complete_session(struct pgtask_tls *tls)
{
    struct pgtask_tls_contexts *const contexts = tls->contexts;
    mbedtls_ssl_session *const session = pgtaski_mbedtls_session(&contexts->ssl);

    tls->resumed = !contexts->verified;
    tls->knows_tls13 = tls->knows_tls13 || pgtaski_mbedtls_is_tls13(session);
    pgtaski_mbedtls_drop_peer_certificate(session); /* nothing needs it from here on */
    if (contexts->session == NULL) {
        return;
    }
    contexts->session->knows_tls13 = tls->knows_tls13;
    if (pgtaski_mbedtls_is_tls13(session)) {
        if (!tls->resumed) {
            wipe(contexts->session); /* the peer refused it; new tickets follow the handshake */
        }
    } else if (pgtaski_mbedtls_is_resumable(session)) {
        pgtaski_tls_keep_session(tls);
    } else {
        wipe(contexts->session);
    }
}
