/* SPDX-License-Identifier: MIT */
/** @file check.h One run of the conformance test; only its own files use this header. */
#ifndef PGTASK_TEST_PORT_CHECK_H
#define PGTASK_TEST_PORT_CHECK_H

#include "conformance.h"

struct port_check {
    struct port_check_settings const *settings;
    struct pgtask_port const *port;
    uint64_t last_ms; /**< latest time seen */
    char const *broken;
    int64_t number;
};

/** One promise, and the check that finds it broken. */
struct promise {
    char const *text;
    void (*check)(struct port_check *check);
};

extern struct promise const platform_promises[];
extern struct promise const name_promises[];
extern struct promise const pair_promises[];
extern struct promise const stream_promises[];
#if PGTASK_PULSE
extern struct promise const pulse_promises[];
#endif

/** Notes the first thing that is wrong unless `good`. @return `good` */
bool holds(struct port_check *check, bool good, char const *otherwise, int64_t number);

/** These call the port's functions, measure the time, and check that the result is allowed. */
uint64_t now_ms(struct port_check *check);
enum pgtask_error resolve_once(struct port_check *check, char const *host);
enum pgtask_error connect_once(struct port_check *check, enum peer_behaviour behaviour);
enum pgtask_error send_once(struct port_check *check, uint8_t const *bytes, size_t length,
                            size_t *sent);
enum pgtask_error receive_once(struct port_check *check, uint8_t *bytes, size_t capacity,
                               size_t *received);
void drop_stream(struct port_check *check, enum pgtask_error failure);
void close_stream(struct port_check *check);
void wait_for(struct port_check *check, enum pgtask_interest interest, uint64_t until_ms);

/** These do the same again and again, until the result is not PGTASK_WOULD_BLOCK. */
enum pgtask_error resolve_host(struct port_check *check, char const *host);
enum pgtask_error connect_to(struct port_check *check, enum peer_behaviour behaviour);
enum pgtask_error send_some(struct port_check *check, uint8_t const *bytes, size_t length,
                            size_t *sent);
enum pgtask_error receive_some(struct port_check *check, uint8_t *bytes, size_t capacity,
                               size_t *received);

/** Closes and connects. @return whether that succeeded */
bool open_stream(struct port_check *check, enum peer_behaviour behaviour);

/** Sends or receives exactly `length` bytes. @return whether that succeeded */
bool send_all(struct port_check *check, uint8_t const *bytes, size_t length);
bool receive_all(struct port_check *check, uint8_t *bytes, size_t length);

/** @return the byte of the pattern at `offset` of the stream */
uint8_t pattern_byte(uint32_t offset);

#endif
