/* SPDX-License-Identifier: MIT */
/** @file sockets_system.h What ESP-IDF's lwIP calls what sockets_stream.c uses. */
#ifndef SOCKETS_SYSTEM_H
#define SOCKETS_SYSTEM_H

#include <errno.h>
#include <fcntl.h> /* its O_NONBLOCK is that of ESP-IDF's lwIP */
#include <stdbool.h>
#include <string.h>

#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <lwip/netdb.h>
#include <lwip/sockets.h>

typedef struct sockaddr sockets_address;
typedef struct sockaddr_in sockets_ipv4;
typedef struct sockaddr_in6 sockets_ipv6;
typedef struct sockaddr_storage sockets_storage;
typedef socklen_t sockets_length;
#define SOCKETS_IPV4   AF_INET
#define SOCKETS_IPV6   AF_INET6
#define SOCKETS_STREAM SOCK_STREAM
#define SOCKETS_TCP    IPPROTO_TCP
#define SOCKETS_SOCKET SOL_SOCKET
#define SOCKETS_ERROR  SO_ERROR
#define sockets_htons  lwip_htons

/** lwIP's own names for its functions; ESP-IDF gives its socket numbers to everybody. */
#define sockets_inet_pton  lwip_inet_pton
#define sockets_get_option lwip_getsockopt

/** Opens a socket that does not block. @return it, or -1 with errno */
static inline int sockets_open(sockets_storage const *address)
{
    int const descriptor = lwip_socket(address->ss_family, SOCKETS_STREAM, SOCKETS_TCP);
    int const on = 1;

    if (descriptor >= 0 && lwip_fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) {
        int const failure = errno;

        (void)lwip_close(descriptor);
        errno = failure;
        return -1;
    }
    /* Requests are written whole, so waiting for more bytes would only cost time. */
    (void)lwip_setsockopt(descriptor, SOCKETS_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

static inline int sockets_connect(int descriptor, sockets_storage const *address,
                                  sockets_length length)
{
    return lwip_connect(descriptor, (sockets_address const *)address, length);
}

static inline long sockets_send(int descriptor, void const *bytes, size_t length)
{
    return (long)lwip_send(descriptor, bytes, length, 0);
}

static inline long sockets_receive(int descriptor, void *bytes, size_t capacity)
{
    return (long)lwip_recv(descriptor, bytes, capacity, 0);
}

static inline void sockets_close(int descriptor)
{
    (void)lwip_close(descriptor);
}

/** Waits until the socket may be written (or read), or has failed. @return whether it is so */
static inline bool sockets_poll(int descriptor, bool for_writing, int wait_ms)
{
    struct pollfd one = {.fd = descriptor, .events = for_writing ? POLLOUT : POLLIN};

    return lwip_poll(&one, 1, wait_ms) > 0;
}

/** Sleeps for a tick at least. */
static inline void sockets_sleep(int wait_ms)
{
    TickType_t const ticks = pdMS_TO_TICKS((TickType_t)wait_ms);

    vTaskDelay(ticks > 0 ? ticks : 1);
}

/** @return whether no other address helps either: lwIP has no socket or memory left */
static inline bool sockets_is_shortage(int failure)
{
    return failure == ENFILE || failure == EMFILE || failure == ENOBUFS || failure == ENOMEM;
}

#include <sockets_address.h>

#endif
