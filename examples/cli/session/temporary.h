/* SPDX-License-Identifier: MIT */
/**
 * @file session/temporary.h
 * Temporary keys: those that the role of this machine gives, by the metadata service, and those of
 * a role that the keys at hand may assume, by STS. They are fetched when the client asks for them,
 * in turns that do not block, and again before they end.
 */
#ifndef CLI_TEMPORARY_H
#define CLI_TEMPORARY_H

#include "base/pick.h"
#include "session/credentials.h"
#include "session/fetch.h"

#include <pgtask/client.h>

/** The longest name of a machine's role, with NUL. */
#define TEMPORARY_ROLE_BYTES 129

/** Keys of one kind, as they were fetched. */
struct temporary_keys {
    char secret_id[PGTASK_TC3_SECRET_ID_MAX + 1];
    char secret_key[PGTASK_TC3_SECRET_KEY_MAX + 1];
    char token[PGTASK_TC3_TOKEN_MAX + 1];
};

enum temporary_state {
    TEMPORARY_IDLE,      /**< nothing is under way */
    TEMPORARY_ROLE_NAME, /**< asks the metadata service for the name of this machine's role */
    TEMPORARY_ROLE_KEYS, /**< asks it for the keys of this role */
    TEMPORARY_ASSUME     /**< asks STS for the keys of the role that is to be assumed */
};

/** What the members that are picked are. */
enum temporary_pick {
    TEMPORARY_PICK_ID,
    TEMPORARY_PICK_KEY,
    TEMPORARY_PICK_TOKEN,
    TEMPORARY_PICK_END,
    TEMPORARY_PICK_CODE,
    TEMPORARY_PICK_MESSAGE,
    TEMPORARY_PICKS
};

/** The caller places it, all zero, and sets the first group. Holds secrets: end with
 *  temporary_forget(). */
struct temporary {
    struct pgtask_client const *client; /**< it knows the time, and its settings are used */
    struct pgtask_config const *config;
    struct host_port sts;       /**< STS's host; "": the China site's */
    enum temporary_state state; /**< this and all below are private */
    struct problem problem;     /**< of the last failure; `cause` is "" after a success */
    bool has_keys;              /**< `current` can be used until end_ms */
    bool is_final;              /**< what failed will fail again, or has failed several times */
    uint8_t failures;           /**< one after the other */
    bool wants_tls12;           /**< the next try with STS is one without TLS 1.3 */
    uint64_t renew_ms;          /**< when new keys are due */
    uint64_t end_ms;            /**< when the keys end */
    uint64_t again_ms;          /**< no earlier try after this one */
    char expires[24];
    char code[64];
    char message[192];
    char role_name[TEMPORARY_ROLE_BYTES];
    size_t role_length; /**< of the name as it comes in */
    struct pick picks[TEMPORARY_PICKS];
    struct picker picker;
    struct fetch fetch;
    struct host_port metadata;
    struct temporary_keys current;
    struct temporary_keys machine; /**< of the machine's role, to sign for STS */
    struct temporary_keys fresh;   /**< being fetched */
    struct pgtask_tc3 tc3;
    char request[8192];
};

/** @return whether these credentials have to be fetched */
bool temporary_is_needed(struct credentials const *credentials);

/**
 * Supplies keys, as renew() of pgtask_config does. Never blocks.
 * @param base     where the keys come from; temporary_is_needed() holds
 * @param refused  the service has refused those at hand
 * @param keys     set on PGTASK_OK, valid until the next call
 * @return PGTASK_OK; PGTASK_WOULD_BLOCK: call again soon; PGTASK_ERROR_CREDENTIALS: there are none,
 *         after several tries if another one may help. It is tried again after a while
 */
enum pgtask_error temporary_renew(struct temporary *temporary, struct credentials const *base,
                                  bool refused, struct pgtask_credentials *keys);

/** @return why there are no keys, or NULL: there are, or nothing has failed yet */
struct problem const *temporary_problem(struct temporary const *temporary);

/** Fetches new keys with the next request. Those at hand serve on until there are new ones. */
void temporary_refresh(struct temporary *temporary);

/** Drops what is under way and wipes every secret, such as when the credentials that the keys came
 *  from are no longer in use. */
void temporary_forget(struct temporary *temporary);

#endif
