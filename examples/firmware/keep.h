/* SPDX-License-Identifier: MIT */
/**
 * @file keep.h
 * What a reset does not take away: the TLS session, and a time that has passed already. So a board
 * that was reset makes a short handshake, and believes no clock that says an earlier time.
 *
 * The board stores them where it likes: in battery RAM or in a page of flash (board_state_store()).
 * Flash wears out, so a changed session is stored once an hour at most, an unchanged one once a
 * day, and the count goes on across resets. Nothing that is read back is trusted: a digest covers
 * it together with the settings, so new settings begin anew, and pgtask_tls_session has a digest
 * and an end of its own. The time is only ever a lower bound.
 *
 * @code
 * keep_open(&keep, settings.digest);
 * config.earliest_unix_s = keep_load_time(&keep);   // then pgtask_client_open()
 * (void)keep_load_session(&keep, &client);
 * keep_save(&keep, &client);                        // after each good answer
 * @endcode
 */
#ifndef FIRMWARE_KEEP_H
#define FIRMWARE_KEEP_H

#include <pgtask/client.h>

#include "digest.h"

#define KEEP_CHANGED_S   3600  /**< a changed session is stored after this time */
#define KEEP_UNCHANGED_S 86400 /**< an unchanged one after this time, for the time beside it */

/** What is known of the board's memory. The contents are opaque. */
struct keep {
    uint8_t const *settings_digest;
    int64_t stored_unix_s;                /**< when the last record was stored; 0: there is none */
    int64_t checked_unix_s;               /**< when the session was last compared with it */
    uint8_t session_digest[DIGEST_BYTES]; /**< of the stored session and the settings */
};

/** @param settings_digest  DIGEST_BYTES; stays */
void keep_open(struct keep *keep, uint8_t const *settings_digest);

/** @return a time that has passed, for struct pgtask_config; 0 if none is known */
int64_t keep_load_time(struct keep *keep);

/** Gives the session to an open client. @return whether there is one; else the next handshake is a
 *  full one, and so it is if the client or the server does not take the session */
bool keep_load_session(struct keep const *keep, struct pgtask_client *client);

/** Stores session and time, if it is time to. Call it after a good answer, because then a verified
 *  server has accepted the time. */
void keep_save(struct keep *keep, struct pgtask_client const *client);

#endif
