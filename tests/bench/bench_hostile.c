/* SPDX-License-Identifier: MIT */
/*
 * bench_hostile PORT CA: lists over and over against hostile peers, as standard input says:
 *
 *   CALLS PEER AFTER
 *
 * PEER is a flood of the table below, which begins once the peer has sent AFTER whole records;
 * "chain": the peer's handshake is hostile; or "owner": what comes after the handshake is. The line
 * that comes back is
 *
 *   STATE CALLS ERROR
 *
 * with the state before the last call, and the number of calls in which the trouble was there.
 * Under callgrind each of these calls of pgtask_client_next() is a dump of its own, which
 * hostile.py reads. The listing is cancelled after CALLS of them.
 */
#include <pgtask/client.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pgtask_posix.h>
#include <valgrind/callgrind.h>

/* A record's header has 5 bytes, of which the last two are the length of its body. */
#define HEADER_BYTES 5

/* The port waits for bytes that are on their way, so that the client meets no pause of the peer. */
#define PATIENCE_MS 1000

struct flood {
    char const *name;
    char const *bytes;
    size_t length;
};

static struct flood const floods[] = {
    {"warnings", "\x15\x03\x03\x00\x02\x01\x5a", 7},
    {"change_cipher_specs", "\x14\x03\x03\x00\x01\x01", 6},
    {"empty_handshakes", "\x16\x03\x03\x00\x00", 5},
    {"empty_data", "\x17\x03\x03\x00\x00", 5},
    {"hello_requests", "\x16\x03\x03\x00\x04\x00\x00\x00\x00", 9},
};

static struct {
    struct pgtask_posix posix;
    struct pgtask_posix_roots store;
    struct pgtask_roots roots;
    struct pgtask_client client;
    struct pgtask_task task;
    struct flood const *flood; /* or NULL */
    size_t flooded;            /* bytes of it */
    unsigned after;
    unsigned records; /* whole ones that the peer has sent */
    unsigned header;  /* bytes of the next one's header */
    unsigned left;    /* bytes of its body */
    bool is_flooded;
} bench;

static void give_up(char const *what)
{
    (void)fprintf(stderr, "bench_hostile: %s\n", what);
    exit(1);
}

static void count_records(uint8_t const *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bench.header < HEADER_BYTES) {
            bench.header++;
            bench.left = (bench.left << 8 | bytes[i]) & 0xffff;
        } else {
            bench.left--;
        }
        if (bench.header == HEADER_BYTES && bench.left == 0) {
            bench.header = 0;
            bench.records++;
        }
    }
}

static enum pgtask_error receive(void *context, uint8_t *bytes, size_t capacity, size_t *received)
{
    struct pgtask_port const *const posix = &bench.posix.port;
    enum pgtask_error error;

    if (bench.flood != NULL && bench.records >= bench.after && bench.header == 0) {
        bench.is_flooded = true;
        for (size_t i = 0; i < capacity; i++) {
            bytes[i] = (uint8_t)bench.flood->bytes[bench.flooded++ % bench.flood->length];
        }
        *received = capacity;
        return PGTASK_OK;
    }
    error = posix->recv(context, bytes, capacity, received);
    if (error == PGTASK_WOULD_BLOCK) {
        posix->wait(context, PGTASK_INTEREST_READ, posix->monotonic_ms(context) + PATIENCE_MS);
        error = posix->recv(context, bytes, capacity, received);
    }
    if (error == PGTASK_OK) {
        count_records(bytes, *received);
    }
    return error;
}

static struct flood const *find_flood(char const *name)
{
    for (size_t i = 0; i < sizeof floods / sizeof floods[0]; i++) {
        if (strcmp(name, floods[i].name) == 0) {
            return &floods[i];
        }
    }
    return NULL;
}

static void open_client(uint16_t port_number)
{
    static struct pgtask_port port;
    struct pgtask_config const config = {
        .region = "ap-guangzhou",
        .credentials = {.secret_id = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
                        .secret_key = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"},
        .connect_host = "127.0.0.1",
        .connect_port = port_number,
        .roots = bench.roots,
        .timeout_ms = 600000,
        .stall_ms = 600000,
        .retry = {.attempts = 1, .few_attempts = 1},
    };

    pgtask_posix_open(&bench.posix);
    port = bench.posix.port;
    port.recv = receive;
    if (pgtask_client_open(&bench.client, &config, &port) != PGTASK_OK ||
        pgtask_client_list(&bench.client, &(struct pgtask_query){.limit = 5}) != PGTASK_OK) {
        give_up("cannot list");
    }
}

static bool is_troubled(char const *peer, bool had_records)
{
    if (bench.flood != NULL) {
        return bench.is_flooded;
    }
    return strcmp(peer, "chain") == 0 ? had_records
                                      : pgtask_client_counters(&bench.client)->handshakes_full > 0;
}

static enum pgtask_error call(char const *peer, unsigned *calls)
{
    bool const had_records = bench.records > 0;
    enum pgtask_error error;

    CALLGRIND_ZERO_STATS;
    error = pgtask_client_next(&bench.client, &bench.task);
    if (is_troubled(peer, had_records)) {
        CALLGRIND_DUMP_STATS_AT("call");
        ++*calls;
    }
    return error;
}

static void list(char const *peer, unsigned most_calls, uint16_t port_number)
{
    enum pgtask_client_state state = PGTASK_CLIENT_START;
    enum pgtask_error error = PGTASK_WOULD_BLOCK;
    unsigned calls = 0;

    bench.flood = find_flood(peer);
    bench.flooded = bench.records = bench.header = bench.left = 0;
    bench.is_flooded = false;
    open_client(port_number);
    while (error >= 0 && error != PGTASK_DONE && calls < most_calls) {
        state = bench.client.state;
        error = call(peer, &calls);
        if (error >= 0) {
            pgtask_client_sleep(&bench.client);
        }
    }
    pgtask_client_close(&bench.client);
    pgtask_posix_close(&bench.posix);
    (void)printf("%d %u %d\n", (int)state, calls, (int)error);
    (void)fflush(stdout);
}

int main(int count, char **arguments)
{
    char peer[40];
    unsigned calls;

    if (count != 3) {
        give_up("usage: bench_hostile PORT CA");
    }
    if (pgtask_posix_roots_open(&bench.store, arguments[2], &bench.roots) != PGTASK_OK) {
        give_up("no root");
    }
    while (scanf("%u %39s %u", &calls, peer, &bench.after) == 3) {
        list(peer, calls, (uint16_t)strtoul(arguments[1], NULL, 10));
    }
    return 0;
}
