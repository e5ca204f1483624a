/* SPDX-License-Identifier: MIT */
/** @file lwipopts.h lwIP with sockets under an RTOS, as ESP-IDF has it, to compile port/esp-idf. */
#ifndef PGTASK_TEST_LWIPOPTS_H
#define PGTASK_TEST_LWIPOPTS_H

#define NO_SYS                  0
#define LWIP_SOCKET             1
#define LWIP_NETCONN            1
#define LWIP_COMPAT_SOCKETS     1
#define LWIP_DNS                1
#define LWIP_IPV4               1
#define LWIP_IPV6               1
#define LWIP_TIMEVAL_PRIVATE    0
#define LWIP_ERRNO_STDINCLUDE   1
#define LWIP_TCPIP_CORE_LOCKING 0

#include <sys/time.h>

#endif
