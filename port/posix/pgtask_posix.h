/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_posix.h
 * The port for POSIX systems: non-blocking sockets, clocks, kernel entropy, trusted roots in PEM.
 *
 * The system's own resolver looks names up, in a short-lived child process, because getaddrinfo()
 * blocks, cannot be cancelled and allocates. An IP literal needs no child. The child ends with the
 * look-up: when the client's deadline has come, the port kills it.
 *
 * A program with threads should not use this child. After fork(), POSIX allows a child of such a
 * program only a few functions. getaddrinfo() is not among them: it can wait for ever for a lock
 * that another thread held at the moment of the fork. The look-up then ends at the deadline. Such a
 * program gives the port a resolver of its own: see pgtask_posix_use_resolver(). The port takes
 * functions for that, and does not start a helper program, because a library cannot know where a
 * helper is installed, and because most programs with threads already have a resolver that does
 * not block, or a thread that may block.
 */
#ifndef PGTASK_POSIX_H
#define PGTASK_POSIX_H

#include <sys/socket.h>
#include <sys/types.h>

#include <pgtask/pem.h>
#include <pgtask/port.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The port tries at most this number of addresses of a host, in the resolver's order. */
#define PGTASK_POSIX_ADDRESSES 8

/**
 * With several addresses, the longest wait for one of them, milliseconds. When each has had its
 * turn and not all have refused, there is another round with twice the time, and then a last one,
 * so that a slow network gets its connection too.
 */
#define PGTASK_POSIX_CONNECT_MS     1000
#define PGTASK_POSIX_CONNECT_ROUNDS 3

/** For this time, milliseconds, the port first tries the address that served last, or the one after
 *  an address that failed. Then the resolver's order counts again. */
#define PGTASK_POSIX_REMEMBER_MS 600000

/** A resolver of the program is asked again after this time, milliseconds. */
#define PGTASK_POSIX_ASK_AGAIN_MS 20

struct pgtask_posix_address {
    struct sockaddr_storage storage;
    socklen_t length;
};

/** A resolver of the program. Its functions must not block, and are called in the client's thread.
 */
struct pgtask_posix_resolver {
    void *context; /**< handed to each function below */

    /**
     * Starts or continues looking a host up. The port calls it again with the same host while it
     * returns PGTASK_WOULD_BLOCK, at least every PGTASK_POSIX_ASK_AGAIN_MS if the program sleeps as
     * pgtask_posix_until_ms() tells it.
     * @param host       a name, NUL-terminated; never an IP literal
     * @param addresses  where to write what was found, best first; the port number does not matter
     * @param count      in: how many addresses have room; out, on PGTASK_OK: how many were written
     * @return PGTASK_OK; PGTASK_WOULD_BLOCK; PGTASK_ERROR_RESOLVE, also for a count of 0;
     *         PGTASK_ERROR_PORT
     */
    enum pgtask_error (*look_up)(void *context, char const *host,
                                 struct pgtask_posix_address *addresses, size_t *count);

    /** Drops the look-up under way, for which look_up() has returned PGTASK_WOULD_BLOCK. */
    void (*drop)(void *context);
};

/** One port. The caller places it and calls pgtask_posix_open(); members are private. */
struct pgtask_posix {
    struct pgtask_port port; /**< give `&posix.port` to the client */
    int descriptor;          /**< socket, or the resolver's pipe, or -1 */
    bool resolving;
    struct pgtask_posix_resolver own; /**< of the program; its look_up is NULL: there is none */
    pid_t resolver;                   /**< child process, or -1 */
    size_t reply_length;              /**< bytes of the child's reply so far, in `addresses` */
    size_t address_count;
    size_t first;       /**< the address that the first attempt is for */
    size_t attempts;    /**< so far, of this connection */
    bool has_timed_out; /**< in this round, one of them */
    uint64_t attempt_until_ms;
    uint64_t favourite_until_ms;
    struct pgtask_posix_address favourite; /**< begin with it; its length is 0: there is none */
    int32_t last_failure; /**< errno of the last failure, or EAI_* negated by 1000 */
    struct pgtask_posix_address addresses[PGTASK_POSIX_ADDRESSES];
};

/** Fills in the port. Cannot fail. */
void pgtask_posix_open(struct pgtask_posix *posix);

/**
 * Lets a resolver of the program look names up from now on, in place of the child process.
 * @param resolver  copied; NULL: the child process does it again
 */
void pgtask_posix_use_resolver(struct pgtask_posix *posix,
                               struct pgtask_posix_resolver const *resolver);

/** Drops everything the port holds. */
void pgtask_posix_close(struct pgtask_posix *posix);

/** @return the descriptor to poll for pgtask_client_wait_for()'s interest, or -1 */
int pgtask_posix_descriptor(struct pgtask_posix const *posix);

/** @return the time at which the port has something to do, so call again by then: the host's next
 *  address gets its turn, or the program's resolver is asked again; UINT64_MAX if there is nothing
 */
uint64_t pgtask_posix_until_ms(struct pgtask_posix const *posix);

/**
 * A file of trusted roots in PEM, such as /etc/ssl/certs/ca-certificates.crt, read one certificate
 * at a time.
 */
struct pgtask_posix_roots {
    char const *path; /**< of the file: the caller's, or a constant */
    int descriptor;   /**< of the file, or -1 */
    size_t at;        /**< next byte of `text` */
    size_t length;
    char text[512];
    struct pgtask_pem pem;
    uint8_t der[PGTASK_PEM_ROOT_BYTES];
};

/**
 * Opens a PEM file.
 * @param path   a regular file; the text stays; NULL: the first bundle found of those that Debian,
 * Red Hat, SUSE, Alpine and OpenWrt install
 * @param roots  filled on PGTASK_OK; put it into struct pgtask_config
 * @return PGTASK_OK; PGTASK_ERROR_TLS_ROOTS if it cannot be opened or holds no certificate
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_posix_roots_open(struct pgtask_posix_roots *store,
                                                            char const *path,
                                                            struct pgtask_roots *roots);

/** Closes the file. Call it only after pgtask_posix_roots_open(). */
void pgtask_posix_roots_close(struct pgtask_posix_roots *store);

#ifdef __cplusplus
}
#endif

#endif
