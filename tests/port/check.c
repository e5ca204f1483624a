/* SPDX-License-Identifier: MIT */
/* Calls of the port's functions, each timed, with its result checked against <pgtask/port.h>. */
#include "check.h"

#include <string.h>

#define GUARD 0xa5u

bool holds(struct port_check *check, bool good, char const *otherwise, int64_t number)
{
    if (!good && check->broken == NULL) {
        check->broken = otherwise;
        check->number = number;
    }
    return good;
}

uint64_t now_ms(struct port_check *check)
{
    uint64_t const now = check->port->monotonic_ms(check->port->context);

    (void)holds(check, now >= check->last_ms, "the clock ran backwards", (int64_t)now);
    check->last_ms = now;
    return now;
}

static void in_time(struct port_check *check, uint64_t begin_ms, char const *otherwise)
{
    uint64_t const took_ms = now_ms(check) - begin_ms;

    (void)holds(check, took_ms <= check->settings->call_limit_ms, otherwise, (int64_t)took_ms);
}

enum pgtask_error resolve_once(struct port_check *check, char const *host)
{
    uint64_t const begin_ms = now_ms(check);
    enum pgtask_error const error = check->port->resolve(check->port->context, host);

    in_time(check, begin_ms, "resolve blocked, milliseconds");
    (void)holds(check,
                error == PGTASK_OK || error == PGTASK_WOULD_BLOCK ||
                    error == PGTASK_ERROR_RESOLVE || error == PGTASK_ERROR_PORT,
                "resolve gave an answer that is not its own", error);
    return error;
}

enum pgtask_error connect_once(struct port_check *check, enum peer_behaviour behaviour)
{
    uint64_t const begin_ms = now_ms(check);
    uint16_t const number = (uint16_t)(check->settings->first_port + (unsigned)behaviour);
    enum pgtask_error const error = check->port->connect(check->port->context, number);

    in_time(check, begin_ms, "connect blocked, milliseconds");
    (void)holds(check,
                error == PGTASK_OK || error == PGTASK_WOULD_BLOCK ||
                    error == PGTASK_ERROR_CONNECT || error == PGTASK_ERROR_PORT,
                "connect gave an answer that is not its own", error);
    return error;
}

enum pgtask_error send_once(struct port_check *check, uint8_t const *bytes, size_t length,
                            size_t *sent)
{
    uint64_t const begin_ms = now_ms(check);
    enum pgtask_error error;

    *sent = 0;
    error = check->port->send(check->port->context, bytes, length, sent);
    in_time(check, begin_ms, "send blocked, milliseconds");
    (void)holds(check,
                error == PGTASK_OK || error == PGTASK_WOULD_BLOCK || error == PGTASK_ERROR_RESET ||
                    error == PGTASK_ERROR_PORT,
                "send gave an answer that is not its own", error);
    (void)holds(check, error != PGTASK_OK || (*sent >= 1 && *sent <= length),
                "send answered OK with none sent, or more than it was given", (int64_t)*sent);
    return error;
}

/* Receives into a larger buffer, whose other bytes must not change. */
enum pgtask_error receive_once(struct port_check *check, uint8_t *bytes, size_t capacity,
                               size_t *received)
{
    static uint8_t buffer[1100];
    uint64_t const begin_ms = now_ms(check);
    enum pgtask_error error;
    bool inside = true;

    memset(buffer, GUARD, sizeof buffer);
    *received = 0;
    error = check->port->recv(check->port->context, buffer, capacity, received);
    in_time(check, begin_ms, "recv blocked, milliseconds");
    for (size_t i = capacity; i < sizeof buffer; i++) {
        inside = inside && buffer[i] == GUARD;
    }
    (void)holds(check, inside, "recv wrote beyond the capacity", (int64_t)capacity);
    (void)holds(check,
                error == PGTASK_OK || error == PGTASK_WOULD_BLOCK || error == PGTASK_ERROR_CLOSED ||
                    error == PGTASK_ERROR_RESET || error == PGTASK_ERROR_PORT,
                "recv gave an answer that is not its own", error);
    if (error == PGTASK_OK && holds(check, *received >= 1 && *received <= capacity,
                                    "recv answered OK with nothing, or more than there is room for",
                                    (int64_t)*received)) {
        memcpy(bytes, buffer, *received);
    }
    return error;
}

void drop_stream(struct port_check *check, enum pgtask_error failure)
{
    uint64_t const begin_ms = now_ms(check);

    check->port->close(check->port->context, failure);
    in_time(check, begin_ms, "close blocked, milliseconds");
}

void close_stream(struct port_check *check)
{
    drop_stream(check, PGTASK_OK);
}

void wait_for(struct port_check *check, enum pgtask_interest interest, uint64_t until_ms)
{
    if (check->port->wait != NULL) {
        check->port->wait(check->port->context, interest, until_ms);
    }
}

enum pgtask_error resolve_host(struct port_check *check, char const *host)
{
    uint64_t const until_ms = now_ms(check) + check->settings->patience_ms;
    enum pgtask_error error;

    while ((error = resolve_once(check, host)) == PGTASK_WOULD_BLOCK &&
           holds(check, now_ms(check) < until_ms, "resolve never came to an end", 0)) {
        wait_for(check, PGTASK_INTEREST_READ, until_ms);
    }
    return error;
}

enum pgtask_error connect_to(struct port_check *check, enum peer_behaviour behaviour)
{
    uint64_t const until_ms = now_ms(check) + check->settings->patience_ms;
    enum pgtask_error error;

    while ((error = connect_once(check, behaviour)) == PGTASK_WOULD_BLOCK &&
           holds(check, now_ms(check) < until_ms, "connect never came to an end", 0)) {
        wait_for(check, PGTASK_INTEREST_WRITE, until_ms);
    }
    return error;
}

enum pgtask_error send_some(struct port_check *check, uint8_t const *bytes, size_t length,
                            size_t *sent)
{
    uint64_t const until_ms = now_ms(check) + check->settings->patience_ms;
    enum pgtask_error error;

    while ((error = send_once(check, bytes, length, sent)) == PGTASK_WOULD_BLOCK &&
           holds(check, now_ms(check) < until_ms, "send never went on", 0)) {
        wait_for(check, PGTASK_INTEREST_WRITE, until_ms);
    }
    return error;
}

enum pgtask_error receive_some(struct port_check *check, uint8_t *bytes, size_t capacity,
                               size_t *received)
{
    uint64_t const until_ms = now_ms(check) + check->settings->patience_ms;
    enum pgtask_error error;

    while ((error = receive_once(check, bytes, capacity, received)) == PGTASK_WOULD_BLOCK &&
           holds(check, now_ms(check) < until_ms, "nothing was received", 0)) {
        wait_for(check, PGTASK_INTEREST_READ, until_ms);
    }
    return error;
}

bool open_stream(struct port_check *check, enum peer_behaviour behaviour)
{
    enum pgtask_error error;

    if (check->broken != NULL) {
        return false;
    }
    close_stream(check);
    error = resolve_host(check, check->settings->peer_address);
    if (!holds(check, error == PGTASK_OK, "the peer's address was not resolved", error)) {
        return false;
    }
    error = connect_to(check, behaviour);
    return holds(check, error == PGTASK_OK, "no connection to the peer", error);
}

bool send_all(struct port_check *check, uint8_t const *bytes, size_t length)
{
    while (length > 0 && check->broken == NULL) {
        size_t sent = 0;
        enum pgtask_error const error = send_some(check, bytes, length, &sent);

        if (!holds(check, error == PGTASK_OK && sent >= 1 && sent <= length,
                   "the bytes were not sent", error)) {
            return false;
        }
        bytes += sent;
        length -= sent;
    }
    return check->broken == NULL;
}

bool receive_all(struct port_check *check, uint8_t *bytes, size_t length)
{
    while (length > 0 && check->broken == NULL) {
        size_t received = 0;
        enum pgtask_error const error = receive_some(check, bytes, length, &received);

        if (!holds(check, error == PGTASK_OK && received >= 1 && received <= length,
                   "the bytes did not come", error)) {
            return false;
        }
        bytes += received;
        length -= received;
    }
    return check->broken == NULL;
}

uint8_t pattern_byte(uint32_t offset)
{
    return (uint8_t)((offset / 4) >> (24 - offset % 4 * 8));
}
