/* SPDX-License-Identifier: MIT */
/** @file session/session.h A client made ready from the command line and the environment. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "session/advice.h"
#include "session/credentials.h"
#include "session/exit_status.h"
#include "session/options.h"
#include "session/route.h"
#include "session/temporary.h"
#include "session/trust.h"

#include <pgtask/pgtask.h>
#include <pgtask_posix.h>

/** All the state of the program; one static object. */
struct session {
    struct pgtask_client client;
    struct pgtask_task task;
    struct pgtask_posix posix;
    struct trust trust;
    struct credentials credentials;
    struct credentials_wanted wanted; /**< what to look for, also when they are read again */
    struct temporary temporary;       /**< keys that have to be fetched */
    struct profile_settings settings; /**< of the profile */
    struct route route;
    struct pgtask_config config;
    char const *command;                       /**< its name, for messages */
    char credentials_file[PROBLEM_PATH_BYTES]; /**< "": they are not from a file */
    char const *credentials_source;            /**< where they are from, for a person */
    char const *region_source;                 /**< where the region is from, for a person */
    char failure[ADVICE_BYTES];                /**< of session_failure_text() */
    char const *tls_version;                   /**< of the last connection, NULL before the first */
};

/** Reads region, credentials and roots into `config`; nothing is sent. Reports what is wrong. Close
 *  the session whatever the answer. */
enum exit_status session_open(struct session *session, struct options const *options);

/** Opens the client with `config`, once. Reports what is wrong. */
enum exit_status session_start(struct session *session);

/** @return monotonic time */
uint64_t session_now_ms(struct session const *session);

/** Waits as the client asks for, and no longer than until `until_ms` or a signal. */
void session_wait(struct session *session, enum pgtask_interest interest, uint64_t until_ms);

/**
 * Supplies keys for the next request from these credentials: at once, or by fetching them.
 * @return as renew() of pgtask_config
 */
enum pgtask_error session_supply_keys(struct session *session,
                                      struct credentials const *credentials, bool refused,
                                      struct pgtask_credentials *keys);

/** Drops the idle connection and what would resume it, so that the peer is verified again. Call it
 *  only between two listings. */
void session_forget_peer(struct session *session);

/**
 * Reads the CA certificates anew if their file has changed. The peer is verified with the new ones
 * before the next request. Call it only between two listings.
 * @param is_asked  read them in any case
 * @return what to report, as one of the forms of trust.h with trust_path()
 */
enum trust_news session_renew_roots(struct session *session, bool is_asked);

/** Warns of what session_renew_roots() has returned, if it is worth it. */
void session_report_roots(struct session const *session, enum trust_news news);

/** Drops the connection and wipes every secret. */
void session_close(struct session *session);

/** @param reader  who reads it, for its language; NULL: a program, in English
 *  @return why the last call failed; valid until the next call */
char const *session_failure_text(struct session *session, struct writer const *reader);

/** Reports why the last call failed. @return the exit status for it */
enum exit_status session_report(struct session *session, enum pgtask_error error);

/**
 * Finds the exit status of a run that `error` ended, and reports what went wrong: with standard
 * output, or else with the client. A signal needs no report.
 * @return EXIT_GOOD for PGTASK_DONE if nothing else went wrong
 */
enum exit_status session_finish(struct session *session, enum pgtask_error error);

#endif
