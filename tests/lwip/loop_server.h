/* SPDX-License-Identifier: MIT */
/** @file loop_server.h The other end of the stream: a server over the same lwIP, one at a time. */
#ifndef PGTASK_LOOP_SERVER_H
#define PGTASK_LOOP_SERVER_H

#include <stdint.h>

/** Where it listens; nobody listens on the next port. */
#define LOOP_SERVER_PORT 4443

enum loop_server_ending {
    LOOP_SERVER_ECHO,  /**< sends nothing of its own, and back what it gets */
    LOOP_SERVER_CLOSE, /**< closes after the last byte */
    LOOP_SERVER_ABORT  /**< breaks the connection once it is sent something */
};

/** What it does with the next connection. */
struct loop_server {
    enum loop_server_ending ending;
    uint32_t length;   /**< bytes to send: loop_server_byte() of each number */
    uint32_t sent;     /**< handed to lwIP so far */
    uint32_t arrived;  /**< of them, as the other end has acknowledged */
    uint32_t accepted; /**< connections so far */
};

extern struct loop_server loop_server;

/** @return byte number `at` of what the server sends */
uint8_t loop_server_byte(uint32_t at);

/** Starts to listen. Once, after lwip_init(). */
void loop_server_start(void);

#endif
