/* SPDX-License-Identifier: MIT */
/**
 * @file fault_port.h
 * A port that does what another port does, except for one fault at a chosen call.
 */
#ifndef PGTASK_TEST_FAULT_PORT_H
#define PGTASK_TEST_FAULT_PORT_H

#include <pgtask/port.h>

/** The calls that are counted, and can fail. */
enum fault_call {
    FAULT_RESOLVE,
    FAULT_CONNECT,
    FAULT_SEND,
    FAULT_RECV,
    FAULT_ENTROPY,
    FAULT_CLOCK,
    FAULT_CALLS
};

/** What goes wrong. All zero: nothing. */
struct fault {
    enum fault_call call;
    uint32_t at;             /**< number of the call of that kind, from 1; 0: no fault */
    uint32_t times;          /**< calls in a row */
    enum pgtask_error error; /**< their result; PGTASK_OK: one byte is sent or received */
    uint64_t jump_ms;        /**< for FAULT_CLOCK: the clock jumps by this, and stays there */
};

/** Give `&faulty.port` to the client, and read the other members. */
struct fault_port {
    struct pgtask_port port;
    struct pgtask_port const *inner;
    struct fault fault;
    uint32_t calls[FAULT_CALLS]; /**< since the fault was set */
    uint32_t injected;           /**< calls that went wrong */
    uint64_t jumped_ms;
    bool blocked; /**< the last call returned PGTASK_WOULD_BLOCK without a reason */
};

/** Makes `faulty` do what `inner` does. */
void fault_port_open(struct fault_port *faulty, struct pgtask_port const *inner);

/** Sets the next fault, and counts from here on. */
void fault_port_set(struct fault_port *faulty, struct fault const *fault);

#endif
