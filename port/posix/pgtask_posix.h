/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_posix.h
 * The port for POSIX systems: non-blocking sockets, clocks, kernel entropy, trusted roots in PEM.
 *
 * The system's own resolver looks names up, in a short-lived child process, because getaddrinfo()
 * blocks, cannot be cancelled and allocates. An IP literal needs no child.
 */
#ifndef PGTASK_POSIX_H
#define PGTASK_POSIX_H

#include <sys/socket.h>
#include <sys/types.h>

#include <pgtask/pem.h>
#include <pgtask/port.h>

/** So many addresses of a host are tried, in the resolver's order. */
#define PGTASK_POSIX_ADDRESSES 8

/** With several addresses, the longest wait for one of them, milliseconds. */
#define PGTASK_POSIX_CONNECT_MS 5000

struct pgtask_posix_address {
    struct sockaddr_storage storage;
    socklen_t length;
};

/** One port. The caller places it and calls pgtask_posix_open(); members are private. */
struct pgtask_posix {
    struct pgtask_port port; /**< give `&posix.port` to the client */
    int descriptor;          /**< socket, or the resolver's pipe, or -1 */
    bool resolving;
    pid_t resolver;      /**< child process, or -1 */
    size_t reply_length; /**< bytes of the child's reply so far, in `addresses` */
    size_t address_count;
    size_t address_at; /**< next to try */
    uint64_t attempt_until_ms;
    int32_t last_failure; /**< errno of the last failure, or EAI_* negated by 1000 */
    struct pgtask_posix_address addresses[PGTASK_POSIX_ADDRESSES];
};

/** Fills in the port. Cannot fail. */
void pgtask_posix_open(struct pgtask_posix *posix);

/** Drops everything the port holds. */
void pgtask_posix_close(struct pgtask_posix *posix);

/** @return the descriptor to poll for pgtask_client_wait_for()'s interest, or -1 */
int pgtask_posix_descriptor(struct pgtask_posix const *posix);

/** @return the time at which the host's next address gets its turn, so call again by then;
 *  UINT64_MAX if no address waits for its turn */
uint64_t pgtask_posix_until_ms(struct pgtask_posix const *posix);

/**
 * A file of trusted roots in PEM, such as /etc/ssl/certs/ca-certificates.crt, read one certificate
 * at a time.
 */
struct pgtask_posix_roots {
    int descriptor; /**< of the file, or -1 */
    size_t at;      /**< next byte of `text` */
    size_t length;
    char text[512];
    struct pgtask_pem pem;
    uint8_t der[PGTASK_PEM_ROOT_BYTES];
};

/**
 * Opens a PEM file.
 * @param path   a regular file; NULL: the first bundle found of those that Debian, Red Hat, SUSE,
 *               Alpine and OpenWrt install
 * @param roots  filled on PGTASK_OK; put it into struct pgtask_config
 * @return PGTASK_OK; PGTASK_ERROR_TLS_ROOTS if it cannot be opened or holds no certificate
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_posix_roots_open(struct pgtask_posix_roots *store,
                                                            char const *path,
                                                            struct pgtask_roots *roots);

/** Closes the file. Call it only after pgtask_posix_roots_open(). */
void pgtask_posix_roots_close(struct pgtask_posix_roots *store);

#endif
