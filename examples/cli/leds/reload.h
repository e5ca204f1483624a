/* SPDX-License-Identifier: MIT */
/** @file leds/reload.h Credentials that are read again while the program runs. */
#ifndef CLI_RENEWAL_H
#define CLI_RENEWAL_H

#include "session/session.h"

/** The caller places it, all zero. Holds secrets: end with renewal_close(). */
struct renewal {
    struct credentials *current; /**< of the session's, or `spare` */
    struct credentials *other;
    struct credentials spare;
    bool due;          /**< set it to have them read before the next request */
    char const *cause; /**< why they could not be read last time; a constant */
};

/**
 * Makes the session's client, which is open, ask for credentials before each request. They are read
 * again when `due` is set and when the service refuses a temporary token; where that fails, those
 * at hand stay in use, and the log says so once.
 */
enum status renewal_open(struct renewal *renewal, struct session *session);

/** Wipes what it has read. Close the client first. */
void renewal_close(struct renewal *renewal);

#endif
