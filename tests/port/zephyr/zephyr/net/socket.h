/* SPDX-License-Identifier: MIT */
/** @file socket.h A stub of Zephyr's, with the names of 4.4, or with STUB_OLD_NAMES those before.
 */
#ifndef STUB_ZEPHYR_SOCKET_H
#define STUB_ZEPHYR_SOCKET_H

#include <stddef.h>
#include <stdint.h>

#if defined(STUB_OLD_NAMES)
#define STUB_NAME(name) name
#define AF_INET         1
#define AF_INET6        2
#define SOCK_STREAM     1
#define IPPROTO_TCP     6
#define SOL_SOCKET      1
#define SO_ERROR        4
#else
#define STUB_NAME(name)  net_##name
#define NET_AF_INET      1
#define NET_AF_INET6     2
#define NET_SOCK_STREAM  1
#define NET_IPPROTO_TCP  6
#define ZSOCK_SOL_SOCKET 1
#define ZSOCK_SO_ERROR   4
#endif

#define ZVFS_F_SETFL    4
#define ZVFS_O_NONBLOCK 0x4000
#define ZSOCK_POLLIN    1
#define ZSOCK_POLLOUT   4

typedef size_t STUB_NAME(socklen_t);
typedef uint16_t STUB_NAME(sa_family_t);

struct STUB_NAME(in_addr) {
    uint8_t s4_addr[4];
};

struct STUB_NAME(in6_addr) {
    uint8_t s6_addr[16];
};

struct STUB_NAME(sockaddr) {
    STUB_NAME(sa_family_t) sa_family;
    uint8_t data[26];
};

struct STUB_NAME(sockaddr_in) {
    STUB_NAME(sa_family_t) sin_family;
    uint16_t sin_port;
    struct STUB_NAME(in_addr) sin_addr;
};

struct STUB_NAME(sockaddr_in6) {
    STUB_NAME(sa_family_t) sin6_family;
    uint16_t sin6_port;
    struct STUB_NAME(in6_addr) sin6_addr;
    uint8_t sin6_scope_id;
};

struct STUB_NAME(sockaddr_storage) {
    STUB_NAME(sa_family_t) ss_family;
    uint8_t data[26];
};

struct zsock_pollfd {
    int fd;
    short events;
    short revents;
};

uint16_t STUB_NAME(htons)(uint16_t number);
int zsock_socket(int family, int type, int proto);
int zsock_fcntl(int sock, int cmd, int flags);
int zsock_close(int sock);
int zsock_connect(int sock, struct STUB_NAME(sockaddr) const *addr, STUB_NAME(socklen_t) addrlen);
long zsock_send(int sock, void const *buf, size_t len, int flags);
long zsock_recv(int sock, void *buf, size_t max_len, int flags);
int zsock_poll(struct zsock_pollfd *fds, int nfds, int timeout);
int zsock_getsockopt(int sock, int level, int optname, void *optval, STUB_NAME(socklen_t) * optlen);
int zsock_inet_pton(int family, char const *src, void *dst);

#endif
