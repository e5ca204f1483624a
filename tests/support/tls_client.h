/* SPDX-License-Identifier: MIT */
/**
 * @file tls_client.h
 * A TLS connection to a test's peer, over the POSIX port and the faults that a test asks for.
 */
#ifndef PGTASK_TEST_TLS_CLIENT_H
#define PGTASK_TEST_TLS_CLIENT_H

#include <pgtask/tls.h>
#include <pgtask_posix.h>

/** Faults of the port; all zero: none. */
struct tls_faults {
    bool dribble;    /**< one byte a call, and WOULD_BLOCK before each */
    bool no_entropy; /**< entropy() fails */
    bool damage; /**< each slice received has its last byte changed, but for a record's header */
    enum pgtask_error recv_answer; /**< unless 0: recv() answers this */
    enum pgtask_error send_answer; /**< unless 0: send() answers this, after `good_sends` calls */
    uint32_t good_sends;
    char const *flood; /**< unless NULL: recv() gives these bytes again and again ... */
    size_t flood_length;
    uint32_t flood_after; /**< ... once it has given so many whole records of the peer */
};

struct tls_client {
    struct pgtask_posix posix;
    struct pgtask_port port; /**< the one with faults */
    struct pgtask_tls tls;
    struct tls_faults faults;
    bool turn;
    uint32_t recv_calls;
    uint64_t bytes_sent;     /**< what the port took */
    uint64_t bytes_received; /**< what it gave */
    struct {
        uint32_t count;  /**< whole records that the peer has sent */
        uint32_t header; /**< bytes of the next record's header so far */
        uint32_t left;   /**< bytes of its body that are still to come */
    } records;
    uint64_t bytes_flooded;
    uint8_t last_record_type; /**< first byte of the last send(): 21 is an alert, in TLS 1.2 */
};

/** Connects to 127.0.0.1. Aborts if that fails. */
void tls_client_connect(struct tls_client *client, uint16_t port_number);

/** Calls pgtask_tls_open() on the port with faults. */
enum pgtask_error tls_client_open(struct tls_client *client,
                                  struct pgtask_tls_options const *options);

/** Calls pgtask_tls_handshake() until the handshake is over. Aborts after 20 s. */
enum pgtask_error tls_client_handshake(struct tls_client *client);

/** Calls pgtask_tls_write() until all is sent or a call fails. */
enum pgtask_error tls_client_write(struct tls_client *client, void const *bytes, size_t length);

/** Calls pgtask_tls_read() until it returns something other than PGTASK_WOULD_BLOCK. */
enum pgtask_error tls_client_read(struct tls_client *client, void *bytes, size_t capacity,
                                  size_t *received);

/** Closes both layers. */
void tls_client_close(struct tls_client *client);

#endif
