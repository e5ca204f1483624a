/* SPDX-License-Identifier: MIT */
/* The port for a module with AT commands: the functions of port.h over the dialogue. */
#include "at_private.h"

#include <string.h>

static uint64_t monotonic_ms(void *context)
{
    struct pgtask_at const *const at = context;

    return at->platform.monotonic_ms(at->platform.context);
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    struct pgtask_at const *const at = context;

    return at->platform.unix_time_s != NULL &&
           at->platform.unix_time_s(at->platform.context, unix_s);
}

static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    struct pgtask_at const *const at = context;

    return at->platform.entropy(at->platform.context, bytes, length) ? PGTASK_OK
                                                                     : PGTASK_ERROR_ENTROPY;
}

/* Nothing but the characters of a name or an address may reach the module's command line. */
static bool is_host(char const *host)
{
    static char const allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    size_t const length = strlen(host);

    return length > 0 && length < PGTASK_AT_HOST_BYTES && strspn(host, allowed) == length;
}

static bool is_ipv4(char const *host)
{
    return strspn(host, "0123456789.") == strlen(host) && strlen(host) < sizeof "255.255.255.255";
}

static enum pgtask_error begin_look_up(struct pgtask_at *at, char const *host)
{
    enum pgtask_error error;

    if (!is_host(host)) {
        at->failure = PGTASK_AT_FAILURE_NAME;
        return PGTASK_ERROR_RESOLVE;
    }
    if (is_ipv4(host)) {
        memcpy(at->address, host, strlen(host) + 1);
        at->state = PGTASK_AT_RESOLVED;
        return PGTASK_OK;
    }
    error = pgtaski_at_make_ready(at);
    if (error == PGTASK_OK) {
        at->address[0] = '\0';
        at->state = PGTASK_AT_RESOLVING;
        pgtaski_at_begin(at, PGTASK_AT_LOOK_UP, host, 0);
        pgtaski_at_turn(at);
        return PGTASK_WOULD_BLOCK;
    }
    return error;
}

static enum pgtask_error resolve(void *context, char const *host)
{
    struct pgtask_at *const at = context;

    pgtaski_at_turn(at);
    switch (at->state) {
    case PGTASK_AT_IDLE:
    case PGTASK_AT_RESOLVED: return begin_look_up(at, host);
    case PGTASK_AT_RESOLVING: return PGTASK_WOULD_BLOCK;
    case PGTASK_AT_ANSWERED: at->state = PGTASK_AT_RESOLVED; return PGTASK_OK;
    default: break;
    }
    at->state = PGTASK_AT_IDLE;
    return at->failure == PGTASK_AT_FAILURE_NAME ? PGTASK_ERROR_RESOLVE : PGTASK_ERROR_PORT;
}

static enum pgtask_error begin_connect(struct pgtask_at *at, uint16_t port_number)
{
    enum pgtask_error const error = pgtaski_at_make_ready(at);

    if (error != PGTASK_OK) {
        return error;
    }
    at->state = PGTASK_AT_CONNECTING;
    at->peer_closed = false;
    at->may_have_bytes = false;
    at->in_length = at->in_at = 0;
    pgtaski_at_begin(at, PGTASK_AT_CONNECT, at->address, port_number);
    pgtaski_at_turn(at);
    return PGTASK_WOULD_BLOCK;
}

static enum pgtask_error connect_stream(void *context, uint16_t port_number)
{
    struct pgtask_at *const at = context;

    pgtaski_at_turn(at);
    switch (at->state) {
    case PGTASK_AT_RESOLVED: return begin_connect(at, port_number);
    case PGTASK_AT_CONNECTING: return PGTASK_WOULD_BLOCK;
    case PGTASK_AT_CONNECTED: return PGTASK_OK;
    case PGTASK_AT_BROKEN:
        return at->failure == PGTASK_AT_FAILURE_CONNECT ? PGTASK_ERROR_CONNECT : PGTASK_ERROR_PORT;
    default: return PGTASK_ERROR_PORT;
    }
}

/* What the state means for a stream that can move no byte now. */
static enum pgtask_error stream_state(struct pgtask_at const *at)
{
    switch (at->state) {
    case PGTASK_AT_CONNECTED: return PGTASK_WOULD_BLOCK;
    case PGTASK_AT_BROKEN: return PGTASK_ERROR_RESET;
    default: return PGTASK_ERROR_PORT;
    }
}

static enum pgtask_error send_bytes(void *context, uint8_t const *bytes, size_t length,
                                    size_t *sent)
{
    struct pgtask_at *const at = context;
    size_t const part = length < sizeof at->out ? length : sizeof at->out;

    pgtaski_at_turn(at);
    if (at->state != PGTASK_AT_CONNECTED || at->command != PGTASK_AT_NONE) {
        return stream_state(at);
    }
    if (at->peer_closed) {
        return PGTASK_ERROR_RESET;
    }
    memcpy(at->out, bytes, part);
    at->out_length = part;
    at->out_at = 0;
    pgtaski_at_begin(at, PGTASK_AT_SEND, NULL, (uint32_t)part);
    pgtaski_at_turn(at);
    *sent = part;
    return PGTASK_OK;
}

/* Asks the module for bytes if it may keep some and can take a command. */
static void ask_for_bytes(struct pgtask_at *at)
{
    if (at->state == PGTASK_AT_CONNECTED && at->command == PGTASK_AT_NONE && at->may_have_bytes &&
        at->in_at == at->in_length) {
        at->in_length = at->in_at = 0;
        pgtaski_at_begin(at, PGTASK_AT_RECEIVE, NULL, sizeof at->in);
        pgtaski_at_turn(at);
    }
}

/* The bytes of an answer may be taken before its last line has come. */
static enum pgtask_error receive_bytes(void *context, uint8_t *bytes, size_t capacity,
                                       size_t *received)
{
    struct pgtask_at *const at = context;
    size_t part;

    pgtaski_at_turn(at);
    ask_for_bytes(at);
    part = at->in_length - at->in_at;
    if (part > 0) {
        part = part < capacity ? part : capacity;
        memcpy(bytes, at->in + at->in_at, part);
        at->in_at += part;
        *received = part;
        return PGTASK_OK;
    }
    return at->state == PGTASK_AT_CONNECTED && at->peer_closed && !at->may_have_bytes
               ? PGTASK_ERROR_CLOSED
               : stream_state(at);
}

/* If the module is still at work, it closes its connection later: see pgtaski_at_make_ready(). */
static void close_stream(void *context, enum pgtask_error failure)
{
    struct pgtask_at *const at = context;

    (void)failure; /* the module tells one address, so there is no other to begin with */
    at->state = PGTASK_AT_IDLE;
    at->is_abandoned = true;
    at->in_length = at->in_at = 0;
    at->peer_closed = false;
    at->may_have_bytes = false;
    if (at->has_link && at->command == PGTASK_AT_NONE) {
        pgtaski_at_begin(at, PGTASK_AT_CLOSE, NULL, 0);
        pgtaski_at_turn(at);
    }
}

/* Whether a call that waits for `interest` has something to do. */
static bool is_ready(struct pgtask_at const *at, enum pgtask_interest interest)
{
    bool const is_idle = at->command == PGTASK_AT_NONE;

    if (interest == PGTASK_INTEREST_TIME) {
        return false;
    }
    if (at->state != PGTASK_AT_CONNECTED || interest == PGTASK_INTEREST_WRITE) {
        return is_idle;
    }
    return at->in_at < at->in_length || (is_idle && (at->may_have_bytes || at->peer_closed));
}

static void wait_until(void *context, enum pgtask_interest interest, uint64_t until_ms)
{
    struct pgtask_at *const at = context;

    if (at->platform.wait == NULL) {
        return;
    }
    for (;;) {
        pgtaski_at_turn(at);
        if (is_ready(at, interest) || monotonic_ms(at) >= until_ms) {
            return;
        }
        at->platform.wait(at->platform.context, until_ms);
    }
}

static int32_t last_failure(void *context)
{
    return (int32_t)((struct pgtask_at const *)context)->failure;
}

#if PGTASK_PULSE
static void pulse(void *context)
{
    struct pgtask_at const *const at = context;

    at->platform.pulse(at->platform.context);
}
#endif

void pgtask_at_open(struct pgtask_at *at, struct pgtask_at_platform const *platform)
{
    memset(at, 0, sizeof *at);
    at->platform = *platform;
    at->port = (struct pgtask_port){.context = at,
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
    at->port.pulse = platform->pulse != NULL ? pulse : NULL;
#endif
}
