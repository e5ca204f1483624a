/* SPDX-License-Identifier: MIT */
/* The promises about clocks, random bytes, names and waiting. */
#include "check.h"

#include <string.h>

#define RANDOM_BYTES 600u
#define DRAWS        16
#define GUARD        0xa5u

/* Without `wait`, a clock that shows the same time after so many reads stands still. */
#define CLOCK_READS 200000000u

#define YEAR_2100_UNIX_S INT64_C(4102444800)

static void clock_advances(struct port_check *check)
{
    uint64_t const begin_ms = now_ms(check);

    for (uint32_t i = 0; i < CLOCK_READS && now_ms(check) == begin_ms; i++) {
        wait_for(check, PGTASK_INTEREST_TIME, begin_ms + 20);
        if (check->port->wait != NULL && i > 1000) {
            break;
        }
    }
    (void)holds(check, now_ms(check) > begin_ms, "the clock stands still", (int64_t)begin_ms);
    for (int i = 0; i < 10000; i++) {
        (void)now_ms(check);
    }
}

/* The peer measures PEER_PAUSE_MS by its own clock. */
static void clock_counts_milliseconds(struct port_check *check)
{
    uint8_t byte;
    uint64_t begin_ms;
    uint64_t took_ms;

    if (!open_stream(check, PEER_DELAY)) {
        return;
    }
    begin_ms = now_ms(check);
    if (receive_all(check, &byte, 1)) {
        took_ms = now_ms(check) - begin_ms;
        (void)holds(check, took_ms >= PEER_PAUSE_MS / 2 && took_ms <= PEER_PAUSE_MS * 4,
                    "half a second on the peer's clock is another time here", (int64_t)took_ms);
    }
}

static uint64_t big_endian(uint8_t const bytes[8])
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static void wall_clock_is_right_or_unknown(struct port_check *check)
{
    uint8_t status[16];
    int64_t unix_s = 0;
    int64_t off_s;

    if (check->port->unix_time_s == NULL ||
        !check->port->unix_time_s(check->port->context, &unix_s)) {
        return;
    }
    if (holds(check, unix_s > 0 && unix_s < YEAR_2100_UNIX_S, "no such Unix time", unix_s) &&
        open_stream(check, PEER_STATUS) && receive_all(check, status, sizeof status)) {
        off_s = unix_s - (int64_t)big_endian(status + 8);
        (void)holds(check, off_s > -300 && off_s < 300, "seconds off the peer's time", off_s);
    }
}

static void draw(struct port_check *check, uint8_t *bytes, size_t length)
{
    enum pgtask_error const error = check->port->entropy(check->port->context, bytes, length);

    (void)holds(check, error == PGTASK_OK, "no random bytes", error);
}

/* Each of 600 bytes staying 0 in 16 draws has a chance of 600 / 2^128. */
static void random_bytes_fill_the_buffer_and_no_more(struct port_check *check)
{
    static uint8_t seen[RANDOM_BYTES];
    static uint8_t bytes[1 + RANDOM_BYTES + 1];
    bool filled = true;

    memset(seen, 0, sizeof seen);
    for (int i = 0; i < DRAWS; i++) {
        memset(bytes, 0, sizeof bytes);
        bytes[0] = GUARD;
        bytes[RANDOM_BYTES + 1] = GUARD;
        draw(check, bytes + 1, RANDOM_BYTES);
        (void)holds(check, bytes[0] == GUARD && bytes[RANDOM_BYTES + 1] == GUARD,
                    "bytes outside the buffer were written", 0);
        for (size_t j = 0; j < RANDOM_BYTES; j++) {
            seen[j] |= bytes[1 + j];
        }
    }
    for (size_t j = 0; j < RANDOM_BYTES; j++) {
        filled = filled && seen[j] != 0;
    }
    (void)holds(check, filled, "some bytes were never filled", 0);
    bytes[0] = GUARD;
    draw(check, bytes, 0);
    (void)holds(check, bytes[0] == GUARD, "a draw of no bytes wrote one", 0);
}

static void random_bytes_never_repeat(struct port_check *check)
{
    static uint8_t draws[DRAWS][16];

    for (size_t i = 0; i < DRAWS; i++) {
        memset(draws[i], 0, sizeof draws[i]);
        draw(check, draws[i], sizeof draws[i]);
        for (size_t j = 0; j < i; j++) {
            (void)holds(check, memcmp(draws[i], draws[j], sizeof draws[i]) != 0,
                        "16 random bytes came twice", (int64_t)i);
        }
    }
}

static void wait_ends_when_the_time_has_come(struct port_check *check)
{
    static enum pgtask_interest const interests[] = {PGTASK_INTEREST_TIME, PGTASK_INTEREST_READ};
    uint64_t const limit_ms = check->settings->call_limit_ms;

    if (check->port->wait == NULL || !open_stream(check, PEER_SILENT)) {
        return;
    }
    for (size_t i = 0; i < sizeof interests / sizeof interests[0]; i++) {
        uint64_t const begin_ms = now_ms(check);
        uint64_t later_ms;

        wait_for(check, interests[i], 0);
        wait_for(check, interests[i], begin_ms);
        later_ms = now_ms(check);
        (void)holds(check, later_ms - begin_ms <= limit_ms, "a time in the past was waited for",
                    (int64_t)(later_ms - begin_ms));
        wait_for(check, interests[i], later_ms + 200);
        (void)holds(check, now_ms(check) <= later_ms + 200 + limit_ms, "a wait came back late",
                    (int64_t)(now_ms(check) - later_ms));
    }
}

/* Early returns are allowed; a busy loop is not sleep. */
static void wait_sleeps(struct port_check *check)
{
    uint64_t until_ms;
    uint32_t returns = 0;

    if (check->port->wait == NULL || !open_stream(check, PEER_SILENT)) {
        return;
    }
    until_ms = now_ms(check) + 200;
    while (now_ms(check) < until_ms && returns < 2000) {
        wait_for(check, PGTASK_INTEREST_READ, until_ms);
        returns++;
    }
    (void)holds(check, returns < 2000, "returns within 200 ms without a reason", returns);
}

static void wait_ends_when_bytes_come(struct port_check *check)
{
    uint8_t byte;
    size_t received;
    uint64_t begin_ms;
    enum pgtask_error error = PGTASK_WOULD_BLOCK;

    if (check->port->wait == NULL || !open_stream(check, PEER_DELAY)) {
        return;
    }
    begin_ms = now_ms(check);
    while (error == PGTASK_WOULD_BLOCK && check->broken == NULL &&
           now_ms(check) < begin_ms + check->settings->patience_ms) {
        wait_for(check, PGTASK_INTEREST_READ, begin_ms + check->settings->patience_ms);
        error = receive_once(check, &byte, 1, &received);
    }
    (void)holds(check,
                error == PGTASK_OK && now_ms(check) < begin_ms + check->settings->patience_ms,
                "the wait slept through the byte that came", (int64_t)(now_ms(check) - begin_ms));
}

static void address_needs_no_look_up(struct port_check *check)
{
    for (int i = 0; i < 3; i++) {
        enum pgtask_error const error = resolve_once(check, check->settings->peer_address);

        (void)holds(check, error == PGTASK_OK, "an IP literal was not taken at once", error);
    }
}

static void name_is_looked_up_and_connected_to(struct port_check *check)
{
    enum pgtask_error error;
    uint8_t status[16];

    for (int i = 0; i < 2 && check->broken == NULL; i++) {
        close_stream(check);
        error = resolve_host(check, check->settings->peer_name);
        if (holds(check, error == PGTASK_OK, "the peer's name was not resolved", error)) {
            error = connect_to(check, PEER_STATUS);
            (void)holds(check, error == PGTASK_OK, "no connection to the name's address", error);
            (void)receive_all(check, status, sizeof status);
        }
    }
}

static void name_without_address_is_an_error(struct port_check *check)
{
    enum pgtask_error error;

    if (check->settings->missing_name == NULL) {
        return;
    }
    error = resolve_host(check, check->settings->missing_name);
    (void)holds(check, error == PGTASK_ERROR_RESOLVE, "not PGTASK_ERROR_RESOLVE", error);
    error = resolve_host(check, check->settings->peer_name);
    (void)holds(check, error == PGTASK_OK, "a good name failed after a bad one", error);
}

static void look_up_may_be_dropped(struct port_check *check)
{
    uint8_t status[16];

    for (int i = 0; i < 20; i++) {
        (void)resolve_once(check, check->settings->peer_name);
        close_stream(check);
    }
    (void)resolve_once(check, check->settings->peer_name);
    if (open_stream(check, PEER_STATUS)) {
        (void)receive_all(check, status, sizeof status);
    }
}

/* @return the address at which the peer was reached by a new connection to its name; 0: none was */
static uint64_t address_of_next_stream(struct port_check *check)
{
    uint8_t status[24];
    enum pgtask_error error = resolve_host(check, check->settings->pair_name);

    if (holds(check, error == PGTASK_OK, "the name with two addresses was not resolved", error)) {
        error = connect_to(check, PEER_STATUS);
        if (holds(check, error == PGTASK_OK, "no connection to the name's addresses", error) &&
            receive_all(check, status, sizeof status)) {
            return big_endian(status + 16);
        }
    }
    return 0;
}

static void address_that_failed_is_not_the_next(struct port_check *check)
{
    static enum pgtask_error const failures[] = {PGTASK_ERROR_TLS_HANDSHAKE, PGTASK_ERROR_RESET,
                                                 PGTASK_ERROR_STALLED};
    uint64_t address = address_of_next_stream(check);

    for (size_t i = 0; i < sizeof failures / sizeof failures[0] && check->broken == NULL; i++) {
        uint64_t const failed = address;

        drop_stream(check, failures[i]);
        address = address_of_next_stream(check);
        (void)holds(check, address != failed, "the address that failed was taken again after error",
                    failures[i]);
    }
    drop_stream(check, PGTASK_OK);
}

static void address_that_served_is_taken_again(struct port_check *check)
{
    uint64_t const address = address_of_next_stream(check);

    for (int i = 0; i < 4 && check->broken == NULL; i++) {
        drop_stream(check, PGTASK_OK);
        (void)holds(check, address_of_next_stream(check) == address,
                    "another address was taken than the one that served", i);
    }
    drop_stream(check, PGTASK_OK);
}

struct promise const platform_promises[] = {
    {"the clock advances and never runs backwards", clock_advances},
    {"random bytes fill the buffer and no more", random_bytes_fill_the_buffer_and_no_more},
    {"random bytes never repeat", random_bytes_never_repeat},
    {"an address needs no look-up", address_needs_no_look_up},
    {"the clock counts milliseconds", clock_counts_milliseconds},
    {"Unix time is right or unknown", wall_clock_is_right_or_unknown},
    {"a wait ends when the time has come", wait_ends_when_the_time_has_come},
    {"a wait sleeps", wait_sleeps},
    {"a wait ends when bytes come", wait_ends_when_bytes_come},
    {NULL, NULL},
};

struct promise const name_promises[] = {
    {"a name is looked up and connected to", name_is_looked_up_and_connected_to},
    {"a name without an address is an error", name_without_address_is_an_error},
    {"a look-up may be dropped", look_up_may_be_dropped},
    {NULL, NULL},
};

struct promise const pair_promises[] = {
    {"an address that failed is not the next", address_that_failed_is_not_the_next},
    {"an address that served is taken again", address_that_served_is_taken_again},
    {NULL, NULL},
};
