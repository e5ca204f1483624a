/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* for timegm() */

#include <pgtask/pem.h>
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <mbedtls/platform.h>
#include <mbedtls/x509_crt.h>

/* A flood repeats so many of the last bytes of the script. */
#define FLOOD_BYTES 64

/* More calls in a row without a byte from the peer mean that the client makes no progress. */
#define MOST_CALLS 20000

#define RECORDED_BYTES FUZZ_TEXT_BYTES

/* --- Memory: each block from the heap, and its size before it --- */

#define BLOCK_HEADER_BYTES 16

static size_t used;
static size_t limit;

static void *take_memory(size_t count, size_t size)
{
    size_t const bytes = count * size;
    uint8_t *block;

    if (bytes == 0 || bytes / count != size || bytes > limit - used) {
        return NULL;
    }
    block = calloc(1, BLOCK_HEADER_BYTES + bytes);
    FUZZ_CHECK(block != NULL);
    memcpy(block, &bytes, sizeof bytes);
    used += bytes;
    return block + BLOCK_HEADER_BYTES;
}

static void give_memory(void *at)
{
    uint8_t *const block = at == NULL ? NULL : (uint8_t *)at - BLOCK_HEADER_BYTES;
    size_t bytes;

    if (block != NULL) {
        memcpy(&bytes, block, sizeof bytes);
        used -= bytes;
        free(block);
    }
}

/* --- Roots and time --- */

static struct pgtask_root list[3];
#define ROOTS (sizeof list / sizeof list[0])

/* A day after the first root was made: all certificates that should be valid are valid then. */
static int64_t now_unix_s;

size_t peer_read_certificate(char const *name, uint8_t *der, size_t capacity)
{
    static char text[FUZZ_TEXT_BYTES];
    char const *const folder = getenv("CERTIFICATES");
    char path[600];
    FILE *file;
    struct pgtask_pem pem;
    struct pgtask_root root;
    size_t length;
    size_t read;

    (void)snprintf(path, sizeof path, "%s/%s.pem", folder == NULL ? "build/certs" : folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        abort();
    }
    length = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    pgtask_pem_begin(&pem, der, capacity);
    FUZZ_CHECK(pgtask_pem_feed(&pem, text, length, &read, &root) == PGTASK_OK);
    return root.length;
}

static void read_root(char const *name, struct pgtask_root *root)
{
    static uint8_t room[ROOTS][4096];
    uint8_t *const der = room[root - list];

    *root = (struct pgtask_root){.der = der,
                                 .length = peer_read_certificate(name, der, sizeof room[0])};
}

static int64_t start_of(struct pgtask_root const *root)
{
    mbedtls_x509_crt certificate;
    struct tm calendar = {0};

    mbedtls_x509_crt_init(&certificate);
    FUZZ_CHECK(mbedtls_x509_crt_parse_der(&certificate, root->der, root->length) == 0);
    calendar.tm_year = certificate.valid_from.year - 1900;
    calendar.tm_mon = certificate.valid_from.mon - 1;
    calendar.tm_mday = certificate.valid_from.day;
    calendar.tm_hour = certificate.valid_from.hour;
    mbedtls_x509_crt_free(&certificate);
    return (int64_t)timegm(&calendar);
}

static enum pgtask_error next_root(void *context, bool restart, struct pgtask_root *root)
{
    static size_t at;

    (void)context;
    at = restart ? 0 : at + 1;
    if (at == ROOTS) {
        return PGTASK_DONE;
    }
    *root = list[at];
    return PGTASK_OK;
}

static void prepare(void)
{
    struct pgtask_arena_use use;

    if (limit > 0) {
        return;
    }
    pgtask_arena_measure(&use);
    limit = use.capacity;
    FUZZ_CHECK(mbedtls_platform_set_calloc_free(take_memory, give_memory) == 0);
    read_root("ca", &list[0]);
    read_root("rsa_root", &list[1]);
    read_root("p384_root", &list[2]);
    now_unix_s = start_of(&list[0]) + 24 * 60 * 60;
}

static void limit_memory(struct peer_head head)
{
    struct pgtask_arena_use use;

    pgtask_arena_measure(&use);
    limit = head.memory == 0 ? use.capacity : (size_t)head.memory * 256;
}

/* --- The port --- */

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    struct peer *const peer = context;

    for (size_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)(next_random(&peer->random) & 0xff);
    }
    return PGTASK_OK;
}

static enum pgtask_error send_bytes(void *context, uint8_t const *bytes, size_t length,
                                    size_t *sent)
{
    struct peer *const peer = context;

    if (peer->real != NULL) {
        return peer->real->send(peer->real->context, bytes, length, sent);
    }
    *sent = length;
    return PGTASK_OK;
}

/* The script is over. */
static enum pgtask_error end_script(struct peer *peer, struct peer_head head, uint8_t *bytes,
                                    size_t capacity, size_t *received)
{
    size_t const period = peer->length < FLOOD_BYTES ? peer->length : FLOOD_BYTES;

    if ((head.bits & PEER_FLOODS) != 0 && period > 0) {
        for (size_t i = 0; i < capacity; i++) {
            bytes[i] = peer->end[(ptrdiff_t)(peer->flooded++ % period) - (ptrdiff_t)period];
        }
        *received = capacity;
        return PGTASK_OK;
    }
    if ((head.bits & PEER_RESETS) != 0) {
        peer->has_reset = true;
        return PGTASK_ERROR_RESET;
    }
    peer->has_ended = true;
    return (head.bits & PEER_FALLS_SILENT) != 0 ? PGTASK_WOULD_BLOCK : PGTASK_ERROR_CLOSED;
}

static struct peer_head playing;

static enum pgtask_error play(struct peer *peer, uint8_t *bytes, size_t capacity, size_t *received)
{
    if (peer->slice_left == 0) {
        peer->slice = fuzz_slices_next(&peer->slices, &peer->slice_left);
        if (peer->slice == NULL) {
            peer->slice_left = 0;
            return end_script(peer, playing, bytes, capacity, received);
        }
        return PGTASK_WOULD_BLOCK; /* the slice comes a moment later */
    }
    *received = capacity < peer->slice_left ? capacity : peer->slice_left;
    memcpy(bytes, peer->slice, *received);
    peer->slice += *received;
    peer->slice_left -= *received;
    return PGTASK_OK;
}

static enum pgtask_error record(struct peer *peer, uint8_t *bytes, size_t capacity,
                                size_t *received)
{
    enum pgtask_error const error =
        peer->real->recv(peer->real->context, bytes, capacity, received);

    if (error == PGTASK_OK) {
        FUZZ_CHECK(*received <= RECORDED_BYTES - peer->recorded_length);
        memcpy(peer->recorded + peer->recorded_length, bytes, *received);
        peer->recorded_length += *received;
    }
    return error;
}

static enum pgtask_error receive_bytes(void *context, uint8_t *bytes, size_t capacity,
                                       size_t *received)
{
    struct peer *const peer = context;
    enum pgtask_error const error = peer->real != NULL ? record(peer, bytes, capacity, received)
                                                       : play(peer, bytes, capacity, received);

    if (error == PGTASK_OK) {
        peer->turn += *received;
        peer->idle += *received;
    }
    peer->is_blocked = error == PGTASK_WOULD_BLOCK;
    return error;
}

static void make_port(struct peer *peer)
{
    prepare();
    *peer = (struct peer){
        .port = {.context = peer, .entropy = entropy, .send = send_bytes, .recv = receive_bytes}};
}

bool peer_take_head(struct peer_head *head, uint8_t const **text, size_t *length)
{
    if (*length < PEER_HEAD_BYTES) {
        return false;
    }
    *head = (struct peer_head){.bits = (*text)[0], .memory = (*text)[1]};
    *text += PEER_HEAD_BYTES;
    *length -= PEER_HEAD_BYTES;
    return true;
}

void peer_play(struct peer *peer, struct peer_head head, uint8_t const *steer,
               uint8_t const *script, size_t length)
{
    make_port(peer);
    playing = head;
    peer->end = script + length;
    peer->length = length;
    fuzz_slices_start(&peer->slices, steer, script, length);
}

void peer_record(struct peer *peer, struct pgtask_port *real, uint8_t *recorded)
{
    make_port(peer);
    peer->real = real;
    peer->recorded = recorded;
}

/* --- The visit --- */

static void begin_call(struct peer *peer)
{
    peer->turn = 0;
    peer->is_blocked = false;
}

/* What holds after each call of the TLS room. */
static void check_call(struct peer const *peer, struct pgtask_tls const *tls,
                       enum pgtask_error error)
{
    FUZZ_CHECK(peer->turn <= PGTASK_TURN_BYTES);
    FUZZ_CHECK(peer->idle <= PGTASK_TLS_IDLE_BYTES + PGTASK_TURN_BYTES);
    FUZZ_CHECK(error <= PGTASK_OK || error == PGTASK_WOULD_BLOCK);
    if (error == PGTASK_WOULD_BLOCK && peer->real == NULL) {
        FUZZ_CHECK(tls->interest == PGTASK_INTEREST_READ ||
                   (tls->interest == PGTASK_INTEREST_TIME && !peer->is_blocked));
    }
    if (error < 0) {
        FUZZ_CHECK(pgtask_error_layer(error) == PGTASK_LAYER_TLS || error == PGTASK_ERROR_CLOSED ||
                   error == PGTASK_ERROR_RESET);
        FUZZ_CHECK(pgtask_error_text(error)[0] != '\0');
    }
}

/* @return whether the peer will send nothing more */
static bool wait_for_peer(struct peer *peer, struct pgtask_tls const *tls)
{
    if (peer->real != NULL && tls->interest != PGTASK_INTEREST_TIME) {
        peer->real->wait(peer->real->context, tls->interest,
                         peer->real->monotonic_ms(peer->real->context) + 5000);
    }
    return peer->has_ended && tls->interest == PGTASK_INTEREST_READ;
}

static enum pgtask_error shake_hands(struct peer *peer, struct pgtask_tls *tls)
{
    enum pgtask_error error;
    int calls = 0;

    do {
        begin_call(peer);
        error = pgtask_tls_handshake(tls);
        check_call(peer, tls, error);
        calls = peer->turn > 0 ? 0 : calls + 1;
        FUZZ_CHECK(calls < MOST_CALLS);
    } while (error == PGTASK_WOULD_BLOCK && !wait_for_peer(peer, tls));
    FUZZ_CHECK(error != PGTASK_ERROR_CLOSED);
    FUZZ_CHECK(error != PGTASK_ERROR_RESET || peer->has_reset || peer->real != NULL);
    return error;
}

/* Reads until the connection ends. The room for the data is exact, so that a step beyond shows. */
static enum pgtask_error read_all(struct peer *peer, struct pgtask_tls *tls)
{
    size_t const capacity = 100;
    uint8_t *const bytes = malloc(capacity);
    enum pgtask_error error;
    int calls = 0;

    FUZZ_CHECK(bytes != NULL);
    do {
        size_t received = 0;

        begin_call(peer);
        error = pgtask_tls_read(tls, bytes, capacity, &received);
        check_call(peer, tls, error);
        if (error == PGTASK_OK) {
            FUZZ_CHECK(received > 0 && received <= capacity);
            peer->idle = 0;
            peer->was_received = true;
        }
        calls = peer->turn > 0 || error == PGTASK_OK ? 0 : calls + 1;
        FUZZ_CHECK(calls < MOST_CALLS);
    } while (error == PGTASK_OK || (error == PGTASK_WOULD_BLOCK && !wait_for_peer(peer, tls)));
    free(bytes);
    return error;
}

/* After an error, each call returns the same one and takes no byte. */
static void check_end(struct peer *peer, struct pgtask_tls *tls, enum pgtask_error error)
{
    uint8_t byte;
    size_t count;

    begin_call(peer);
    FUZZ_CHECK(pgtask_tls_handshake(tls) == error);
    FUZZ_CHECK(pgtask_tls_read(tls, &byte, 1, &count) == error);
    FUZZ_CHECK(pgtask_tls_write(tls, &byte, 1, &count) == error);
    FUZZ_CHECK(peer->turn == 0 && !peer->is_blocked);
}

static enum pgtask_error talk(struct peer *peer, struct pgtask_tls *tls)
{
    static uint8_t const request[] = "GET / HTTP/1.0\r\n\r\n";
    size_t sent = 0;
    enum pgtask_error error = pgtask_tls_write(tls, request, sizeof request - 1, &sent);

    if (error != PGTASK_OK) {
        return error;
    }
    FUZZ_CHECK(sent == sizeof request - 1);
    return read_all(peer, tls);
}

static void check_handshake(struct pgtask_tls const *tls, int64_t unix_s)
{
    char const *const version = pgtask_tls_version(tls);

    FUZZ_CHECK(strcmp(version, "TLSv1.2") == 0 || strcmp(version, "TLSv1.3") == 0);
    FUZZ_CHECK(tls->knows_tls13 || strcmp(version, "TLSv1.2") == 0);
    FUZZ_CHECK(unix_s == PGTASK_TLS_TIME_UNKNOWN ||
               pgtask_tls_check_validity(tls, unix_s) == PGTASK_OK);
}

bool peer_is_wiped(struct pgtask_tls_session const *session)
{
    static struct pgtask_tls_session const none;

    return session->length == 0 && memcmp(session->bytes, none.bytes, sizeof none.bytes) == 0;
}

static enum pgtask_error visit(struct peer *peer, struct pgtask_tls_options const *options)
{
    struct pgtask_tls tls = {0};
    enum pgtask_error error = pgtask_tls_open(&tls, &peer->port, options);
    bool is_complete;

    if (error != PGTASK_OK) {
        FUZZ_CHECK(error == PGTASK_ERROR_TLS_MEMORY && tls.contexts == NULL);
        return error;
    }
    error = shake_hands(peer, &tls);
    is_complete = error == PGTASK_OK;
    if (is_complete) {
        check_handshake(&tls, options->unix_s);
        error = talk(peer, &tls);
    }
    if (error < 0) {
        check_end(peer, &tls, error);
    }
    pgtask_tls_close(&tls);
    pgtask_tls_close(&tls);
    FUZZ_CHECK(tls.contexts == NULL);
    FUZZ_CHECK(is_complete || options->session == NULL || peer_is_wiped(options->session));
    return error;
}

enum pgtask_error peer_visit(struct peer *peer, struct peer_head head,
                             struct pgtask_tls_session *session)
{
    static bool is_warm;
    struct pgtask_roots const roots = (head.bits & PEER_STORE) != 0
                                          ? (struct pgtask_roots){.next = next_root}
                                          : (struct pgtask_roots){.list = list, .count = ROOTS};
    struct pgtask_tls_options const options = {
        .host_name = PEER_HOST,
        .roots = &roots,
        .unix_s = (head.bits & PEER_TIME_UNKNOWN) != 0 ? PGTASK_TLS_TIME_UNKNOWN : now_unix_s,
        .session = session,
        .tls12_only = (head.bits & PEER_TLS12_ONLY) != 0};
    size_t used_before;
    enum pgtask_error error;

    if (!is_warm) { /* mbedTLS keeps what it allocates for its very first connection */
        struct peer nobody;

        is_warm = true;
        peer_play(&nobody, (struct peer_head){0}, NULL, (uint8_t const *)"", 0);
        (void)peer_visit(&nobody, (struct peer_head){0}, NULL);
        playing = head;
    }
    limit_memory(head);
    used_before = used;
    error = visit(peer, &options);
    fuzz_slices_end(&peer->slices);
    FUZZ_CHECK(used == used_before);
    return error;
}
