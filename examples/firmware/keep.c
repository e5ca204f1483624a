/* SPDX-License-Identifier: MIT */
/*
 * The record in the board's memory: a digest, the time, and the session. The digest covers the rest
 * and the digest of the settings.
 *
 * A record lies on the stack while it is read or written. That is no more than a handshake takes.
 */
#include "keep.h"

#include <board.h>

#include <stddef.h>
#include <string.h>

#include <mbedtls/platform_util.h>

struct record {
    uint8_t digest[DIGEST_BYTES];
    int64_t unix_s;
    uint8_t session[PGTASK_SESSION_BYTES];
};

enum { HEAD_BYTES = offsetof(struct record, session) };

void keep_open(struct keep *keep, uint8_t const *settings_digest)
{
    memset(keep, 0, sizeof *keep);
    keep->settings_digest = settings_digest;
}

static bool make_digest(struct keep const *keep, uint8_t const *bytes, size_t length,
                        uint8_t digest[DIGEST_BYTES])
{
    return digest_make(keep->settings_digest, DIGEST_BYTES, bytes, length, digest);
}

/* @return whether the board has a whole record for these settings */
static bool load(struct keep const *keep, struct record *record, size_t *session_length)
{
    size_t const length = board_state_load((uint8_t *)record, sizeof *record);
    uint8_t digest[DIGEST_BYTES];

    if (length < HEAD_BYTES || length > sizeof *record) {
        return false;
    }
    *session_length = length - HEAD_BYTES;
    return make_digest(keep, (uint8_t const *)record + DIGEST_BYTES, length - DIGEST_BYTES,
                       digest) &&
           memcmp(digest, record->digest, sizeof digest) == 0 && record->unix_s > 0;
}

int64_t keep_load_time(struct keep *keep)
{
    struct record record;
    size_t session_length;

    if (load(keep, &record, &session_length) &&
        make_digest(keep, record.session, session_length, keep->session_digest)) {
        keep->stored_unix_s = record.unix_s;
        keep->checked_unix_s = record.unix_s;
    }
    mbedtls_platform_zeroize(&record, sizeof record);
    return keep->stored_unix_s;
}

bool keep_load_session(struct keep const *keep, struct pgtask_client *client)
{
    struct record record;
    size_t session_length;
    bool const is_loaded =
        load(keep, &record, &session_length) &&
        pgtask_client_import_session(client, record.session, session_length) == PGTASK_OK;

    mbedtls_platform_zeroize(&record, sizeof record);
    return is_loaded;
}

static void store(struct keep *keep, struct record *record, size_t session_length)
{
    size_t const length = HEAD_BYTES + session_length;

    if (make_digest(keep, (uint8_t const *)record + DIGEST_BYTES, length - DIGEST_BYTES,
                    record->digest) &&
        board_state_store((uint8_t const *)record, length)) {
        keep->stored_unix_s = record->unix_s;
    }
}

/* Stores the record if the session has changed, or if the stored time is a day old. */
static void store_if_due(struct keep *keep, struct record *record, size_t session_length)
{
    uint8_t digest[DIGEST_BYTES];

    if (make_digest(keep, record->session, session_length, digest) &&
        (memcmp(digest, keep->session_digest, sizeof digest) != 0 ||
         record->unix_s - keep->stored_unix_s >= KEEP_UNCHANGED_S)) {
        memcpy(keep->session_digest, digest, sizeof digest);
        store(keep, record, session_length);
    }
}

/* Whether or not it is stored, the next look is an hour away: so the board's memory is written no
 * more often than that. */
void keep_save(struct keep *keep, struct pgtask_client const *client)
{
    struct record record;
    size_t session_length;
    int64_t now_s;

    if (!pgtask_client_unix_time_s(client, &now_s) ||
        (keep->checked_unix_s != 0 && now_s - keep->checked_unix_s < KEEP_CHANGED_S)) {
        return;
    }
    keep->checked_unix_s = now_s;
    record.unix_s = now_s;
    if (pgtask_client_export_session(client, record.session, sizeof record.session,
                                     &session_length) == PGTASK_OK) {
        store_if_due(keep, &record, session_length);
    }
    mbedtls_platform_zeroize(&record, sizeof record);
}
