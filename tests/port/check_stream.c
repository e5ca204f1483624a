/* SPDX-License-Identifier: MIT */
/* The promises about the byte stream. */
#include "check.h"

#include <string.h>

#define BLOCK_BYTES 1024u
#define PULSES      500

/* No platform buffers more than this for a peer that does not read. */
#define MOST_BYTES (64u * 1024u * 1024u)

static void refused_connection_is_an_error(struct port_check *check)
{
    enum pgtask_error error;

    close_stream(check);
    error = resolve_host(check, check->settings->peer_address);
    (void)holds(check, error == PGTASK_OK, "the peer's address was not resolved", error);
    error = connect_to(check, PEER_REFUSED);
    (void)holds(check, error == PGTASK_ERROR_CONNECT, "not PGTASK_ERROR_CONNECT", error);
    (void)holds(check,
                check->port->last_failure == NULL ||
                    check->port->last_failure(check->port->context) != 0,
                "last_failure has no number for it", 0);
    (void)open_stream(check, PEER_ECHO);
}

static void unanswered_connection_waits_and_may_be_dropped(struct port_check *check)
{
    enum pgtask_error error;
    uint64_t until_ms;

    close_stream(check);
    error = resolve_host(check, check->settings->peer_address);
    (void)holds(check, error == PGTASK_OK, "the peer's address was not resolved", error);
    until_ms = now_ms(check) + 300;
    do {
        error = connect_once(check, PEER_BLACK_HOLE);
        (void)holds(check, error == PGTASK_WOULD_BLOCK, "not PGTASK_WOULD_BLOCK", error);
        wait_for(check, PGTASK_INTEREST_WRITE, until_ms);
    } while (check->broken == NULL && now_ms(check) < until_ms);
    (void)open_stream(check, PEER_ECHO);
}

static void every_byte_comes_in_order_then_the_end(struct port_check *check)
{
    static size_t const capacities[] = {1, 3, 7, 64, 251, 1000};
    uint8_t bytes[BLOCK_BYTES];
    uint32_t offset = 0;
    enum pgtask_error error = PGTASK_OK;

    if (!open_stream(check, PEER_PATTERN)) {
        return;
    }
    for (size_t turn = 0; error == PGTASK_OK && check->broken == NULL; turn++) {
        size_t received = 0;

        error = receive_some(check, bytes, capacities[turn % 6], &received);
        for (size_t i = 0; i < received && check->broken == NULL; i++) {
            (void)holds(check, bytes[i] == pattern_byte(offset),
                        "a byte was lost, doubled or changed, at", (int64_t)offset);
            offset++;
        }
    }
    (void)holds(check, error == PGTASK_ERROR_CLOSED, "not PGTASK_ERROR_CLOSED at the end", error);
    (void)holds(check, offset == PEER_PATTERN_BYTES, "bytes that came before the end", offset);
}

/* The stream is dropped while bytes are under way; none of them may reach the next connection. */
static void dropped_stream_leaves_nothing_behind(struct port_check *check)
{
    uint8_t bytes[BLOCK_BYTES];

    for (int i = 0; i < 5; i++) {
        if (!open_stream(check, PEER_PATTERN) || !receive_all(check, bytes, 8)) {
            return;
        }
        for (uint32_t at = 0; at < 8; at++) {
            (void)holds(check, bytes[at] == pattern_byte(at),
                        "bytes of the last connection came in this one", bytes[at]);
        }
    }
    if (open_stream(check, PEER_ECHO) && send_all(check, (uint8_t const *)"odd", 3) &&
        receive_all(check, bytes, 3)) {
        (void)holds(check, memcmp(bytes, "odd", 3) == 0, "the echo is another", 0);
    }
}

static void sent_bytes_come_back(struct port_check *check)
{
    uint8_t sent[999];
    uint8_t received[999];

    for (uint32_t i = 0; i < sizeof sent; i++) {
        sent[i] = (uint8_t)(i * 7 + (i >> 8));
    }
    if (!open_stream(check, PEER_ECHO)) {
        return;
    }
    for (size_t length = 1; length <= sizeof sent; length = length * 3 + 1) {
        if (!send_all(check, sent, length) || !receive_all(check, received, length)) {
            return;
        }
        (void)holds(check, memcmp(sent, received, length) == 0, "the echo is another",
                    (int64_t)length);
    }
}

static void nothing_there_is_would_block(struct port_check *check)
{
    uint8_t bytes[16];
    size_t received;

    if (!open_stream(check, PEER_SILENT)) {
        return;
    }
    for (int i = 0; i < 100 && check->broken == NULL; i++) {
        enum pgtask_error const error = receive_once(check, bytes, sizeof bytes, &received);

        (void)holds(check, error == PGTASK_WOULD_BLOCK, "not PGTASK_WOULD_BLOCK", error);
    }
}

/* Sends a block of the pattern from `offset`. With `last`, its first number is PEER_END. */
static bool send_block(struct port_check *check, uint32_t offset, bool last, bool *blocked)
{
    uint8_t block[BLOCK_BYTES];
    size_t const length = last ? 4 : sizeof block;
    size_t done = 0;

    for (uint32_t i = 0; i < sizeof block; i++) {
        block[i] = last ? (uint8_t)PEER_END : pattern_byte(offset + i);
    }
    while (done < length) {
        uint64_t const until_ms = now_ms(check) + check->settings->patience_ms;
        size_t sent = 0;
        enum pgtask_error error = send_once(check, block + done, length - done, &sent);

        if (error == PGTASK_WOULD_BLOCK) {
            *blocked = true;
            wait_for(check, PGTASK_INTEREST_WRITE, until_ms);
            error = send_some(check, block + done, length - done, &sent);
        }
        if (!holds(check, error == PGTASK_OK, "the bytes were not sent", error)) {
            return false;
        }
        done += sent;
    }
    return check->broken == NULL;
}

static void slow_peer_is_waited_for_without_loss(struct port_check *check)
{
    bool blocked = false;
    uint32_t offset = 0;
    uint8_t verdict = 0;

    if (!open_stream(check, PEER_SLOW)) {
        return;
    }
    while (!blocked && offset < MOST_BYTES) {
        if (!send_block(check, offset, false, &blocked)) {
            return;
        }
        offset += BLOCK_BYTES;
    }
    (void)holds(check, blocked, "bytes taken that the peer does not read", offset);
    for (int i = 0; i < 100; i++) {
        if (!send_block(check, offset, false, &blocked)) {
            return;
        }
        offset += BLOCK_BYTES;
    }
    if (send_block(check, offset, true, &blocked) && receive_all(check, &verdict, 1)) {
        (void)holds(check, verdict == PEER_GOOD, "the peer saw bytes lost, doubled or changed",
                    verdict);
    }
}

static void broken_connection_is_reset(struct port_check *check)
{
    uint8_t byte = 0;
    size_t length;
    enum pgtask_error error;

    if (!open_stream(check, PEER_RESET) || !send_all(check, &byte, 1)) {
        return;
    }
    error = receive_some(check, &byte, 1, &length);
    (void)holds(check, error == PGTASK_ERROR_RESET, "not PGTASK_ERROR_RESET from recv", error);
    error = send_some(check, &byte, 1, &length);
    (void)holds(check, error == PGTASK_ERROR_RESET, "not PGTASK_ERROR_RESET from send", error);
    (void)open_stream(check, PEER_ECHO);
}

static void close_is_harmless_when_idle(struct port_check *check)
{
    uint8_t byte = 0;
    size_t length;
    enum pgtask_error error;

    for (int i = 0; i < 3; i++) {
        close_stream(check);
    }
    error = send_once(check, &byte, 1, &length);
    (void)holds(check, error != PGTASK_OK && error != PGTASK_WOULD_BLOCK, "a closed stream sends",
                error);
    error = receive_once(check, &byte, 1, &length);
    (void)holds(check, error != PGTASK_OK && error != PGTASK_WOULD_BLOCK,
                "a closed stream receives", error);
    (void)open_stream(check, PEER_ECHO);
    for (int i = 0; i < 3; i++) {
        close_stream(check);
    }
}

static unsigned open_at_peer(struct port_check *check)
{
    uint8_t status[16] = {0};

    if (open_stream(check, PEER_STATUS)) {
        (void)receive_all(check, status, sizeof status);
    }
    return status[7];
}

static void hundred_connections_leave_none_open(struct port_check *check)
{
    uint64_t until_ms;
    unsigned left;

    for (int i = 0; i < 100 && check->broken == NULL; i++) {
        (void)open_stream(check, PEER_SILENT);
    }
    close_stream(check);
    until_ms = now_ms(check) + check->settings->patience_ms;
    while ((left = open_at_peer(check)) > 0 && check->broken == NULL && now_ms(check) < until_ms) {
        wait_for(check, PGTASK_INTEREST_TIME, now_ms(check) + 50);
    }
    (void)holds(check, left == 0, "connections the peer sees open", left);
}

#if PGTASK_PULSE
/* A computation gives hundreds of pulses, so all of these must fit into the time of one call. */
static void give_pulses(struct port_check *check)
{
    uint64_t const begin_ms = now_ms(check);
    uint64_t took_ms;

    for (int i = 0; i < PULSES; i++) {
        check->port->pulse(check->port->context);
    }
    took_ms = now_ms(check) - begin_ms;
    (void)holds(check, took_ms < check->settings->call_limit_ms, "pulses that take so many ms",
                (int64_t)took_ms);
}

static void pulse_returns_at_once_and_changes_nothing(struct port_check *check)
{
    static uint8_t const sent[] = "before, between and after";
    uint8_t received[sizeof sent];

    give_pulses(check);
    if (!open_stream(check, PEER_ECHO)) {
        return;
    }
    give_pulses(check);
    if (!send_all(check, sent, sizeof sent)) {
        return;
    }
    give_pulses(check);
    if (receive_all(check, received, sizeof received)) {
        (void)holds(check, memcmp(sent, received, sizeof sent) == 0, "the echo is another", 0);
    }
}

struct promise const pulse_promises[] = {
    {"a pulse returns at once and changes nothing", pulse_returns_at_once_and_changes_nothing},
    {NULL, NULL},
};
#endif

struct promise const stream_promises[] = {
    {"a refused connection is an error", refused_connection_is_an_error},
    {"an unanswered connection waits and may be dropped",
     unanswered_connection_waits_and_may_be_dropped},
    {"sent bytes come back", sent_bytes_come_back},
    {"every byte comes in order, then the end", every_byte_comes_in_order_then_the_end},
    {"a dropped stream leaves nothing behind", dropped_stream_leaves_nothing_behind},
    {"nothing there is would-block", nothing_there_is_would_block},
    {"a slow peer is waited for without loss", slow_peer_is_waited_for_without_loss},
    {"a broken connection is reset", broken_connection_is_reset},
    {"close is harmless when idle", close_is_harmless_when_idle},
    {"a hundred connections leave none open", hundred_connections_leave_none_open},
    {NULL, NULL},
};
