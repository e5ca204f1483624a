/* SPDX-License-Identifier: MIT */
/*
 * Takes any bytes as a session that was kept, and others as those of the server to which it is
 * offered. A session's own digest would refuse nearly all of them, so half of the inputs get a
 * digest that fits.
 */
#include <pgtask/client.h>
#include <pgtask_null.h>
#include "peer.h"

#include <string.h>

#include <mbedtls/sha256.h>

/* The bit of the head that asks for the digest; a session is offered in any case. */
#define FITS PEER_RESUMES

#define DIGEST_BYTES 32

/* The text is a length of two bytes, the session, and what the server sends. */
static size_t take_length(uint8_t const **text, size_t *length)
{
    size_t session;

    if (*length < 2) {
        return 0;
    }
    session = (size_t)(*text)[0] << 8 | (*text)[1];
    *text += 2;
    *length -= 2;
    return session < *length ? session : *length;
}

static void make_fit(struct pgtask_tls_session *session)
{
    static char const host[] = PEER_HOST;
    uint8_t digested[sizeof host + PGTASK_SESSION_BYTES];
    size_t const rest = session->length < DIGEST_BYTES ? 0 : session->length - DIGEST_BYTES;

    memcpy(digested, host, sizeof host);
    memcpy(digested + sizeof host, session->bytes + DIGEST_BYTES, rest);
    FUZZ_CHECK(mbedtls_sha256(digested, sizeof host + rest, session->bytes, 0) == 0);
}

static enum pgtask_error no_root(void *context, bool restart, struct pgtask_root *root)
{
    (void)context, (void)restart, (void)root;
    return PGTASK_DONE;
}

static void open_client(struct pgtask_client *client)
{
    static struct pgtask_port port;
    struct pgtask_config const config = {
        .region = "ap-guangzhou",
        .credentials = {.secret_id = "AKIDfuzz", .secret_key = "SecretKeyFuzz"},
        .roots = {.next = no_root},
    };

    pgtask_null_open(&port);
    FUZZ_CHECK(pgtask_client_open(client, &config, &port) == PGTASK_OK);
}

/* A session that is too long is refused, and any other one comes out as it went in. */
static void import(uint8_t const *bytes, size_t length)
{
    static struct pgtask_client client;
    enum pgtask_error error;

    open_client(&client);
    error = pgtask_client_import_session(&client, bytes, length);
    FUZZ_CHECK(error == (length <= PGTASK_SESSION_BYTES ? PGTASK_OK : PGTASK_ERROR_BUFFER));
    if (error == PGTASK_OK) {
        uint8_t exported[PGTASK_SESSION_BYTES];
        size_t exported_length = 0;

        FUZZ_CHECK(pgtask_client_export_session(&client, exported, sizeof exported,
                                                &exported_length) == PGTASK_OK);
        FUZZ_CHECK(exported_length == length && memcmp(exported, bytes, length) == 0);
    }
    pgtask_client_close(&client);
}

void fuzz_one(uint8_t const *steer, uint8_t const *text, size_t length)
{
    struct pgtask_tls_session session = {0};
    struct peer_head head;
    struct peer peer;
    size_t session_length;

    if (!peer_take_head(&head, &text, &length)) {
        return;
    }
    session_length = take_length(&text, &length);
    import(text, session_length);
    if (session_length > PGTASK_SESSION_BYTES) {
        return;
    }
    memcpy(session.bytes, text, session_length);
    session.length = (uint32_t)session_length;
    if ((head.bits & FITS) != 0 && session_length > DIGEST_BYTES) {
        make_fit(&session);
    }
    peer_play(&peer, head, steer, text + session_length, length - session_length);
    (void)peer_visit(&peer, head, &session);
    FUZZ_CHECK(session.length <= sizeof session.bytes);
}
