/* SPDX-License-Identifier: MIT */
/**
 * @file broken_port.h
 * A port that behaves like another one, except for one defect. It tests the conformance test.
 */
#ifndef PGTASK_TEST_BROKEN_PORT_H
#define PGTASK_TEST_BROKEN_PORT_H

#include <pgtask/port.h>

/** The defect. */
enum defect {
    DEFECT_NONE,
    DEFECT_CLOCK_STANDS,
    DEFECT_CLOCK_RUNS_BACKWARDS,
    DEFECT_CLOCK_COUNTS_TICKS, /**< of 10 ms */
    DEFECT_UNIX_TIME_OFF,      /**< an hour, as local time would be */
    DEFECT_ENTROPY_SHORT,      /**< leaves the last byte */
    DEFECT_ENTROPY_LONG,       /**< writes one byte more */
    DEFECT_ENTROPY_REPEATS,    /**< as a generator seeded with nothing would */
    DEFECT_ENTROPY_FAILS,
    DEFECT_WAIT_LATE,
    DEFECT_WAIT_SPINS,
    DEFECT_WAIT_DEAF, /**< sleeps to the end though bytes came */
    DEFECT_LITERAL_LOOKED_UP,
    DEFECT_NAME_NEVER_FOUND,
    DEFECT_NAME_ALWAYS_FOUND,
    DEFECT_NAME_NEVER_ENDS,
    DEFECT_CONNECT_BLOCKS,
    DEFECT_CONNECT_EARLY,  /**< answers OK while the attempt is under way */
    DEFECT_REFUSED_WAITS,  /**< never says that the connection was refused */
    DEFECT_REFUSED_SILENT, /**< last_failure keeps 0 */
    DEFECT_SEND_DROPS,     /**< claims one byte more than was taken */
    DEFECT_SEND_REPEATS,   /**< claims one byte less */
    DEFECT_SEND_CLAIMS_ALL,
    DEFECT_SEND_ZERO, /**< OK with nothing sent instead of would-block */
    DEFECT_RECV_DROPS,
    DEFECT_RECV_OVERRUNS, /**< writes beyond the capacity */
    DEFECT_RECV_ZERO,     /**< OK with nothing received instead of would-block */
    DEFECT_RECV_BLOCKS,
    DEFECT_END_UNSEEN,        /**< would-block for ever at the end of the stream */
    DEFECT_END_EARLY,         /**< CLOSED while bytes are still there */
    DEFECT_RESET_AS_CLOSED,   /**< a broken connection looks like a good end */
    DEFECT_KEEPS_BYTES,       /**< hands bytes of one connection on in the next */
    DEFECT_FAILURE_FORGOTTEN, /**< takes the address again that has just failed */
    DEFECT_SERVICE_FORGOTTEN, /**< takes another address than the one that has served */
    DEFECT_CLOSE_LEAKS,       /**< leaves connections open */
    DEFECT_CLOSE_FORGETS,     /**< a closed stream seems to be open */
#if PGTASK_PULSE
    DEFECT_PULSE_SLEEPS,
    DEFECT_PULSE_RECEIVES, /**< takes bytes that the library would have got */
#endif
    DEFECTS
};

/** Give `&broken.port` to the conformance test. */
struct broken_port {
    struct pgtask_port port;
    struct pgtask_port const *inner;
    enum defect defect;
    uint64_t calls;
    bool refused;
    bool was_open;
    uint8_t kept;
    bool keeps;
    void (*leak)(void *inner_context); /**< makes the inner port forget its stream, still open */
};

/** Makes `broken` behave like `inner`, except for the defect. */
void broken_port_open(struct broken_port *broken, struct pgtask_port const *inner,
                      enum defect defect);

#endif
