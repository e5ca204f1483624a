/* SPDX-License-Identifier: MIT */
/** @file session/session.h A client made ready from the command line and the environment. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "session/credentials.h"
#include "session/advice.h"
#include "session/options.h"
#include "session/exit_status.h"

#include <pgtask/pgtask.h>
#include <pgtask_posix.h>

/** All the state of the program; one static object. */
struct session {
    struct pgtask_client client;
    struct pgtask_task task;
    struct pgtask_posix posix;
    struct pgtask_posix_roots roots;
    struct credentials credentials;
    struct pgtask_config config;
    char credentials_file[CREDENTIALS_PATH_BYTES]; /**< where they are from; "": the environment */
    char const *credentials_source;                /**< the same for a person */
    char failure[FAILURE_BYTES];                   /**< of session_failure_text() */
    char const *tls_version; /**< of the last connection, NULL before the first */
};

/** Makes the client ready; nothing is sent. Complains itself. Close it whatever the answer. */
enum status session_open(struct session *session, struct options const *options);

/** Waits as the client asks for, and no longer than until `until_ms` or a signal. */
void session_wait(struct session *session, enum pgtask_interest interest, uint64_t until_ms);

/** Notes what --verbose tells of the connection at hand. */
void session_note_connection(struct session *session);

/** Drops the connection and wipes every secret. */
void session_close(struct session *session);

/** @return why the last call failed, for a person; until the next call */
char const *session_failure_text(struct session *session);

/** Tells standard error why the last call failed. @return the exit status for it */
enum status session_complain(struct session *session, enum pgtask_error error);

/** Complains if standard output could not be written. @return the exit status for it */
enum status session_judge_output(void);

/**
 * Judges a run that was made by `error`, and complains: of a signal, of standard output, or of the
 * client's failure.
 * @return STATUS_GOOD for PGTASK_DONE where there is nothing else to say
 */
enum status session_judge(struct session *session, enum pgtask_error error);

/** Tells standard error what --verbose promises. */
void session_describe(struct session const *session);

#endif
