/* SPDX-License-Identifier: MIT */
/**
 * @file session/credentials.h
 * Where the keys come from: the environment, the credentials file of the SDKs, that of tccli, or
 * the role of this machine. The command line is no source of keys, since other users can see it.
 *
 * Keys that a machine's role gives, or a role that the keys at hand may assume, are temporary:
 * session/temporary.h fetches them.
 */
#ifndef CLI_CREDENTIALS_H
#define CLI_CREDENTIALS_H

#include "session/profile.h"

#include <pgtask/tc3.h>

/** The longest ARN of a role, and the longest name of a session (STS: 2 to 128), with NUL. */
#define CREDENTIALS_ARN_BYTES     256
#define CREDENTIALS_SESSION_BYTES 129

/** What the command line asks for; all zero: nothing. */
struct credentials_wanted {
    char const *profile;      /**< --profile */
    char const *role_arn;     /**< --role-arn */
    char const *role_session; /**< --role-session-name */
    bool use_cvm_role;        /**< --use-cvm-role */
    bool distrusts_clock;     /**< --no-clock: nothing has expired by it */
};

/** The caller places it, all zero at first. Holds secrets: end with credentials_wipe(). */
struct credentials {
    struct pgtask_credentials keys; /**< their texts lie below; all NULL with `is_cvm_role` */
    bool is_cvm_role;               /**< the metadata service has the keys */
    bool is_last_resort;            /**< it is asked only because there are no keys elsewhere */
    char const *source;             /**< where they were found, for messages */
    bool is_in_file;                /**< found in a file, which `path` names */
    bool is_open_to_others;         /**< the file's permissions let others read or write it */
    char path[PROBLEM_PATH_BYTES];
    char role_arn[CREDENTIALS_ARN_BYTES]; /**< the keys serve to assume this role; "": none */
    char role_session[CREDENTIALS_SESSION_BYTES];
    char looked_at[1536]; /**< with `is_last_resort`: the places that have no keys, as a clause */
    char secret_id[PGTASK_TC3_SECRET_ID_MAX + 1];
    char secret_key[PGTASK_TC3_SECRET_KEY_MAX + 1];
    char token[PGTASK_TC3_TOKEN_MAX + 1];
};

/**
 * Finds and checks credentials.
 * @return false with `problem` filled if the first place that has some has them incomplete,
 *         malformed or expired, or if the profile that was named is nowhere; the next place is not
 *         looked at then
 */
bool credentials_find(struct credentials *credentials, struct credentials_wanted const *wanted,
                      struct problem *problem);

/** @return whether both give the same keys: the same texts, by the same roles */
bool credentials_are_same(struct credentials const *one, struct credentials const *other);

void credentials_wipe(struct credentials *credentials);

#endif
