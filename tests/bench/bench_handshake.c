/* SPDX-License-Identifier: MIT */
/*
 * bench_handshake CERTIFICATE ROOT OPTIONS both|1.2 list|store full|resumed|records OPERATIONS:
 * offers both versions of TLS or the older one to openssl s_server and shakes hands. Under
 * callgrind each call of pgtask_tls_open() and pgtask_tls_handshake() is a dump of its own, which
 * handshake.py reads. With "records", each call of pgtask_tls_read() is one instead, while the
 * server sends records of 16,384 bytes. OPERATIONS 0: as the build has it.
 *
 * In a build with PGTASK_PULSE=1 a call is divided into dumps at each pulse.
 */
#include <pgtask/tls.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <mbedtls/ecp.h>
#include <valgrind/callgrind.h>

#include "certificates.h"
#include "openssl_server.h"
#include "tls_client.h"

enum { CERTIFICATE = 1, ROOT, OPTIONS, OFFER, KIND, WHICH, OPERATIONS, ARGUMENTS };

#define RECORD_BYTES 16384u
#define RECORDS      3u

static struct pgtask_posix_roots store;
static struct tls_client client;
static struct pgtask_tls_session session;
static bool is_counting;

static void give_up(char const *what)
{
    (void)fprintf(stderr, "bench_handshake: %s\n", what);
    exit(1);
}

/* The one root as a list, or the file as a store. */
static void open_roots(char const *directory, char const *name, char const *kind,
                       struct pgtask_roots *roots)
{
    static struct pgtask_root root;
    char path[600];

    (void)snprintf(path, sizeof path, "%s/%s.pem", directory, name);
    if (pgtask_posix_roots_open(&store, path, roots) != PGTASK_OK) {
        give_up("no root");
    }
    if (strcmp(kind, "list") == 0) {
        if (roots->next(roots->context, true, &root) != PGTASK_OK) {
            give_up("no root");
        }
        *roots = (struct pgtask_roots){.list = &root, .count = 1};
    }
}

static enum pgtask_error counted_open(struct pgtask_tls_options const *options)
{
    enum pgtask_error error;

    CALLGRIND_ZERO_STATS;
    error = tls_client_open(&client, options);
    CALLGRIND_DUMP_STATS_AT("step");
    return error;
}

static enum pgtask_error counted_handshake(void)
{
    enum pgtask_error error;

    do {
        CALLGRIND_ZERO_STATS;
        error = pgtask_tls_handshake(&client.tls);
        CALLGRIND_DUMP_STATS_AT("step");
        if (client.tls.interest != PGTASK_INTEREST_TIME) {
            struct pgtask_port *const port = &client.posix.port;

            port->wait(port->context, client.tls.interest,
                       port->monotonic_ms(port->context) + 1000);
        }
    } while (error == PGTASK_WOULD_BLOCK);
    return error;
}

/* Reads the page to its end, for tickets of TLS 1.3 come with it. */
static void read_page(void)
{
    static char const request[] = "GET / HTTP/1.0\r\n\r\n";
    char page[1024];
    size_t received;

    if (tls_client_write(&client, request, sizeof request - 1) != PGTASK_OK) {
        give_up("cannot write");
    }
    while (tls_client_read(&client, page, sizeof page, &received) == PGTASK_OK) {
    }
}

/* What a program reads at once, as the client's buffer holds it. */
static void read_records(struct openssl_server const *server)
{
    static char answer[RECORD_BYTES];
    char slice[2048];
    size_t left = RECORDS * sizeof answer;

    memset(answer, 'x', sizeof answer); /* s_server takes some other letters for commands */
    for (unsigned i = 0; i < RECORDS; i++) {
        if (write(server->input, answer, sizeof answer) != (ssize_t)sizeof answer) {
            give_up("cannot feed the server");
        }
    }
    is_counting = true;
    while (left > 0) {
        struct pgtask_port *const port = &client.posix.port;
        size_t received = 0;
        enum pgtask_error error;

        CALLGRIND_ZERO_STATS;
        error = pgtask_tls_read(&client.tls, (uint8_t *)slice, sizeof slice, &received);
        CALLGRIND_DUMP_STATS_AT("step");
        left -= received;
        if (error == PGTASK_WOULD_BLOCK && client.tls.interest == PGTASK_INTEREST_READ) {
            port->wait(port->context, PGTASK_INTEREST_READ,
                       port->monotonic_ms(port->context) + 1000);
        } else if (error != PGTASK_OK && error != PGTASK_WOULD_BLOCK) {
            give_up(pgtask_error_text(error));
        }
    }
}

#if PGTASK_PULSE
static void dump(void *context)
{
    (void)context;
    if (is_counting) {
        CALLGRIND_DUMP_STATS_AT("pulse");
    }
}
#endif

static void visit(uint16_t port_number, struct pgtask_tls_options const *options, bool counted)
{
    enum pgtask_error error;

    is_counting = counted;
    tls_client_connect(&client, port_number);
#if PGTASK_PULSE
    client.port.pulse = dump;
#endif
    error = counted ? counted_open(options) : tls_client_open(&client, options);
    if (error == PGTASK_OK) {
        error = counted ? counted_handshake() : tls_client_handshake(&client);
    }
    if (error != PGTASK_OK) {
        give_up(pgtask_error_text(error));
    }
}

int main(int count, char **arguments)
{
    struct pgtask_roots roots;
    struct pgtask_tls_options options = {
        .host_name = "localhost", .roots = &roots, .session = &session};
    struct openssl_server server;
    char const *directory;

    if (count != ARGUMENTS) {
        give_up("usage: bench_handshake CERTIFICATE ROOT OPTIONS both|1.2 list|store "
                "full|resumed|records OPERATIONS");
    }
    options.tls12_only = strcmp(arguments[OFFER], "1.2") == 0;
    directory = test_certificates();
    options.unix_s = (int64_t)time(NULL); /* they may be new */
    open_roots(directory, arguments[ROOT], arguments[KIND], &roots);
    openssl_server_start(&server, directory, arguments[CERTIFICATE], arguments[OPTIONS]);
    pgtask_arena_setup();
    if (strcmp(arguments[OPERATIONS], "0") != 0) {
        mbedtls_ecp_set_max_ops((unsigned)strtoul(arguments[OPERATIONS], NULL, 10));
    }
    if (strcmp(arguments[WHICH], "resumed") == 0) {
        visit(server.port_number, &options, false);
        read_page();
        tls_client_close(&client);
    }
    visit(server.port_number, &options, strcmp(arguments[WHICH], "records") != 0);
    if (strcmp(arguments[WHICH], "records") == 0) {
        read_records(&server);
    }
    (void)printf("%s %s\n", pgtask_tls_version(&client.tls),
                 client.tls.resumed ? "resumed" : "full");
    tls_client_close(&client);
    openssl_server_kill(&server);
    return 0;
}
