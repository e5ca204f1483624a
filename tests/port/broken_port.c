/* SPDX-License-Identifier: MIT */
/* The port with a defect: it calls the good port, and spoils what the defect is about. */
#include "broken_port.h"

#include <arpa/inet.h>
#include <string.h>

#define BLOCKING_MS 400u

static bool is(struct broken_port const *broken, enum defect defect)
{
    return broken->defect == defect;
}

static uint64_t inner_ms(struct broken_port const *broken)
{
    return broken->inner->monotonic_ms(broken->inner->context);
}

static void block(struct broken_port *broken)
{
    uint64_t const until_ms = inner_ms(broken) + BLOCKING_MS;

    while (inner_ms(broken) < until_ms) {
        broken->inner->wait(broken->inner->context, PGTASK_INTEREST_TIME, until_ms);
    }
}

static uint64_t monotonic_ms(void *context)
{
    struct broken_port *const broken = context;

    switch (broken->defect) {
    case DEFECT_CLOCK_STANDS: return 1000;
    case DEFECT_CLOCK_RUNS_BACKWARDS: return inner_ms(broken) - (++broken->calls % 1000 == 0);
    case DEFECT_CLOCK_COUNTS_TICKS: return inner_ms(broken) / 10;
    default: return inner_ms(broken);
    }
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    struct broken_port *const broken = context;
    bool const known = broken->inner->unix_time_s(broken->inner->context, unix_s);

    if (is(broken, DEFECT_UNIX_TIME_OFF)) {
        *unix_s += 3600;
    }
    return known;
}

static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    struct broken_port *const broken = context;
    size_t drawn = length;

    switch (broken->defect) {
    case DEFECT_ENTROPY_FAILS: return PGTASK_ERROR_ENTROPY;
    case DEFECT_ENTROPY_REPEATS: memset(bytes, 4, length); return PGTASK_OK;
    case DEFECT_ENTROPY_SHORT: drawn -= drawn > 0; break;
    case DEFECT_ENTROPY_LONG: drawn++; break;
    default: break;
    }
    return broken->inner->entropy(broken->inner->context, bytes, drawn);
}

static bool is_literal(char const *host)
{
    struct in_addr address;

    return inet_pton(AF_INET, host, &address) == 1;
}

static enum pgtask_error resolve(void *context, char const *host)
{
    struct broken_port *const broken = context;

    if (is_literal(host)) {
        if (is(broken, DEFECT_LITERAL_LOOKED_UP) && ++broken->calls % 2 == 1) {
            return PGTASK_WOULD_BLOCK;
        }
    } else if (is(broken, DEFECT_NAME_NEVER_FOUND)) {
        return PGTASK_ERROR_RESOLVE;
    } else if (is(broken, DEFECT_NAME_ALWAYS_FOUND)) {
        return PGTASK_OK;
    } else if (is(broken, DEFECT_NAME_NEVER_ENDS)) {
        return PGTASK_WOULD_BLOCK;
    }
    return broken->inner->resolve(broken->inner->context, host);
}

static enum pgtask_error connect_stream(void *context, uint16_t port_number)
{
    struct broken_port *const broken = context;
    enum pgtask_error error;

    if (is(broken, DEFECT_CONNECT_BLOCKS)) {
        block(broken);
    }
    error = broken->inner->connect(broken->inner->context, port_number);
    if (error == PGTASK_WOULD_BLOCK && is(broken, DEFECT_CONNECT_EARLY)) {
        return PGTASK_OK;
    }
    if (error == PGTASK_ERROR_CONNECT && is(broken, DEFECT_REFUSED_WAITS)) {
        return PGTASK_WOULD_BLOCK;
    }
    broken->was_open = error == PGTASK_OK;
    return error;
}

static enum pgtask_error send_bytes(void *context, uint8_t const *bytes, size_t length,
                                    size_t *sent)
{
    struct broken_port *const broken = context;
    bool const short_of_one = is(broken, DEFECT_SEND_DROPS) && length > 1;
    enum pgtask_error const error = broken->inner->send(broken->inner->context, bytes,
                                                        short_of_one ? length - 1 : length, sent);

    if (error == PGTASK_OK && short_of_one) {
        (*sent)++;
    }
    if (error == PGTASK_OK && is(broken, DEFECT_SEND_REPEATS) && *sent > 1) {
        (*sent)--;
    }
    if (error == PGTASK_WOULD_BLOCK && is(broken, DEFECT_SEND_CLAIMS_ALL)) {
        *sent = length;
        return PGTASK_OK;
    }
    if (error == PGTASK_WOULD_BLOCK && is(broken, DEFECT_SEND_ZERO)) {
        *sent = 0;
        return PGTASK_OK;
    }
    if (error == PGTASK_ERROR_PORT && is(broken, DEFECT_CLOSE_FORGETS)) {
        return PGTASK_WOULD_BLOCK;
    }
    return error;
}

/* The defects of received bytes. */
static enum pgtask_error spoil(struct broken_port *broken, uint8_t *bytes, size_t capacity,
                               size_t *received)
{
    uint8_t dropped;
    size_t ignored;

    broken->calls++;
    switch (broken->defect) {
    case DEFECT_RECV_OVERRUNS: bytes[capacity] = 0; return PGTASK_OK;
    case DEFECT_RECV_DROPS:
        if (broken->calls % 50 == 0) {
            (void)broken->inner->recv(broken->inner->context, &dropped, 1, &ignored);
        }
        return PGTASK_OK;
    case DEFECT_END_EARLY: return broken->calls > 20 ? PGTASK_ERROR_CLOSED : PGTASK_OK;
    case DEFECT_KEEPS_BYTES:
        if (broken->keeps) {
            broken->keeps = false;
            bytes[0] = broken->kept;
        }
        return PGTASK_OK;
    default: (void)received; return PGTASK_OK;
    }
}

static enum pgtask_error receive_bytes(void *context, uint8_t *bytes, size_t capacity,
                                       size_t *received)
{
    struct broken_port *const broken = context;
    enum pgtask_error error;

    if (is(broken, DEFECT_RECV_BLOCKS)) {
        block(broken);
    }
    error = broken->inner->recv(broken->inner->context, bytes, capacity, received);
    switch (error) {
    case PGTASK_OK: return spoil(broken, bytes, capacity, received);
    case PGTASK_WOULD_BLOCK: *received = 0; return is(broken, DEFECT_RECV_ZERO) ? PGTASK_OK : error;
    case PGTASK_ERROR_CLOSED: return is(broken, DEFECT_END_UNSEEN) ? PGTASK_WOULD_BLOCK : error;
    case PGTASK_ERROR_RESET:
        return is(broken, DEFECT_RESET_AS_CLOSED) ? PGTASK_ERROR_CLOSED : error;
    default: return error;
    }
}

static void close_stream(void *context, enum pgtask_error failure)
{
    struct broken_port *const broken = context;
    size_t length = 0;

    if (is(broken, DEFECT_KEEPS_BYTES) && broken->was_open) {
        broken->keeps =
            broken->inner->recv(broken->inner->context, &broken->kept, 1, &length) == PGTASK_OK;
    }
    if (is(broken, DEFECT_CLOSE_LEAKS) && broken->leak != NULL) {
        broken->leak(broken->inner->context);
    }
    broken->was_open = false;
    if (is(broken, DEFECT_FAILURE_FORGOTTEN)) {
        failure = PGTASK_OK;
    }
    if (is(broken, DEFECT_SERVICE_FORGOTTEN)) {
        failure = PGTASK_ERROR_CLOSED;
    }
    broken->inner->close(broken->inner->context, failure);
}

static void wait_until(void *context, enum pgtask_interest interest, uint64_t until_ms)
{
    struct broken_port *const broken = context;

    switch (broken->defect) {
    case DEFECT_WAIT_SPINS: return;
    case DEFECT_WAIT_LATE: block(broken); break;
    case DEFECT_WAIT_DEAF: interest = PGTASK_INTEREST_TIME; break;
    case DEFECT_CLOCK_COUNTS_TICKS: until_ms *= 10; break;
    case DEFECT_CLOCK_STANDS: until_ms = inner_ms(broken) + 1; break;
    default: break;
    }
    broken->inner->wait(broken->inner->context, interest, until_ms);
}

static int32_t last_failure(void *context)
{
    struct broken_port *const broken = context;

    return is(broken, DEFECT_REFUSED_SILENT) ? 0
                                             : broken->inner->last_failure(broken->inner->context);
}

#if PGTASK_PULSE
static void pulse(void *context)
{
    struct broken_port *const broken = context;
    size_t length;

    if (is(broken, DEFECT_PULSE_SLEEPS)) {
        broken->inner->wait(broken->inner->context, PGTASK_INTEREST_TIME, inner_ms(broken) + 2);
    }
    if (is(broken, DEFECT_PULSE_RECEIVES)) {
        broken->inner->wait(broken->inner->context, PGTASK_INTEREST_READ, inner_ms(broken) + 1);
        (void)broken->inner->recv(broken->inner->context, &broken->kept, 1, &length);
    }
}
#endif

void broken_port_open(struct broken_port *broken, struct pgtask_port const *inner,
                      enum defect defect)
{
    memset(broken, 0, sizeof *broken);
    broken->inner = inner;
    broken->defect = defect;
    broken->port = (struct pgtask_port){.context = broken,
                                        .monotonic_ms = monotonic_ms,
                                        .unix_time_s = unix_time_s,
                                        .entropy = entropy,
                                        .resolve = resolve,
                                        .connect = connect_stream,
                                        .send = send_bytes,
                                        .recv = receive_bytes,
                                        .close = close_stream,
                                        .wait = wait_until,
                                        .last_failure = last_failure};
#if PGTASK_PULSE
    broken->port.pulse = pulse;
#endif
}
