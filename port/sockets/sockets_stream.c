/* SPDX-License-Identifier: MIT */
/*
 * One TCP stream by non-blocking sockets.
 *
 *     resolve()   fills `addresses`
 *     connect()   tries them in rounds; `left` are still to try in this one, `at` is the one in use
 *     close()     remembers whether the address in use has served (`favourite`)
 *
 * What a system calls its functions and errors is in its sockets_system.h.
 */
#include "pgtask_sockets.h"

#include <errno.h>
#include <string.h>

#define FOREVER_MS UINT64_MAX

static uint64_t now_ms(struct pgtask_sockets const *sockets)
{
    return sockets->system.monotonic_ms();
}

static uint64_t monotonic_ms(void *context)
{
    return now_ms(context);
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    struct pgtask_sockets const *const sockets = context;

    return sockets->system.unix_time_s != NULL && sockets->system.unix_time_s(unix_s);
}

static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    struct pgtask_sockets const *const sockets = context;

    return sockets->system.entropy(bytes, length) ? PGTASK_OK : PGTASK_ERROR_ENTROPY;
}

/* --- Addresses --- */

static bool is_favourite(struct pgtask_sockets const *sockets,
                         struct pgtask_sockets_address const *address)
{
    return now_ms(sockets) < sockets->favourite_until_ms &&
           address->length == sockets->favourite.length &&
           memcmp(&address->storage, &sockets->favourite.storage, sizeof address->storage) == 0;
}

/* An address that goes on serving does not become a favourite anew: its time passes. */
static void remember(struct pgtask_sockets *sockets, struct pgtask_sockets_address const *address)
{
    if (!is_favourite(sockets, address)) {
        sockets->favourite = *address;
        sockets->favourite_until_ms = now_ms(sockets) + PGTASK_SOCKETS_REMEMBER_MS;
    }
}

static uint8_t index_after(struct pgtask_sockets const *sockets, uint8_t index)
{
    return index + 1u < sockets->count ? (uint8_t)(index + 1u) : 0;
}

static void drop_socket(struct pgtask_sockets *sockets)
{
    if (sockets->descriptor >= 0) {
        sockets_close(sockets->descriptor);
    }
    sockets->descriptor = -1;
    sockets->is_connected = false;
    sockets->attempt_until_ms = FOREVER_MS;
}

static void drop_look_up(struct pgtask_sockets *sockets)
{
    if (sockets->is_resolving) {
        sockets->is_resolving = false;
        sockets->system.drop(sockets->system.resolver);
    }
}

static void close_stream(void *context, enum pgtask_error failure)
{
    struct pgtask_sockets *const sockets = context;

    if (sockets->descriptor >= 0 && failure != PGTASK_OK) {
        remember(sockets, &sockets->addresses[index_after(sockets, sockets->at)]);
    }
    drop_look_up(sockets);
    drop_socket(sockets);
}

/* --- Look-up --- */

static enum pgtask_error resolve(void *context, char const *host)
{
    struct pgtask_sockets *const sockets = context;
    size_t count = 0;
    enum pgtask_error error;

    if (!sockets->is_resolving) {
        close_stream(sockets, PGTASK_OK);
        memset(sockets->addresses, 0, sizeof sockets->addresses);
        sockets->count =
            sockets_parse(&sockets->addresses[0].storage, &sockets->addresses[0].length, host) ? 1
                                                                                               : 0;
        if (sockets->count > 0) {
            return PGTASK_OK;
        }
    }
    error = sockets->system.look_up(sockets->system.resolver, host, sockets->addresses, &count,
                                    &sockets->failure);
    sockets->is_resolving = error == PGTASK_WOULD_BLOCK;
    if (error == PGTASK_OK) {
        sockets->count = (uint8_t)count;
    }
    return error;
}

/* --- Connection --- */

static void begin_first_round(struct pgtask_sockets *sockets, uint16_t port_number)
{
    uint8_t first = 0;

    for (uint8_t i = 0; i < sockets->count; i++) {
        sockets_set_port(&sockets->addresses[i].storage, port_number);
        if (is_favourite(sockets, &sockets->addresses[i])) {
            first = i;
        }
    }
    /* try_next() goes on to the address after `at`. */
    sockets->at = first > 0 ? (uint8_t)(first - 1u) : (uint8_t)(sockets->count - 1u);
    sockets->left = sockets->count;
    sockets->round = 1;
    sockets->has_timed_out = false;
}

/* Another round follows if waiting longer may help one of several addresses.
 * @return whether there is an address to try */
static bool has_next(struct pgtask_sockets *sockets)
{
    if (sockets->left > 0) {
        return true;
    }
    if (!sockets->has_timed_out || sockets->round == PGTASK_SOCKETS_CONNECT_ROUNDS) {
        return false;
    }
    sockets->has_timed_out = false;
    sockets->left = sockets->count;
    sockets->round++;
    return true;
}

static enum pgtask_error begin_attempt(struct pgtask_sockets *sockets)
{
    struct pgtask_sockets_address const *const address = &sockets->addresses[sockets->at];
    uint64_t const patience_ms = (uint64_t)PGTASK_SOCKETS_CONNECT_MS << (sockets->round - 1u);

    sockets->descriptor = sockets_open(&address->storage);
    if (sockets->descriptor < 0) {
        sockets->failure = errno;
        return sockets_is_shortage(errno) ? PGTASK_ERROR_PORT : PGTASK_ERROR_CONNECT;
    }
    if (sockets_connect(sockets->descriptor, &address->storage, address->length) == 0) {
        return PGTASK_OK;
    }
    sockets->failure = errno;
    if (errno != EINPROGRESS && errno != EINTR) {
        return PGTASK_ERROR_CONNECT;
    }
    sockets->attempt_until_ms = sockets->count > 1 ? now_ms(sockets) + patience_ms : FOREVER_MS;
    return PGTASK_WOULD_BLOCK;
}

/* Tries one address after the other, until one connects or can be waited for. */
static enum pgtask_error try_next(struct pgtask_sockets *sockets)
{
    while (has_next(sockets)) {
        enum pgtask_error error;

        sockets->left--;
        sockets->at = index_after(sockets, sockets->at);
        error = begin_attempt(sockets);
        if (error == PGTASK_OK) {
            sockets->is_connected = true;
            remember(sockets, &sockets->addresses[sockets->at]);
            return PGTASK_OK;
        }
        if (error == PGTASK_WOULD_BLOCK) {
            return error;
        }
        drop_socket(sockets);
        if (error == PGTASK_ERROR_PORT) {
            return error;
        }
    }
    return PGTASK_ERROR_CONNECT;
}

/* @return PGTASK_OK once it is connected; PGTASK_ERROR_CONNECT: the address has failed */
static enum pgtask_error check_attempt(struct pgtask_sockets *sockets)
{
    if (sockets_poll(sockets->descriptor, true, 0)) {
        int const failure = sockets_error(sockets->descriptor);

        if (failure == 0) {
            return PGTASK_OK;
        }
        sockets->failure = failure;
        return PGTASK_ERROR_CONNECT;
    }
    if (now_ms(sockets) < sockets->attempt_until_ms) {
        return PGTASK_WOULD_BLOCK;
    }
    sockets->failure = ETIMEDOUT;
    sockets->has_timed_out = true;
    return PGTASK_ERROR_CONNECT;
}

static enum pgtask_error connect_stream(void *context, uint16_t port_number)
{
    struct pgtask_sockets *const sockets = context;
    enum pgtask_error error;

    if (sockets->is_connected) {
        return PGTASK_OK;
    }
    if (sockets->count == 0) {
        return PGTASK_ERROR_PORT;
    }
    if (sockets->descriptor < 0) {
        begin_first_round(sockets, port_number);
        return try_next(sockets);
    }
    error = check_attempt(sockets);
    if (error == PGTASK_OK) {
        sockets->is_connected = true;
        sockets->attempt_until_ms = FOREVER_MS;
        remember(sockets, &sockets->addresses[sockets->at]);
    }
    if (error != PGTASK_ERROR_CONNECT) {
        return error;
    }
    drop_socket(sockets);
    return try_next(sockets);
}

/* --- Bytes --- */

static enum pgtask_error stream_failure(struct pgtask_sockets *sockets)
{
    int const failure = errno;

    if (failure == EAGAIN || failure == EWOULDBLOCK || failure == EINTR || failure == ENOBUFS ||
        failure == ENOMEM) {
        return PGTASK_WOULD_BLOCK;
    }
    sockets->failure = failure;
    return failure == EBADF || failure == EINVAL ? PGTASK_ERROR_PORT : PGTASK_ERROR_RESET;
}

static enum pgtask_error send_bytes(void *context, uint8_t const *bytes, size_t length,
                                    size_t *sent)
{
    struct pgtask_sockets *const sockets = context;
    long done;

    if (!sockets->is_connected) {
        return PGTASK_ERROR_PORT;
    }
    done = sockets_send(sockets->descriptor, bytes, length);
    if (done < 0) {
        return stream_failure(sockets);
    }
    *sent = (size_t)done;
    return done > 0 ? PGTASK_OK : PGTASK_WOULD_BLOCK;
}

static enum pgtask_error receive_bytes(void *context, uint8_t *bytes, size_t capacity,
                                       size_t *received)
{
    struct pgtask_sockets *const sockets = context;
    long done;

    if (!sockets->is_connected) {
        return PGTASK_ERROR_PORT;
    }
    done = sockets_receive(sockets->descriptor, bytes, capacity);
    if (done < 0) {
        return stream_failure(sockets);
    }
    *received = (size_t)done;
    return done == 0 ? PGTASK_ERROR_CLOSED : PGTASK_OK;
}

/* --- Waiting --- */

static uint64_t least(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

static void wait_until(void *context, enum pgtask_interest interest, uint64_t until_ms)
{
    struct pgtask_sockets *const sockets = context;
    uint64_t const begin_ms = now_ms(sockets);
    uint64_t end_ms = least(until_ms, sockets->attempt_until_ms);
    int wait_ms;

    if (sockets->is_resolving) {
        end_ms = least(end_ms, begin_ms + PGTASK_SOCKETS_ASK_AGAIN_MS);
    }
    if (end_ms <= begin_ms) {
        return;
    }
    wait_ms = (int)least(end_ms - begin_ms, 60000);
    if (interest == PGTASK_INTEREST_TIME || sockets->descriptor < 0) {
        sockets_sleep(wait_ms);
    } else {
        (void)sockets_poll(sockets->descriptor, interest == PGTASK_INTEREST_WRITE, wait_ms);
    }
}

static int32_t last_failure(void *context)
{
    return ((struct pgtask_sockets const *)context)->failure;
}

#if PGTASK_PULSE
static void pulse(void *context)
{
    ((struct pgtask_sockets const *)context)->system.pulse();
}
#endif

void pgtask_sockets_open(struct pgtask_sockets *sockets, struct pgtask_sockets_system const *system)
{
    memset(sockets, 0, sizeof *sockets);
    sockets->descriptor = -1;
    sockets->attempt_until_ms = FOREVER_MS;
    sockets->system = *system;
    sockets->port = (struct pgtask_port){.context = sockets,
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
    sockets->port.pulse = system->pulse != NULL ? pulse : NULL;
#endif
}
