/* SPDX-License-Identifier: MIT */
/*
 * Records what real servers send, as seeds: record_peers CERTIFICATES OUT
 *
 * The client's random bytes are those that peer.c will have again, so that it can decrypt a
 * recording. OUT/tls gets each first connection, OUT/session each second one with the session that
 * is offered in it.
 */
#include <pgtask_posix.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openssl_server.h"
#include "peer.h"

static struct {
    char const *name;
    char const *certificate;
    char const *options; /* of openssl s_server */
    uint8_t bits;
} const servers[] = {
    {"12-ecdsa", "server", "-tls1_2 -www", PEER_TLS12_ONLY},
    {"12-rsa", "rsa", "-tls1_2 -www", PEER_TLS12_ONLY | PEER_STORE},
    {"12-p384", "p384", "-tls1_2 -www", 0},
    {"12-chain", "chained", "-tls1_2 -www -cert_chain middle.pem", PEER_TLS12_ONLY},
    {"12-x25519", "server", "-tls1_2 -www -groups X25519", PEER_TLS12_ONLY},
    {"12-session", "server", "-tls1_2 -www", PEER_TLS12_ONLY | PEER_RESUMES},
    {"12-session-id", "rsa", "-tls1_2 -www -no_ticket", PEER_TLS12_ONLY | PEER_RESUMES},
    {"12-pss", "rsa", "-tls1_2 -www -sigalgs RSA-PSS+SHA256", 0},
    {"13-ecdsa", "server", "-tls1_3 -www", 0},
    {"13-rsa", "rsa", "-tls1_3 -www", PEER_STORE},
    {"13-p384", "p384", "-tls1_3 -www", 0},
    {"13-chain", "chained", "-tls1_3 -www -cert_chain middle.pem", PEER_TIME_UNKNOWN},
    {"13-retry", "server", "-tls1_3 -www -groups P-384", 0},
    {"13-x25519", "server", "-tls1_3 -www -groups X25519", 0},
    {"13-aes128", "server", "-tls1_3 -www -ciphersuites TLS_AES_128_GCM_SHA256", 0},
    {"13-session", "server", "-tls1_3 -www", PEER_RESUMES},
    {"13-session-rsa", "rsa", "-tls1_3 -www -num_tickets 5", PEER_RESUMES},
    {"13-client-auth", "server", "-tls1_3 -www -verify 1", 0},
    {"12-client-auth", "server", "-tls1_2 -www -verify 1", 0},
    {"expired", "expired", "-www", 0},
    {"wrong-name", "wrong_name", "-www", 0},
    {"unknown-ca", "unknown_ca", "-www", 0},
    {"no-common-suite", "server", "-tls1_2 -www -cipher AES128-SHA", 0},
    {"split", "server", "-tls1_3 -www -max_send_frag 512 -split_send_frag 512", 0},
};

#define SERVERS (sizeof servers / sizeof servers[0])

static void write_seed(char const *folder, char const *target, char const *name,
                       struct peer_head head, struct pgtask_tls_session const *session,
                       struct peer const *peer)
{
    uint8_t const steer[FUZZ_STEER_BYTES] = {0, 0, 0, 0};
    uint8_t const begin[] = {head.bits, head.memory};
    char path[600];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s/server-%s", folder, target, name);
    file = fopen(path, "wb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    (void)fwrite(steer, 1, sizeof steer, file);
    (void)fwrite(begin, 1, sizeof begin, file);
    if (session != NULL) {
        uint8_t const length[] = {(uint8_t)(session->length >> 8 & 0xff),
                                  (uint8_t)(session->length & 0xff)};

        (void)fwrite(length, 1, sizeof length, file);
        (void)fwrite(session->bytes, 1, session->length, file);
    }
    (void)fwrite(peer->recorded, 1, peer->recorded_length, file);
    (void)fclose(file);
}

static void connect_to(struct pgtask_port *port, uint16_t number)
{
    enum pgtask_error error = port->resolve(port->context, "127.0.0.1");

    while (error == PGTASK_OK && (error = port->connect(port->context, number)) != PGTASK_OK) {
        if (error != PGTASK_WOULD_BLOCK) {
            break;
        }
        port->wait(port->context, PGTASK_INTEREST_WRITE, port->monotonic_ms(port->context) + 5000);
        error = PGTASK_OK;
    }
    if (error != PGTASK_OK) {
        (void)fprintf(stderr, "record_peers: cannot connect to openssl s_server\n");
        exit(1);
    }
}

/* A recording opens the same way as the real server, or it would be worth nothing as a seed. */
static void check_recording(struct peer const *recorded, struct peer_head head,
                            struct pgtask_tls_session *session,
                            struct pgtask_tls_session const *left, enum pgtask_error error)
{
    struct peer peer;

    peer_play(&peer, head, NULL, recorded->recorded, recorded->recorded_length);
    FUZZ_CHECK(peer_visit(&peer, head, session) == error);
    FUZZ_CHECK(peer.was_received == recorded->was_received);
    FUZZ_CHECK(session == NULL || memcmp(session, left, sizeof *session) == 0);
}

/* @return how the connection ended */
static enum pgtask_error record(struct openssl_server const *server, struct peer *peer,
                                struct peer_head head, struct pgtask_tls_session *session)
{
    static uint8_t recorded[FUZZ_TEXT_BYTES];
    struct pgtask_tls_session offered = {0};
    struct pgtask_posix posix;
    enum pgtask_error error;

    if (session != NULL) {
        offered = *session;
    }
    pgtask_posix_open(&posix);
    connect_to(&posix.port, server->port_number);
    peer_record(peer, &posix.port, recorded);
    error = peer_visit(peer, head, session);
    pgtask_posix_close(&posix);
    check_recording(peer, head, session == NULL ? NULL : &offered, session, error);
    return error;
}

static void tell(char const *name, struct peer const *peer, enum pgtask_error error)
{
    (void)printf("recorded %s: %zu bytes, %s\n", name, peer->recorded_length,
                 error == PGTASK_ERROR_CLOSED ? "good" : pgtask_error_text(error));
}

static void record_server(char const *certificates, char const *folder, size_t i)
{
    struct peer_head const head = {.bits = servers[i].bits};
    bool const resumes = (head.bits & PEER_RESUMES) != 0;
    struct pgtask_tls_session session = {0};
    struct openssl_server server;
    struct peer peer;
    enum pgtask_error error;

    openssl_server_start(&server, certificates, servers[i].certificate, servers[i].options);
    error = record(&server, &peer, head, resumes ? &session : NULL);
    write_seed(folder, "tls", servers[i].name, head, NULL, &peer);
    tell(servers[i].name, &peer, error);
    if (resumes) {
        struct pgtask_tls_session const offered = session;

        error = record(&server, &peer, head, &session);
        write_seed(folder, "session", servers[i].name, head, &offered, &peer);
        tell("the same with its session", &peer, error);
    }
    openssl_server_kill(&server);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    for (size_t i = 0; i < SERVERS; i++) {
        record_server(argv[1], argv[2], i);
    }
    return 0;
}
