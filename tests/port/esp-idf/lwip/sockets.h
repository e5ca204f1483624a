/* SPDX-License-Identifier: MIT */
/** @file sockets.h A stub of lwIP's: the sockets of this machine under lwIP's names. */
#ifndef STUB_LWIP_SOCKETS_H
#define STUB_LWIP_SOCKETS_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define lwip_htons                         htons
#define lwip_inet_pton                     inet_pton
#define lwip_socket                        socket
#define lwip_fcntl                         fcntl
#define lwip_connect                       connect
#define lwip_send(socket, bytes, size, on) send(socket, bytes, size, (on) | MSG_NOSIGNAL)
#define lwip_recv                          recv
#define lwip_close                         close
#define lwip_poll                          poll
#define lwip_getsockopt                    getsockopt
#define lwip_setsockopt                    setsockopt

#endif
