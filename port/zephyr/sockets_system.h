/* SPDX-License-Identifier: MIT */
/** @file sockets_system.h What Zephyr calls what sockets_stream.c uses. */
#ifndef SOCKETS_SYSTEM_H
#define SOCKETS_SYSTEM_H

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/net/socket.h>

/* Zephyr 4.4 has put a prefix before the names of its network. */
#if defined(NET_AF_INET)
typedef struct net_sockaddr sockets_address;
typedef struct net_sockaddr_in sockets_ipv4;
typedef struct net_sockaddr_in6 sockets_ipv6;
typedef struct net_sockaddr_storage sockets_storage;
typedef net_socklen_t sockets_length;
#define SOCKETS_IPV4   NET_AF_INET
#define SOCKETS_IPV6   NET_AF_INET6
#define SOCKETS_STREAM NET_SOCK_STREAM
#define SOCKETS_TCP    NET_IPPROTO_TCP
#define SOCKETS_SOCKET ZSOCK_SOL_SOCKET
#define SOCKETS_ERROR  ZSOCK_SO_ERROR
#define sockets_htons  net_htons
#else
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
#define sockets_htons  htons
#endif

/** Zephyr's own names for its functions. */
#define sockets_inet_pton  zsock_inet_pton
#define sockets_get_option zsock_getsockopt

/** Opens a socket that does not block. @return it, or -1 with errno */
static inline int sockets_open(sockets_storage const *address)
{
    int const descriptor = zsock_socket(address->ss_family, SOCKETS_STREAM, SOCKETS_TCP);

    if (descriptor >= 0 && zsock_fcntl(descriptor, ZVFS_F_SETFL, ZVFS_O_NONBLOCK) != 0) {
        int const failure = errno;

        (void)zsock_close(descriptor);
        errno = failure;
        return -1;
    }
    return descriptor;
}

static inline int sockets_connect(int descriptor, sockets_storage const *address,
                                  sockets_length length)
{
    return zsock_connect(descriptor, (sockets_address const *)address, length);
}

static inline long sockets_send(int descriptor, void const *bytes, size_t length)
{
    return (long)zsock_send(descriptor, bytes, length, 0);
}

static inline long sockets_receive(int descriptor, void *bytes, size_t capacity)
{
    return (long)zsock_recv(descriptor, bytes, capacity, 0);
}

static inline void sockets_close(int descriptor)
{
    (void)zsock_close(descriptor);
}

/** Waits until the socket may be written (or read), or has failed. @return whether it is so */
static inline bool sockets_poll(int descriptor, bool for_writing, int wait_ms)
{
    struct zsock_pollfd one = {.fd = descriptor,
                               .events = for_writing ? ZSOCK_POLLOUT : ZSOCK_POLLIN};

    return zsock_poll(&one, 1, wait_ms) > 0;
}

static inline void sockets_sleep(int wait_ms)
{
    (void)k_msleep(wait_ms);
}

/** @return whether no other address helps either: Zephyr has no socket or buffer left */
static inline bool sockets_is_shortage(int failure)
{
    return failure == ENFILE || failure == EMFILE || failure == ENOBUFS || failure == ENOMEM;
}

#include <sockets_address.h>

#endif
