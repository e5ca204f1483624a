/* SPDX-License-Identifier: MIT */
/*
 * The port for POSIX systems: one non-blocking socket, clocks and random bytes.
 *
 * `descriptor` is the socket, or the pipe of a look-up under way (posix_private.h), or -1.
 */
#include "pgtask_posix.h"
#include "posix_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/random.h>
#endif

/* When the peer is gone, the port reports an error; SIGPIPE would end the program. */
#if defined(MSG_NOSIGNAL)
#define SEND_FLAGS MSG_NOSIGNAL
#else
#define SEND_FLAGS 0
#endif

#define FOREVER_MS UINT64_MAX

static uint64_t monotonic_ms(void *context)
{
    struct timespec now = {0, 0};

    (void)context;
#if defined(CLOCK_BOOTTIME)
    if (clock_gettime(CLOCK_BOOTTIME, &now) == 0) {
        return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    }
#endif
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    struct timespec now;

    (void)context;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec <= 0) {
        return false;
    }
    *unix_s = now.tv_sec;
    return true;
}

static bool read_device(uint8_t *bytes, size_t length)
{
    int const device = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    size_t done = 0;

    if (device < 0) {
        return false;
    }
    while (done < length) {
        ssize_t const got = read(device, bytes + done, length - done);

        if (got > 0) {
            done += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            break;
        }
    }
    (void)close(device);
    return done == length;
}

static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    struct pgtask_posix *const posix = context;
    bool filled = false;

#if defined(__linux__)
    size_t done = 0;

    /* getrandom() comes first: early after boot the device answers before the kernel has entropy.
     */
    while (done < length) {
        ssize_t const got = getrandom(bytes + done, length - done, GRND_NONBLOCK);

        if (got > 0) {
            done += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            break;
        }
    }
    filled = done == length || (errno == ENOSYS && read_device(bytes, length));
#else
    filled = read_device(bytes, length);
#endif
    if (!filled) {
        posix->last_failure = errno;
        return PGTASK_ERROR_ENTROPY;
    }
    return PGTASK_OK;
}

static uint64_t now_ms(struct pgtask_posix const *posix)
{
    return posix->port.monotonic_ms(posix->port.context);
}

static bool is_same_address(struct pgtask_posix_address const *one,
                            struct pgtask_posix_address const *other)
{
    return one->length == other->length && memcmp(&one->storage, &other->storage, one->length) == 0;
}

/* The address of the attempt with this number; the first has number 0. */
static struct pgtask_posix_address *address_of(struct pgtask_posix *posix, size_t attempt)
{
    return &posix->addresses[(posix->first + attempt) % posix->address_count];
}

static bool has_favourite(struct pgtask_posix const *posix)
{
    return posix->favourite.length > 0 && now_ms(posix) < posix->favourite_until_ms;
}

/* An address that goes on serving does not become a favourite anew: its time passes. */
static void remember(struct pgtask_posix *posix, struct pgtask_posix_address const *address)
{
    if (!has_favourite(posix) || !is_same_address(&posix->favourite, address)) {
        posix->favourite = *address;
        posix->favourite_until_ms = now_ms(posix) + PGTASK_POSIX_REMEMBER_MS;
    }
}

static void drop_socket(struct pgtask_posix *posix)
{
    if (posix->descriptor >= 0) {
        (void)close(posix->descriptor);
        posix->descriptor = -1;
    }
    posix->attempt_until_ms = FOREVER_MS;
}

static void close_stream(void *context, enum pgtask_error failure)
{
    struct pgtask_posix *const posix = context;

    pgtaski_posix_end_resolve(posix);
    if (posix->descriptor >= 0 && failure != PGTASK_OK) {
        remember(posix, address_of(posix, posix->attempts));
    }
    drop_socket(posix);
}

static int open_socket(int family)
{
    int const descriptor = socket(family, SOCK_STREAM, 0);
    int const on = 1;

    if (descriptor < 0) {
        return -1;
    }
    if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) {
        int const failure = errno;

        (void)close(descriptor);
        errno = failure;
        return -1;
    }
    /* Requests are written whole, so waiting for more bytes would only cost time. */
    (void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#if defined(SO_NOSIGPIPE)
    (void)setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    return descriptor;
}

static void set_port_number(struct pgtask_posix_address *address, uint16_t port_number)
{
    if (address->storage.ss_family == AF_INET6) {
        ((struct sockaddr_in6 *)&address->storage)->sin6_port = htons(port_number);
    } else {
        ((struct sockaddr_in *)&address->storage)->sin_port = htons(port_number);
    }
}

/* The system has no socket left, so no other address helps either. */
static bool is_shortage(int failure)
{
    return failure == EMFILE || failure == ENFILE || failure == ENOBUFS || failure == ENOMEM;
}

static void begin_first_round(struct pgtask_posix *posix, uint16_t port_number)
{
    posix->first = 0;
    posix->has_timed_out = false;
    for (size_t i = 0; i < posix->address_count; i++) {
        set_port_number(&posix->addresses[i], port_number);
        if (has_favourite(posix) && is_same_address(&posix->addresses[i], &posix->favourite)) {
            posix->first = i;
        }
    }
}

/* Another round follows if there are several addresses, and waiting longer may help one of them.
 * @return whether there is an address to try */
static bool has_next(struct pgtask_posix *posix)
{
    size_t const count = posix->address_count;

    if (posix->attempts == 0 || posix->attempts % count > 0) {
        return count > 0;
    }
    if (!posix->has_timed_out || posix->attempts == count * PGTASK_POSIX_CONNECT_ROUNDS) {
        return false;
    }
    posix->has_timed_out = false;
    return true;
}

static uint64_t attempt_end_ms(struct pgtask_posix const *posix)
{
    size_t const round = posix->attempts / posix->address_count;

    return posix->address_count == 1 ? FOREVER_MS
                                     : now_ms(posix) + ((uint64_t)PGTASK_POSIX_CONNECT_MS << round);
}

/* Tries one address after the other, until one connects or can be waited for. */
static enum pgtask_error try_next(struct pgtask_posix *posix)
{
    while (has_next(posix)) {
        uint64_t const end_ms = attempt_end_ms(posix);
        struct pgtask_posix_address const *const address = address_of(posix, posix->attempts++);

        posix->descriptor = open_socket(address->storage.ss_family);
        if (posix->descriptor < 0 && is_shortage(errno)) {
            posix->last_failure = errno;
            return PGTASK_ERROR_PORT;
        }
        if (posix->descriptor >= 0) {
            if (connect(posix->descriptor, (struct sockaddr const *)&address->storage,
                        address->length) == 0) {
                remember(posix, address);
                return PGTASK_OK;
            }
            if (errno == EINPROGRESS || errno == EINTR) {
                posix->attempt_until_ms = end_ms;
                return PGTASK_WOULD_BLOCK;
            }
        }
        posix->last_failure = errno;
        drop_socket(posix);
    }
    return PGTASK_ERROR_CONNECT;
}

/* Returns 0 once connected, EINPROGRESS, or the errno of the failed attempt. */
static int attempt_result(struct pgtask_posix *posix)
{
    struct pollfd ready = {.fd = posix->descriptor, .events = POLLOUT};
    int failure = 0;
    socklen_t length = sizeof failure;

    if (poll(&ready, 1, 0) <= 0) {
        if (now_ms(posix) < posix->attempt_until_ms) {
            return EINPROGRESS;
        }
        posix->has_timed_out = true;
        return ETIMEDOUT;
    }
    return getsockopt(posix->descriptor, SOL_SOCKET, SO_ERROR, &failure, &length) == 0 ? failure
                                                                                       : errno;
}

static enum pgtask_error connect_stream(void *context, uint16_t port_number)
{
    struct pgtask_posix *const posix = context;
    int failure;

    if (posix->resolving) {
        return PGTASK_ERROR_PORT;
    }
    if (posix->descriptor < 0) {
        if (posix->attempts == 0) {
            begin_first_round(posix, port_number);
        }
        return try_next(posix);
    }
    failure = attempt_result(posix);
    if (failure == EINPROGRESS) {
        return PGTASK_WOULD_BLOCK;
    }
    posix->attempt_until_ms = FOREVER_MS;
    if (failure == 0) {
        remember(posix, address_of(posix, posix->attempts - 1));
        return PGTASK_OK;
    }
    posix->last_failure = failure;
    drop_socket(posix);
    return try_next(posix);
}

static enum pgtask_error stream_failure(struct pgtask_posix *posix)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        return PGTASK_WOULD_BLOCK;
    }
    posix->last_failure = errno;
    return errno == EBADF || errno == ENOTSOCK || errno == EINVAL ? PGTASK_ERROR_PORT
                                                                  : PGTASK_ERROR_RESET;
}

static enum pgtask_error send_bytes(void *context, uint8_t const *bytes, size_t length,
                                    size_t *sent)
{
    struct pgtask_posix *const posix = context;
    ssize_t const done = send(posix->descriptor, bytes, length, SEND_FLAGS);

    if (done < 0) {
        return stream_failure(posix);
    }
    *sent = (size_t)done;
    return PGTASK_OK;
}

static enum pgtask_error receive_bytes(void *context, uint8_t *bytes, size_t capacity,
                                       size_t *received)
{
    struct pgtask_posix *const posix = context;
    ssize_t const done = recv(posix->descriptor, bytes, capacity, 0);

    if (done < 0) {
        return stream_failure(posix);
    }
    *received = (size_t)done;
    return done == 0 ? PGTASK_ERROR_CLOSED : PGTASK_OK;
}

static void wait_until(void *context, enum pgtask_interest interest, uint64_t until_ms)
{
    struct pgtask_posix *const posix = context;
    struct pollfd stream = {.fd = posix->descriptor,
                            .events = interest == PGTASK_INTEREST_READ ? POLLIN : POLLOUT};
    bool const has_stream = interest != PGTASK_INTEREST_TIME && posix->descriptor >= 0;
    uint64_t const start_ms = now_ms(posix);
    uint64_t const end_ms = until_ms < posix->attempt_until_ms ? until_ms : posix->attempt_until_ms;
    uint64_t const left_ms = end_ms > start_ms ? end_ms - start_ms : 0;

    (void)poll(&stream, has_stream ? 1 : 0, left_ms < INT_MAX ? (int)left_ms : INT_MAX);
}

static int32_t last_failure(void *context)
{
    return ((struct pgtask_posix const *)context)->last_failure;
}

void pgtask_posix_open(struct pgtask_posix *posix)
{
    memset(posix, 0, sizeof *posix);
    posix->descriptor = -1;
    posix->resolver = -1;
    posix->attempt_until_ms = FOREVER_MS;
    posix->port = (struct pgtask_port){.context = posix,
                                       .monotonic_ms = monotonic_ms,
                                       .unix_time_s = unix_time_s,
                                       .entropy = entropy,
                                       .resolve = pgtaski_posix_resolve,
                                       .connect = connect_stream,
                                       .send = send_bytes,
                                       .recv = receive_bytes,
                                       .close = close_stream,
                                       .wait = wait_until,
                                       .last_failure = last_failure};
}

void pgtask_posix_use_resolver(struct pgtask_posix *posix,
                               struct pgtask_posix_resolver const *resolver)
{
    static struct pgtask_posix_resolver const none = {.look_up = NULL};

    pgtaski_posix_end_resolve(posix);
    posix->own = resolver != NULL ? *resolver : none;
}

void pgtask_posix_close(struct pgtask_posix *posix)
{
    close_stream(posix, PGTASK_OK);
}

uint64_t pgtask_posix_until_ms(struct pgtask_posix const *posix)
{
    return posix->attempt_until_ms;
}

int pgtask_posix_descriptor(struct pgtask_posix const *posix)
{
    return posix->descriptor;
}
