/* SPDX-License-Identifier: MIT */
/** @file leds/reload.h Credentials that are read again while the program runs. */
#ifndef CLI_RELOAD_H
#define CLI_RELOAD_H

#include "session/session.h"

/** The caller places it, all zero. Holds secrets: end with reload_close(). */
struct reload {
    struct credentials *current; /**< those of the session, or `spare` */
    struct credentials *other;   /**< the other one of the two */
    struct credentials spare;
    struct session *session;
    bool is_due; /**< the caller sets it to have them read before the next request */
    struct problem
        problem; /**< why they could not be read last time; its cause is "" if they were */
};

/**
 * Makes the session's client, which is not open yet, ask for credentials before each request. They
 * are read again when `is_due` is set and when the service refuses a temporary token. If they
 * cannot be read, the present ones stay in use, and the log says so once.
 */
void reload_attach(struct reload *reload, struct session *session);

/** Wipes what was read. Close the client first. */
void reload_close(struct reload *reload);

#endif
